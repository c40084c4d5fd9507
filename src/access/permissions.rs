//! The permissions, as types. This file is the whole table role x permission; `geleit permissions`
//! prints it, and a golden file in the tests keeps it reviewed.

use super::role::Role;
use crate::audit::Verb;

/// A permission. A handler, a unit of work and a query name the permission they need in their type.
pub trait Permission: Send + Sync + 'static {
    /// Its line in the table.
    const INFO: PermissionInfo;
}

/// A permission under which rows are read.
pub trait Reads: Permission {}

/// A permission under which rows are written (and read, as far as writing needs it).
pub trait Writes: Permission {}

/// A permission of Geleit itself, outside the table: no account holds it.
pub trait SystemPermission: Permission {}

macro_rules! system_permissions {
    ($($(#[$doc:meta])* $name:ident $kind:ident $verb:ident $code:literal $label:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl Permission for $name {
            const INFO: PermissionInfo = PermissionInfo {
                code: $code,
                label: $label,
                verb: Verb::$verb,
                writes: permissions!(@writes $kind),
                roles: &[Role::System],
            };
        }
        impl $kind for $name {}
        impl SystemPermission for $name {}
    )*};
}

/// One line of the table role x permission.
#[derive(Debug, Clone, Copy)]
pub struct PermissionInfo {
    /// Stable code, for example `person.read`.
    pub code: &'static str,
    /// What it allows, in German.
    pub label: &'static str,
    /// The operation in the audit log (section 32 SächsDSUG).
    pub verb: Verb,
    /// Whether rows may be written under it.
    pub writes: bool,
    /// The roles that hold it.
    pub roles: &'static [Role],
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident $kind:ident $verb:ident $code:literal $label:literal [$($role:ident)*];)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;
            impl Permission for $name {
                const INFO: PermissionInfo = PermissionInfo {
                    code: $code,
                    label: $label,
                    verb: Verb::$verb,
                    writes: permissions!(@writes $kind),
                    roles: &[$(Role::$role),*],
                };
            }
            impl $kind for $name {}
        )*
        /// Every permission there is.
        pub const ALL: &[PermissionInfo] = &[$($name::INFO),*];
    };
    (@writes Reads) => { false };
    (@writes Writes) => { true };
}

permissions! {
    /// The start page.
    Start Reads Query "start" "Startseite sehen"
        [SocialService Probation Trainer Coordinator AccessOfficer Gate Statistics Kora DataProtection Administration];
    /// One's own account: sessions, recovery codes.
    OwnAccount Reads Query "account.own" "Eigenes Konto und eigene Anmeldungen sehen"
        [SocialService Probation Trainer Coordinator AccessOfficer Gate Statistics Kora DataProtection Administration];
    /// Ending one's own sessions, new recovery codes.
    OwnAccountChange Writes Rights "account.own.change" "Eigene Anmeldungen beenden, Wiederherstellungscodes erneuern"
        [SocialService Probation Trainer Coordinator AccessOfficer Gate Statistics Kora DataProtection Administration];
    /// People in one's scope.
    PersonRead Reads Query "person.read" "Personen im eigenen Zuständigkeitsbereich sehen"
        [SocialService Probation Trainer Coordinator];
    /// Lists of people as a file; above fifty people with a second person.
    PersonExport Writes Disclose "person.export" "Personenlisten als Datei ausgeben (über 50 Personen mit zweiter Person)"
        [SocialService Probation];
    /// Recording and changing people and their placements.
    PersonChange Writes Change "person.change" "Personen anlegen, ändern, unterbringen, entlassen"
        [SocialService Probation];
    /// Seeing who sees a person.
    PersonViewers Reads Query "person.viewers" "Sehen, wer eine Person sieht"
        [SocialService Probation];
    /// Importing a list of people.
    PersonImport Writes Collect "person.import" "Personenlisten einlesen"
        [SocialService Probation];
    /// Enrolling a person, ending an enrolment.
    EnrolmentChange Writes Change "enrolment.change" "Teilnahmen beginnen und beenden"
        [SocialService Probation];
    /// Logging counselling sessions.
    CounsellingLog Writes Collect "counselling.log" "Beratungsgespräche erfassen"
        [Probation Trainer];
    /// Planning one's own counselling sessions and recording those of a day.
    TalkPlan Writes Collect "talk.plan" "Beratungsgespräche vereinbaren, verschieben, absagen"
        [Probation Trainer];
    /// Cases and enquiries in one's scope.
    CaseRead Reads Query "case.read" "Anfragen und Fälle im eigenen Zuständigkeitsbereich sehen"
        [SocialService Probation Trainer Coordinator];
    /// Recording an enquiry.
    ReferralMake Writes Collect "referral.make" "Anfragen stellen und erfassen"
        [SocialService Probation Trainer Coordinator];
    /// Taking a case from one state to the next; which steps, the role decides.
    CaseChange Writes Change "case.change" "Stand von Fällen ändern"
        [SocialService Probation Trainer Coordinator];
    /// Saying who counsels in a case.
    CaseAssign Writes Rights "case.assign" "Fachkräfte für Fälle einteilen"
        [Coordinator];
    /// How often the clients of one's own cases are talked with.
    CadenceSet Writes Change "case.cadence" "Gesprächsabstand in eigenen Fällen festlegen"
        [Trainer];
    /// The notes of a team about its cases.
    NoteKeep Writes Change "note.keep" "Notizen der eigenen Fälle lesen und schreiben"
        [Trainer];
    /// How the own organisation counsels: notes, missed talks.
    CounsellingRules Writes Change "counselling.rules" "Regeln der Beratung des eigenen Trägers festlegen"
        [Coordinator];
    /// That a danger was disclosed.
    DangerDisclose Writes Disclose "danger.disclose" "Offenlegung einer Gefahr festhalten"
        [Probation Trainer Coordinator];
    /// Dated code lists.
    CodeChange Writes Change "codes.change" "Codelisten pflegen"
        [Administration];
    /// Deadlines of a case: agreement, report to the court.
    CaseDeadline Writes Change "case.deadline" "Fristen von Fällen setzen und erledigen"
        [Probation Trainer Coordinator];
    /// What is to do.
    TodoRead Reads Query "todo.read" "Eigene Aufgaben sehen"
        [SocialService Probation Trainer Coordinator AccessOfficer DataProtection Administration];
    /// Talks of a case without a name, and making its client known.
    CaseCounsel Writes Collect "case.counsel" "Anonyme Fälle führen und mit Einwilligung verknüpfen"
        [Trainer Coordinator];
    /// Groups in one's scope.
    GroupRead Reads Query "group.read" "Gruppen im eigenen Zuständigkeitsbereich sehen"
        [SocialService Trainer Coordinator];
    /// Planning groups and their members.
    GroupPlan Writes Change "group.plan" "Gruppen planen, veröffentlichen, Teilnehmende aufnehmen"
        [SocialService];
    /// A half-year for all houses in which the own organisation works, in numbers.
    LandPlan Writes Change "plan.land" "Halbjahr aller Einrichtungen des Trägers planen (nur Zahlen, keine Namen)"
        [Coordinator];
    /// Seeing registers.
    RegisterRead Reads Query "register.read" "Anwesenheitslisten sehen"
        [SocialService Trainer];
    /// Keeping registers.
    RegisterKeep Writes Change "register.keep" "Anwesenheit erfassen und berichtigen"
        [SocialService Trainer];
    /// Dates in one's scope.
    CalendarRead Reads Query "calendar.read" "Kalender im eigenen Zuständigkeitsbereich sehen"
        [SocialService Probation Trainer Coordinator];
    /// Who has to be brought where today.
    WardRead Reads Query "ward.read" "Zuführliste der Einrichtung sehen und drucken"
        [SocialService];
    /// The subscription of one's own dates.
    FeedRead Reads Query "feed.read" "Eigenes Kalenderabo sehen"
        [Trainer];
    /// Making and ending it.
    FeedChange Writes Rights "feed.change" "Eigenes Kalenderabo einrichten und beenden"
        [Trainer];
    /// How participations in groups end, and the certificates.
    CompletionRead Reads Query "completion.read" "Abschlüsse und Bescheinigungen von Gruppen sehen"
        [SocialService Trainer];
    /// Confirming how a participation ended, taking that back.
    CompletionConfirm Writes Change "completion.confirm" "Abschlüsse bestätigen und zurücknehmen"
        [Trainer];
    /// Issuing certificates, and printing them again.
    CertificateIssue Writes Disclose "certificate.issue" "Bescheinigungen ausstellen und erneut ausgeben"
        [SocialService Trainer];
    /// Checking the code of a certificate.
    CertificateCheck Reads Query "certificate.check" "Echtheit einer Bescheinigung prüfen"
        [SocialService Probation Trainer Coordinator];
    /// Attendance statements for the conference on the sentence plan.
    StatementPrint Reads Disclose "statement.print" "Teilnahmenachweise ausgeben"
        [SocialService Probation Trainer];
    /// The waiting list of one's own facility.
    WaitingRead Reads Query "waiting.read" "Warteliste der Einrichtung sehen"
        [SocialService];
    /// Applications, selection interviews, individual training instead of a group.
    WaitingChange Writes Change "waiting.change" "Anträge erfassen, Auswahlgespräche eintragen, Anträge beenden"
        [SocialService];
    /// External staff and grants.
    GrantRead Reads Query "grant.read" "Zugangsfreigaben sehen"
        [Coordinator AccessOfficer];
    /// Asking for a grant.
    GrantRequest Writes Rights "grant.request" "Zugangsfreigaben beantragen"
        [Coordinator AccessOfficer];
    /// Approving and ending grants.
    GrantDecide Writes Rights "grant.decide" "Zugangsfreigaben genehmigen und sperren"
        [AccessOfficer];
    /// Closing the access of external staff at once.
    StopSet Writes Rights "stop.set" "Zugang einer externen Fachkraft sofort sperren"
        [Coordinator AccessOfficer];
    /// Opening it again.
    StopLift Writes Rights "stop.lift" "Sperren der eigenen Einrichtung aufheben (zweite Person)"
        [AccessOfficer];
    /// The quarterly confirmation.
    GrantConfirm Writes Rights "grant.confirm" "Zugangsfreigaben vierteljährlich bestätigen oder beenden"
        [AccessOfficer];
    /// Sessions whose trainers cannot come, and who could cover them.
    CoverRead Reads Query "cover.read" "Sitzungen ohne gesicherte Fachkraft sehen"
        [SocialService Coordinator AccessOfficer];
    /// Setting and lifting cover.
    CoverChange Writes Change "cover.change" "Vertretungen einsetzen und aufheben"
        [SocialService];
    /// What waits for a look in the own facility.
    ReviewRead Reads Query "review.read" "Vorgänge zur Prüfung sehen"
        [SocialService Probation AccessOfficer];
    /// Closing what was looked at.
    ReviewChange Writes Change "review.change" "Vorgänge zur Prüfung erledigen"
        [SocialService Probation AccessOfficer];
    /// How long a facility lets what changes of placement leave open wait.
    ReviewSetting Writes Change "review.setting" "Frist für Vorgänge nach Verlegung und Entlassung festlegen"
        [SocialService];
    /// Hand-overs from and to one's own place.
    HandOverRead Reads Query "hand_over.read" "Übergaben der eigenen Stelle sehen"
        [SocialService Probation];
    /// Offering somebody to another place, taking that back.
    HandOverOffer Writes Disclose "hand_over.offer" "Übergaben anbieten und zurückziehen"
        [SocialService];
    /// Accepting and declining, the first contact after.
    HandOverAnswer Writes Change "hand_over.answer" "Übergaben annehmen und ablehnen, ersten Kontakt eintragen"
        [SocialService Probation];
    /// Consents in one's scope, and their paper form.
    ConsentRead Reads Query "consent.read" "Einwilligungen sehen und drucken"
        [SocialService Probation Trainer Coordinator];
    /// Recording consents and their withdrawal.
    ConsentChange Writes Change "consent.change" "Einwilligungen und ihren Widerruf erfassen"
        [SocialService Probation Trainer Coordinator];
    /// Putting two records of one person together, and undoing it.
    PersonMerge Writes Combine "person.merge" "Doppelt erfasste Personen zusammenführen und wieder trennen"
        [SocialService];
    /// The dates of one's own past work.
    WorkRead Reads Query "work.read" "Eigene frühere Termine sehen (ohne Namen)"
        [Trainer Coordinator];
    /// Today's list of external staff.
    GateRead Reads Query "gate.read" "Pfortenliste sehen"
        [AccessOfficer Gate];
    /// Ticking who came and went.
    GateTick Writes Change "gate.tick" "Ein- und Ausgang an der Pforte abhaken"
        [AccessOfficer Gate];
    /// Adding somebody to today's list without a grant.
    LateEntry Writes Rights "gate.late" "Nachtrag auf der Pfortenliste (ein Augenpaar)"
        [AccessOfficer];
    /// Late entries, to be looked at afterwards.
    LateEntryReview Reads Query "gate.late.review" "Nachträge auf der Pfortenliste prüfen"
        [AccessOfficer DataProtection];
    /// Announced visits of external staff.
    VisitRead Reads Query "visit.read" "Einzeltermine externer Fachkräfte sehen"
        [Trainer Coordinator AccessOfficer];
    /// Announcing, changing, cancelling them.
    VisitAnnounce Writes Change "visit.announce" "Einzeltermine an der Pforte ankündigen"
        [Trainer Coordinator AccessOfficer];
    /// Objects that external staff bring along.
    ObjectRead Reads Query "object.read" "Gegenstände externer Fachkräfte sehen"
        [Trainer Coordinator AccessOfficer];
    /// Asking for an object, taking it back.
    ObjectRequest Writes Change "object.request" "Gegenstände beantragen und zurückziehen"
        [Trainer Coordinator AccessOfficer];
    /// Deciding about objects.
    ObjectDecide Writes Rights "object.decide" "Gegenstände genehmigen und ablehnen"
        [AccessOfficer];
    /// Family days and their guests.
    FamilyDayRead Reads Query "family_day.read" "Familientage und ihre Gäste sehen"
        [SocialService Trainer AccessOfficer];
    /// Planning and cancelling family days.
    FamilyDayPlan Writes Change "family_day.plan" "Familientage planen und absagen"
        [SocialService];
    /// Announcing guests.
    GuestAnnounce Writes Collect "guest.announce" "Gäste eines Familientags ankündigen"
        [SocialService Trainer];
    /// Deciding about guests, and until when they are announced.
    GuestDecide Writes Rights "guest.decide" "Gäste genehmigen und ablehnen, Frist für Gäste festlegen"
        [AccessOfficer];
    /// Facilities, programmes, providers.
    ReferenceRead Reads Query "reference.read" "Einrichtungen und Maßnahmen nachschlagen"
        [SocialService Probation Trainer Coordinator AccessOfficer Statistics DataProtection Administration];
    /// New versions of programme templates.
    TemplateChange Writes Change "template.change" "Neue Fassungen von Vorlagen anlegen"
        [Administration];
    /// Organisations and their parts in programmes.
    ProviderChange Writes Change "provider.change" "Träger und ihre Anteile an Maßnahmen pflegen"
        [Administration];
    /// External staff in one's scope.
    StaffRead Reads Query "staff.read" "Externe Fachkräfte sehen"
        [Coordinator AccessOfficer];
    /// Keeping the staff of the own organisation.
    StaffChange Writes Change "staff.change" "Fachkräfte des eigenen Trägers pflegen"
        [Coordinator];
    /// Clearances in one's scope.
    ClearanceRead Reads Query "clearance.read" "Überprüfungen sehen"
        [Coordinator AccessOfficer];
    /// Asking for a clearance.
    ClearanceRequest Writes Rights "clearance.request" "Überprüfungen beantragen und zurückziehen"
        [Coordinator];
    /// Deciding about clearances of the own facility.
    ClearanceDecide Writes Rights "clearance.decide" "Über Überprüfungen entscheiden"
        [AccessOfficer];
    /// Closure days of the own facility.
    ClosureChange Writes Change "closure.change" "Schließtage der Einrichtung pflegen"
        [SocialService];
    /// Releases in preparation.
    StatisticsRead Reads Query "statistics.read" "Veröffentlichungen und ihre Vorschau sehen"
        [Statistics];
    /// Preparing a release.
    StatisticsPrepare Writes Combine "statistics.prepare" "Veröffentlichungen vorbereiten und verwerfen"
        [Statistics];
    /// Approving a release that someone else prepared.
    StatisticsApprove Writes Disclose "statistics.approve" "Veröffentlichungen freigeben (zweite Person)"
        [Statistics];
    /// Published releases.
    ReleaseRead Reads Disclose "release.read" "Veröffentlichte Zahlen abrufen"
        [Statistics Kora];
    /// Saying why one opens a person who is not assigned to one.
    PurposeState Writes Query "purpose.state" "Grund eines Zugriffs angeben"
        [SocialService Probation Trainer Coordinator DataProtection];
    /// Standing in for absent colleagues.
    StandInKeep Writes Rights "stand_in.keep" "Vertretung bei Abwesenheit einrichten und beenden"
        [Probation];
    /// Emergency access: one's own, and those to be reviewed.
    EmergencyRead Reads Query "emergency.read" "Notfallzugriffe sehen"
        [SocialService Probation DataProtection];
    /// Opening a person outside the own scope for half an hour, ending that.
    EmergencyOpen Writes Query "emergency.open" "Notfallzugriff öffnen (zweiter Faktor, 30 Minuten, nur lesen)"
        [SocialService Probation];
    /// Reviewing the emergency access of somebody else, ending it early.
    EmergencyReview Writes Change "emergency.review" "Notfallzugriffe anderer beenden und nachprüfen"
        [SocialService Probation DataProtection];
    /// Requests that a second person decides about.
    ApprovalRead Reads Query "approval.read" "Vier-Augen-Anträge sehen"
        [SocialService Probation DataProtection Administration];
    /// Deciding about them, taking one's own back.
    ApprovalDecide Writes Rights "approval.decide" "Vier-Augen-Anträge entscheiden und zurückziehen"
        [SocialService Probation DataProtection Administration];
    /// The audit log.
    AuditRead Reads Query "audit.read" "Protokoll einsehen"
        [DataProtection];
    /// Requests of data subjects, and the preview of what is told.
    InquiryRead Reads Query "inquiry.read" "Auskunftsersuchen und ihre Vorschau sehen"
        [DataProtection];
    /// Recording a request, withholding a part with its ground.
    InquiryKeep Writes Collect "inquiry.keep" "Auskunftsersuchen erfassen, Abschnitte einschränken"
        [DataProtection];
    /// Answering a request, and the files that are handed out.
    InquiryAnswer Writes Disclose "inquiry.answer" "Auskunft erteilen und ausgeben"
        [DataProtection];
    /// Keeping days of the audit log past their period, and the end of that.
    AuditHold Writes Change "audit.hold" "Löschung von Protokolltagen aussetzen und wieder freigeben"
        [DataProtection];
    /// Judging the monthly sample of the audit log.
    AuditSample Writes Change "audit.sample" "Stichprobe aus dem Protokoll ziehen und beurteilen"
        [DataProtection];
    /// Reading the audit log by account, which a second person approved.
    AuditByAccount Writes Query "audit.account" "Protokoll nach einem Konto auswerten (mit zweiter Person)"
        [DataProtection];
    /// Restricted records, and what keeps a record from being erased.
    RestrictionRead Reads Query "restriction.read" "Einschränkungen und Löschsperren sehen"
        [DataProtection];
    /// Restricting a record, lifting that, looking into one in the single case.
    RestrictionChange Writes Change "restriction.change" "Datensätze einschränken, Einschränkungen aufheben, im Einzelfall einsehen"
        [DataProtection];
    /// Restricted records of the office that one leads, each look with its reason.
    RestrictionLook Writes Query "restriction.look" "Eingeschränkte Datensätze der eigenen Stelle im Einzelfall einsehen (nur die Leitung)"
        [SocialService Probation];
    /// Periods, what is due, what was erased.
    RetentionRead Reads Query "retention.read" "Löschfristen und Löschungen sehen"
        [DataProtection];
    /// Changing periods, proposing what is to be erased.
    RetentionChange Writes Change "retention.change" "Löschfristen ändern, Löschungen vorschlagen"
        [DataProtection];
    /// Erasing what two people decided about.
    ErasureRun Writes Erase "erasure.run" "Genehmigte Löschungen ausführen"
        [DataProtection];
    /// Accounts.
    AccountRead Reads Query "account.read" "Konten sehen"
        [Administration];
    /// Creating, resetting, disabling accounts.
    AccountChange Writes Rights "account.change" "Konten anlegen, zurücksetzen, sperren"
        [Administration];
}

system_permissions! {
    /// Finding out who sent a request.
    Identify Reads SignIn "system.identify" "Anmeldung erkennen";
    /// Signing in and out.
    SignIn Writes SignIn "system.sign_in" "Anmelden und Abmelden";
    /// Jobs, the command line, demo data.
    Operate Writes System "system.operate" "Betrieb";
}

/// The table role x permission as text, for `geleit permissions` and the golden file.
pub fn table() -> String {
    let width = ALL.iter().map(|line| line.code.len()).max().unwrap_or(0);
    let mut text = format!("{:width$}", "");
    for role in Role::ALL {
        text.push_str("  ");
        text.push_str(role.code());
    }
    text.push('\n');
    for line in ALL {
        text.push_str(&format!("{:width$}", line.code));
        for role in Role::ALL {
            let mark = if !line.roles.contains(&role) {
                "."
            } else if line.writes {
                "W"
            } else {
                "R"
            };
            text.push_str(&format!("  {mark:<width$}", width = role.code().len()));
        }
        while text.ends_with(' ') {
            text.pop();
        }
        text.push('\n');
    }
    text
}
