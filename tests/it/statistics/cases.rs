//! Participations and sessions in the database, written past the application.

use geleit::base::ids::*;
use geleit::base::time::Instant;
use geleit::schema::casework::counselling_session;
use geleit::schema::groups::{enrolment, group_session, training_group};
use geleit::schema::people::person;
use geleit::schema::reference::{facility, programme, provider, room, template};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseConnection, EntityTrait, IntoActiveModel, QueryFilter,
};
use time::Date;
use time::macros::date;
use uuid::Uuid;

use crate::harness::TestApp;

/// A day in the third quarter of 2026.
pub const SUMMER: Date = date!(2026 - 08 - 12);

/// Rows of participations and sessions, written past the application.
pub struct Cases {
    pub database: DatabaseConnection,
    pub programmes: Vec<programme::Model>,
    facility: FacilityId,
    provider: ProviderId,
    room: RoomId,
    template: TemplateId,
    account: AccountId,
    next: u128,
}

macro_rules! put {
    ($cases:expr, $module:ident, $row:expr) => {
        $module::Entity::insert($row.into_active_model().reset_all())
            .exec_without_returning(&$cases.database)
            .await
            .unwrap()
    };
}

impl Cases {
    pub async fn of(test: &TestApp) -> Self {
        let database = test.database().await;
        Self {
            programmes: programme::Entity::find().all(&database).await.unwrap(),
            facility: facility::Entity::find()
                .filter(facility::Column::Code.eq("DD"))
                .one(&database)
                .await
                .unwrap()
                .unwrap()
                .id,
            provider: provider::Entity::find()
                .filter(provider::Column::Code.eq("vpn"))
                .one(&database)
                .await
                .unwrap()
                .unwrap()
                .id,
            room: room::Entity::find()
                .one(&database)
                .await
                .unwrap()
                .unwrap()
                .id,
            template: template::Entity::find()
                .one(&database)
                .await
                .unwrap()
                .unwrap()
                .id,
            account: test.account("beratung").id,
            database,
            next: 1,
        }
    }

    /// Goes on with other ids, for cases that come later.
    pub fn skip(&mut self, number: u128) {
        self.next += number;
    }

    fn id(&mut self) -> Uuid {
        self.next += 1;
        Uuid::from_u128(self.next)
    }

    fn programme(&self, code: &str) -> ProgrammeId {
        self.programmes
            .iter()
            .find(|programme| programme.code == code)
            .expect("a programme of the fixtures")
            .id
    }

    pub async fn person(&mut self) -> PersonId {
        let id = PersonId(self.id());
        let row = person::Model {
            id,
            family_name: "Muster".to_owned(),
            given_name: format!("Person {}", self.next),
            birth_date: None,
            sex: "unknown".to_owned(),
            sort_key: format!("muster {}", self.next),
            created_at: Instant::from_millis(0),
            version: 1,
        };
        put!(self, person, row);
        id
    }

    pub async fn enrol(
        &mut self,
        person: PersonId,
        code: &str,
        enrolled_on: Date,
        started_on: Option<Date>,
        ended: Option<(Date, &str)>,
    ) -> EnrolmentId {
        let id = EnrolmentId(self.id());
        let row = enrolment::Model {
            id,
            person_id: person,
            programme_id: self.programme(code),
            provider_id: self.provider,
            facility_id: self.facility,
            staff_id: None,
            access_route: "self".to_owned(),
            enrolled_on,
            started_on,
            ended_on: ended.map(|(day, _)| day),
            outcome: ended.map(|(_, outcome)| outcome.to_owned()),
            created_at: Instant::from_millis(0),
            version: 1,
        };
        put!(self, enrolment, row);
        id
    }

    /// `number` people with the same course.
    pub async fn many(
        &mut self,
        number: usize,
        code: &str,
        enrolled: Date,
        started: Option<Date>,
        ended: Option<(Date, &str)>,
    ) {
        for _ in 0..number {
            let person = self.person().await;
            self.enrol(person, code, enrolled, started, ended).await;
        }
    }

    /// A group with one session for each day and state.
    pub async fn group(&mut self, code: &str, sessions: &[(Date, &str)]) {
        let id = GroupId(self.id());
        let row = training_group::Model {
            id,
            name: format!("Gruppe {}", self.next),
            template_id: self.template,
            programme_id: self.programme(code),
            provider_id: self.provider,
            facility_id: self.facility,
            room_id: self.room,
            weekday: 2,
            start_minute: 840,
            first_day: date!(2026 - 06 - 01),
            last_day: date!(2026 - 12 - 31),
            places: 8,
            state: "published".to_owned(),
            created_at: Instant::from_millis(0),
            version: 1,
            entry_open: false,
        };
        put!(self, training_group, row);
        for (ordinal, (day, state)) in (1..).zip(sessions) {
            let row = group_session::Model {
                id: GroupSessionId(self.id()),
                group_id: id,
                ordinal,
                module: "Biografie".to_owned(),
                day: *day,
                start_minute: 840,
                minutes: 180,
                room_id: self.room,
                state: (*state).to_owned(),
                cancel_reason: None,
                version: 1,
                kind: "group".to_owned(),
                template_ordinal: None,
                replaces: None,
                locked: false,
                cancel_note: None,
            };
            put!(self, group_session, row);
        }
    }

    pub async fn counsel(
        &mut self,
        enrolment: EnrolmentId,
        person: PersonId,
        day: Date,
        outcome: &str,
    ) {
        let row = counselling_session::Model {
            id: CounsellingId(self.id()),
            enrolment_id: Some(enrolment),
            person_id: Some(person),
            case_id: None,
            day,
            minutes: 60,
            form: "personal".to_owned(),
            outcome: outcome.to_owned(),
            late: false,
            recorded_by: self.account,
            recorded_by_name: "Berta Beratung".to_owned(),
            recorded_at: Instant::from_millis(0),
            version: 1,
        };
        put!(self, counselling_session, row);
    }

    /// Five counselling talks that took place on a day.
    pub async fn talks(&mut self, code: &str, day: Date) {
        let person = self.person().await;
        let enrolment = self
            .enrol(person, code, date!(2025 - 01 - 01), None, None)
            .await;
        for _ in 0..5 {
            self.counsel(enrolment, person, day, "took_place").await;
        }
    }
}

/// A few people with small figures beside larger ones.
pub async fn small_figures(test: &TestApp) {
    let mut cases = Cases::of(test).await;
    cases
        .many(7, "akt_gruppe", SUMMER, Some(SUMMER), None)
        .await;
    cases
        .many(3, "akt_einzel", SUMMER, Some(SUMMER), None)
        .await;
    cases
        .many(
            9,
            "distanzierung",
            SUMMER,
            Some(SUMMER),
            Some((date!(2026 - 09 - 02), "dropped_out")),
        )
        .await;
    cases.many(2, "ausstieg", SUMMER, None, None).await;
    cases
        .group(
            "akt_gruppe",
            &[(SUMMER, "held"), (date!(2026 - 08 - 19), "held")],
        )
        .await;
    cases.database.close().await.unwrap();
}
