//! Rows for tests of rooms that need people and grants, put in past the application.

use uuid::Uuid;

use crate::harness::{TestApp, postgres};
use crate::world::fresh;

/// An id as both databases write it.
pub fn id(id: Uuid) -> String {
    if postgres().is_some() {
        format!("'{id}'::uuid")
    } else {
        format!("x'{}'", id.simple())
    }
}

/// A person with a name of one word each and a number, nowhere placed.
pub async fn person(test: &TestApp, family: &str, given: &str, number: &str) -> Uuid {
    let person = fresh();
    let (key, lower) = (id(person), family.to_lowercase());
    test.execute(&format!(
        "insert into person (id, family_name, given_name, birth_date, sex, sort_key, created_at, version) \
         values ({key}, '{family}', '{given}', '1990-05-04', 'male', '{lower}', 0, 1)"
    ))
    .await;
    for word in [lower, given.to_lowercase(), number.to_lowercase()] {
        test.execute(&format!(
            "insert into person_key (key, person_id) values ('{word}', {key})"
        ))
        .await;
    }
    person
}

/// Places a person in a prison or puts them under an office.
pub async fn place(test: &TestApp, person: Uuid, facility: &str, kind: &str) {
    test.execute(&format!(
        "insert into placement (id, person_id, facility_id, kind, setting, from_day, sort_key, created_at, version) \
         select {}, {}, f.id, '{kind}', 'sentence', '2026-01-05', 'x', 0, 1 from facility f where f.code = '{facility}'",
        id(fresh()),
        id(person)
    ))
    .await;
}

/// Makes an account responsible for a person.
pub async fn assign(test: &TestApp, person: Uuid, login: &str) {
    test.execute(&format!(
        "insert into assignment (id, person_id, account_id, from_day) \
         select {}, {}, a.id, '2026-01-05' from account a where a.login = '{login}'",
        id(fresh()),
        id(person)
    ))
    .await;
}

/// A person under the office in Dresden whose officer is `login`.
pub async fn client(test: &TestApp, family: &str, login: &str) -> Uuid {
    let person = person(test, family, "Kai", &format!("bh{}", family.to_lowercase())).await;
    place(test, person, "BH-DD", "probation").await;
    assign(test, person, login).await;
    person
}

/// A person in the prison Dresden.
pub async fn inmate(test: &TestApp, family: &str) -> Uuid {
    let person = person(test, family, "Jan", &format!("dd{}", family.to_lowercase())).await;
    place(test, person, "DD", "custody").await;
    person
}

/// Gives the staff member of an account a grant.
pub async fn grant(test: &TestApp, login: &str, facility: &str, programme: &str, last_day: &str) {
    test.execute(&format!(
        "insert into access_grant (id, staff_id, facility_id, programme_id, first_day, last_day, state, requested_by, \
         requested_by_name, requested_at, decided_by_name, decided_at, version) \
         select {}, a.staff_id, f.id, m.id, '2026-01-05', '{last_day}', 'active', a.id, a.name, 0, 'Zoe Zander', 1, 1 from account a, facility f, programme m \
         where a.login = '{login}' and f.code = '{facility}' and m.code = '{programme}'",
        id(fresh())
    ))
    .await;
}

/// Gives the staff member of an account a clearance for a facility.
pub async fn clearance(
    test: &TestApp,
    login: &str,
    facility: &str,
    first_day: &str,
    last_day: &str,
) -> Uuid {
    let clearance = fresh();
    test.execute(&format!(
        "insert into clearance (id, staff_id, facility_id, state, consent_on, consent_kept_at, result, first_day, last_day, \
         escort, not_alone, no_devices, requested_by, requested_by_name, requested_at, version) \
         select {}, a.staff_id, f.id, 'granted', '2026-01-02', 'Akte', 'suitable', '{first_day}', '{last_day}', \
         false, false, false, a.id, a.name, 0, 1 from account a, facility f where a.login = '{login}' and f.code = '{facility}'",
        id(clearance)
    ))
    .await;
    clearance
}

/// A published group that the staff member of an account trains, without sessions.
pub async fn group(test: &TestApp, login: &str, facility: &str, programme: &str) -> Uuid {
    let group = fresh();
    test.execute(&format!(
        "insert into training_group (id, name, template_id, programme_id, provider_id, facility_id, room_id, weekday, \
         start_minute, first_day, last_day, places, state, created_at, version) \
         select {}, 'AKT-Gruppe', (select t.id from template t where t.programme_id = m.id order by t.code, t.version limit 1), m.id, s.provider_id, f.id, \
         (select r.id from room r where r.facility_id = f.id order by r.name, r.id limit 1), 2, 840, '2026-11-17', '2027-12-31', 8, 'published', 0, 1 \
         from account a join staff s on s.id = a.staff_id, facility f, programme m \
         where a.login = '{login}' and f.code = '{facility}' and m.code = '{programme}'",
        id(group)
    ))
    .await;
    test.execute(&format!(
        "insert into group_trainer (group_id, staff_id) select {}, staff_id from account where login = '{login}'",
        id(group)
    ))
    .await;
    group
}

/// The grant of the staff member of an account for a programme.
pub async fn grant_id(test: &TestApp, login: &str, programme: &str) -> Uuid {
    use sea_orm::{ConnectionTrait, Statement};
    let database = test.database().await;
    let sql = format!(
        "select g.id from access_grant g join account a on a.staff_id = g.staff_id join programme m on m.id = g.programme_id \
         where a.login = '{login}' and m.code = '{programme}'"
    );
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let row = database.query_one_raw(statement).await.unwrap().unwrap();
    let id = row.try_get_by_index::<Uuid>(0).unwrap();
    database.close().await.unwrap();
    id
}
