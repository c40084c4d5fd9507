//! Catch-up sessions, how participations in groups ended, certificates.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// A session outside a group's numbering. Without a member of staff all trainers of the group hold it.
    catch_up "catch_up" Reference {
        session_id [key]: GroupSessionId => Plain withheld "interne Kennung" never;
        staff_id: Option<StaffId> => Staff withheld "Angabe zu Beschäftigten" never;
        created_at: Instant => Staff withheld "Angabe zu Beschäftigten" never;
        created_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
    }
    /// Which session of the template a person makes good in a catch-up session.
    catch_up_person "catch_up_person" Person {
        session_id [key]: GroupSessionId => Special told "Nachholtermin" never;
        person_id [key]: PersonId => Special withheld "interne Kennung" never;
        ordinal [key]: i64 => Special told "Nachgeholte Sitzung Nr." never;
    }
    /// How a person's time in a group ended, as a trainer confirmed it, with the evidence counted at that moment.
    completion "completion" Person {
        id [key]: CompletionId => Plain withheld "interne Kennung" never;
        membership_id: MembershipId => Plain withheld "interne Kennung" never;
        person_id: PersonId => Special withheld "interne Kennung" never;
        enrolment_id: EnrolmentId => Special withheld "interne Kennung" never;
        group_id: GroupId => Special told "Gruppe" never;
        template_id: TemplateId => Plain withheld "keine Angabe zur Person" never;
        result: String => Special told "Abschluss" never;
        day: Date => Special told "Abschluss am" never;
        done: i64 => Special told "Besuchte Pflichtsitzungen" never;
        required: i64 => Special told "Pflichtsitzungen" never;
        lacking: String => Special told "Was zum Abschluss fehlt" never;
        evidence: String => Special told "Gezählte Sitzungen" never;
        ended_place: bool => Plain withheld "technische Angabe" never;
        confirmed_at: Instant => Special told "Bestätigt am" never;
        confirmed_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        withdrawn_at: Option<Instant> => Special told "Zurückgenommen am" never;
        withdrawn_by_name: Option<String> => Staff withheld "Angabe zu Beschäftigten" never;
        withdrawn_reason: Option<String> => Special told "Grund der Rücknahme" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A certificate as it was handed out: all that stands on it, so that it can be printed and checked again.
    certificate "certificate" Person {
        id [key]: CertificateId => Plain withheld "interne Kennung" never;
        completion_id: CompletionId => Plain withheld "interne Kennung" never;
        person_id: PersonId => Special withheld "interne Kennung" never;
        code: String => Special told "Echtheitscode" never;
        name: String => Special told "Name auf der Bescheinigung" never;
        title: String => Special told "Titel der Bescheinigung" never;
        programme: String => Special told "Maßnahme" never;
        provider: String => Special told "Träger" never;
        town: String => Special told "Ort" never;
        day: Date => Special told "Datum der Bescheinigung" never;
        issued_at: Instant => Special told "Ausgestellt am" never;
        issued_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
    }
}
