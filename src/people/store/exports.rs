//! Who went out as a file today without a second person.

use std::collections::BTreeSet;

use sea_orm::FromQueryResult;

use crate::base::ids::PersonId;
use crate::base::time::berlin_today;
use crate::store::{Result, Rows, Sql};

/// The entry of a list of people that went out without a second person.
pub(in crate::people) const ALONE_ENTRY: &str = "personenliste als datei";

#[derive(FromQueryResult)]
struct IdRow {
    person_id: PersonId,
}

/// The people whom the actor put out today without a second person, from the audit log: many small files are one large.
pub(in crate::people) async fn today<R: Rows>(rows: &R) -> Result<BTreeSet<PersonId>> {
    let found: Vec<IdRow> = rows
        .all(
            Sql::new(
                "select s.person_id from audit_entry e join audit_subject s on s.writer = e.writer and s.sequence = e.sequence \
                 where e.day = ? and e.actor_id = ? and e.object = ? and e.outcome = 'erlaubt' limit 1000",
            )
            .bind(berlin_today(rows.now()))
            .bind(rows.access().actor().account())
            .bind(ALONE_ENTRY.to_owned()),
        )
        .await?;
    Ok(found.into_iter().map(|row| row.person_id).collect())
}
