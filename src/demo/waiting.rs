//! A made-up waiting list: people in every state, one of whom had to leave a group when transferred.

use time::Duration;

use super::people::Placed;
use super::{DemoAccount, DemoProblem, Outcome, account, facility, programme, staff};
use crate::access::permissions::Operate;
use crate::base::german;
use crate::base::ids::{ApplicationId, EnrolmentId, GroupId, MembershipId, PersonId};
use crate::base::time::berlin_today;
use crate::casework::take_part;
use crate::facilities;
use crate::history::{self, Change};
use crate::schema::groups::{application, enrolment, membership};
use crate::store::{Rows, Writer};

/// Where in the list of people of JVA Dresden those begin who are in no group.
const FIRST: usize = 44;

/// State, access route, days since the application, days since the interview with its result and recommended form,
/// days since the end with its reason.
type Line = (
    &'static str,
    &'static str,
    i64,
    Option<(i64, &'static str, Option<&'static str>)>,
    Option<(i64, Option<&'static str>)>,
    Option<&'static str>,
);

const LINES: &[Line] = &[
    (
        "suitable",
        "self",
        96,
        Some((61, "suitable", Some("group"))),
        None,
        None,
    ),
    (
        "suitable",
        "vollzugsplan",
        80,
        Some((40, "suitable", Some("group"))),
        None,
        Some("Nachmittags Schule bis 13:30 Uhr"),
    ),
    (
        "suitable",
        "staff",
        74,
        Some((40, "suitable", Some("group"))),
        None,
        None,
    ),
    (
        "suitable",
        "court_order",
        52,
        Some((19, "suitable", Some("individual"))),
        None,
        None,
    ),
    (
        "postponed",
        "self",
        66,
        Some((33, "later", Some("group"))),
        None,
        Some("Ausbildungsblock bis Februar"),
    ),
    (
        "interviewed",
        "vollzugsplan",
        31,
        Some((5, "open", None)),
        None,
        None,
    ),
    ("applied", "self", 12, None, None, None),
    ("applied", "kora", 3, None, None, None),
    (
        "declined",
        "staff",
        120,
        Some((88, "unsuitable", Some("individual"))),
        Some((88, None)),
        None,
    ),
    (
        "withdrawn",
        "self",
        140,
        None,
        Some((101, Some("own_wish"))),
        None,
    ),
];

pub(super) async fn seed(
    writer: &Writer<Operate>,
    accounts: &[DemoAccount],
    placed: &Placed,
    running: GroupId,
) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let dresden = facility(writer, "DD").await?;
    let programmes = facilities::programmes(writer, today, today)
        .await
        .map_err(DemoProblem::new)?;
    let akt = programme(&programmes, "akt_gruppe")?;
    let by = account(accounts, "sozialdienst")?;
    let ago = |days: i64| today - Duration::days(days);
    let people: Vec<PersonId> = placed.dresden.iter().copied().skip(FIRST).collect();
    let (mut rows, mut changes) = (Vec::new(), Vec::new());
    for (line, person) in LINES.iter().zip(&people) {
        let (state, route, applied, interview, end, remark) = *line;
        let id = ApplicationId(writer.entropy().uuid());
        rows.push(application::Model {
            id,
            person_id: *person,
            programme_id: akt,
            facility_id: dresden,
            access_route: route.to_owned(),
            applied_on: ago(applied),
            state: state.to_owned(),
            interview_on: interview.map(|(days, ..)| ago(days)),
            interview_result: interview.map(|(_, result, _)| result.to_owned()),
            recommended_form: interview.and_then(|(_, _, form)| form.map(str::to_owned)),
            remark: remark.map(str::to_owned),
            closed_on: end.map(|(days, _)| ago(days)),
            close_reason: end.and_then(|(_, reason)| reason.map(str::to_owned)),
            group_id: None,
            enrolment_id: None,
            created_at: writer.now().plus_minutes(-applied * 24 * 60),
            created_by_name: by.name.clone(),
            version: 1,
        });
        changes.push(
            Change::new("application", id.0, "Auf die Warteliste gesetzt")
                .about(*person)
                .values(None, Some(german::date(ago(applied)))),
        );
    }
    writer.insert_all(rows).await.map_err(DemoProblem::new)?;
    history::record(writer, changes)
        .await
        .map_err(DemoProblem::new)?;
    // The third one was in the running group, was transferred and came back.
    let Some(returning) = people.get(2) else {
        return Ok(());
    };
    let provider = facilities::account_choices(writer, today)
        .await
        .map_err(DemoProblem::new)?
        .provider_of(Some(staff(accounts, "training")?))
        .ok_or_else(|| DemoProblem::new("Träger fehlt"))?;
    let enrolment_id = EnrolmentId(writer.entropy().uuid());
    let earlier = enrolment::Model {
        id: enrolment_id,
        person_id: *returning,
        programme_id: akt,
        provider_id: provider,
        facility_id: dresden,
        staff_id: None,
        access_route: "staff".to_owned(),
        enrolled_on: ago(130),
        started_on: None,
        ended_on: Some(ago(110)),
        outcome: Some("dropped_out".to_owned()),
        created_at: writer.now(),
        version: 1,
    };
    take_part(writer, vec![earlier])
        .await
        .map_err(DemoProblem::new)?;
    let place = membership::Model {
        id: MembershipId(writer.entropy().uuid()),
        group_id: running,
        person_id: *returning,
        programme_id: akt,
        enrolment_id,
        from_day: ago(130),
        to_day: Some(ago(110)),
        end_reason: Some("versetzt".to_owned()),
    };
    writer.insert(place).await.map_err(DemoProblem::new)
}
