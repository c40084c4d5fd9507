//! The one predicate that says which groups an actor may see. Lists, counts, single reads and writes of groups,
//! sessions and registers use it, so they cannot disagree.

use time::Date;

use crate::access::{GrantedPlace, Scope};
use crate::base::ids::StaffId;
use crate::people::granted;
use crate::store::Sql;

/// A condition on `<column>` (a group id column such as `g.id` or `s.group_id`): the group is in the actor's scope.
/// Drafts are the facility's own matter: external staff see a group once it is published, and only where a grant of
/// today opens facility and programme.
///
/// `Sql::new("… where ").append(group_scope(&scope, "g.id"))`
pub fn group_scope(scope: &Scope, column: &'static str) -> Sql {
    let inside = |query: Sql| Sql::new(column).push(" in (").append(query).push(")");
    match scope {
        Scope::Facility(facility) => {
            inside(Sql::new("select zg.id from training_group zg where zg.facility_id = ?").bind(*facility))
        }
        Scope::Trainer { staff, grants } => inside(
            own_groups(*staff, grants)
                // Whoever covers a session sees its group as long as it runs, but only that session's register.
                .push(" union select zg.id ")
                .append(covered(*staff, grants)),
        ),
        Scope::Provider { provider, grants } => inside(
            Sql::new("select zg.id from training_group zg where zg.provider_id = ? and zg.state <> 'draft' and ")
                .bind(*provider)
                .append(granted(grants, "zg.facility_id", "zg.programme_id")),
        ),
        Scope::Assigned { .. } | Scope::Nothing => Sql::new("1 = 0"),
    }
}

/// The same without the groups of which the actor only covers sessions: how their participations end is the matter of
/// their own trainers.
pub(crate) fn own_group_scope(scope: &Scope, column: &'static str) -> Sql {
    let Scope::Trainer { staff, grants } = scope else {
        return group_scope(scope, column);
    };
    Sql::new(column)
        .push(" in (")
        .append(own_groups(*staff, grants))
        .push(")")
}

/// A condition on a session (its id column and the column of its group): the session, its register and its sheet are
/// in the actor's scope. The same as the group's, except for whoever covers single sessions: only those.
pub fn session_scope(scope: &Scope, session: &'static str, group: &'static str) -> Sql {
    let Scope::Trainer { staff, grants } = scope else {
        return group_scope(scope, group);
    };
    Sql::new("(")
        .push(group)
        .push(" in (")
        .append(own_groups(*staff, grants))
        .push(") or ")
        .push(session)
        .push(" in (select zs.id ")
        .append(covered(*staff, grants))
        .push("))")
}

/// A condition on a session and a member of its group (columns of their ids): the person belongs into the session.
/// Always, except for catch-up sessions: there only who makes something good in them.
pub fn expected_sql(session: &'static str, person: &'static str) -> Sql {
    Sql::new("(not exists (select 1 from catch_up zk where zk.session_id = ")
        .push(session)
        .push(") or exists (select 1 from catch_up_person zp where zp.session_id = ")
        .push(session)
        .push(" and zp.person_id = ")
        .push(person)
        .push("))")
}

/// The groups of a trainer that a grant opens.
fn own_groups(staff: StaffId, grants: &[GrantedPlace]) -> Sql {
    Sql::new(
        "select zg.id from training_group zg join group_trainer zt on zt.group_id = zg.id \
         where zt.staff_id = ? and zg.state <> 'draft' and ",
    )
    .bind(staff)
    .append(granted(grants, "zg.facility_id", "zg.programme_id"))
}

/// From the sessions `zs` that a trainer covers in running groups `zg` that a grant opens.
fn covered(staff: StaffId, grants: &[GrantedPlace]) -> Sql {
    Sql::new(
        "from session_trainer zc join group_session zs on zs.id = zc.session_id join training_group zg on zg.id = zs.group_id \
         where zc.staff_id = ? and zc.removed_at is null and zg.state = 'published' and ",
    )
    .bind(staff)
    .append(granted(grants, "zg.facility_id", "zg.programme_id"))
}

/// A condition on a session (its id column): the actor, if external staff, holds it in person. True for everybody else.
pub(crate) fn held_in_person(scope: &Scope, session: &'static str) -> Sql {
    let Scope::Trainer { staff, .. } = scope else {
        return Sql::new("1 = 1");
    };
    Sql::new("(not exists (select 1 from session_trainer zr where zr.session_id = ")
        .push(session)
        .push(" and zr.replaces_staff_id = ? and zr.removed_at is null) and not exists (select 1 from catch_up zk where zk.session_id = ")
        .bind(*staff)
        .push(session)
        .push(" and zk.staff_id <> ?))")
        .bind(*staff)
}

/// Joins to a session `gs` everyone who holds it: each trainer of its group (of a catch-up session only the one who was
/// chosen, if one was), or whoever covers in that place. Gives the
/// tables `zgt` (`zgt.staff_id`: the trainer of the group whose place it is), `zst` (the cover, if there is one) and `s`
/// (the member of staff who comes). One row for each who comes.
///
/// `Sql::new("select s.name from group_session gs ").append(session_staff_sql()).push(" where gs.day = ?")`
pub fn session_staff_sql() -> Sql {
    Sql::new(
        "join group_trainer zgt on zgt.group_id = gs.group_id and not exists (select 1 from catch_up zk \
         where zk.session_id = gs.id and zk.staff_id <> zgt.staff_id) left join session_trainer zst on zst.session_id = gs.id \
         and zst.replaces_staff_id = zgt.staff_id and zst.removed_at is null \
         join staff s on s.id = coalesce(zst.staff_id, zgt.staff_id)",
    )
}

/// The same for a session that nobody may hold: then `s` is empty.
pub(crate) fn session_staff_left_sql() -> Sql {
    Sql::new(
        "left join group_trainer zgt on zgt.group_id = gs.group_id and not exists (select 1 from catch_up zk \
         where zk.session_id = gs.id and zk.staff_id <> zgt.staff_id) left join session_trainer zst on zst.session_id = gs.id \
         and zst.replaces_staff_id = zgt.staff_id and zst.removed_at is null \
         left join staff s on s.id = coalesce(zst.staff_id, zgt.staff_id)",
    )
}

/// The sessions that some staff hold, as a table in brackets with `session_id` and `staff_id`: those of their groups
/// where nobody covers for them, and those they cover. `staff` is a list or a query in brackets, `days` the first and
/// last day that matter, so that the past of a long working life is not read for a week. Unlike
/// [`session_staff_sql`] it begins with the staff, for "what does this person have".
///
/// `Sql::new("… join ").append(sessions_of_sql(&Sql::new("(?)").bind(staff), None)).push(" held on held.session_id = gs.id")`
pub fn sessions_of_sql(staff: &Sql, days: Option<(Date, Date)>) -> Sql {
    let within = |sql: Sql, first: &'static str, last: &'static str| match days {
        Some((from, to)) => sql.push(first).bind(from).push(last).bind(to),
        None => sql,
    };
    let own = Sql::new(
        "(select zs.id as session_id, zt.staff_id from group_trainer zt join group_session zs on zs.group_id = zt.group_id \
         where not exists (select 1 from session_trainer zc where zc.session_id = zs.id \
         and zc.replaces_staff_id = zt.staff_id and zc.removed_at is null) \
         and not exists (select 1 from catch_up zk where zk.session_id = zs.id and zk.staff_id <> zt.staff_id) \
         and zt.staff_id in ",
    )
    .append(staff.clone());
    let covered = within(own, " and zs.day >= ?", " and zs.day <= ?")
        .push(
            " union all select zc.session_id, zc.staff_id from session_trainer zc join group_session zs \
             on zs.id = zc.session_id where zc.removed_at is null and zc.staff_id in ",
        )
        .append(staff.clone());
    within(covered, " and zs.day >= ?", " and zs.day <= ?").push(")")
}
