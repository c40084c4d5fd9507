//! What stands against planned sessions: one pure function over everything that takes a trainer, a room, a person or a
//! house on the same days. The group pages, the register and the page of conflicts ask nothing else.
//!
//! [`World`] is what is known, as far as the viewer may know it; [`Index`] sorts it by day; [`Index::check`] says what
//! stands against one session. A session never meets itself, a cancelled one meets nothing, and what ends when another
//! thing begins does not meet it: times are `[from, to)`.

mod check;
pub mod nearest;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use time::{Date, Weekday};
use uuid::Uuid;

use crate::base::codes::codes;
use crate::base::crypto::{hex, sha256};
use crate::base::ids::{
    FacilityId, GroupId, GroupSessionId, PersonId, ProgrammeId, RoomId, StaffId,
};
use crate::base::interval::DaySpan;
use crate::cover::rules::Facts;
use crate::groups::rules::{CATCH_UP, SessionKind};
use crate::timetable::measure;

pub use check::Index;
pub use words::{Line, fold};
pub(crate) use words::{beside, on_days};

codes! {
    /// What stands against a session.
    Kind {
        /// The trainer holds something else.
        TrainerBusy "trainer_busy" "Fachkraft belegt",
        /// The trainer is away.
        TrainerAbsent "trainer_absent" "Fachkraft abwesend",
        /// The trainer is in another house before or after, and the way between does not fit.
        TrainerWay "trainer_way" "Weg der Fachkraft",
        /// The trainer would hold more in a day or a week than anybody is planned to.
        TrainerLoad "trainer_load" "Belastung der Fachkraft",
        /// Grant, clearance or registration does not reach to the day.
        TrainerAccess "trainer_access" "Zugang nicht gesichert",
        /// The room is taken.
        RoomBusy "room_busy" "Raum belegt",
        /// The room cannot be used on the day.
        RoomClosed "room_closed" "Raum gesperrt",
        /// The room has fewer places than needed.
        RoomSmall "room_small" "Raum zu klein",
        /// The room is not good for the security level that somebody needs.
        RoomSecurity "room_security" "Sicherheitsstufe des Raums",
        /// A participant has something else.
        PersonBusy "person_busy" "Teilnehmende Person verhindert",
        /// A participant is away.
        PersonAbsent "person_absent" "Teilnehmende Person abwesend",
        /// A participant leaves before.
        PersonLeaves "person_leaves" "Entlassung oder Verlegung",
        /// Two participants must not meet.
        Separation "separation" "Trennung",
        /// Nobody of the trainers speaks a participant's language.
        Language "language" "Sprache",
        /// More external staff on the day than the house allows.
        StaffLimit "staff_limit" "Zu viele Externe im Haus",
        /// A public holiday or a closed day.
        Closed "closed" "Feiertag oder Schließtag",
        /// Outside the times in which the house allows sessions.
        Window "window" "Außerhalb der Zeiten des Hauses",
    }
}

codes! {
    /// What takes a person's time outside of Geleit.
    BusyKind {
        /// Court.
        Court "court" "Gerichtstermin",
        /// Work.
        Work "work" "Arbeit",
        /// School or vocational training.
        School "school" "Schule oder Ausbildung",
        /// A doctor.
        Medical "medical" "Arzttermin",
        /// Anything else.
        Other "other" "anderer Termin",
    }
}

codes! {
    /// What a separation protects; never more than this is recorded.
    SeparationCode {
        /// By order of the prison.
        Order "order" "Anordnung der Anstalt",
        /// The same case at court.
        SameCase "same_case" "gemeinsames Verfahren",
        /// To protect one of the two.
        Protection "protection" "Schutz einer Person",
    }
}

/// How much a conflict counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// Nothing is saved.
    Hard,
    /// It may be taken on with a reason.
    Soft,
}

impl Kind {
    /// Whether the conflict is not of one date but of the group as it stands: it was there before a date moved.
    pub fn stands(self) -> bool {
        matches!(
            self,
            Kind::RoomSmall | Kind::RoomSecurity | Kind::Separation | Kind::Language
        )
    }
}

/// Minutes of a day, `[from, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Begin.
    pub from: i64,
    /// End.
    pub to: i64,
}

impl Span {
    /// From a minute on for so many.
    pub fn lasting(from: i64, minutes: i64) -> Self {
        Self {
            from,
            to: from + minutes,
        }
    }

    /// Whether both share a minute; touching they share none, and what lasts no time meets nothing.
    pub fn meets(self, other: Self) -> bool {
        measure::meet((self.from, self.to), (other.from, other.to))
    }
}

/// Who of a group's members is expected at a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Expected {
    /// All of them.
    #[default]
    All,
    /// One of them; who it is is agreed on each time.
    One,
    /// Only these: a catch-up session, outside the group's series.
    Only(Vec<PersonId>),
}

impl Expected {
    /// What the kind of a session says about it; who comes to a catch-up session is told apart.
    pub fn of_kind(kind: &str) -> Self {
        if kind == CATCH_UP {
            Self::Only(Vec::new())
        } else if kind == SessionKind::Individual.code() {
            Self::One
        } else {
            Self::All
        }
    }

    /// Whether a member may be the one, or one of those, who come.
    pub fn has(&self, person: PersonId) -> bool {
        match self {
            Self::All | Self::One => true,
            Self::Only(people) => people.contains(&person),
        }
    }
}

/// A session that takes place or is meant to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Its id; one that is not stored yet has one of its own.
    pub id: GroupSessionId,
    /// Its group.
    pub group: GroupId,
    /// Its number.
    pub ordinal: i64,
    /// The day.
    pub day: Date,
    /// The minutes.
    pub span: Span,
    /// The room.
    pub room: RoomId,
    /// Who holds it.
    pub staff: Vec<StaffId>,
    /// Who comes.
    pub expected: Expected,
    /// Whether it was cancelled.
    pub cancelled: bool,
}

impl Meeting {
    /// Whether it stands outside the group's series, so that a change of the series does not touch it.
    pub fn is_catch_up(&self) -> bool {
        matches!(self.expected, Expected::Only(_))
    }
}

/// A group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Its name; none if the viewer may not know it.
    pub name: Option<String>,
    /// The facility and the programme: for whom grants hold.
    pub place: Option<(FacilityId, ProgrammeId)>,
    /// Places.
    pub places: i64,
    /// Who is in it when.
    pub members: Vec<Member>,
}

/// A place in a group, `[from, to)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// From this day on.
    pub from: Date,
    /// Not from this day on.
    pub to: Option<Date>,
    /// Days on which the person does not take part, `[from, to)`.
    pub pauses: Vec<(Date, Option<Date>)>,
}

/// Whether a day lies in `[from, to)`.
fn within(day: Date, from: Date, to: Option<Date>) -> bool {
    from <= day && to.is_none_or(|to| day < to)
}

impl Member {
    /// Whether the person is expected on a day.
    pub fn expected(&self, day: Date) -> bool {
        within(day, self.from, self.to)
            && !self.pauses.iter().any(|(from, to)| within(day, *from, *to))
    }
}

/// The days of something that takes a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// Every day of `[from, to)`.
    Every(Date, Option<Date>),
    /// One weekday within `[from, to)`.
    Weekly(Weekday, Date, Option<Date>),
}

impl Days {
    /// Whether it is on a day.
    pub fn contains(self, day: Date) -> bool {
        match self {
            Days::Every(from, to) => within(day, from, to),
            Days::Weekly(weekday, from, to) => day.weekday() == weekday && within(day, from, to),
        }
    }
}

/// What takes a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Away from the house, with the reason in words.
    Absent(String),
    /// Something at home.
    Busy(BusyKind),
    /// A session and its group, with the group's name if the viewer may know it.
    Session(GroupSessionId, GroupId, Option<String>),
    /// Something of which the viewer may only know that it is there.
    Appointment,
}

/// Something that takes a person at some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engagement {
    /// Its days.
    pub days: Days,
    /// Its minutes; none: the time is not known.
    pub span: Option<Span>,
    /// What.
    pub what: What,
}

impl Engagement {
    /// What it is apart from how long it goes on and what the viewer may know of it: whoever took it on did so for this.
    fn cause(&self) -> String {
        let (first, often) = match self.days {
            Days::Every(first, _) => (first, None),
            Days::Weekly(weekday, first, _) => (first, Some(weekday)),
        };
        let what = match &self.what {
            What::Absent(why) => why.as_str(),
            What::Busy(kind) => kind.code(),
            What::Session(..) => "session",
            What::Appointment => "appointment",
        };
        format!("{what} {first} {often:?} {:?}", self.span)
    }
}

/// A person who takes part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Family and given name; none if the viewer may not know who it is.
    pub name: Option<String>,
    /// Expected release.
    pub release: Option<Date>,
    /// Not in the facility from this day on.
    pub leaves: Option<Date>,
    /// Code of the language, if it is not German.
    pub language: Option<String>,
    /// The security level that a room must be good for.
    pub security: i64,
    /// What else the person has.
    pub engagements: Vec<Engagement>,
}

/// A member of staff.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trainer {
    /// Name.
    pub name: String,
    /// What decides whether they can come, for each facility and programme asked about.
    pub access: BTreeMap<(FacilityId, ProgrammeId), Facts>,
    /// Codes of the languages they speak besides German.
    pub languages: BTreeSet<String>,
    /// Announced visits: facility, day, minutes.
    pub visits: Vec<(FacilityId, Date, Span)>,
}

/// A room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Room {
    /// Name; none if the viewer may not know it.
    pub name: Option<String>,
    /// Places.
    pub places: i64,
    /// The highest security level that it is good for.
    pub security: i64,
    /// Days on which it cannot be used, with the reasons.
    pub closures: Vec<(DaySpan, String)>,
}

impl Room {
    /// Why the room cannot be used on a day, if that is so.
    pub fn closed_on(&self, day: Date) -> impl Iterator<Item = &str> {
        reasons_on(&self.closures, day)
    }
}

/// The reasons of the closures that a day is in.
fn reasons_on(closures: &[(DaySpan, String)], day: Date) -> impl Iterator<Item = &str> {
    let closed = closures.iter().filter(move |(days, _)| days.contains(day));
    closed.map(|(_, reason)| reason.as_str())
}

/// The house in which the sessions take place that are checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct House {
    /// The facility.
    pub id: Option<FacilityId>,
    /// The most external staff on one day.
    pub limit: Option<i64>,
    /// The minutes in which sessions are allowed.
    pub window: Option<Span>,
    /// Closed days with their reasons.
    pub closures: Vec<(DaySpan, String)>,
}

impl House {
    /// Why the house is closed on a day, if it is: public holidays aside, which are the same for all houses.
    pub fn closed_on(&self, day: Date) -> impl Iterator<Item = &str> {
        reasons_on(&self.closures, day)
    }
}

/// Everything that is known of some days, as far as the viewer may know it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    /// Groups, those of other houses too as far as they share trainers.
    pub groups: BTreeMap<GroupId, Group>,
    /// Sessions of these groups.
    pub meetings: Vec<Meeting>,
    /// People of the groups that are checked.
    pub people: BTreeMap<PersonId, Person>,
    /// Staff.
    pub staff: BTreeMap<StaffId, Trainer>,
    /// Rooms.
    pub rooms: BTreeMap<RoomId, Room>,
    /// Who must not meet whom.
    pub separations: Vec<(PersonId, PersonId)>,
    /// The house.
    pub house: House,
    /// In which towns houses are: by them ways are reckoned.
    pub towns: BTreeMap<FacilityId, String>,
    /// Today: on which sentences depend.
    pub today: Option<Date>,
}

/// Something that stands against a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What kind.
    pub kind: Kind,
    /// How much it counts.
    pub weight: Weight,
    /// The session.
    pub session: GroupSessionId,
    /// Its group.
    pub group: GroupId,
    /// Its day.
    pub day: Date,
    /// Its minutes.
    pub span: Span,
    /// Whom or what it is about: trainer, room, person, house.
    pub about: Uuid,
    /// What it meets there, if that is one thing.
    pub other: Option<Uuid>,
    /// A sentence about it, which does not name the day.
    pub text: String,
    /// What makes it: if that changes, it is another conflict. Unlike the sentence it says the same to everybody.
    pub cause: String,
}

impl Conflict {
    /// What makes it this conflict and no other: acceptances are found again by it as long as the date stands.
    pub fn mark(&self) -> String {
        let other = self.other.unwrap_or_default().simple();
        let mut cause = hex(&sha256(self.cause.as_bytes()));
        cause.truncate(16);
        format!(
            "{}/{}/{}/{}/{}/{other}/{cause}",
            self.kind.code(),
            self.day.to_julian_day(),
            self.span.from,
            self.span.to,
            self.about.simple(),
        )
    }

    /// Whether a date that was there before had this conflict already.
    pub fn stood_in(&self, before: &[Conflict]) -> bool {
        self.kind.stands()
            && before
                .iter()
                .any(|old| (old.kind, old.about, old.other) == (self.kind, self.about, self.other))
    }

    /// The people it is about.
    pub fn people(&self) -> Vec<PersonId> {
        match self.kind {
            Kind::Separation => [Some(self.about), self.other]
                .into_iter()
                .flatten()
                .map(PersonId)
                .collect(),
            Kind::RoomSecurity
            | Kind::PersonBusy
            | Kind::PersonAbsent
            | Kind::PersonLeaves
            | Kind::Language => vec![PersonId(self.about)],
            _ => Vec::new(),
        }
    }

    /// Whether it is about this person.
    pub fn concerns(&self, person: PersonId) -> bool {
        self.people().contains(&person)
    }
}

#[cfg(test)]
mod tests;
