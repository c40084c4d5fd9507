//! The list of a facility and day, and what stands beside its lines.

use sea_orm::FromQueryResult;
use time::Date;
use uuid::Uuid;

use crate::access::{Role, Writes};
use crate::base::ids::{FacilityId, GateVisitId, GroupSessionId, StaffId};
use crate::base::time::Instant;
use crate::groups::session_staff_sql;
use crate::store::{Result, Rows, Sql, Writer};

/// Most lines of a list; a longer day says so.
pub const LINES: usize = 500;

/// A line of the gate list. It has no column for inmates, nor for what a group is about.
#[derive(Debug, Clone, FromQueryResult)]
pub struct LineRow {
    /// `session`, `visit` or `guest`.
    pub kind: String,
    /// The session, visit or family day.
    pub source: Uuid,
    /// The staff member or guest.
    pub who: Uuid,
    /// Name.
    pub name: String,
    /// Organisation.
    pub organisation: String,
    /// Beginning, in minutes of the day.
    pub start_minute: i64,
    /// Length.
    pub minutes: i64,
    /// Room or place.
    pub destination: String,
    /// "Gruppe", "Beratung" or "Familientag".
    pub occasion: String,
    /// Does not take place.
    pub cancelled: bool,
    /// Escort asked for.
    pub escort: bool,
    /// Entered late without a grant.
    pub late: bool,
    /// Who announced or approved it.
    pub noted_by: String,
    /// When.
    pub noted_at: Instant,
    /// The last day of the grant that lets the person in.
    pub grant_until: Option<Date>,
    /// A grant for this day is suspended.
    pub suspended: bool,
    /// A stop is set.
    pub stopped: bool,
    /// The last day of the clearance that covers the day.
    pub clearance_until: Option<Date>,
    /// This facility decided about a clearance once.
    pub clearance_known: bool,
    /// The clearance asks for escort (1).
    pub must_escort: i64,
    /// The clearance allows no group alone (1).
    pub not_alone: i64,
    /// The clearance allows no devices (1).
    pub no_devices: i64,
}

/// Whoever is expected at a facility on a day, by time: sessions and their trainers, announced visits, approved guests;
/// with the end of what lets them in. One statement.
pub async fn lines(rows: &impl Rows, facility: FacilityId, day: Date) -> Result<Vec<LineRow>> {
    let covers = |sql: Sql| sql.bind(day).bind(day);
    // A plain max(last_day) would make SQLite go through the facility's grants by their last day, for each line.
    let mut sql = Sql::new(
        "select * from (select q.kind, q.source, q.staff_id as who, s.name, p.name as organisation, q.start_minute, \
         q.minutes, q.destination, q.occasion, q.cancelled, q.escort, q.late, q.noted_by, q.noted_at, \
         (select max(case when g.first_day <= ? and g.last_day >= ? then g.last_day end) from access_grant g \
         where g.staff_id = q.staff_id and g.facility_id = ? and (q.kind = 'visit' or g.programme_id = q.programme_id) \
         and g.state = 'active' and (s.valid_to is null or s.valid_to > ?)) as grant_until, \
         exists (select 1 from access_grant g where g.staff_id = q.staff_id and g.facility_id = ? \
         and (q.kind = 'visit' or g.programme_id = q.programme_id) and g.state = 'suspended' and g.first_day <= ? \
         and g.last_day >= ?) as suspended, \
         exists (select 1 from access_stop x where x.staff_id = q.staff_id and x.lifted_at is null \
         and (x.facility_id is null or x.facility_id = ?)) as stopped, \
         c.until as clearance_until, (c.staff_id is not null) as clearance_known, \
         cast(coalesce(c.must_escort, 0) as bigint) as must_escort, cast(coalesce(c.not_alone, 0) as bigint) as not_alone, \
         cast(coalesce(c.no_devices, 0) as bigint) as no_devices from (",
    );
    sql = covers(sql).bind(facility).bind(day).bind(facility);
    sql = covers(sql).bind(facility);
    sql = sql
        .push(
            "select 'session' as kind, gs.id as source, s.id as staff_id, tg.programme_id, gs.start_minute, gs.minutes, \
             r.name as destination, 'Gruppe' as occasion, (gs.state = 'cancelled') as cancelled, false as escort, \
             false as late, '' as noted_by, cast(0 as bigint) as noted_at \
             from group_session gs join training_group tg on tg.id = gs.group_id ",
        )
        .append(session_staff_sql())
        .push(
            " join room r on r.id = gs.room_id where tg.facility_id = ? and gs.day = ? \
             and (tg.state = 'published' or (tg.state = 'closed' and gs.state = 'held')) \
             union all select 'visit', v.id, v.staff_id, v.programme_id, v.start_minute, v.minutes, v.destination, \
             'Beratung', (v.cancelled_at is not null), v.escort, (v.waiver_reason is not null), v.created_by_name, \
             v.created_at from gate_visit v where v.facility_id = ? and v.day = ?",
        )
        .bind(facility)
        .bind(day)
        .bind(facility)
        .bind(day);
    sql = sql
        .push(") q join staff s on s.id = q.staff_id join provider p on p.id = s.provider_id left join (")
        .append(clearances(facility, day))
        .push(
            ") c on c.staff_id = q.staff_id union all select 'guest', d.id, w.id, w.name, 'Gast Familientag', \
             d.start_minute, d.minutes, d.destination, 'Familientag', (d.cancelled_at is not null), false, false, \
             coalesce(w.decided_by_name, ''), coalesce(w.decided_at, 0), null, false, false, null, false, \
             cast(0 as bigint), cast(0 as bigint), cast(0 as bigint) \
             from family_guest w join family_day d on d.id = w.family_day_id \
             where d.facility_id = ? and d.day = ? and w.state = 'approved') l \
             order by l.start_minute, l.name, l.source, l.who limit ?",
        )
        .bind(facility)
        .bind(day)
        .bind(i64::try_from(LINES).unwrap_or(0) + 1);
    rows.all(sql).await
}

/// What the facility's clearances say on a day, one row per staff member; the stricter one counts.
fn clearances(facility: FacilityId, day: Date) -> Sql {
    let mut sql = Sql::new(
        "select z.staff_id, max(case when z.first_day <= ? and z.last_day >= ? and z.ended_at is null then z.last_day end) as until",
    )
    .bind(day)
    .bind(day);
    for column in [
        ", max(case when z.escort and z.first_day <= ? and z.last_day >= ? and z.ended_at is null then 1 else 0 end) as must_escort",
        ", max(case when z.not_alone and z.first_day <= ? and z.last_day >= ? and z.ended_at is null then 1 else 0 end) as not_alone",
        ", max(case when z.no_devices and z.first_day <= ? and z.last_day >= ? and z.ended_at is null then 1 else 0 end) as no_devices",
    ] {
        sql = sql.push(column).bind(day).bind(day);
    }
    sql.push(
        " from clearance z where z.facility_id = ? and z.state in ('granted', 'withdrawn') \
         and z.last_day is not null group by z.staff_id",
    )
    .bind(facility)
}

/// An object that is approved for a day.
#[derive(Debug, Clone, FromQueryResult)]
pub struct ObjectRow {
    /// Whose.
    pub staff_id: StaffId,
    /// What, as stored.
    pub what: String,
    /// Who approved it.
    pub decided_by_name: Option<String>,
    /// For this session only.
    pub session_id: Option<GroupSessionId>,
    /// For this visit only.
    pub visit_id: Option<GateVisitId>,
}

/// The objects approved for a facility and day.
pub async fn objects(rows: &impl Rows, facility: FacilityId, day: Date) -> Result<Vec<ObjectRow>> {
    rows.all(
        Sql::new(
            "select staff_id, what, decided_by_name, session_id, visit_id from approved_object where facility_id = ? \
             and state = 'approved' and first_day <= ? and last_day >= ? order by decided_at, id limit 2000",
        )
        .bind(facility)
        .bind(day)
        .bind(day),
    )
    .await
}

/// What changed for somebody on a day, or that they came and went: both stand beside a line.
#[derive(Debug, Clone, FromQueryResult)]
pub struct NoteRow {
    /// Whose change; the nil id for a tick.
    pub staff_id: Uuid,
    /// The line of a tick; empty for a change.
    pub line: String,
    /// What changed; empty for a tick.
    pub what: String,
    /// When it changed, or when they came.
    pub at: Option<Instant>,
    /// When they went.
    pub left_at: Option<Instant>,
}

/// The changes made since an instant to a facility's list of a day, newest first, and the ticks of the day.
pub async fn notes(
    rows: &impl Rows,
    facility: FacilityId,
    day: Date,
    since: Instant,
) -> Result<Vec<NoteRow>> {
    rows.all(
        Sql::new(
            "select * from (select staff_id, '' as line, what, at, cast(null as bigint) as left_at from gate_change \
             where facility_id = ? and day = ? and at >= ? \
             union all select facility_id, line, '', entered_at, left_at from gate_tick where facility_id = ? and day = ?) n \
             order by n.at desc, n.line limit 2000",
        )
        .bind(facility)
        .bind(day)
        .bind(since)
        .bind(facility)
        .bind(day),
    )
    .await
}

/// What is known of a staff member who may be asked for at the gate.
#[derive(Debug, Clone, FromQueryResult)]
pub struct KnownRow {
    /// Name.
    pub name: String,
    /// A stop is set.
    pub stopped: bool,
    /// A grant is suspended on the day.
    pub suspended: bool,
    /// A grant is valid on the day.
    pub granted: bool,
    /// The last day of the newest grant that is over.
    pub ended: Option<Date>,
    /// When the newest grant that was withdrawn was.
    pub revoked_at: Option<Instant>,
    /// The first day of the next grant.
    pub begins: Option<Date>,
}

/// Staff who hold or held a grant of this facility: nobody else is known to its gate. A request that was taken back
/// rests on no clearance and never was a grant.
pub async fn known(rows: &impl Rows, facility: FacilityId, day: Date) -> Result<Vec<KnownRow>> {
    rows.all(
        Sql::new(
            "select s.name, exists (select 1 from access_stop x where x.staff_id = s.id and x.lifted_at is null \
             and (x.facility_id is null or x.facility_id = ?)) as stopped, k.suspended > 0 as suspended, \
             (k.granted > 0 and (s.valid_to is null or s.valid_to > ?)) as granted, k.ended, k.revoked_at, k.begins \
             from staff s join (select g.staff_id, \
             sum(case when g.state = 'suspended' and g.first_day <= ? and g.last_day >= ? then 1 else 0 end) as suspended, \
             sum(case when g.state = 'active' and g.first_day <= ? and g.last_day >= ? then 1 else 0 end) as granted, \
             max(case when g.state in ('active', 'suspended') and g.last_day < ? then g.last_day end) as ended, \
             max(case when g.state = 'revoked' then g.decided_at end) as revoked_at, \
             min(case when g.state = 'active' and g.first_day > ? then g.first_day end) as begins \
             from access_grant g where g.facility_id = ? and (g.state in ('active', 'suspended') \
             or (g.state = 'revoked' and g.clearance_id is not null)) group by g.staff_id) k on k.staff_id = s.id order by s.name, s.id limit 3000",
        )
        .bind(facility)
        .bind(day)
        .bind(day)
        .bind(day)
        .bind(day)
        .bind(day)
        .bind(day)
        .bind(day)
        .bind(facility),
    )
    .await
}

#[derive(FromQueryResult)]
struct NameRow {
    name: String,
}

/// The access officers of a facility: whom to call.
pub async fn officers(rows: &impl Rows, facility: FacilityId) -> Result<Vec<String>> {
    let found: Vec<NameRow> = rows
        .all(
            Sql::new("select name from account where facility_id = ? and role = ? and disabled_at is null order by name, id limit 5")
                .bind(facility)
                .bind(Role::AccessOfficer.code().to_owned()),
        )
        .await?;
    Ok(found.into_iter().map(|row| row.name).collect())
}

/// A facility that expects somebody.
#[derive(Debug, Clone, FromQueryResult)]
pub struct HouseRow {
    /// Id.
    pub id: FacilityId,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
}

/// The facilities that expect somebody on a day.
pub async fn houses(rows: &impl Rows, day: Date) -> Result<Vec<HouseRow>> {
    rows.all(
        Sql::new(
            "select f.id, f.code, f.name from facility f where \
             f.id in (select v.facility_id from gate_visit v where v.day = ?) \
             or f.id in (select d.facility_id from family_day d where d.day = ?) \
             or f.id in (select tg.facility_id from group_session gs join training_group tg on tg.id = gs.group_id \
             where gs.day = ? and tg.state = 'published') order by f.code limit 500",
        )
        .bind(day)
        .bind(day)
        .bind(day),
    )
    .await
}

/// Marks that somebody came or went, or takes the mark back.
pub async fn tick<P: Writes>(
    writer: &Writer<P>,
    facility: FacilityId,
    day: Date,
    line: &str,
    (entry, set): (bool, bool),
) -> Result<()> {
    let now = set.then(|| writer.now());
    let by = writer.access().actor().name().to_owned();
    let changed = if entry {
        // Who never came did not go either.
        Sql::new(
            "update gate_tick set entered_at = coalesce(entered_at, ?), ticked_by_name = ?, version = version + 1 where facility_id = ? and day = ? and line = ?",
        )
    } else {
        Sql::new(
            "update gate_tick set left_at = coalesce(left_at, ?), ticked_by_name = ?, version = version + 1 where facility_id = ? and day = ? and line = ?",
        )
    };
    let Some(now) = now else {
        let sql = if entry {
            Sql::new(
                "update gate_tick set entered_at = null, version = version + 1 where facility_id = ? and day = ? and line = ?",
            )
        } else {
            Sql::new(
                "update gate_tick set left_at = null, version = version + 1 where facility_id = ? and day = ? and line = ?",
            )
        };
        writer
            .change(sql.bind(facility).bind(day).bind(line.to_owned()))
            .await?;
        writer
            .change(
                Sql::new("delete from gate_tick where facility_id = ? and day = ? and line = ? and entered_at is null and left_at is null")
                    .bind(facility)
                    .bind(day)
                    .bind(line.to_owned()),
            )
            .await?;
        return Ok(());
    };
    writer
        .change(
            Sql::new(
                "insert into gate_tick (facility_id, day, line, ticked_by_name, version) values (?, ?, ?, ?, 1) \
                 on conflict (facility_id, day, line) do nothing",
            )
            .bind(facility)
            .bind(day)
            .bind(line.to_owned())
            .bind(by.clone()),
        )
        .await?;
    writer
        .change(
            changed
                .bind(now)
                .bind(by)
                .bind(facility)
                .bind(day)
                .bind(line.to_owned()),
        )
        .await?;
    Ok(())
}

/// Deletes ticks older than an instant, guests of family days before one day, and changes of days before another.
pub async fn purge<P: Writes>(
    writer: &Writer<P>,
    ticks: Instant,
    guests: Date,
    changes: Date,
) -> Result<(u64, u64, u64)> {
    let ticked = writer
        .change(
            Sql::new("delete from gate_tick where coalesce(left_at, entered_at, 0) < ?")
                .bind(ticks),
        )
        .await?;
    let invited = writer
        .change(
            Sql::new("delete from family_guest where family_day_id in (select id from family_day where day < ?)")
                .bind(guests),
        )
        .await?;
    let changed = writer
        .change(Sql::new("delete from gate_change where day < ?").bind(changes))
        .await?;
    Ok((ticked, invited, changed))
}
