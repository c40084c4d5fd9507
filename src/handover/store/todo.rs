//! What is to be done about hand-overs: data for lists of tasks.

use sea_orm::FromQueryResult;
use time::{Date, Duration};

use crate::access::Scope;
use crate::base::ids::PersonId;
use crate::base::time::berlin_today;
use crate::casework::not_confidential;
use crate::handover::rules::todo::{BEFORE_RELEASE, prepare_on};
use crate::people::unrestricted;
use crate::store::{Result, Rows, Sql};

/// Something to be done, with its day and the way there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Todo {
    /// Until when.
    pub due: Date,
    /// What.
    pub text: String,
    /// About whom.
    pub person: PersonId,
    /// "Adler, Kai".
    pub name: String,
    /// Where it is done.
    pub href: String,
}

#[derive(FromQueryResult)]
struct ReleaseRow {
    person_id: PersonId,
    family_name: String,
    given_name: String,
    expected_release: Date,
}

/// Weeks ahead of which a release without a hand-over is told of: twice the days before it is due.
const LOOK_AHEAD: i64 = 2 * BEFORE_RELEASE;

/// People of a prison who are to be released soon, take part in something, and are handed over to nobody.
async fn unprepared<R: Rows>(rows: &R, today: Date) -> Result<Vec<ReleaseRow>> {
    let Scope::Facility(facility) = rows.access().scope() else {
        return Ok(Vec::new());
    };
    rows.all(
        Sql::new(
            "select p.id as person_id, p.family_name, p.given_name, pl.expected_release from placement pl \
             join person p on p.id = pl.person_id where pl.facility_id = ? and pl.kind = 'custody' and pl.from_day <= ? \
             and pl.to_day is null and pl.expected_release >= ? and pl.expected_release <= ? and ",
        )
        .bind(facility)
        .bind(today)
        .bind(today)
        .bind(today + Duration::days(LOOK_AHEAD))
        .append(unrestricted("p.id"))
        .push(
            " and exists (select 1 from enrolment e \
             where e.person_id = pl.person_id and e.ended_on is null and ",
        )
        .append(not_confidential("e.provider_id"))
        .push(
            ") and not exists (select 1 from hand_over h where h.person_id = pl.person_id and h.kind = 'probation' and h.moves_on >= pl.from_day \
             and (h.state = 'accepted' or (h.state = 'offered' and h.expires_on >= ?))) \
             order by pl.expected_release, p.sort_key, p.id limit 50",
        )
        .bind(today),
    )
    .await
}

/// What the actor has to do about hand-overs today: offers to be answered, releases to be prepared, transition
/// management to be begun, first contacts, coaching that ends. The earliest first; two statements. Everybody in it is in
/// the actor's scope, or is offered to the actor's place.
///
/// # Errors
/// If the database does not answer.
pub async fn open_for<R: Rows>(rows: &R) -> Result<Vec<Todo>> {
    let today = berlin_today(rows.now());
    let mut found = Vec::new();
    for line in super::list(rows).await? {
        for task in line.open_tasks(today) {
            found.push(Todo {
                due: task.due,
                text: task.text,
                person: line.person_id,
                name: line.name.clone(),
                href: format!("/uebergaben/{}", line.id),
            });
        }
    }
    for row in unprepared(rows, today).await? {
        found.push(Todo {
            due: prepare_on(row.expected_release),
            text: "Entlassung steht bevor: Übergabe anbieten".to_owned(),
            person: row.person_id,
            name: format!("{}, {}", row.family_name, row.given_name),
            href: format!("/personen/{}/uebergabe", row.person_id),
        });
    }
    found.sort_by(|left, right| (left.due, &left.name).cmp(&(right.due, &right.name)));
    Ok(found)
}
