//! Ids as types: a person's id cannot be passed where a group's is meant.
//!
//! Ids are random (UUID version 4), because they stand in addresses: a time-ordered id would tell
//! when a person was first recorded.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map($name)
            }
        }
    )*};
}

ids! {
    /// A sign-in account of a member of staff.
    AccountId,
    /// A signed-in browser.
    SessionId,
    /// A person who takes part (or may take part) in a programme.
    PersonId,
    /// A number by which another system knows a person.
    AliasId,
    /// One stay of a person with a facility.
    PlacementId,
    /// A temporary absence from a placement.
    AbsenceId,
    /// The responsibility of one account for one person.
    AssignmentId,
    /// A prison or a probation office.
    FacilityId,
    /// A room of a facility.
    RoomId,
    /// Days on which nothing takes place in a facility.
    ClosureId,
    /// An organisation that carries out programmes.
    ProviderId,
    /// A member of a provider's staff.
    StaffId,
    /// Who may go where for what, from when to when.
    GrantId,
    /// What several grants were asked for with one form.
    GrantRequestId,
    /// A certificate or skill of external staff.
    QualificationId,
    /// A weekly time in which external staff can work.
    AvailabilityId,
    /// Days on which external staff cannot work.
    StaffAbsenceId,
    /// A facility's decision whether a member of external staff may enter.
    ClearanceId,
    /// The immediate end of access of a member of external staff.
    StopId,
    /// A facility's quarterly confirmation of its grants.
    RecertificationId,
    /// One grant in a quarterly confirmation.
    RecertificationItemId,
    /// An announced visit of external staff outside of groups.
    GateVisitId,
    /// A line of what changed on the gate list of a day.
    GateChangeId,
    /// An object that external staff may bring along.
    ApprovedObjectId,
    /// A family day of a facility.
    FamilyDayId,
    /// A guest of a family day.
    FamilyGuestId,
    /// A programme ("Maßnahme").
    ProgrammeId,
    /// A dated version of a programme's course.
    TemplateId,
    /// A stored plan of a half-year.
    HalfYearPlanId,
    /// A computation of a half-year for several houses at once, of which each gets its plan.
    LandPlanId,
    /// A group that a stored plan proposes.
    HalfYearGroupId,
    /// A time for a talk that a stored plan proposes.
    TalkOfferId,
    /// A training group.
    GroupId,
    /// One meeting of a group.
    GroupSessionId,
    /// A person's place in a group.
    MembershipId,
    /// What a register says about one person in one session.
    AttendanceId,
    /// A person's wish to take part in a programme.
    ApplicationId,
    /// Days on which a member of a group does not take part.
    PauseId,
    /// A trainer's confirmation how a participation in a group ended.
    CompletionId,
    /// A certificate that was handed out.
    CertificateId,
    /// A person's participation in a programme.
    EnrolmentId,
    /// The way of one client through one programme, from the first enquiry.
    CaseId,
    /// A counselling session held with one person.
    CounsellingId,
    /// A counselling session that is planned.
    TalkId,
    /// A note of a providing team.
    NoteId,
    /// The key of an organisation's notes.
    ProviderKeyId,
    /// That a danger was disclosed.
    DangerId,
    /// A deadline of a case.
    DeadlineId,
    /// A prepared or published statistics release.
    ReleaseId,
    /// A list that is being imported.
    ImportId,
    /// Somebody who covers a session for a trainer.
    CoverId,
    /// Something that somebody must look at.
    ReviewItemId,
    /// A hand-over of a person to another facility.
    HandOverId,
    /// A consent of a person for one purpose.
    ConsentId,
    /// Two records of one person put together.
    MergeId,
    /// That a person's record is restricted.
    RestrictionId,
    /// That a person's record must not be erased yet.
    ErasureHoldId,
    /// A list of what is to be erased.
    ErasureId,
    /// When a person is taken by something else.
    BusyId,
    /// Two people who must not meet.
    SeparationId,
    /// A conflict that somebody took on.
    AcceptanceId,
    /// A subscription of a calendar.
    FeedId,
    /// A request of a data subject for the report on its data.
    InquiryId,
    /// A legal hold on days of the audit log.
    AuditHoldId,
    /// A request that a second person decides about.
    ApprovalId,
    /// Why a person was opened by somebody not responsible.
    PurposeId,
    /// Emergency access to a person.
    EmergencyId,
    /// Somebody standing in for an absent colleague.
    StandInId,
    /// A line of an append-only history.
    HistoryId,
}
