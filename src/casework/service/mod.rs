//! Use cases of participations; [`talks`] has those of counselling sessions, [`plans`] those of planned ones. Each runs
//! within the caller's unit of work.

use time::Date;

pub(super) mod clients;
pub(super) mod danger;
pub(super) mod deadlines;
pub(super) mod enquiry;
pub(super) mod plans;
pub(super) mod referral;
pub(super) mod steps;
pub(super) mod talks;

use super::codes::{AccessRoute, EnrolmentOutcome};
use super::rules::course::State;
use super::rules::{Life, LifeProblem};
use super::store::write::{self, Step};
use super::store::{self, CodeEntry, EnrolmentLine, Offer, StaffLine};
use crate::access::{Scope, Writes};
use crate::base::german;
use crate::base::ids::{EnrolmentId, PersonId, ProgrammeId, ProviderId, StaffId};
use crate::base::time::berlin_today;
use crate::history::{self, Change};
use crate::people::{self, PersonHead};
use crate::schema::groups::enrolment;
use crate::store::{Rows, StoreError, Writer};

/// Why something was not done.
#[derive(Debug)]
pub(super) enum Problem {
    /// A sentence for a field of the form; "" means the form as a whole.
    Field(&'static str, String),
    /// The same for a field of one of several rows.
    Row(String, String),
    /// The database.
    Store(StoreError),
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Problem::Store(error)
    }
}

fn at(field: &'static str) -> impl Fn(LifeProblem) -> Problem {
    move |problem| Problem::Field(field, problem.to_string())
}

/// Person, programmes and staff that a new participation is made of.
pub(super) struct EnrolDesk {
    pub head: PersonHead,
    pub offers: Vec<Offer>,
    pub staff: Vec<StaffLine>,
}

impl EnrolDesk {
    /// Loads what the form needs; `None` if the person is not in the actor's scope.
    pub async fn load<R: Rows>(rows: &R, person: PersonId) -> Result<Option<Self>, StoreError> {
        let Some(head) = people::find(rows, person).await? else {
            return Ok(None);
        };
        let today = berlin_today(rows.now());
        Ok(Some(Self {
            head,
            offers: store::offers(rows, today).await?,
            staff: store::staff(rows, today).await?,
        }))
    }
}

/// What the form for a new participation says.
pub(super) struct NewEnrolment {
    pub programme: ProgrammeId,
    /// Left out where only one provider has a part in the programme.
    pub provider: Option<ProviderId>,
    pub route: AccessRoute,
    pub staff: Option<StaffId>,
    pub day: Date,
}

/// The offer that programme and provider mean.
pub(super) fn chosen_offer(
    offers: &[Offer],
    programme: ProgrammeId,
    provider: Option<ProviderId>,
) -> Result<&Offer, Problem> {
    let mut of_programme = offers
        .iter()
        .filter(|offer| offer.programme_id == programme);
    let Some(first) = of_programme.next() else {
        return Err(Problem::Field(
            "programme",
            "Diese Maßnahme wird heute nicht angeboten. Bitte eine andere auswählen.".into(),
        ));
    };
    if first.client == "environment" {
        return Err(Problem::Field(
            "programme",
            "Dieses Angebot berät Angehörige und Fachkräfte, nicht die Person selbst. Bitte dafür eine Anfrage stellen.".into(),
        ));
    }
    if first.kind == "group" {
        return Err(Problem::Field(
            "programme",
            "In diese Maßnahme wird über die Gruppe aufgenommen. Bitte dort die Person aufnehmen."
                .into(),
        ));
    }
    let others: Vec<&Offer> = of_programme.collect();
    match provider {
        None if others.is_empty() => Ok(first),
        None => Err(Problem::Field(
            "provider",
            format!("Bitte einen Träger auswählen: {}.", names(first, &others)),
        )),
        Some(provider) => std::iter::once(first)
            .chain(others.iter().copied())
            .find(|offer| offer.provider_id == provider)
            .ok_or_else(|| {
                Problem::Field(
                    "provider",
                    format!(
                        "Dieser Träger führt die Maßnahme heute nicht durch. Möglich: {}.",
                        names(first, &others)
                    ),
                )
            }),
    }
}

fn names(first: &Offer, others: &[&Offer]) -> String {
    let mut names = vec![first.provider_name.as_str()];
    for offer in others {
        if !names.contains(&offer.provider_name.as_str()) {
            names.push(&offer.provider_name);
        }
    }
    names.join(", ")
}

/// Begins a participation.
pub(super) async fn enrol<P: Writes>(
    writer: &Writer<P>,
    desk: &EnrolDesk,
    new: &NewEnrolment,
) -> Result<EnrolmentId, Problem> {
    let offer = chosen_offer(&desk.offers, new.programme, new.provider)?;
    if let Some(staff) = new.staff {
        let fits = desk
            .staff
            .iter()
            .any(|line| line.id == staff && line.provider_id == offer.provider_id);
        if !fits {
            return Err(Problem::Field(
                "staff",
                format!(
                    "Diese Fachkraft gehört nicht zu {}. Bitte eine andere oder keine auswählen.",
                    offer.provider_name
                ),
            ));
        }
    }
    begin(
        writer,
        &desk.head,
        offer,
        new.route,
        new.staff,
        new.day,
        "enrolled_on",
    )
    .await
}

/// Why a participation was not begun.
#[derive(Debug)]
pub(crate) enum NotBegun {
    /// The rules do not allow it; carries the German sentence.
    Refused(String),
    /// The database.
    Store(StoreError),
}

/// Begins a participation with the programme's leading provider, as the form on the person's page would. For rooms that
/// begin one as the consequence of something else.
pub(crate) async fn enrol_with_lead<P: Writes>(
    writer: &Writer<P>,
    head: &PersonHead,
    programme: ProgrammeId,
    route: AccessRoute,
    day: Date,
) -> Result<EnrolmentId, NotBegun> {
    let offers = store::offers(writer, day).await.map_err(NotBegun::Store)?;
    // The leading provider stands first.
    let Some(offer) = offers.iter().find(|offer| offer.programme_id == programme) else {
        return Err(NotBegun::Refused(
            "Diese Maßnahme wird heute nicht angeboten.".into(),
        ));
    };
    begin(writer, head, offer, route, None, day, "")
        .await
        .map_err(|problem| match problem {
            Problem::Field(_, sentence) | Problem::Row(_, sentence) => NotBegun::Refused(sentence),
            Problem::Store(error) => NotBegun::Store(error),
        })
}

async fn begin<P: Writes>(
    writer: &Writer<P>,
    head: &PersonHead,
    offer: &Offer,
    route: AccessRoute,
    staff: Option<StaffId>,
    day: Date,
    day_field: &'static str,
) -> Result<EnrolmentId, Problem> {
    let elsewhere = || {
        Problem::Field(
            "",
            "Die Person ist heute nicht in Ihrer Einrichtung untergebracht. Eine neue Teilnahme beginnt die Einrichtung, die jetzt zuständig ist.".into(),
        )
    };
    let facility = match writer.access().scope() {
        Scope::Facility(facility) if head.facility_id == Some(facility) => facility,
        Scope::Assigned { office, .. } => office,
        // A provider agrees with somebody whose case it has; where a grant opens it, the case's scope said already.
        Scope::Trainer { .. } | Scope::Provider { .. } => head.facility_id.ok_or_else(elsewhere)?,
        _ => return Err(elsewhere()),
    };
    let siblings = store::siblings(writer, head.id, offer.programme_id, None).await?;
    let running = || {
        Problem::Field("programme", "An dieser Maßnahme nimmt die Person schon teil. Jede Person zählt je Maßnahme nur einmal.".into())
    };
    if siblings.open {
        return Err(running());
    }
    let life =
        Life::enrol(day, siblings.latest_end, berlin_today(writer.now())).map_err(at(day_field))?;
    let id = EnrolmentId(writer.entropy().uuid());
    let row = enrolment::Model {
        id,
        person_id: head.id,
        programme_id: offer.programme_id,
        provider_id: offer.provider_id,
        facility_id: facility,
        staff_id: staff,
        access_route: route.code().to_owned(),
        enrolled_on: life.enrolled_on,
        started_on: None,
        ended_on: None,
        outcome: None,
        created_at: writer.now(),
        version: 1,
    };
    match store::participation::take_part(writer, vec![row]).await {
        Ok(()) => {}
        // Somebody else was faster; the unique index holds the rule.
        Err(StoreError::Duplicate(_)) => return Err(running()),
        Err(error) => return Err(error.into()),
    }
    let said = format!(
        "{} ({}), ab {}, {}",
        offer.programme_name,
        offer.provider_name,
        german::date(day),
        route.label()
    );
    let change = Change::new("enrolment", id.0, "Teilnahme begonnen").values(None, Some(said));
    history::record(writer, vec![change.about(head.id)]).await?;
    Ok(id)
}

/// A prison changes participations only of people placed with it today: after a transfer the next facility does.
fn responsible<P: Writes>(writer: &Writer<P>, head: &PersonHead) -> Result<(), Problem> {
    match writer.access().scope() {
        Scope::Facility(facility) if head.facility_id != Some(facility) => Err(Problem::Field(
            "",
            "Die Person ist heute nicht in Ihrer Einrichtung untergebracht. Die Teilnahme ändert die Einrichtung, die jetzt zuständig ist.".into(),
        )),
        _ => Ok(()),
    }
}

/// Ends a participation as completed or broken off, by the reason's category, and its case with it.
pub(super) async fn end<P: Writes>(
    writer: &Writer<P>,
    head: &PersonHead,
    line: &EnrolmentLine,
    version: i64,
    reason: &CodeEntry,
    day: Date,
) -> Result<(), Problem> {
    let to = State::from_code(&reason.category).unwrap_or(State::BrokenOff);
    catch_up(writer, line).await?;
    end_as(writer, head, line, version, (to, reason), day).await
}

/// Ends a participation; `to` is the state of its case then.
async fn end_as<P: Writes>(
    writer: &Writer<P>,
    head: &PersonHead,
    line: &EnrolmentLine,
    version: i64,
    (to, reason): (State, &CodeEntry),
    day: Date,
) -> Result<(), Problem> {
    responsible(writer, head)?;
    close(writer, line, version, (to, reason), day).await
}

/// The same whoever is responsible: the caller has found the participation among what the actor decides.
async fn close<P: Writes>(
    writer: &Writer<P>,
    line: &EnrolmentLine,
    version: i64,
    (to, reason): (State, &CodeEntry),
    day: Date,
) -> Result<(), Problem> {
    if line.ended_on.is_none() {
        store::hold(writer, line.id).await?;
    }
    let held = store::held(writer, line.id).await?;
    if held.memberships > 0 {
        return Err(Problem::Field(
            "",
            "Die Person ist noch in einer Gruppe dieser Maßnahme. Bitte sie zuerst dort ausscheiden lassen.".into(),
        ));
    }
    line.life()
        .end(day, held.last, berlin_today(writer.now()))
        .map_err(at("ended_on"))?;
    let outcome = match to {
        State::Completed => EnrolmentOutcome::Completed,
        _ => EnrolmentOutcome::DroppedOut,
    };
    store::set_end(writer, line.id, version, Some((day, outcome.code()))).await?;
    let change = Change::new("enrolment", line.id.0, "Teilnahme beendet")
        .values(
            Some(format!("{}: läuft", line.programme_name)),
            Some(format!("{} am {}", outcome.label(), german::date(day))),
        )
        .because(Some(reason.label.clone()));
    history::record(writer, vec![change.about(line.person_id)]).await?;
    if let Some(case) = line.case_id {
        let step = Step {
            case,
            day,
            from: Some(line.state()),
            to,
            reason: Some(&reason.code),
        };
        write::insert_step(writer, &step).await?;
        plans::end_with_case(writer, case, day).await?;
    }
    Ok(())
}

/// Writes down steps of the case that only the days of the participation tell of so far: that it began, that it ended.
/// So what was reached stays reached when the participation is opened again.
async fn catch_up<P: Writes>(writer: &Writer<P>, line: &EnrolmentLine) -> Result<(), StoreError> {
    let Some(case) = line.case_id else {
        return Ok(());
    };
    let mut last = write::last_state(writer, case).await?;
    let missing = [
        (
            State::Running,
            line.started_on.filter(|_| last == Some(State::Agreed)),
        ),
        (line.state(), line.ended_on),
    ];
    for (to, day) in missing {
        if let Some(day) = day.filter(|_| last != Some(to)) {
            let step = Step {
                case,
                day,
                from: last,
                to,
                reason: None,
            };
            write::insert_step(writer, &step).await?;
            last = Some(to);
        }
    }
    Ok(())
}

/// Takes the ending of a participation back.
pub(super) async fn reopen<P: Writes>(
    writer: &Writer<P>,
    head: &PersonHead,
    line: &EnrolmentLine,
    version: i64,
    reason: String,
    code: Option<&str>,
) -> Result<(), Problem> {
    responsible(writer, head)?;
    open_again(writer, line, version, reason, code).await
}

/// The same whoever is responsible: the caller has found the participation among what the actor decides.
async fn open_again<P: Writes>(
    writer: &Writer<P>,
    line: &EnrolmentLine,
    version: i64,
    reason: String,
    code: Option<&str>,
) -> Result<(), Problem> {
    let life = line.life().reopen().map_err(at(""))?;
    catch_up(writer, line).await?;
    let siblings =
        store::siblings(writer, line.person_id, line.programme_id, Some(line.id)).await?;
    let later = siblings
        .latest_begin
        .is_some_and(|begin| line.ended_on.is_some_and(|end| begin >= end));
    let second = || {
        Problem::Field("", "Die Person hat danach schon eine neue Teilnahme an dieser Maßnahme. Zwei zugleich gibt es nicht.".into())
    };
    if siblings.open || later {
        return Err(second());
    }
    match store::set_end(writer, line.id, version, None).await {
        Ok(()) => {}
        // Somebody began a new one meanwhile; the unique index holds the rule.
        Err(StoreError::Duplicate(_)) => return Err(second()),
        Err(error) => return Err(error.into()),
    }
    let ended = line
        .ended_on
        .map(|day| format!("beendet am {}", german::date(day)));
    let change = Change::new("enrolment", line.id.0, "Teilnahme wieder geöffnet")
        .values(ended, Some(format!("{}: läuft", line.programme_name)))
        .because(Some(reason));
    history::record(writer, vec![change.about(line.person_id)]).await?;
    if let Some(case) = line.case_id {
        write::follow_participation(writer, case).await?;
        let step = Step {
            case,
            day: berlin_today(writer.now()),
            from: Some(line.state()),
            to: if life.started_on.is_some() {
                State::Running
            } else {
                State::Agreed
            },
            reason: code,
        };
        write::insert_step(writer, &step).await?;
    }
    Ok(())
}

/// What the end or the reopening of a participation comes to that an item about a change of placement asks for: done, or
/// the sentence why not.
fn told(result: Result<(), Problem>) -> Result<Option<String>, StoreError> {
    match result {
        Ok(()) => Ok(None),
        Err(Problem::Field(_, sentence) | Problem::Row(_, sentence)) => Ok(Some(sentence)),
        Err(Problem::Store(error)) => Err(error),
    }
}

/// Ends a running participation because the person was moved or released; the sentence why not. The caller decides for
/// the person by an item of its facility. A confidential one does not exist for a prison.
pub(crate) async fn end_after_move<P: Writes>(
    writer: &Writer<P>,
    id: EnrolmentId,
    reason: &str,
) -> Result<Option<String>, StoreError> {
    let today = berlin_today(writer.now());
    write::hold_case_of(writer, id).await?;
    let line = store::enrolment_to_decide(writer, id)
        .await?
        .ok_or(StoreError::Changed)?;
    let codes = store::codes(writer, "reason", today).await?;
    let Some(reason) = codes
        .iter()
        .find(|entry| entry.category == State::BrokenOff.code() && entry.code == reason)
    else {
        return Ok(Some("Dieser Grund steht heute nicht zur Wahl.".into()));
    };
    catch_up(writer, &line).await?;
    let ended = close(
        writer,
        &line,
        line.version,
        (State::BrokenOff, reason),
        today,
    );
    told(ended.await)
}

/// Opens a participation again that broke off, because the person is back in custody. What was reached stays reached.
pub(crate) async fn reopen_after_recall<P: Writes>(
    writer: &Writer<P>,
    id: EnrolmentId,
    reason: String,
) -> Result<Option<String>, StoreError> {
    write::hold_case_of(writer, id).await?;
    let line = store::enrolment_to_decide(writer, id)
        .await?
        .ok_or(StoreError::Changed)?;
    told(open_again(writer, &line, line.version, reason, Some("recall")).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(programme: u128, kind: &str, provider: u128, name: &str) -> Offer {
        Offer {
            programme_id: ProgrammeId(uuid::Uuid::from_u128(programme)),
            programme_name: "Maßnahme".into(),
            kind: kind.into(),
            client: "participant".into(),
            provider_id: ProviderId(uuid::Uuid::from_u128(provider)),
            provider_name: name.into(),
        }
    }

    fn refused(result: Result<&Offer, Problem>) -> (&'static str, String) {
        match result {
            Err(Problem::Field(field, sentence)) => (field, sentence),
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn the_provider_must_have_a_part_in_the_programme() {
        let offers = [
            offer(1, "group", 1, "VPN"),
            offer(2, "individual", 1, "VPN"),
            offer(2, "individual", 2, "VSR"),
            offer(3, "coaching", 1, "VPN"),
        ];
        let programme = |number: u128| ProgrammeId(uuid::Uuid::from_u128(number));
        let provider = |number: u128| Some(ProviderId(uuid::Uuid::from_u128(number)));
        assert_eq!(
            chosen_offer(&offers, programme(3), None)
                .unwrap()
                .provider_name,
            "VPN"
        );
        assert_eq!(
            chosen_offer(&offers, programme(2), provider(2))
                .unwrap()
                .provider_name,
            "VSR"
        );
        assert_eq!(
            refused(chosen_offer(&offers, programme(2), None)),
            (
                "provider",
                "Bitte einen Träger auswählen: VPN, VSR.".to_owned()
            )
        );
        assert_eq!(
            refused(chosen_offer(&offers, programme(3), provider(2))).0,
            "provider"
        );
        assert!(
            refused(chosen_offer(&offers, programme(1), provider(1)))
                .1
                .contains("über die Gruppe")
        );
        assert_eq!(
            refused(chosen_offer(&offers, programme(9), None)).0,
            "programme"
        );
    }
}
