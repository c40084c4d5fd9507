//! Queries of requests, and of whom they are about. Data protection answers for every person: there is no scope here, and
//! every look is itself an entry. What is stored about a person is read in [`held`].

pub(super) mod held;

use sea_orm::FromQueryResult;
use time::Date;

use super::rules::inquiry::{Restrictions, State};
use crate::access::Writes;
use crate::base::fold::{number_key, sort_key};
use crate::base::ids::{InquiryId, PersonId};
use crate::base::time::Instant;
use crate::schema::inquiry::inquiry;
use crate::store::{Result, Rows, Sql, Writer};

/// Lines of the register at most.
pub(super) const LINES: usize = 200;
/// People that one search may find.
const FOUND: i64 = 10;

/// A request as the register and its page show it.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct InquiryRow {
    pub id: InquiryId,
    pub person_id: Option<PersonId>,
    pub family_name: Option<String>,
    pub given_name: Option<String>,
    pub birth_date: Option<Date>,
    pub reference: String,
    pub asker: String,
    pub identity: String,
    pub reason: Option<String>,
    pub received_on: Date,
    pub due_on: Date,
    pub state: String,
    pub restricted: String,
    pub answered_on: Option<Date>,
    pub delivery: Option<String>,
    pub content_hash: Option<String>,
    pub answered_by_name: Option<String>,
    pub created_at: Instant,
    pub created_by_name: String,
    pub version: i64,
}

impl InquiryRow {
    /// "Adler, Kai"; nothing if nobody was found.
    pub fn name(&self) -> Option<String> {
        Some(format!(
            "{}, {}",
            self.family_name.as_ref()?,
            self.given_name.as_ref()?
        ))
    }

    /// Whether it waits for its answer.
    pub fn open(&self) -> bool {
        State::from_code(&self.state) != Some(State::Answered)
    }

    /// What is withheld.
    pub fn restrictions(&self) -> Restrictions {
        Restrictions::read(&self.restricted)
    }
}

const INQUIRY: &str = "select i.id, i.person_id, p.family_name, p.given_name, p.birth_date, i.reference, i.asker, i.identity, i.reason, \
     i.received_on, i.due_on, i.state, i.restricted, i.answered_on, i.delivery, i.content_hash, i.answered_by_name, i.created_at, \
     i.created_by_name, i.version from inquiry i left join person p on p.id = i.person_id where ";

/// The register: what is open by its last day, what is answered with the newest first.
pub(super) async fn list(rows: &impl Rows, state: State) -> Result<Vec<InquiryRow>> {
    let order = match state {
        State::Open => "i.state = ? order by i.due_on, i.id limit ?",
        State::Answered => "i.state = ? order by i.answered_on desc, i.due_on desc, i.id limit ?",
    };
    rows.all(
        Sql::new(INQUIRY)
            .push(order)
            .bind(state.code())
            .bind(LINES as i64 + 1),
    )
    .await
}

/// One request.
pub(super) async fn find(rows: &impl Rows, id: InquiryId) -> Result<Option<InquiryRow>> {
    rows.one(Sql::new(INQUIRY).push("i.id = ?").bind(id)).await
}

/// Somebody whom a request may be about.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct FoundRow {
    pub id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub birth_date: Option<Date>,
    pub number: Option<String>,
    pub place: Option<String>,
}

/// Whom a request is about: by number, or by exact name and birth date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    Number(String),
    Name {
        family: String,
        given: String,
        born: Date,
    },
}

/// The people found, at most ten. A record that was put together with another one is not found: the other one is.
pub(super) async fn search(rows: &impl Rows, wanted: &Wanted) -> Result<Vec<FoundRow>> {
    let sql = Sql::new(
        "select p.id, p.family_name, p.given_name, p.birth_date, (select a.value from person_alias a where a.person_id = p.id \
         order by case when a.valid_to is null then 0 else 1 end, a.valid_from desc, a.value limit 1) as number, \
         (select f.name from placement l join facility f on f.id = l.facility_id where l.person_id = p.id \
         order by case when l.to_day is null then 0 else 1 end, l.from_day desc limit 1) as place from person p \
         where not exists (select 1 from person_merge g where g.from_person_id = p.id and g.undone_at is null) and ",
    );
    let sql = match wanted {
        Wanted::Number(number) => {
            let key = number_key(number);
            sql.push(
                "p.id in (select k.person_id from person_key k where k.key = ?) and exists \
                 (select 1 from person_alias n where n.person_id = p.id and n.value_key = ?)",
            )
            .bind(key.clone())
            .bind(key)
        }
        Wanted::Name {
            family,
            given,
            born,
        } => sql
            .push("p.sort_key = ? and p.birth_date = ?")
            .bind(sort_key(family, given))
            .bind(*born),
    };
    rows.all(sql.push(" order by p.sort_key, p.id limit ?").bind(FOUND))
        .await
}

/// Records a request.
pub(super) async fn insert<P: Writes>(writer: &Writer<P>, row: inquiry::Model) -> Result<()> {
    writer.insert(row).await
}

/// Withholds other sections than before.
pub(super) async fn restrict<P: Writes>(
    writer: &Writer<P>,
    id: InquiryId,
    version: i64,
    restricted: &Restrictions,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update inquiry set restricted = ?, version = version + 1 where id = ? and version = ? and state = 'open'",
            )
            .bind(restricted.stored())
            .bind(id)
            .bind(version),
        )
        .await
}

/// Answers a request.
pub(super) async fn answer<P: Writes>(
    writer: &Writer<P>,
    id: InquiryId,
    version: i64,
    on: Date,
    delivery: &str,
    hash: Option<String>,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update inquiry set state = 'answered', answered_on = ?, delivery = ?, content_hash = ?, answered_by_name = ?, \
                 version = version + 1 where id = ? and version = ? and state = 'open'",
            )
            .bind(on)
            .bind(delivery.to_owned())
            .bind(hash)
            .bind(writer.access().actor().name().to_owned())
            .bind(id)
            .bind(version),
        )
        .await
}
