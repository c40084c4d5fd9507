//! The second opinion on releases, from their files alone: the tables of all packages put together as somebody would who has
//! them all, and judged by [`super::verify`], which shares no code with disclosure control. No figure that is secret is known
//! here: finest cells are the combinations of codes in the files, and what hangs together follows from the files' own code
//! lists, from time, and from the definitions of the measures.
//!
//! What was ever published counts, also what was replaced or withdrawn: whoever read it has it still. Two releases are tied
//! only where no late entry lies between them. The installation knows where ([`verify_next`]); of files alone that is known
//! of a period and its parts, because a report waits for the correction of its parts ([`verify_releases`]).

mod grid;
mod insiders;
mod ties;

use std::collections::{BTreeMap, BTreeSet};

use time::Date;

use super::catalogue::REPORTS;
use super::cube::Counted;
use super::disclosure::DEFAULT_THRESHOLD;
use super::file::{Protection, ReadPackage, ReleaseContent};
use super::link::touched;
use super::measure::Measure;
use super::period::Period;
use super::protection::Progress;
use super::verify::{Evidence, Finding, VerifyError};
use grid::{Grids, Secret, grids};
use ties::{Agreed, tie};

/// What an insider is said to know at best of a hidden figure: who, and between what. Never for a file.
pub(super) type Inside = (String, u64, Option<u64>);

/// A release with what only the installation knows of it.
pub(super) struct Known<'a> {
    /// What it says.
    pub content: &'a ReleaseContent,
    /// What was counted for it.
    pub counted: &'a Counted,
}

/// What came of recomputing releases from their files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recomputed {
    /// Small figures that the releases give away all together, in German, and certificates that say something else than what
    /// comes out; nothing is what should come out.
    pub problems: Vec<String>,
    /// Hidden figures by release: how many certificates were compared in both directions, and of how many only that they
    /// promise no more than what comes out. The latter must not narrow the interval to be safe, but no file tells enough to
    /// say that it could not be wider.
    pub compared: BTreeMap<String, Compared>,
}

/// How the certificate of one release was compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compared {
    /// Figures whose interval is what comes out, no more and no less.
    pub exactly: usize,
    /// Figures whose interval is at most as wide as what comes out.
    pub safely: usize,
}

/// Recomputes releases from nothing but their files.
///
/// # Errors
/// If the releases contradict each other or cannot be judged; never to be read as "nothing found".
pub fn verify_releases(packages: &[ReadPackage]) -> Result<Recomputed, String> {
    recompute(packages.iter().map(|package| &package.content))
}

fn recompute<'a>(
    contents: impl IntoIterator<Item = &'a ReleaseContent>,
) -> Result<Recomputed, String> {
    let contents = ordered(contents);
    let threshold = threshold(&contents)?;
    let mut recomputed = Recomputed::default();
    for family in closed() {
        let wrong = |error: VerifyError| format!("{}: {error}", family.words().label);
        // In which quarter entries were late without a correction is not to be seen; so stocks are tied only if they fit.
        let chained: Agreed<'_> = &|one, other, measure| {
            built_on(&contents, one, other)
                || (measure == Measure::Running && follows(&contents, one, other))
        };
        let plain: Agreed<'_> = &|one, other, _| built_on(&contents, one, other);
        let days_apart: Agreed<'_> = &|one, other, _| surely_built_on(&contents, one, other);
        let mut judged = Err(VerifyError::Contradiction);
        for agreed in [chained, plain, days_apart] {
            judged = self::judged(&contents, family, threshold, agreed);
            if !matches!(judged, Err(VerifyError::Contradiction)) {
                break;
            }
        }
        let given_away = judged.map_err(wrong)?.given_away();
        recomputed.problems.extend(given_away);
        certificates(&contents, family, threshold, &mut recomputed).map_err(wrong)?;
    }
    Ok(recomputed)
}

/// What a release that is about to be published, the last one of these, gives away together with everything that was ever
/// published; also to somebody who knows a part. `inside` is what disclosure control says of those, by table, measure and
/// codes. `None`: it was given up.
///
/// # Errors
/// If the releases contradict each other or cannot be judged.
pub(super) fn verify_next(
    releases: &[Known<'_>],
    inside: &BTreeMap<(String, String, Vec<String>), Inside>,
    progress: Progress<'_>,
) -> Result<Option<Vec<String>>, String> {
    let contents: Vec<&ReleaseContent> = releases.iter().map(|one| one.content).collect();
    let threshold = threshold(&contents)?;
    let Some(last) = contents.len().checked_sub(1) else {
        return Ok(Some(Vec::new()));
    };
    let late = late_entries(releases);
    let agreed: Agreed<'_> = &|one, other, measure| {
        late.get(&(one.min(other), one.max(other)))
            .is_some_and(|measures| !measures.contains(&measure))
    };
    let corrected = contents.iter().any(|content| content.version > 1);
    let mut problems = Vec::new();
    let families = closed();
    let of = u64::try_from(families.len()).unwrap_or(u64::MAX);
    for (done, family) in (0u64..).zip(families) {
        let label = family.words().label;
        let wrong = |error: VerifyError| format!("{label}: {error}");
        let mut tell = |who: &str| {
            let what = format!("Zweite Prüfung aus den Dateien, {label}{who}");
            progress(&what, done, of).is_continue()
        };
        if !tell("") {
            return Ok(None);
        }
        let judged = judged(&contents, family, threshold, agreed).map_err(wrong)?;
        problems.extend(judged.given_away());
        let exact = is_exact(family, corrected);
        for secret in judged.secrets_of(last) {
            if let Some(finding) = judged.findings.get(&secret.parts) {
                problems.extend(wider(secret, finding));
                problems.extend(narrower(secret, finding).filter(|_| exact));
            }
        }
        let found = insiders::worked_out(&judged, releases, last, threshold, inside, &mut tell);
        let Some(found) = found.map_err(wrong)? else {
            return Ok(None);
        };
        problems.extend(found);
    }
    Ok(Some(problems))
}

/// Where entries came late between two releases about the same time: the measures counted otherwise since.
fn late_entries(releases: &[Known<'_>]) -> BTreeMap<(usize, usize), BTreeSet<Measure>> {
    let periods: Vec<Option<Period>> = releases
        .iter()
        .map(|one| one.content.period.code.parse().ok())
        .collect();
    let near = |one: Period, other: Period| {
        one.first_day() <= other.day_after() && other.first_day() <= one.day_after()
    };
    let mut late = BTreeMap::new();
    for (earlier, then) in releases.iter().enumerate() {
        for (later, now) in releases.iter().enumerate().skip(earlier + 1) {
            if let (Some(Some(one)), Some(Some(other))) = (periods.get(earlier), periods.get(later))
                && near(*one, *other)
            {
                late.insert((earlier, later), touched(now.counted, then.counted));
            }
        }
    }
    late
}

/// Every release once, as they came out.
fn ordered<'a>(all: impl IntoIterator<Item = &'a ReleaseContent>) -> Vec<&'a ReleaseContent> {
    let mut contents: BTreeMap<(Date, &str, &str, u32), &ReleaseContent> = BTreeMap::new();
    for content in all {
        let key = (
            content.cut_off,
            content.report.code.as_str(),
            content.period.code.as_str(),
            content.version,
        );
        contents.insert(key, content);
    }
    contents.into_values().collect()
}

fn threshold(contents: &[&ReleaseContent]) -> Result<u64, String> {
    let each = contents.iter().map(|content| match content.protection {
        Protection::Suppression { threshold } => Ok(threshold),
        Protection::Rounding { .. } => {
            Err("Gerundete Veröffentlichungen werden hier nicht geprüft.".to_owned())
        }
    });
    let all = each.collect::<Result<Vec<u64>, String>>()?;
    Ok(all.into_iter().min().unwrap_or(DEFAULT_THRESHOLD))
}

/// The families of measures that are about people.
fn closed() -> BTreeSet<Measure> {
    Measure::ALL
        .into_iter()
        .filter(|measure| !measure.open())
        .map(Measure::family)
        .collect()
}

/// Whether a release had to wait for the correction of another one, and that one is the newest of its kind from then: a part
/// of its period, or a report about the same period that comes before it in the catalogue.
fn built_on(contents: &[&ReleaseContent], one: usize, other: usize) -> bool {
    let rank = |content: &ReleaseContent| {
        let code = &content.report.code;
        REPORTS.iter().position(|known| known.code == code)
    };
    let (Some(whole), Some(part)) = (contents.get(one), contents.get(other)) else {
        return false;
    };
    let (Ok(long), Ok(short)) = (
        whole.period.code.parse::<Period>(),
        part.period.code.parse::<Period>(),
    ) else {
        return false;
    };
    long.contains(short)
        && (long != short || rank(part) < rank(whole))
        && is_newest(contents, part, whole.cut_off)
}

/// The same for releases of different days only: which of two of one day came first no file tells, and entries may have been
/// late between them.
fn surely_built_on(contents: &[&ReleaseContent], one: usize, other: usize) -> bool {
    let day = |place: usize| contents.get(place).map(|content| content.cut_off);
    day(one) != day(other) && built_on(contents, one, other)
}

/// Whether a release is about the time right after another one, and that one is the newest of its kind from then.
fn follows(contents: &[&ReleaseContent], one: usize, other: usize) -> bool {
    let (Some(next), Some(before)) = (contents.get(one), contents.get(other)) else {
        return false;
    };
    let (Ok(now), Ok(then)) = (
        next.period.code.parse::<Period>(),
        before.period.code.parse::<Period>(),
    ) else {
        return false;
    };
    then.day_after() == now.first_day() && is_newest(contents, before, next.cut_off)
}

/// Whether nothing replaced a release up to a day. A correction of that very day may have come before or after what else came
/// out on it: then neither it nor what it replaced is the newest.
fn is_newest(contents: &[&ReleaseContent], release: &ReleaseContent, until: Date) -> bool {
    release.cut_off <= until
        && (release.version == 1 || release.cut_off < until)
        && !contents.iter().any(|other| {
            (&other.report.code, &other.period.code) == (&release.report.code, &release.period.code)
                && other.version > release.version
                && other.cut_off <= until
        })
}

/// Everything about the measures of a family.
pub(super) struct Judged {
    evidence: Evidence,
    grids: Grids,
    findings: BTreeMap<Vec<usize>, Finding>,
}

impl Judged {
    fn secrets_of(&self, release: usize) -> impl Iterator<Item = &Secret> {
        let secrets = self.grids.secrets.iter();
        secrets.filter(move |secret| secret.release == release)
    }

    /// What is known too well, each cell once.
    fn given_away(&self) -> Vec<String> {
        let mut told = BTreeSet::new();
        let secrets = self.grids.secrets.iter();
        secrets
            .filter_map(|secret| {
                let finding = self.findings.get(&secret.parts)?;
                (finding.too_narrow && told.insert(&secret.parts)).then(|| {
                    format!(
                        "{}: Der geheime Wert liegt sicher {}.",
                        secret.name,
                        span(finding.lower, finding.upper)
                    )
                })
            })
            .collect()
    }
}

fn span(lower: u64, upper: Option<u64>) -> String {
    let upper = upper.map_or_else(|| "ohne Grenze".to_owned(), |upper| upper.to_string());
    format!("zwischen {lower} und {upper}")
}

/// The cells of some releases with everything that ties them together.
fn gathered(
    contents: &[&ReleaseContent],
    family: Measure,
    threshold: u64,
    agreed: Agreed<'_>,
    limits: bool,
) -> Result<(Evidence, Grids), VerifyError> {
    let mut evidence = Evidence::new(threshold);
    let mut grids = grids(contents, family, &mut evidence)?;
    tie(contents, &mut grids, agreed, limits, &mut evidence);
    Ok((evidence, grids))
}

/// What can be known of every hidden cell.
fn judged(
    contents: &[&ReleaseContent],
    family: Measure,
    threshold: u64,
    agreed: Agreed<'_>,
) -> Result<Judged, VerifyError> {
    let judged = |limits| {
        let (evidence, grids) = gathered(contents, family, threshold, agreed, limits)?;
        let findings = evidence.verify()?.into_iter();
        Ok(Judged {
            findings: findings
                .map(|finding| (finding.parts.clone(), finding))
                .collect(),
            evidence,
            grids,
        })
    };
    match judged(true) {
        // People merged since are not in what was published before; then nobody knows that the figures fit.
        Err(VerifyError::Contradiction) => judged(false),
        other => other,
    }
}

/// Whether disclosure control and this check know exactly the same: it follows courses quarter by quarter and corrections
/// cell by cell, which no file tells.
fn is_exact(family: Measure, corrected: bool) -> bool {
    family != Measure::Started && !corrected
}

/// Compares the certificate of each release with what could be known when it came out: at least what was published on days
/// before, at most what was published until that day.
fn certificates(
    contents: &[&ReleaseContent],
    family: Measure,
    threshold: u64,
    recomputed: &mut Recomputed,
) -> Result<(), VerifyError> {
    let days: BTreeSet<Date> = contents.iter().map(|content| content.cut_off).collect();
    for day in days {
        let until: Vec<&ReleaseContent> = contents
            .iter()
            .copied()
            .filter(|content| content.cut_off <= day)
            .collect();
        let of_day: Vec<usize> = (0..until.len())
            .filter(|place| until.get(*place).is_some_and(|one| one.cut_off == day))
            .collect();
        let corrected = until.iter().any(|content| content.version > 1);
        let exact = is_exact(family, corrected);
        let alone = of_day.len() == 1;
        if exact || alone {
            for (secret, finding) in known_of(&until, &of_day, family, threshold)? {
                let tight = narrower(&secret, &finding).filter(|_| exact);
                recomputed.problems.extend(tight);
                if alone {
                    recomputed.safe(&until, &secret, &finding, exact);
                }
            }
        }
        for own in of_day.iter().filter(|_| !alone) {
            let before: Vec<&ReleaseContent> = (0..until.len())
                .filter(|place| place == own || !of_day.contains(place))
                .filter_map(|place| until.get(place).copied())
                .collect();
            let Some(place) = until
                .get(*own)
                .and_then(|own| before.iter().position(|one| std::ptr::eq(*one, *own)))
            else {
                continue;
            };
            for (secret, finding) in known_of(&before, &[place], family, threshold)? {
                recomputed.safe(&before, &secret, &finding, exact);
            }
        }
    }
    Ok(())
}

impl Recomputed {
    /// That a certificate promises no more than what comes out, and in how many directions it was compared.
    fn safe(
        &mut self,
        contents: &[&ReleaseContent],
        secret: &Secret,
        finding: &Finding,
        exact: bool,
    ) {
        self.problems.extend(wider(secret, finding));
        let release = contents
            .get(secret.release)
            .filter(|_| secret.certified.is_some());
        if let Some(content) = release {
            let title = format!(
                "{}, {}, Version {}",
                content.report.label, content.period.label, content.version
            );
            let compared = self.compared.entry(title).or_default();
            if exact {
                compared.exactly += 1;
            } else {
                compared.safely += 1;
            }
        }
    }
}

/// What can be known of the hidden cells of some of these releases.
fn known_of(
    contents: &[&ReleaseContent],
    releases: &[usize],
    family: Measure,
    threshold: u64,
) -> Result<Vec<(Secret, Finding)>, VerifyError> {
    let plain: Agreed<'_> = &|one, other, _| built_on(contents, one, other);
    let days_apart: Agreed<'_> = &|one, other, _| surely_built_on(contents, one, other);
    let known = |agreed, limits| {
        let (evidence, grids) = gathered(contents, family, threshold, agreed, limits)?;
        let secrets = grids.secrets.into_iter();
        let secrets: Vec<Secret> = secrets
            .filter(|secret| releases.contains(&secret.release))
            .collect();
        let parts: Vec<&[usize]> = secrets.iter().map(|one| one.parts.as_slice()).collect();
        let findings = evidence.judge(&parts)?;
        Ok(secrets.into_iter().zip(findings).collect())
    };
    let mut found = Err(VerifyError::Contradiction);
    for (agreed, limits) in [
        (plain, true),
        (plain, false),
        (days_apart, true),
        (days_apart, false),
    ] {
        found = known(agreed, limits);
        if !matches!(found, Err(VerifyError::Contradiction)) {
            break;
        }
    }
    found
}

/// The certificate promises more than is true.
fn wider(secret: &Secret, finding: &Finding) -> Option<String> {
    let certified = secret.certified.as_ref()?;
    let beyond = certified.lower < finding.fractions.0
        || match (certified.upper, finding.fractions.1) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(said), Some(found)) => said > found,
        };
    beyond.then(|| differs(secret, finding))
}

/// The certificate says more than can be known.
fn narrower(secret: &Secret, finding: &Finding) -> Option<String> {
    let certified = secret.certified.as_ref()?;
    let within = certified.lower > finding.fractions.0
        || match (certified.upper, finding.fractions.1) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(said), Some(found)) => said < found,
        };
    within.then(|| differs(secret, finding))
}

fn differs(secret: &Secret, finding: &Finding) -> String {
    let said = secret.certified.as_ref().map_or_else(String::new, |said| {
        format!(" statt {}", span(said.lower, said.upper))
    });
    let (lower, upper) = finding.fractions;
    format!(
        "{}: Der Nachweis stimmt nicht. Nachgerechnet liegt der geheime Wert {}{said}.",
        secret.name,
        span(lower, upper)
    )
}

#[cfg(test)]
mod tests;
