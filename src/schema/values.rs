//! How our own types stand in the database: ids as UUID, instants as milliseconds UTC, minutes of the day
//! as numbers (text timestamps sort wrongly on SQLite).

use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, Value, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, DbErr, QueryResult, TryFromU64, TryGetError, TryGetable};
use uuid::Uuid;

use crate::base::ids::*;
use crate::base::time::Instant;

macro_rules! stored_as {
    ($type:ty, $inner:ty, $array:ident, $column:expr, $into:expr, $from:expr) => {
        impl From<$type> for Value {
            fn from(value: $type) -> Value {
                let into: fn($type) -> $inner = $into;
                into(value).into()
            }
        }
        impl Nullable for $type {
            fn null() -> Value {
                <$inner as Nullable>::null()
            }
        }
        impl ValueType for $type {
            fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
                let from: fn($inner) -> $type = $from;
                <$inner as ValueType>::try_from(value).map(from)
            }
            fn type_name() -> String {
                stringify!($type).to_owned()
            }
            fn array_type() -> ArrayType {
                ArrayType::$array
            }
            fn column_type() -> ColumnType {
                $column
            }
        }
        impl TryGetable for $type {
            fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
                let from: fn($inner) -> $type = $from;
                <$inner as TryGetable>::try_get_by(row, index).map(from)
            }
        }
        impl sea_orm::IntoActiveValue<$type> for $type {
            fn into_active_value(self) -> sea_orm::ActiveValue<$type> {
                sea_orm::Set(self)
            }
        }
        impl TryFromU64 for $type {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($type)))
            }
        }
    };
}

macro_rules! stored_ids {
    ($($name:ident),* $(,)?) => {
        $(stored_as!($name, Uuid, Uuid, ColumnType::Uuid, |id| id.0, $name);)*
    };
}

stored_ids!(
    AccountId,
    SessionId,
    PersonId,
    AliasId,
    PlacementId,
    AbsenceId,
    AssignmentId,
    FacilityId,
    RoomId,
    ClosureId,
    ProviderId,
    StaffId,
    GrantId,
    GrantRequestId,
    QualificationId,
    AvailabilityId,
    StaffAbsenceId,
    ClearanceId,
    StopId,
    RecertificationId,
    RecertificationItemId,
    GateVisitId,
    GateChangeId,
    ApprovedObjectId,
    FamilyDayId,
    FamilyGuestId,
    ProgrammeId,
    TemplateId,
    GroupId,
    HalfYearPlanId,
    LandPlanId,
    HalfYearGroupId,
    TalkOfferId,
    GroupSessionId,
    MembershipId,
    AttendanceId,
    ApplicationId,
    PauseId,
    CompletionId,
    CertificateId,
    EnrolmentId,
    CaseId,
    CounsellingId,
    TalkId,
    NoteId,
    ProviderKeyId,
    DangerId,
    DeadlineId,
    ReleaseId,
    ImportId,
    CoverId,
    ReviewItemId,
    HandOverId,
    ConsentId,
    MergeId,
    BusyId,
    SeparationId,
    AcceptanceId,
    FeedId,
    InquiryId,
    AuditHoldId,
    ApprovalId,
    PurposeId,
    EmergencyId,
    StandInId,
    HistoryId,
    RestrictionId,
    ErasureHoldId,
    ErasureId,
);

stored_as!(
    Instant,
    i64,
    BigInt,
    ColumnType::BigInteger,
    Instant::millis,
    Instant::from_millis
);
