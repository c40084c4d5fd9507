//! The list of people. A facility's list walks an index of its placements in the order shown, so it costs the same
//! with a thousand people and with a hundred thousand; the other scopes are small sets.

use sea_orm::FromQueryResult;
use time::Date;
use uuid::Uuid;

use super::search_condition;
use crate::access::Scope;
use crate::base::ids::{FacilityId, PersonId};
use crate::base::time::berlin_today;
use crate::casework::not_confidential;
use crate::people::import::Setting;
use crate::people::number_sql;
use crate::people::scope::{HANDOVER_DAYS, scope_condition, unrestricted};
use crate::store::{Cursor, Page, Result, Rows, Sql};

/// Rows of a page.
pub(in crate::people) const PAGE: usize = 50;
/// Most people of a file.
pub(in crate::people) const EXPORT_MOST: usize = 1_000;
/// Counting stops here.
pub(in crate::people) const COUNT_LIMIT: i64 = 1_000;

/// By what the list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::people) enum Sort {
    /// By name.
    #[default]
    Name,
    /// By expected release; people without one come last, whichever way.
    Release,
}

/// Which people of a facility.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::people) enum Stay {
    /// All whom the facility may see.
    #[default]
    All,
    /// Placed here today.
    Here,
    /// Transferred or released, still to be handed over.
    HandOver,
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub(in crate::people) struct Wanted {
    pub query: String,
    pub setting: Option<Setting>,
    pub stay: Stay,
    /// Whether people must have a running enrolment, or must not.
    pub enrolled: Option<bool>,
    pub sort: Sort,
    pub descending: bool,
    pub from: Option<Cursor>,
    /// Everybody at once, up to [`EXPORT_MOST`] and one more, instead of a page.
    pub whole: bool,
}

impl Wanted {
    fn limit(&self) -> i64 {
        let most = if self.whole { EXPORT_MOST } else { PAGE };
        i64::try_from(most).unwrap_or(50) + 1
    }
}

/// A line of the list.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::people) struct ListLine {
    pub id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub birth_date: Option<Date>,
    pub sort_key: String,
    pub number: Option<String>,
    pub facility_name: Option<String>,
    pub setting: Option<String>,
    pub expected_release: Option<Date>,
    /// The end of the stay that puts the person into a facility's scope.
    pub until: Option<Date>,
    pub absent: bool,
}

#[derive(FromQueryResult)]
struct CountRow {
    number: i64,
}

/// What a line shows of a person.
fn line(scope: &Scope, today: Date) -> Sql {
    Sql::new("select p.id, p.family_name, p.given_name, p.birth_date, p.sort_key, ")
        .append(number_sql(scope, today, "p.id"))
        .push(" as number, f.name as facility_name, ")
}

const CURRENT: &str = " left join placement pl on pl.id = (select q.id from placement q where q.person_id = p.id \
     and q.from_day <= ? and (q.to_day is null or q.to_day > ?) order by q.kind, q.from_day desc, q.id limit 1) \
     left join facility f on f.id = pl.facility_id ";

async fn lines<R: Rows>(rows: &R, wanted: &Wanted) -> Result<Vec<ListLine>> {
    let today = berlin_today(rows.now());
    match &rows.access().scope() {
        Scope::Facility(facility) => rows.all(facility_page(*facility, today, wanted)).await,
        Scope::Nothing => Ok(Vec::new()),
        other => rows.all(set_page(other, today, wanted)).await,
    }
}

/// Everybody on the list, up to [`EXPORT_MOST`] and one more.
pub(in crate::people) async fn all<R: Rows>(rows: &R, wanted: &Wanted) -> Result<Vec<ListLine>> {
    let wanted = Wanted {
        from: None,
        whole: true,
        ..wanted.clone()
    };
    lines(rows, &wanted).await
}

/// One page of the list.
pub(in crate::people) async fn page<R: Rows>(rows: &R, wanted: &Wanted) -> Result<Page<ListLine>> {
    let lines = lines(rows, wanted).await?;
    let key = |line: &ListLine| match wanted.sort {
        Sort::Name => (line.sort_key.clone(), line.id.0),
        Sort::Release => (
            line.expected_release
                .map_or_else(String::new, |day| day.to_string()),
            line.id.0,
        ),
    };
    Ok(Page::from_rows(lines, PAGE, wanted.from.as_ref(), key))
}

/// How many there are: exact up to [`COUNT_LIMIT`], one more than it if there are more. Where the page shows them
/// all, nothing is asked.
pub(in crate::people) async fn count<R: Rows>(
    rows: &R,
    wanted: &Wanted,
    page: &Page<ListLine>,
) -> Result<i64> {
    if wanted.from.is_none() && page.next.is_none() {
        return Ok(i64::try_from(page.rows.len()).unwrap_or(i64::MAX));
    }
    let today = berlin_today(rows.now());
    let scope = rows.access().scope();
    let inner = match &scope {
        Scope::Facility(facility) => {
            // In the list's own order, so that the list's own index answers it without touching a row of the table.
            Sql::new("select 1 from placement d where ")
                .append(stays(*facility, today, wanted))
                .push(" order by d.sort_key, d.person_id")
        }
        Scope::Nothing => return Ok(0),
        other => Sql::new("select 1 from person p ")
            .append(Sql::new(CURRENT).bind(today).bind(today))
            .push("where ")
            .append(of_set(other, today, wanted)),
    };
    let counted = Sql::new("select count(*) as number from (")
        .append(inner)
        .push(" limit ?) c")
        .bind(COUNT_LIMIT + 1);
    let row: Option<CountRow> = rows.one(counted).await?;
    Ok(row.map_or(0, |row| row.number))
}

/// The newest stay `d` of each person with the facility that is in its scope and is asked for.
fn stays(facility: FacilityId, today: Date, wanted: &Wanted) -> Sql {
    let window = today - time::Duration::days(HANDOVER_DAYS);
    let mut sql = Sql::new("d.facility_id = ? and d.from_day <= ? and ")
        .bind(facility)
        .bind(today);
    sql = match wanted.stay {
        Stay::All => sql.push("(d.to_day is null or d.to_day > ?)").bind(window),
        Stay::Here => sql.push("(d.to_day is null or d.to_day > ?)").bind(today),
        Stay::HandOver => sql
            .push("d.to_day > ? and d.to_day <= ?")
            .bind(window)
            .bind(today),
    };
    sql = sql
        .push(
            // An open stay is the newest; only for an ended one a newer is looked for.
            " and (d.to_day is null or not exists (select 1 from placement n where n.person_id = d.person_id \
             and n.facility_id = d.facility_id and n.from_day <= ? \
             and (n.from_day > d.from_day or (n.from_day = d.from_day and n.id > d.id))))",
        )
        .bind(today)
        .push(" and ")
        .append(unrestricted("d.person_id"));
    if let Some(setting) = wanted.setting {
        sql = sql.push(" and d.setting = ?").bind(setting.code());
    }
    if let Some(found) = search_condition(&wanted.query, "d.person_id") {
        // "or false" keeps PostgreSQL from making a join of it, whose order it guesses wrongly until statistics are
        // gathered after an import: so those found are collected once and looked up on the way.
        sql = sql.push(" and (").append(found).push(" or false)");
    }
    // Of exit counselling a prison must not learn, so it does not count.
    let counted = Sql::new(" and ").append(not_confidential("e.provider_id"));
    enrolled(sql, wanted, "d.person_id", counted)
}

/// `counted` restricts the enrolments `e` that count.
fn enrolled(sql: Sql, wanted: &Wanted, column: &'static str, counted: Sql) -> Sql {
    match wanted.enrolled {
        // Those who take part are few and collected; those who do not are found on the way.
        Some(true) => sql.push(" and ").push(column).push(" in (select e.person_id from enrolment e where e.ended_on is null").append(counted).push(")"),
        Some(false) => {
            sql.push(" and not exists (select 1 from enrolment e where e.ended_on is null and e.person_id = ").push(column).append(counted).push(")")
        }
        None => sql,
    }
}

fn facility_page(facility: FacilityId, today: Date, wanted: &Wanted) -> Sql {
    let inner = match wanted.sort {
        Sort::Name => {
            let part = Sql::new("select d.person_id, d.sort_key, d.setting, d.expected_release, d.to_day, 0 as phase from placement d where ")
                .append(stays(facility, today, wanted));
            let part = match &wanted.from {
                Some(cursor) => part
                    .push(after(Sort::Name, wanted.descending, cursor.backward))
                    .bind(cursor.key.clone())
                    .bind(cursor.id),
                None => part,
            };
            part.push(order(Sort::Name, wanted))
                .push(" limit ?")
                .bind(wanted.limit())
        }
        Sort::Release => by_release(facility, today, wanted),
    };
    line(&Scope::Facility(facility), today)
        .push(
            "d.setting, d.expected_release, d.to_day as until, (exists (select 1 from absence a where a.person_id = p.id \
             and a.from_day <= ? and (a.to_day is null or a.to_day > ?))) as absent from (",
        )
        .bind(today)
        .bind(today)
        .append(inner)
        .push(") d join person p on p.id = d.person_id")
        .append(Sql::new(CURRENT).bind(today).bind(today))
        .push(order(wanted.sort, wanted))
}

/// Two walks along the index, people with an expected release and people without; each is bounded, so both together are.
fn by_release(facility: FacilityId, today: Date, wanted: &Wanted) -> Sql {
    let cursor = wanted.from.as_ref();
    let backward = cursor.is_some_and(|cursor| cursor.backward);
    let at = cursor.map(|cursor| (cursor, parse_day(&cursor.key)));
    let walk = |phase: i64, bound: Option<(Option<Date>, Uuid)>| {
        let known = phase == 0;
        let mut part = Sql::new(if known {
            "select * from (select d.person_id, d.sort_key, d.setting, d.expected_release, d.to_day, 0 as phase from placement d \
             where d.expected_release is not null and "
        } else {
            "select * from (select d.person_id, d.sort_key, d.setting, d.expected_release, d.to_day, 1 as phase from placement d \
             where d.expected_release is null and "
        })
        .append(stays(facility, today, wanted));
        part = match bound {
            Some((Some(day), id)) => part
                .push(after(Sort::Release, wanted.descending, backward))
                .bind(day)
                .bind(id),
            Some((None, id)) => part
                .push(if wanted.descending == backward {
                    " and d.person_id > ?"
                } else {
                    " and d.person_id < ?"
                })
                .bind(id),
            None => part,
        };
        let upward = wanted.descending == backward;
        part.push(match (known, upward) {
            (true, true) => " order by d.expected_release, d.person_id",
            (true, false) => " order by d.expected_release desc, d.person_id desc",
            (false, true) => " order by d.person_id",
            (false, false) => " order by d.person_id desc",
        })
        .push(if known {
            " limit ?) dated"
        } else {
            " limit ?) undated"
        })
        .bind(wanted.limit())
    };
    let both = |first: Sql, second: Sql| {
        Sql::new("select * from (")
            .append(first)
            .push(" union all ")
            .append(second)
            .push(") d")
            .push(order(Sort::Release, wanted))
            .push(" limit ?")
            .bind(wanted.limit())
    };
    match at {
        None => both(walk(0, None), walk(1, None)),
        Some((cursor, Some(day))) if backward => walk(0, Some((Some(day), cursor.id))),
        Some((cursor, Some(day))) => both(walk(0, Some((Some(day), cursor.id))), walk(1, None)),
        Some((cursor, None)) if backward => both(walk(0, None), walk(1, Some((None, cursor.id)))),
        Some((cursor, None)) => walk(1, Some((None, cursor.id))),
    }
}

/// The condition "after the cursor" in the direction of reading.
fn after(sort: Sort, descending: bool, backward: bool) -> &'static str {
    match (sort, descending == backward) {
        (Sort::Name, true) => " and (d.sort_key, d.person_id) > (?, ?)",
        (Sort::Name, false) => " and (d.sort_key, d.person_id) < (?, ?)",
        (Sort::Release, true) => " and (d.expected_release, d.person_id) > (?, ?)",
        (Sort::Release, false) => " and (d.expected_release, d.person_id) < (?, ?)",
    }
}

/// The order of reading.
fn order(sort: Sort, wanted: &Wanted) -> &'static str {
    let backward = wanted.from.as_ref().is_some_and(|cursor| cursor.backward);
    let upward = wanted.descending == backward;
    match (sort, upward, backward) {
        (Sort::Name, true, _) => " order by d.sort_key, d.person_id",
        (Sort::Name, false, _) => " order by d.sort_key desc, d.person_id desc",
        (Sort::Release, true, false) => " order by d.phase, d.expected_release, d.person_id",
        (Sort::Release, false, false) => {
            " order by d.phase, d.expected_release desc, d.person_id desc"
        }
        (Sort::Release, true, true) => " order by d.phase desc, d.expected_release, d.person_id",
        (Sort::Release, false, true) => {
            " order by d.phase desc, d.expected_release desc, d.person_id desc"
        }
    }
}

/// A day as [`Date`] prints itself.
fn parse_day(text: &str) -> Option<Date> {
    Date::parse(
        text,
        time::macros::format_description!("[year]-[month]-[day]"),
    )
    .ok()
}

fn of_set(scope: &Scope, today: Date, wanted: &Wanted) -> Sql {
    let mut sql = scope_condition(scope, today, "p.id");
    if let Some(setting) = wanted.setting {
        sql = sql.push(" and pl.setting = ?").bind(setting.code());
    }
    if let Some(found) = search_condition(&wanted.query, "p.id") {
        sql = sql.push(" and ").append(found);
    }
    enrolled(sql, wanted, "p.id", Sql::new(""))
}

/// Small sets: collected as a whole, then sorted. The sort expressions are no plain columns, so that no database
/// walks all people in the order of their names instead.
fn set_page(scope: &Scope, today: Date, wanted: &Wanted) -> Sql {
    let backward = wanted.from.as_ref().is_some_and(|cursor| cursor.backward);
    let upward = wanted.descending == backward;
    let absent = match scope {
        // What happens inside a prison is not told to others.
        Scope::Assigned { .. } => {
            Sql::new(
                "(exists (select 1 from absence a join placement b on b.id = a.placement_id where a.person_id = p.id \
                 and b.kind = 'probation' and a.from_day <= ? and (a.to_day is null or a.to_day > ?))) as absent",
            )
            .bind(today)
            .bind(today)
        }
        _ => Sql::new("(1 = 0) as absent"),
    };
    let mut sql = line(scope, today)
        .push("pl.setting, pl.expected_release, pl.to_day as until, ")
        .append(absent)
        .push(" from person p")
        .append(Sql::new(CURRENT).bind(today).bind(today))
        .push("where ")
        .append(of_set(scope, today, wanted));
    // Unknown releases come last both ways.
    const NAME: &str = "p.sort_key || ''";
    const UP: &str = "coalesce(cast(pl.expected_release as text), '9999-99-99')";
    const DOWN: &str = "coalesce(cast(pl.expected_release as text), '')";
    let expression = match (wanted.sort, wanted.descending) {
        (Sort::Name, _) => NAME,
        (Sort::Release, false) => UP,
        (Sort::Release, true) => DOWN,
    };
    if let Some(cursor) = &wanted.from {
        let key = match (wanted.sort, wanted.descending, cursor.key.is_empty()) {
            (Sort::Release, false, true) => "9999-99-99".to_owned(),
            _ => cursor.key.clone(),
        };
        sql = sql
            .push(" and (")
            .push(expression)
            .push(if upward {
                ", p.id) > (?, ?)"
            } else {
                ", p.id) < (?, ?)"
            })
            .bind(key)
            .bind(cursor.id);
    }
    sql.push(" order by ")
        .push(expression)
        .push(if upward {
            ", p.id limit ?"
        } else {
            " desc, p.id desc limit ?"
        })
        .bind(wanted.limit())
}
