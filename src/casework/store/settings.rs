//! How an organisation counsels in its programmes.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{ProgrammeId, ProviderId};
use crate::casework::rules::plan::USUAL_MISSED;
use crate::schema::casework::counselling_rule;
use crate::store::{Result, Rows, Sql, Writer};

/// A programme of an organisation, and how it counsels there.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::casework) struct RuleLine {
    pub programme_id: ProgrammeId,
    pub programme_name: String,
    pub notes: bool,
    pub missed: i64,
    /// Zero: nothing was said yet.
    pub version: i64,
    pub changed_by_name: Option<String>,
}

/// The programmes in which an organisation has a part on a day, groups left out: nobody is counselled there.
pub(in crate::casework) async fn rules_of(
    rows: &impl Rows,
    provider: ProviderId,
    day: Date,
) -> Result<Vec<RuleLine>> {
    rows.all(
        Sql::new(
            "select m.id as programme_id, m.name as programme_name, coalesce(r.notes, false) as notes, \
             coalesce(r.missed, ?) as missed, coalesce(r.version, 0) as version, r.changed_by_name from programme m \
             left join counselling_rule r on r.programme_id = m.id and r.provider_id = ? \
             where m.kind <> 'group' and exists (select 1 from programme_provider pp where pp.programme_id = m.id \
             and pp.provider_id = ? and pp.valid_from <= ? and (pp.valid_to is null or pp.valid_to > ?)) \
             order by m.name, m.id limit 100",
        )
        .bind(USUAL_MISSED)
        .bind(provider)
        .bind(provider)
        .bind(day)
        .bind(day),
    )
    .await
}

/// Stores what an organisation decided, under the optimistic lock.
pub(in crate::casework) async fn set_rule<P: Writes>(
    writer: &Writer<P>,
    provider: ProviderId,
    line: &RuleLine,
    (notes, missed): (bool, i64),
) -> Result<()> {
    let by = writer.access().actor().name().to_owned();
    if line.version == 0 {
        return writer
            .insert(counselling_rule::Model {
                provider_id: provider,
                programme_id: line.programme_id,
                notes,
                missed,
                changed_at: writer.now(),
                changed_by_name: by,
                version: 1,
            })
            .await;
    }
    writer
        .change_one(
            Sql::new(
                "update counselling_rule set notes = ?, missed = ?, changed_at = ?, changed_by_name = ?, version = version + 1 \
                 where provider_id = ? and programme_id = ? and version = ?",
            )
            .bind(notes)
            .bind(missed)
            .bind(writer.now())
            .bind(by)
            .bind(provider)
            .bind(line.programme_id)
            .bind(line.version),
        )
        .await
}
