//! What is known when something is planned, and what is asked for.

use std::collections::{BTreeMap, BTreeSet};

use time::{Date, Duration};

use super::talks::{Booked, Regular};
use crate::base::ids::{
    ApplicationId, FacilityId, GroupId, PersonId, ProgrammeId, RoomId, StaffId, TemplateId,
};
use crate::conflicts::rules::World as Known;
use crate::cover::rules::Facts as Access;

/// A facility as far as ways go by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub id: FacilityId,
    /// Its short sign.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its town.
    pub town: String,
}

/// A course of a programme, as far as a timetable goes by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Which.
    pub id: TemplateId,
    /// Its name.
    pub name: String,
    /// Its programme.
    pub programme: ProgrammeId,
    /// What its programme is called.
    pub programme_name: String,
    /// The most members.
    pub places: i64,
    /// Trainers of a session.
    pub trainers: i64,
    /// Weeks from one session to the next.
    pub interval_weeks: i64,
    /// The share of sessions in per cent after which it is completed, if it goes by that.
    pub complete_share: Option<i64>,
    /// For each session its length in minutes, and the days that must lie before it.
    pub sessions: Vec<(i64, i64)>,
}

impl Template {
    /// Why nothing can be proposed for it, if that is so.
    pub fn unfit(&self) -> Option<&'static str> {
        if self.interval_weeks != 1 {
            return Some(
                "Ihre Sitzungen finden nicht jede Woche statt; berechnet werden wöchentliche Termine.",
            );
        }
        if self.trainers != 2 {
            return Some(
                "Ihre Sitzungen werden nicht von zwei Fachkräften gehalten; berechnet werden Termine für Paare.",
            );
        }
        if self.sessions.iter().any(|(_, gap)| *gap > 7) {
            return Some(
                "Zwischen manchen Sitzungen muss mehr als eine Woche liegen; berechnet werden wöchentliche Termine.",
            );
        }
        (self.sessions.is_empty() || self.sessions.len() > 40)
            .then_some("Sie hat keine oder mehr als 40 Sitzungen.")
    }

    /// The longest session.
    pub fn minutes(&self) -> i64 {
        self.sessions
            .iter()
            .map(|(minutes, _)| *minutes)
            .max()
            .unwrap_or(0)
    }

    /// Sessions a member may miss and still complete.
    pub fn may_miss(&self) -> i64 {
        let all = i64::try_from(self.sessions.len()).unwrap_or(0);
        self.complete_share
            .map_or(3, |share| all - (all * share + 99) / 100)
            .max(0)
    }
}

/// Somebody who waits for a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The application.
    pub application: ApplicationId,
    /// The person.
    pub person: PersonId,
    /// "Adler, Kai".
    pub name: String,
    /// For which programme.
    pub programme: ProgrammeId,
    /// By order of a court.
    pub court_order: bool,
    /// Since when.
    pub since: Date,
    /// Whether the interview found the person suitable.
    pub suitable: bool,
    /// Whether a group that has not begun is meant for the person already: nobody is promised two places.
    pub foreseen: bool,
}

/// A member of staff who may hold sessions.
#[derive(Debug, Clone, Default)]
pub struct Staff {
    /// Name.
    pub name: String,
    /// Town from which the way begins; may be empty.
    pub town: String,
    /// Programmes in which their organisation takes part.
    pub programmes: BTreeSet<ProgrammeId>,
    /// Grants, clearances, absences for each facility and programme asked about.
    pub access: BTreeMap<(FacilityId, ProgrammeId), Access>,
    /// Weekly times that were announced: weekday (0 is Monday), from and to minute. Empty: none announced.
    pub times: Vec<(i64, i64, i64)>,
    /// Languages besides German.
    pub languages: BTreeSet<String>,
}

/// A house with everything that is known of its dates.
#[derive(Debug, Clone)]
pub struct House {
    /// Which.
    pub id: FacilityId,
    /// What takes trainers, rooms and people.
    pub known: Known,
    /// Rooms that are in use.
    pub rooms: BTreeSet<RoomId>,
    /// Who waits.
    pub waiting: Vec<Waiting>,
    /// Whose clients are talked with regularly; none if talks are not planned.
    pub talks: Vec<Regular>,
    /// Talks that are planned; none if nothing is repaired.
    pub booked: Vec<Booked>,
}

/// Everything that is known.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Today.
    pub today: Date,
    /// All facilities.
    pub places: Vec<Place>,
    /// Courses of programmes for groups.
    pub templates: Vec<Template>,
    /// External staff.
    pub staff: BTreeMap<StaffId, Staff>,
    /// The houses that are planned.
    pub houses: Vec<House>,
}

impl Facts {
    /// What a programme is called in sentences.
    pub fn programme_name(&self, id: ProgrammeId) -> &str {
        let known = self.templates.iter().find(|one| one.programme == id);
        known.map_or("die Maßnahme der Gruppe", |one| &one.programme_name)
    }

    /// A template.
    pub fn template(&self, id: TemplateId) -> Option<&Template> {
        self.templates.iter().find(|one| one.id == id)
    }
}

/// A course that is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Where.
    pub facility: FacilityId,
    /// After which template.
    pub template: TemplateId,
    /// What it is called in sentences.
    pub label: String,
    /// The first and the last day in whose week it may begin.
    pub start: (Date, Date),
    /// The least members; 0 also plans a group for which nobody waits yet.
    pub least: u16,
}

/// Something that happened, or might.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disruption {
    /// A trainer cannot come, from the first to the last day.
    Away(StaffId, Date, Date),
    /// A room cannot be used.
    Room(RoomId, Date, Date),
    /// A house is closed.
    Closed(FacilityId, Date, Date),
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// A name for the whole.
    pub name: String,
    /// The first day on which something new may take place; the horizon begins with its week.
    pub from: Option<Date>,
    /// Weeks, at most 64.
    pub weeks: u8,
    /// Courses to be opened.
    pub wanted: Vec<Wanted>,
    /// Groups that exist and whose dates are asked about; everything else takes place as it stands.
    pub open: Vec<GroupId>,
    /// The first day on which the dates of these groups may change; none: nothing is repaired.
    pub now: Option<Date>,
    /// What happened.
    pub disruptions: Vec<Disruption>,
    /// Whether these groups may not begin in an earlier week than they do.
    pub keep_start: bool,
    /// Whether weekends are days like others.
    pub weekend: bool,
    /// Sessions begin on multiples of this many minutes; 0: of half an hour.
    pub grid: u16,
    /// Only these may hold anything new.
    pub only_staff: Option<Vec<StaffId>>,
    /// From the first to the last day, times are looked for talks that are due.
    pub talks: Option<(Date, Date)>,
    /// Whether people without a finished interview are seated too.
    pub everybody: bool,
}

impl Order {
    /// The Monday with which the horizon begins.
    pub fn monday(&self, today: Date) -> Date {
        let day = self.from.unwrap_or(today);
        day - Duration::days(i64::from(day.weekday().number_days_from_monday()))
    }
}
