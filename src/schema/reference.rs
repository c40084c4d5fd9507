//! Facilities, providers, programmes.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// A prison or a probation office.
    facility "facility" Reference {
        id [key]: FacilityId => Plain withheld "interne Kennung" counted;
        code: String => Plain told "Einrichtung" counted;
        name: String => Plain told "Einrichtung" counted;
        full_name: String => Plain told "Einrichtung" never;
        kind: String => Plain told "Art der Einrichtung" counted;
        remit: String => Plain withheld "keine Angabe zur Person" never;
        valid_from: Date => Plain withheld "keine Angabe zur Person" never;
        valid_to: Option<Date> => Plain withheld "keine Angabe zur Person" never;
        guest_deadline_days: i64 => Plain withheld "keine Angabe zur Person" never;
        external_staff_limit: Option<i64> => Plain withheld "keine Angabe zur Person" never;
        town: String => Plain withheld "keine Angabe zur Person" never;
        lock_after_days: Option<i64> => Plain withheld "keine Angabe zur Person" never;
        window_from: Option<i64> => Plain withheld "keine Angabe zur Person" never;
        window_to: Option<i64> => Plain withheld "keine Angabe zur Person" never;
    }
    /// A room of a facility.
    room "room" Reference {
        id [key]: RoomId => Plain withheld "interne Kennung" never;
        facility_id: FacilityId => Plain withheld "interne Kennung" never;
        name: String => Plain withheld "keine Angabe zur Person" never;
        places: i64 => Plain withheld "keine Angabe zur Person" never;
        valid_from: Date => Plain withheld "keine Angabe zur Person" never;
        valid_to: Option<Date> => Plain withheld "keine Angabe zur Person" never;
        security: i64 => Plain withheld "keine Angabe zur Person" never;
    }
    /// Days on which nothing takes place in a facility.
    closure "closure" Reference {
        id [key]: ClosureId => Plain withheld "interne Kennung" never;
        facility_id: FacilityId => Plain withheld "interne Kennung" never;
        room_id: Option<RoomId> => Plain withheld "interne Kennung" never;
        first_day: Date => Plain withheld "keine Angabe zur Person" never;
        day_after: Date => Plain withheld "keine Angabe zur Person" never;
        reason: String => Plain withheld "keine Angabe zur Person" never;
        created_at: Instant => Plain withheld "keine Angabe zur Person" never;
        created_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        removed_at: Option<Instant> => Plain withheld "keine Angabe zur Person" never;
    }
    /// An organisation that carries out programmes.
    provider "provider" Reference {
        id [key]: ProviderId => Plain withheld "interne Kennung" counted;
        code: String => Plain told "Träger" counted;
        name: String => Plain told "Träger" counted;
        full_name: String => Plain told "Träger" never;
        valid_from: Date => Plain withheld "keine Angabe zur Person" never;
        valid_to: Option<Date> => Plain withheld "keine Angabe zur Person" never;
    }
    /// A programme.
    programme "programme" Reference {
        id [key]: ProgrammeId => Plain withheld "interne Kennung" counted;
        code: String => Plain withheld "Schlüsselwort" counted;
        name: String => Plain told "Maßnahme" counted;
        kind: String => Plain told "Form der Maßnahme" counted;
        client: String => Plain withheld "keine Angabe zur Person" counted;
        team: i64 => Plain withheld "keine Angabe zur Person" never;
        valid_from: Date => Plain withheld "keine Angabe zur Person" never;
        valid_to: Option<Date> => Plain withheld "keine Angabe zur Person" never;
    }
    /// The pillar a programme belongs to in one version of the model: pillar numbers changed their meaning.
    programme_pillar "programme_pillar" Reference {
        programme_id [key]: ProgrammeId => Plain withheld "interne Kennung" never;
        model [key]: String => Plain withheld "keine Angabe zur Person" never;
        pillar_code: String => Plain withheld "Schlüsselwort" counted;
        pillar_name: String => Plain told "Säule" counted;
        valid_from: Date => Plain withheld "keine Angabe zur Person" never;
        valid_to: Option<Date> => Plain withheld "keine Angabe zur Person" never;
    }
    /// Which provider takes which part in a programme, from when to when.
    programme_provider "programme_provider" Reference {
        programme_id [key]: ProgrammeId => Plain withheld "interne Kennung" never;
        provider_id [key]: ProviderId => Plain withheld "interne Kennung" never;
        part: String => Plain withheld "keine Angabe zur Person" never;
        valid_from [key]: Date => Plain withheld "keine Angabe zur Person" never;
        valid_to: Option<Date> => Plain withheld "keine Angabe zur Person" never;
    }
    /// A dated version of a programme's course.
    template "template" Reference {
        id [key]: TemplateId => Plain withheld "interne Kennung" never;
        programme_id: ProgrammeId => Plain withheld "interne Kennung" never;
        code: String => Plain withheld "Schlüsselwort" never;
        name: String => Plain told "Vorlage" never;
        version: i64 => Plain withheld "keine Angabe zur Person" never;
        places: i64 => Plain withheld "keine Angabe zur Person" never;
        trainers: i64 => Plain withheld "keine Angabe zur Person" never;
        interval_weeks: i64 => Plain withheld "keine Angabe zur Person" never;
        valid_from: Date => Plain withheld "keine Angabe zur Person" never;
        valid_to: Option<Date> => Plain withheld "keine Angabe zur Person" never;
        complete_share: Option<i64> => Plain withheld "keine Angabe zur Person" never;
        complete_sessions: Option<i64> => Plain withheld "keine Angabe zur Person" never;
        complete_modules: bool => Plain withheld "keine Angabe zur Person" never;
        certificate: bool => Plain withheld "keine Angabe zur Person" never;
        certificate_title: String => Plain withheld "keine Angabe zur Person" never;
    }
    /// One session of a template.
    template_session "template_session" Reference {
        template_id [key]: TemplateId => Plain withheld "interne Kennung" never;
        ordinal [key]: i64 => Plain withheld "keine Angabe zur Person" never;
        module: String => Plain withheld "keine Angabe zur Person" never;
        minutes: i64 => Plain withheld "keine Angabe zur Person" never;
        optional: bool => Plain withheld "keine Angabe zur Person" never;
        kind: String => Plain withheld "keine Angabe zur Person" never;
        gap_days: i64 => Plain withheld "keine Angabe zur Person" never;
        remand: bool => Plain withheld "keine Angabe zur Person" never;
        trainers: i64 => Plain withheld "keine Angabe zur Person" never;
    }
    /// A member of a provider's staff.
    staff "staff" Reference {
        id [key]: StaffId => Staff withheld "interne Kennung" never;
        provider_id: ProviderId => Staff withheld "interne Kennung" never;
        name: String => Staff withheld "Angabe zu Beschäftigten" never;
        role: String => Staff withheld "Angabe zu Beschäftigten" never;
        valid_from: Date => Staff withheld "Angabe zu Beschäftigten" never;
        valid_to: Option<Date> => Staff withheld "Angabe zu Beschäftigten" never;
        contact: String => Staff withheld "Angabe zu Beschäftigten" never;
        town: String => Staff withheld "Angabe zu Beschäftigten" never;
        version: i64 => Plain withheld "keine Angabe zur Person" never;
    }
}
