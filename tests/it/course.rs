//! A published group in JVA Dresden for tests of members and registers, put in past the application.

use time::Date;
use uuid::Uuid;

use crate::harness::{Answer, Browser, TestApp};
use crate::rows::{self, id};
use crate::world::fresh;

/// A group and its sessions in the order of their days.
pub struct Course {
    pub id: Uuid,
    pub sessions: Vec<Uuid>,
}

impl Course {
    /// The address of the group.
    pub fn path(&self) -> String {
        format!("/gruppen/{}", self.id)
    }

    /// The address of a session's register.
    pub fn register(&self, session: usize) -> String {
        format!("/sitzungen/{}/anwesenheit", self.sessions[session])
    }
}

/// A published group with sessions on these days at 14:00, three and a half hours each, and the trainer `training`.
pub async fn course(test: &TestApp, name: &str, places: i64, days: &[Date]) -> Course {
    let group = fresh();
    let (first, last) = (days[0], days[days.len() - 1]);
    test.execute(&format!(
        "insert into training_group (id, name, template_id, programme_id, provider_id, facility_id, room_id, weekday, \
         start_minute, first_day, last_day, places, state, created_at, version) select {}, '{name}', t.id, p.id, s.provider_id, \
         f.id, r.id, 1, 840, '{first}', '{last}', {places}, 'published', 0, 1 from facility f, programme p, template t, room r, \
         account a join staff s on s.id = a.staff_id where f.code = 'DD' and p.code = 'akt_gruppe' and t.programme_id = p.id \
         and t.code = 'akt_gruppe_23' and a.login = 'training' and r.id = (select x.id from room x where x.facility_id = f.id order by x.places desc, x.name limit 1)",
        id(group)
    ))
    .await;
    let mut sessions = Vec::new();
    for (index, day) in days.iter().enumerate() {
        let session = fresh();
        sessions.push(session);
        test.execute(&format!(
            "insert into group_session (id, group_id, ordinal, module, day, start_minute, minutes, room_id, state, version) \
             select {}, g.id, {}, 'Baustein', '{day}', 840, 210, g.room_id, 'planned', 1 from training_group g where g.id = {}",
            id(session),
            index + 1,
            id(group)
        ))
        .await;
    }
    test.execute(&format!(
        "insert into group_trainer (group_id, staff_id) select {}, a.staff_id from account a where a.login = 'training'",
        id(group)
    ))
    .await;
    Course {
        id: group,
        sessions,
    }
}

/// A person in JVA Dresden with an expected release (or none).
pub async fn inmate(test: &TestApp, family: &str, release: Option<&str>) -> Uuid {
    let person = rows::inmate(test, family).await;
    if let Some(day) = release {
        test.execute(&format!(
            "update placement set expected_release = '{day}' where person_id = {}",
            id(person)
        ))
        .await;
    }
    person
}

/// People who stay long enough for every group.
pub async fn inmates(test: &TestApp, count: usize) -> Vec<Uuid> {
    let mut people = Vec::new();
    for number in 0..count {
        people.push(inmate(test, &format!("Probe{number:02}"), Some("2029-01-01")).await);
    }
    people
}

/// Takes a person into a group by the button on the group's page.
pub async fn add(browser: &mut Browser, course: &Course, person: Uuid) -> Answer {
    let (person, token) = (person.to_string(), fresh().simple().to_string());
    browser
        .post(
            &format!("{}/teilnehmende", course.path()),
            &[("person", &person), ("einmal", &token), ("bestaetigt", "1")],
        )
        .await
}

/// The end of a person's field names in a register.
pub fn key(person: Uuid) -> String {
    person.simple().to_string().chars().take(12).collect()
}

/// Posts pairs of owned strings.
pub async fn post(browser: &mut Browser, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post(path, &fields).await
}

/// A field of a register's row.
pub fn field(name: &str, person: Uuid, value: &str) -> (String, String) {
    (format!("{name}_{}", key(person)), value.to_owned())
}

/// Puts somebody on the waiting list; the address of the application.
pub async fn apply(browser: &mut Browser, person: Uuid, day: &str) -> String {
    let path = format!("/personen/{person}/antrag");
    let page = browser.get(&path).await.expect(200);
    let token = page.input("einmal").unwrap();
    let programme = page
        .option(
            "programme",
            "Antigewalt- und Kompetenztraining (AKT) in der Gruppe",
        )
        .expect("the group programme");
    browser
        .post(
            &path,
            &[
                ("einmal", token.as_str()),
                ("programme", programme.as_str()),
                ("access_route", "self"),
                ("applied_on", day),
            ],
        )
        .await
        .expect(303)
        .location()
        .to_owned()
}

/// Records a selection interview of today.
pub async fn interview(
    browser: &mut Browser,
    application: &str,
    result: &str,
    form: &str,
) -> Answer {
    let path = format!("{application}/gespraech");
    let version = browser
        .get(&path)
        .await
        .expect(200)
        .input("version")
        .unwrap();
    browser
        .post(
            &path,
            &[
                ("version", version.as_str()),
                ("interview_on", "23.11.2026"),
                ("result", result),
                ("recommended_form", form),
            ],
        )
        .await
}
