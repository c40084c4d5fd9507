//! What takes people, in one statement: places in groups, absences, appointments, sessions of all groups; who must not
//! meet whom.

use std::collections::HashMap;

use sea_orm::FromQueryResult;
use time::{Date, Weekday};
use uuid::Uuid;

use super::{LIMIT, Question, may_know};
use crate::access::Scope;
use crate::base::ids::{GroupId, GroupSessionId, PersonId};
use crate::base::time::berlin_today;
use crate::conflicts::rules::{
    BusyKind, Days, Engagement, Expected, Member, Person, Span, What, World,
};
use crate::groups::expected_sql;
use crate::people::rules::absence_label;
use crate::people::scope_condition;
use crate::store::{Result, Rows, Sql};

#[derive(FromQueryResult)]
struct FactRow {
    fact: String,
    person_id: PersonId,
    group_id: Option<GroupId>,
    /// Another person, or a session.
    other_id: Option<Uuid>,
    word: Option<String>,
    name: Option<String>,
    known: Option<bool>,
    first_day: Option<Date>,
    day_after: Option<Date>,
    number: Option<i64>,
    number_to: Option<i64>,
    weekday: Option<i64>,
}

/// The weekday of a stored number, 1 for Monday.
pub(in crate::conflicts) fn weekday(stored: i64) -> Weekday {
    u8::try_from(stored).map_or(Weekday::Monday, |number| {
        Weekday::Monday.nth_next(number.saturating_sub(1))
    })
}

const TYPES: &str = ") select 'none' as fact, cast(null as uuid) as person_id, cast(null as uuid) as group_id, \
     cast(null as uuid) as other_id, cast(null as text) as word, cast(null as text) as name, \
     cast(null as boolean) as known, cast(null as date) as first_day, cast(null as date) as day_after, \
     cast(null as bigint) as number, cast(null as bigint) as number_to, cast(null as bigint) as weekday where 1 = 0";

/// What takes the people `who` between two days: the statement goes on after the query of `who`.
fn taken<R: Rows>(rows: &R, who: Sql, (from, to): (Date, Date)) -> Sql {
    let scope = rows.access().scope();
    let today = berlin_today(rows.now());
    // A doctor or a court is the house's own matter, and so is why somebody is away: others learn that there is something.
    let (kind, reason) = match scope {
        Scope::Facility(_) => ("b.kind", "a.reason"),
        _ => ("'other'", "null"),
    };
    Sql::new("with who as (")
        .append(who)
        .push(TYPES)
        .push(
            " union all select 'person', p.id, null, null, p.family_name, p.given_name, ",
        )
        .append(scope_condition(&scope, today, "p.id"))
        .push(
            ", null, null, null, null, null from who w join person p on p.id = w.person_id \
             union all select 'absence', a.person_id, null, null, ",
        )
        .push(reason)
        .push(
            ", null, null, a.from_day, a.to_day, null, null, null from who w join absence a on a.person_id = w.person_id where a.from_day <= ? \
             and (a.to_day is null or a.to_day > ?) \
             union all select 'busy', b.person_id, null, null, ",
        )
        .bind(to)
        .bind(from)
        .push(kind)
        .push(
            ", null, null, b.first_day, b.day_after, \
             b.start_minute, b.end_minute, b.weekday from who w join person_busy b on b.person_id = w.person_id \
             where b.first_day <= ? and (b.day_after is null or b.day_after > ?) \
             union all select 'talk', c.person_id, null, null, null, null, null, c.day, null, null, null, null \
             from who w join counselling_session c on c.person_id = w.person_id where c.day >= ? and c.day <= ? \
             and c.outcome = 'took_place' union all select 'talk', k.person_id, null, null, null, null, null, t.day, null, \
             t.start_minute, t.minutes, null from who w join client_case k on k.person_id = w.person_id \
             join talk_plan t on t.case_id = k.id where t.state = 'planned' and t.day >= ? and t.day <= ? \
             union all select 'session', m.person_id, s.group_id, s.id, null, g.name, ",
        )
        .bind(to)
        .bind(from)
        .bind(from)
        .bind(to)
        .bind(from)
        .bind(to)
        .append(may_know(rows, "g.id", "g.provider_id"))
        .push(
            ", s.day, null, s.start_minute, s.minutes, null from who w join membership m on m.person_id = w.person_id \
             join training_group g on g.id = m.group_id join group_session s on s.group_id = m.group_id \
             where g.state <> 'closed' and s.state = 'planned' and s.day >= ? and s.day <= ? and s.day >= m.from_day \
             and (m.to_day is null or s.day < m.to_day) and not exists (select 1 from membership_pause z \
             where z.membership_id = m.id and z.from_day <= s.day and (z.to_day is null or z.to_day > s.day)) and ",
        )
        .bind(from)
        .bind(to)
        .append(expected_sql("s.id", "m.person_id"))
}

fn engagement(row: &FactRow) -> Option<Engagement> {
    let first = row.first_day?;
    let span = row.number.zip(row.number_to);
    Some(match row.fact.as_str() {
        "absence" => Engagement {
            days: Days::Every(first, row.day_after),
            span: None,
            what: What::Absent(row.word.as_deref().map_or_else(
                || "den Grund kennt die Einrichtung".to_owned(),
                |code| absence_label(code).to_owned(),
            )),
        },
        "busy" => Engagement {
            days: match row.weekday {
                Some(day) => Days::Weekly(weekday(day), first, row.day_after),
                None => Days::Every(first, row.day_after),
            },
            span: span.map(|(from, to)| Span { from, to }),
            what: What::Busy(BusyKind::from_code(row.word.as_deref()?).unwrap_or(BusyKind::Other)),
        },
        "session" => Engagement {
            days: Days::Every(first, first.next_day()),
            span: span.map(|(from, minutes)| Span::lasting(from, minutes)),
            what: What::Session(
                GroupSessionId(row.other_id?),
                row.group_id?,
                row.name.clone().filter(|_| row.known == Some(true)),
            ),
        },
        "talk" => Engagement {
            days: Days::Every(first, first.next_day()),
            // A planned one has a time.
            span: span.map(|(from, minutes)| Span::lasting(from, minutes)),
            what: What::Appointment,
        },
        _ => return None,
    })
}

/// Puts the people of the house's groups into the world.
pub(super) async fn load<R: Rows>(
    rows: &R,
    question: &Question<'_>,
    world: &mut World,
) -> Result<()> {
    let (house, from, to) = (question.facility, question.from, question.to);
    let who = Sql::new(
        "select m.person_id from training_group g join membership m on m.group_id = g.id where g.facility_id = ? \
         and g.state <> 'closed' and (m.to_day is null or m.to_day > ?) union select p.id from person p where p.id in ",
    )
    .bind(house)
    .bind(from)
    .list(question.people.iter().copied());
    let sql = taken(rows, who, (from, to))
        .push(
            " union all select 'stay', q.person_id, null, null, null, null, (q.to_day is null), q.expected_release, \
             q.to_day, null, null, null from who w join placement q on q.person_id = w.person_id \
             where q.facility_id = ? and q.from_day <= ? \
             union all select 'member', m.person_id, m.group_id, null, null, null, null, m.from_day, m.to_day, null, null, \
             null from training_group g join membership m on m.group_id = g.id where g.facility_id = ? \
             and g.state <> 'closed' and (m.to_day is null or m.to_day > ?) \
             union all select 'pause', m.person_id, m.group_id, null, null, null, null, z.from_day, z.to_day, null, null, \
             null from training_group g join membership m on m.group_id = g.id join membership_pause z \
             on z.membership_id = m.id where g.facility_id = ? and g.state <> 'closed' and (z.to_day is null or z.to_day > ?) \
             union all select 'apart', x.person_id, null, x.other_id, null, null, null, null, null, null, null, null \
             from who w join person_separation x on x.person_id = w.person_id \
             where x.other_id in (select person_id from who) \
             union all select 'catch_up', k.person_id, null, k.session_id, null, null, null, null, null, null, null, null \
             from training_group g join group_session s on s.group_id = g.id join catch_up_person k on k.session_id = s.id \
             where g.facility_id = ? and g.state <> 'closed' and s.state = 'planned' and s.day >= ? and s.day <= ? \
             union all select 'need', n.person_id, null, null, n.language, null, null, null, null, n.security, null, null \
             from who w join person_need n on n.person_id = w.person_id limit ?",
        )
        .bind(house)
        .bind(berlin_today(rows.now()))
        .bind(house)
        .bind(from)
        .bind(house)
        .bind(from)
        .bind(house)
        .bind(from)
        .bind(to)
        .bind(LIMIT);
    let found: Vec<FactRow> = rows.all(sql).await?;
    let mut pauses = Vec::new();
    let mut catch_ups: HashMap<Uuid, Vec<PersonId>> = HashMap::new();
    // Whoever has one stay without an end does not leave, whatever ended before.
    let mut stays: Vec<PersonId> = Vec::new();
    for row in found {
        let person: &mut Person = world.people.entry(row.person_id).or_default();
        match row.fact.as_str() {
            "person" => person.name = name(&row),
            "stay" => {
                if row.known == Some(true) {
                    stays.push(row.person_id);
                    person.release = row.first_day;
                } else {
                    person.leaves = person.leaves.max(row.day_after);
                }
            }
            "member" => {
                if let (Some(group), Some(from)) = (row.group_id, row.first_day) {
                    let group = world.groups.entry(group).or_default();
                    group.members.push(Member {
                        person: row.person_id,
                        from,
                        to: row.day_after,
                        pauses: Vec::new(),
                    });
                }
            }
            "pause" => pauses.push(row),
            "catch_up" => {
                if let Some(session) = row.other_id {
                    catch_ups.entry(session).or_default().push(row.person_id);
                }
            }
            "apart" => world
                .separations
                .extend(row.other_id.map(|other| (row.person_id, PersonId(other)))),
            "need" => {
                person.language = row.word.filter(|code| code != "de");
                person.security = row.number.unwrap_or_default();
            }
            _ => person.engagements.extend(engagement(&row)),
        }
    }
    for id in stays {
        if let Some(person) = world.people.get_mut(&id) {
            person.leaves = None;
        }
    }
    for meeting in &mut world.meetings {
        if meeting.is_catch_up() {
            meeting.expected = Expected::Only(catch_ups.remove(&meeting.id.0).unwrap_or_default());
        }
    }
    for row in pauses {
        let (Some(group), Some(from)) = (row.group_id, row.first_day) else {
            continue;
        };
        let members = world.groups.get_mut(&group).into_iter();
        for member in members.flat_map(|group| &mut group.members) {
            if member.person == row.person_id {
                member.pauses.push((from, row.day_after));
            }
        }
    }
    Ok(())
}

fn name(row: &FactRow) -> Option<String> {
    let name = format!("{}, {}", row.word.as_deref()?, row.name.as_deref()?);
    (row.known == Some(true)).then_some(name)
}

/// What else the people of a session have on its day. The caller has found the session in scope. One statement.
pub(in crate::conflicts) async fn of_session<R: Rows>(
    rows: &R,
    session: GroupSessionId,
    day: Date,
) -> Result<Vec<(PersonId, Engagement)>> {
    let who = Sql::new(
        "select m.person_id from group_session s join membership m on m.group_id = s.group_id where s.id = ? \
         and m.from_day <= s.day and (m.to_day is null or m.to_day > s.day) and ",
    )
    .bind(session)
    .append(expected_sql("s.id", "m.person_id"));
    let sql = taken(rows, who, (day, day)).push(" limit ?").bind(LIMIT);
    let found: Vec<FactRow> = rows.all(sql).await?;
    Ok(found
        .iter()
        .filter_map(|row| Some((row.person_id, engagement(row)?)))
        .collect())
}
