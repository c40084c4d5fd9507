//! Queries of entering a group that runs already.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{EnrolmentId, GroupId, MembershipId, PersonId};
use crate::base::time::berlin_today;
use crate::people::scope_condition;
use crate::store::{Result, Rows, Sql, Writer};

/// A present member of a group that is being entered.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct EntryMember {
    pub membership_id: MembershipId,
    pub enrolment_id: EnrolmentId,
    pub person_id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub from_day: Date,
    /// The first day on which a register of the group says something about the person.
    pub first_recorded: Option<Date>,
    /// The day after an earlier time in the group.
    pub left_before: Option<Date>,
    /// Whether the actor may see who it is.
    pub visible: bool,
}

impl EntryMember {
    /// "Adler, Kai".
    pub fn name(&self) -> String {
        format!("{}, {}", self.family_name, self.given_name)
    }
}

/// The present members of a group that the caller has found in scope, by name.
pub(crate) async fn members<R: Rows>(rows: &R, group: GroupId) -> Result<Vec<EntryMember>> {
    let scope = rows.access().scope();
    rows.all(
        Sql::new(
            "select m.id as membership_id, m.enrolment_id, m.person_id, p.family_name, p.given_name, m.from_day, \
             (select min(s.day) from attendance a join group_session s on s.id = a.session_id where s.group_id = m.group_id \
             and a.person_id = m.person_id) as first_recorded, (select max(o.to_day) from membership o \
             where o.group_id = m.group_id and o.person_id = m.person_id and o.to_day is not null) as left_before, ",
        )
        .append(scope_condition(&scope, berlin_today(rows.now()), "p.id"))
        .push(
            " as visible from membership m join person p on p.id = m.person_id where m.group_id = ? and m.to_day is null \
             order by p.sort_key, p.id limit 200",
        )
        .bind(group),
    )
    .await
}

/// Sets since when a member has been in the group; an enrolment that would begin later begins then.
pub(crate) async fn set_from<P: Writes>(
    writer: &Writer<P>,
    member: &EntryMember,
    day: Date,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update membership set from_day = ? where id = ? and to_day is null")
                .bind(day)
                .bind(member.membership_id),
        )
        .await?;
    writer
        .change(
            Sql::new("update enrolment set enrolled_on = ?, version = version + 1 where id = ? and enrolled_on > ?")
                .bind(day)
                .bind(member.enrolment_id)
                .bind(day),
        )
        .await?;
    Ok(())
}
