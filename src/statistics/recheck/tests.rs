//! Sequences of releases as they come out, and files made up so that something is wrong.

use std::ops::ControlFlow;

use time::macros::date;

use super::super::catalogue::{Report, report};
use super::super::cleared::Release;
use super::super::content::{Head, content};
use super::super::cube::{Fact, Time, count};
use super::super::dimension::{Codes, fixed};
use super::super::disclosure::Rule;
use super::super::file::{AttackerInterval, Figure, OUTSIDER};
use super::super::link::Earlier;
use super::super::protection::{NotProtected, protect_report};
use super::super::shape::Shape;
use super::*;
use crate::base::calendar::Quarter;
use crate::statistics::dimension::Dimension;

fn quarter(text: &str) -> Quarter {
    text.parse().expect("a quarter")
}

/// Facts about the first code of every dimension but those named.
fn fact(measure: Measure, time: Time, count: u64, codes: &[(Dimension, &str)]) -> Fact {
    let mut all: BTreeMap<Dimension, String> = Dimension::ALL
        .into_iter()
        .map(|dimension| {
            let code = fixed(dimension)
                .and_then(|codes| codes.leaves().first().map(|leaf| (*leaf).to_owned()))
                .unwrap_or_else(|| "erster".to_owned());
            (dimension, code)
        })
        .collect();
    all.extend(
        codes
            .iter()
            .map(|(dimension, code)| (*dimension, (*code).to_owned())),
    );
    Fact {
        measure,
        time,
        codes: all,
        count,
    }
}

/// The code lists that facts of all times need, so that all releases have the same.
fn codes(facts: &[Fact]) -> BTreeMap<Dimension, Codes> {
    let mut trees: BTreeMap<Dimension, Codes> = Dimension::ALL
        .into_iter()
        .map(|dimension| {
            (
                dimension,
                fixed(dimension).unwrap_or_else(|| Codes::new("alle")),
            )
        })
        .collect();
    for fact in facts {
        for (dimension, code) in &fact.codes {
            if let Some(tree) = trees.get_mut(dimension) {
                tree.add(code, code, "gesamt");
            }
        }
    }
    trees
}

fn known(code: &str) -> &'static Report {
    report(code).expect("in the catalogue")
}

/// What is wrong with these files.
fn verify_contents<'a>(
    contents: impl IntoIterator<Item = &'a ReleaseContent>,
) -> Result<Vec<String>, String> {
    recompute(contents).map(|recomputed| recomputed.problems)
}

/// All that came out so far.
#[derive(Default)]
struct Register {
    contents: Vec<ReleaseContent>,
    earlier: Vec<Earlier>,
}

impl Register {
    fn head(&self, code: &str, period: &str) -> Head {
        let same = |content: &&ReleaseContent| {
            content.report.code == code && content.period.code == period
        };
        let revision = self.contents.iter().filter(same).count() as u32 + 1;
        let mut cut_off = date!(2026 - 08 - 01);
        for _ in &self.contents {
            cut_off = cut_off.next_day().expect("a day");
        }
        Head {
            report: known(code),
            period: period.parse().expect("a period"),
            cut_off,
            revision,
            correction: (revision > 1).then(|| "Nachträge".to_owned()),
            threshold: 5,
            shape: Shape::default(),
        }
    }

    /// Counts, protects and publishes; what the second opinion says.
    fn publish(&mut self, code: &str, period: &str, facts: &[Fact]) -> Result<Vec<String>, String> {
        self.publish_with(code, period, facts, |_| ())
    }

    /// The same with more known of the programmes than facts say.
    fn publish_with(
        &mut self,
        code: &str,
        period: &str,
        facts: &[Fact],
        programmes: impl Fn(&mut Counted),
    ) -> Result<Vec<String>, String> {
        let head = self.head(code, period);
        let within = |fact: &Fact| match fact.time {
            Time::In(quarter) | Time::At(quarter) => head.period.contains(Period::Quarter(quarter)),
            Time::Whole(part) => head.period.contains(part),
        };
        let facts: Vec<Fact> = facts.iter().filter(|fact| within(fact)).cloned().collect();
        let mut counted =
            count(head.report, head.period, codes(&facts), &facts).expect("something");
        programmes(&mut counted);
        let rule = Rule::new(head.threshold).expect("permitted");
        let mut go = |_: &str, _: u64, _: u64| ControlFlow::Continue(());
        let protected = protect_report(
            head.report,
            head.period,
            &counted,
            &self.earlier,
            &rule,
            &mut go,
        )
        .map_err(|why: NotProtected| why.to_string())?;
        let hidden = protected
            .figures
            .iter()
            .filter(|(_, figure)| matches!(figure, Figure::Hidden(_)))
            .map(|(key, _)| {
                (
                    key.table.to_owned(),
                    key.measure.code().to_owned(),
                    key.codes.clone(),
                )
            })
            .collect();
        let inside = protected
            .inside
            .iter()
            .map(|(key, inside)| {
                let place = (
                    key.table.to_owned(),
                    key.measure.code().to_owned(),
                    key.codes.clone(),
                );
                let (lower, upper) = (inside.interval.lower, inside.interval.upper);
                (place, (inside.name.clone(), lower, upper))
            })
            .collect();
        self.contents.push(
            Release::new(content(&head, &counted), protected.figures)
                .content()
                .clone(),
        );
        self.earlier.push(Earlier {
            report: head.report,
            period: head.period,
            counted,
            hidden,
        });
        let releases: Vec<Known<'_>> = self
            .contents
            .iter()
            .zip(&self.earlier)
            .map(|(content, earlier)| Known {
                content,
                counted: &earlier.counted,
            })
            .collect();
        let go = &mut |_: &str, _, _| std::ops::ControlFlow::Continue(());
        verify_next(&releases, &inside, go).map(|found| found.expect("not given up"))
    }

    fn figure(&self, table: &str, measure: Measure, codes: &[&str]) -> &Figure {
        let tables = self
            .contents
            .last()
            .map(|content| content.tables.as_slice());
        tables
            .into_iter()
            .flatten()
            .filter(|one| one.code == table)
            .flat_map(|table| &table.cells)
            .find(|cell| cell.measure == measure.code() && cell.codes == codes)
            .map(|cell| &cell.figure)
            .expect("in the release")
    }
}

/// Enquiries by programme and provider.
fn enquiries(when: &str, counts: &[(&str, &str, u64)]) -> Vec<Fact> {
    let one = |(programme, provider, count): &(&str, &str, u64)| {
        let place = [
            (Dimension::Programme, *programme),
            (Dimension::Provider, *provider),
        ];
        fact(Measure::Enquiries, Time::In(quarter(when)), *count, &place)
    };
    counts.iter().map(one).collect()
}

/// People by sex, all of one age.
fn people(period: &str, counts: &[(&str, u64)]) -> Vec<Fact> {
    let time = Time::Whole(period.parse().expect("a period"));
    let one = |(sex, count): &(&str, u64)| {
        let place = [(Dimension::Sex, *sex), (Dimension::Age, "a30")];
        fact(Measure::Persons, time, *count, &place)
    };
    counts.iter().map(one).collect()
}

fn two_quarters() -> Vec<Fact> {
    let mut facts = enquiries(
        "2026-Q1",
        &[
            ("p1", "a", 9),
            ("p1", "b", 3),
            ("p2", "a", 2),
            ("p2", "b", 14),
            ("p3", "b", 2),
        ],
    );
    facts.extend(enquiries(
        "2026-Q2",
        &[
            ("p1", "a", 4),
            ("p1", "b", 8),
            ("p2", "a", 11),
            ("p2", "b", 6),
            ("p3", "b", 1),
        ],
    ));
    facts
}

#[test]
fn a_quarter_is_corrected_after_its_half_year_came_out_and_then_the_half_year() {
    let mut register = Register::default();
    let mut facts = two_quarters();
    for (report, period) in [
        ("quartal", "2026-Q1"),
        ("quartal", "2026-Q2"),
        ("halbjahr", "2026-H1"),
    ] {
        assert_eq!(register.publish(report, period, &facts), Ok(Vec::new()));
    }
    facts.extend(enquiries("2026-Q1", &[("p1", "a", 1), ("p2", "b", 3)]));
    assert_eq!(
        register.publish("quartal", "2026-Q1", &facts),
        Ok(Vec::new())
    );
    assert_eq!(
        register.publish("halbjahr", "2026-H1", &facts),
        Ok(Vec::new())
    );
    let total = register.figure("massnahmen", Measure::Enquiries, &["gesamt"]);
    assert_eq!(*total, Figure::Number(64));
    // And so does whoever has nothing but the files, in any order.
    assert_eq!(
        verify_contents(register.contents.iter().rev()),
        Ok(Vec::new())
    );
}

/// Files tell the day they came out, not the hour.
#[test]
fn everything_may_come_out_on_one_day_also_a_correction() {
    let mut register = Register::default();
    let mut facts = two_quarters();
    for (report, period) in [
        ("quartal", "2026-Q1"),
        // The second quarter comes after the half-year, and after further entries.
        ("halbjahr", "2026-H1"),
    ] {
        assert_eq!(register.publish(report, period, &facts), Ok(Vec::new()));
    }
    facts.extend(enquiries("2026-Q1", &[("p1", "a", 1), ("p2", "b", 3)]));
    facts.extend(enquiries("2026-Q2", &[("p1", "b", 40)]));
    for period in ["2026-Q1", "2026-Q2"] {
        assert_eq!(register.publish("quartal", period, &facts), Ok(Vec::new()));
    }
    let on_one_day: Vec<ReleaseContent> = register
        .contents
        .iter()
        .map(|content| ReleaseContent {
            cut_off: date!(2026 - 08 - 01),
            ..content.clone()
        })
        .collect();
    assert_eq!(verify_contents(&on_one_day), Ok(Vec::new()));
}

#[test]
fn nobody_is_in_a_quarter_who_is_not_in_its_half_year() {
    // 22 men in the second quarter, so at least 22 in the half-year: with 25 in all, there would be at most three women.
    let mut register = Register::default();
    let mut facts = people("2026-Q1", &[("weiblich", 3), ("maennlich", 20)]);
    facts.extend(people("2026-Q2", &[("maennlich", 22)]));
    facts.extend(people("2026-H1", &[("weiblich", 3), ("maennlich", 22)]));
    for period in ["2026-Q1", "2026-Q2"] {
        assert_eq!(register.publish("quartal", period, &facts), Ok(Vec::new()));
    }
    let men = register.figure("personen", Measure::Persons, &["maennlich", "gesamt"]);
    assert_eq!(*men, Figure::Number(22));
    assert_eq!(
        register.publish("halbjahr", "2026-H1", &facts),
        Ok(Vec::new())
    );
    let all = register.figure("personen", Measure::Persons, &["gesamt", "gesamt"]);
    assert!(matches!(all, Figure::Hidden(_)), "{all:?}");
    // The check from the files alone knows it too.
    let mut told = register.contents.clone();
    reveal(told.last_mut(), Measure::Persons, 25, |codes| {
        codes.iter().all(|code| code == "gesamt")
    });
    let found = verify_contents(&told).expect("judged");
    assert!(
        found
            .iter()
            .any(|one| one.contains("weiblich") && one.contains("liegt sicher")),
        "{found:?}"
    );
}

/// Shows a hidden figure in all its tables.
fn reveal(
    content: Option<&mut ReleaseContent>,
    measure: Measure,
    number: u64,
    wanted: impl Fn(&[String]) -> bool,
) {
    for table in &mut content.expect("a release").tables {
        for cell in &mut table.cells {
            if cell.measure == measure.code() && wanted(&cell.codes) {
                cell.figure = Figure::Number(number);
            }
        }
    }
}

#[test]
fn there_are_never_more_talks_than_hours() {
    // Ten talks of one hour each in the second programme: with 13 talks in all, the first one has at least three.
    let mut register = Register::default();
    let mut facts = Vec::new();
    for (programme, talks, hours) in [("p1", 3, 6), ("p2", 10, 10), ("p3", 9, 12)] {
        let time = Time::In(quarter("2026-Q1"));
        let place = [(Dimension::Programme, programme)];
        facts.push(fact(Measure::Talks, time, talks, &place));
        facts.push(fact(Measure::TalkHours, time, hours, &place));
    }
    assert_eq!(
        register.publish("quartal", "2026-Q1", &facts),
        Ok(Vec::new())
    );
    let shown = |measure: Measure, programme: &str| {
        let figure = register.figure("massnahmen", measure, &[programme]);
        matches!(figure, Figure::Number(_))
    };
    assert!(!shown(Measure::Talks, "p1"));
    let both = shown(Measure::TalkHours, "p1") && shown(Measure::TalkHours, "p2");
    assert!(!both || !shown(Measure::Talks, "gesamt") || !shown(Measure::Talks, "p3"));
}

/// A release that hides everything but what is given: table, measure, codes, number.
fn made_up(
    register: &Register,
    code: &str,
    period: &str,
    facts: &[Fact],
    shown: &[(&str, &[&str], u64)],
) -> (ReleaseContent, Counted) {
    let head = register.head(code, period);
    let counted = count(head.report, head.period, codes(facts), facts).expect("something");
    let wide = || {
        Figure::Hidden(vec![AttackerInterval {
            attacker: OUTSIDER.to_owned(),
            lower: 0,
            upper: None,
        }])
    };
    let mut content = content(&head, &counted);
    for table in &mut content.tables {
        for cell in &mut table.cells {
            let number = shown
                .iter()
                .find(|(known, at, _)| *known == table.code && cell.codes == *at);
            if Measure::from_code(&cell.measure).is_some_and(|measure| !measure.open()) {
                cell.figure = number.map_or_else(wide, |(_, _, number)| Figure::Number(*number));
            }
        }
    }
    (content, counted)
}

#[test]
fn two_reports_about_the_same_year_are_read_together() {
    let facts: Vec<Fact> = [("p1", 6), ("p2", 3)]
        .into_iter()
        .map(|(programme, count)| {
            let place = [(Dimension::Programme, programme)];
            fact(
                Measure::Started,
                Time::In(quarter("2025-Q1")),
                count,
                &place,
            )
        })
        .collect();
    let register = Register::default();
    let mut year = made_up(
        &register,
        "jahr",
        "2025",
        &facts,
        &[("massnahmen_einrichtungen", &["erster", "gesamt"], 9)],
    );
    let mut asked = made_up(
        &register,
        "landtag",
        "2025",
        &facts,
        &[("landtag", &["erster", "gesamt", "p1"], 6)],
    );
    // Only beginnings are looked at: nothing else is in these made-up files.
    for content in [&mut year.0, &mut asked.0] {
        only(content, Measure::Started);
    }
    assert_eq!(given(&[&year.0]), Vec::<String>::new());
    assert_eq!(given(&[&asked.0]), Vec::<String>::new());
    let both = given(&[&year.0, &asked.0]);
    assert!(
        both.iter()
            .any(|one| one.contains("p2") && one.contains("zwischen 3 und 3")),
        "{both:?}"
    );
}

/// Leaves out all other measures.
fn only(content: &mut ReleaseContent, measure: Measure) {
    for table in &mut content.tables {
        table.cells.retain(|cell| cell.measure == measure.code());
    }
}

/// What is given away, whatever the certificate says.
fn given(contents: &[&ReleaseContent]) -> Vec<String> {
    let found = verify_contents(contents.iter().copied()).expect("judged");
    found
        .into_iter()
        .filter(|one| one.contains("liegt sicher"))
        .collect()
}

#[test]
fn what_was_replaced_is_still_known() {
    let facts = enquiries("2026-Q1", &[("p1", "a", 6), ("p2", "a", 3)]);
    let mut register = Register::default();
    let sums: &[(&str, &[&str], u64)] =
        &[("massnahmen", &["gesamt"], 9), ("massnahmen", &["p1"], 6)];
    let first = made_up(&register, "quartal", "2026-Q1", &facts, sums).0;
    register.contents.push(first);
    let second = made_up(&register, "quartal", "2026-Q1", &facts, &[]).0;
    register.contents.push(second);
    for content in &mut register.contents {
        only(content, Measure::Enquiries);
    }
    let all: Vec<&ReleaseContent> = register.contents.iter().collect();
    assert!(given(&all).iter().any(|one| one.contains("p2")));
    assert_eq!(given(&all[1..]), Vec::<String>::new());
}

#[test]
fn a_certificate_that_says_something_else_is_named() {
    let mut register = Register::default();
    let facts = two_quarters();
    for period in ["2026-Q1", "2026-Q2"] {
        assert_eq!(register.publish("quartal", period, &facts), Ok(Vec::new()));
    }
    assert_eq!(verify_contents(&register.contents), Ok(Vec::new()));
    for change in [1, -1] {
        let mut told = register.contents.clone();
        let cell = told[0]
            .tables
            .iter_mut()
            .flat_map(|table| &mut table.cells)
            .find_map(|cell| match &mut cell.figure {
                Figure::Hidden(intervals) => intervals.iter_mut().find(|one| one.upper.is_some()),
                _ => None,
            })
            .expect("something with a limit is hidden");
        cell.upper = cell
            .upper
            .and_then(|upper| upper.checked_add_signed(change));
        let found = verify_contents(&told).expect("judged");
        assert!(
            found
                .iter()
                .any(|one| one.contains("Nachweis stimmt nicht")),
            "{change}: {found:?}"
        );
    }
}

#[test]
fn what_a_provider_can_work_out_from_its_own_figures_is_found() {
    let facts = enquiries(
        "2026-Q1",
        &[("p1", "a", 4), ("p1", "b", 3), ("p1", "c", 20)],
    );
    let register = Register::default();
    let sums: &[(&str, &[&str], u64)] = &[("traeger", &["gesamt"], 27), ("traeger", &["c"], 20)];
    let (mut content, counted) = made_up(&register, "quartal", "2026-Q1", &facts, sums);
    only(&mut content, Measure::Enquiries);
    let releases = [Known {
        content: &content,
        counted: &counted,
    }];
    let go = &mut |_: &str, _, _| std::ops::ControlFlow::Continue(());
    let found = verify_next(&releases, &BTreeMap::new(), go)
        .expect("judged")
        .expect("not given up");
    // Somebody gave it up: nothing is said to be safe.
    let stop = &mut |_: &str, _, _| std::ops::ControlFlow::Break(());
    assert_eq!(verify_next(&releases, &BTreeMap::new(), stop), Ok(None));
    for name in [": a kann", ": b kann"] {
        assert!(found.iter().any(|one| one.contains(name)), "{found:?}");
    }
    assert!(
        !found.iter().any(|one| one.contains(": c kann")),
        "{found:?}"
    );
    // The same through disclosure control is safe, and what is said of insiders is so.
    let mut register = Register::default();
    assert_eq!(
        register.publish("quartal", "2026-Q1", &facts),
        Ok(Vec::new())
    );
}

/// One provider coaches parents in a programme that another one offers too, and carries out a programme alone.
fn coached_parents() -> Vec<Fact> {
    let (time, end) = (Time::In(quarter("2026-Q1")), Time::At(quarter("2026-Q1")));
    let mut facts = vec![fact(
        Measure::Parents,
        time,
        3,
        &[(Dimension::Programme, "eltern"), (Dimension::Provider, "a")],
    )];
    for (programme, provider, count) in [
        ("eltern", "a", 3),
        ("eltern", "b", 0),
        ("allein", "a", 4),
        ("gruppe", "b", 20),
    ] {
        let place = [
            (Dimension::Programme, programme),
            (Dimension::Provider, provider),
        ];
        // All of them go on.
        facts.push(fact(Measure::Started, time, count, &place));
        facts.push(fact(Measure::Running, end, count, &place));
    }
    facts
}

#[test]
fn a_providers_own_coached_parents_tell_it_the_beginnings_of_their_programme() {
    // It also knows what it does alone, and takes both from the published sum. That says nothing of others: the parents are
    // its own. Without the definition, three beginnings would seem to be others'.
    let mut register = Register::default();
    let programmes = |counted: &mut Counted| {
        counted.parents.insert("eltern".to_owned());
        counted.alone.insert("allein".to_owned(), "a".to_owned());
    };
    let found = register.publish_with("quartal", "2026-Q1", &coached_parents(), programmes);
    assert_eq!(found, Ok(Vec::new()));
    let hidden = register.figure("massnahmen", Measure::Started, &["eltern"]);
    assert!(matches!(hidden, Figure::Hidden(_)), "{hidden:?}");
    let total = register.figure("massnahmen", Measure::Started, &["gesamt"]);
    assert_eq!(*total, Figure::Number(27));
}

#[test]
fn what_was_compared_in_one_direction_only_is_told() {
    let mut register = Register::default();
    let mut facts = two_quarters();
    for period in ["2026-Q1", "2026-Q2"] {
        assert_eq!(register.publish("quartal", period, &facts), Ok(Vec::new()));
    }
    let recomputed = recompute(&register.contents).expect("judged");
    let only_exact = |one: &Compared| one.exactly > 0 && one.safely == 0;
    assert_eq!(recomputed.compared.len(), 2);
    assert!(
        recomputed.compared.values().all(only_exact),
        "{recomputed:?}"
    );
    facts.extend(enquiries("2026-Q1", &[("p1", "a", 1), ("p2", "b", 3)]));
    assert_eq!(
        register.publish("quartal", "2026-Q1", &facts),
        Ok(Vec::new())
    );
    let recomputed = recompute(&register.contents).expect("judged");
    let corrected = recomputed
        .compared
        .iter()
        .find(|(title, _)| title.ends_with("Version 2"))
        .map(|(_, compared)| *compared)
        .expect("compared");
    assert!(
        corrected.exactly == 0 && corrected.safely > 0,
        "{recomputed:?}"
    );
    // In the safe direction it is compared all the same.
    let mut told = register.contents.clone();
    let cell = told
        .last_mut()
        .into_iter()
        .flat_map(|content| &mut content.tables)
        .flat_map(|table| &mut table.cells)
        .find_map(|cell| match &mut cell.figure {
            Figure::Hidden(intervals) => intervals.iter_mut().find(|one| one.upper.is_some()),
            _ => None,
        })
        .expect("something with a limit is hidden");
    cell.upper = cell.upper.map(|upper| upper + 1);
    assert!(!verify_contents(&told).expect("judged").is_empty());
}
