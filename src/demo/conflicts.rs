//! Made-up appointments and a separation: one conflict that was taken on, one that is open.

use time::{Date, Duration};

use super::people::Placed;
use super::{DemoProblem, Outcome, facility, programme};
use crate::access::permissions::Operate;
use crate::base::ids::{BusyId, GroupId, PersonId, SeparationId};
use crate::base::time::berlin_today;
use crate::conflicts::{self, Planned, rules::Conflict, rules::Kind};
use crate::facilities;
use crate::groups::store::series;
use crate::schema::people::{person_busy, person_need, person_separation};
use crate::store::{Rows, Sql, Writer};

/// An appointment: kind, person of the running group, weekday if it is weekly, day, minutes if they are known.
type Appointment = (
    &'static str,
    PersonId,
    Option<i64>,
    Date,
    Option<(i64, i64)>,
);

pub(super) async fn seed(
    writer: &Writer<Operate>,
    placed: &Placed,
    running: GroupId,
) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let dresden = facility(writer, "DD").await?;
    let dates = series::sessions(writer, running)
        .await
        .map_err(DemoProblem::new)?;
    let coming: Vec<Date> = dates
        .iter()
        .map(|session| session.day)
        .filter(|day| *day > today)
        .collect();
    // Those of the running group, who stay in it.
    let person = |index: usize| placed.dresden.get(index).copied();
    let (Some(court), Some(doctor), Some(worker), Some(apart)) =
        (person(8), person(9), person(10), person(30))
    else {
        return Ok(());
    };
    let (Some(first), Some(second), Some(third)) = (coming.first(), coming.get(1), coming.get(2))
    else {
        return Ok(());
    };
    let tuesday = i64::from(third.weekday().number_from_monday());
    let appointments: [Appointment; 3] = [
        ("court", court, None, *first, None),
        (
            "medical",
            doctor,
            None,
            *second,
            Some((15 * 60, 15 * 60 + 45)),
        ),
        // Work ends when the group begins: no conflict.
        (
            "work",
            worker,
            Some(tuesday),
            *third,
            Some((7 * 60, 14 * 60)),
        ),
    ];
    let rows =
        appointments.map(
            |(kind, person_id, weekday, first_day, minutes)| person_busy::Model {
                id: BusyId(writer.entropy().uuid()),
                person_id,
                kind: kind.to_owned(),
                weekday,
                first_day,
                day_after: weekday.is_none().then(|| first_day + Duration::DAY),
                start_minute: minutes.map(|(from, _)| from),
                end_minute: minutes.map(|(_, to)| to),
                created_at: writer.now(),
                created_by_name: writer.access().actor().name().to_owned(),
            },
        );
    writer
        .insert_all(rows.to_vec())
        .await
        .map_err(DemoProblem::new)?;
    writer
        .insert(person_need::Model {
            person_id: worker,
            language: "ru".to_owned(),
            security: 1,
            version: 1,
        })
        .await
        .map_err(DemoProblem::new)?;
    writer
        .insert(person_separation::Model {
            id: SeparationId(writer.entropy().uuid()),
            person_id: court.min(apart),
            other_id: court.max(apart),
            code: "order".to_owned(),
            created_at: writer.now(),
            created_by_name: writer.access().actor().name().to_owned(),
        })
        .await
        .map_err(DemoProblem::new)?;
    writer
        .change_one(
            Sql::new("update facility set window_from = ?, window_to = ? where id = ?")
                .bind(7_i64 * 60)
                .bind(18_i64 * 60)
                .bind(dresden),
        )
        .await
        .map_err(DemoProblem::new)?;

    // The day at court was taken on; the doctor is open.
    let programmes = facilities::programmes(writer, today, today)
        .await
        .map_err(DemoProblem::new)?;
    let planned = Planned {
        group: running,
        facility: dresden,
        programme: programme(&programmes, "akt_gruppe")?,
        places: 8,
        trainers: &[],
    };
    let last = coming.last().copied().unwrap_or(today);
    let found = conflicts::of_person(writer, &planned, court, today, last)
        .await
        .map_err(DemoProblem::new)?;
    let taken: Vec<Conflict> = found
        .into_iter()
        .filter(|one| one.kind == Kind::PersonBusy && one.day == *first)
        .collect();
    conflicts::take_on(
        writer,
        running,
        &taken,
        "Termin erst am Vormittag; die Vorführung ist mit dem Gericht abgestimmt.",
    )
    .await
    .map_err(DemoProblem::new)
}
