//! Enrolments, training groups, sessions, registers.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// A person's participation in a programme.
    enrolment "enrolment" Person {
        id [key]: EnrolmentId => Special withheld "interne Kennung" counted;
        person_id: PersonId => Special withheld "interne Kennung" counted;
        programme_id: ProgrammeId => Special told "Maßnahme" counted;
        provider_id: ProviderId => Special told "Träger" counted;
        facility_id: FacilityId => Special told "Einrichtung" counted;
        staff_id: Option<StaffId> => Staff withheld "Angabe zu Beschäftigten" never;
        access_route: String => Special told "Zugangsweg" counted;
        enrolled_on: Date => Special told "Aufgenommen am" counted;
        started_on: Option<Date> => Special told "Begonnen am" counted;
        ended_on: Option<Date> => Special told "Beendet am" counted;
        outcome: Option<String> => Special told "Ergebnis" counted;
        created_at: Instant => Special told "Erfasst am" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A training group.
    training_group "training_group" Reference {
        id [key]: GroupId => Plain withheld "interne Kennung" counted;
        name: String => Plain told "Gruppe" never;
        template_id: TemplateId => Plain withheld "keine Angabe zur Person" never;
        programme_id: ProgrammeId => Plain told "Maßnahme" counted;
        provider_id: ProviderId => Plain told "Träger" counted;
        facility_id: FacilityId => Plain told "Einrichtung" counted;
        room_id: RoomId => Plain withheld "keine Angabe zur Person" never;
        weekday: i64 => Plain withheld "keine Angabe zur Person" never;
        start_minute: i64 => Plain withheld "keine Angabe zur Person" never;
        first_day: Date => Plain withheld "keine Angabe zur Person" never;
        last_day: Date => Plain withheld "keine Angabe zur Person" never;
        places: i64 => Plain withheld "keine Angabe zur Person" never;
        state: String => Plain withheld "keine Angabe zur Person" counted;
        created_at: Instant => Plain withheld "keine Angabe zur Person" never;
        version: i64 => Plain withheld "technische Angabe" never;
        entry_open: bool => Plain withheld "keine Angabe zur Person" never;
    }
    /// A further weekly time at which a group meets, besides the one in the group's own row.
    group_slot "group_slot" Reference {
        group_id [key]: GroupId => Plain withheld "interne Kennung" never;
        weekday [key]: i64 => Plain withheld "keine Angabe zur Person" never;
        start_minute: i64 => Plain withheld "keine Angabe zur Person" never;
    }
    /// What a group's dates were before their last change: for taking it back within minutes.
    series_undo "series_undo" Reference {
        group_id [key]: GroupId => Plain withheld "interne Kennung" never;
        at: Instant => Plain withheld "keine Angabe zur Person" never;
        by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        what: String => Plain withheld "keine Angabe zur Person" never;
        before: String => Plain withheld "keine Angabe zur Person" never;
        after_hash: String => Plain withheld "keine Angabe zur Person" never;
    }
    /// A conflict that somebody took on when planning, with the reason.
    conflict_acceptance "conflict_acceptance" Reference {
        id [key]: AcceptanceId => Plain withheld "interne Kennung" never;
        group_id: GroupId => Plain withheld "interne Kennung" never;
        kind: String => Plain withheld "keine Angabe zur Person" never;
        day: Date => Plain withheld "keine Angabe zur Person" never;
        mark: String => Plain withheld "technische Angabe" never;
        reason: String => Plain withheld "Freitext ohne Bezug zur Person" never;
        accepted_at: Instant => Plain withheld "keine Angabe zur Person" never;
        accepted_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// A trainer of a group.
    group_trainer "group_trainer" Reference {
        group_id [key]: GroupId => Plain withheld "interne Kennung" never;
        staff_id [key]: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// One meeting of a group.
    group_session "group_session" Reference {
        id [key]: GroupSessionId => Plain withheld "interne Kennung" counted;
        group_id: GroupId => Plain withheld "interne Kennung" counted;
        ordinal: i64 => Plain told "Sitzung Nr." counted;
        module: String => Plain told "Baustein" never;
        day: Date => Plain told "Tag" counted;
        start_minute: i64 => Plain told "Beginn" never;
        minutes: i64 => Plain told "Dauer" counted;
        room_id: RoomId => Plain withheld "keine Angabe zur Person" never;
        state: String => Plain told "Stand" counted;
        cancel_reason: Option<String> => Plain told "Ausfallgrund" counted;
        version: i64 => Plain withheld "technische Angabe" never;
        kind: String => Plain told "Art der Sitzung" never;
        template_ordinal: Option<i64> => Plain withheld "keine Angabe zur Person" never;
        replaces: Option<GroupSessionId> => Plain withheld "interne Kennung" never;
        locked: bool => Plain withheld "keine Angabe zur Person" never;
        cancel_note: Option<String> => Plain withheld "Freitext ohne Bezug zur Person" never;
    }
    /// A person's wish to take part, until a place, another offer or the end of the wish.
    application "application" Person {
        id [key]: ApplicationId => Plain withheld "interne Kennung" never;
        person_id: PersonId => Special withheld "interne Kennung" counted;
        programme_id: ProgrammeId => Special told "Maßnahme" counted;
        facility_id: FacilityId => Special told "Einrichtung" counted;
        access_route: String => Special told "Zugangsweg" counted;
        applied_on: Date => Special told "Beantragt am" counted;
        state: String => Special told "Stand des Antrags" counted;
        interview_on: Option<Date> => Special told "Auswahlgespräch am" never;
        interview_result: Option<String> => Special told "Ergebnis des Auswahlgesprächs" never;
        recommended_form: Option<String> => Special told "Empfohlene Form" never;
        remark: Option<String> => Special told "Organisatorischer Hinweis" never;
        closed_on: Option<Date> => Special told "Antrag beendet am" never;
        close_reason: Option<String> => Special told "Grund des Endes" never;
        group_id: Option<GroupId> => Special told "Aufgenommen in" never;
        enrolment_id: Option<EnrolmentId> => Special withheld "interne Kennung" never;
        created_at: Instant => Special told "Erfasst am" never;
        created_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A person's place in a group, `[from_day, to_day)`. The programme is the group's: a person has one place at a
    /// time in each.
    membership "membership" Person {
        id [key]: MembershipId => Plain withheld "interne Kennung" never;
        group_id: GroupId => Special told "Gruppe" counted;
        person_id: PersonId => Special withheld "interne Kennung" counted;
        programme_id: ProgrammeId => Special told "Maßnahme" never;
        enrolment_id: EnrolmentId => Special withheld "interne Kennung" never;
        from_day: Date => Special told "Aufgenommen am" never;
        to_day: Option<Date> => Special told "Ausgeschieden am" never;
        end_reason: Option<String> => Special told "Grund des Ausscheidens" never;
    }
    /// Days on which a member does not take part but keeps the place, `[from_day, to_day)`.
    membership_pause "membership_pause" Person {
        id [key]: PauseId => Plain withheld "interne Kennung" never;
        membership_id: MembershipId => Plain withheld "interne Kennung" never;
        from_day: Date => Special told "Ausgesetzt ab" never;
        to_day: Option<Date> => Special told "Wieder dabei ab" never;
        reason: String => Special told "Grund der Aussetzung" never;
        created_at: Instant => Special told "Erfasst am" never;
        created_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// What a register says about one person in one session; corrections are in the history. The value before the last
    /// saving stays beside it, so that the saving can be taken back for ten minutes.
    attendance "attendance" Person {
        id [key]: AttendanceId => Plain withheld "interne Kennung" never;
        session_id: GroupSessionId => Special told "Sitzung" counted;
        person_id: PersonId => Special withheld "interne Kennung" counted;
        status: String => Special told "Anwesenheit" counted;
        reason: Option<String> => Special told "Grund" never;
        recorded_at: Instant => Special told "Erfasst am" never;
        recorded_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "technische Angabe" never;
        minutes: Option<i64> => Special told "Versäumte Minuten" never;
        recorded_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        before_status: Option<String> => Special told "Anwesenheit vor der letzten Änderung" never;
        before_reason: Option<String> => Special told "Grund vor der letzten Änderung" never;
        before_minutes: Option<i64> => Special told "Versäumte Minuten vor der letzten Änderung" never;
    }
}
