//! The module passport: what of a programme's course a person has done, what is missing and what is not meant for them,
//! from whichever group and facility; which running group would take them where; and what the template's rule makes
//! of it. Each session of the course counts once, however often it was attended.

use std::collections::{BTreeMap, BTreeSet};

use time::Date;

/// A session of the course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Its number in the template.
    pub ordinal: i64,
    /// The module.
    pub module: String,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether it is meant for people on remand.
    pub remand: bool,
}

/// How a session was attended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// With the group that the person is in, or was in last.
    Group,
    /// In a catch-up session.
    CatchUp,
    /// With a group before.
    Earlier,
}

/// A session of the course that a person attended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attended {
    /// Its number in the template.
    pub ordinal: i64,
    /// When.
    pub day: Date,
    /// How.
    pub how: How,
    /// Group and facility, as far as the viewer may know.
    pub place: String,
}

/// What is said of a session of the course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Attended.
    Done(Attended),
    /// Not attended; perhaps a catch-up session is planned.
    Missing(Option<Date>),
    /// Not meant for the person.
    NotIntended,
}

/// A line of the passport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The session of the course.
    pub planned: Planned,
    /// Whether it is meant for the person.
    pub intended: bool,
    /// What is said of it.
    pub standing: Standing,
}

impl Line {
    /// Whether the course is incomplete without it.
    pub fn required(&self) -> bool {
        self.intended && !self.planned.optional
    }

    /// Whether it was attended.
    pub fn done(&self) -> bool {
        matches!(self.standing, Standing::Done(_))
    }

    /// Whether it is missing.
    pub fn missing(&self) -> bool {
        matches!(self.standing, Standing::Missing(_))
    }
}

/// How many sessions are done, missing, not intended; together all of the course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Done.
    pub done: usize,
    /// Missing.
    pub missing: usize,
    /// Not intended.
    pub not_intended: usize,
}

/// What a person has of a course, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passport {
    /// One line for each session of the course.
    pub lines: Vec<Line>,
}

/// The session of another version or template that corresponds to a session of this course: the one with the same turn
/// within a module of the same name. `None`: the course has no such session.
pub fn corresponding(course: &[Planned], other: &[Planned], ordinal: i64) -> Option<i64> {
    let session = other.iter().find(|session| session.ordinal == ordinal)?;
    let turn = other
        .iter()
        .filter(|one| one.module == session.module && one.ordinal < ordinal)
        .count();
    course
        .iter()
        .filter(|one| one.module == session.module)
        .nth(turn)
        .map(|one| one.ordinal)
}

/// The passport from everything that was attended, in any order and however often, and the days of planned catch-up
/// sessions by number. `remand`: whether the person is on remand.
pub fn passport(
    course: &[Planned],
    attended: &[Attended],
    catch_ups: &BTreeMap<i64, Date>,
    remand: bool,
) -> Passport {
    let lines = course
        .iter()
        .map(|planned| {
            let first = attended
                .iter()
                .filter(|one| one.ordinal == planned.ordinal)
                .min_by(|left, right| (left.day, left.how).cmp(&(right.day, right.how)));
            let intended = planned.remand || !remand;
            let standing = match first {
                Some(one) => Standing::Done(one.clone()),
                None if !intended => Standing::NotIntended,
                None => Standing::Missing(catch_ups.get(&planned.ordinal).copied()),
            };
            Line {
                planned: planned.clone(),
                intended,
                standing,
            }
        })
        .collect();
    Passport { lines }
}

impl Passport {
    /// The sums.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for line in &self.lines {
            match line.standing {
                Standing::Done(_) => totals.done += 1,
                Standing::Missing(_) => totals.missing += 1,
                Standing::NotIntended => totals.not_intended += 1,
            }
        }
        totals
    }

    /// The numbers of the sessions that are missing.
    pub fn missing(&self) -> BTreeSet<i64> {
        self.lines
            .iter()
            .filter(|line| line.missing())
            .map(|line| line.planned.ordinal)
            .collect()
    }
}

/// The rule of a template for completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rule {
    /// At least this share of the required sessions, in percent.
    pub share: Option<i64>,
    /// At least so many required sessions.
    pub sessions: Option<i64>,
    /// Every module with required sessions at least once.
    pub modules: bool,
}

/// What the rule makes of a passport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Whether the course counts as completed.
    pub completed: bool,
    /// Required sessions attended.
    pub done: usize,
    /// Required sessions.
    pub required: usize,
    /// Required sessions that must be attended at least.
    pub needed: usize,
    /// Modules of which nothing was attended.
    pub open_modules: Vec<String>,
}

impl Proposal {
    /// What is lacking, one sentence part each; empty if nothing is.
    pub fn lacking(&self) -> Vec<String> {
        let mut lacking = Vec::new();
        if self.done < self.needed {
            let more = self.needed - self.done;
            lacking.push(format!(
                "noch {}",
                crate::base::german::plural(more as u64, "Sitzung", "Sitzungen")
            ));
        }
        lacking.extend(
            self.open_modules
                .iter()
                .map(|module| format!("Baustein „{module}“ nicht besucht")),
        );
        lacking
    }
}

/// Evaluates the rule. A template without a fixed rule asks for one attended session: who was never there has completed
/// nothing. Attending more never turns a completed course into one that is not.
pub fn propose(passport: &Passport, rule: Rule) -> Proposal {
    let required: Vec<&Line> = passport
        .lines
        .iter()
        .filter(|line| line.required())
        .collect();
    let done = required.iter().filter(|line| line.done()).count();
    let fixed = rule.share.is_some() || rule.sessions.is_some();
    let needed = match (rule.share, rule.sessions) {
        (Some(share), _) => {
            let share = usize::try_from(share.clamp(0, 100)).unwrap_or(100);
            (required.len() * share).div_ceil(100).max(1)
        }
        (None, Some(count)) => usize::try_from(count).unwrap_or(1).max(1),
        (None, None) => 1,
    };
    let needed = needed.min(required.len().max(1));
    let mut open_modules: Vec<String> = Vec::new();
    if fixed && rule.modules {
        for line in &required {
            let module = &line.planned.module;
            let attended = required
                .iter()
                .any(|other| other.planned.module == *module && other.done());
            if !attended && !open_modules.contains(module) {
                open_modules.push(module.clone());
            }
        }
    }
    Proposal {
        completed: done >= needed && open_modules.is_empty(),
        done,
        required: required.len(),
        needed,
        open_modules,
    }
}

/// A running group that might take somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Free places.
    pub free: i64,
    /// The sessions still to come as numbers of the person's course, by day; `None` where it has no such session.
    pub upcoming: Vec<(Option<i64>, String, Date)>,
    /// Whether it meets in the facility where the person is.
    pub here: bool,
}

/// What a running group offers somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The first missing session: day and module. From there on the group goes on to what is missing.
    pub entry: Option<(Date, String)>,
    /// Missing sessions that it will still hold.
    pub covers: usize,
    /// Missing sessions that are left after it.
    pub rest: usize,
    /// Why it cannot take the person now.
    pub against: Vec<String>,
}

/// What a group offers to somebody with a passport.
pub fn offer(passport: &Passport, course: &Course) -> Offer {
    let missing = passport.missing();
    let mut covered = BTreeSet::new();
    let mut entry = None;
    for (ordinal, module, day) in &course.upcoming {
        if let Some(ordinal) = ordinal.filter(|ordinal| missing.contains(ordinal)) {
            covered.insert(ordinal);
            entry.get_or_insert_with(|| (*day, module.clone()));
        }
    }
    let mut against = Vec::new();
    if !course.here {
        against.push("Die Person ist heute nicht in der Einrichtung untergebracht.".to_owned());
    }
    if course.free <= 0 {
        against.push("Alle Plätze sind vergeben.".to_owned());
    }
    if course.upcoming.is_empty() {
        against.push("Keine Sitzung steht mehr bevor.".to_owned());
    } else if covered.is_empty() {
        against.push("Was fehlt, kommt in dieser Gruppe nicht mehr vor.".to_owned());
    }
    Offer {
        entry,
        covers: covered.len(),
        rest: missing.len() - covered.len(),
        against,
    }
}

/// The order in which offers are shown: those that can take the person first, then by how much they cover and when
/// they begin. The name decides where nothing else does.
pub fn order<'a>(left: (&'a Offer, &'a str), right: (&'a Offer, &'a str)) -> std::cmp::Ordering {
    let key = |(offer, name): (&'a Offer, &'a str)| {
        (
            !offer.against.is_empty(),
            std::cmp::Reverse(offer.covers),
            offer.entry.as_ref().map(|(day, _)| *day),
            name,
        )
    };
    key(left).cmp(&key(right))
}

#[cfg(test)]
#[path = "passport_tests.rs"]
mod tests;
