//! Use cases of hand-overs.

use std::collections::BTreeMap;

use time::Date;

use super::rules::{self, Act, Kind, No, Offer, PartFacts, Side, State, Summary};
use super::store::offer::Target;
use super::store::{self, HandOver, write};
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::{EnrolmentId, FacilityId, HandOverId, PersonId};
use crate::base::time::berlin_today;
use crate::casework::{self, AccessRoute, EnrolmentLine, NotBegun};
use crate::consent::{self, Purpose};
use crate::history::{self, Change};
use crate::people::{self, PersonHead};
use crate::review;
use crate::schema::transitions::hand_over;
use crate::store::{Result, Rows, StoreError, Writer};

/// Why nothing was done.
#[derive(Debug)]
pub(super) enum Problem {
    /// Field and sentence.
    Refused(Vec<(&'static str, String)>),
    /// The store could not.
    Store(StoreError),
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Problem::Store(error)
    }
}

fn refused(field: &'static str, sentence: impl Into<String>) -> Problem {
    Problem::Refused(vec![(field, sentence.into())])
}

/// An offer as it was typed.
pub(super) struct Typed<'a> {
    pub target: &'a Target,
    pub moves_on: Date,
    pub expires_on: Date,
    pub transition_from: Option<Date>,
    pub coaching_months: i64,
    pub parts: Vec<&'a EnrolmentLine>,
    pub checks: Vec<String>,
    pub phenomena: bool,
}

/// The facts of participations, as they are frozen in an offer.
async fn summary<R: Rows>(
    rows: &R,
    person: PersonId,
    parts: &[&EnrolmentLine],
    phenomena: bool,
) -> Result<Summary> {
    let ids: Vec<EnrolmentId> = parts.iter().map(|part| part.id).collect();
    let figures = store::offer::figures(rows, &ids).await?;
    let passes = crate::groups::passes_of_person(rows, person, None, false).await?;
    let mut found = Summary::default();
    for part in parts {
        let Some(row) = figures.iter().find(|row| row.id == part.id) else {
            continue;
        };
        let mut modules: Vec<(String, usize, usize)> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let pass = passes
            .iter()
            .map(|one| &one.pass)
            .find(|pass| pass.stays.iter().any(|stay| stay.enrolment_id == part.id));
        for line in pass.iter().flat_map(|pass| &pass.passport.lines) {
            if !line.intended {
                continue;
            }
            let place = *places
                .entry(line.planned.module.as_str())
                .or_insert(modules.len());
            if place == modules.len() {
                modules.push((line.planned.module.clone(), 0, 0));
            }
            if let Some(module) = modules.get_mut(place) {
                module.1 += usize::from(line.done());
                module.2 += 1;
            }
        }
        found.parts.push(PartFacts {
            part: Some(part.id),
            programme: part.programme_name.clone(),
            provider: part.provider_name.clone(),
            enrolled_on: part.enrolled_on,
            started_on: part.started_on,
            attended: row.attended,
            held: row.held,
            talks: row.talks,
            arranged: row.arranged,
            modules,
        });
        if phenomena {
            found.phenomena.extend(row.phenomenon.clone());
        }
    }
    found.phenomena.sort();
    found.phenomena.dedup();
    Ok(found)
}

/// Offers a person in scope to another place.
pub(super) async fn offer<P: Writes>(
    writer: &Writer<P>,
    head: &PersonHead,
    own: FacilityId,
    typed: &Typed<'_>,
    consents: bool,
) -> std::result::Result<HandOverId, Problem> {
    let today = berlin_today(writer.now());
    let kind = typed.target.kind();
    let checked = Offer {
        kind,
        moves_on: typed.moves_on,
        expires_on: typed.expires_on,
        transition_from: typed.transition_from,
        coaching_months: typed.coaching_months,
        parts: typed.parts.len(),
        consents,
    };
    let problems = rules::problems(&checked, today);
    if !problems.is_empty() {
        return Err(Problem::Refused(
            problems
                .into_iter()
                .map(|(field, text)| (field, text.to_owned()))
                .collect(),
        ));
    }
    let summary = summary(writer, head.id, &typed.parts, typed.phenomena).await?;
    let summary = serde_json::to_string(&summary)
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let actor = writer.access().actor();
    let id = HandOverId(writer.entropy().uuid());
    let row = hand_over::Model {
        id,
        person_id: head.id,
        kind: kind.code().to_owned(),
        from_facility_id: own,
        to_facility_id: typed.target.facility_id,
        to_account_id: typed.target.account_id,
        state: State::Offered.code().to_owned(),
        moves_on: typed.moves_on,
        transition_from: typed.transition_from,
        coaching_months: typed.coaching_months,
        summary,
        checklist: typed.checks.join(" "),
        offered_on: today,
        expires_on: typed.expires_on,
        offered_at: writer.now(),
        offered_by: Some(actor.account()),
        offered_by_name: actor.name().to_owned(),
        answered_at: None,
        answered_by: None,
        answered_by_name: None,
        reason: None,
        moved_on: None,
        contact_on: None,
        version: 1,
    };
    // An offer whose last day is over stands in nobody's way.
    for waiting in write::overdue(writer).await? {
        expire(writer, &waiting).await?;
    }
    let parts: Vec<EnrolmentId> = typed.parts.iter().map(|part| part.id).collect();
    match write::insert(writer, row, &parts).await {
        Err(StoreError::Duplicate(_)) => {
            return Err(refused(
                "",
                "Für diese Person ist schon eine Übergabe angeboten. Bitte sie zuerst zurückziehen.",
            ));
        }
        other => other?,
    }
    let told = format!(
        "an {}, Angebot gilt bis {}",
        typed.target.label(),
        german::date(typed.expires_on)
    );
    let change = Change::new("hand_over", id.0, "Übergabe angeboten").values(None, Some(told));
    history::record(writer, vec![change]).await?;
    review::hand_over_offered(writer, head.id, own).await?;
    Ok(id)
}

fn told(no: No) -> Problem {
    refused("", no.to_string())
}

async fn answered<P: Writes>(
    writer: &Writer<P>,
    id: HandOverId,
    to: State,
    reason: Option<String>,
) -> Result<()> {
    let what = match to {
        State::Accepted => "Übergabe angenommen",
        State::Declined => "Übergabe abgelehnt",
        State::Expired => "Angebot der Übergabe abgelaufen",
        State::Revoked => "Übergabe zurückgezogen",
        State::Offered => "Übergabe angeboten",
    };
    history::record(
        writer,
        vec![Change::new("hand_over", id.0, what).because(reason)],
    )
    .await
}

/// Takes a person over: the probation officer becomes responsible, and the participations go along as soon as the person
/// is there.
pub(super) async fn accept<P: Writes>(
    writer: &Writer<P>,
    found: &HandOver,
    version: i64,
) -> std::result::Result<(), Problem> {
    let today = berlin_today(writer.now());
    rules::step(
        found.recorded,
        Act::Accept,
        found.side,
        today,
        found.expires_on,
    )
    .map_err(told)?;
    if found.kind == Kind::Probation
        && !consent::holds(writer, found.person_id, Purpose::Probation).await?
    {
        return Err(refused(
            "",
            "Die Einwilligung der Person gilt nicht mehr. Die Übergabe lässt sich nicht annehmen; bitte die abgebende Stelle um eine neue bitten.",
        ));
    }
    // First: of sixteen at once one gets it, and the others find it changed.
    write::answer(writer, found.id, version, State::Accepted, None).await?;
    if found.kind == Kind::Probation {
        let account = writer.access().actor().account();
        let from = found.facts.moves_on.max(today);
        let place = (found.to, account);
        if let Some(sentence) =
            people::take_charge(writer, found.person_id, &found.sort_key, place, from).await?
        {
            return Err(refused("", sentence));
        }
    }
    answered(writer, found.id, State::Accepted, None).await?;
    follow(writer, found.person_id).await?;
    Ok(())
}

/// Does not take a person over.
pub(super) async fn decline<P: Writes>(
    writer: &Writer<P>,
    found: &HandOver,
    version: i64,
    reason: String,
) -> std::result::Result<(), Problem> {
    let today = berlin_today(writer.now());
    let act = Act::Decline {
        reason: !reason.trim().is_empty(),
    };
    let to = rules::step(found.recorded, act, found.side, today, found.expires_on).map_err(told)?;
    write::answer(writer, found.id, version, to, Some(reason.clone())).await?;
    answered(writer, found.id, to, Some(reason)).await?;
    Ok(())
}

/// Takes an offer back, or what another prison accepted while nobody was moved.
pub(super) async fn revoke<P: Writes>(
    writer: &Writer<P>,
    found: &HandOver,
    version: i64,
    reason: String,
) -> std::result::Result<(), Problem> {
    let today = berlin_today(writer.now());
    let to = rules::step(
        found.recorded,
        Act::Revoke {
            pending: found.facts.pending(),
        },
        found.side,
        today,
        found.expires_on,
    )
    .map_err(told)?;
    write::revoke(writer, found.id, version, reason.clone()).await?;
    answered(writer, found.id, to, Some(reason)).await?;
    Ok(())
}

/// Records the first contact of who took a person over. With it stabilisation coaching begins, if it was agreed.
pub(super) async fn contact<P: Writes>(
    writer: &Writer<P>,
    found: &HandOver,
    version: i64,
    day: Date,
) -> std::result::Result<bool, Problem> {
    let today = berlin_today(writer.now());
    // Without its facts, because the consent was withdrawn, nothing more is done with it.
    if found.side != Side::Receiving || found.state != State::Accepted || found.told.is_none() {
        return Err(refused("", "Diese Übergabe ist nicht angenommen."));
    }
    if found.facts.pending() {
        return Err(refused(
            "kontakt",
            "Die Person ist noch nicht hierher verlegt.",
        ));
    }
    if day > today || day < found.facts.moves_on {
        return Err(refused(
            "kontakt",
            format!(
                "Bitte einen Tag zwischen dem {} und heute eingeben.",
                german::date(found.facts.moves_on)
            ),
        ));
    }
    write::contact(writer, found.id, version, day).await?;
    let change = Change::new("hand_over", found.id.0, "Erster Kontakt nach der Übergabe")
        .values(None, Some(german::date(day)));
    history::record(writer, vec![change]).await?;
    if found.facts.coaching_months == 0 || found.facts.coaching_runs {
        return Ok(false);
    }
    let gone = || StoreError::Changed;
    let head = people::find(writer, found.person_id)
        .await?
        .ok_or_else(gone)?;
    let programme = store::offer::coaching(writer).await?.ok_or_else(gone)?;
    match casework::enrol_with_lead(writer, &head, programme, AccessRoute::Probation, day).await {
        Ok(_) => Ok(true),
        Err(NotBegun::Refused(sentence)) => Err(refused("kontakt", sentence)),
        Err(NotBegun::Store(error)) => Err(error.into()),
    }
}

/// Lets participations go to where their person is, as far as accepted hand-overs say so and their day has come. Call it
/// after every change of a placement.
pub(crate) async fn follow<P: Writes>(writer: &Writer<P>, person: PersonId) -> Result<()> {
    for ripe in write::ripe(writer, person).await? {
        let gone = write::go_along(writer, &ripe).await?;
        let mut changes = vec![Change::new(
            "hand_over",
            ripe.id.0,
            "Teilnahmen übergegangen",
        )];
        changes.extend(gone.iter().map(|part| {
            Change::new("enrolment", part.id.0, "Teilnahme übergeben")
                .about(person)
                .values(Some(ripe.from_name.clone()), Some(ripe.to_name.clone()))
        }));
        history::record(writer, changes).await?;
    }
    Ok(())
}

async fn expire<P: Writes>(writer: &Writer<P>, waiting: &write::Waiting) -> Result<()> {
    write::answer(writer, waiting.id, waiting.version, State::Expired, None).await?;
    answered(writer, waiting.id, State::Expired, None).await
}

/// The consent to tell the probation service was withdrawn: offers are taken back, and what was accepted and has not come
/// about; whoever is responsible because of it alone is so no longer.
pub(crate) async fn consent_withdrawn<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
) -> Result<()> {
    for open in write::open_to_probation(writer, person).await? {
        let reason = "Einwilligung widerrufen".to_owned();
        write::revoke(writer, open.id, open.version, reason.clone()).await?;
        answered(writer, open.id, State::Revoked, Some(reason)).await?;
        if let (true, Some(account), Some(at)) = (
            open.state == State::Accepted.code(),
            open.answered_by,
            open.answered_at,
        ) {
            people::give_back(writer, person, (open.to_facility_id, account), at).await?;
        }
    }
    Ok(())
}

/// Lets offers expire and participations follow their people, for the job. Whom it concerned.
pub(crate) async fn tidy<P: Writes>(writer: &Writer<P>) -> Result<Vec<PersonId>> {
    let mut people = Vec::new();
    for waiting in write::overdue(writer).await? {
        expire(writer, &waiting).await?;
        people.push(waiting.person_id);
    }
    for person in write::waiting_people(writer).await? {
        if !write::ripe(writer, person).await?.is_empty() {
            follow(writer, person).await?;
            people.push(person);
        }
    }
    people.sort_unstable();
    people.dedup();
    Ok(people)
}
