//! Taking people into a group, ending their places, suspending them.

use time::Date;

use super::{Step, catch_up};
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::{EnrolmentId, GroupId, MembershipId, PauseId, PersonId};
use crate::base::time::berlin_today;
use crate::casework;
use crate::conflicts::rules::{Conflict, Kind};
use crate::conflicts::{self, Judged, Planned, Sent};
use crate::groups::rules::{
    ACCESS_ROUTE, EndReason, OUTCOME_DROPPED_OUT, PauseReason, counts_from, end_reason_label,
    has_place, leaving_problem, pause_problem, release_problem,
};
use crate::groups::store::{self, GroupHead, members, pauses, plan};
use crate::history::{self, Change};
use crate::people::{self, PersonHead};
use crate::schema::groups::{enrolment, membership};
use crate::store::{Result, Rows, StoreError, Writer};
use crate::waiting;

/// A group that is locked against other changes of its members until the commit.
struct Held {
    group: GroupHead,
    members: i64,
    /// The day from which whoever is taken in now is a member.
    from_day: Date,
}

async fn hold<P: Writes>(writer: &Writer<P>, group: GroupId) -> Result<Option<Held>> {
    // Locked before the places are counted: of two people for the last place one waits and finds it taken.
    if !plan::lock(writer, group).await? {
        return Ok(None);
    }
    let Some(group) = store::find(writer, group).await? else {
        return Ok(None);
    };
    let room = members::room(writer, group.id).await?;
    let from_day = counts_from(berlin_today(writer.now()), room.over_today);
    Ok(Some(Held {
        group,
        members: room.members,
        from_day,
    }))
}

/// What came of taking somebody in. Whoever gets anything but `Done` drops the writer, which undoes everything.
pub(crate) enum Added {
    /// Done; the group's name.
    Done(String),
    /// Something to look at first.
    Ask(Box<Question>),
    /// The rules do not allow it; carries the German sentence.
    Refused(String),
    /// There is no such group or person, or it must not be seen.
    NotFound,
}

/// What to look at before somebody is taken in.
pub(crate) struct Question {
    pub group: GroupHead,
    pub person: PersonHead,
    pub problems: Vec<String>,
    /// What stands against the dates, to be taken on with a reason.
    pub against: Vec<Conflict>,
    /// What is wrong with the reason that was sent.
    pub why: Option<&'static str>,
}

/// Takes a person into a group from today, with an enrolment if there is no open one. `sent`: what was confirmed.
pub(crate) async fn add<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    person: PersonId,
    sent: Option<Sent<'_>>,
) -> Result<Added> {
    let Some(mut held) = hold(writer, group).await? else {
        return Ok(Added::NotFound);
    };
    let (person, problems, against) = match admit(writer, &mut held, person).await? {
        Admitted::In(found) => *found,
        Admitted::Refused(why) => return Ok(Added::Refused(why)),
        Admitted::NotFound => return Ok(Added::NotFound),
    };
    let confirmed = sent.is_some();
    let sent = sent.unwrap_or(Sent {
        shown: "",
        reason: "",
    });
    let why = match conflicts::judge(&against, &sent) {
        Judged::Refused(why) => return Ok(Added::Refused(why)),
        Judged::Reason(why) => Some(why),
        Judged::Free => None,
    };
    if why.is_some() || (!confirmed && !problems.is_empty()) {
        return Ok(Added::Ask(Box::new(Question {
            group: held.group,
            person,
            problems,
            against,
            why: why.filter(|_| confirmed),
        })));
    }
    conflicts::take_on(writer, held.group.id, &against, sent.reason).await?;
    Ok(Added::Done(held.group.name))
}

/// What came of taking several people in.
pub(crate) enum AddedAll {
    /// Done; the group's name.
    Done(String),
    /// What stands against it, to be taken on with a reason.
    Against(Vec<Conflict>),
    /// The rules do not allow it; carries the German sentence.
    Refused(String),
    /// There is no such group or person, or it must not be seen.
    NotFound,
}

/// Takes several people into a group, all or none, each with the name for what may be refused. What the list says of
/// them was shown and confirmed; what stands against the dates is taken on here.
pub(crate) async fn add_all<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    people: &[(PersonId, String)],
    sent: &Sent<'_>,
) -> Result<AddedAll> {
    let Some(mut held) = hold(writer, group).await? else {
        return Ok(AddedAll::NotFound);
    };
    let free = held.group.places.saturating_sub(held.members).max(0);
    let wanted = i64::try_from(people.len()).unwrap_or(i64::MAX);
    if wanted > free {
        return Ok(AddedAll::Refused(format!(
            "Die Gruppe hat noch {}, angekreuzt sind {wanted} Personen.",
            german::plural(free.unsigned_abs(), "freien Platz", "freie Plätze")
        )));
    }
    let mut against = Vec::new();
    for (person, name) in people {
        match admit(writer, &mut held, *person).await? {
            Admitted::In(found) => against.extend(found.2),
            Admitted::Refused(why) => return Ok(AddedAll::Refused(format!("{name}: {why}"))),
            Admitted::NotFound => return Ok(AddedAll::NotFound),
        }
    }
    if !matches!(conflicts::judge(&against, sent), Judged::Free) {
        return Ok(AddedAll::Against(against));
    }
    conflicts::take_on(writer, held.group.id, &against, sent.reason).await?;
    Ok(AddedAll::Done(held.group.name))
}

/// Whether a person is in, and what there is to look at.
enum Admitted {
    In(Box<(PersonHead, Vec<String>, Vec<Conflict>)>),
    Refused(String),
    NotFound,
}

async fn admit<P: Writes>(
    writer: &Writer<P>,
    held: &mut Held,
    person: PersonId,
) -> Result<Admitted> {
    let group = &held.group;
    let Some(person) = people::find(writer, person).await? else {
        return Ok(Admitted::NotFound);
    };
    if person.facility_id != Some(group.facility_id) {
        return Ok(Admitted::Refused(
            "Diese Person ist heute nicht in der Einrichtung untergebracht.".into(),
        ));
    }
    if group.state == "closed" {
        return Ok(Admitted::Refused(
            "Die Gruppe ist abgeschlossen und nimmt niemanden mehr auf.".into(),
        ));
    }
    let open =
        members::open_enrolment(writer, person.id, group.programme_id, group.provider_id).await?;
    if let Some(open) = &open
        && let (Some(other), Some(name)) = (open.group_id, &open.group_name)
    {
        return Ok(Admitted::Refused(if other == group.id {
            "Diese Person ist schon in der Gruppe.".into()
        } else if open.group_facility != Some(group.facility_id) {
            "Diese Person ist noch in einer Gruppe derselben Maßnahme in einer anderen Einrichtung. Bitte dort beenden lassen.".into()
        } else {
            format!(
                "Diese Person ist noch in der Gruppe „{name}“ derselben Maßnahme. Bitte dort zuerst beenden."
            )
        }));
    }
    if open
        .as_ref()
        .is_some_and(|open| open.provider_id != group.provider_id)
    {
        return Ok(Admitted::Refused(
            "Diese Person nimmt an dieser Maßnahme schon bei einem anderen Träger teil. Bitte diese Teilnahme zuerst beenden.".into(),
        ));
    }
    if !has_place(group.places, held.members) {
        return Ok(Admitted::Refused(format!(
            "Alle {} Plätze der Gruppe sind vergeben.",
            group.places
        )));
    }
    let against = against(writer, group, person.id, held.from_day).await?;
    let mut problems: Vec<String> = Vec::new();
    if !against.iter().any(|one| one.kind == Kind::PersonLeaves) {
        problems.extend(release_problem(person.expected_release, group.last_day));
    }
    if let Some(left) = members::last_left(writer, person.id, group.programme_id).await? {
        problems.push(format!(
            "Schied am {} schon einmal aus einer Gruppe dieser Maßnahme aus: {}.",
            german::date(left.to_day),
            left.end_reason
                .as_deref()
                .map_or("ohne Grund", end_reason_label)
        ));
    }
    let (enrolment_id, new) = match open {
        Some(open) => {
            casework::hold(writer, open.id).await?;
            (open.id, None)
        }
        None => {
            let row = enrolment::Model {
                id: EnrolmentId(writer.entropy().uuid()),
                person_id: person.id,
                programme_id: group.programme_id,
                provider_id: group.provider_id,
                facility_id: group.facility_id,
                staff_id: None,
                access_route: ACCESS_ROUTE.to_owned(),
                enrolled_on: berlin_today(writer.now()),
                started_on: None,
                ended_on: None,
                outcome: None,
                created_at: writer.now(),
                version: 1,
            };
            (row.id, Some(row))
        }
    };
    let begun = new.is_some();
    let row = membership::Model {
        id: MembershipId(writer.entropy().uuid()),
        group_id: group.id,
        person_id: person.id,
        programme_id: group.programme_id,
        enrolment_id,
        from_day: held.from_day,
        to_day: None,
        end_reason: None,
    };
    match members::insert(writer, new, row).await {
        Ok(()) => {}
        // The unique index over person and programme holds what two requests at once could not see of each other.
        Err(StoreError::Duplicate(_)) => {
            return Ok(Admitted::Refused(
                "Diese Person wurde gerade eben schon in eine Gruppe dieser Maßnahme aufgenommen."
                    .into(),
            ));
        }
        Err(other) => return Err(other),
    }
    let mut changes = vec![
        Change::new("training_group", group.id.0, "In die Gruppe aufgenommen")
            .about(person.id)
            .values(None, Some(group.name.clone())),
    ];
    if begun {
        let text = Some(group.programme_name.clone());
        changes.push(
            Change::new("enrolment", enrolment_id.0, "Teilnahme aufgenommen")
                .about(person.id)
                .values(None, text),
        );
    }
    history::record(writer, changes).await?;
    waiting::placed(writer, person.id, group.programme_id, group.id).await?;
    held.members += 1;
    Ok(Admitted::In(Box::new((person, problems, against))))
}

/// What stands against a person's place in a group from a day on.
async fn against<P: Writes>(
    writer: &Writer<P>,
    group: &GroupHead,
    person: PersonId,
    from: Date,
) -> Result<Vec<Conflict>> {
    let planned = Planned {
        group: group.id,
        facility: group.facility_id,
        programme: group.programme_id,
        places: group.places,
        trainers: &[],
    };
    conflicts::of_person(writer, &planned, person, from, group.last_day).await
}

/// How a person leaves a group.
pub(crate) struct Leaving {
    /// Category.
    pub reason: EndReason,
    /// The day from which the person is no longer there; the next possible one if not said.
    pub from: Option<Date>,
    /// A sentence, organisational.
    pub remark: Option<String>,
}

/// Ends a person's place, and the enrolment with it. What was recorded stays readable. `Ask` is not used; a sentence of
/// `Refused` belongs to the field of the day.
pub(crate) async fn end<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    person: PersonId,
    leaving: &Leaving,
) -> Result<Step<GroupHead>> {
    let today = berlin_today(writer.now());
    let Some(held) = hold(writer, group).await? else {
        return Ok(Step::NotFound);
    };
    let group = held.group;
    let Some(open) = members::open_membership(writer, group.id, person).await? else {
        return Ok(Step::NotFound);
    };
    let latest = held.from_day.max(open.from_day);
    let to_day = match leaving.from {
        Some(day) => {
            if let Some(sentence) = leaving_problem(day, open.from_day, latest, open.last_attended)
            {
                return Ok(Step::Refused(sentence));
            }
            day
        }
        None => latest,
    };
    let ended_on = to_day
        .min(today)
        .max(open.enrolled_on)
        .max(open.started_on.unwrap_or(open.enrolled_on));
    let reason = leaving.reason;
    members::end(
        writer,
        &open,
        to_day,
        reason.code(),
        ended_on,
        OUTCOME_DROPPED_OUT,
    )
    .await?;
    catch_up::leave(writer, group.id, person, to_day).await?;
    let why = || {
        Some(match &leaving.remark {
            Some(remark) => format!("{}: {remark}", reason.label()),
            None => reason.label().to_owned(),
        })
    };
    history::record(
        writer,
        vec![
            Change::new("training_group", group.id.0, "Aus der Gruppe ausgeschieden")
                .about(person)
                .values(Some(group.name.clone()), None)
                .because(why()),
            Change::new(
                "enrolment",
                open.enrolment_id.0,
                "Teilnahme vorzeitig beendet",
            )
            .about(person)
            .values(
                Some(group.programme_name.clone()),
                Some(format!("beendet am {}", german::date(ended_on))),
            )
            .because(why()),
        ],
    )
    .await?;
    Ok(Step::Done(group))
}

/// How a suspension went.
pub(crate) enum Paused {
    /// Done.
    Done,
    /// The field and the sentence why not.
    Refused(&'static str, String),
    /// There is no such member.
    NotFound,
}

fn span(from: Date, to: Option<Date>) -> String {
    match to.and_then(Date::previous_day) {
        Some(last) => format!("{} bis {}", german::date(from), german::date(last)),
        None => format!("ab {} bis auf Weiteres", german::date(from)),
    }
}

/// Suspends a member from a day, to a day if it is known. The place stays theirs.
pub(crate) async fn pause<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    person: PersonId,
    from: Date,
    to: Option<Date>,
    reason: PauseReason,
) -> Result<Paused> {
    let Some(held) = hold(writer, group).await? else {
        return Ok(Paused::NotFound);
    };
    let Some(open) = members::open_membership(writer, group, person).await? else {
        return Ok(Paused::NotFound);
    };
    let known: Vec<(Date, Option<Date>)> = pauses::of_member(writer, group, person)
        .await?
        .iter()
        .map(|row| (row.from_day, row.to_day))
        .collect();
    if let Some((field, sentence)) = pause_problem(from, to, open.from_day, &known) {
        return Ok(Paused::Refused(field, sentence));
    }
    pauses::begin(writer, open.id, from, to, reason).await?;
    let change = Change::new("training_group", group.0, "Teilnahme ausgesetzt")
        .about(person)
        .values(
            None,
            Some(format!("{}, {}", held.group.name, span(from, to))),
        )
        .because(Some(reason.label().to_owned()));
    history::record(writer, vec![change]).await?;
    Ok(Paused::Done)
}

/// Ends a suspension: from this day on the person takes part again.
pub(crate) async fn resume<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    person: PersonId,
    (pause, version): (PauseId, i64),
    back: Date,
) -> Result<Paused> {
    let Some(held) = hold(writer, group).await? else {
        return Ok(Paused::NotFound);
    };
    let rows = pauses::of_member(writer, group, person).await?;
    let Some(row) = rows.iter().find(|row| row.id == pause) else {
        return Ok(Paused::NotFound);
    };
    if back <= row.from_day {
        return Ok(Paused::Refused(
            "back",
            format!(
                "Die Aussetzung begann am {}. Bitte einen späteren Tag eingeben.",
                german::date(row.from_day)
            ),
        ));
    }
    let known: Vec<(Date, Option<Date>)> = rows
        .iter()
        .filter(|other| other.id != pause)
        .map(|other| (other.from_day, other.to_day))
        .collect();
    if let Some((_, sentence)) = pause_problem(row.from_day, Some(back), row.from_day, &known) {
        return Ok(Paused::Refused("back", sentence));
    }
    pauses::end(writer, pause, version, back).await?;
    let change = Change::new("training_group", group.0, "Aussetzung geändert")
        .about(person)
        .values(
            Some(span(row.from_day, row.to_day)),
            Some(format!(
                "{}, {}",
                held.group.name,
                span(row.from_day, Some(back))
            )),
        );
    history::record(writer, vec![change]).await?;
    Ok(Paused::Done)
}
