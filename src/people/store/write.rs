//! Writing people, their numbers and placements.

use std::collections::BTreeSet;

use sea_orm::FromQueryResult;
use time::Date;

use crate::access::Writes;
use crate::base::fold::{number_key, search_keys, sort_key};
use crate::base::ids::{AccountId, AliasId, AssignmentId, FacilityId, PersonId, PlacementId};
use crate::base::time::{Instant, berlin_today};
use crate::people::import::{Setting, Sex};
use crate::people::rules::{NumberKind, PlacementKind};
use crate::schema::people::{assignment, person, person_alias, person_key, placement};
use crate::store::{Result, Rows, Sql, Writer};

/// A person to be recorded with the first placement.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Family name.
    pub family_name: String,
    /// Given name.
    pub given_name: String,
    /// Birth date, if known.
    pub birth_date: Option<Date>,
    /// Sex as registered.
    pub sex: Sex,
    /// The number that the facility gave.
    pub number: Option<(NumberKind, String)>,
    /// Where the person is placed.
    pub facility: FacilityId,
    /// Why.
    pub kind: PlacementKind,
    /// Under which setting.
    pub setting: Setting,
    /// First day.
    pub from_day: Date,
    /// Expected release, if known.
    pub expected_release: Option<Date>,
    /// The probation officer in charge, if there is one.
    pub assigned_to: Option<AccountId>,
}

/// The keys under which a person is found: every end of each part of name and number, and each number as a whole.
fn keys<'a>(
    family: &str,
    given: &str,
    numbers: impl IntoIterator<Item = &'a str>,
) -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = search_keys(&[family, given]).into_iter().collect();
    for number in numbers {
        keys.extend(search_keys(&[number]));
        let whole = number_key(number);
        if !whole.is_empty() {
            keys.insert(
                whole
                    .chars()
                    .take(crate::base::fold::SEARCH_KEY_LENGTH)
                    .collect(),
            );
        }
    }
    keys
}

/// Records people with their numbers, first placements, responsibilities and search keys, in few statements for
/// however many. Leaves no history: a single recording writes its own.
///
/// # Errors
/// A number that the facility gave to somebody else already is a duplicate of `person_alias`.
pub async fn insert_people<P: Writes>(
    writer: &Writer<P>,
    people: Vec<NewPerson>,
) -> Result<Vec<PersonId>> {
    let now = writer.now();
    let today = berlin_today(now);
    let mut ids = Vec::with_capacity(people.len());
    let (mut persons, mut aliases, mut placements, mut assignments) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut all_keys = Vec::new();
    for new in people {
        let id = PersonId(writer.entropy().uuid());
        ids.push(id);
        let sort = sort_key(&new.family_name, &new.given_name);
        let number = new.number.as_ref().map(|(_, value)| value.as_str());
        all_keys.extend(
            keys(&new.family_name, &new.given_name, number)
                .into_iter()
                .map(|key| (key, id)),
        );
        if let Some((kind, value)) = new.number {
            aliases.push(person_alias::Model {
                id: AliasId(writer.entropy().uuid()),
                person_id: id,
                kind: kind.code().to_owned(),
                value_key: number_key(&value),
                value,
                facility_id: new.facility,
                valid_from: new.from_day,
                valid_to: None,
            });
        }
        placements.push(placement::Model {
            id: PlacementId(writer.entropy().uuid()),
            person_id: id,
            facility_id: new.facility,
            kind: new.kind.code().to_owned(),
            setting: new.setting.code().to_owned(),
            from_day: new.from_day,
            to_day: None,
            expected_release: new.expected_release,
            end_reason: None,
            sort_key: sort.clone(),
            created_at: now,
            version: 1,
        });
        if let Some(account) = new.assigned_to {
            assignments.push(assignment_row(writer, id, account, new.from_day.min(today)));
        }
        persons.push(person::Model {
            id,
            family_name: new.family_name,
            given_name: new.given_name,
            birth_date: new.birth_date,
            sex: new.sex.code().to_owned(),
            sort_key: sort,
            created_at: now,
            version: 1,
        });
    }
    writer.insert_all(persons).await?;
    writer.insert_all(aliases).await?;
    writer.insert_all(placements).await?;
    writer.insert_all(assignments).await?;
    insert_keys(writer, all_keys).await?;
    Ok(ids)
}

/// Rows of a statement: one text for all full chunks, so that the database plans it once.
const KEYS_AT_ONCE: usize = 4_000;

async fn insert_keys<P: Writes>(
    writer: &Writer<P>,
    mut rows: Vec<(String, PersonId)>,
) -> Result<()> {
    // In the order of the primary key the tree is filled page by page.
    rows.sort_unstable();
    for chunk in rows.chunks(KEYS_AT_ONCE) {
        writer
            .insert_all(
                chunk
                    .iter()
                    .map(|(key, person_id)| person_key::Model {
                        key: key.clone(),
                        person_id: *person_id,
                    })
                    .collect(),
            )
            .await?;
    }
    Ok(())
}

fn assignment_row<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    account: AccountId,
    from: Date,
) -> assignment::Model {
    assignment::Model {
        id: AssignmentId(writer.entropy().uuid()),
        person_id: person,
        account_id: account,
        from_day: from,
        to_day: None,
    }
}

/// Makes an account responsible; nothing happens if it is already.
pub(in crate::people) async fn assign<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    account: AccountId,
    from: Date,
) -> Result<Option<AssignmentId>> {
    let known: Option<CountRow> = writer
        .one(
            Sql::new("select count(*) as number from assignment where person_id = ? and account_id = ? and to_day is null")
                .bind(person)
                .bind(account),
        )
        .await?;
    if known.is_some_and(|row| row.number > 0) {
        return Ok(None);
    }
    let row = assignment_row(writer, person, account, from);
    let id = row.id;
    writer.insert(row).await?;
    Ok(Some(id))
}

/// Whose a responsibility is, and for whom.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::people) struct Charge {
    pub person_id: PersonId,
    pub name: String,
}

/// Ends a responsibility today; whose it was, unless it was over already.
pub(in crate::people) async fn end_assignment<P: Writes>(
    writer: &Writer<P>,
    id: AssignmentId,
) -> Result<Option<Charge>> {
    let today = berlin_today(writer.now());
    let ended = writer
        .change(
            Sql::new(
                "update assignment set to_day = ? where id = ? and (to_day is null or to_day > ?)",
            )
            .bind(today)
            .bind(id)
            .bind(today),
        )
        .await?;
    if ended == 0 {
        return Ok(None);
    }
    writer
        .one(
            Sql::new("select a.person_id, c.name from assignment a join account c on c.id = a.account_id where a.id = ?")
                .bind(id),
        )
        .await
}

/// Ends an account's responsibility on a day: the open one, and if `ended_on` names the day on which it was to end
/// with the placement so far, that one too. Tells how many there were.
pub(in crate::people) async fn unassign<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    account: AccountId,
    day: Date,
    ended_on: Option<Date>,
) -> Result<u64> {
    let sql = Sql::new("update assignment set to_day = ? where person_id = ? and account_id = ? and (to_day is null")
        .bind(day)
        .bind(person)
        .bind(account);
    let sql = match ended_on {
        Some(so_far) => sql.push(" or to_day = ?)").bind(so_far),
        None => sql.push(")"),
    };
    writer.change(sql).await
}

/// Ends today the responsibility that an account took on a day or after it.
pub(in crate::people) async fn unassign_since<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    account: AccountId,
    since: Date,
) -> Result<()> {
    writer
        .change(
            Sql::new(
                "update assignment set to_day = ? where person_id = ? and account_id = ? and to_day is null and from_day >= ?",
            )
            .bind(berlin_today(writer.now()))
            .bind(person)
            .bind(account)
            .bind(since),
        )
        .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct StayRow {
    id: PlacementId,
}

/// The responsibilities of an office for a person that were recorded at an instant.
pub(in crate::people) async fn placed_at<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    office: FacilityId,
    at: Instant,
) -> Result<Vec<PlacementId>> {
    let rows: Vec<StayRow> = writer
        .all(
            Sql::new("select id from placement where person_id = ? and facility_id = ? and kind = 'probation' and created_at = ? limit 10")
                .bind(person)
                .bind(office)
                .bind(at),
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

#[derive(FromQueryResult)]
struct CountRow {
    number: i64,
}

/// The master data of a person as it shall be.
#[derive(Debug, Clone)]
pub(in crate::people) struct Master {
    pub family_name: String,
    pub given_name: String,
    pub birth_date: Option<Date>,
    pub sex: Sex,
}

/// Changes the master data, and everything derived from the name, under the optimistic lock.
pub(in crate::people) async fn change_master<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    version: i64,
    master: &Master,
) -> Result<()> {
    let sort = sort_key(&master.family_name, &master.given_name);
    let mut sql = Sql::new("update person set family_name = ?, given_name = ?, sex = ?, sort_key = ?, version = version + 1")
        .bind(master.family_name.clone())
        .bind(master.given_name.clone())
        .bind(master.sex.code())
        .bind(sort.clone());
    if let Some(birth) = master.birth_date {
        sql = sql.push(", birth_date = ?").bind(birth);
    }
    writer
        .change_one(
            sql.push(" where id = ? and version = ?")
                .bind(person)
                .bind(version),
        )
        .await?;
    writer
        .change(
            Sql::new("update placement set sort_key = ? where person_id = ? and sort_key <> ?")
                .bind(sort.clone())
                .bind(person)
                .bind(sort),
        )
        .await?;
    refresh_keys(writer, &[person]).await
}

#[derive(FromQueryResult)]
struct NamedRow {
    id: PersonId,
    family_name: String,
    given_name: String,
}

#[derive(FromQueryResult)]
struct ValueRow {
    person_id: PersonId,
    value: String,
}

/// Makes the search keys of at most a few hundred people anew from their names and all their numbers, past ones too.
pub(in crate::people) async fn refresh_keys<P: Writes>(
    writer: &Writer<P>,
    people: &[PersonId],
) -> Result<()> {
    let names: Vec<NamedRow> = writer
        .all(
            Sql::new("select id, family_name, given_name from person where id in ")
                .list(people.iter().copied()),
        )
        .await?;
    let numbers: Vec<ValueRow> = writer
        .all(
            Sql::new("select person_id, value from person_alias where person_id in ")
                .list(people.iter().copied()),
        )
        .await?;
    let mut rows = Vec::new();
    for name in &names {
        let own = numbers
            .iter()
            .filter(|number| number.person_id == name.id)
            .map(|number| number.value.as_str());
        rows.extend(
            keys(&name.family_name, &name.given_name, own)
                .into_iter()
                .map(|key| (key, name.id)),
        );
    }
    writer
        .change(Sql::new("delete from person_key where person_id in ").list(people.iter().copied()))
        .await?;
    insert_keys(writer, rows).await
}

/// The number by which a facility knows a person.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::people) struct OwnNumber {
    pub id: AliasId,
    pub value: String,
    pub value_key: String,
}

/// The valid number that a facility gave to a person.
pub(in crate::people) async fn own_number(
    rows: &impl Rows,
    person: PersonId,
    facility: FacilityId,
) -> Result<Option<OwnNumber>> {
    rows.one(
        Sql::new(
            "select id, value, value_key from person_alias where person_id = ? and facility_id = ? and valid_to is null \
             order by valid_from desc, id limit 1",
        )
        .bind(person)
        .bind(facility),
    )
    .await
}

/// Whether a facility has given a number to somebody (else) already.
pub(in crate::people) async fn number_taken(
    rows: &impl Rows,
    facility: FacilityId,
    kind: NumberKind,
    number: &str,
    but: Option<PersonId>,
) -> Result<bool> {
    let mut sql = Sql::new(
        "select count(*) as number from person_alias where facility_id = ? and kind = ? and value_key = ? and valid_to is null",
    )
    .bind(facility)
    .bind(kind.code())
    .bind(number_key(number));
    if let Some(but) = but {
        sql = sql.push(" and person_id <> ?").bind(but);
    }
    let row: Option<CountRow> = rows.one(sql).await?;
    Ok(row.is_some_and(|row| row.number > 0))
}

/// Ends a number's validity.
pub(in crate::people) async fn end_number<P: Writes>(
    writer: &Writer<P>,
    id: AliasId,
    day: Date,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update person_alias set valid_to = ? where id = ? and valid_to is null")
                .bind(day)
                .bind(id),
        )
        .await
}

/// Records a number.
pub(in crate::people) async fn add_number<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    facility: FacilityId,
    kind: NumberKind,
    value: &str,
    from: Date,
) -> Result<AliasId> {
    let id = AliasId(writer.entropy().uuid());
    writer
        .insert(person_alias::Model {
            id,
            person_id: person,
            kind: kind.code().to_owned(),
            value: value.to_owned(),
            value_key: number_key(value),
            facility_id: facility,
            valid_from: from,
            valid_to: None,
        })
        .await?;
    Ok(id)
}

/// A placement of a person.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::people) struct PlacementRow {
    pub id: PlacementId,
    pub person_id: PersonId,
    pub facility_id: FacilityId,
    pub setting: String,
    pub from_day: Date,
    pub to_day: Option<Date>,
    pub expected_release: Option<Date>,
    pub end_reason: Option<String>,
    pub version: i64,
}

/// All placements of people of one kind, oldest first.
pub(in crate::people) async fn placements(
    rows: &impl Rows,
    people: &[PersonId],
    kind: PlacementKind,
) -> Result<Vec<PlacementRow>> {
    rows.all(
        Sql::new(
            "select id, person_id, facility_id, setting, from_day, to_day, expected_release, end_reason, version \
             from placement where person_id in ",
        )
        .list(people.iter().copied())
        .push(" and kind = ? order by person_id, from_day, id limit 20000")
        .bind(kind.code()),
    )
    .await
}

/// What a new placement says.
#[derive(Debug, Clone)]
pub(in crate::people) struct NewPlacement {
    pub facility: FacilityId,
    pub kind: PlacementKind,
    pub setting: Setting,
    pub from_day: Date,
    pub expected_release: Option<Date>,
    pub sort_key: String,
}

/// Records a placement.
pub(in crate::people) async fn place<P: Writes>(
    writer: &Writer<P>,
    person: PersonId,
    new: NewPlacement,
) -> Result<PlacementId> {
    let id = PlacementId(writer.entropy().uuid());
    writer
        .insert(placement::Model {
            id,
            person_id: person,
            facility_id: new.facility,
            kind: new.kind.code().to_owned(),
            setting: new.setting.code().to_owned(),
            from_day: new.from_day,
            to_day: None,
            expected_release: new.expected_release,
            end_reason: None,
            sort_key: new.sort_key,
            created_at: writer.now(),
            version: 1,
        })
        .await?;
    Ok(id)
}

/// Ends a placement under the optimistic lock.
pub(in crate::people) async fn end_placement<P: Writes>(
    writer: &Writer<P>,
    id: PlacementId,
    version: i64,
    day: Date,
    reason: &str,
) -> Result<()> {
    writer
        .change_one(
            Sql::new("update placement set to_day = ?, end_reason = ?, version = version + 1 where id = ? and version = ?")
                .bind(day)
                .bind(reason.to_owned())
                .bind(id)
                .bind(version),
        )
        .await
}

/// Sets what an open placement states, under the optimistic lock. A `None` clears the expected release.
pub(in crate::people) async fn change_placement<P: Writes>(
    writer: &Writer<P>,
    row: &PlacementRow,
    from: Date,
    expected: Option<Date>,
    setting: Setting,
) -> Result<()> {
    let mut sql = Sql::new("update placement set from_day = ?, setting = ?, version = version + 1, expected_release = ")
        .bind(from)
        .bind(setting.code());
    sql = match expected {
        Some(day) => sql.push("?").bind(day),
        None => sql.push("null"),
    };
    writer
        .change_one(
            sql.push(" where id = ? and version = ?")
                .bind(row.id)
                .bind(row.version),
        )
        .await
}

/// A probation officer who can take someone over.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::people) struct Officer {
    pub id: AccountId,
    pub name: String,
    pub facility_id: FacilityId,
    pub facility_name: String,
}

/// The probation officers, by office and name.
pub(in crate::people) async fn officers(rows: &impl Rows) -> Result<Vec<Officer>> {
    rows.all(Sql::new(
        "select a.id, a.name, f.id as facility_id, f.name as facility_name from account a \
         join facility f on f.id = a.facility_id where a.role = 'probation' and a.disabled_at is null \
         order by f.name, a.name, a.id limit 500",
    ))
    .await
}

/// Lets a second sending of a creating form lead to what the first one made.
pub(in crate::people) async fn lead_to<P: Writes>(
    writer: &Writer<P>,
    token: &str,
    location: &str,
) -> Result<()> {
    let account = writer.access().actor().account();
    writer
        .change(
            Sql::new("update form_token set location = ? where token = ? and account_id = ?")
                .bind(location.to_owned())
                .bind(token.to_owned())
                .bind(account),
        )
        .await?;
    Ok(())
}
