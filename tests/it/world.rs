//! One of everything in JVA Dresden (and a client of the probation office), put into the database past the
//! application: what the tests over the whole route table open, as insiders and as strangers.

use geleit::base::fold::{search_keys, sort_key};
use geleit::base::ids::*;
use geleit::base::time::Instant;
use geleit::schema::{
    accounts, casework, completion, groups, inquiry as inquiries, people, planning, protection,
    providers, reference, retention, review, statistics, transitions,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseConnection, EntityTrait, IntoActiveModel, QueryFilter,
};
use time::Date;
use time::macros::date;
use uuid::Uuid;

use crate::harness::TestApp;

/// The ids of the things.
pub struct World {
    pub person: Uuid,
    pub client: Uuid,
    pub group: Uuid,
    pub session: Uuid,
    pub next_session: Uuid,
    pub cancelled_session: Uuid,
    pub template: Uuid,
    pub enrolment: Uuid,
    pub counselling: Uuid,
    pub provider: Uuid,
    pub staff: Uuid,
    pub clearance: Uuid,
    pub application: Uuid,
    pub grant: Uuid,
    pub request: Uuid,
    pub prepared: Uuid,
    pub published: Uuid,
    pub import: Uuid,
    pub closure: Uuid,
    pub stop: Uuid,
    pub visit: Uuid,
    pub object: Uuid,
    pub family_day: Uuid,
    pub guest: Uuid,
    pub cover: Uuid,
    pub item: Uuid,
    pub handover: Uuid,
    /// A hand-over that the probation officer accepted.
    pub taken: Uuid,
    pub inquiry: Uuid,
    pub hold: Uuid,
    pub consent: Uuid,
    pub client_consent: Uuid,
    pub merge: Uuid,
    /// A list of what is to be erased, with nobody on it.
    pub erasure: Uuid,
    pub catch_up: Uuid,
    pub completion: Uuid,
    /// A plan of a half-year with one group.
    pub plan: Uuid,
    pub land: Uuid,
    pub line: Uuid,
    pub certificate: Uuid,
    pub case: Uuid,
    pub client_case: Uuid,
    pub nameless_case: Uuid,
    /// A planned talk of the probation service, and one of a trainer.
    pub talk: Uuid,
    pub own_talk: Uuid,
    pub deadline: Uuid,
    pub note: Uuid,
    /// A request for a second person, by data protection.
    pub approval: Uuid,
    /// Emergency accesses of the social service and of the probation service, not reviewed.
    pub emergency: Uuid,
    pub office_emergency: Uuid,
    /// Somebody's account; only to look at, for disabling it would end what others test with it.
    pub account: Uuid,
    pub colleague: Uuid,
}

/// A case as it comes with a participation; change what differs.
pub fn case_row(
    programme: ProgrammeId,
    provider: ProviderId,
    staff: StaffId,
) -> casework::client_case::Model {
    casework::client_case::Model {
        id: CaseId(fresh()),
        client: "anonymous".into(),
        client_role: None,
        person_id: None,
        about_person_id: None,
        programme_id: programme,
        provider_id: provider,
        facility_id: None,
        staff_id: Some(staff),
        second_staff_id: None,
        enrolment_id: None,
        asked_by: None,
        access_route: "staff".into(),
        enquired_on: date!(2026 - 09 - 01),
        court_order: None,
        court_report: false,
        sentence_plan: None,
        phenomenon: None,
        language: None,
        interpreter: false,
        availability: String::new(),
        children_small: None,
        children_school: None,
        children_youth: None,
        state: "enquiry".into(),
        before_state: None,
        closed_on: None,
        talk_weeks: None,
        talk_minutes: None,
        linked_on: None,
        consent_on: None,
        created_at: Instant::from_millis(0),
        created_by: None,
        created_by_name: "Sabine Muster".into(),
        version: 1,
    }
}

pub async fn insert<M>(database: &DatabaseConnection, row: M)
where
    M: IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel> + sea_orm::ModelTrait,
    <M::Entity as EntityTrait>::ActiveModel:
        ActiveModelTrait<Entity = M::Entity> + sea_orm::ActiveModelBehavior + Send,
{
    let row = row.into_active_model().reset_all();
    M::Entity::insert(row)
        .exec_without_returning(database)
        .await
        .unwrap();
}

/// A person with number, search keys and one placement.
pub async fn add_person(
    database: &DatabaseConnection,
    facility: FacilityId,
    name: (&str, &str),
    number: &str,
    (kind, setting): (&str, &str),
    release: Option<Date>,
) -> PersonId {
    let id = PersonId(fresh());
    let key = sort_key(name.0, name.1);
    let now = Instant::from_millis(0);
    insert(
        database,
        people::person::Model {
            id,
            family_name: name.0.into(),
            given_name: name.1.into(),
            birth_date: Some(date!(1999 - 05 - 04)),
            sex: "male".into(),
            sort_key: key.clone(),
            created_at: now,
            version: 1,
        },
    )
    .await;
    for key in search_keys(&[name.0, name.1, number]) {
        insert(database, people::person_key::Model { key, person_id: id }).await;
    }
    insert(
        database,
        people::person_alias::Model {
            id: AliasId(fresh()),
            person_id: id,
            kind: if kind == "custody" {
                "prison_number"
            } else {
                "probation_file"
            }
            .into(),
            value: number.into(),
            value_key: geleit::base::fold::number_key(number),
            facility_id: facility,
            valid_from: date!(2026 - 01 - 01),
            valid_to: None,
        },
    )
    .await;
    insert(
        database,
        people::placement::Model {
            id: PlacementId(fresh()),
            person_id: id,
            facility_id: facility,
            kind: kind.into(),
            setting: setting.into(),
            from_day: date!(2026 - 01 - 01),
            to_day: None,
            expected_release: release,
            end_reason: None,
            sort_key: key,
            created_at: now,
            version: 1,
        },
    )
    .await;
    id
}

pub fn fresh() -> Uuid {
    use geleit::base::crypto::{Entropy, SystemEntropy};
    SystemEntropy.uuid()
}

pub async fn facility(database: &DatabaseConnection, code: &str) -> FacilityId {
    reference::facility::Entity::find()
        .filter(reference::facility::Column::Code.eq(code))
        .one(database)
        .await
        .unwrap()
        .unwrap()
        .id
}

pub async fn programme(database: &DatabaseConnection, code: &str) -> ProgrammeId {
    reference::programme::Entity::find()
        .filter(reference::programme::Column::Code.eq(code))
        .one(database)
        .await
        .unwrap()
        .unwrap()
        .id
}

/// The account's row.
pub async fn account(
    test: &TestApp,
    database: &DatabaseConnection,
    login: &str,
) -> accounts::account::Model {
    accounts::account::Entity::find_by_id(test.account(login).id)
        .one(database)
        .await
        .unwrap()
        .unwrap()
}

/// An active grant.
pub async fn add_grant(
    test: &TestApp,
    database: &DatabaseConnection,
    staff: StaffId,
    facility: FacilityId,
    programme: ProgrammeId,
    state: &str,
) -> GrantId {
    let id = GrantId(fresh());
    let by = test.account("zugang").id;
    insert(
        database,
        providers::access_grant::Model {
            id,
            staff_id: staff,
            facility_id: facility,
            programme_id: programme,
            clearance_id: None,
            first_day: date!(2026 - 01 - 01),
            last_day: date!(2027 - 12 - 31),
            state: state.into(),
            request_id: Some(GrantRequestId(id.0)),
            renewal_of: None,
            stop_id: None,
            requested_by: by,
            requested_by_name: "Zacharias Zimmer".into(),
            requested_at: Instant::from_millis(0),
            decided_by: None,
            decided_by_name: (state == "active").then(|| "Zoe Zander".into()),
            decided_at: (state == "active").then(|| Instant::from_millis(0)),
            approved_hash: None,
            suspended_reason: None,
            version: 1,
        },
    )
    .await;
    id
}

impl World {
    pub async fn new(test: &TestApp) -> World {
        let database = test.database().await;
        let dresden = facility(&database, "DD").await;
        let office = facility(&database, "BH-DD").await;
        let akt = programme(&database, "akt_gruppe").await;
        let distancing = programme(&database, "distanzierung").await;
        let trainer = account(test, &database, "training").await;
        let (staff, provider) = (trainer.staff_id.unwrap(), trainer.provider_id.unwrap());
        let now = Instant::from_millis(0);
        let custody = ("custody", "sentence");
        let person = add_person(
            &database,
            dresden,
            ("Kowalczyk", "Łukasz"),
            "4711-26",
            custody,
            Some(date!(2028 - 01 - 31)),
        )
        .await;
        let client = add_person(
            &database,
            office,
            ("Fröhlich", "Änne"),
            "BwH 12/26",
            ("probation", "probation"),
            None,
        )
        .await;
        let officer = test.account("bewaehrung").id;
        for (who, account) in [(client, officer)] {
            insert(
                &database,
                people::assignment::Model {
                    id: AssignmentId(fresh()),
                    person_id: who,
                    account_id: account,
                    from_day: date!(2026 - 01 - 01),
                    to_day: None,
                },
            )
            .await;
        }
        let clearance = ClearanceId(fresh());
        insert(
            &database,
            providers::clearance::Model {
                id: clearance,
                staff_id: staff,
                facility_id: dresden,
                state: "requested".into(),
                consent_on: date!(2026 - 11 - 02),
                consent_kept_at: "Personalakte".into(),
                result: None,
                scope: None,
                issuing_office: None,
                first_day: None,
                last_day: None,
                escort: false,
                not_alone: false,
                no_devices: false,
                accepted_from: None,
                renewal_of: None,
                requested_by: test.account("koordination").id,
                requested_by_name: "Merle Anbruch".into(),
                requested_at: now,
                decided_by: None,
                decided_by_name: None,
                decided_at: None,
                ended_by_name: None,
                ended_at: None,
                version: 1,
            },
        )
        .await;
        let grant = add_grant(test, &database, staff, dresden, akt, "active").await;
        let request = add_grant(test, &database, staff, dresden, distancing, "requested").await;
        // Lifted already, so that the trainer's grants stay as they are.
        let stop = StopId(fresh());
        insert(
            &database,
            providers::access_stop::Model {
                id: stop,
                staff_id: staff,
                facility_id: Some(dresden),
                reason: "Irrtum".into(),
                set_by: test.account("zugang").id,
                set_by_name: "Zacharias Zimmer".into(),
                set_at: Instant::from_millis(0),
                lifted_by_name: Some("Zoe Zander".into()),
                lifted_at: Some(Instant::from_millis(60_000)),
                version: 2,
            },
        )
        .await;
        let mut enrolments = Vec::new();
        for (who, what, place) in [(person, akt, dresden), (client, distancing, office)] {
            let id = EnrolmentId(fresh());
            enrolments.push(id);
            insert(
                &database,
                groups::enrolment::Model {
                    id,
                    person_id: who,
                    programme_id: what,
                    provider_id: provider,
                    facility_id: place,
                    staff_id: Some(staff),
                    access_route: "staff".into(),
                    enrolled_on: date!(2026 - 09 - 01),
                    started_on: None,
                    ended_on: None,
                    outcome: None,
                    created_at: now,
                    version: 1,
                },
            )
            .await;
        }
        let mut cases = Vec::new();
        for (index, (who, what, place)) in [(person, akt, dresden), (client, distancing, office)]
            .into_iter()
            .enumerate()
        {
            let row = casework::client_case::Model {
                client: "person".into(),
                person_id: Some(who),
                facility_id: Some(place),
                enrolment_id: Some(enrolments[index]),
                state: "agreed".into(),
                ..case_row(what, provider, staff)
            };
            cases.push(row.id.0);
            insert(&database, row).await;
        }
        let row = case_row(distancing, provider, staff);
        cases.push(row.id.0);
        insert(&database, row).await;
        let mut talks = Vec::new();
        for (case, place, with) in [
            (cases[1], None, None),
            (cases[0], Some(dresden), Some(staff)),
        ] {
            let id = fresh();
            talks.push(id);
            insert(
                &database,
                casework::talk_plan::Model {
                    id: TalkId(id),
                    case_id: CaseId(case),
                    staff_id: with,
                    facility_id: place,
                    day: date!(2028 - 03 - 01),
                    start_minute: 600,
                    minutes: 60,
                    place: if place.is_some() { "prison" } else { "office" }.into(),
                    state: "planned".into(),
                    asked_by: None,
                    reason: None,
                    moved_to: None,
                    session_id: None,
                    planned_by: officer,
                    planned_by_name: "Birgit Beispiel".into(),
                    planned_at: now,
                    ended_by_name: None,
                    ended_at: None,
                    version: 1,
                },
            )
            .await;
        }
        let deadline = fresh();
        insert(
            &database,
            casework::case_deadline::Model {
                id: DeadlineId(deadline),
                case_id: CaseId(cases[1]),
                kind: "report".into(),
                due: date!(2026 - 12 - 01),
                recorded_at: now,
                recorded_by_name: "Birgit Beispiel".into(),
                done_on: None,
                done_by_name: None,
                version: 1,
            },
        )
        .await;
        let key = ProviderKeyId(fresh());
        insert(
            &database,
            casework::provider_key::Model {
                id: key,
                provider_id: provider,
                master: "welt".into(),
                wrapped: vec![7; 60],
                created_at: now,
            },
        )
        .await;
        let note = fresh();
        insert(
            &database,
            casework::case_note::Model {
                id: NoteId(note),
                case_id: CaseId(cases[0]),
                provider_id: provider,
                key_id: key,
                sealed: vec![7; 40],
                written_by: trainer.id,
                written_by_name: "Jana Reber".into(),
                written_at: now,
            },
        )
        .await;
        insert(
            &database,
            casework::counselling_rule::Model {
                provider_id: provider,
                programme_id: akt,
                notes: true,
                missed: 2,
                changed_at: now,
                changed_by_name: "Karin Koordination".into(),
                version: 1,
            },
        )
        .await;
        let template = reference::template::Entity::find()
            .filter(reference::template::Column::ProgrammeId.eq(akt))
            .one(&database)
            .await
            .unwrap()
            .unwrap();
        let room = reference::room::Entity::find()
            .filter(reference::room::Column::FacilityId.eq(dresden))
            .one(&database)
            .await
            .unwrap()
            .unwrap();
        let group = GroupId(fresh());
        insert(
            &database,
            groups::training_group::Model {
                id: group,
                name: "AKT-Gruppe 2026/2".into(),
                template_id: template.id,
                programme_id: akt,
                provider_id: provider,
                facility_id: dresden,
                room_id: room.id,
                weekday: 2,
                start_minute: 14 * 60,
                first_day: date!(2026 - 11 - 17),
                last_day: date!(2026 - 12 - 08),
                places: 8,
                state: "published".into(),
                created_at: now,
                version: 1,
                entry_open: false,
            },
        )
        .await;
        insert(
            &database,
            groups::group_trainer::Model {
                group_id: group,
                staff_id: staff,
            },
        )
        .await;
        let mut sessions = Vec::new();
        for (ordinal, day) in [
            (1, date!(2026 - 11 - 17)),
            (2, date!(2026 - 11 - 24)),
            (3, date!(2026 - 12 - 01)),
            (4, date!(2026 - 12 - 08)),
            (5, date!(2026 - 12 - 15)),
        ] {
            let id = GroupSessionId(fresh());
            sessions.push(id);
            insert(
                &database,
                groups::group_session::Model {
                    id,
                    group_id: group,
                    ordinal,
                    module: "Biographisches Verstehen".into(),
                    day,
                    start_minute: 14 * 60,
                    minutes: 210,
                    room_id: room.id,
                    state: if ordinal == 5 { "cancelled" } else { "planned" }.into(),
                    cancel_reason: (ordinal == 5).then(|| "room".into()),
                    version: 1,
                    kind: "group".to_owned(),
                    template_ordinal: None,
                    replaces: None,
                    locked: false,
                    cancel_note: None,
                },
            )
            .await;
        }
        let catch_up = GroupSessionId(fresh());
        insert(
            &database,
            groups::group_session::Model {
                id: catch_up,
                group_id: group,
                ordinal: 0,
                module: "Biographisches Verstehen".into(),
                day: date!(2026 - 12 - 03),
                start_minute: 9 * 60,
                minutes: 120,
                room_id: room.id,
                state: "planned".into(),
                cancel_reason: None,
                version: 1,
                kind: "catch_up".to_owned(),
                template_ordinal: None,
                replaces: None,
                locked: false,
                cancel_note: None,
            },
        )
        .await;
        insert(
            &database,
            completion::catch_up::Model {
                session_id: catch_up,
                staff_id: Some(staff),
                created_at: now,
                created_by_name: "Sabine Muster".into(),
            },
        )
        .await;
        insert(
            &database,
            completion::catch_up_person::Model {
                session_id: catch_up,
                person_id: person,
                ordinal: 1,
            },
        )
        .await;
        let membership = MembershipId(fresh());
        insert(
            &database,
            groups::membership::Model {
                id: membership,
                group_id: group,
                person_id: person,
                programme_id: akt,
                enrolment_id: enrolments[0],
                from_day: date!(2026 - 11 - 01),
                to_day: None,
                end_reason: None,
            },
        )
        .await;
        let (ended, certificate) = (CompletionId(fresh()), CertificateId(fresh()));
        insert(
            &database,
            completion::completion::Model {
                id: ended,
                membership_id: membership,
                person_id: person,
                enrolment_id: enrolments[0],
                group_id: group,
                template_id: template.id,
                result: "completed".into(),
                day: date!(2026 - 11 - 20),
                done: 20,
                required: 23,
                lacking: String::new(),
                evidence: "[]".into(),
                ended_place: false,
                confirmed_at: now,
                confirmed_by_name: "Tara Training".into(),
                withdrawn_at: None,
                withdrawn_by_name: None,
                withdrawn_reason: None,
                version: 1,
            },
        )
        .await;
        insert(
            &database,
            completion::certificate::Model {
                id: certificate,
                completion_id: ended,
                person_id: person,
                code: "WELT-WELT-WELT-WELT-WELT".into(),
                name: "Łukasz Kowalczyk".into(),
                title: "Antigewalt- und Kompetenztraining (AKT)".into(),
                programme: "AKT in der Gruppe".into(),
                provider: "Träger".into(),
                town: "Dresden".into(),
                day: date!(2026 - 11 - 20),
                issued_at: now,
                issued_by_name: "Sabine Muster".into(),
            },
        )
        .await;
        let application = ApplicationId(fresh());
        insert(
            &database,
            groups::application::Model {
                id: application,
                person_id: person,
                programme_id: akt,
                facility_id: dresden,
                access_route: "self".into(),
                applied_on: date!(2026 - 10 - 05),
                state: "applied".into(),
                interview_on: None,
                interview_result: None,
                recommended_form: None,
                remark: None,
                closed_on: None,
                close_reason: None,
                group_id: None,
                enrolment_id: None,
                created_at: now,
                created_by_name: "Sabine Muster".into(),
                version: 1,
            },
        )
        .await;
        let counselling = CounsellingId(fresh());
        insert(
            &database,
            casework::counselling_session::Model {
                id: counselling,
                enrolment_id: Some(enrolments[1]),
                person_id: Some(client),
                case_id: None,
                day: date!(2026 - 11 - 10),
                minutes: 50,
                form: "prison".into(),
                outcome: "took_place".into(),
                late: false,
                recorded_by: officer,
                recorded_by_name: "Birgit Beispiel".into(),
                recorded_at: now,
                version: 1,
            },
        )
        .await;
        let statistician = test.account("statistik").id;
        let mut releases = Vec::new();
        for (period, state) in [("2026-Q2", "prepared"), ("2026-Q1", "published")] {
            let id = ReleaseId(fresh());
            releases.push(id);
            let files = crate::statistics::made_up_files(test, period);
            insert(
                &database,
                statistics::statistics_release::Model {
                    id,
                    report: "quartal".into(),
                    period: period.into(),
                    revision: 1,
                    state: state.into(),
                    correction: None,
                    content_hash: files.hash,
                    threshold: 5,
                    cut_off: date!(2026 - 10 - 15),
                    basis: 0,
                    figures: None,
                    explained: None,
                    shown: 1,
                    hidden: 1,
                    problem: None,
                    prepared_by: statistician,
                    prepared_by_name: "Stefan Zahl".into(),
                    prepared_at: now,
                    approved_by: None,
                    approved_by_name: None,
                    approved_at: None,
                    withdrawn_by: None,
                    withdrawn_by_name: None,
                    withdrawn_at: None,
                    withdrawn_reason: None,
                    version: 1,
                    shape: String::new(),
                    proposals: None,
                },
            )
            .await;
            for (kind, file) in [
                ("csv", files.readable),
                ("zip", files.package),
                ("xlsx", files.workbook),
            ] {
                insert(
                    &database,
                    statistics::statistics_file::Model {
                        release_id: id,
                        kind: kind.into(),
                        name: file.name,
                        content_type: file.content_type.into(),
                        content_hash: geleit::base::crypto::hex(&geleit::base::crypto::sha256(
                            &file.bytes,
                        )),
                        content: file.bytes,
                    },
                )
                .await;
            }
        }
        let import = ImportId(fresh());
        let list = std::fs::read(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/fixtures/imports/jva-dresden-utf8-bom-semicolon.csv"
        ))
        .unwrap();
        insert(
            &database,
            people::person_import::Model {
                id: import,
                account_id: test.account("sozialdienst").id,
                facility_id: dresden,
                file_name: "liste.csv".into(),
                content_hash: geleit::base::crypto::hex(&geleit::base::crypto::sha256(&list)),
                content: Some(list),
                mapping: String::new(),
                state: "uploaded".into(),
                created_at: test.clock_now(),
                committed_at: None,
                new_count: 0,
                changed_count: 0,
                unchanged_count: 0,
                version: 1,
            },
        )
        .await;
        let closure = ClosureId(fresh());
        insert(
            &database,
            reference::closure::Model {
                id: closure,
                facility_id: dresden,
                room_id: None,
                first_day: date!(2027 - 02 - 01),
                day_after: date!(2027 - 02 - 02),
                reason: "Revision".into(),
                created_at: now,
                created_by_name: "Sabine Muster".into(),
                removed_at: None,
            },
        )
        .await;
        let (visit, object) = (GateVisitId(fresh()), ApprovedObjectId(fresh()));
        let by = (test.account("koordination").id, "Koordination".to_owned());
        insert(
            &database,
            providers::gate_visit::Model {
                id: visit,
                staff_id: staff,
                facility_id: dresden,
                programme_id: None,
                day: date!(2026 - 11 - 25),
                start_minute: 600,
                minutes: 60,
                destination: "Raum 3".into(),
                escort: false,
                waiver_reason: None,
                created_at: now,
                created_by: by.0,
                created_by_name: by.1.clone(),
                changed_at: None,
                cancelled_at: None,
                cancelled_by_name: None,
                version: 1,
            },
        )
        .await;
        insert(
            &database,
            providers::approved_object::Model {
                id: object,
                staff_id: staff,
                facility_id: dresden,
                what: "flipchart".into(),
                first_day: date!(2026 - 11 - 23),
                last_day: date!(2026 - 12 - 23),
                session_id: None,
                visit_id: None,
                state: "requested".into(),
                requested_by: by.0,
                requested_by_name: by.1.clone(),
                requested_at: now,
                decided_by: None,
                decided_by_name: None,
                decided_at: None,
                version: 1,
            },
        )
        .await;
        let (family_day, guest) = (FamilyDayId(fresh()), FamilyGuestId(fresh()));
        insert(
            &database,
            providers::family_day::Model {
                id: family_day,
                facility_id: dresden,
                group_id: Some(group),
                day: date!(2026 - 12 - 18),
                start_minute: 840,
                minutes: 120,
                destination: "Besucherraum".into(),
                guest_deadline: date!(2026 - 12 - 04),
                cancelled_at: None,
                created_at: now,
                created_by_name: "Sabine Muster".into(),
                version: 1,
            },
        )
        .await;
        insert(
            &database,
            providers::family_guest::Model {
                id: guest,
                family_day_id: family_day,
                name: "Gerda Gast".into(),
                state: "announced".into(),
                announced_by: test.account("sozialdienst").id,
                announced_by_name: "Sabine Muster".into(),
                announced_at: now,
                decided_by_name: None,
                decided_at: None,
                version: 1,
            },
        )
        .await;
        let other = reference::staff::Entity::find()
            .filter(reference::staff::Column::ProviderId.eq(provider))
            .filter(reference::staff::Column::Role.eq("trainer"))
            .filter(reference::staff::Column::Id.ne(staff))
            .one(&database)
            .await
            .unwrap()
            .unwrap();
        let cover = CoverId(fresh());
        insert(
            &database,
            review::session_trainer::Model {
                id: cover,
                session_id: sessions[3],
                staff_id: other.id,
                replaces_staff_id: staff,
                created_at: now,
                created_by_name: "Sabine Muster".into(),
                removed_at: None,
                removed_by_name: None,
            },
        )
        .await;
        let item = ReviewItemId(fresh());
        insert(
            &database,
            review::review_item::Model {
                id: item,
                kind: "grant_after_transfer".into(),
                facility_id: dresden,
                person_id: Some(person),
                provider_id: Some(provider),
                cause: "welt".into(),
                raised_at: now,
                raised_by_name: "Sabine Muster".into(),
                state: "open".into(),
                outcome: None,
                reason: None,
                done_by: None,
                done_by_name: None,
                done_at: None,
                version: 1,
                subject_id: None,
                event: None,
                event_day: None,
            },
        )
        .await;
        let approval = ApprovalId(fresh());
        let officer = test.account("datenschutz");
        insert(
            &database,
            protection::approval::Model {
                id: approval,
                kind: "protocol_by_staff".into(),
                subject: "Konto pforte".into(),
                location: "/protokoll/konto".into(),
                reason: "Beschwerde".into(),
                request_hash: vec![0; 32],
                state: "requested".into(),
                requested_by: officer.id,
                requested_by_name: officer.name.clone(),
                requested_at: now,
                expires_at: now.plus_minutes(72 * 60),
                decided_by: None,
                decided_by_name: None,
                decided_at: None,
                decided_reason: None,
                used_at: None,
                version: 1,
            },
        )
        .await;
        let mut emergencies = Vec::new();
        for (login, code) in [("sozialdienst.zwei", "DD"), ("bewaehrung.zwei", "BH-DD")] {
            let holder = test.account(login);
            let id = EmergencyId(fresh());
            insert(
                &database,
                protection::emergency_access::Model {
                    id,
                    person_id: client,
                    account_id: holder.id,
                    account_name: holder.name.clone(),
                    facility_id: facility(&database, code).await,
                    reason: "Anruf mit Suizidankündigung, niemand erreichbar".into(),
                    opened_at: now.plus_minutes(-90),
                    ends_at: now.plus_minutes(-60),
                    ended_at: None,
                    ended_by_name: None,
                    review_due: date!(2026 - 11 - 26),
                    result: None,
                    review_note: None,
                    reviewed_by: None,
                    reviewed_by_name: None,
                    reviewed_at: None,
                    version: 1,
                },
            )
            .await;
            emergencies.push(id.0);
        }
        let leipzig = facility(&database, "L").await;
        let handover = HandOverId(fresh());
        insert(
            &database,
            transitions::hand_over::Model {
                id: handover,
                person_id: person,
                kind: "prison".into(),
                from_facility_id: dresden,
                to_facility_id: leipzig,
                to_account_id: None,
                state: "declined".into(),
                moves_on: date!(2026 - 12 - 15),
                transition_from: None,
                coaching_months: 0,
                summary: "{\"parts\":[],\"phenomena\":[]}".into(),
                checklist: "told".into(),
                offered_on: date!(2026 - 11 - 20),
                expires_on: date!(2026 - 12 - 04),
                offered_at: now,
                offered_by: None,
                offered_by_name: "Sabine Muster".into(),
                answered_at: Some(now),
                answered_by: None,
                answered_by_name: Some("Lea Leipzig".into()),
                reason: Some("kein Platz".into()),
                moved_on: None,
                contact_on: None,
                version: 2,
            },
        )
        .await;
        // One that is accepted and waits for the first contact of the probation officer.
        let taken = HandOverId(fresh());
        insert(
            &database,
            transitions::hand_over::Model {
                id: taken,
                person_id: client,
                kind: "probation".into(),
                from_facility_id: dresden,
                to_facility_id: office,
                to_account_id: None,
                state: "accepted".into(),
                moves_on: date!(2026 - 11 - 20),
                transition_from: None,
                coaching_months: 6,
                summary: "{\"parts\":[],\"phenomena\":[]}".into(),
                checklist: String::new(),
                offered_on: date!(2026 - 11 - 02),
                expires_on: date!(2026 - 11 - 16),
                offered_at: now,
                offered_by: None,
                offered_by_name: "Sabine Muster".into(),
                answered_at: Some(now),
                answered_by: None,
                answered_by_name: Some("Bernd Beispiel".into()),
                reason: None,
                moved_on: None,
                contact_on: None,
                version: 2,
            },
        )
        .await;
        let mut consents = Vec::new();
        for who in [person, client] {
            let id = ConsentId(fresh());
            consents.push(id.0);
            insert(
                &database,
                transitions::consent::Model {
                    id,
                    person_id: Some(who),
                    case_id: None,
                    purpose: "probation".into(),
                    from_day: date!(2026 - 10 - 01),
                    to_day: None,
                    kept_at: "Akte".into(),
                    facility_id: Some(dresden),
                    provider_id: None,
                    recorded_at: now,
                    recorded_by: None,
                    recorded_by_name: "Sabine Muster".into(),
                    withdrawn_on: None,
                    withdrawn_at: None,
                    withdrawn_by_name: None,
                    version: 1,
                },
            )
            .await;
        }
        let inquiry = InquiryId(fresh());
        insert(
            &database,
            inquiries::inquiry::Model {
                id: inquiry,
                person_id: Some(person),
                reference: "DSB 7/26".into(),
                asker: "subject".into(),
                identity: "facility".into(),
                reason: Some("vor der Entlassung".into()),
                received_on: date!(2026 - 11 - 02),
                due_on: date!(2026 - 12 - 02),
                state: "open".into(),
                restricted: String::new(),
                answered_on: None,
                delivery: None,
                content_hash: None,
                answered_by_name: None,
                created_at: now,
                created_by_name: "Doris Muster".into(),
                version: 1,
            },
        )
        .await;
        let hold = AuditHoldId(fresh());
        insert(
            &database,
            inquiries::audit_hold::Model {
                id: hold,
                first_day: date!(2026 - 10 - 01),
                last_day: Some(date!(2026 - 10 - 31)),
                reference: "200 Js 17/26".into(),
                ground: "criminal".into(),
                set_at: now,
                set_by: None,
                set_by_name: "Doris Muster".into(),
                lifted_at: None,
                lifted_by_name: None,
                lifted_reason: None,
                version: 1,
            },
        )
        .await;
        let twin = PersonId(fresh());
        insert(
            &database,
            people::person::Model {
                id: twin,
                family_name: "Kowalczyk".into(),
                given_name: "Lukas".into(),
                birth_date: None,
                sex: "male".into(),
                sort_key: "kowalczyk lukas".into(),
                created_at: now,
                version: 1,
            },
        )
        .await;
        let (plan, line) = (HalfYearPlanId(fresh()), HalfYearGroupId(fresh()));
        let second = reference::staff::Entity::find()
            .filter(reference::staff::Column::Id.ne(staff))
            .one(&database)
            .await
            .unwrap()
            .unwrap();
        let whole = planning::half_year_plan::Model {
            id: plan,
            facility_id: dresden,
            name: "1. Halbjahr 2027".into(),
            first_day: date!(2027 - 01 - 01),
            last_day: date!(2027 - 06 - 30),
            seed: 1,
            thorough: "kurz".into(),
            everybody: false,
            wanted: "[]".into(),
            state: "ready".into(),
            rounds: 7168,
            service: 2,
            quality: 30,
            cost: 40,
            waiting: 2,
            seated: 1,
            created_at: now,
            created_by: test.account("sozialdienst").id,
            created_by_name: "Sabine Muster".into(),
            finished_at: Some(now),
            land_id: None,
            land_provider_id: None,
            with_talks: true,
            talks: 1,
            version: 1,
        };
        insert(&database, whole.clone()).await;
        insert(
            &database,
            casework::talk_offer::Model {
                id: TalkOfferId(fresh()),
                plan_id: Some(plan),
                case_id: CaseId(cases[0]),
                staff_id: staff,
                facility_id: dresden,
                moves: None,
                asked_by: None,
                why: None,
                period_from: None,
                period_to: None,
                day: date!(2028 - 03 - 08),
                start_minute: 600,
                minutes: 60,
                state: "offered".into(),
                version: 1,
            },
        )
        .await;
        let land = LandPlanId(fresh());
        let part = planning::half_year_plan::Model {
            id: HalfYearPlanId(fresh()),
            land_id: Some(land),
            land_provider_id: Some(provider),
            created_by: test.account("koordination").id,
            created_by_name: "Karin Beispiel".into(),
            ..whole
        };
        insert(&database, part).await;
        insert(
            &database,
            planning::half_year_group::Model {
                id: line,
                plan_id: plan,
                ordinal: 1,
                template_id: template.id,
                room_id: room.id,
                weekday: 3,
                start_minute: 13 * 60,
                minutes: 210,
                days: format!("[{}]", date!(2027 - 01 - 13).to_julian_day()),
                trainer_one: staff,
                trainer_two: second.id,
                applications: format!("[\"{}\"]", application.0),
                missed: 0,
                travel: 60,
                group_id: None,
                version: 1,
            },
        )
        .await;
        insert(
            &database,
            planning::planned_member::Model {
                group_id: group,
                application_id: application,
                planned_at: now,
            },
        )
        .await;
        let merge = MergeId(fresh());
        insert(
            &database,
            transitions::person_merge::Model {
                id: merge,
                into_person_id: person,
                from_person_id: twin,
                facility_id: dresden,
                reason: "doppelt eingelesen".into(),
                made_at: now,
                made_by: None,
                made_by_name: "Sabine Muster".into(),
                undone_at: None,
                undone_by_name: None,
                undo_reason: None,
                version: 1,
            },
        )
        .await;
        let erasure = ErasureId(fresh());
        insert(
            &database,
            retention::erasure::Model {
                id: erasure,
                state: "proposed".into(),
                approval_id: None,
                content_hash: "00".into(),
                proposed_at: now,
                proposed_by: test.account("datenschutz").id,
                proposed_by_name: "Dorothea Schutz".into(),
                approved_by_name: None,
                done_at: None,
                done_by_name: None,
                ledger_number: None,
                rows_gone: None,
                version: 1,
            },
        )
        .await;
        database.close().await.unwrap();
        World {
            person: person.0,
            client: client.0,
            group: group.0,
            session: sessions[0].0,
            next_session: sessions[1].0,
            cancelled_session: sessions[4].0,
            template: template.id.0,
            enrolment: enrolments[0].0,
            counselling: counselling.0,
            provider: provider.0,
            staff: staff.0,
            clearance: clearance.0,
            application: application.0,
            grant: grant.0,
            request: request.0,
            prepared: releases[0].0,
            published: releases[1].0,
            import: import.0,
            closure: closure.0,
            stop: stop.0,
            visit: visit.0,
            object: object.0,
            family_day: family_day.0,
            guest: guest.0,
            cover: cover.0,
            item: item.0,
            handover: handover.0,
            taken: taken.0,
            inquiry: inquiry.0,
            hold: hold.0,
            consent: consents[0],
            client_consent: consents[1],
            merge: merge.0,
            erasure: erasure.0,
            catch_up: catch_up.0,
            plan: plan.0,
            land: land.0,
            line: line.0,
            completion: ended.0,
            certificate: certificate.0,
            case: cases[0],
            client_case: cases[1],
            nameless_case: cases[2],
            talk: talks[0],
            own_talk: talks[1],
            deadline,
            note,
            approval: approval.0,
            emergency: emergencies[0],
            office_emergency: emergencies[1],
            account: test.account("kora").id.0,
            colleague: test.account("bewaehrung.zwei").id.0,
        }
    }

    /// A route's path with the ids of this world; `role` is who opens it.
    pub fn path(&self, pattern: &str, role: &str) -> String {
        let probation = role == "probation";
        let person = if probation { self.client } else { self.person };
        let account = if pattern.ends_with("/person") {
            self.account
        } else if pattern.ends_with("/leitung") {
            self.colleague
        } else {
            Uuid::nil()
        };
        let release = if pattern.starts_with("/zahlen") {
            self.published
        } else {
            self.prepared
        };
        let grant = if ["genehmigen", "ablehnen", "aendern", "zurueckziehen"]
            .iter()
            .any(|word| pattern.contains(word))
        {
            self.request
        } else {
            self.grant
        };
        let session = if pattern.starts_with("/nachholtermine") {
            self.catch_up
        } else if pattern.ends_with("/verschieben") {
            self.next_session
        } else if pattern.ends_with("/wiederherstellen") {
            self.cancelled_session
        } else {
            self.session
        };
        let case = if pattern.ends_with("/gespraech") || pattern.ends_with("/verknuepfen") {
            self.nameless_case
        } else if probation {
            self.client_case
        } else {
            self.case
        };
        let values: Vec<(&str, String)> = vec![
            ("{case}", case.to_string()),
            ("{template}", self.template.to_string()),
            ("{person}", person.to_string()),
            ("{group}", self.group.to_string()),
            ("{session}", session.to_string()),
            ("{ordinal}", "1".to_owned()),
            (
                "{talk}",
                if probation { self.talk } else { self.own_talk }.to_string(),
            ),
            ("{deadline}", self.deadline.to_string()),
            ("{note}", self.note.to_string()),
            ("{enrolment}", self.enrolment.to_string()),
            ("{counselling}", self.counselling.to_string()),
            ("{provider}", self.provider.to_string()),
            ("{staff}", self.staff.to_string()),
            ("{clearance}", self.clearance.to_string()),
            ("{application}", self.application.to_string()),
            ("{grant}", grant.to_string()),
            ("{request}", self.request.to_string()),
            ("{stop}", self.stop.to_string()),
            ("{release}", release.to_string()),
            ("{import}", self.import.to_string()),
            ("{closure}", self.closure.to_string()),
            ("{erasure}", self.erasure.to_string()),
            ("{period}", "custody".to_owned()),
            ("{visit}", self.visit.to_string()),
            ("{object}", self.object.to_string()),
            ("{familyday}", self.family_day.to_string()),
            ("{guest}", self.guest.to_string()),
            ("{cover}", self.cover.to_string()),
            ("{item}", self.item.to_string()),
            (
                "{handover}",
                if probation { self.taken } else { self.handover }.to_string(),
            ),
            (
                "{consent}",
                if probation {
                    self.client_consent
                } else {
                    self.consent
                }
                .to_string(),
            ),
            ("{inquiry}", self.inquiry.to_string()),
            ("{section}", "person".to_owned()),
            ("{hold}", self.hold.to_string()),
            ("{merge}", self.merge.to_string()),
            ("{approval}", self.approval.to_string()),
            ("{standin}", Uuid::nil().to_string()),
            (
                "{emergency}",
                if probation {
                    self.office_emergency
                } else {
                    self.emergency
                }
                .to_string(),
            ),
            ("{completion}", self.completion.to_string()),
            ("{plan}", self.plan.to_string()),
            ("{landesplan}", self.land.to_string()),
            ("{line}", self.line.to_string()),
            ("{certificate}", self.certificate.to_string()),
            ("{account}", account.to_string()),
            ("{placement}", Uuid::nil().to_string()),
            ("{absence}", Uuid::nil().to_string()),
            ("{busy}", Uuid::nil().to_string()),
            ("{separation}", Uuid::nil().to_string()),
        ];
        values
            .iter()
            .fold(pattern.to_owned(), |path, (name, value)| {
                path.replace(name, value)
            })
    }
}
