//! Queries of people.

pub(super) mod absences;
pub(super) mod exports;
pub(super) mod imports;
pub(super) mod list;
pub(super) mod profile;
pub(super) mod viewers;
pub(super) mod write;

use sea_orm::FromQueryResult;
use time::Date;

use super::rules::PlacementKind;
use super::scope::scope_condition;
use crate::access::Scope;
use crate::base::fold::{number_key, prefix_upper_bound, search_terms};
use crate::base::ids::{FacilityId, PersonId};
use crate::base::time::berlin_today;
use crate::store::{Result, Rows, Sql};

/// What lists and other rooms show of a person: name, number, and the current placement.
#[derive(Debug, Clone, FromQueryResult)]
pub struct PersonHead {
    /// Id.
    pub id: PersonId,
    /// Family name.
    pub family_name: String,
    /// Given name.
    pub given_name: String,
    /// Birth date.
    pub birth_date: Option<Date>,
    /// Code: `male`, `female`, `diverse`, `unknown`.
    pub sex: String,
    /// Folded name for sorting.
    pub sort_key: String,
    /// The valid number by which the actor knows the person, see `number_sql`.
    pub number: Option<String>,
    /// Where the person is placed today (custody before probation).
    pub facility_id: Option<FacilityId>,
    /// The facility's name.
    pub facility_name: Option<String>,
    /// Code of the setting, see [`super::import::Setting`].
    pub setting: Option<String>,
    /// Expected release, if known.
    pub expected_release: Option<Date>,
    /// For the optimistic lock.
    pub version: i64,
}

impl PersonHead {
    /// "Adler, Kai".
    pub fn name(&self) -> String {
        format!("{}, {}", self.family_name, self.given_name)
    }
}

/// A scalar subquery: the valid number by which the actor knows the person of `<column>` (a person id column such as
/// `p.id`). A prison sees prison numbers, its own first; a probation officer file numbers, those of the own office
/// first; others see the kind that goes with where the person is today. Neither side is told the other's number.
pub(crate) fn number_sql(scope: &Scope, today: Date, column: &'static str) -> Sql {
    let sql = Sql::new("(select a.value from person_alias a where a.person_id = ")
        .push(column)
        .push(" and a.valid_to is null and a.kind = ");
    match own_place(scope) {
        Some((facility, kind)) => sql
            .push("? order by case when a.facility_id = ? then 0 else 1 end, ")
            .bind(kind.number_kind().code())
            .bind(facility),
        None => sql
            .push("case when exists (select 1 from placement np where np.person_id = ")
            .push(column)
            .push(
                " and np.kind = 'custody' and np.from_day <= ? and (np.to_day is null or np.to_day > ?)) \
                 then 'prison_number' else 'probation_file' end order by ",
            )
            .bind(today)
            .bind(today),
    }
    .push("a.valid_from desc, a.value limit 1)")
}

/// Selects heads as the actor sees them; continue with `where …`.
pub(crate) fn head_sql(scope: &Scope, today: Date) -> Sql {
    Sql::new("select p.id, p.family_name, p.given_name, p.birth_date, p.sex, p.sort_key, p.version, ")
        .append(number_sql(scope, today, "p.id"))
        .push(
        " as number, pl.facility_id, f.name as facility_name, pl.setting, pl.expected_release from person p left join placement pl on pl.id = (select q.id from placement q \
         where q.person_id = p.id and q.from_day <= ? and (q.to_day is null or q.to_day > ?) \
         order by q.kind, q.from_day desc, q.id limit 1) left join facility f on f.id = pl.facility_id ",
    )
    .bind(today)
    .bind(today)
}

/// A person in the actor's scope; `None` if there is none such or it must not be seen.
pub async fn find<R: Rows>(rows: &R, id: PersonId) -> Result<Option<PersonHead>> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    rows.one(
        head_sql(&scope, today)
            .push("where p.id = ? and ")
            .bind(id)
            .append(scope_condition(&scope, today, "p.id")),
    )
    .await
}

/// Words of this length or less begin so many keys that looking a person up is cheaper than collecting all people.
const SHORT: usize = 2;

/// The condition on `<column>` (a person id column) that a person is found by every word of what was typed: part of a
/// name, or a number with or without hyphens. `None` if nothing was typed that could be looked up.
pub(crate) fn search_condition(query: &str, column: &'static str) -> Option<Sql> {
    let mut terms = search_terms(query);
    terms.truncate(6);
    let number = number_key(query);
    if terms.is_empty() || number.is_empty() {
        return None;
    }
    let keyed = |term: &str| {
        Sql::new("select k.person_id from person_key k where k.key >= ? and k.key < ?")
            .bind(term.to_owned())
            .bind(prefix_upper_bound(term))
    };
    // No plain column, so that only the person's own few keys are looked through.
    let has_key = |term: &str| {
        Sql::new("exists (select 1 from person_key k where k.key || '' >= ? and k.key || '' < ? and k.person_id = ")
            .bind(term.to_owned())
            .bind(prefix_upper_bound(term))
            .push(column)
            .push(")")
    };
    let short = terms.iter().any(|term| term.chars().count() <= SHORT);
    if !short {
        let mut all = Sql::new(column).push(" in (");
        for (index, term) in terms.iter().enumerate() {
            all = all
                .push(if index == 0 { "" } else { " intersect " })
                .append(keyed(term));
        }
        if !terms.contains(&number) {
            all = all.push(" union ").append(keyed(&number));
        }
        return Some(all.push(")"));
    }
    let mut all = Sql::new("((");
    for (index, term) in terms.iter().enumerate() {
        all = all.push(if index == 0 { "" } else { " and " });
        all = if term.chars().count() <= SHORT {
            all.append(has_key(term))
        } else {
            all.push(column).push(" in (").append(keyed(term)).push(")")
        };
    }
    all = all.push(")");
    if !terms.contains(&number) {
        all = all
            .push(" or ")
            .push(column)
            .push(" in (")
            .append(keyed(&number))
            .push(")");
    }
    Some(all.push(")"))
}

/// At most `limit` people in the actor's scope who are found by what was typed, by name.
pub async fn search<R: Rows>(rows: &R, query: &str, limit: i64) -> Result<Vec<PersonHead>> {
    let Some(condition) = search_condition(query, "p.id") else {
        return Ok(Vec::new());
    };
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    rows.all(
        head_sql(&scope, today)
            .push("where ")
            .append(condition)
            .push(" and ")
            .append(scope_condition(&scope, today, "p.id"))
            .push(" order by p.sort_key, p.id limit ?")
            .bind(limit),
    )
    .await
}

/// People in the actor's scope with this folded name and birth date: the same person, perhaps.
pub(super) async fn namesakes<R: Rows>(
    rows: &R,
    sort_key: &str,
    birth: Date,
) -> Result<Vec<PersonHead>> {
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    rows.all(
        head_sql(&scope, today)
            .push("where p.sort_key = ? and p.birth_date = ? and ")
            .bind(sort_key.to_owned())
            .bind(birth)
            .append(scope_condition(&scope, today, "p.id"))
            .push(" order by p.id limit 5"),
    )
    .await
}

/// The facility whose placements and numbers the actor records, and of which kind they are.
pub(super) fn own_place(scope: &Scope) -> Option<(FacilityId, PlacementKind)> {
    match scope {
        Scope::Facility(facility) => Some((*facility, PlacementKind::Custody)),
        Scope::Assigned { office, .. } => Some((*office, PlacementKind::Probation)),
        Scope::Trainer { .. } | Scope::Provider { .. } | Scope::Nothing => None,
    }
}
