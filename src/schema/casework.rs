//! Counselling.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// A counselling session held with one person: facts only, no content.
    counselling_session "counselling_session" Person {
        id [key]: CounsellingId => Plain withheld "interne Kennung" counted;
        enrolment_id: Option<EnrolmentId> => Special withheld "interne Kennung" counted;
        person_id: Option<PersonId> => Special withheld "interne Kennung" counted;
        case_id: Option<CaseId> => Special withheld "interne Kennung" counted;
        day: Date => Special told "Tag des Gesprächs" counted;
        minutes: i64 => Special told "Dauer in Minuten" counted;
        form: String => Special told "Ort" never;
        outcome: String => Special told "Ergebnis" counted;
        late: bool => Special told "Verspätet" never;
        recorded_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        recorded_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        recorded_at: Instant => Special told "Erfasst am" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A counselling session that is planned. One that was moved stays, with who asked and why.
    talk_plan "talk_plan" Person {
        id [key]: TalkId => Plain withheld "interne Kennung" never;
        case_id: CaseId => Special withheld "interne Kennung" never;
        staff_id: Option<StaffId> => Staff withheld "Angabe zu Beschäftigten" never;
        facility_id: Option<FacilityId> => Special told "Einrichtung" never;
        day: Date => Special told "Tag des Termins" never;
        start_minute: i64 => Special told "Uhrzeit" never;
        minutes: i64 => Special told "Dauer in Minuten" never;
        place: String => Special told "Ort" never;
        state: String => Special told "Stand des Termins" never;
        asked_by: Option<String> => Special told "Wer um die Änderung bat" never;
        reason: Option<String> => Special told "Grund der Änderung" never;
        moved_to: Option<TalkId> => Plain withheld "interne Kennung" never;
        session_id: Option<CounsellingId> => Plain withheld "interne Kennung" never;
        planned_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        planned_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        planned_at: Instant => Special told "Vereinbart am" never;
        ended_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        ended_at: Option<Instant> => Special told "Geändert am" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A time for a talk that is proposed to whoever counsels in a case: by a plan of a half-year, or instead of a talk that
    /// cannot take place.
    talk_offer "talk_offer" Person {
        id [key]: TalkOfferId => Plain withheld "interne Kennung" never;
        plan_id: Option<HalfYearPlanId> => Plain withheld "interne Kennung" never;
        case_id: CaseId => Special withheld "Rechenvorschlag, endet spätestens 30 Tage nach seinem Tag" never;
        staff_id: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
        facility_id: FacilityId => Special withheld "Rechenvorschlag, endet spätestens 30 Tage nach seinem Tag" never;
        moves: Option<TalkId> => Plain withheld "interne Kennung" never;
        asked_by: Option<String> => Special withheld "Rechenvorschlag, endet spätestens 30 Tage nach seinem Tag" never;
        why: Option<String> => Special withheld "Rechenvorschlag, endet spätestens 30 Tage nach seinem Tag" never;
        period_from: Option<Date> => Special withheld "Rechenvorschlag, endet spätestens 30 Tage nach seinem Tag" never;
        period_to: Option<Date> => Special withheld "Rechenvorschlag, endet spätestens 30 Tage nach seinem Tag" never;
        day: Date => Special withheld "Rechenvorschlag, endet spätestens 30 Tage nach seinem Tag" never;
        start_minute: i64 => Special withheld "Rechenvorschlag, endet spätestens 30 Tage nach seinem Tag" never;
        minutes: i64 => Special withheld "Rechenvorschlag, endet spätestens 30 Tage nach seinem Tag" never;
        state: String => Plain withheld "Rechenvorschlag, endet spätestens 30 Tage nach seinem Tag" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// What a counselling session was about: a word of the catalogue, no more.
    counselling_topic "counselling_topic" Person {
        session_id [key]: CounsellingId => Special withheld "interne Kennung" never;
        code [key]: String => Special told "Thema" never;
    }
    /// How an organisation counsels in a programme.
    counselling_rule "counselling_rule" Reference {
        provider_id [key]: ProviderId => Plain withheld "keine Angabe zur Person" never;
        programme_id [key]: ProgrammeId => Plain withheld "keine Angabe zur Person" never;
        notes: bool => Plain withheld "keine Angabe zur Person" never;
        missed: i64 => Plain withheld "keine Angabe zur Person" never;
        changed_at: Instant => Plain withheld "keine Angabe zur Person" never;
        changed_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// The key of an organisation's notes, wrapped by a master key outside the database.
    provider_key "provider_key" Reference {
        id [key]: ProviderKeyId => Plain withheld "keine Angabe zur Person" never;
        provider_id: ProviderId => Plain withheld "keine Angabe zur Person" never;
        master: String => Plain withheld "keine Angabe zur Person" never;
        wrapped: Vec<u8> => Plain withheld "keine Angabe zur Person" never;
        created_at: Instant => Plain withheld "keine Angabe zur Person" never;
    }
    /// A note of a providing team about a case, sealed.
    case_note "case_note" Person {
        id [key]: NoteId => Plain withheld "interne Kennung" never;
        case_id: CaseId => Special withheld "interne Kennung" never;
        provider_id: ProviderId => Special told "Träger, der die Notiz führt" never;
        key_id: ProviderKeyId => Plain withheld "technische Angabe" never;
        sealed: Vec<u8> => Special withheld "Arbeitsnotiz des Beratungsteams, nur mit dessen Schlüssel lesbar" never;
        written_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        written_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        written_at: Instant => Special told "Notiz vom" never;
    }
    /// A deadline of a case.
    case_deadline "case_deadline" Person {
        id [key]: DeadlineId => Plain withheld "interne Kennung" never;
        case_id: CaseId => Special withheld "interne Kennung" never;
        kind: String => Special told "Art der Frist" never;
        due: Date => Special told "Frist bis" never;
        recorded_at: Instant => Special told "Erfasst am" never;
        recorded_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        done_on: Option<Date> => Special told "Erledigt am" never;
        done_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// That a danger was disclosed; never what.
    danger_disclosure "danger_disclosure" Person {
        id [key]: DangerId => Plain withheld "interne Kennung" never;
        case_id: CaseId => Special withheld "interne Kennung" never;
        ground: String => Special told "Rechtsgrundlage" never;
        recipient: String => Special told "Empfänger" never;
        day: Date => Special told "Offenlegung am" never;
        minute: i64 => Special told "Offenlegung um" never;
        recorded_at: Instant => Special told "Erfasst am" never;
        recorded_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// The way of one client through one programme, from the first enquiry on. Who is not a person in a programme
    /// (relatives, professionals, people who stay unknown) has neither name nor number here.
    client_case "client_case" Person {
        id [key]: CaseId => Special withheld "interne Kennung" counted;
        client: String => Special told "Wer beraten wird" counted;
        client_role: Option<String> => Special told "Beziehung oder Beruf" counted;
        person_id: Option<PersonId> => Special withheld "interne Kennung" counted;
        about_person_id: Option<PersonId> => Special withheld "interne Kennung" never;
        programme_id: ProgrammeId => Special told "Maßnahme" counted;
        provider_id: ProviderId => Special told "Träger" counted;
        facility_id: Option<FacilityId> => Special told "Einrichtung" counted;
        staff_id: Option<StaffId> => Staff withheld "Angabe zu Beschäftigten" never;
        second_staff_id: Option<StaffId> => Staff withheld "Angabe zu Beschäftigten" never;
        enrolment_id: Option<EnrolmentId> => Special withheld "interne Kennung" counted;
        asked_by: Option<String> => Special told "Angefragt von" counted;
        access_route: String => Special told "Zugangsweg" counted;
        enquired_on: Date => Special told "Angefragt am" counted;
        court_order: Option<String> => Special told "Weisung oder Auflage" counted;
        court_report: bool => Special told "Nachweis gegenüber dem Gericht" never;
        sentence_plan: Option<String> => Special told "Im Vollzugsplan" counted;
        phenomenon: Option<String> => Special told "Phänomenbereich" counted;
        language: Option<String> => Special told "Sprache" never;
        interpreter: bool => Special told "Sprachmittlung nötig" never;
        availability: String => Special told "Zeiten" never;
        children_small: Option<i64> => Special told "Kinder bis 5 Jahre" counted;
        children_school: Option<i64> => Special told "Kinder von 6 bis 11 Jahren" counted;
        children_youth: Option<i64> => Special told "Kinder von 12 bis 17 Jahren" counted;
        state: String => Special told "Stand" counted;
        before_state: Option<String> => Special told "Stand davor" never;
        closed_on: Option<Date> => Special told "Beendet am" counted;
        talk_weeks: Option<i64> => Special told "Abstand der Gespräche in Wochen" never;
        talk_minutes: Option<i64> => Special told "Dauer der Gespräche in Minuten" never;
        linked_on: Option<Date> => Special told "Mit der Person verknüpft am" never;
        consent_on: Option<Date> => Special told "Einwilligung vom" never;
        created_at: Instant => Special told "Erfasst am" never;
        created_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        created_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A step of a case from one state to the next; never changed.
    case_step "case_step" Person {
        case_id [key]: CaseId => Special withheld "interne Kennung" counted;
        number [key]: i64 => Special withheld "technische Angabe" never;
        day: Date => Special told "Tag" counted;
        from_state: Option<String> => Special told "Stand davor" counted;
        to_state: String => Special told "Stand danach" counted;
        reason: Option<String> => Special told "Grund" counted;
        at: Instant => Special told "Erfasst am" never;
        by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// A word of a dated code list.
    code_entry "code_entry" Reference {
        list [key]: String => Plain withheld "keine Angabe zur Person" never;
        code [key]: String => Plain withheld "keine Angabe zur Person" never;
        category [key]: String => Plain withheld "keine Angabe zur Person" never;
        label: String => Plain withheld "keine Angabe zur Person" never;
        federal: Option<String> => Plain withheld "keine Angabe zur Person" never;
        place: i64 => Plain withheld "keine Angabe zur Person" never;
        valid_from [key]: Date => Plain withheld "keine Angabe zur Person" never;
        valid_to: Option<Date> => Plain withheld "keine Angabe zur Person" never;
    }
    /// What an account typed into a form and has not sent yet, sealed.
    form_draft "form_draft" Short {
        account_id [key]: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        form [key]: String => Plain withheld "technische Angabe" never;
        content: Vec<u8> => Personal withheld "nach zwei Wochen gelöscht" never;
        saved_at: Instant => Plain withheld "technische Angabe" never;
    }
}
