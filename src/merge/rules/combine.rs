//! What the rows of two records become when they are put together. Pure: rows in, rows out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Row, TABLES, Treatment};

/// Which of two entries counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wins {
    /// That of the record that stays.
    Stays,
    /// That of the record that goes.
    Goes,
}

/// What is put together.
#[derive(Debug, Clone)]
pub struct Together {
    /// The person that stays.
    pub into: String,
    /// The person that goes.
    pub from: String,
    /// Today, as in the rows.
    pub today: String,
    /// Now, in milliseconds.
    pub now: i64,
    /// Who does it.
    pub by: String,
    /// Which attendance counts, by session, where both have one.
    pub wins: BTreeMap<String, Wins>,
}

/// What stands in the way, in sentences for people. Confidential things are never named: they are never in the way.
pub type Problems = BTreeSet<String>;

/// The sessions in which both records have an attendance.
pub fn asked(rows: &[Row], into: &str, from: &str) -> Vec<String> {
    let of = |person: &str| -> BTreeSet<&str> {
        rows.iter()
            .filter(|row| row.table == "attendance" && row.text("person_id") == Some(person))
            .filter_map(|row| row.text("session_id"))
            .collect()
    };
    of(into)
        .intersection(&of(from))
        .map(|session| (*session).to_owned())
        .collect()
}

/// Half-open spans of days; no end reaches for ever.
fn overlap(left: (&str, Option<&str>), right: (&str, Option<&str>)) -> bool {
    let before = |end: Option<&str>, begin: &str| end.is_some_and(|end| end <= begin);
    let empty = |span: (&str, Option<&str>)| span.1 == Some(span.0);
    !empty(left) && !empty(right) && !before(left.1, right.0) && !before(right.1, left.0)
}

fn span<'a>(row: &'a Row, from: &str, to: &str) -> (&'a str, Option<&'a str>) {
    (row.text(from).unwrap_or_default(), row.text(to))
}

struct Work<'a> {
    rows: Vec<Row>,
    together: &'a Together,
    problems: Problems,
    /// What became part of what: ids of placements, participations, memberships.
    became: BTreeMap<String, String>,
}

impl Work<'_> {
    /// The places of a table's rows that belong to a person.
    fn of(&self, table: &str, person: &str) -> Vec<usize> {
        (0..self.rows.len())
            .filter(|index| {
                self.rows
                    .get(*index)
                    .is_some_and(|row| row.table == table && row.text("person_id") == Some(person))
            })
            .collect()
    }

    fn row(&self, index: usize) -> Option<&Row> {
        self.rows.get(index)
    }

    /// Lets row `gone` become part of row `kept`: the earlier begin, the later end.
    fn absorb(&mut self, kept: usize, gone: usize, (from, to): (&str, &str), with: &[&str]) {
        let (Some(keep), Some(go)) = (self.row(kept).cloned(), self.row(gone).cloned()) else {
            return;
        };
        let mut joined = keep.clone();
        let begin = keep.text(from).min(go.text(from)).map(str::to_owned);
        joined.set(from, begin.as_deref());
        // Open is the later end; what tells of the end comes with it.
        let later = match (keep.text(to), go.text(to)) {
            (None, _) => &keep,
            (_, None) => &go,
            (one, other) if one >= other => &keep,
            _ => &go,
        };
        for column in std::iter::once(&to).chain(with) {
            let value = later.values.get(*column).cloned().unwrap_or(Value::Null);
            joined.values.insert((*column).to_owned(), value);
        }
        if let (Some(kept_id), Some(gone_id)) = (keep.text("id"), go.text("id")) {
            self.became.insert(gone_id.to_owned(), kept_id.to_owned());
        }
        if let Some(place) = self.rows.get_mut(kept) {
            *place = joined;
        }
    }

    /// Takes out the rows whose ids became part of others.
    fn drop_absorbed(&mut self, table: &str) {
        let became = &self.became;
        self.rows.retain(|row| {
            row.table != table || row.text("id").is_none_or(|id| !became.contains_key(id))
        });
    }

    /// Joins rows of a table: those for which `same` says they are one. `clash` says what to tell where days overlap and
    /// they are not.
    fn join(
        &mut self,
        table: &'static str,
        (from, to): (&'static str, &'static str),
        with: &[&str],
        same: impl Fn(&Row, &Row) -> bool,
        clash: impl Fn(&Row, &Row) -> Option<&'static str>,
    ) {
        let together = self.together;
        for gone in self.of(table, &together.from) {
            let mut found: Option<usize> = None;
            for kept in self.of(table, &together.into) {
                let (Some(keep), Some(go)) = (self.row(kept), self.row(gone)) else {
                    continue;
                };
                if !overlap(span(keep, from, to), span(go, from, to)) {
                    continue;
                }
                if same(keep, go) && found.is_none() {
                    found = Some(kept);
                } else if let Some(sentence) = clash(keep, go) {
                    self.problems.insert(sentence.to_owned());
                }
            }
            if let Some(kept) = found {
                self.absorb(kept, gone, (from, to), with);
            }
        }
        self.drop_absorbed(table);
    }

    /// Of rows that must be one of a kind, the first stays: what the staying record had comes first.
    fn unique(
        &mut self,
        table: &'static str,
        own: &BTreeSet<String>,
        kind: impl Fn(&Row) -> Option<String>,
    ) {
        let mut seen = BTreeSet::new();
        let mut order: Vec<usize> = (0..self.rows.len())
            .filter(|index| self.row(*index).is_some_and(|row| row.table == table))
            .collect();
        let id = |row: &Row| Value::Array(row.key()).to_string();
        order.sort_by_key(|index| self.row(*index).is_none_or(|row| !own.contains(&id(row))));
        let mut gone = BTreeSet::new();
        for index in order {
            if let Some(kind) = self.row(index).and_then(&kind)
                && !seen.insert(kind)
            {
                gone.insert(index);
            }
        }
        let mut index = 0;
        self.rows.retain(|_| {
            index += 1;
            !gone.contains(&(index - 1))
        });
    }
}

fn joined(row: &Row, columns: &[&str]) -> Option<String> {
    columns
        .iter()
        .map(|column| row.text(column))
        .collect::<Option<Vec<_>>>()
        .map(|parts| parts.join(" "))
}

fn equal(left: &Row, right: &Row, columns: &[&str]) -> bool {
    columns
        .iter()
        .all(|column| left.values.get(*column) == right.values.get(*column))
}

/// Puts the rows of two records together.
///
/// # Errors
/// What stands in the way.
pub fn combine(before: &[Row], together: &Together) -> Result<Vec<Row>, Problems> {
    let (into, from) = (together.into.as_str(), together.from.as_str());
    let mut work = Work {
        rows: before.to_vec(),
        together,
        problems: Problems::new(),
        became: BTreeMap::new(),
    };
    if before.iter().any(|row| {
        row.table == "person_separation"
            && joined(row, &["person_id", "other_id"]).is_some_and(|pair| {
                pair == format!("{into} {from}") || pair == format!("{from} {into}")
            })
    }) {
        work.problems.insert("Zwischen beiden steht ein Trennungsvermerk: Es sind zwei Personen. Ist der Vermerk falsch, bitte ihn zuerst aufheben.".into());
    }

    // Spans that are one.
    work.join(
        "placement",
        ("from_day", "to_day"),
        &["end_reason", "expected_release"],
        |keep, go| equal(keep, go, &["kind", "facility_id"]),
        |keep, go| {
            (equal(keep, go, &["kind"]) && !equal(keep, go, &["facility_id"])).then_some(
                "Die Unterbringungen oder Zuständigkeiten überschneiden sich an verschiedenen Orten. Bitte zuerst die Tage richtigstellen.",
            )
        },
    );
    work.join(
        "enrolment",
        ("enrolled_on", "ended_on"),
        &["outcome"],
        |keep, go| equal(keep, go, &["programme_id", "provider_id"]),
        |_, _| None,
    );
    started(&mut work, before);
    work.join(
        "membership",
        ("from_day", "to_day"),
        &["end_reason"],
        |keep, go| equal(keep, go, &["group_id"]),
        |keep, go| {
            let open = |row: &Row| row.text("to_day").is_none();
            (open(keep) && open(go) && equal(keep, go, &["programme_id"])
                && !equal(keep, go, &["group_id"]))
            .then_some("Beide haben einen Platz in verschiedenen Gruppen derselben Maßnahme. Bitte zuerst einen davon beenden.")
        },
    );
    cases(&mut work);
    attendance(&mut work);
    move_all(&mut work);
    one_of_each(&mut work, before);
    keys(&mut work);
    if !work.problems.is_empty() {
        return Err(work.problems);
    }
    versions(before, &mut work.rows);
    Ok(work.rows)
}

/// A participation that became part of another brings its first session along.
fn started(work: &mut Work<'_>, before: &[Row]) {
    for (gone, kept) in work.became.clone() {
        let Some(first) = before
            .iter()
            .find(|row| row.table == "enrolment" && row.text("id") == Some(gone.as_str()))
            .and_then(|row| row.text("started_on"))
        else {
            continue;
        };
        for row in work
            .rows
            .iter_mut()
            .filter(|row| row.table == "enrolment" && row.text("id") == Some(kept.as_str()))
        {
            let earlier = row
                .text("started_on")
                .map_or(first, |own| own.min(first))
                .to_owned();
            row.set("started_on", Some(&earlier));
        }
    }
}

/// A second case of what became one participation, or a second open enquiry about the same, ends as a mistake. The case
/// stays readable; counting by person it counts once. What is still to come or to be done goes to the case that is kept.
fn cases(work: &mut Work<'_>) {
    let together = work.together;
    let asks = |row: &Row| {
        row.text("enrolment_id").is_none()
            && matches!(
                row.text("state"),
                Some("enquiry" | "clearing" | "first_talk")
            )
    };
    // The case that ends and the one that is kept; what was kept of the record that goes, by participation.
    let (mut ended, mut taken) = (Vec::new(), BTreeMap::new());
    for gone in work.of("client_case", &together.from) {
        let Some(go) = work.row(gone) else { continue };
        let id = go.text("id").unwrap_or_default().to_owned();
        let part = go
            .text("enrolment_id")
            .map(|id| work.became.get(id).map_or(id, String::as_str))
            .map(str::to_owned);
        let kept = work
            .of("client_case", &together.into)
            .into_iter()
            .filter_map(|kept| work.row(kept))
            .find(|keep| {
                (part.is_some() && keep.text("enrolment_id") == part.as_deref())
                    || (asks(keep) && asks(go) && equal(keep, go, &["programme_id", "provider_id"]))
            })
            .and_then(|keep| keep.text("id"))
            .map(str::to_owned)
            // Two of the record that goes may have become part of the same one.
            .or_else(|| part.as_ref().and_then(|part| taken.get(part).cloned()));
        match (kept, part) {
            (Some(kept), _) => ended.push((gone, id, kept)),
            (None, Some(part)) => {
                taken.insert(part, id);
            }
            (None, None) => {}
        }
    }
    for (gone, id, kept) in ended {
        hand_on(work, &id, &kept);
        let Some(row) = work.rows.get_mut(gone) else {
            continue;
        };
        let state = row.text("state").unwrap_or("enquiry").to_owned();
        row.set("enrolment_id", None);
        row.set("state", Some("declined"));
        row.set("before_state", None);
        row.set("closed_on", Some(&together.today));
        let number = work
            .rows
            .iter()
            .filter(|row| row.table == "case_step" && row.text("case_id") == Some(id.as_str()))
            .filter_map(|row| row.values.get("number").and_then(Value::as_i64))
            .max()
            .unwrap_or(0)
            + 1;
        let values = json!({
            "case_id": id, "number": number, "day": together.today, "from_state": state, "to_state": "declined",
            "reason": "mistake", "at": together.now, "by_name": together.by,
        });
        if let Value::Object(values) = values {
            work.rows.push(Row {
                table: "case_step",
                values: values.into_iter().collect(),
            });
        }
    }
}

/// The case `kept` goes on with what the case `gone` had before it: talks of an enquiry, talks that are planned, open
/// deadlines, and what a court wants to know. Of two deadlines of a kind the earlier day counts.
fn hand_on(work: &mut Work<'_>, gone: &str, kept: &str) {
    let of = |row: &Row, case: &str| row.text("case_id") == Some(case);
    let open = |row: &Row| row.table == "case_deadline" && row.text("done_on").is_none();
    let mut due: BTreeMap<String, String> = BTreeMap::new();
    for row in &work.rows {
        if open(row)
            && of(row, kept)
            && let (Some(kind), Some(day)) = (row.text("kind"), row.text("due"))
        {
            due.insert(kind.to_owned(), day.to_owned());
        }
    }
    let (mut order, mut report) = (None, false);
    for row in &mut work.rows {
        match row.table {
            "client_case" if row.text("id") == Some(gone) => {
                order = row.text("court_order").map(str::to_owned);
                report = row.values.get("court_report") == Some(&Value::Bool(true));
            }
            "talk_plan" if of(row, gone) && row.text("state") == Some("planned") => {
                row.set("case_id", Some(kept));
            }
            "counselling_session" if of(row, gone) => row.set("case_id", Some(kept)),
            "case_deadline" if of(row, gone) && open(row) => {
                let kind = row.text("kind").unwrap_or_default().to_owned();
                let day = row.text("due").unwrap_or_default().to_owned();
                match due.get_mut(&kind) {
                    Some(own) if *own > day => *own = day,
                    Some(_) => {}
                    None => {
                        due.insert(kind, day);
                        row.set("case_id", Some(kept));
                    }
                }
            }
            _ => {}
        }
    }
    for row in &mut work.rows {
        if row.table == "client_case" && row.text("id") == Some(kept) {
            if row.text("court_order").is_none_or(|own| own == "none") && order.is_some() {
                row.set("court_order", order.as_deref());
            }
            if report {
                row.values.insert("court_report".into(), json!(true));
            }
        } else if open(row)
            && of(row, kept)
            && let Some(day) = row.text("kind").and_then(|kind| due.get(kind)).cloned()
        {
            row.set("due", Some(&day));
        }
    }
}

/// Of two entries in one session the chosen one counts.
fn attendance(work: &mut Work<'_>) {
    let together = work.together;
    for session in asked(&work.rows, &together.into, &together.from) {
        let Some(wins) = together.wins.get(&session) else {
            work.problems.insert(
                "In einer Sitzung haben beide einen Eintrag. Bitte bei jeder auswählen, welcher gilt.".into(),
            );
            continue;
        };
        let loses = match wins {
            Wins::Stays => &together.from,
            Wins::Goes => &together.into,
        };
        work.rows.retain(|row| {
            row.table != "attendance"
                || row.text("session_id") != Some(session.as_str())
                || row.text("person_id") != Some(loses.as_str())
        });
    }
}

/// Everything that is left of the record that goes belongs to the one that stays.
fn move_all(work: &mut Work<'_>) {
    let together = work.together;
    let sort_key = work
        .rows
        .iter()
        .find(|row| row.table == "person" && row.text("id") == Some(together.into.as_str()))
        .and_then(|row| row.text("sort_key"))
        .map(str::to_owned);
    let became = &work.became;
    for row in &mut work.rows {
        let Some(table) = TABLES.iter().find(|table| table.name == row.table) else {
            continue;
        };
        if matches!(table.treatment, Treatment::Stays | Treatment::Derived) || row.table == "person"
        {
            continue;
        }
        for column in table.people {
            if row.text(column) == Some(together.from.as_str()) {
                row.set(column, Some(&together.into));
            }
        }
        for column in [
            "placement_id",
            "enrolment_id",
            "membership_id",
            "subject_id",
        ] {
            let now = row.text(column).and_then(|id| became.get(id)).cloned();
            if let Some(now) = now {
                row.set(column, Some(&now));
            } else if column == "subject_id" && row.text(column) == Some(together.from.as_str()) {
                row.set(column, Some(&together.into));
            }
        }
        if row.table == "placement" {
            row.set("sort_key", sort_key.as_deref());
        }
    }
}

/// What the database allows once is there once.
fn one_of_each(work: &mut Work<'_>, before: &[Row]) {
    let own: BTreeSet<String> = before
        .iter()
        .filter(|row| row.text("person_id") == Some(work.together.into.as_str()))
        .map(|row| Value::Array(row.key()).to_string())
        .collect();
    let open = |row: &Row| row.text("to_day").is_none();
    work.unique("absence", &own, |row| {
        open(row).then(|| joined(row, &["placement_id"])).flatten()
    });
    work.unique("person_separation", &own, |row| {
        joined(row, &["person_id", "other_id"])
    });
    work.unique("person_need", &own, |row| joined(row, &["person_id"]));
    work.unique("assignment", &own, |row| {
        open(row)
            .then(|| joined(row, &["account_id", "person_id"]))
            .flatten()
    });
    work.unique("membership_pause", &own, |row| {
        open(row).then(|| joined(row, &["membership_id"])).flatten()
    });
    work.unique("catch_up_person", &own, |row| {
        let ordinal = row.values.get("ordinal").map(Value::to_string)?;
        Some(format!(
            "{} {ordinal}",
            joined(row, &["session_id", "person_id"])?
        ))
    });
    work.unique("hand_over_part", &own, |row| {
        joined(row, &["hand_over_id", "enrolment_id"])
    });
    let mut places = BTreeSet::new();
    let mut offers = 0;
    for row in &work.rows {
        match row.table {
            "completion"
                if row.values.get("withdrawn_at") == Some(&Value::Null)
                    && !places.insert(row.text("membership_id").unwrap_or_default()) =>
            {
                work.problems.insert("Für denselben Platz in einer Gruppe ist der Abschluss zweimal bestätigt. Bitte zuerst einen davon zurücknehmen lassen.".into());
            }
            "hand_over" if row.text("state") == Some("offered") => {
                offers += 1;
                if offers > 1 {
                    work.problems.insert(
                        "Für beide ist eine Übergabe angeboten. Bitte zuerst eine zurückziehen."
                            .into(),
                    );
                }
            }
            _ => {}
        }
    }
    let (today, now, by) = (
        work.together.today.clone(),
        work.together.now,
        work.together.by.clone(),
    );
    let mut seen = BTreeSet::new();
    let mut order: Vec<usize> = (0..work.rows.len()).collect();
    order.sort_by_key(|index| {
        work.row(*index)
            .is_none_or(|row| !own.contains(&Value::Array(row.key()).to_string()))
    });
    for index in order {
        let Some(row) = work.rows.get_mut(index) else {
            continue;
        };
        match row.table {
            "application" if row.text("closed_on").is_none() => {
                let kind = joined(row, &["person_id", "programme_id"]).unwrap_or_default();
                if !seen.insert(format!("application {kind}")) {
                    row.set("state", Some("declined"));
                    row.set("closed_on", Some(&today));
                    row.set("close_reason", Some("mistake"));
                }
            }
            "review_item" if row.text("state") == Some("open") => {
                let kinds = [
                    joined(row, &["kind", "facility_id", "person_id", "provider_id"]),
                    joined(row, &["kind", "facility_id", "subject_id"])
                        .map(|kind| format!("about {kind}")),
                ];
                let twice = kinds.iter().flatten().any(|kind| seen.contains(kind));
                if twice {
                    row.set("state", Some("done"));
                    row.set("outcome", Some("acknowledged"));
                    row.set("reason", Some("doppelt durch Zusammenführung"));
                    row.set("done_by_name", Some(&by));
                    row.values.insert("done_at".into(), json!(now));
                } else {
                    seen.extend(kinds.into_iter().flatten());
                }
            }
            _ => {}
        }
    }
}

/// Both names and all numbers find the person that stays.
fn keys(work: &mut Work<'_>) {
    let together = work.together;
    for row in work.rows.iter_mut().filter(|row| {
        row.table == "person_key" && row.text("person_id") == Some(together.from.as_str())
    }) {
        row.set("person_id", Some(&together.into));
    }
    work.unique("person_key", &BTreeSet::new(), |row| {
        joined(row, &["key", "person_id"])
    });
}

/// Whatever changed has a new version, and so have both people: an open form about either is told.
fn versions(before: &[Row], after: &mut [Row]) {
    let known: BTreeMap<String, &Row> = before
        .iter()
        .map(|row| (format!("{} {:?}", row.table, row.key()), row))
        .collect();
    for row in after {
        let changed = row.table == "person"
            || known
                .get(&format!("{} {:?}", row.table, row.key()))
                .is_some_and(|old| *old != row);
        if changed && let Some(version) = row.values.get("version").and_then(Value::as_i64) {
            row.values.insert("version".into(), json!(version + 1));
        }
    }
}

#[cfg(test)]
mod tests;
