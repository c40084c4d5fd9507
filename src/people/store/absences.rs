//! Absences.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{AbsenceId, PersonId, PlacementId};
use crate::schema::people::absence;
use crate::store::{Result, Rows, Sql, Writer};

/// An absence.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::people) struct AbsenceRow {
    pub id: AbsenceId,
    pub from_day: Date,
    pub to_day: Option<Date>,
    pub reason: String,
    pub version: i64,
}

/// The absences from a placement, newest first.
pub(in crate::people) async fn of_placement(
    rows: &impl Rows,
    placement: PlacementId,
) -> Result<Vec<AbsenceRow>> {
    rows.all(
        Sql::new(
            "select id, from_day, to_day, reason, version from absence where placement_id = ? \
             order by from_day desc, id limit 200",
        )
        .bind(placement),
    )
    .await
}

/// Records an absence.
pub(in crate::people) async fn begin<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    placement: PlacementId,
    from: Date,
    to: Option<Date>,
    reason: &str,
) -> Result<AbsenceId> {
    let id = AbsenceId(writer.entropy().uuid());
    writer
        .insert(absence::Model {
            id,
            person_id: person,
            placement_id: placement,
            from_day: from,
            to_day: to,
            reason: reason.to_owned(),
            created_at: writer.now(),
            version: 1,
        })
        .await?;
    Ok(id)
}

/// Sets the day of return under the optimistic lock.
pub(in crate::people) async fn end<P: Writes>(
    writer: &Writer<P>,
    row: &AbsenceRow,
    to: Date,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update absence set to_day = ?, version = version + 1 where id = ? and version = ?",
            )
            .bind(to)
            .bind(row.id)
            .bind(row.version),
        )
        .await
}

/// Ends what is still running of a placement's absences on the day the placement ends.
pub(in crate::people) async fn end_with<P: Writes>(
    writer: &Writer<P>,
    placement: PlacementId,
    day: Date,
) -> Result<u64> {
    writer
        .change(
            Sql::new(
                "update absence set to_day = ?, version = version + 1 where placement_id = ? and from_day < ? \
                 and (to_day is null or to_day > ?)",
            )
            .bind(day)
            .bind(placement)
            .bind(day)
            .bind(day),
        )
        .await
}
