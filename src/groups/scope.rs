//! The one predicate that says which groups an actor may see. Lists, counts, single reads and writes of groups,
//! sessions and registers use it, so they cannot disagree.

use crate::access::Scope;
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
            Sql::new(
                "select zg.id from training_group zg join group_trainer zt on zt.group_id = zg.id \
                 where zt.staff_id = ? and zg.state <> 'draft' and ",
            )
            .bind(*staff)
            .append(granted(grants, "zg.facility_id", "zg.programme_id")),
        ),
        Scope::Provider { provider, grants } => inside(
            Sql::new("select zg.id from training_group zg where zg.provider_id = ? and zg.state <> 'draft' and ")
                .bind(*provider)
                .append(granted(grants, "zg.facility_id", "zg.programme_id")),
        ),
        Scope::Assigned { .. } | Scope::Nothing => Sql::new("1 = 0"),
    }
}
