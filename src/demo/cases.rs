//! Made-up enquiries and cases in many states: a mother who stays unknown, a hand-over by the BAMF, a teacher, parents.

use time::{Date, Duration};

use super::people::Placed;
use super::{DemoAccount, DemoProblem, Outcome, account, facility, programme, staff};
use crate::access::permissions::Operate;
use crate::base::ids::{CaseId, CounsellingId, FacilityId, PersonId, ProviderId, StaffId};
use crate::base::time::berlin_today;
use crate::facilities::{self, ProgrammeLine};
use crate::history::{self, Change};
use crate::schema::casework::{case_step, client_case, counselling_session};
use crate::store::{Rows, Sql, Writer};

/// A case to be made; its course as days ago, state and code of the reason.
#[derive(Clone, Copy)]
struct Line<'a> {
    client: &'a str,
    role: Option<&'a str>,
    person: Option<PersonId>,
    programme: &'a str,
    provider: ProviderId,
    facility: Option<FacilityId>,
    team: (Option<StaffId>, Option<StaffId>),
    asked_by: &'a str,
    route: &'a str,
    order: Option<&'a str>,
    plan: &'a str,
    phenomenon: &'a str,
    language: Option<&'a str>,
    children: [Option<i64>; 3],
    by: &'a DemoAccount,
    course: &'a [(i64, &'a str, Option<&'a str>)],
    /// Days ago on which talks took place, for clients without a name.
    talks: &'a [i64],
}

async fn make(
    writer: &Writer<Operate>,
    programmes: &[ProgrammeLine],
    line: &Line<'_>,
) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let ago = |days: i64| today - Duration::days(days);
    let at = |days: i64| writer.now().plus_minutes(-60 * 24 * days);
    let id = CaseId(writer.entropy().uuid());
    let last = line.course.last().copied().unwrap_or((0, "enquiry", None));
    let closed = matches!(
        last.1,
        "declined" | "passed_on" | "completed" | "broken_off"
    );
    let before = line
        .course
        .iter()
        .rev()
        .nth(1)
        .map(|step| step.1.to_owned());
    let row = client_case::Model {
        id,
        client: line.client.to_owned(),
        client_role: line.role.map(str::to_owned),
        person_id: line.person,
        about_person_id: None,
        programme_id: programme(programmes, line.programme)?,
        provider_id: line.provider,
        facility_id: line.facility,
        staff_id: line.team.0,
        second_staff_id: line.team.1,
        enrolment_id: None,
        asked_by: Some(line.asked_by.to_owned()),
        access_route: line.route.to_owned(),
        enquired_on: line.course.first().map_or(today, |step| ago(step.0)),
        court_order: Some(line.order.unwrap_or("none").to_owned()),
        court_report: line.order.is_some(),
        sentence_plan: Some(line.plan.to_owned()),
        phenomenon: Some(line.phenomenon.to_owned()),
        language: line.language.map(str::to_owned),
        interpreter: line.language.is_some(),
        availability: "afternoon evening".to_owned(),
        children_small: line.children[0],
        children_school: line.children[1],
        children_youth: line.children[2],
        state: last.1.to_owned(),
        before_state: before.filter(|_| closed || last.1 == "paused"),
        closed_on: closed.then(|| ago(last.0)),
        talk_weeks: None,
        talk_minutes: None,
        linked_on: None,
        consent_on: None,
        created_at: at(line.course.first().map_or(0, |step| step.0)),
        created_by: Some(line.by.id),
        created_by_name: line.by.name.clone(),
        version: 1,
    };
    writer.insert(row).await.map_err(DemoProblem::new)?;
    let mut steps = Vec::new();
    let mut from: Option<&str> = None;
    for (number, (days, state, reason)) in (1..).zip(line.course) {
        steps.push(case_step::Model {
            case_id: id,
            number,
            day: ago(*days),
            from_state: from.map(str::to_owned),
            to_state: (*state).to_owned(),
            reason: reason.map(str::to_owned),
            at: at(*days),
            by_name: line.by.name.clone(),
        });
        let label = |code: &str| {
            crate::casework::rules::course::State::from_code(code)
                .map_or("–", |state| state.label())
        };
        let what = if from.is_none() {
            "Anfrage erfasst"
        } else {
            "Stand geändert"
        };
        let mut change = Change::new("client_case", id.0, what).values(
            from.map(|code| label(code).to_owned()),
            Some(label(state).to_owned()),
        );
        if let Some(person) = line.person {
            change = change.about(person);
        }
        history::record(writer, vec![change])
            .await
            .map_err(DemoProblem::new)?;
        // It happened then, and not when the demo was made.
        writer
            .change(
                Sql::new(
                    "update history set at = ?, actor_name = ? where object_id = ? and at = ?",
                )
                .bind(at(*days))
                .bind(line.by.name.clone())
                .bind(id)
                .bind(writer.now()),
            )
            .await
            .map_err(DemoProblem::new)?;
        from = Some(state);
    }
    writer.insert_all(steps).await.map_err(DemoProblem::new)?;
    let talks = line
        .talks
        .iter()
        .map(|days| counselling_session::Model {
            id: CounsellingId(writer.entropy().uuid()),
            enrolment_id: None,
            person_id: None,
            case_id: Some(id),
            day: ago(*days),
            minutes: 60,
            form: "telephone".to_owned(),
            outcome: "took_place".to_owned(),
            late: false,
            recorded_by: line.by.id,
            recorded_by_name: line.by.name.clone(),
            recorded_at: at(*days),
            version: 1,
        })
        .collect();
    writer.insert_all(talks).await.map_err(DemoProblem::new)
}

/// Some running participations are interrupted or on the way out.
async fn vary(writer: &Writer<Operate>, today: Date) -> Outcome<()> {
    for (state, code, number) in [
        ("paused", "distanzierung", 1i64),
        ("transition", "elterncoaching", 1),
    ] {
        writer
            .change(
                Sql::new(
                    "update client_case set state = ?, before_state = 'running' where id in (select k.id from client_case k \
                     join enrolment e on e.id = k.enrolment_id join programme m on m.id = k.programme_id \
                     where m.code = ? and e.ended_on is null and e.started_on < ? order by e.started_on, k.id limit ?)",
                )
                .bind(state.to_owned())
                .bind(code.to_owned())
                .bind(today)
                .bind(number),
            )
            .await
            .map_err(DemoProblem::new)?;
    }
    Ok(())
}

pub(super) async fn seed(
    writer: &Writer<Operate>,
    accounts: &[DemoAccount],
    placed: &Placed,
) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let programmes = facilities::programmes(writer, today, today)
        .await
        .map_err(DemoProblem::new)?;
    let choices = facilities::account_choices(writer, today)
        .await
        .map_err(DemoProblem::new)?;
    let provider = |login: &str| {
        choices
            .provider_of(Some(staff(accounts, login)?))
            .ok_or_else(|| DemoProblem::new("Träger fehlt"))
    };
    let (vpn, apro) = (provider("training")?, provider("beratung")?);
    let (trainer, exit) = (staff(accounts, "training")?, staff(accounts, "beratung")?);
    let second = facilities::staff_of_provider(writer, "apro", today)
        .await
        .map_err(DemoProblem::new)?
        .into_iter()
        .find(|member| member.id != exit && member.role == "counsellor")
        .map(|member| member.id);
    let (dresden, office) = (
        facility(writer, "DD").await?,
        facility(writer, "BH-DD").await?,
    );
    let (counsellor, worker, officer, vpn_trainer) = (
        account(accounts, "beratung")?,
        account(accounts, "sozialdienst")?,
        account(accounts, "bewaehrung")?,
        account(accounts, "training")?,
    );
    let inmates = placed
        .dresden
        .iter()
        .rev()
        .copied()
        .take(6)
        .collect::<Vec<_>>();
    let client = placed.clients.get(18).or(placed.clients.last()).copied();
    let [first, next, third, fourth, ..] = inmates.as_slice() else {
        return Ok(());
    };
    let base = Line {
        client: "person",
        role: None,
        person: None,
        programme: "distanzierung",
        provider: vpn,
        facility: Some(dresden),
        team: (Some(trainer), None),
        asked_by: "prison_service",
        route: "staff",
        order: None,
        plan: "no",
        phenomenon: "clarifying",
        language: None,
        children: [None; 3],
        by: worker,
        course: &[],
        talks: &[],
    };
    let nameless = Line {
        facility: None,
        plan: "not_applicable",
        ..base
    };
    let lines = [
        // A mother calls and stays unknown.
        Line {
            client: "relative",
            role: Some("parent"),
            programme: "umfeldberatung",
            provider: apro,
            team: (Some(exit), None),
            asked_by: "family",
            route: "family_professional",
            phenomenon: "right",
            by: counsellor,
            course: &[
                (62, "enquiry", None),
                (60, "first_talk", None),
                (46, "agreed", None),
                (45, "running", None),
            ],
            talks: &[60, 45, 31, 17, 3],
            ..nameless
        },
        // The BAMF hands over; the prison learns of appointments only.
        Line {
            person: Some(*first),
            programme: "ausstieg",
            provider: apro,
            team: (Some(exit), second),
            asked_by: "bamf",
            route: "bamf",
            phenomenon: "islamist",
            language: Some("ar"),
            by: counsellor,
            course: &[(9, "enquiry", None), (5, "clearing", None)],
            ..base
        },
        Line {
            client: "professional",
            role: Some("teacher"),
            programme: "umfeldberatung",
            provider: apro,
            team: (Some(exit), None),
            asked_by: "professional",
            route: "family_professional",
            phenomenon: "right",
            by: counsellor,
            course: &[
                (150, "enquiry", None),
                (147, "first_talk", None),
                (140, "agreed", None),
                (133, "running", None),
                (70, "completed", Some("settled")),
            ],
            talks: &[147, 133, 119, 98, 70],
            ..nameless
        },
        Line {
            client: "anonymous",
            asked_by: "kora",
            route: "kora",
            by: vpn_trainer,
            course: &[(12, "enquiry", None), (6, "first_talk", None)],
            talks: &[6],
            ..nameless
        },
        Line {
            person: Some(*next),
            course: &[(4, "enquiry", None)],
            phenomenon: "right",
            plan: "yes",
            route: "vollzugsplan",
            ..base
        },
        Line {
            person: Some(*third),
            programme: "elterncoaching",
            asked_by: "self",
            route: "self",
            phenomenon: "none",
            children: [Some(1), Some(2), None],
            course: &[(8, "enquiry", None), (2, "clearing", None)],
            ..base
        },
        Line {
            person: Some(*fourth),
            course: &[
                (50, "enquiry", None),
                (44, "clearing", None),
                (40, "declined", Some("own_wish")),
            ],
            ..base
        },
        Line {
            person: client,
            facility: Some(office),
            asked_by: "probation",
            route: "court_order",
            order: Some("weisung"),
            plan: "not_applicable",
            phenomenon: "reichsbuerger",
            by: officer,
            course: &[(3, "enquiry", None)],
            ..base
        },
    ];
    for line in lines
        .iter()
        .filter(|line| line.client != "person" || line.person.is_some())
    {
        make(writer, &programmes, line).await?;
    }
    vary(writer, today).await
}
