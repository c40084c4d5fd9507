//! What planning has to know. Dates, rooms and people of a house come from the room of conflicts, so that both judge by
//! the same facts; here is only what conflicts never ask: who waits, who could hold something, how courses run.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::FromQueryResult;
use time::{Date, Duration};

use crate::base::ids::{
    ApplicationId, FacilityId, GroupId, PersonId, ProgrammeId, StaffId, TemplateId,
};
use crate::base::time::berlin_today;
use crate::casework;
use crate::conflicts;
use crate::cover;
use crate::cover::rules::ranking::ROLES;
use crate::facilities;
use crate::people::scope_condition;
use crate::planning::rules::{Booked, Facts, House, Place, Regular, Staff, Template, Waiting};
use crate::store::{Result, Rows, Sql};

/// The most rows of one kind that are read.
const LIMIT: i64 = 5_000;

#[derive(FromQueryResult)]
struct PlaceRow {
    id: FacilityId,
    code: String,
    name: String,
    town: String,
    kind: String,
}

#[derive(FromQueryResult)]
struct TemplateRow {
    id: TemplateId,
    name: String,
    programme_id: ProgrammeId,
    programme_name: String,
    places: i64,
    trainers: i64,
    interval_weeks: i64,
    complete_share: Option<i64>,
    minutes: i64,
    gap_days: i64,
}

#[derive(FromQueryResult)]
struct StaffRow {
    id: StaffId,
    name: String,
    town: String,
    programme_id: ProgrammeId,
}

#[derive(FromQueryResult)]
struct AskedRow {
    id: StaffId,
    name: String,
    town: String,
}

#[derive(FromQueryResult)]
struct WaitingRow {
    id: ApplicationId,
    person_id: PersonId,
    programme_id: ProgrammeId,
    family_name: String,
    given_name: String,
    access_route: String,
    applied_on: Date,
    state: String,
    foreseen: i64,
}

/// For how many groups that have not begun a person is meant already.
const FORESEEN: &str = "(select count(*) from planned_member pm join training_group pg on pg.id = pm.group_id \
    where pm.application_id = a.id and pg.state <> 'closed' and pg.first_day >= ?)";

/// What is the same for every house.
pub(crate) struct Common {
    places: Vec<Place>,
    /// Prisons, in which groups are planned.
    pub prisons: Vec<FacilityId>,
    pub templates: Vec<Template>,
    staff: Vec<StaffRow>,
    /// Who is asked about although no programme of theirs is known.
    asked: Vec<AskedRow>,
}

impl Common {
    /// Members of staff who are asked about by name, whether they may hold anything or not: one statement if there are any
    /// who are not known already.
    pub(crate) async fn ask_about<R: Rows>(&mut self, rows: &R, staff: &[StaffId]) -> Result<()> {
        let unknown = |id: &&StaffId| !self.staff.iter().any(|row| row.id == **id);
        let ids: Vec<StaffId> = staff.iter().filter(unknown).copied().collect();
        if !ids.is_empty() {
            let sql = Sql::new("select id, name, town from staff where id in ").list(ids);
            self.asked = rows.all(sql.push(" order by name, id limit 20")).await?;
        }
        Ok(())
    }
}

/// The courses of programmes for groups that are valid on a day, with their sessions.
pub(crate) async fn templates<R: Rows>(rows: &R, day: Date) -> Result<Vec<Template>> {
    let found: Vec<TemplateRow> = rows
        .all(
            Sql::new(
                "select t.id, t.name, t.programme_id, p.name as programme_name, t.places, t.trainers, t.interval_weeks, t.complete_share, \
                 ts.minutes, ts.gap_days from template t join programme p on p.id = t.programme_id \
                 join template_session ts on ts.template_id = t.id where p.kind = 'group' and t.valid_from <= ? \
                 and (t.valid_to is null or t.valid_to > ?) and p.valid_from <= ? and (p.valid_to is null or p.valid_to > ?) \
                 order by t.name, t.id, ts.ordinal limit ?",
            )
            .bind(day)
            .bind(day)
            .bind(day)
            .bind(day)
            .bind(LIMIT),
        )
        .await?;
    let mut templates: Vec<Template> = Vec::new();
    for row in found {
        let session = (row.minutes, row.gap_days);
        match templates.last_mut().filter(|last| last.id == row.id) {
            Some(template) => template.sessions.push(session),
            None => templates.push(Template {
                id: row.id,
                name: row.name,
                programme: row.programme_id,
                programme_name: row.programme_name,
                places: row.places,
                trainers: row.trainers,
                interval_weeks: row.interval_weeks,
                complete_share: row.complete_share,
                sessions: vec![session],
            }),
        }
    }
    // The shortest first: it is the one that the waiting list reckons with.
    templates.sort_by_key(|template| template.sessions.len());
    Ok(templates)
}

/// What is the same for every house: three statements.
pub(crate) async fn common<R: Rows>(rows: &R) -> Result<Common> {
    let today = berlin_today(rows.now());
    let places: Vec<PlaceRow> = rows
        .all(
            Sql::new(
                "select id, code, name, town, kind from facility where valid_from <= ? and (valid_to is null or valid_to > ?) \
                 order by code, id limit 500",
            )
            .bind(today)
            .bind(today),
        )
        .await?;
    let mut sql = Sql::new(
        "select s.id, s.name, s.town, pp.programme_id from staff s join programme_provider pp on pp.provider_id = s.provider_id \
         join programme pg on pg.id = pp.programme_id where pg.kind = 'group' and s.valid_from <= ? \
         and (s.valid_to is null or s.valid_to > ?) and pp.valid_from <= ? and (pp.valid_to is null or pp.valid_to > ?) \
         and s.role in ",
    );
    for _ in 0..4 {
        sql = sql.bind(today);
    }
    let staff: Vec<StaffRow> = rows
        .all(
            sql.list(ROLES.map(ToOwned::to_owned))
                .push(" order by s.name, s.id, pp.programme_id limit ?")
                .bind(LIMIT),
        )
        .await?;
    Ok(Common {
        prisons: places
            .iter()
            .filter(|place| place.kind == "prison")
            .map(|place| place.id)
            .collect(),
        templates: templates(rows, today).await?,
        places: places
            .into_iter()
            .map(|row| Place {
                id: row.id,
                code: row.code,
                name: row.name,
                town: row.town,
            })
            .collect(),
        staff,
        asked: Vec::new(),
    })
}

/// Everybody in a house and in the actor's scope who waits for a group of any programme and is in none of it.
async fn waiting<R: Rows>(rows: &R, facility: FacilityId) -> Result<Vec<Waiting>> {
    let today = berlin_today(rows.now());
    let found: Vec<WaitingRow> = rows
        .all(
            Sql::new(
                "select a.id, a.person_id, a.programme_id, p.family_name, p.given_name, a.access_route, a.applied_on, a.state, ",
            )
            .push(FORESEEN)
            .bind(today)
            .push(
                " as foreseen from application a join person p on p.id = a.person_id where a.closed_on is null \
                 and a.state in ('applied', 'interviewed', 'suitable') \
                 and (a.recommended_form is null or a.recommended_form = 'group') and a.person_id in (select q.person_id from placement q \
                 where q.facility_id = ? and q.from_day <= ? and (q.to_day is null or q.to_day > ?)) \
                 and not exists (select 1 from membership m where m.person_id = a.person_id \
                 and m.programme_id = a.programme_id and m.to_day is null) and ",
            )
            .bind(facility)
            .bind(today)
            .bind(today)
            .append(scope_condition(&rows.access().scope(), today, "a.person_id"))
            .push(" order by a.applied_on, a.id limit 500"),
        )
        .await?;
    Ok(found
        .into_iter()
        .map(|row| Waiting {
            application: row.id,
            person: row.person_id,
            name: format!("{}, {}", row.family_name, row.given_name),
            programme: row.programme_id,
            court_order: row.access_route == "court_order",
            since: row.applied_on,
            suitable: row.state == "suitable",
            foreseen: row.foreseen > 0,
        })
        .collect())
}

/// The longest time from one talk to the next.
const MOST_WEEKS: i64 = 8;

/// The cases of a house whose clients are talked with regularly: two statements.
async fn regular<R: Rows>(rows: &R, facility: FacilityId) -> Result<Vec<Regular>> {
    let cases = casework::cadence_cases(rows, facility).await?;
    let ids: Vec<_> = cases.iter().map(|case| case.id).collect();
    // Yesterday's talk may not be recorded yet.
    let from = berlin_today(rows.now()) - Duration::weeks(MOST_WEEKS);
    let planned = casework::planned_days(rows, &ids, from).await?;
    let of = |id| {
        let days = planned.iter().filter(move |(case, _)| *case == id);
        days.map(|(_, day)| *day).collect()
    };
    Ok(cases
        .into_iter()
        .map(|case| Regular {
            planned: of(case.id),
            case: case.id,
            person: case.person_id,
            programme: case.programme_id,
            provider: case.provider_id,
            staff: case.staff_id,
            staff_name: case.staff_name,
            weeks: case.weeks,
            minutes: case.minutes,
            last: case.last_day,
        })
        .collect())
}

/// The talks that are planned in a house after today: one statement.
async fn booked<R: Rows>(rows: &R, facility: FacilityId) -> Result<Vec<Booked>> {
    let tomorrow = berlin_today(rows.now()) + Duration::DAY;
    let found = casework::booked_talks(rows, facility, tomorrow).await?;
    Ok(found
        .into_iter()
        .map(|talk| Booked {
            talk: talk.id,
            case: talk.case_id,
            person: talk.person_id,
            programme: talk.programme_id,
            staff: talk.staff_id,
            staff_name: talk.staff_name,
            day: talk.day,
            start: talk.start_minute,
            minutes: talk.minutes,
            answer: talk.answer,
        })
        .collect())
}

/// Which talks a computation has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Talks {
    /// None but as taken time.
    None,
    /// Those that are due.
    Due,
    /// Those that are planned.
    Booked,
}

impl Talks {
    /// Those that are due, or none.
    pub fn of(due: bool) -> Talks {
        if due { Talks::Due } else { Talks::None }
    }
}

/// One house: six statements, with talks up to eight.
pub(crate) async fn house<R: Rows>(
    rows: &R,
    common: &Common,
    facility: FacilityId,
    (from, to): (Date, Date),
    which: Talks,
) -> Result<House> {
    let today = berlin_today(rows.now());
    let waiting = waiting(rows, facility).await?;
    let (mut talks, mut planned) = (Vec::new(), Vec::new());
    match which {
        Talks::None => {}
        Talks::Due => talks = regular(rows, facility).await?,
        Talks::Booked => planned = booked(rows, facility).await?,
    }
    let mut staff: Vec<(StaffId, String)> = common
        .staff
        .iter()
        .map(|row| (row.id, row.name.clone()))
        .chain(common.asked.iter().map(|row| (row.id, row.name.clone())))
        .chain(talks.iter().map(|one| (one.staff, one.staff_name.clone())))
        .chain(
            planned
                .iter()
                .map(|one| (one.staff, one.staff_name.clone())),
        )
        .collect();
    staff.sort();
    staff.dedup();
    let people: BTreeSet<PersonId> = waiting
        .iter()
        .map(|one| one.person)
        .chain(talks.iter().map(|one| one.person))
        .chain(planned.iter().map(|one| one.person))
        .collect();
    let people: Vec<PersonId> = people.into_iter().collect();
    let known = conflicts::known_of_house(rows, facility, (from, to), &staff, &people).await?;
    let rooms = facilities::rooms(rows, facility, today).await?;
    Ok(House {
        id: facility,
        known,
        rooms: rooms.into_iter().map(|room| room.id).collect(),
        waiting,
        talks,
        booked: planned,
    })
}

/// Puts everything together: one more statement.
pub(crate) async fn facts<R: Rows>(rows: &R, common: Common, houses: Vec<House>) -> Result<Facts> {
    let today = berlin_today(rows.now());
    let mut staff: BTreeMap<StaffId, Staff> = BTreeMap::new();
    for row in common.staff {
        let one = staff.entry(row.id).or_default();
        one.name = row.name;
        one.town = row.town;
        one.programmes.insert(row.programme_id);
    }
    for row in common.asked {
        let one = staff.entry(row.id).or_default();
        (one.name, one.town) = (row.name, row.town);
    }
    // Whoever holds something already takes part in it, whatever became of them since.
    let mut programmes: BTreeSet<(FacilityId, ProgrammeId)> = BTreeSet::new();
    for house in &houses {
        for (id, known) in &house.known.staff {
            let one = staff.entry(*id).or_default();
            if one.name.is_empty() {
                one.name.clone_from(&known.name);
            }
        }
        for meeting in &house.known.meetings {
            let group = house.known.groups.get(&meeting.group);
            let Some((facility, programme)) = group.and_then(|group| group.place) else {
                continue;
            };
            programmes.insert((facility, programme));
            for id in &meeting.staff {
                if let Some(one) = staff.get_mut(id) {
                    one.programmes.insert(programme);
                }
            }
        }
        for template in &common.templates {
            programmes.insert((house.id, template.programme));
        }
        let due = house.talks.iter();
        let due = due.map(|one| (one.programme, one.staff, &one.staff_name));
        let booked = house.booked.iter();
        let booked = booked.map(|one| (one.programme, one.staff, &one.staff_name));
        for (programme, id, name) in due.chain(booked) {
            programmes.insert((house.id, programme));
            let one = staff.entry(id).or_default();
            if one.name.is_empty() {
                one.name.clone_from(name);
            }
            one.programmes.insert(programme);
        }
    }
    let ids: Vec<StaffId> = staff.keys().copied().collect();
    let facilities: Vec<FacilityId> = houses.iter().map(|house| house.id).collect();
    // Weekly times stand with what matters for those who might step in; what they have planned is known already.
    let period = (today, today + Duration::DAY);
    let known = cover::staff_known(rows, &ids, &facilities, today, Some(period)).await?;
    for (id, facts) in known {
        let Some(one) = staff.get_mut(&id) else {
            continue;
        };
        for (facility, programme) in &programmes {
            one.access
                .insert((*facility, *programme), facts.at(*facility, *programme));
        }
        one.times = facts.times;
        one.languages = facts.languages;
    }
    Ok(Facts {
        today,
        places: common.places,
        templates: common.templates,
        staff,
        houses,
    })
}

#[derive(FromQueryResult)]
struct GroupRow {
    id: GroupId,
}

/// The published groups of a house that still have sessions ahead.
pub(crate) async fn running<R: Rows>(rows: &R, facility: FacilityId) -> Result<Vec<GroupId>> {
    let found: Vec<GroupRow> = rows
        .all(
            Sql::new(
                "select g.id from training_group g where g.facility_id = ? and g.state = 'published' and ",
            )
            .bind(facility)
            .append(crate::groups::group_scope(&rows.access().scope(), "g.id"))
            .push(" order by g.first_day, g.id limit 500"),
        )
        .await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

#[derive(FromQueryResult)]
struct CountRow {
    programme_id: ProgrammeId,
    number: i64,
}

/// How many suitable people in a house and in the actor's scope wait for each programme and are meant for no group yet.
pub(crate) async fn waiting_counts<R: Rows>(
    rows: &R,
    facility: FacilityId,
) -> Result<Vec<(ProgrammeId, i64)>> {
    let today = berlin_today(rows.now());
    let found: Vec<CountRow> = rows
        .all(
            Sql::new(
                "select a.programme_id, count(*) as number from application a where a.closed_on is null \
                 and a.state = 'suitable' and (a.recommended_form is null or a.recommended_form = 'group') \
                 and a.person_id in (select q.person_id from placement q where q.facility_id = ? \
                 and q.from_day <= ? and (q.to_day is null or q.to_day > ?)) and 0 = ",
            )
            .bind(facility)
            .bind(today)
            .bind(today)
            .push(FORESEEN)
            .bind(today)
            .push(" and ")
            .append(scope_condition(&rows.access().scope(), today, "a.person_id"))
            .push(" group by a.programme_id order by a.programme_id limit 100"),
        )
        .await?;
    Ok(found
        .into_iter()
        .map(|row| (row.programme_id, row.number))
        .collect())
}
