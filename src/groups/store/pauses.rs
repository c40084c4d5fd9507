//! Queries of suspensions.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{GroupId, MembershipId, PauseId, PersonId};
use crate::groups::rules::PauseReason;
use crate::schema::groups::membership_pause;
use crate::store::{Result, Rows, Sql, Writer};

/// Days on which a member does not take part.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct PauseRow {
    pub id: PauseId,
    pub from_day: Date,
    pub to_day: Option<Date>,
    pub reason: String,
    pub created_by_name: String,
    pub version: i64,
}

/// The suspensions of a person's open membership of a group that the caller has found in scope, newest first.
pub(crate) async fn of_member(
    rows: &impl Rows,
    group: GroupId,
    person: PersonId,
) -> Result<Vec<PauseRow>> {
    rows.all(
        Sql::new(
            "select z.id, z.from_day, z.to_day, z.reason, z.created_by_name, z.version from membership_pause z \
             join membership m on m.id = z.membership_id where m.group_id = ? and m.person_id = ? and m.to_day is null \
             order by z.from_day desc, z.id limit 100",
        )
        .bind(group)
        .bind(person),
    )
    .await
}

/// Begins a suspension.
pub(crate) async fn begin<P: Writes>(
    writer: &Writer<P>,
    membership: MembershipId,
    from: Date,
    to: Option<Date>,
    reason: PauseReason,
) -> Result<()> {
    writer
        .insert(membership_pause::Model {
            id: PauseId(writer.entropy().uuid()),
            membership_id: membership,
            from_day: from,
            to_day: to,
            reason: reason.code().to_owned(),
            created_at: writer.now(),
            created_by_name: writer.access().actor().name().to_owned(),
            version: 1,
        })
        .await
}

/// Ends a suspension on the day on which the person is there again, under the optimistic lock.
pub(crate) async fn end<P: Writes>(
    writer: &Writer<P>,
    id: PauseId,
    version: i64,
    to: Date,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update membership_pause set to_day = ?, version = version + 1 where id = ? and version = ?")
                .bind(to)
                .bind(id)
                .bind(version),
        )
        .await
}
