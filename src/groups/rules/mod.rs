//! Pure rules of groups: codes with their words, the state of a group in words, capacity, grants, release dates,
//! proposed names. The register's rules are in [`register`], those of templates in [`templates`], the figures of a group in [`glance`].

pub mod composition;
pub mod glance;
pub mod passport;
pub mod register;
pub mod templates;

use time::Date;

use crate::base::codes::codes;
use crate::base::german;
use crate::base::time::{Instant, MinuteOfDay, berlin_instant};

codes! {
    /// Why a session does not take place.
    CancelReason {
        /// A holiday.
        Holiday "holiday" "Feiertag",
        /// Lock-in or too few prison staff.
        LockIn "lock_in" "Einschluss oder Personalmangel",
        /// The trainers cannot.
        Trainer "trainer" "Trainerin oder Trainer verhindert",
        /// The trainers were not let in.
        Access "access" "Zugang nicht möglich",
        /// The room is not to be had.
        Room "room" "Raum nicht verfügbar",
        /// Too few people.
        TooFew "too_few" "zu wenige Teilnehmende",
        /// Anything else.
        Other "other" "sonstiges",
    }
}

codes! {
    /// Why a person left a group before its end. The codes are shared with statistics.
    EndReason {
        /// Transferred.
        Transferred "versetzt" "in eine andere Anstalt verlegt",
        /// Released.
        Released "entlassen" "entlassen",
        /// Withdrew.
        Withdrew "zurueckgezogen" "Einwilligung zurückgezogen",
        /// Excluded by the trainers.
        ExcludedByTrainers "ausgeschlossen_training" "durch das Training ausgeschlossen",
        /// Excluded by the prison.
        ExcludedByPrison "ausgeschlossen_anstalt" "durch die Anstalt ausgeschlossen",
        /// Work, school or health.
        WorkSchoolHealth "arbeit_schule_gesundheit" "Arbeit, Schule oder Gesundheit",
        /// Another offer.
        OtherOffer "anderes_angebot" "Wechsel in ein anderes Angebot",
        /// Anything else.
        Other "sonstiges" "sonstiges",
    }
}

impl EndReason {
    /// Whether the person left through no fault of their own: such people come first when places are given again.
    pub const fn without_fault(self) -> bool {
        matches!(
            self,
            EndReason::Transferred | EndReason::Released | EndReason::WorkSchoolHealth
        )
    }
}

codes! {
    /// Why a member does not take part for a while but keeps the place.
    PauseReason {
        /// Health.
        Health "health" "Gesundheit",
        /// Work or school.
        WorkSchool "work_school" "Arbeit oder Schule",
        /// Agreed with the trainers.
        Trainers "trainers" "Absprache mit den Fachkräften",
        /// Ordered by the prison.
        Prison "prison" "Anordnung der Anstalt",
        /// Anything else.
        Other "other" "sonstiges",
    }
}

/// The day from which a change of the members counts: today, or tomorrow if today's session is over. Who joins then is
/// not in the register of a session already held, who leaves then stays in it.
pub fn counts_from(today: Date, session_over: bool) -> Date {
    if session_over {
        today.next_day().unwrap_or(today)
    } else {
        today
    }
}

/// What is wrong with the day from which a member is no longer there, as a sentence. `latest` is [`counts_from`],
/// `attended` the last day on which the person was present.
pub fn leaving_problem(
    day: Date,
    joined: Date,
    latest: Date,
    attended: Option<Date>,
) -> Option<String> {
    if day > latest {
        return Some(format!(
            "Dieser Tag liegt in der Zukunft. Bitte den {} oder einen früheren Tag eingeben.",
            german::date(latest)
        ));
    }
    if day < joined.min(latest) {
        return Some(format!(
            "Die Person ist seit dem {} in der Gruppe. Bitte diesen oder einen späteren Tag eingeben.",
            german::date(joined)
        ));
    }
    match attended {
        Some(last) if last >= day => Some(format!(
            "Am {} war die Person noch in der Sitzung. Bitte einen späteren Tag eingeben.",
            german::date(last)
        )),
        _ => None,
    }
}

/// What is wrong with a suspension `[from, to)`, as field and sentence. `known` are the member's other suspensions.
pub fn pause_problem(
    from: Date,
    to: Option<Date>,
    joined: Date,
    known: &[(Date, Option<Date>)],
) -> Option<(&'static str, String)> {
    if from < joined {
        return Some((
            "from_day",
            format!(
                "Die Person ist seit dem {} in der Gruppe. Bitte diesen oder einen späteren Tag eingeben.",
                german::date(joined)
            ),
        ));
    }
    if to.is_some_and(|to| to <= from) {
        return Some((
            "last_day",
            "Der letzte Tag liegt vor dem ersten. Bitte den ersten oder einen späteren Tag eingeben.".into(),
        ));
    }
    let meets = |other: &(Date, Option<Date>)| {
        other.1.is_none_or(|end| from < end) && to.is_none_or(|to| other.0 < to)
    };
    known.iter().find(|other| meets(other)).map(|other| {
        (
            "from_day",
            format!(
                "Es gibt schon eine Aussetzung ab {}. Bitte einen Zeitraum wählen, der sie nicht berührt.",
                german::date(other.0)
            ),
        )
    })
}

/// End reason of a membership that lasted until its group was completed.
pub const MEMBERSHIP_COMPLETED: &str = "abgeschlossen";
/// Outcome of an enrolment that reached its end.
pub const OUTCOME_COMPLETED: &str = "completed";
/// Outcome of an enrolment that ended before.
pub const OUTCOME_DROPPED_OUT: &str = "dropped_out";
/// Access route of people whom the facility takes into a group: a proposal of its staff.
pub const ACCESS_ROUTE: &str = "staff";

/// The word for why a membership ended.
pub fn end_reason_label(code: &str) -> &str {
    match EndReason::from_code(code) {
        Some(reason) => reason.label(),
        None if code == MEMBERSHIP_COMPLETED => "Gruppe abgeschlossen",
        None => code,
    }
}

/// Where a group stands, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Planned in-house, not yet published.
    Draft,
    /// Published, not begun.
    Planned,
    /// Begun.
    Running,
    /// Completed.
    Closed,
}

impl Phase {
    /// Derived from what is stored: a published group runs from its first day on.
    pub fn of(state: &str, first_day: Date, today: Date) -> Phase {
        match state {
            "draft" => Phase::Draft,
            "closed" => Phase::Closed,
            _ if first_day <= today => Phase::Running,
            _ => Phase::Planned,
        }
    }

    /// The word on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Phase::Draft => "Entwurf",
            Phase::Planned => "geplant",
            Phase::Running => "läuft",
            Phase::Closed => "abgeschlossen",
        }
    }
}

codes! {
    /// What kind of meeting a session is.
    SessionKind {
        /// All members together.
        Group "group" "Gruppensitzung",
        /// One member with a trainer, beside the group.
        Individual "individual" "begleitende Einzelsitzung",
        /// With relatives.
        FamilyDay "family_day" "Familientag",
        /// The joint assessment at the end.
        Closing "closing" "Abschlussauswertung",
    }
}

/// The kind of sessions outside a group's numbering, in which people make good what they missed.
pub const CATCH_UP: &str = "catch_up";
/// The word for it.
pub const CATCH_UP_LABEL: &str = "Nachholtermin";

/// A session's number in a sentence: "Nr. 3", or "Nachholtermin" for one outside the numbering.
pub fn session_number(ordinal: i64) -> String {
    if ordinal == 0 {
        CATCH_UP_LABEL.to_owned()
    } else {
        format!("Nr. {ordinal}")
    }
}

/// Whether a session is locked: by itself, or because its facility locks sessions after so many days. What is locked
/// is changed by correction with a reason only.
pub fn locked(flag: bool, lock_after_days: Option<i64>, day: Date, today: Date) -> bool {
    flag || lock_after_days.is_some_and(|days| (today - day).whole_days() > days)
}

/// Whether one more person finds a place.
pub fn has_place(places: i64, members: i64) -> bool {
    members < places
}

/// A stored minute of the day; anything else counts as midnight.
pub fn minute(stored: i64) -> MinuteOfDay {
    u16::try_from(stored)
        .ok()
        .and_then(MinuteOfDay::new)
        .unwrap_or(MinuteOfDay::MIDNIGHT)
}

/// When a session begins. Series leave out days without this time, so the fallback (the start of the day) is for
/// damaged rows only.
pub fn begins(day: Date, start_minute: i64) -> Instant {
    berlin_instant(day, minute(start_minute))
        .unwrap_or_else(|_| crate::base::time::berlin_midnight(day))
}

/// From when to when, `14:00–17:30 Uhr`.
pub fn time_range(start_minute: i64, minutes: i64) -> String {
    let start = minute(start_minute);
    match u16::try_from(minutes)
        .ok()
        .and_then(|length| start.plus_minutes(length))
    {
        Some(end) => german::time_range(start, end),
        None => german::time_of_day(start),
    }
}

/// What to look at before a person is taken into a group, as a sentence.
pub fn release_problem(expected_release: Option<Date>, last_session: Date) -> Option<String> {
    match expected_release {
        Some(release) if release <= last_session => Some(format!(
            "Entlassung voraussichtlich {}, vor der letzten Sitzung am {}.",
            german::date(release),
            german::date(last_session)
        )),
        Some(_) => None,
        None => Some(format!(
            "Voraussichtliche Entlassung nicht bekannt; die letzte Sitzung ist am {}.",
            german::date(last_session)
        )),
    }
}

/// A free name for the next group of a year: `AKT-Gruppe 2027/1`.
pub fn propose_name(taken: &[String], year: i32) -> String {
    let mut number = 1u32;
    loop {
        let name = format!("AKT-Gruppe {year}/{number}");
        // Names are compared as the unique index does, so the loop ends after as many steps as there are names.
        if !taken.contains(&name) {
            return name;
        }
        number += 1;
    }
}

/// How an enrolment ends when its group is completed: on the last held day, but never before it began.
pub fn completion(
    completed: bool,
    enrolled_on: Date,
    last_held: Option<Date>,
    today: Date,
) -> (Date, &'static str) {
    let ended_on = last_held.unwrap_or(today).max(enrolled_on);
    (
        ended_on,
        if completed {
            OUTCOME_COMPLETED
        } else {
            OUTCOME_DROPPED_OUT
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn a_published_group_runs_from_its_first_day() {
        let first = date!(2027 - 01 - 12);
        assert_eq!(
            Phase::of("draft", first, date!(2027 - 02 - 01)),
            Phase::Draft
        );
        assert_eq!(
            Phase::of("published", first, date!(2027 - 01 - 11)),
            Phase::Planned
        );
        assert_eq!(Phase::of("published", first, first), Phase::Running);
        assert_eq!(Phase::of("closed", first, first), Phase::Closed);
    }

    #[test]
    fn the_last_place_is_a_place() {
        assert!(has_place(8, 7));
        assert!(!has_place(8, 8));
    }

    #[test]
    fn codes_come_back() {
        for reason in CancelReason::ALL {
            assert_eq!(CancelReason::from_code(reason.code()), Some(*reason));
        }
        for reason in EndReason::ALL {
            assert_eq!(EndReason::from_code(reason.code()), Some(*reason));
            assert_eq!(end_reason_label(reason.code()), reason.label());
        }
        assert_eq!(EndReason::from_code("other"), None);
        assert_eq!(end_reason_label("abgeschlossen"), "Gruppe abgeschlossen");
    }

    #[test]
    fn a_release_before_or_on_the_last_day_or_unknown_is_said() {
        let last = date!(2027 - 03 - 02);
        assert_eq!(release_problem(Some(date!(2027 - 03 - 03)), last), None);
        let text = release_problem(Some(date!(2027 - 02 - 03)), last).unwrap_or_default();
        assert_eq!(
            text,
            "Entlassung voraussichtlich 03.02.2027, vor der letzten Sitzung am 02.03.2027."
        );
        assert!(release_problem(Some(last), last).is_some());
        assert!(release_problem(None, last).is_some());
    }

    #[test]
    fn names_count_up_within_the_year() {
        let taken = [
            "AKT-Gruppe 2027/1".to_owned(),
            "AKT-Gruppe 2027/2".to_owned(),
            "AKT-Gruppe 2026/3".to_owned(),
        ];
        assert_eq!(propose_name(&taken, 2027), "AKT-Gruppe 2027/3");
        assert_eq!(propose_name(&taken, 2026), "AKT-Gruppe 2026/1");
    }

    #[test]
    fn completion_never_ends_before_it_began() {
        let (early, last) = (date!(2027 - 01 - 12), date!(2027 - 06 - 01));
        assert_eq!(
            completion(true, early, Some(last), date!(2027 - 06 - 10)),
            (last, OUTCOME_COMPLETED)
        );
        let joined = date!(2027 - 06 - 05);
        assert_eq!(
            completion(false, joined, Some(last), date!(2027 - 06 - 10)),
            (joined, OUTCOME_DROPPED_OUT)
        );
    }

    #[test]
    fn changes_of_members_leave_sessions_already_held_alone() {
        let today = date!(2026 - 11 - 24);
        assert_eq!(counts_from(today, false), today);
        assert_eq!(counts_from(today, true), date!(2026 - 11 - 25));
    }

    #[test]
    fn nobody_leaves_in_the_future_before_joining_or_before_being_there() {
        let (joined, latest) = (date!(2026 - 11 - 03), date!(2026 - 11 - 24));
        assert_eq!(leaving_problem(latest, joined, latest, None), None);
        assert_eq!(leaving_problem(joined, joined, latest, None), None);
        let future =
            leaving_problem(date!(2200 - 01 - 01), joined, latest, None).unwrap_or_default();
        assert!(
            future.contains("Zukunft") && future.contains("24.11.2026"),
            "{future}"
        );
        assert!(
            leaving_problem(date!(1900 - 01 - 01), joined, latest, None)
                .is_some_and(|text| text.contains("03.11.2026"))
        );
        assert!(
            leaving_problem(
                date!(2026 - 11 - 17),
                joined,
                latest,
                Some(date!(2026 - 11 - 17))
            )
            .is_some()
        );
        assert_eq!(
            leaving_problem(
                date!(2026 - 11 - 18),
                joined,
                latest,
                Some(date!(2026 - 11 - 17))
            ),
            None
        );
        // Taken in for tomorrow and out again today.
        assert_eq!(
            leaving_problem(
                date!(2026 - 11 - 25),
                date!(2026 - 11 - 25),
                date!(2026 - 11 - 25),
                None
            ),
            None
        );
    }

    #[test]
    fn suspensions_lie_within_the_membership_and_do_not_meet() {
        let joined = date!(2026 - 11 - 03);
        let known = [(date!(2026 - 12 - 01), Some(date!(2026 - 12 - 08)))];
        let check = |from, to| pause_problem(from, to, joined, &known).map(|(field, _)| field);
        assert_eq!(
            check(date!(2026 - 12 - 08), None),
            None,
            "touching is no overlap"
        );
        assert_eq!(
            check(date!(2026 - 11 - 20), Some(date!(2026 - 12 - 01))),
            None
        );
        assert_eq!(check(date!(2026 - 11 - 20), None), Some("from_day"));
        assert_eq!(check(date!(2026 - 11 - 01), None), Some("from_day"));
        assert_eq!(
            check(date!(2026 - 11 - 20), Some(date!(2026 - 11 - 20))),
            Some("last_day")
        );
    }

    #[test]
    fn a_damaged_row_shows_only_its_start() {
        assert_eq!(time_range(14 * 60, 210), "14:00–17:30 Uhr");
        assert_eq!(time_range(23 * 60, 210), "23:00 Uhr");
    }
}
