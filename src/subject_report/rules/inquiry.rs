//! A request of a data subject: who asks, how identity was checked, until when it is answered, what is withheld. Pure.

use time::{Date, Month};

use crate::base::codes::codes;

codes! {
    /// Who asks.
    Asker {
        /// The data subject.
        Subject "subject" "betroffene Person",
        /// A lawyer or somebody else with a power of attorney.
        Proxy "proxy" "bevollmächtigte Person",
        /// Parents or guardians.
        Guardian "guardian" "gesetzliche Vertretung",
    }
}

codes! {
    /// How it was made sure that the answer goes to the right person.
    Identity {
        /// The prison knows whom it keeps.
        Facility "facility" "Bestätigung der Anstalt oder Dienststelle",
        /// Identity card seen.
        Card "card" "Ausweis gesehen",
        /// Power of attorney in the file.
        Authority "authority" "Vollmacht oder Bestellung liegt vor",
    }
}

codes! {
    /// Where a request stands.
    State {
        /// Waits for its answer.
        Open "open" "offen",
        /// Answered.
        Answered "answered" "beantwortet",
    }
}

codes! {
    /// How the answer was handed out.
    Delivery {
        /// In person, in a closed envelope.
        Person "person" "persönlich, verschlossen",
        /// By post.
        Post "post" "mit der Post",
        /// To the lawyer.
        Proxy "proxy" "an die bevollmächtigte oder vertretende Person",
        /// As a file.
        File "file" "als Datei (JSON)",
    }
}

codes! {
    /// Why a part is withheld: Art. 15 (1) (a) to (e) of Directive (EU) 2016/680, which the law of the Länder transposes.
    Ground {
        /// Art. 15 (1) (a).
        Proceedings "proceedings" "Behinderung behördlicher oder gerichtlicher Untersuchungen oder Verfahren (Art. 15 Abs. 1 Buchst. a Richtlinie (EU) 2016/680)",
        /// Art. 15 (1) (b).
        Enforcement "enforcement" "Beeinträchtigung der Verhütung und Verfolgung von Straftaten oder der Strafvollstreckung (Art. 15 Abs. 1 Buchst. b)",
        /// Art. 15 (1) (c).
        PublicSecurity "public_security" "Schutz der öffentlichen Sicherheit (Art. 15 Abs. 1 Buchst. c)",
        /// Art. 15 (1) (d).
        NationalSecurity "national_security" "Schutz der nationalen Sicherheit (Art. 15 Abs. 1 Buchst. d)",
        /// Art. 15 (1) (e).
        Others "others" "Schutz der Rechte und Freiheiten anderer (Art. 15 Abs. 1 Buchst. e)",
    }
}

/// The last day to answer: one month after the request came in (Art. 12 (3) GDPR; Art. 12 (3) of the directive says
/// "without undue delay", so the stricter rule stands for both).
pub fn due(received: Date) -> Date {
    let (year, month) = match received.month() {
        Month::December => (received.year() + 1, Month::January),
        month => (received.year(), month.next()),
    };
    let day = received.day().min(month.length(year));
    Date::from_calendar_date(year, month, day).unwrap_or(received + time::Duration::days(30))
}

/// The withheld sections with their grounds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restrictions(Vec<(String, Ground)>);

impl Restrictions {
    /// Reads what is stored; what cannot be read is no restriction.
    pub fn read(stored: &str) -> Self {
        Self(
            stored
                .split_whitespace()
                .filter_map(|pair| {
                    let (section, ground) = pair.split_once('=')?;
                    Some((section.to_owned(), Ground::from_code(ground)?))
                })
                .collect(),
        )
    }

    /// As it is stored.
    pub fn stored(&self) -> String {
        let pairs: Vec<String> = self
            .0
            .iter()
            .map(|(section, ground)| format!("{section}={}", ground.code()))
            .collect();
        pairs.join(" ")
    }

    /// Why a section is withheld, if it is.
    pub fn of(&self, section: &str) -> Option<Ground> {
        self.0
            .iter()
            .find(|(known, _)| known == section)
            .map(|(_, ground)| *ground)
    }

    /// Withholds a section, or tells it again.
    pub fn set(&mut self, section: &str, ground: Option<Ground>) {
        self.0.retain(|(known, _)| known != section);
        if let Some(ground) = ground {
            self.0.push((section.to_owned(), ground));
            self.0.sort();
        }
    }

    /// Whether nothing is withheld.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    #[test]
    fn a_month_ends_on_the_same_day_or_on_the_last_of_a_shorter_month() {
        assert_eq!(due(date!(2026 - 11 - 23)), date!(2026 - 12 - 23));
        assert_eq!(due(date!(2026 - 12 - 31)), date!(2027 - 01 - 31));
        assert_eq!(due(date!(2027 - 01 - 31)), date!(2027 - 02 - 28));
        assert_eq!(due(date!(2028 - 01 - 30)), date!(2028 - 02 - 29));
    }

    proptest! {
        #[test]
        fn what_was_withheld_is_read_back(changes in prop::collection::vec((0usize..4, prop::option::of(0usize..5)), 0..20)) {
            let mut kept = Restrictions::default();
            let mut expected = std::collections::BTreeMap::new();
            for (section, ground) in changes {
                let name = ["person", "history", "client_case", "consent"][section];
                let ground = ground.map(|index| Ground::ALL[index]);
                kept.set(name, ground);
                match ground {
                    Some(ground) => expected.insert(name, ground),
                    None => expected.remove(name),
                };
            }
            let read = Restrictions::read(&kept.stored());
            prop_assert_eq!(&read, &kept);
            prop_assert_eq!(read.is_empty(), expected.is_empty());
            for name in ["person", "history", "client_case", "consent"] {
                prop_assert_eq!(read.of(name), expected.get(name).copied());
            }
        }

        #[test]
        fn the_last_day_is_28_to_31_days_later(days in 0i64..20_000) {
            let received = date!(2020 - 01 - 01) + time::Duration::days(days);
            let span = (due(received) - received).whole_days();
            prop_assert!((28..=31).contains(&span));
        }
    }
}
