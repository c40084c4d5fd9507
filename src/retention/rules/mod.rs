//! When the clock of a record starts, and what is to be done about the record on a day. Pure.

pub mod period;
pub mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use time::Date;

use crate::base::codes::codes;
use crate::restriction::rules::Ground;
use period::Period;

codes! {
    /// What a period is about.
    Category {
        /// Custody of adults and on remand: from the last release on.
        Custody "custody" "Vollzug (Erwachsene, Untersuchungshaft)",
        /// Youth custody: from the last release on.
        YouthCustody "youth_custody" "Jugendstrafvollzug",
        /// Probation and supervision of conduct: from their end on.
        Probation "probation" "Bewährungshilfe und Führungsaufsicht",
        /// People who were neither: from the end of their last participation on.
        Participation "participation" "Beratung außerhalb von Vollzug und Aufsicht",
        /// Cases without a name, of relatives and professionals: from their end on.
        NamelessCase "nameless_case" "Fälle ohne Namen, von Angehörigen und Fachkräften",
        /// Notes of a team: from the end of the case on.
        Notes "notes" "Arbeitsnotizen der Beratungsteams",
        /// Enquiries that came to nothing: from their end on.
        Enquiry "enquiry" "Anfragen, aus denen kein Fall wurde",
        /// The audit log.
        Audit "audit" "Protokoll der Zugriffe",
        /// Guests of family days.
        FamilyGuest "family_guest" "Gäste von Familientagen",
        /// Entry and exit at the gate.
        GateTick "gate_tick" "Vermerke der Pforte über Ein- und Ausgang",
        /// Marks of changes on the list of the gate.
        GateChange "gate_change" "Änderungshinweise der Pfortenliste",
        /// Drafts of forms.
        Draft "draft" "Entwürfe von Anfragen",
        /// Lists that were read in.
        Import "import" "Eingelesene Personenlisten",
        /// Tokens of forms sent.
        FormToken "form_token" "Kennungen gesendeter Formulare",
        /// Sessions and failed sign-ins.
        Session "session" "Anmeldungen und Fehlversuche",
    }
}

impl Category {
    /// From when on the period runs.
    pub const fn clock(self) -> &'static str {
        match self {
            Category::Custody | Category::YouthCustody => {
                "ab der letzten Entlassung; eine neue Unterbringung hält die Frist an"
            }
            Category::Probation => {
                "ab dem Ende der Bewährungszeit oder Führungsaufsicht; verlängert sie sich, ab dem neuen Ende"
            }
            Category::Participation => "ab dem Ende der letzten Teilnahme oder des letzten Falls",
            Category::NamelessCase | Category::Notes => "ab dem Ende des Falls",
            Category::Enquiry => "ab dem Tag, an dem die Anfrage endete",
            Category::Audit => "ab dem Eintrag",
            Category::FamilyGuest => "ab dem Familientag",
            Category::GateTick => "ab dem Vermerk",
            Category::GateChange => "ab dem Tag der Änderung",
            Category::Draft => "ab dem letzten Speichern",
            Category::Import => "ab dem Einlesen",
            Category::FormToken => "ab dem Senden",
            Category::Session => "ab der letzten Nutzung",
        }
    }

    /// Who erases: two people from a list, or the program by itself.
    pub const fn by_list(self) -> bool {
        matches!(
            self,
            Category::Custody
                | Category::YouthCustody
                | Category::Probation
                | Category::Participation
                | Category::NamelessCase
        )
    }
}

/// The periods in force.
pub type Periods = BTreeMap<Category, Period>;

/// A stay or a time under supervision, `[…, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// Of what kind.
    pub category: Category,
    /// Its end; none while it runs.
    pub to: Option<Date>,
}

/// All that starts or stops the clock of a person's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// When the person was recorded.
    pub registered: Date,
    /// Stays and times under supervision.
    pub stays: Vec<Stay>,
    /// Ends of participations and cases; none while one runs.
    pub parts: Vec<Option<Date>>,
}

/// When a record is restricted and when it is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The category whose period ends last.
    pub category: Category,
    /// The day on which that period began.
    pub began: Date,
    /// First day on which the record is to be restricted.
    pub restrict_on: Date,
    /// First day on which it is to be erased.
    pub erase_on: Date,
}

fn over(end: Option<Date>, today: Date) -> bool {
    end.is_some_and(|day| day <= today)
}

impl Course {
    /// Whether the person is placed, supervised or takes part today; then no clock runs.
    pub fn runs(&self, today: Date) -> bool {
        self.stays.iter().any(|stay| !over(stay.to, today))
            || self.parts.iter().any(|end| !over(*end, today))
    }

    /// The days on which clocks started: one for each category the person belongs to.
    fn clocks(&self) -> BTreeMap<Category, Date> {
        let mut started: BTreeMap<Category, Date> = BTreeMap::new();
        let mut start = |category: Category, day: Date| {
            let known = started.entry(category).or_insert(day);
            *known = (*known).max(day);
        };
        for stay in &self.stays {
            if let Some(day) = stay.to {
                start(stay.category, day);
            }
        }
        for day in self.parts.iter().flatten() {
            start(Category::Participation, *day);
        }
        if started.is_empty() {
            started.insert(Category::Participation, self.registered);
        }
        started
    }

    /// When the record is restricted and erased: the latest of all its periods counts. Nothing while a clock is stopped
    /// or a period is missing.
    pub fn due(&self, periods: &Periods, today: Date) -> Option<Due> {
        if self.runs(today) {
            return None;
        }
        let mut latest: Option<Due> = None;
        for (category, began) in self.clocks() {
            let period = periods.get(&category)?;
            let (restrict_on, erase_on) = (period.restrict_on(began), period.erase_on(began));
            latest = Some(match latest {
                None => Due {
                    category,
                    began,
                    restrict_on,
                    erase_on,
                },
                Some(known) => {
                    let lasts = erase_on > known.erase_on;
                    Due {
                        category: if lasts { category } else { known.category },
                        began: if lasts { began } else { known.began },
                        restrict_on: restrict_on.max(known.restrict_on),
                        erase_on: erase_on.max(known.erase_on),
                    }
                }
            });
        }
        latest
    }
}

/// How a record stands besides its course.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// The ground of its restriction, and since when.
    pub restricted: Option<(Ground, Date)>,
    /// Whether something keeps it from being erased.
    pub held: bool,
}

/// What is to be done about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Keep,
    /// Restrict it: the first stage is over.
    Restrict(Due),
    /// Lift the restriction of a period that does not run any more.
    Lift,
    /// Put it on the list of what two people erase.
    Erase(Due),
}

/// What is to be done about a record on a day: active, restricted, erased, in this order.
pub fn step(course: &Course, standing: Standing, periods: &Periods, today: Date) -> Step {
    let due = course.due(periods, today);
    match (standing.restricted, due) {
        (None, Some(due)) if due.restrict_on <= today => Step::Restrict(due),
        (None, _) => Step::Keep,
        (Some((Ground::Period, _)), None) => Step::Lift,
        (Some((Ground::Period, _)), Some(due)) if due.restrict_on > today => Step::Lift,
        (Some((Ground::Period, _)), Some(due)) if due.erase_on <= today && !standing.held => {
            Step::Erase(due)
        }
        // What must not be processed is not kept until a period is over.
        (Some((Ground::Unlawful, since)), due) if !standing.held => Step::Erase(Due {
            category: due.map_or(Category::Participation, |due| due.category),
            began: since,
            restrict_on: since,
            erase_on: since,
        }),
        (Some(_), _) => Step::Keep,
    }
}
