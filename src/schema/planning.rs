//! Plans of a half-year, and whom a draft is meant for.

use super::classes::table;
use crate::base::ids::*;
use crate::base::time::Instant;

table! {
    /// A plan of a half-year: what was asked for, and how far the computation came.
    half_year_plan "half_year_plan" Reference {
        id [key]: HalfYearPlanId => Plain withheld "interne Kennung" never;
        facility_id: FacilityId => Plain withheld "keine Angabe zur Person" never;
        name: String => Plain withheld "keine Angabe zur Person" never;
        first_day: Date => Plain withheld "keine Angabe zur Person" never;
        last_day: Date => Plain withheld "keine Angabe zur Person" never;
        seed: i64 => Plain withheld "technische Angabe" never;
        thorough: String => Plain withheld "technische Angabe" never;
        everybody: bool => Plain withheld "keine Angabe zur Person" never;
        wanted: String => Plain withheld "keine Angabe zur Person" never;
        state: String => Plain withheld "keine Angabe zur Person" never;
        rounds: i64 => Plain withheld "technische Angabe" never;
        service: i64 => Plain withheld "keine Angabe zur Person" never;
        quality: i64 => Plain withheld "keine Angabe zur Person" never;
        cost: i64 => Plain withheld "keine Angabe zur Person" never;
        waiting: i64 => Plain withheld "keine Angabe zur Person" never;
        seated: i64 => Plain withheld "keine Angabe zur Person" never;
        created_at: Instant => Plain withheld "keine Angabe zur Person" never;
        created_by: AccountId => Staff withheld "Angabe zu Beschäftigten" never;
        created_by_name: String => Staff withheld "Angabe zu Beschäftigten" never;
        finished_at: Option<Instant> => Plain withheld "keine Angabe zur Person" never;
        land_id: Option<LandPlanId> => Plain withheld "interne Kennung" never;
        land_provider_id: Option<ProviderId> => Plain withheld "keine Angabe zur Person" never;
        with_talks: bool => Plain withheld "keine Angabe zur Person" never;
        talks: i64 => Plain withheld "keine Angabe zur Person" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// A group that such a plan proposes: dates, trainers, and the applications of those it would seat.
    half_year_group "half_year_group" Reference {
        id [key]: HalfYearGroupId => Plain withheld "interne Kennung" never;
        plan_id: HalfYearPlanId => Plain withheld "interne Kennung" never;
        ordinal: i64 => Plain withheld "keine Angabe zur Person" never;
        template_id: TemplateId => Plain withheld "keine Angabe zur Person" never;
        room_id: RoomId => Plain withheld "keine Angabe zur Person" never;
        weekday: i64 => Plain withheld "keine Angabe zur Person" never;
        start_minute: i64 => Plain withheld "keine Angabe zur Person" never;
        minutes: i64 => Plain withheld "keine Angabe zur Person" never;
        days: String => Plain withheld "keine Angabe zur Person" never;
        trainer_one: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
        trainer_two: StaffId => Staff withheld "Angabe zu Beschäftigten" never;
        applications: String => Special withheld "Rechenvorschlag ohne Entscheidung, endet mit dem Plan" never;
        missed: i64 => Plain withheld "keine Angabe zur Person" never;
        travel: i64 => Plain withheld "keine Angabe zur Person" never;
        group_id: Option<GroupId> => Plain withheld "interne Kennung" never;
        version: i64 => Plain withheld "technische Angabe" never;
    }
    /// Whom of the waiting list a draft is meant for, until somebody is taken in.
    planned_member "planned_member" Person {
        group_id [key]: GroupId => Special withheld "Vorschlag ohne Entscheidung, endet mit der Aufnahme" never;
        application_id [key]: ApplicationId => Special withheld "interne Kennung" never;
        planned_at: Instant => Plain withheld "technische Angabe" never;
    }
}
