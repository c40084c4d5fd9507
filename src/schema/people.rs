//! People and where they are.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// A person who takes part (or may take part) in a programme.
    person "person" Person {
        id [key]: PersonId => Personal withheld "interne Kennung" counted;
        family_name: String => Personal told "Familienname" never;
        given_name: String => Personal told "Vorname" never;
        birth_date: Option<Date> => Personal told "Geburtsdatum" counted;
        sex: String => Personal told "Geschlecht" counted;
        sort_key: String => Secret withheld "abgeleitet vom Namen" never;
        created_at: Instant => Personal told "Erfasst am" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A word by which a person is found: every end of each folded part of name and number.
    person_key "person_key" Person {
        key [key]: String => Secret withheld "abgeleitet vom Namen" never;
        person_id [key]: PersonId => Personal withheld "interne Kennung" never;
    }
    /// A number by which a facility knows a person.
    person_alias "person_alias" Person {
        id [key]: AliasId => Plain withheld "interne Kennung" never;
        person_id: PersonId => Personal withheld "interne Kennung" never;
        kind: String => Personal told "Art der Nummer" never;
        value: String => Personal told "Nummer" never;
        value_key: String => Secret withheld "abgeleitet von der Nummer" never;
        facility_id: FacilityId => Personal told "Vergeben von" never;
        valid_from: Date => Personal told "Gültig ab" never;
        valid_to: Option<Date> => Personal told "Gültig bis" never;
    }
    /// A stay with a facility, `[from_day, to_day)`.
    placement "placement" Person {
        id [key]: PlacementId => Plain withheld "interne Kennung" never;
        person_id: PersonId => Personal withheld "interne Kennung" never;
        facility_id: FacilityId => Personal told "Einrichtung" counted;
        kind: String => Personal told "Unterbringung oder Zuständigkeit" counted;
        setting: String => Personal told "Vollzugsart" counted;
        from_day: Date => Personal told "Seit" counted;
        to_day: Option<Date> => Personal told "Bis" counted;
        expected_release: Option<Date> => Personal told "Voraussichtliche Entlassung" never;
        end_reason: Option<String> => Personal told "Ende durch" never;
        sort_key: String => Secret withheld "abgeleitet vom Namen" never;
        created_at: Instant => Personal told "Erfasst am" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A temporary absence, `[from_day, to_day)`; never ends an enrolment.
    absence "absence" Person {
        id [key]: AbsenceId => Plain withheld "interne Kennung" never;
        person_id: PersonId => Personal withheld "interne Kennung" never;
        placement_id: PlacementId => Personal withheld "interne Kennung" never;
        from_day: Date => Personal told "Abwesend ab" never;
        to_day: Option<Date> => Personal told "Zurück am" never;
        reason: String => Personal told "Grund der Abwesenheit" never;
        created_at: Instant => Personal told "Erfasst am" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// When a person is taken: court, work, school, a doctor. `[first_day, day_after)` on each day, or on one weekday;
    /// without minutes the time is not known.
    person_busy "person_busy" Person {
        id [key]: BusyId => Plain withheld "interne Kennung" never;
        person_id: PersonId => Personal withheld "interne Kennung" never;
        kind: String => Personal told "Art des Termins" never;
        weekday: Option<i64> => Personal told "Wochentag" never;
        first_day: Date => Personal told "Ab" never;
        day_after: Option<Date> => Personal told "Bis vor" never;
        start_minute: Option<i64> => Personal told "Beginn" never;
        end_minute: Option<i64> => Personal told "Ende" never;
        created_at: Instant => Personal told "Erfasst am" never;
        created_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// Two people who must not meet; never why.
    person_separation "person_separation" Person {
        id [key]: SeparationId => Plain withheld "interne Kennung" never;
        person_id: PersonId => Secret withheld "Schutz der anderen Person" never;
        other_id: PersonId => Secret withheld "Schutz der anderen Person" never;
        code: String => Secret withheld "Schutz der anderen Person" never;
        created_at: Instant => Secret withheld "Schutz der anderen Person" never;
        created_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// What a person needs of a group and its room.
    person_need "person_need" Person {
        person_id [key]: PersonId => Personal withheld "interne Kennung" never;
        language: String => Personal told "Sprache in Maßnahmen" never;
        security: i64 => Personal told "Sicherheitsstufe des Raums" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// The responsibility of one account for one person.
    assignment "assignment" Person {
        id [key]: AssignmentId => Plain withheld "interne Kennung" never;
        person_id: PersonId => Personal withheld "interne Kennung" never;
        account_id: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        from_day: Date => Personal told "Zuständig seit" never;
        to_day: Option<Date> => Personal told "Zuständig bis" never;
    }
    /// An imported list; its content is deleted when it was taken over, or after a day.
    person_import "person_import" Short {
        id [key]: ImportId => Plain withheld "technische Angabe" never;
        account_id: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        facility_id: FacilityId => Plain withheld "technische Angabe" never;
        file_name: String => Personal withheld "nach einem Tag gelöscht" never;
        content: Option<Vec<u8>> => Personal withheld "nach einem Tag gelöscht" never;
        content_hash: String => Plain withheld "technische Angabe" never;
        mapping: String => Plain withheld "technische Angabe" never;
        state: String => Plain withheld "technische Angabe" never;
        created_at: Instant => Plain withheld "technische Angabe" never;
        committed_at: Option<Instant> => Plain withheld "technische Angabe" never;
        new_count: i64 => Plain withheld "technische Angabe" never;
        changed_count: i64 => Plain withheld "technische Angabe" never;
        unchanged_count: i64 => Plain withheld "technische Angabe" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// Which column of a facility's list means what.
    import_mapping "import_mapping" Reference {
        facility_id [key]: FacilityId => Plain withheld "keine Angabe zur Person" never;
        fingerprint [key]: String => Plain withheld "keine Angabe zur Person" never;
        mapping: String => Plain withheld "keine Angabe zur Person" never;
        updated_at: Instant => Plain withheld "keine Angabe zur Person" never;
    }
}
