//! What kind of data a column holds, and the macro that declares a table together with its classes.

/// How much protection a column needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensitivity {
    /// Says nothing about a person.
    Plain,
    /// About a member of staff.
    Staff,
    /// About a person in a programme.
    Personal,
    /// Special category (Art. 10 Directive (EU) 2016/680): participation alone reveals conviction or
    /// world view.
    Special,
    /// A secret or a derived search aid that no one may see.
    Secret,
}

/// When rows of a table are deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// Reference data: kept.
    Reference,
    /// With the person (comparators: five years after the last release, domain facts 4.3).
    Person,
    /// With the account.
    Account,
    /// Hours or days: sessions, tokens, uploads.
    Short,
    /// Published figures: kept.
    Release,
    /// Twelve months (section 32 paragraph 5 SächsDSUG).
    Audit,
}

/// Whether a column stands in the report to a data subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// Yes, under this German heading.
    Told(&'static str),
    /// No, for this reason.
    Withheld(&'static str),
}

/// The class of one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnClass {
    /// The column's name.
    pub name: &'static str,
    /// Its type in the entity, for readers that go by the classes.
    pub kind: &'static str,
    /// How much protection it needs.
    pub sensitivity: Sensitivity,
    /// Whether the data subject is told.
    pub report: Report,
    /// Whether it may enter statistics.
    pub counted: bool,
}

/// The classes of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableClass {
    /// The table's name.
    pub name: &'static str,
    /// When its rows are deleted.
    pub retention: Retention,
    /// Its columns.
    pub columns: &'static [ColumnClass],
}

/// Declares entities and the class of each of their columns:
///
/// ```text
/// table! {
///     /// What a row is.
///     person "person" Person {
///         id [key]: PersonId => Personal withheld "internal id" never;
///         sex: String => Personal told "Geschlecht" counted;
///     }
/// }
/// ```
macro_rules! table {
    ($(
        $(#[$doc:meta])*
        $module:ident $name:tt $retention:ident {
            $( $column:ident $([$key:ident])? : $type:ty => $sensitivity:ident $report:ident $words:literal $counted:ident; )*
        }
    )*) => {
        $(
            $(#[$doc])*
            pub mod $module {
                #[allow(unused_imports)]
                use super::*;
                use sea_orm::entity::prelude::*;
                // Named, so that it wins over the other `Date` of the glob above.
                #[allow(unused_imports)]
                use time::Date;

                /// A row.
                #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
                #[sea_orm(table_name = $name)]
                pub struct Model {
                    $(
                        $(
                            #[doc = concat!("Part of the primary ", stringify!($key), ".")]
                            #[sea_orm(primary_key, auto_increment = false)]
                        )?
                        #[doc = concat!("Column `", stringify!($column), "`.")]
                        pub $column: $type,
                    )*
                }

                /// No relation is declared: queries say their joins.
                #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
                pub enum Relation {}

                impl ActiveModelBehavior for ActiveModel {}
            }
        )*

        /// The classes of these tables.
        pub(super) const TABLES: &[crate::schema::TableClass] = &[$(
            crate::schema::TableClass {
                name: $name,
                retention: crate::schema::Retention::$retention,
                columns: &[$(
                    crate::schema::ColumnClass {
                        name: stringify!($column),
                        kind: stringify!($type),
                        sensitivity: crate::schema::Sensitivity::$sensitivity,
                        report: crate::schema::classes::table!(@report $report $words),
                        counted: crate::schema::classes::table!(@counted $counted),
                    },
                )*],
            },
        )*];
    };
    (@report told $words:literal) => { crate::schema::Report::Told($words) };
    (@report withheld $words:literal) => { crate::schema::Report::Withheld($words) };
    (@counted counted) => { true };
    (@counted never) => { false };
}
pub(crate) use table;
