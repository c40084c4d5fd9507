//! The one predicate that says which people an actor may see. List, search, count, single read and every other
//! room use it, so they cannot disagree.

use std::collections::{BTreeMap, BTreeSet};

use time::{Date, Duration};

use crate::access::{GrantedPlace, Scope};
use crate::base::ids::{FacilityId, ProgrammeId};
use crate::stand_in;
use crate::store::Sql;

/// Days after a transfer or release during which the former facility still sees a person, to hand over.
pub const HANDOVER_DAYS: i64 = 28;

/// A condition on `<column>` (a person id column such as `p.id`): the person is in the actor's scope on a day, and the
/// record is not restricted.
/// The text is put between the caller's SQL: `Sql::new("… where ").append(scope_condition(&scope, today, "p.id"))`.
pub fn scope_condition(scope: &Scope, today: Date, column: &'static str) -> Sql {
    Sql::new("(")
        .append(within(scope, today, column))
        .push(" and ")
        .append(unrestricted(column))
        .push(")")
}

/// A condition on `<column>` (a person id column): the record is not restricted. Part of [`scope_condition`]; for queries
/// that reach people on another way, and for what is counted.
pub fn unrestricted(column: &'static str) -> Sql {
    Sql::new("not exists (select 1 from person_restriction rx where rx.person_id = ")
        .push(column)
        .push(" and rx.lifted_at is null)")
}

fn within(scope: &Scope, today: Date, column: &'static str) -> Sql {
    let inside = |query: Sql| Sql::new(column).push(" in (").append(query).push(")");
    match scope {
        // Asked of one person at a time: a facility may have a hundred thousand, and SQLite would collect them all
        // into a set before it looks at the first.
        Scope::Facility(facility) => Sql::new("exists (select 1 from placement sp where sp.person_id = ")
            .push(column)
            .push(" and sp.facility_id = ? and sp.from_day <= ? and (sp.to_day is null or sp.to_day > ?))")
            .bind(*facility)
            .bind(today)
            .bind(today - Duration::days(HANDOVER_DAYS)),
        // An officer who changes offices leaves the clients behind, and a client who moves leaves the officer, even
        // where nobody ended the assignment.
        Scope::Assigned { account, office } => inside(
            Sql::new(
                "select sa.person_id from assignment sa where sa.account_id in ",
            )
            .append(stand_in::charges(*account, *office, today))
            .push(
                " and sa.from_day <= ? \
                 and (sa.to_day is null or sa.to_day > ?) and not exists (select 1 from placement sp \
                 where sp.person_id = sa.person_id and sp.kind = 'probation' and sp.facility_id <> ? \
                 and sp.from_day <= ? and (sp.to_day is null or sp.to_day > ?))",
            )
            .bind(today)
            .bind(today)
            .bind(*office)
            .bind(today)
            .bind(today),
        ),
        Scope::Trainer { staff, grants } => inside(
            Sql::new(
                "select sm.person_id from membership sm join training_group sg on sg.id = sm.group_id \
                 join group_trainer st on st.group_id = sg.id join placement sp on sp.person_id = sm.person_id \
                 where st.staff_id = ? and sg.state <> 'draft' and ",
            )
            .bind(*staff)
            .append(here(today, "sm.to_day"))
            .push(" and ")
            .append(granted(grants, "sp.facility_id", "sg.programme_id"))
            // Whoever covers a session sees its members, until the days of the hand-over after it are over.
            .push(
                " union select sm.person_id from session_trainer sc join group_session ss on ss.id = sc.session_id \
                 join training_group sg on sg.id = ss.group_id join membership sm on sm.group_id = sg.id \
                 and sm.from_day <= ss.day and (sm.to_day is null or sm.to_day > ss.day) \
                 join placement sp on sp.person_id = sm.person_id \
                 where sc.staff_id = ? and sc.removed_at is null and sg.state = 'published' and ss.state <> 'cancelled' \
                 and ss.day > ? and ",
            )
            .bind(*staff)
            .bind(today - Duration::days(HANDOVER_DAYS))
            .append(here(today, "sm.to_day"))
            .push(" and ")
            .append(granted(grants, "sp.facility_id", "sg.programme_id"))
            .push(
                " union select se.person_id from enrolment se join placement sp on sp.person_id = se.person_id \
                 where se.staff_id = ? and ",
            )
            .bind(*staff)
            .append(here(today, "se.ended_on"))
            .push(" and ")
            .append(granted(grants, "sp.facility_id", "se.programme_id"))
            // Both of a team, and from the enquiry on.
            .push(CASES)
            .push("(sk.staff_id = ? or sk.second_staff_id = ?) and ")
            .bind(*staff)
            .bind(*staff)
            .append(here(today, CASE_END))
            .push(" and ")
            .append(granted(grants, "sp.facility_id", "sk.programme_id")),
        ),
        Scope::Provider { provider, grants } => inside(
            Sql::new(
                "select se.person_id from enrolment se join placement sp on sp.person_id = se.person_id \
                 where se.provider_id = ? and ",
            )
            .bind(*provider)
            .append(here(today, "se.ended_on"))
            .push(" and ")
            .append(granted(grants, "sp.facility_id", "se.programme_id"))
            .push(CASES)
            .push("sk.provider_id = ? and ")
            .bind(*provider)
            .append(here(today, CASE_END))
            .push(" and ")
            .append(granted(grants, "sp.facility_id", "sk.programme_id")),
        ),
        Scope::Nothing => Sql::new("1 = 0"),
    }
}

/// The people whom a facility sees on a day, as a list in a statement: those of [`scope_condition`], for a query that looks
/// through all of them anyhow and need not ask for each.
pub(crate) fn facility_people(facility: FacilityId, today: Date) -> Sql {
    Sql::new("(select sp.person_id from placement sp where sp.facility_id = ? and sp.from_day <= ? and (sp.to_day is null or sp.to_day > ?))")
        .bind(facility)
        .bind(today)
        .bind(today - Duration::days(HANDOVER_DAYS))
}

/// A branch of the statement: the people of cases `sk`, with the participation that came of it.
const CASES: &str = " union select sk.person_id from client_case sk join placement sp on sp.person_id = sk.person_id \
     left join enrolment se on se.id = sk.enrolment_id where ";

/// The day on which such a case ended; none during after-care, whose end comes after that of the participation.
pub(super) const CASE_END: &str =
    "(case when sk.state <> 'aftercare' then coalesce(sk.closed_on, se.ended_on) end)";

/// The stay `sp` is of today, and the participation that ends on `end` is not over for longer than the hand-over
/// window. A grant opens people where they are now: whoever was moved elsewhere is seen by who may go there.
fn here(today: Date, end: &'static str) -> Sql {
    Sql::new("sp.from_day <= ? and (sp.to_day is null or sp.to_day > ?) and (")
        .bind(today)
        .bind(today)
        .push(end)
        .push(" is null or ")
        .push(end)
        .push(" > ?)")
        .bind(today - Duration::days(HANDOVER_DAYS))
}

/// A condition on a facility and a programme column: one of the grants opens the pair. Nothing is open without a
/// grant. Facilities with the same programmes share a part of the condition, so that it stays short for somebody with
/// hundreds of grants.
pub fn granted(grants: &[GrantedPlace], facility: &'static str, programme: &'static str) -> Sql {
    let mut of_place: BTreeMap<FacilityId, BTreeSet<ProgrammeId>> = BTreeMap::new();
    for grant in grants {
        of_place
            .entry(grant.facility)
            .or_default()
            .insert(grant.programme);
    }
    let mut alike: BTreeMap<BTreeSet<ProgrammeId>, Vec<FacilityId>> = BTreeMap::new();
    for (place, programmes) in of_place {
        alike.entry(programmes).or_default().push(place);
    }
    if alike.is_empty() {
        return Sql::new("1 = 0");
    }
    let mut sql = Sql::new("(");
    for (index, (programmes, places)) in alike.into_iter().enumerate() {
        sql = sql
            .push(if index == 0 { "(" } else { " or (" })
            .push(facility)
            .push(" in ")
            .list(places)
            .push(" and ")
            .push(programme)
            .push(" in ")
            .list(programmes)
            .push(")");
    }
    sql.push(")")
}
