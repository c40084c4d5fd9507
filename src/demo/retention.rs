//! Made-up people who left long ago: restricted, due to be erased, held, contested.

use time::{Date, Duration};

use super::{DemoProblem, Outcome, facility};
use crate::access::permissions::Operate;
use crate::base::ids::{ErasureHoldId, PersonId};
use crate::base::time::berlin_today;
use crate::people::import::{Setting, Sex};
use crate::people::{NewPerson, NumberKind, PlacementKind, insert_people};
use crate::restriction::restrict_all;
use crate::restriction::rules::{Ground, HoldGround};
use crate::retention;
use crate::schema::retention::erasure_hold;
use crate::store::{Rows, Sql, Writer};

/// Name, number, setting, and how many days ago the release was.
const GONE: [(&str, &str, &str, Setting, i64); 5] = [
    (
        "Altmann",
        "Gregor",
        "0117-15",
        Setting::Sentence,
        5 * 366 + 40,
    ),
    (
        "Birnbaum",
        "Mika",
        "0204-18",
        Setting::YouthCustody,
        3 * 366 + 12,
    ),
    (
        "Cordes",
        "Volker",
        "0311-16",
        Setting::Sentence,
        5 * 366 + 190,
    ),
    (
        "Dorn",
        "Henning",
        "0402-21",
        Setting::Sentence,
        2 * 366 + 90,
    ),
    ("Eckert", "Jonas", "0519-24", Setting::Sentence, 300),
];

fn made_up(
    (family, given, number, setting, ago): (&str, &str, &str, Setting, i64),
    place: crate::base::ids::FacilityId,
    today: Date,
) -> NewPerson {
    NewPerson {
        family_name: family.to_owned(),
        given_name: given.to_owned(),
        birth_date: Some(today - Duration::days(ago + 24 * 365)),
        sex: Sex::Male,
        number: Some((NumberKind::PrisonNumber, number.to_owned())),
        facility: place,
        kind: PlacementKind::Custody,
        setting,
        from_day: today - Duration::days(ago + 500),
        expected_release: None,
        assigned_to: None,
    }
}

pub(super) async fn seed(writer: &Writer<Operate>) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let place = facility(writer, "DD").await?;
    let people = GONE.map(|gone| made_up(gone, place, today)).to_vec();
    let ids = insert_people(writer, people)
        .await
        .map_err(DemoProblem::new)?;
    for (id, (.., ago)) in ids.iter().zip(GONE) {
        writer
            .change(
                Sql::new("update placement set to_day = ?, end_reason = 'release', version = version + 1 where person_id = ?")
                    .bind(today - Duration::days(ago))
                    .bind(*id),
            )
            .await
            .map_err(DemoProblem::new)?;
    }
    let of = |place: usize| -> Outcome<PersonId> {
        ids.get(place)
            .copied()
            .ok_or_else(|| DemoProblem::new("jemand fehlt"))
    };
    writer
        .insert(erasure_hold::Model {
            id: ErasureHoldId(writer.entropy().uuid()),
            person_id: of(2)?,
            ground: HoldGround::Proceedings.code().to_owned(),
            reason: "Verwaltungsgericht Dresden, 3 K 118/26".to_owned(),
            review_on: today + Duration::days(21),
            set_at: writer.now(),
            set_by: None,
            set_by_name: "Dorothea Schutz".to_owned(),
            lifted_at: None,
            lifted_by_name: None,
            lift_reason: None,
            version: 1,
        })
        .await
        .map_err(DemoProblem::new)?;
    let reason = "Schreiben der Person: Geburtsdatum bestritten, Nachfrage beim Standesamt läuft";
    restrict_all(
        writer,
        Ground::Contested,
        &[(of(4)?, reason.to_owned(), None)],
    )
    .await
    .map_err(DemoProblem::new)?;
    retention::mark_due(writer)
        .await
        .map_err(DemoProblem::new)?;
    Ok(())
}
