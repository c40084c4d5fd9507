//! What may be recorded about people and where they are. Pure; days are `[from, to)`: the day someone leaves is the
//! first day they are no longer there.

use time::{Date, Duration};

use super::import::{Setting, Sex};
use crate::base::german;
use crate::base::interval::DaySpan;

/// Longest family or given name, in characters.
pub const MAX_NAME: usize = 100;
/// Longest number, in characters.
pub const MAX_NUMBER: usize = 40;
/// A transfer, release or absence further ahead is a typing mistake.
pub const MAX_AHEAD_DAYS: i64 = 31;
/// An expected release further ahead is a typing mistake.
const MAX_RELEASE_AHEAD_DAYS: i64 = 60 * 366;
/// Younger people are not criminally responsible (section 19 StGB).
const MIN_AGE_YEARS: i32 = 14;

/// Why a person is with a facility.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlacementKind {
    /// In a prison.
    Custody,
    /// Under the supervision of a probation office.
    Probation,
}

impl PlacementKind {
    /// The code in the database.
    pub const fn code(self) -> &'static str {
        match self {
            PlacementKind::Custody => "custody",
            PlacementKind::Probation => "probation",
        }
    }

    /// The kind that a facility of this kind (`prison`, `probation`) gives.
    pub fn of_facility(kind: &str) -> Self {
        if kind == "prison" {
            PlacementKind::Custody
        } else {
            PlacementKind::Probation
        }
    }

    /// The settings that fit.
    pub const fn settings(self) -> &'static [Setting] {
        match self {
            PlacementKind::Custody => &[Setting::Sentence, Setting::Remand, Setting::YouthCustody],
            PlacementKind::Probation => &[Setting::Probation, Setting::ConductSupervision],
        }
    }

    /// The kind of number that such a facility gives.
    pub const fn number_kind(self) -> NumberKind {
        match self {
            PlacementKind::Custody => NumberKind::PrisonNumber,
            PlacementKind::Probation => NumberKind::ProbationFile,
        }
    }

    /// What its number is called.
    pub const fn number_label(self) -> &'static str {
        match self {
            PlacementKind::Custody => "Buchnummer",
            PlacementKind::Probation => "Aktenzeichen",
        }
    }

    /// The reasons for which it ends: code and label.
    pub const fn end_reasons(self) -> &'static [(&'static str, &'static str)] {
        match self {
            PlacementKind::Custody => &[
                ("sentence_end", "Strafende"),
                ("suspended", "Aussetzung zur Bewährung"),
                ("remand_lifted", "Haftbefehl aufgehoben oder außer Vollzug"),
                ("deported", "Abschiebung oder Überstellung ins Ausland"),
                ("other_state", "Verlegung in ein anderes Land"),
                ("other", "sonstiger Grund"),
            ],
            PlacementKind::Probation => &[
                (
                    "period_end",
                    "Ende der Bewährungszeit oder Führungsaufsicht",
                ),
                ("revoked", "Widerruf"),
                ("remitted", "Straferlass"),
                ("moved", "Wegzug in ein anderes Land"),
                ("other", "sonstiger Grund"),
            ],
        }
    }
}

/// What kind of number an alias is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberKind {
    /// The number of a prison's book.
    PrisonNumber,
    /// The file number of a probation office.
    ProbationFile,
}

impl NumberKind {
    /// The code in the database.
    pub const fn code(self) -> &'static str {
        match self {
            NumberKind::PrisonNumber => "prison_number",
            NumberKind::ProbationFile => "probation_file",
        }
    }
}

/// Why a placement ended, in words; a transfer too.
pub fn end_reason_label(code: &str) -> &'static str {
    if code == "transfer" {
        return "Verlegung";
    }
    [PlacementKind::Custody, PlacementKind::Probation]
        .iter()
        .flat_map(|kind| kind.end_reasons())
        .find(|(known, _)| *known == code)
        .map_or("anderer Grund", |(_, label)| label)
}

/// The reasons of an absence: code and label.
pub const ABSENCE_REASONS: &[(&str, &str)] = &[
    ("court", "Gericht"),
    ("hospital", "Krankenhaus"),
    ("leave", "Ausführung, Ausgang oder Langzeitausgang"),
    ("temporary_transfer", "Überstellung"),
    ("other", "sonstiger Grund"),
];

/// The reason of an absence in words.
pub fn absence_label(code: &str) -> &'static str {
    ABSENCE_REASONS
        .iter()
        .find(|(known, _)| *known == code)
        .map_or("anderer Grund", |(_, label)| label)
}

/// All sexes, in the order in which they are offered.
pub const SEXES: [Sex; 4] = [Sex::Male, Sex::Female, Sex::Diverse, Sex::Unknown];

/// The sex with this code; an unknown code says nothing.
pub fn sex_from_code(code: &str) -> Sex {
    SEXES
        .into_iter()
        .find(|sex| sex.code() == code)
        .unwrap_or(Sex::Unknown)
}

/// The setting's name; an unknown code is shown as a dash.
pub fn setting_label(code: &str) -> &'static str {
    Setting::from_code(code).map_or("–", Setting::label)
}

/// One thing that is wrong: the sentence to show at the field.
pub type Refusal = Option<String>;

/// A name as people write it: something to read, and no formula that a spreadsheet would run.
pub fn check_name(name: &str) -> Refusal {
    if !name.chars().any(char::is_alphabetic) || name.starts_with(['=', '+', '-', '@']) {
        return Some(
            "Ein Name enthält Buchstaben und beginnt nicht mit einem Sonderzeichen. Bitte prüfen."
                .to_owned(),
        );
    }
    None
}

/// A number holds a figure and no sign that numbers do not have.
pub fn check_number(number: &str) -> Refusal {
    let fits = number.starts_with(char::is_alphanumeric)
        && number.chars().any(|sign| sign.is_ascii_digit())
        && number.chars().all(|sign| {
            sign.is_alphanumeric() || matches!(sign, ' ' | '-' | '/' | '.' | '_' | '(' | ')')
        });
    (!fits).then(|| {
        "Die Nummer besteht aus Ziffern und Buchstaben, zum Beispiel 1234-24. Bitte prüfen."
            .to_owned()
    })
}

/// Nobody younger than 14 is placed.
pub fn check_birth(birth: Date, today: Date) -> Refusal {
    let limit = today
        .replace_year(today.year() - MIN_AGE_YEARS)
        .unwrap_or(today - Duration::days(14 * 366));
    (birth > limit).then(|| {
        format!("Die Person wäre jünger als {MIN_AGE_YEARS} Jahre. Bitte das Geburtsdatum prüfen.")
    })
}

/// The first day of a placement that begins: not ahead, and not before the stays that were.
pub fn check_begin(from: Date, today: Date, stays: &[(Date, Option<Date>)]) -> Refusal {
    if from > today {
        return Some(
            "Der Tag liegt in der Zukunft. Bitte erst ab dem ersten Tag eintragen.".to_owned(),
        );
    }
    if stays.iter().any(|(_, to)| to.is_none()) {
        return Some(
            "Die Person ist schon untergebracht. Bitte zuerst die laufende Unterbringung beenden."
                .to_owned(),
        );
    }
    let begun = DaySpan::open(from);
    for (known_from, known_to) in stays {
        if let Ok(stay) = DaySpan::new(*known_from, *known_to)
            && stay.overlaps(&begun)
        {
            return Some(match known_to {
                Some(to) => format!(
                    "Bis {} bestand eine frühere Unterbringung. Bitte einen Tag ab dann eintragen.",
                    german::date(*to)
                ),
                None => "Die Person ist schon untergebracht.".to_owned(),
            });
        }
    }
    None
}

/// The expected release of a placement.
pub fn check_expected(expected: Date, from: Date, today: Date) -> Refusal {
    if expected < from {
        return Some(format!(
            "Die Entlassung läge vor dem Beginn der Unterbringung ({}). Bitte prüfen.",
            german::date(from)
        ));
    }
    if (expected - today).whole_days() > MAX_RELEASE_AHEAD_DAYS {
        return Some("Dieser Tag liegt mehr als 60 Jahre voraus. Bitte das Jahr prüfen oder das Feld leer lassen.".to_owned());
    }
    None
}

/// The day on which a placement ends: the first day the person is no longer there.
pub fn check_end(day: Date, from: Date, today: Date) -> Refusal {
    if day <= from {
        return Some(format!(
            "Der Tag muss nach dem Beginn der Unterbringung liegen ({}). Bitte prüfen.",
            german::date(from)
        ));
    }
    if (day - today).whole_days() > MAX_AHEAD_DAYS {
        return Some(format!(
            "Der Tag liegt mehr als {MAX_AHEAD_DAYS} Tage in der Zukunft. Bitte prüfen oder später eintragen."
        ));
    }
    None
}

/// The end of a placement against its absences: none may begin on that day or later.
pub fn check_end_with_absences(day: Date, absences: &[(Date, Option<Date>)]) -> Refusal {
    absences
        .iter()
        .map(|(from, _)| *from)
        .filter(|from| *from >= day)
        .max()
        .map(|from| {
            format!(
                "Ab {} ist eine Abwesenheit eingetragen. Der Tag muss danach liegen.",
                german::date(from)
            )
        })
}

/// Where a refusal belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AbsenceField {
    /// The first day.
    From,
    /// The return.
    To,
}

/// A new absence within a placement that began on `placed_from`, beside the absences that are known.
pub fn check_absence(
    from: Date,
    to: Option<Date>,
    placed_from: Date,
    today: Date,
    known: &[(Date, Option<Date>)],
) -> Result<(), (AbsenceField, String)> {
    let refuse = |field, text: String| Err((field, text));
    if from < placed_from {
        return refuse(
            AbsenceField::From,
            format!(
                "Die Abwesenheit beginnt vor der Unterbringung ({}). Bitte prüfen.",
                german::date(placed_from)
            ),
        );
    }
    if (from - today).whole_days() > MAX_AHEAD_DAYS {
        return refuse(
            AbsenceField::From,
            format!("Der Tag liegt mehr als {MAX_AHEAD_DAYS} Tage in der Zukunft. Bitte prüfen."),
        );
    }
    let Ok(span) = DaySpan::new(from, to) else {
        return refuse(
            AbsenceField::To,
            "Die Rückkehr liegt nicht nach dem ersten Tag. Bitte den ersten Tag eintragen, an dem die Person wieder da ist; für wenige Stunden ist keine Abwesenheit nötig.".to_owned(),
        );
    };
    if to.is_some_and(|to| (to - today).whole_days() > 366) {
        return refuse(
            AbsenceField::To,
            "Die Rückkehr liegt mehr als ein Jahr voraus. Bitte prüfen oder das Feld leer lassen."
                .to_owned(),
        );
    }
    let overlap = known.iter().find(|(known_from, known_to)| {
        DaySpan::new(*known_from, *known_to).is_ok_and(|other| other.overlaps(&span))
    });
    match overlap {
        Some((known_from, None)) => refuse(
            AbsenceField::From,
            format!(
                "Seit {} läuft schon eine Abwesenheit. Bitte zuerst die Rückkehr eintragen.",
                german::date(*known_from)
            ),
        ),
        Some((known_from, Some(known_to))) => refuse(
            AbsenceField::From,
            format!(
                "Überschneidet sich mit der Abwesenheit ab {} (zurück am {}).",
                german::date(*known_from),
                german::date(*known_to)
            ),
        ),
        None => Ok(()),
    }
}

/// The return from an absence that began on `from`.
pub fn check_return(to: Date, from: Date, today: Date) -> Refusal {
    if to <= from {
        return Some(format!(
            "Die Rückkehr muss nach dem ersten Tag der Abwesenheit liegen ({}).",
            german::date(from)
        ));
    }
    if to > today {
        return Some("Der Tag liegt in der Zukunft. Bitte die Rückkehr eintragen, wenn die Person wieder da ist.".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    const TODAY: Date = date!(2026 - 11 - 24);

    #[test]
    fn a_placement_begins_when_the_last_one_ended_but_not_before() {
        let stays = [(date!(2025 - 01 - 10), Some(date!(2025 - 06 - 01)))];
        assert_eq!(check_begin(date!(2025 - 06 - 01), TODAY, &stays), None);
        assert!(
            check_begin(date!(2025 - 05 - 31), TODAY, &stays)
                .is_some_and(|text| text.contains("01.06.2025"))
        );
        assert!(check_begin(date!(2026 - 11 - 25), TODAY, &[]).is_some());
        assert!(check_begin(TODAY, TODAY, &[(date!(2025 - 01 - 10), None)]).is_some());
        // An empty stay (placed and moved on the same day) hinders nobody.
        assert_eq!(check_begin(TODAY, TODAY, &[(TODAY, Some(TODAY))]), None);
    }

    #[test]
    fn a_release_is_after_the_beginning_and_not_far_ahead() {
        assert!(check_end(date!(2026 - 01 - 05), date!(2026 - 01 - 05), TODAY).is_some());
        assert_eq!(
            check_end(date!(2026 - 01 - 06), date!(2026 - 01 - 05), TODAY),
            None
        );
        assert_eq!(
            check_end(TODAY + Duration::days(31), date!(2026 - 01 - 05), TODAY),
            None
        );
        assert!(check_end(TODAY + Duration::days(32), date!(2026 - 01 - 05), TODAY).is_some());
    }

    #[test]
    fn expected_release_is_plausible() {
        assert!(check_expected(date!(2026 - 01 - 04), date!(2026 - 01 - 05), TODAY).is_some());
        assert_eq!(
            check_expected(date!(2041 - 01 - 04), date!(2026 - 01 - 05), TODAY),
            None
        );
        assert!(check_expected(date!(2126 - 01 - 04), date!(2026 - 01 - 05), TODAY).is_some());
    }

    #[test]
    fn absences_do_not_overlap_and_lie_within_the_placement() {
        let placed = date!(2026 - 10 - 01);
        let known = [(date!(2026 - 10 - 10), Some(date!(2026 - 10 - 12)))];
        assert_eq!(
            check_absence(date!(2026 - 10 - 12), None, placed, TODAY, &known),
            Ok(())
        );
        assert_eq!(
            check_absence(
                date!(2026 - 10 - 08),
                Some(date!(2026 - 10 - 10)),
                placed,
                TODAY,
                &known
            ),
            Ok(())
        );
        let field = |from, to, known: &[(Date, Option<Date>)]| {
            check_absence(from, to, placed, TODAY, known)
                .err()
                .map(|(field, _)| field)
        };
        assert_eq!(
            field(date!(2026 - 10 - 08), None, &known),
            Some(AbsenceField::From)
        );
        assert_eq!(
            field(date!(2026 - 09 - 30), None, &[]),
            Some(AbsenceField::From)
        );
        assert_eq!(field(TODAY, Some(TODAY), &[]), Some(AbsenceField::To));
        assert_eq!(
            field(TODAY + Duration::days(40), None, &[]),
            Some(AbsenceField::From)
        );
        assert_eq!(
            field(TODAY, None, &[(date!(2026 - 11 - 01), None)]),
            Some(AbsenceField::From)
        );
    }

    #[test]
    fn an_end_must_not_cut_off_an_absence_that_begins_later() {
        let absences = [(date!(2026 - 11 - 20), None)];
        assert!(check_end_with_absences(date!(2026 - 11 - 20), &absences).is_some());
        assert_eq!(
            check_end_with_absences(date!(2026 - 11 - 21), &absences),
            None
        );
    }

    #[test]
    fn names_numbers_and_births_are_plausible() {
        assert_eq!(check_name("O’Neill-Łuk"), None);
        assert!(check_name("=1+1").is_some() && check_name("123").is_some());
        assert_eq!(check_number("4711-23"), None);
        assert!(check_number("-4711").is_some() && check_number("Akte").is_some());
        assert_eq!(check_birth(date!(2012 - 11 - 24), TODAY), None);
        assert!(check_birth(date!(2012 - 11 - 25), TODAY).is_some());
    }

    #[test]
    fn returns_are_after_the_beginning_and_not_ahead() {
        assert_eq!(check_return(TODAY, date!(2026 - 11 - 23), TODAY), None);
        assert!(check_return(date!(2026 - 11 - 23), date!(2026 - 11 - 23), TODAY).is_some());
        assert!(check_return(date!(2026 - 11 - 25), date!(2026 - 11 - 23), TODAY).is_some());
    }
}
