//! Counselling.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// A counselling session held with one person: facts only, no content.
    counselling_session "counselling_session" Person {
        id [key]: CounsellingId => Plain withheld "interne Kennung" counted;
        enrolment_id: EnrolmentId => Special withheld "interne Kennung" counted;
        person_id: PersonId => Special withheld "interne Kennung" counted;
        day: Date => Special told "Tag des Gesprächs" counted;
        minutes: i64 => Special told "Dauer in Minuten" counted;
        form: String => Special told "Form" never;
        outcome: String => Special told "Ergebnis" counted;
        recorded_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        recorded_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        recorded_at: Instant => Special told "Erfasst am" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
}
