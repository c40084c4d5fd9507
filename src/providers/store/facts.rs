//! What planners need to know of external staff: what they can, when they are there. One statement for all of them.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{AvailabilityId, QualificationId, StaffAbsenceId, StaffId};
use crate::providers::rules::{Language, Qualification, Week};
use crate::schema::providers::{
    staff_absence, staff_availability, staff_language, staff_qualification,
};
use crate::store::{Result, Rows, Sql, Writer};

/// A dated qualification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualificationFact {
    /// Id.
    pub id: QualificationId,
    /// What it is.
    pub kind: Qualification,
    /// The day it was acquired.
    pub acquired_on: Date,
    /// Its last day, if it ends.
    pub last_day: Option<Date>,
}

/// Days on which somebody cannot work; never why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceFact {
    /// Id.
    pub id: StaffAbsenceId,
    /// First day.
    pub first_day: Date,
    /// Last day, included.
    pub last_day: Date,
}

/// What is known of one member of external staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffFacts {
    /// The member.
    pub staff: StaffId,
    /// Qualifications, newest first.
    pub qualifications: Vec<QualificationFact>,
    /// Languages.
    pub languages: Vec<Language>,
    /// Weekly times: weekday (0 is Monday), first minute, minute after the last. Empty means nothing was said.
    pub week: Week,
    /// Absences in their order.
    pub absences: Vec<AbsenceFact>,
}

impl StaffFacts {
    /// Whether a qualification holds on a day.
    pub fn qualified(&self, kind: Qualification, day: Date) -> bool {
        self.qualifications.iter().any(|fact| {
            fact.kind == kind
                && fact.acquired_on <= day
                && fact.last_day.is_none_or(|last| last >= day)
        })
    }

    /// Whether somebody is absent on a day.
    pub fn absent(&self, day: Date) -> bool {
        self.absences
            .iter()
            .any(|absence| absence.first_day <= day && absence.last_day >= day)
    }
}

#[derive(FromQueryResult)]
struct FactRow {
    fact: String,
    staff_id: StaffId,
    id: uuid::Uuid,
    code: String,
    first_day: Option<Date>,
    end_day: Option<Date>,
    a: i64,
    b: i64,
}

/// What is known of these members of staff, in the order asked; absences that last until `from` or later. The caller
/// answers for who they are.
pub async fn staff_facts(
    rows: &impl Rows,
    staff: &[StaffId],
    from: Date,
) -> Result<Vec<StaffFacts>> {
    if staff.is_empty() {
        return Ok(Vec::new());
    }
    let ids = || staff.iter().copied();
    let found: Vec<FactRow> = rows
        .all(
            Sql::new(
                "select 'q' as fact, q.staff_id, q.id, q.kind as code, q.acquired_on as first_day, q.valid_to as end_day, \
                 cast(0 as bigint) as a, cast(0 as bigint) as b from staff_qualification q \
                 where q.removed_at is null and q.staff_id in ",
            )
            .list(ids())
            .push(
                " union all select 'l', l.staff_id, l.staff_id, l.language, cast(null as date), cast(null as date), \
                 cast(0 as bigint), cast(0 as bigint) from staff_language l where l.staff_id in ",
            )
            .list(ids())
            .push(
                " union all select 'w', w.staff_id, w.id, '', cast(null as date), cast(null as date), \
                 w.weekday * 10000 + w.start_minute, w.end_minute from staff_availability w where w.staff_id in ",
            )
            .list(ids())
            .push(
                " union all select 'x', x.staff_id, x.id, '', x.first_day, x.day_after, cast(0 as bigint), \
                 cast(0 as bigint) from staff_absence x where x.removed_at is null and x.day_after > ? and x.staff_id in ",
            )
            .bind(from)
            .list(ids())
            .push(" order by 1, 7, 8, 5, 3 limit 50000"),
        )
        .await?;
    let mut all: Vec<StaffFacts> = staff
        .iter()
        .map(|id| StaffFacts {
            staff: *id,
            qualifications: Vec::new(),
            languages: Vec::new(),
            week: Vec::new(),
            absences: Vec::new(),
        })
        .collect();
    let places: std::collections::BTreeMap<StaffId, usize> = staff
        .iter()
        .enumerate()
        .map(|(place, id)| (*id, place))
        .collect();
    for row in found {
        let Some(facts) = places
            .get(&row.staff_id)
            .and_then(|place| all.get_mut(*place))
        else {
            continue;
        };
        match (row.fact.as_str(), row.first_day) {
            ("q", Some(acquired_on)) => {
                if let Some(kind) = Qualification::from_code(&row.code) {
                    facts.qualifications.insert(
                        0,
                        QualificationFact {
                            id: QualificationId(row.id),
                            kind,
                            acquired_on,
                            last_day: row.end_day,
                        },
                    );
                }
            }
            ("l", _) => facts.languages.extend(Language::from_code(&row.code)),
            ("w", _) => {
                facts
                    .week
                    .push((row.a.div_euclid(10_000), row.a.rem_euclid(10_000), row.b))
            }
            ("x", Some(first_day)) => facts.absences.push(AbsenceFact {
                id: StaffAbsenceId(row.id),
                first_day,
                last_day: row
                    .end_day
                    .and_then(Date::previous_day)
                    .unwrap_or(first_day),
            }),
            _ => {}
        }
    }
    for facts in &mut all {
        facts.languages.sort();
    }
    Ok(all)
}

/// Stores a qualification.
pub(in crate::providers) async fn insert_qualification<P: Writes>(
    writer: &Writer<P>,
    row: staff_qualification::Model,
) -> Result<()> {
    writer.insert(row).await
}

/// Removes a qualification; its row stays with who removed it.
pub(in crate::providers) async fn remove_qualification<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    id: QualificationId,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update staff_qualification set removed_at = ?, removed_by_name = ? \
                 where id = ? and staff_id = ? and removed_at is null",
            )
            .bind(writer.now())
            .bind(writer.access().actor().name().to_owned())
            .bind(id)
            .bind(staff),
        )
        .await
}

/// Stores an absence.
pub(in crate::providers) async fn insert_absence<P: Writes>(
    writer: &Writer<P>,
    row: staff_absence::Model,
) -> Result<()> {
    writer.insert(row).await
}

/// Removes an absence.
pub(in crate::providers) async fn remove_absence<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    id: StaffAbsenceId,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update staff_absence set removed_at = ? where id = ? and staff_id = ? and removed_at is null")
                .bind(writer.now())
                .bind(id)
                .bind(staff),
        )
        .await
}

/// Replaces the languages of a member of staff.
pub(in crate::providers) async fn set_languages<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    languages: &[Language],
) -> Result<()> {
    writer
        .change(Sql::new("delete from staff_language where staff_id = ?").bind(staff))
        .await?;
    let rows = languages
        .iter()
        .map(|language| staff_language::Model {
            staff_id: staff,
            language: language.code().to_owned(),
        })
        .collect();
    writer.insert_all(rows).await
}

/// Replaces the weekly times of a member of staff.
pub(in crate::providers) async fn set_week<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    week: &Week,
) -> Result<()> {
    writer
        .change(Sql::new("delete from staff_availability where staff_id = ?").bind(staff))
        .await?;
    let rows = week
        .iter()
        .map(
            |(weekday, start_minute, end_minute)| staff_availability::Model {
                id: AvailabilityId(writer.entropy().uuid()),
                staff_id: staff,
                weekday: *weekday,
                start_minute: *start_minute,
                end_minute: *end_minute,
            },
        )
        .collect();
    writer.insert_all(rows).await
}
