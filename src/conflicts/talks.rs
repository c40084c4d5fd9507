//! What stands against a talk with one person, and the nearest times at which nothing does. The rule is that of group
//! sessions: a talk is a meeting of one person and one member of staff, in no room.

use time::{Date, Duration};
use uuid::Uuid;

use super::rules::nearest::{DAYS, nearest};
use super::rules::{
    Conflict, Expected, Group, House, Index, Kind, Meeting, Member, Span, What, World,
};
use super::store::talks::{Holder, elsewhere};
use super::store::{self, Question};
use crate::access::Scope;
use crate::base::ids::{
    FacilityId, GroupId, GroupSessionId, PersonId, ProgrammeId, RoomId, StaffId,
};
use crate::base::time::{berlin_local, berlin_today};
use crate::store::{Result, Rows};

/// A talk that is to be planned.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Talk {
    /// The prison of the client today.
    pub prison: Option<FacilityId>,
    /// Whether it is held there.
    pub inside: bool,
    pub programme: ProgrammeId,
    /// Nobody whose time is known, for a client without a name.
    pub person: Option<PersonId>,
    /// Who holds it; a probation officer holds the own ones.
    pub staff: Option<StaffId>,
    pub day: Date,
    pub span: Span,
    /// Where it stood until now.
    pub former: Option<(Date, Span)>,
}

/// The answer.
pub(crate) struct Against {
    /// What stands against it.
    pub conflicts: Vec<Conflict>,
    /// The nearest times at which nothing does; none are looked for where nothing stands against the wish.
    pub others: Vec<(Date, Span)>,
}

/// The talk as a meeting: ids of its own, no room.
fn meeting(talk: &Talk, holder: StaffId, (day, span): (Date, Span)) -> Meeting {
    Meeting {
        id: GroupSessionId(Uuid::from_u128(1)),
        group: GroupId(Uuid::nil()),
        ordinal: 0,
        day,
        span,
        room: RoomId(Uuid::nil()),
        staff: vec![holder],
        expected: Expected::Only(talk.person.into_iter().collect()),
        cancelled: false,
    }
}

/// Where it stood until now it no longer is.
fn without_former(world: &mut World, talk: &Talk, holder: StaffId) {
    let Some((day, span)) = talk.former else {
        return;
    };
    if let Some(person) = talk.person.and_then(|id| world.people.get_mut(&id)) {
        let old = person.engagements.iter().position(|one| {
            one.what == What::Appointment && one.span == Some(span) && one.days.contains(day)
        });
        old.map(|place| person.engagements.remove(place));
    }
    if let Some(trainer) = world.staff.get_mut(&holder) {
        let visits = &mut trainer.visits;
        let old = visits
            .iter()
            .position(|(_, on, time)| (*on, *time) == (day, span));
        old.map(|place| visits.remove(place));
    }
}

/// What the actor may know, and what matters for a talk: a talk on that day without a time is none at this time; that
/// somebody leaves the house stands against what is held there, and against nothing else.
fn as_told(world: &mut World, scope: &Scope, inside: bool) {
    for person in world.people.values_mut() {
        if !inside {
            (person.release, person.leaves) = (None, None);
        }
        person
            .engagements
            .retain(|one| one.what != What::Appointment || one.span.is_some());
        // When somebody leaves is known to the house and to the probation officer.
        if !matches!(scope, Scope::Facility(_) | Scope::Assigned { .. }) {
            (person.release, person.leaves) = (None, None);
        }
    }
}

/// What stands against a talk, and what comes nearest to it. The caller has found its case in scope. At most six
/// statements.
pub(crate) async fn of_talk<R: Rows>(rows: &R, talk: &Talk) -> Result<Against> {
    let local = berlin_local(rows.now());
    let (from, to) = (
        (talk.day - Duration::days(DAYS)).max(local.date),
        talk.day + Duration::days(DAYS),
    );
    let actor = rows.access().actor();
    let nowhere = FacilityId(Uuid::nil());
    // An officer has no entry among external staff, but a day too.
    let (holder, kind) = match talk.staff {
        Some(staff) => (staff, Holder::Staff(staff)),
        None => (StaffId(actor.account().0), Holder::Officer(actor.account())),
    };
    let name = match actor.profile().staff {
        own if own == talk.staff => actor.name().to_owned(),
        _ => String::new(),
    };
    let staff = [(holder, name.clone())];
    let question = Question {
        facility: talk.prison.unwrap_or(nowhere),
        from,
        to,
        staff: if talk.staff.is_some() { &staff } else { &[] },
        people: talk.person.as_slice(),
        programme: Some(talk.programme),
    };
    let (mut world, _) = store::world(rows, &question).await?;
    let visits = elsewhere(rows, kind, (from, to)).await?;
    let trainer = world.staff.entry(holder).or_default();
    if trainer.name.is_empty() {
        trainer.name = name;
    }
    let elsewhere = visits.into_iter().map(|(day, span)| (nowhere, day, span));
    trainer.visits.extend(elsewhere);
    // Where the talk is held decides what the house has to say.
    if !talk.inside {
        world.house = House::default();
    }
    let place = talk.prison.filter(|_| talk.inside);
    world.groups.insert(
        GroupId(Uuid::nil()),
        Group {
            name: None,
            place: place.map(|place| (place, talk.programme)),
            places: 1,
            members: talk
                .person
                .into_iter()
                .map(|person| Member {
                    person,
                    from,
                    to: None,
                    pauses: Vec::new(),
                })
                .collect(),
        },
    );
    as_told(&mut world, &rows.access().scope(), talk.inside);
    without_former(&mut world, talk, holder);
    let check = |at: (Date, Span)| -> Vec<Conflict> {
        let plan = [meeting(talk, holder, at)];
        let mut found = Index::new(&world, &plan, None).check_all(&plan);
        // How many sessions of groups somebody may hold says nothing of talks.
        found.retain(|one| one.kind != Kind::TrainerLoad);
        found
    };
    let mut conflicts = check((talk.day, talk.span));
    if !matches!(rows.access().scope(), Scope::Facility(_)) {
        for full in conflicts
            .iter_mut()
            .filter(|one| one.kind == Kind::StaffLimit)
        {
            // How many come is the house's own matter.
            "Die Einrichtung lässt an diesem Tag niemanden mehr von außen ein."
                .clone_into(&mut full.text);
        }
    }
    if conflicts.is_empty() {
        return Ok(Against {
            conflicts,
            others: Vec::new(),
        });
    }
    // Much is ruled out by one index over all; what is left is asked once more with the talk among the others.
    let index = Index::new(&world, &[], None);
    let standing = |kind: Kind| kind.stands() || kind == Kind::TrainerLoad;
    let others = nearest(
        (talk.day, talk.span),
        (berlin_today(rows.now()), i64::from(local.minute.value())),
        world.house.window,
        |day, span| {
            let clear = |found: Vec<Conflict>| found.iter().all(|one| standing(one.kind));
            clear(index.check(&meeting(talk, holder, (day, span)))) && clear(check((day, span)))
        },
    );
    Ok(Against { conflicts, others })
}
