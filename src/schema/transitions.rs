//! What happens to a person's record on the way: hand-overs, consents, records put together.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// A hand-over of a person's participations to another prison or to the probation service. The summary is what the
    /// receiving side learns, frozen when it was offered.
    hand_over "hand_over" Person {
        id [key]: HandOverId => Plain withheld "interne Kennung" never;
        person_id: PersonId => Special withheld "interne Kennung" never;
        kind: String => Special told "Art der Übergabe" never;
        from_facility_id: FacilityId => Special told "Übergeben von" counted;
        to_facility_id: FacilityId => Special told "Übergeben an" counted;
        to_account_id: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        state: String => Special told "Stand der Übergabe" counted;
        moves_on: Date => Special told "Verlegung oder Entlassung am" never;
        transition_from: Option<Date> => Special told "Übergangsmanagement ab" never;
        coaching_months: i64 => Special told "Stabilisierungscoaching in Monaten" never;
        summary: String => Special told "Übergebene Angaben" never;
        checklist: String => Special told "Erledigt vor der Übergabe" never;
        offered_on: Date => Special told "Angeboten am" counted;
        expires_on: Date => Special told "Angebot gilt bis" counted;
        offered_at: Instant => Special withheld "steht als Tag in der Auskunft" never;
        offered_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        offered_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        answered_at: Option<Instant> => Special told "Beantwortet am" counted;
        answered_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        answered_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        reason: Option<String> => Special told "Begründung" never;
        moved_on: Option<Date> => Special told "Teilnahmen übergegangen am" never;
        contact_on: Option<Date> => Special told "Erster Kontakt am" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A participation that a hand-over hands over.
    hand_over_part "hand_over_part" Person {
        hand_over_id [key]: HandOverId => Special withheld "interne Kennung" never;
        enrolment_id [key]: EnrolmentId => Special withheld "interne Kennung" never;
    }
    /// A consent for one purpose, `[from_day, to_day)`, of a person or of a client without a name.
    consent "consent" Person {
        id [key]: ConsentId => Plain withheld "interne Kennung" never;
        person_id: Option<PersonId> => Special withheld "interne Kennung" never;
        case_id: Option<CaseId> => Special withheld "interne Kennung" never;
        purpose: String => Special told "Einwilligung für" never;
        from_day: Date => Special told "Gilt ab" never;
        to_day: Option<Date> => Special told "Gilt bis vor" never;
        kept_at: String => Special told "Unterschrift liegt" never;
        facility_id: Option<FacilityId> => Special told "Erfasst von der Einrichtung" never;
        provider_id: Option<ProviderId> => Special told "Erfasst vom Träger" never;
        recorded_at: Instant => Special told "Erfasst am" never;
        recorded_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        recorded_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        withdrawn_on: Option<Date> => Special told "Widerrufen am" never;
        withdrawn_at: Option<Instant> => Special withheld "steht als Tag in der Auskunft" never;
        withdrawn_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// Two records of one person put together.
    person_merge "person_merge" Person {
        id [key]: MergeId => Plain withheld "interne Kennung" never;
        into_person_id: PersonId => Personal withheld "interne Kennung" never;
        from_person_id: PersonId => Personal withheld "interne Kennung" never;
        facility_id: FacilityId => Personal told "Zusammengeführt von" never;
        reason: String => Personal told "Grund der Zusammenführung" never;
        made_at: Instant => Personal told "Zusammengeführt am" never;
        made_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        made_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        undone_at: Option<Instant> => Personal told "Wieder getrennt am" never;
        undone_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        undo_reason: Option<String> => Personal told "Grund der Trennung" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A row as it was before and after two records were put together.
    person_merge_row "person_merge_row" Person {
        merge_id [key]: MergeId => Plain withheld "interne Kennung" never;
        number [key]: i64 => Plain withheld "technische Angabe" never;
        table_name: String => Plain withheld "technische Angabe" never;
        before: Option<String> => Special withheld "Stand vor einer Zusammenführung; die geltenden Angaben stehen in der Auskunft" never;
        after: Option<String> => Special withheld "Stand nach einer Zusammenführung; die geltenden Angaben stehen in der Auskunft" never;
    }
}
