//! External staff: qualifications, clearance, grants, stops, what the gate needs, the quarterly confirmation.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// What a member of external staff is qualified for.
    staff_qualification "staff_qualification" Reference {
        id [key]: QualificationId => Staff withheld "Angabe zu Beschäftigten" never;
        staff_id: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
        kind: String => Staff withheld "Angabe zu Beschäftigten" never;
        acquired_on: Date => Staff withheld "Angabe zu Beschäftigten" never;
        valid_to: Option<Date> => Staff withheld "Angabe zu Beschäftigten" never;
        created_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        created_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        removed_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        removed_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// A language a member of external staff speaks.
    staff_language "staff_language" Reference {
        staff_id [key]: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
        language [key]: String => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// A weekly time in which a member of external staff can work.
    staff_availability "staff_availability" Reference {
        id [key]: AvailabilityId => Staff withheld "Angabe zu Beschäftigten" never;
        staff_id: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
        weekday: i64 => Staff withheld "Angabe zu Beschäftigten" never;
        start_minute: i64 => Staff withheld "Angabe zu Beschäftigten" never;
        end_minute: i64 => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// Days on which a member of external staff cannot work; never why.
    staff_absence "staff_absence" Reference {
        id [key]: StaffAbsenceId => Staff withheld "Angabe zu Beschäftigten" never;
        staff_id: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
        first_day: Date => Staff withheld "Angabe zu Beschäftigten" never;
        day_after: Date => Staff withheld "Angabe zu Beschäftigten" never;
        created_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        created_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        removed_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// A facility's decision whether a member of external staff may enter: result, scope and validity, never findings.
    clearance "clearance" Reference {
        id [key]: ClearanceId => Staff withheld "Angabe zu Beschäftigten" never;
        staff_id: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
        facility_id: FacilityId => Staff withheld "Angabe zu Beschäftigten" never;
        state: String => Staff withheld "Angabe zu Beschäftigten" never;
        consent_on: Date => Staff withheld "Angabe zu Beschäftigten" never;
        consent_kept_at: String => Staff withheld "Angabe zu Beschäftigten" never;
        result: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        scope: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        issuing_office: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        first_day: Option<Date> => Staff withheld "Angabe zu Beschäftigten" never;
        last_day: Option<Date> => Staff withheld "Angabe zu Beschäftigten" never;
        escort: bool => Staff withheld "Angabe zu Beschäftigten" never;
        not_alone: bool => Staff withheld "Angabe zu Beschäftigten" never;
        no_devices: bool => Staff withheld "Angabe zu Beschäftigten" never;
        accepted_from: Option<ClearanceId> => Staff withheld "Angabe zu Beschäftigten" never;
        renewal_of: Option<ClearanceId> => Staff withheld "Angabe zu Beschäftigten" never;
        requested_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        requested_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        requested_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        decided_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        decided_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        decided_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        ended_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        ended_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "keine Angabe zur Person" never;
    }
    /// The immediate end of access ("Sperre") of a member of external staff.
    access_stop "access_stop" Reference {
        id [key]: StopId => Staff withheld "Angabe zu Beschäftigten" never;
        staff_id: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
        facility_id: Option<FacilityId> => Staff withheld "Angabe zu Beschäftigten" never;
        reason: String => Staff withheld "Angabe zu Beschäftigten" never;
        set_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        set_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        set_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        lifted_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        lifted_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "keine Angabe zur Person" never;
    }
    /// Who of a provider's staff may go where for what.
    access_grant "access_grant" Reference {
        id [key]: GrantId => Staff withheld "Angabe zu Beschäftigten" never;
        staff_id: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
        facility_id: FacilityId => Staff withheld "Angabe zu Beschäftigten" never;
        programme_id: ProgrammeId => Staff withheld "Angabe zu Beschäftigten" never;
        clearance_id: Option<ClearanceId> => Staff withheld "Angabe zu Beschäftigten" never;
        first_day: Date => Staff withheld "Angabe zu Beschäftigten" never;
        last_day: Date => Staff withheld "Angabe zu Beschäftigten" never;
        state: String => Staff withheld "Angabe zu Beschäftigten" never;
        request_id: Option<GrantRequestId> => Staff withheld "Angabe zu Beschäftigten" never;
        renewal_of: Option<GrantId> => Staff withheld "Angabe zu Beschäftigten" never;
        stop_id: Option<StopId> => Staff withheld "Angabe zu Beschäftigten" never;
        requested_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        requested_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        requested_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        decided_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        decided_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        decided_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        approved_hash: Option<Vec<u8>> => Plain withheld "technische Angabe" never;
        suspended_reason: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "keine Angabe zur Person" never;
    }
    /// A facility's quarterly confirmation of its grants.
    recertification "recertification" Reference {
        id [key]: RecertificationId => Plain withheld "interne Kennung" never;
        facility_id: FacilityId => Plain withheld "interne Kennung" never;
        quarter: String => Plain withheld "keine Angabe zur Person" never;
        opened_at: Instant => Plain withheld "keine Angabe zur Person" never;
        due_day: Date => Plain withheld "keine Angabe zur Person" never;
        closed_at: Option<Instant> => Plain withheld "keine Angabe zur Person" never;
    }
    /// One grant in a quarterly confirmation.
    recertification_item "recertification_item" Reference {
        id [key]: RecertificationItemId => Staff withheld "Angabe zu Beschäftigten" never;
        recertification_id: RecertificationId => Staff withheld "Angabe zu Beschäftigten" never;
        grant_id: GrantId => Staff withheld "Angabe zu Beschäftigten" never;
        proposal: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        proposed_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        proposed_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        proposed_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        state: String => Staff withheld "Angabe zu Beschäftigten" never;
        decided_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        decided_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "keine Angabe zur Person" never;
    }
    /// An announced visit of external staff outside of groups.
    gate_visit "gate_visit" Reference {
        id [key]: GateVisitId => Staff withheld "Angabe zu Beschäftigten" never;
        staff_id: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
        facility_id: FacilityId => Staff withheld "Angabe zu Beschäftigten" never;
        programme_id: Option<ProgrammeId> => Staff withheld "Angabe zu Beschäftigten" never;
        day: Date => Staff withheld "Angabe zu Beschäftigten" never;
        start_minute: i64 => Staff withheld "Angabe zu Beschäftigten" never;
        minutes: i64 => Staff withheld "Angabe zu Beschäftigten" never;
        destination: String => Staff withheld "Angabe zu Beschäftigten" never;
        escort: bool => Staff withheld "Angabe zu Beschäftigten" never;
        waiver_reason: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        created_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        created_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        created_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        changed_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        cancelled_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        cancelled_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "keine Angabe zur Person" never;
    }
    /// What changed on the gate list of a day, and when.
    gate_change "gate_change" Short {
        id [key]: GateChangeId => Staff withheld "Angabe zu Beschäftigten" never;
        facility_id: FacilityId => Staff withheld "Angabe zu Beschäftigten" never;
        day: Date => Staff withheld "Angabe zu Beschäftigten" never;
        staff_id: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
        what: String => Staff withheld "Angabe zu Beschäftigten" never;
        at: i64 => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// When somebody on the gate list came and went; deleted after 48 hours.
    gate_tick "gate_tick" Short {
        facility_id [key]: FacilityId => Staff withheld "Angabe zu Beschäftigten" never;
        day [key]: Date => Staff withheld "Angabe zu Beschäftigten" never;
        line [key]: String => Staff withheld "Angabe zu Beschäftigten" never;
        entered_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        left_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        ticked_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "keine Angabe zur Person" never;
    }
    /// An object that external staff may bring along.
    approved_object "approved_object" Reference {
        id [key]: ApprovedObjectId => Staff withheld "Angabe zu Beschäftigten" never;
        staff_id: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
        facility_id: FacilityId => Staff withheld "Angabe zu Beschäftigten" never;
        what: String => Staff withheld "Angabe zu Beschäftigten" never;
        first_day: Date => Staff withheld "Angabe zu Beschäftigten" never;
        last_day: Date => Staff withheld "Angabe zu Beschäftigten" never;
        session_id: Option<GroupSessionId> => Staff withheld "Angabe zu Beschäftigten" never;
        visit_id: Option<GateVisitId> => Staff withheld "Angabe zu Beschäftigten" never;
        state: String => Staff withheld "Angabe zu Beschäftigten" never;
        requested_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        requested_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        requested_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        decided_by: Option<AccountId> => Staff withheld "Angabe zu Beschäftigten" never;
        decided_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        decided_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "keine Angabe zur Person" never;
    }
    /// A family day of a facility.
    family_day "family_day" Reference {
        id [key]: FamilyDayId => Plain withheld "interne Kennung" never;
        facility_id: FacilityId => Plain withheld "interne Kennung" never;
        group_id: Option<GroupId> => Plain withheld "interne Kennung" never;
        day: Date => Plain withheld "keine Angabe zur Person" never;
        start_minute: i64 => Plain withheld "keine Angabe zur Person" never;
        minutes: i64 => Plain withheld "keine Angabe zur Person" never;
        destination: String => Plain withheld "keine Angabe zur Person" never;
        guest_deadline: Date => Plain withheld "keine Angabe zur Person" never;
        cancelled_at: Option<Instant> => Plain withheld "keine Angabe zur Person" never;
        created_at: Instant => Plain withheld "keine Angabe zur Person" never;
        created_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "keine Angabe zur Person" never;
    }
    /// A guest of a family day; deleted seven days after it.
    family_guest "family_guest" Short {
        id [key]: FamilyGuestId => Staff withheld "Angabe zu Beschäftigten" never;
        family_day_id: FamilyDayId => Staff withheld "Angabe zu Beschäftigten" never;
        name: String => Personal withheld "dritte Person" never;
        state: String => Staff withheld "Angabe zu Beschäftigten" never;
        announced_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        announced_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        announced_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        decided_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        decided_at: Option<Instant> => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "keine Angabe zur Person" never;
    }
}
