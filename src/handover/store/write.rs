//! What is written of hand-overs.

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::ids::{AccountId, EnrolmentId, FacilityId, HandOverId, PersonId};
use crate::base::time::{Instant, berlin_today};
use crate::consent;
use crate::handover::rules::{State, come_to_nothing};
use crate::schema::transitions::{hand_over, hand_over_part};
use crate::store::{Result, Rows, Sql, Writer};

/// Stores an offer with its participations. A second open offer of the same person is a duplicate of `hand_over`.
pub(in crate::handover) async fn insert<P: Writes>(
    writer: &Writer<P>,
    row: hand_over::Model,
    parts: &[EnrolmentId],
) -> Result<()> {
    let id = row.id;
    writer.insert(row).await?;
    writer
        .insert_all(
            parts
                .iter()
                .map(|part| hand_over_part::Model {
                    hand_over_id: id,
                    enrolment_id: *part,
                })
                .collect(),
        )
        .await
}

/// Ends an open offer. Of two at once the second finds it changed.
pub(in crate::handover) async fn answer<P: Writes>(
    writer: &Writer<P>,
    id: HandOverId,
    version: i64,
    to: State,
    reason: Option<String>,
) -> Result<()> {
    let actor = writer.access().actor();
    let by = (actor.role() != crate::access::Role::System).then(|| actor.account());
    writer
        .change_one(
            Sql::new(
                "update hand_over set state = ?, answered_at = ?, answered_by = ?, answered_by_name = ?, reason = ?, \
                 version = version + 1 where id = ? and version = ? and state = 'offered'",
            )
            .bind(to.code())
            .bind(writer.now())
            .bind(by)
            .bind(actor.name().to_owned())
            .bind(reason)
            .bind(id)
            .bind(version),
        )
        .await
}

/// Takes back what was offered, or accepted and has not come about.
pub(in crate::handover) async fn revoke<P: Writes>(
    writer: &Writer<P>,
    id: HandOverId,
    version: i64,
    reason: String,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update hand_over set state = 'revoked', answered_at = ?, answered_by = ?, answered_by_name = ?, reason = ?, \
                 version = version + 1 where id = ? and version = ? and (state = 'offered' or (state = 'accepted' \
                 and moved_on is null and contact_on is null))",
            )
            .bind(writer.now())
            .bind(writer.access().actor().account())
            .bind(writer.access().actor().name().to_owned())
            .bind(reason)
            .bind(id)
            .bind(version),
        )
        .await
}

/// Records the first contact.
pub(in crate::handover) async fn contact<P: Writes>(
    writer: &Writer<P>,
    id: HandOverId,
    version: i64,
    day: Date,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update hand_over set contact_on = ?, version = version + 1 where id = ? and version = ? \
                 and state = 'accepted' and contact_on is null",
            )
            .bind(day)
            .bind(id)
            .bind(version),
        )
        .await
}

/// An offer that is not answered.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::handover) struct Waiting {
    pub id: HandOverId,
    pub person_id: PersonId,
    pub version: i64,
}

/// Open offers whose last day is over.
pub(in crate::handover) async fn overdue<P: Writes>(writer: &Writer<P>) -> Result<Vec<Waiting>> {
    writer
        .all(
            Sql::new("select id, person_id, version from hand_over where state = 'offered' and expires_on < ? order by expires_on, id limit 200")
                .bind(berlin_today(writer.now())),
        )
        .await
}

/// A hand-over to the probation service that has not come about.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::handover) struct NotYet {
    pub id: HandOverId,
    pub state: String,
    pub to_facility_id: FacilityId,
    pub answered_by: Option<AccountId>,
    pub answered_at: Option<Instant>,
    pub version: i64,
}

/// Hand-overs of a person to the probation service that are offered, or accepted and have not come about.
pub(in crate::handover) async fn open_to_probation<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
) -> Result<Vec<NotYet>> {
    writer
        .all(
            Sql::new(
                "select id, state, to_facility_id, answered_by, answered_at, version from hand_over where kind = 'probation' \
                 and person_id = ? and (state = 'offered' or (state = 'accepted' and moved_on is null and contact_on is null)) \
                 order by offered_at, id limit 10",
            )
            .bind(person),
        )
        .await
}

/// The participations of a hand-over that are unknown again, because somebody withdrew the consent to be known by name.
pub(in crate::handover) async fn unknown_parts(
    rows: &impl Rows,
    id: HandOverId,
) -> Result<Vec<EnrolmentId>> {
    let rows: Vec<Gone> = rows
        .all(
            Sql::new("select hp.enrolment_id as id from hand_over_part hp where hp.hand_over_id = ? and not (")
                .bind(id)
                .append(consent::link_of_part_stands("hp.enrolment_id"))
                .push(") limit 100"),
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

#[derive(FromQueryResult)]
struct PersonRow {
    person_id: PersonId,
}

/// Whose participations may have to go along by now.
pub(in crate::handover) async fn waiting_people<P: Writes>(
    writer: &Writer<P>,
) -> Result<Vec<PersonId>> {
    let today = berlin_today(writer.now());
    let rows: Vec<PersonRow> = writer
        .all(
            Sql::new("select distinct person_id from hand_over where state = 'accepted' and moved_on is null and moves_on <= ? \
                      and (kind = 'probation' or moves_on > ?) order by person_id limit 200")
                .bind(today)
                .bind(come_to_nothing(today)),
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.person_id).collect())
}

/// An accepted hand-over whose person is where it goes to.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::handover) struct Ripe {
    pub id: HandOverId,
    pub to_facility_id: FacilityId,
    pub from_name: String,
    pub to_name: String,
}

/// Accepted hand-overs of a person whose day has come: the prison has the person, or no prison has.
pub(in crate::handover) async fn ripe<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
) -> Result<Vec<Ripe>> {
    let today = berlin_today(writer.now());
    writer
        .all(
            Sql::new(
                "select h.id, h.to_facility_id, ff.name as from_name, tf.name as to_name from hand_over h \
                 join facility ff on ff.id = h.from_facility_id join facility tf on tf.id = h.to_facility_id \
                 where h.person_id = ? and h.state = 'accepted' and h.moved_on is null and h.moves_on <= ? \
                 and ((h.kind = 'prison' and h.moves_on > ? and exists (select 1 from placement pl where pl.person_id = h.person_id \
                 and pl.kind = 'custody' and pl.facility_id = h.to_facility_id and pl.from_day <= ? \
                 and (pl.to_day is null or pl.to_day > ?))) or (h.kind = 'probation' and not exists (select 1 from placement pl \
                 where pl.person_id = h.person_id and pl.kind = 'custody' and pl.from_day <= ? \
                 and (pl.to_day is null or pl.to_day > ?)))) order by h.offered_at, h.id limit 20",
            )
            .bind(person)
            .bind(today)
            .bind(come_to_nothing(today))
            .bind(today)
            .bind(today)
            .bind(today)
            .bind(today),
        )
        .await
}

/// A participation that went along.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::handover) struct Gone {
    pub id: EnrolmentId,
}

/// Lets the running participations of a hand-over belong to the facility that has the person now; which ones. The same
/// participation goes on: nothing begins or ends, and nobody is counted twice.
pub(in crate::handover) async fn go_along<P: Writes>(
    writer: &Writer<P>,
    ripe: &Ripe,
) -> Result<Vec<Gone>> {
    let parts = || {
        Sql::new("(select hp.enrolment_id from hand_over_part hp where hp.hand_over_id = ?)")
            .bind(ripe.id)
    };
    // The row of a case is always taken before that of its participation.
    writer
        .change(
            Sql::new("update client_case set facility_id = ?, version = version + 1 where closed_on is null and enrolment_id in ")
                .bind(ripe.to_facility_id)
                .append(parts()),
        )
        .await?;
    let gone: Vec<Gone> = writer
        .all(
            Sql::new("select e.id from enrolment e where e.ended_on is null and e.id in ")
                .append(parts())
                .push(" order by e.id"),
        )
        .await?;
    writer
        .change(
            Sql::new("update enrolment set facility_id = ?, version = version + 1 where ended_on is null and id in ")
                .bind(ripe.to_facility_id)
                .append(parts()),
        )
        .await?;
    writer
        .change_one(
            Sql::new(
                "update hand_over set moved_on = ?, version = version + 1 where id = ? and moved_on is null",
            )
            .bind(berlin_today(writer.now()))
            .bind(ripe.id),
        )
        .await?;
    Ok(gone)
}
