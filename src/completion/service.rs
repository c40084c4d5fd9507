//! Confirming how participations end, taking that back, handing out certificates.

use std::collections::BTreeMap;

use time::Date;

use super::rules::{Ending, code, day_problem, too_early};
use super::store::{self, Confirmed, Opened};
use crate::access::Writes;
use crate::base::crypto::KeyedHash;
use crate::base::german;
use crate::base::ids::{CertificateId, CompletionId, GroupId, PersonId};
use crate::base::time::berlin_today;
use crate::groups::rules::passport::Standing;
use crate::groups::rules::{EndReason, MEMBERSHIP_COMPLETED};
use crate::groups::{self, Pass};
use crate::history::{self, Change};
use crate::schema::completion::{certificate, completion};
use crate::store::{Result, Rows, StoreError, Writer};

/// How a use case went. Whoever gets anything but `Done` drops the writer.
pub(crate) enum Step<T> {
    /// Done.
    Done(T),
    /// A field (or none) and what is wrong.
    Refused(&'static str, String),
    /// There is no such thing.
    NotFound,
}

/// What was ticked: the person, the ending that was shown, and the number of sessions it rested on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tick {
    pub person: PersonId,
    pub ending: Ending,
    pub done: usize,
}

impl Tick {
    /// As the form says it.
    pub fn value(&self) -> String {
        format!("{}:{}:{}", self.person, self.ending.code(), self.done)
    }

    /// The inverse of [`Tick::value`].
    pub fn parse(value: &str) -> Option<Tick> {
        let mut parts = value.split(':');
        let tick = Tick {
            person: parts.next()?.parse().ok()?,
            ending: Ending::from_code(parts.next()?)?,
            done: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(tick)
    }
}

/// Whether an ending of this place can be confirmed at all: that of a present member, or of whoever was there until the
/// group was closed, whatever the rule said then.
pub(crate) fn open_to_confirm(opened: &Opened, pass: &Pass) -> bool {
    let stay = &pass.stay;
    let Some(to_day) = stay.to_day else {
        return pass.visible;
    };
    let until_the_close = || {
        opened.group.group_state == "closed"
            && stay.end_reason.as_deref() == Some(EndReason::Other.code())
            && (opened.group.last_held.is_none_or(|last| to_day > last)
                || opened.taken_back.contains(&stay.membership_id))
    };
    pass.visible && (stay.end_reason.as_deref() == Some(MEMBERSHIP_COMPLETED) || until_the_close())
}

/// How many sessions lie ahead of a member: those of the group, and planned catch-up sessions.
pub(crate) fn ahead(pass: &Pass, coming: usize) -> usize {
    if pass.stay.to_day.is_none() {
        coming + pass.catch_ups.len()
    } else {
        0
    }
}

/// The evidence of a completion: each session of the course that was attended, with the day and how.
fn evidence(pass: &Pass) -> String {
    let list: Vec<serde_json::Value> = pass
        .passport
        .lines
        .iter()
        .filter_map(|line| match &line.standing {
            Standing::Done(done) => Some(serde_json::json!([
                done.ordinal,
                done.day.to_string(),
                format!("{:?}", done.how)
            ])),
            Standing::Missing(_) | Standing::NotIntended => None,
        })
        .collect();
    serde_json::Value::Array(list).to_string()
}

/// A confirmed ending, with what is counted now as its evidence.
pub(crate) fn row<P: Writes>(
    writer: &Writer<P>,
    pass: &Pass,
    day: Date,
    by: &str,
) -> completion::Model {
    let proposal = &pass.proposal;
    completion::Model {
        id: CompletionId(writer.entropy().uuid()),
        membership_id: pass.stay.membership_id,
        person_id: pass.person_id,
        enrolment_id: pass.stay.enrolment_id,
        group_id: pass.stay.group_id,
        template_id: pass.stay.template_id,
        result: Ending::proposed(proposal).code().to_owned(),
        day,
        done: i64::try_from(proposal.done).unwrap_or(i64::MAX),
        required: i64::try_from(proposal.required).unwrap_or(i64::MAX),
        lacking: proposal.lacking().join("; "),
        evidence: evidence(pass),
        ended_place: false,
        confirmed_at: writer.now(),
        confirmed_by_name: by.to_owned(),
        withdrawn_at: None,
        withdrawn_by_name: None,
        withdrawn_reason: None,
        version: 1,
    }
}

/// Confirms the endings that were ticked, all or none. Those confirmed leave the group.
pub(crate) async fn confirm<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    day: Date,
    ticks: &[Tick],
) -> Result<Step<Vec<PersonId>>> {
    if !groups::lock_own_group(writer, group).await? {
        return Ok(Step::NotFound);
    }
    let Some(opened) = store::open(writer, group).await? else {
        return Ok(Step::NotFound);
    };
    let group = &opened.group;
    let (passes, _) = groups::passes_of_group(writer, group.group_id).await?;
    let today = berlin_today(writer.now());
    let passes: BTreeMap<uuid::Uuid, &Pass> =
        passes.iter().map(|pass| (pass.person_id.0, pass)).collect();
    let last = ticks
        .iter()
        .filter_map(|tick| passes.get(&tick.person.0)?.stay.last_attended)
        .max();
    if let Some(why) = day_problem(day, last, today) {
        return Ok(Step::Refused("tag", why));
    }
    let mut people = Vec::with_capacity(ticks.len());
    let mut changes = Vec::with_capacity(ticks.len());
    for tick in ticks {
        let Some(pass) = passes
            .get(&tick.person.0)
            .filter(|pass| open_to_confirm(&opened, pass))
        else {
            return Ok(Step::NotFound);
        };
        let proposal = &pass.proposal;
        if opened
            .standing
            .iter()
            .any(|row| row.membership_id == pass.stay.membership_id)
        {
            return Ok(Step::Refused(
                "abschluss",
                format!("{}: Der Abschluss ist schon bestätigt.", pass.name()),
            ));
        }
        if Ending::proposed(proposal) != tick.ending || proposal.done != tick.done {
            return Ok(Step::Refused(
                "abschluss",
                format!(
                    "{}: Inzwischen wurde die Anwesenheit geändert. Bitte den neuen Vorschlag prüfen.",
                    pass.name()
                ),
            ));
        }
        if let Some(why) = too_early(tick.ending, ahead(pass, group.coming())) {
            return Ok(Step::Refused(
                "abschluss",
                format!("{}: {why}.", pass.name()),
            ));
        }
        let completed = tick.ending == Ending::Completed;
        let last = pass.stay.last_held.max(pass.stay.last_attended);
        let place = (group.group_id, group.programme_name.as_str());
        let ended_place = pass.stay.to_day.is_none()
            && groups::conclude(writer, place, pass.person_id, completed, last).await?;
        if !ended_place {
            groups::settle(writer, pass, completed, None).await?;
        }
        let lacking = proposal.lacking().join("; ");
        let by = writer.access().actor().name();
        let row = completion::Model {
            ended_place,
            ..row(writer, pass, day, by)
        };
        match store::insert(writer, row).await {
            Ok(()) => {}
            Err(StoreError::Duplicate(_)) => return Err(StoreError::Changed),
            Err(other) => return Err(other),
        }
        changes.push(
            Change::new("training_group", group.group_id.0, "Abschluss bestätigt")
                .about(pass.person_id)
                .values(
                    None,
                    Some(format!(
                        "{} am {}, {} von {} Pflichtsitzungen",
                        tick.ending.label(),
                        german::date(day),
                        proposal.done,
                        proposal.required
                    )),
                )
                .because((!lacking.is_empty()).then_some(lacking)),
        );
        people.push(pass.person_id);
    }
    history::record(writer, changes).await?;
    Ok(Step::Done(people))
}

/// A confirmed ending as it is once its group is locked: what was read before may be of yesterday.
async fn held<P: Writes>(writer: &Writer<P>, id: CompletionId) -> Result<Option<Confirmed>> {
    let Some(found) = store::find(writer, id).await? else {
        return Ok(None);
    };
    if !groups::lock_own_group(writer, found.group_id).await? {
        return Ok(None);
    }
    store::find(writer, id).await
}

/// Takes a confirmed ending back. A place that it ended is open again as long as the group runs, else it ends as the
/// template's rule says now; a certificate is no longer valid.
pub(crate) async fn withdraw<P: Writes>(
    writer: &Writer<P>,
    id: CompletionId,
    version: i64,
    reason: &str,
) -> Result<Step<Confirmed>> {
    let Some(confirmed) = held(writer, id).await? else {
        return Ok(Step::NotFound);
    };
    if confirmed.withdrawn_at.is_some() {
        return Ok(Step::Refused(
            "",
            "Dieser Abschluss ist schon zurückgenommen.".into(),
        ));
    }
    store::withdraw(writer, id, version, reason).await?;
    if confirmed.ended_place && confirmed.group_state == "published" {
        let refused = groups::reopen(
            writer,
            confirmed.group_id,
            (confirmed.membership_id, confirmed.enrolment_id),
            confirmed.person_id,
            reason,
        )
        .await?;
        if let Some(why) = refused {
            return Ok(Step::Refused("", why));
        }
    } else {
        let (passes, _) = groups::passes_of_group(writer, confirmed.group_id).await?;
        let pass = passes
            .iter()
            .find(|pass| pass.stay.membership_id == confirmed.membership_id);
        if let Some(pass) = pass {
            groups::settle(writer, pass, pass.proposal.completed, Some(reason)).await?;
        }
    }
    let change = Change::new(
        "training_group",
        confirmed.group_id.0,
        "Abschluss zurückgenommen",
    )
    .about(confirmed.person_id)
    .because(Some(reason.to_owned()));
    history::record(writer, vec![change]).await?;
    Ok(Step::Done(confirmed))
}

/// Hands out the certificate of a completion: the same one however often it is asked for.
pub(crate) async fn issue<P: Writes>(
    writer: &Writer<P>,
    key: &KeyedHash,
    id: CompletionId,
) -> Result<Step<(Confirmed, CertificateId)>> {
    // Locked, so that of two who press the button at once the second finds the first one's.
    let Some(confirmed) = held(writer, id).await? else {
        return Ok(Step::NotFound);
    };
    let refuse = |why: &str| Ok(Step::Refused("", why.to_owned()));
    if confirmed.withdrawn_at.is_some() {
        return refuse("Dieser Abschluss ist zurückgenommen.");
    }
    if confirmed.result != Ending::Completed.code() {
        return refuse(
            "Ohne Abschluss gibt es keine Bescheinigung; der Teilnahmenachweis nennt die besuchten Sitzungen.",
        );
    }
    if !confirmed.certificate {
        return refuse("Die Vorlage dieser Gruppe sieht keine Bescheinigung vor.");
    }
    if let Some(known) = store::issued(writer, id).await? {
        return Ok(Step::Done((confirmed, known.id)));
    }
    let certificate_id = certify(writer, key, &confirmed).await?;
    let change = Change::new(
        "training_group",
        confirmed.group_id.0,
        "Bescheinigung ausgestellt",
    )
    .about(confirmed.person_id);
    history::record(writer, vec![change]).await?;
    Ok(Step::Done((confirmed, certificate_id)))
}

/// Stores the certificate of a completion, with its code.
pub(crate) async fn certify<P: Writes>(
    writer: &Writer<P>,
    key: &KeyedHash,
    confirmed: &Confirmed,
) -> Result<CertificateId> {
    let certificate_id = CertificateId(writer.entropy().uuid());
    let content = confirmed.content();
    let row = certificate::Model {
        id: certificate_id,
        completion_id: confirmed.id,
        person_id: confirmed.person_id,
        code: code(key, certificate_id.0, &content),
        name: content.name,
        title: content.title,
        programme: content.programme,
        provider: content.provider,
        town: content.town,
        day: content.day,
        issued_at: writer.now(),
        issued_by_name: writer.access().actor().name().to_owned(),
    };
    store::insert_certificate(writer, row).await?;
    Ok(certificate_id)
}
