//! Marking what is due, proposing and running erasures, meeting the ledger, deleting what is kept for a short time only.

use std::collections::{BTreeMap, BTreeSet};

use time::Date;
use uuid::Uuid;

use super::ledger::{Damage, End, Ledger, Meeting, Refused, meet};
use super::rules::period::Period;
use super::rules::{Category, Due, Periods, Step, step};
use super::store::proposals::{ErasureRow, Item};
use super::store::{due, erase, periods, proposals};
use crate::access::Writes;
use crate::approvals::{self, Kind, Refusal};
use crate::base::crypto::{hex, sha256};
use crate::base::german;
use crate::base::ids::{CaseId, ErasureId, PersonId};
use crate::base::time::{Instant, berlin_today};
use crate::history::{self, Change};
use crate::restriction::{self, rules::Ground};
use crate::schema::retention::erasure_count;
use crate::store::{Result, Rows, StoreError, Writer};

/// What the nightly look at all records did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marked {
    /// Records restricted because the first stage of their period is over.
    pub restricted: Vec<PersonId>,
    /// Records whose period does not run any more.
    pub lifted: Vec<PersonId>,
}

/// The categories by which a person's record is kept.
const OF_PEOPLE: [Category; 4] = [
    Category::Custody,
    Category::YouthCustody,
    Category::Probation,
    Category::Participation,
];

/// The latest day on which everything must have ended for any period of people to have its first stage over.
fn bound(periods: &Periods, today: Date) -> Option<Date> {
    OF_PEOPLE
        .iter()
        .filter_map(|category| periods.get(category))
        .map(|period| {
            Period {
                erase_after: period.restrict_after.unwrap_or(period.erase_after),
                ..*period
            }
            .began_by(today)
        })
        .max()
}

/// Restricts the records whose first stage is over, and lifts restrictions of periods that do not run any more.
///
/// # Errors
/// If the database does not answer; nothing was changed then.
pub async fn mark_due<P: Writes>(writer: &Writer<P>) -> Result<Marked> {
    let today = berlin_today(writer.now());
    let periods = periods::in_force(writer).await?;
    let mut marked = Marked::default();
    let mut after = None;
    loop {
        let rows = due::restricted(writer, after).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        let ids: Vec<PersonId> = rows.iter().map(|row| row.id).collect();
        let courses = due::courses(writer, &ids).await?;
        for row in &rows {
            let Some(course) = courses.get(&row.id) else {
                continue;
            };
            if step(course, row.standing(), &periods, today) == Step::Lift {
                marked.lifted.push(row.id);
                continue;
            }
            // A period was changed, or what ended last is another thing now.
            let erase_on = course.due(&periods, today).map(|due| due.erase_on);
            if let Some(day) = erase_on
                && row.ground == Ground::Period.code()
                && row.erase_on != Some(day)
            {
                due::note_due(writer, row.id, day).await?;
            }
        }
    }
    if let Some(bound) = bound(&periods, today) {
        let mut after = None;
        loop {
            let ids = due::idle(writer, bound, after).await?;
            let Some(last) = ids.last() else { break };
            after = Some(*last);
            let courses = due::courses(writer, &ids).await?;
            let mut reasons = Vec::new();
            for (id, course) in &courses {
                if let Step::Restrict(due) =
                    step(course, super::rules::Standing::default(), &periods, today)
                {
                    reasons.push((*id, why(&due), Some(due.erase_on)));
                }
            }
            restriction::restrict_all(writer, Ground::Period, &reasons).await?;
            note(writer, &reasons, "Verarbeitung eingeschränkt").await?;
            marked
                .restricted
                .extend(reasons.into_iter().map(|(id, ..)| id));
        }
    }
    if !marked.lifted.is_empty() {
        let reason =
            "Die Frist läuft nicht mehr: neue Unterbringung, neue Teilnahme oder längere Aufsicht.";
        for chunk in marked.lifted.chunks(500) {
            restriction::lift_all(writer, chunk, reason).await?;
        }
        let reasons: Vec<(PersonId, String, Option<Date>)> = marked
            .lifted
            .iter()
            .map(|id| (*id, reason.to_owned(), None))
            .collect();
        note(
            writer,
            &reasons,
            "Einschränkung der Verarbeitung aufgehoben",
        )
        .await?;
    }
    Ok(marked)
}

fn why(due: &Due) -> String {
    format!(
        "{}: Frist läuft seit {}, eingeschränkt ab {}, zu löschen ab {}",
        due.category.label(),
        german::date(due.began),
        german::date(due.restrict_on),
        german::date(due.erase_on)
    )
}

async fn note<P: Writes>(
    writer: &Writer<P>,
    reasons: &[(PersonId, String, Option<Date>)],
    what: &'static str,
) -> Result<()> {
    let changes = reasons
        .iter()
        .map(|(id, reason, _)| {
            Change::new("person", id.0, what)
                .about(*id)
                .because(Some(reason.clone()))
        })
        .collect();
    history::record(writer, changes).await
}

/// Something that two people may erase today.
#[derive(Debug, Clone)]
pub(super) struct DueLine {
    pub item: Item,
    /// The name of a person, the programme of a case.
    pub name: String,
    pub birth_date: Option<Date>,
    /// Why: the law, or that it was asked for.
    pub unlawful: bool,
    /// Whether an open list names it already.
    pub proposed: bool,
}

fn line_of(row: &due::RestrictedRow, due: Due) -> DueLine {
    DueLine {
        item: Item {
            person: true,
            subject: row.id.0,
            category: due.category,
            began: due.began,
            due: due.erase_on,
        },
        name: row.name(),
        birth_date: row.birth_date,
        unlawful: row.ground == Ground::Unlawful.code(),
        proposed: row.proposed,
    }
}

async fn due_people(
    rows: &impl Rows,
    restricted: &[due::RestrictedRow],
    periods: &Periods,
    today: Date,
) -> Result<Vec<DueLine>> {
    let ids: Vec<PersonId> = restricted.iter().map(|row| row.id).collect();
    let courses = due::courses(rows, &ids).await?;
    Ok(restricted
        .iter()
        .filter_map(
            |row| match step(courses.get(&row.id)?, row.standing(), periods, today) {
                Step::Erase(due) => Some(line_of(row, due)),
                _ => None,
            },
        )
        .collect())
}

fn case_line(row: &due::CaseRow, period: Period) -> DueLine {
    DueLine {
        item: Item {
            person: false,
            subject: row.id.0,
            category: Category::NamelessCase,
            began: row.ended,
            due: period.erase_on(row.ended),
        },
        name: format!("Fall: {}, {}", row.programme_name, row.provider_name),
        birth_date: None,
        unlawful: false,
        proposed: row.proposed,
    }
}

/// What is due today, the earliest first: at most one chunk of people and one of cases. Four statements.
pub(super) async fn due_today(rows: &impl Rows) -> Result<Vec<DueLine>> {
    let today = berlin_today(rows.now());
    let periods = periods::in_force(rows).await?;
    let restricted = due::restricted_due(rows, today).await?;
    let mut lines = due_people(rows, &restricted, &periods, today).await?;
    if let Some(period) = periods.get(&Category::NamelessCase) {
        let cases = due::cases(rows, period.began_by(today)).await?;
        lines.extend(cases.iter().map(|row| case_line(row, *period)));
    }
    lines.sort_by_key(|line| (line.item.due, line.name.clone(), line.item.subject));
    Ok(lines)
}

/// Those of some people and cases that are due today.
async fn still_due(rows: &impl Rows, items: &[(bool, Uuid)]) -> Result<Vec<DueLine>> {
    let today = berlin_today(rows.now());
    let periods = periods::in_force(rows).await?;
    let of = |person: bool| {
        items
            .iter()
            .filter(move |item| item.0 == person)
            .map(|item| item.1)
    };
    let people: Vec<PersonId> = of(true).map(PersonId).collect();
    let cases: Vec<CaseId> = of(false).map(CaseId).collect();
    let restricted = due::restricted_of(rows, &people).await?;
    let mut lines = due_people(rows, &restricted, &periods, today).await?;
    if let Some(period) = periods.get(&Category::NamelessCase) {
        let found = due::cases_of(rows, period.began_by(today), &cases).await?;
        lines.extend(found.iter().map(|row| case_line(row, *period)));
    }
    Ok(lines)
}

/// Most people and cases of one list: two people look at each.
pub(super) const MOST: usize = 200;

/// Exactly what is erased: what the second person approves.
type Payload = Vec<(String, String, String)>;

fn payload(items: &[Item]) -> Payload {
    let sorted: BTreeSet<(String, String, String)> = items
        .iter()
        .map(|item| {
            (
                if item.person { "person" } else { "case" }.to_owned(),
                item.subject.to_string(),
                format!("{}/{}", item.category.code(), item.due),
            )
        })
        .collect();
    sorted.into_iter().collect()
}

fn fingerprint(payload: &Payload) -> String {
    let text: Vec<String> = payload
        .iter()
        .map(|(kind, subject, why)| format!("{kind} {subject} {why}"))
        .collect();
    hex(&sha256(text.join("\n").as_bytes()))
}

/// Why a list cannot be proposed or run. Shown to people.
#[derive(Debug)]
pub(super) enum Trouble {
    /// A sentence.
    Refused(String),
    /// The store could not.
    Store(StoreError),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Trouble::Store(error)
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Trouble::Refused(refusal.sentence().to_owned())
    }
}

/// Proposes to erase some of what is due; asks for the second person.
pub(super) async fn propose<P: Writes>(
    writer: &Writer<P>,
    chosen: &[(bool, Uuid)],
    reason: String,
) -> std::result::Result<ErasureId, Trouble> {
    let lines = still_due(writer, chosen).await?;
    if lines.len() != chosen.len() || lines.iter().any(|line| line.proposed) {
        return Err(Trouble::Refused("Die Liste hat sich geändert: Etwas davon ist nicht mehr fällig, gesperrt oder schon vorgeschlagen. Bitte neu auswählen.".into()));
    }
    let grounds: BTreeMap<String, String> = periods::periods(writer)
        .await?
        .into_iter()
        .map(|row| (row.code, row.ground))
        .collect();
    let items: Vec<Item> = lines.iter().map(|line| line.item).collect();
    let mut numbers: BTreeMap<Category, i64> = BTreeMap::new();
    for item in &items {
        *numbers.entry(item.category).or_default() += 1;
    }
    let id = ErasureId(writer.entropy().uuid());
    let counts = numbers
        .into_iter()
        .map(|(category, number)| erasure_count::Model {
            erasure_id: id,
            category: category.code().into(),
            ground: grounds.get(category.code()).cloned().unwrap_or_default(),
            number,
        })
        .collect();
    let payload = payload(&items);
    let hash = fingerprint(&payload);
    proposals::insert(writer, id, &hash, &items, counts).await?;
    let number = items.len() as u64;
    let request = approvals::Request {
        kind: Kind::Erasure,
        subject: format!(
            "{} löschen, Liste {}",
            german::plural(number, "Datensatz", "Datensätze"),
            short(&hash)
        ),
        location: format!("/loeschungen/{id}"),
        payload: &payload,
        reason,
    };
    let approval = approvals::request(writer, request).await??;
    proposals::ask(writer, id, approval).await?;
    history::record(
        writer,
        vec![Change::new("erasure", id.0, "Löschung vorgeschlagen")],
    )
    .await?;
    Ok(id)
}

/// The first digits of a checksum, enough to compare by eye.
pub(super) fn short(hash: &str) -> &str {
    hash.get(..8).unwrap_or(hash)
}

fn of_list(rows: &[proposals::ItemRow]) -> Vec<Item> {
    rows.iter()
        .filter_map(|row| {
            Some(Item {
                person: row.kind == "person",
                subject: row.subject_id,
                category: Category::from_code(&row.category)?,
                began: row.began,
                due: row.due,
            })
        })
        .collect()
}

/// What an erasure did.
pub(super) struct Erased {
    pub people: Vec<PersonId>,
    pub rows: u64,
}

/// Erases a list that a second person approved: the approval is used up, the ledger knows it first, then the rows go, all
/// in one unit of work. If that fails after the ledger was written, the next start does it ([`catch_up`]).
pub(super) async fn run<P: Writes>(
    writer: &Writer<P>,
    ledger: &Ledger,
    list: &ErasureRow,
) -> std::result::Result<Erased, Trouble> {
    let refused = |text: &str| Err(Trouble::Refused(text.to_owned()));
    let items = of_list(&proposals::items(writer, list.id).await?);
    let chosen: Vec<(bool, Uuid)> = items
        .iter()
        .map(|item| (item.person, item.subject))
        .collect();
    let due: BTreeSet<Uuid> = still_due(writer, &chosen)
        .await?
        .iter()
        .map(|line| line.item.subject)
        .collect();
    if items.is_empty() || items.iter().any(|item| !due.contains(&item.subject)) {
        return refused(
            "Etwas auf dieser Liste ist nicht mehr fällig oder gesperrt. Bitte die Liste zurückziehen und neu vorschlagen.",
        );
    }
    let Some(approval) = list.approval() else {
        return refused(
            "Diese Liste wurde keiner zweiten Person vorgelegt. Bitte zurückziehen und neu vorschlagen.",
        );
    };
    let redeemed = approvals::redeem(writer, approval, Kind::Erasure, &payload(&items)).await??;
    let known = erase::known_end(writer).await?;
    let lines = ledger.read().map_err(|damage| unusable(&damage))?;
    if meet(known.as_ref(), lines) != Meeting::Level {
        return refused(
            "Löschbuch und Datenbank passen nicht zusammen. Bitte Geleit neu starten und, wenn es dann nicht startet, der Meldung folgen.",
        );
    }
    let of = |person: bool| -> Vec<Uuid> {
        items
            .iter()
            .filter(|item| item.person == person)
            .map(|item| item.subject)
            .collect()
    };
    let line = ledger.next(
        known.as_ref(),
        writer.entropy().uuid(),
        writer.now(),
        of(true),
        of(false),
    );
    // Whoever is first here is the only one who writes: the database says so.
    erase::know_end(writer, known.as_ref(), &line.end()).await?;
    ledger.append(&line).map_err(|damage| unusable(&damage))?;
    let people: Vec<PersonId> = of(true).into_iter().map(PersonId).collect();
    let cases: Vec<CaseId> = of(false).into_iter().map(CaseId).collect();
    let rows = erase::erase(writer, &people, &cases).await?;
    proposals::done(
        writer,
        list,
        &redeemed.approved_by,
        i64::try_from(line.number).unwrap_or(i64::MAX),
        i64::try_from(rows).unwrap_or(i64::MAX),
    )
    .await?;
    history::record(writer, vec![Change::new("erasure", list.id.0, "Gelöscht")]).await?;
    Ok(Erased { people, rows })
}

fn unusable(damage: &Damage) -> StoreError {
    StoreError::Unavailable(damage.to_string())
}

/// Why a database must not be opened beside this ledger. German, says how to go on.
#[derive(Debug, thiserror::Error)]
pub enum LedgerProblem {
    /// There is no file, but the database knows of one.
    #[error(
        "Das Löschbuch {0} fehlt, die Datenbank kennt es aber. Ohne das Buch könnten gelöschte Personen nach dem Zurückholen einer Sicherung wieder da sein. Bitte die Datei zurückholen, die neben der letzten laufenden Datenbank lag. Ist sie verloren: „geleit erasures accept“."
    )]
    Missing(String),
    /// The file ends before what the database knows.
    #[error(
        "Das Löschbuch {0} ist älter als die Datenbank: Es fehlen die letzten Einträge. Bitte die neueste Fassung der Datei hinlegen. Ist sie verloren: „geleit erasures accept“."
    )]
    Short(String),
    /// It belongs to another database.
    #[error(
        "Das Löschbuch {0} gehört nicht zu dieser Datenbank. Bitte das Buch dieser Installation hinlegen."
    )]
    Other(String),
    /// It cannot be read, or was tampered with.
    #[error("{0} Bitte die Datei aus einer Kopie zurückholen.")]
    Damaged(Damage),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether the database is up to the ledger.
///
/// # Errors
/// If one of them cannot be read.
pub async fn level<R: Rows>(rows: &R, ledger: &Ledger) -> std::result::Result<bool, LedgerProblem> {
    let known = erase::known_end(rows).await?;
    let lines = ledger.read().map_err(LedgerProblem::Damaged)?;
    Ok(meet(known.as_ref(), lines) == Meeting::Level)
}

/// Brings the database up to the ledger before anybody sees a page: what was erased after the backup was made is erased
/// again. Begins a ledger if neither knows of one. Says how many erasures were done again.
///
/// # Errors
/// If the two do not belong together; the program must not start then.
pub async fn catch_up<P: Writes>(
    writer: &Writer<P>,
    ledger: &Ledger,
) -> std::result::Result<Option<usize>, LedgerProblem> {
    let known = erase::known_end(writer).await?;
    let lines = ledger.read().map_err(LedgerProblem::Damaged)?;
    let place = || ledger.file().display().to_string();
    match meet(known.as_ref(), lines) {
        Meeting::Level => Ok(None),
        Meeting::Begin => {
            begin(writer, ledger, known.as_ref()).await?;
            Ok(Some(0))
        }
        Meeting::Behind(lines) => {
            let mut again = 0;
            for line in &lines {
                let people: Vec<PersonId> = line.people.iter().copied().map(PersonId).collect();
                let cases: Vec<CaseId> = line.cases.iter().copied().map(CaseId).collect();
                erase::erase(writer, &people, &cases).await?;
                again += usize::from(line.number > 0);
            }
            if let Some(last) = lines.last() {
                erase::know_end(writer, known.as_ref(), &last.end()).await?;
            }
            Ok(Some(again))
        }
        Meeting::Refused(Refused::Missing) => Err(LedgerProblem::Missing(place())),
        Meeting::Refused(Refused::Short) => Err(LedgerProblem::Short(place())),
        Meeting::Refused(Refused::Other) => Err(LedgerProblem::Other(place())),
    }
}

async fn begin<P: Writes>(
    writer: &Writer<P>,
    ledger: &Ledger,
    known: Option<&End>,
) -> std::result::Result<(), LedgerProblem> {
    let line = ledger.next(None, writer.entropy().uuid(), writer.now(), vec![], vec![]);
    match known {
        None => erase::know_end(writer, None, &line.end()).await?,
        Some(_) => erase::replace_end(writer, &line.end()).await?,
    }
    ledger.append(&line).map_err(LedgerProblem::Damaged)
}

/// Begins a new ledger because the old one is lost: an operator says so. Older backups must not be restored any more.
///
/// # Errors
/// If the file cannot be written or the database does not answer.
pub async fn new_ledger<P: Writes>(
    writer: &Writer<P>,
    ledger: &Ledger,
) -> std::result::Result<(), LedgerProblem> {
    let known = erase::known_end(writer).await?;
    begin(writer, ledger, known.as_ref()).await
}

/// Deletes what is kept for a short time only and belongs to cases: notes of ended cases, enquiries that came to nothing.
/// Says how many rows of what went.
///
/// # Errors
/// If the database does not answer.
pub async fn delete_short_lived<P: Writes>(writer: &Writer<P>) -> Result<(u64, u64)> {
    let today = berlin_today(writer.now());
    let periods = periods::in_force(writer).await?;
    let mut gone = (0, 0);
    if let Some(period) = periods.get(&Category::Notes) {
        gone.0 = erase::delete_notes(writer, period.began_by(today)).await?;
    }
    if let Some(period) = periods.get(&Category::Enquiry) {
        let cases = due::enquiries(writer, period.began_by(today)).await?;
        gone.1 = erase::erase(writer, &[], &cases).await?;
    }
    if let Some(period) = periods.get(&Category::Audit) {
        let first_kept = period.began_by(today).next_day().unwrap_or(today);
        gone.1 += erase::delete_beside_the_log(writer, first_kept).await?;
    }
    Ok(gone)
}

/// When what belongs to a short period must have happened to be deleted now.
///
/// # Errors
/// If the database does not answer.
pub async fn over_before(rows: &impl Rows, category: Category) -> Result<Option<Instant>> {
    let row = periods::period(rows, category).await?;
    Ok(row
        .and_then(|row| row.period())
        .map(|period| period.instant_before(rows.now())))
}

/// Whether something was erased within the last two days, so that free pages are cleared once more.
///
/// # Errors
/// If the database does not answer.
pub async fn erased_lately<R: Rows>(rows: &R) -> Result<bool> {
    proposals::erased_since(rows, rows.now().plus_seconds(-48 * 3_600)).await
}
