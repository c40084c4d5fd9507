//! Keeping the staff of the own organisation.

use time::Date;

use super::organisations::Problem;
use crate::access::Writes;
use crate::base::fold::fold;
use crate::base::german;
use crate::base::ids::{ProviderId, QualificationId, StaffAbsenceId, StaffId};
use crate::base::interval::days_left;
use crate::history::{self, Change};
use crate::providers::rules::{self, Language, Qualification, StaffRole, Week};
use crate::providers::store;
use crate::providers::store::facts::{self, AbsenceFact, QualificationFact};
use crate::providers::store::staff::{self, StaffName, StaffRow};
use crate::schema::providers::{staff_absence, staff_qualification};
use crate::schema::reference;
use crate::store::{Result, Rows, StoreError, Writer};

/// The kind of object in the history.
pub(in crate::providers) const HISTORY: &str = "staff";

/// What is kept of a member beside name and validity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::providers) struct Master {
    pub name: String,
    pub role: StaffRole,
    pub town: String,
    pub contact: String,
    pub languages: Vec<Language>,
}

fn name_problem(
    known: &[StaffName],
    own: Option<StaffId>,
    name: &str,
    today: Date,
) -> Option<Problem> {
    let key = fold(name);
    let other = known
        .iter()
        .find(|member| Some(member.id) != own && fold(&member.name) == key)?;
    Some((
        "name",
        match other.valid_to.filter(|end| *end <= today) {
            Some(_) => format!(
                "„{}“ war schon gemeldet und ist ausgeschieden. Bitte dort wieder aufnehmen: Fachkräfte, „ausgeschieden“.",
                other.name
            ),
            None => format!(
                "„{}“ ist schon gemeldet. Ist es eine andere Person, bitte den Namen unterscheidbar schreiben, zum Beispiel mit zweitem Vornamen.",
                other.name
            ),
        },
    ))
}

/// Stores a new member of staff of the own organisation, or says what is wrong.
pub(in crate::providers) async fn add<P: Writes>(
    writer: &Writer<P>,
    id: StaffId,
    provider: ProviderId,
    master: &Master,
    first: Date,
    today: Date,
) -> Result<Option<Problem>> {
    let Some(organisation) = store::lock_provider(writer, provider).await? else {
        return Ok(Some((
            "",
            "Ihr Träger ist nicht mehr eingetragen.".to_owned(),
        )));
    };
    if !rules::valid_on(
        organisation.valid_from,
        organisation.valid_to,
        first.max(today),
    ) {
        return Ok(Some((
            "first_day",
            format!(
                "{} ist dann nicht mehr eingetragen. Bitte die Verwaltung fragen.",
                organisation.name
            ),
        )));
    }
    let known = staff::names(writer, today).await?;
    if let Some(problem) = name_problem(&known, None, &master.name, today) {
        return Ok(Some(problem));
    }
    let row = reference::staff::Model {
        id,
        provider_id: provider,
        name: master.name.clone(),
        role: master.role.code().to_owned(),
        valid_from: first,
        // Ends with the organisation, if that has an end.
        valid_to: organisation.valid_to,
        contact: master.contact.clone(),
        town: master.town.clone(),
        version: 1,
    };
    staff::insert(writer, row).await?;
    facts::set_languages(writer, id, &master.languages).await?;
    let change = Change::new(HISTORY, id.0, "Fachkraft gemeldet").values(
        None,
        Some(format!("{}, ab {}", master.role, german::date(first))),
    );
    history::record(writer, vec![change]).await?;
    Ok(None)
}

fn languages(list: &[Language]) -> String {
    let mut list = list.to_vec();
    list.sort();
    let words: Vec<&str> = list.iter().map(|language| language.label()).collect();
    words.join(", ")
}

/// The languages as one line.
pub(in crate::providers) fn language_line(list: &[Language]) -> String {
    languages(list)
}

/// What came of changing master data.
pub(in crate::providers) enum Changed {
    /// Stored; carries the names of the changed fields.
    Stored(Vec<&'static str>),
    /// Something is wrong.
    Problem(Problem),
    /// Somebody else was first.
    Meanwhile,
}

/// Changes master data of a member, if it stands as shown.
pub(in crate::providers) async fn change<P: Writes>(
    writer: &Writer<P>,
    row: &StaffRow,
    version: i64,
    master: &Master,
    today: Date,
) -> Result<Changed> {
    // Two who save at once wait for each other here, and the second finds another version.
    store::lock_provider(writer, row.provider_id).await?;
    let known = staff::names(writer, today).await?;
    if let Some(problem) = name_problem(&known, Some(row.id), &master.name, today) {
        return Ok(Changed::Problem(problem));
    }
    let before = facts::staff_facts(writer, &[row.id], today)
        .await?
        .pop()
        .map(|facts| facts.languages)
        .unwrap_or_default();
    match staff::change(
        writer,
        row.id,
        version,
        [
            &master.name,
            master.role.code(),
            &master.contact,
            &master.town,
        ],
    )
    .await
    {
        Ok(()) => {}
        Err(StoreError::Changed) => return Ok(Changed::Meanwhile),
        Err(error) => return Err(error),
    }
    facts::set_languages(writer, row.id, &master.languages).await?;
    let fields = [
        (
            "name",
            "Name geändert",
            row.name.clone(),
            master.name.clone(),
        ),
        (
            "role",
            "Aufgabe geändert",
            rules::word::<StaffRole>(&row.role),
            master.role.label().to_owned(),
        ),
        (
            "town",
            "Wohnort geändert",
            row.town.clone(),
            master.town.clone(),
        ),
        (
            "contact",
            "Kontakt geändert",
            row.contact.clone(),
            master.contact.clone(),
        ),
        (
            "languages",
            "Sprachen geändert",
            languages(&before),
            languages(&master.languages),
        ),
    ];
    let (mut names, mut changes) = (Vec::new(), Vec::new());
    for (field, what, old, new) in fields {
        if old != new {
            names.push(field);
            let value = |text: String| (!text.is_empty()).then_some(text);
            changes.push(Change::new(HISTORY, row.id.0, what).values(value(old), value(new)));
        }
    }
    history::record(writer, changes).await?;
    Ok(Changed::Stored(names))
}

/// Stores a qualification, or says what is wrong.
pub(in crate::providers) async fn add_qualification<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    kind: Qualification,
    acquired_on: Date,
    last_day: Option<Date>,
    today: Date,
) -> Result<Option<Problem>> {
    if let Some(problem) = rules::qualification_problem(acquired_on, last_day, today) {
        return Ok(Some(problem));
    }
    staff::hold(writer, staff).await?;
    let known = facts::staff_facts(writer, &[staff], today).await?;
    let twice = known
        .iter()
        .flat_map(|facts| &facts.qualifications)
        .any(|fact| fact.kind == kind && fact.acquired_on == acquired_on);
    if twice {
        return Ok(Some((
            "acquired_on",
            format!("„{kind}“ ist mit diesem Tag schon eingetragen."),
        )));
    }
    facts::insert_qualification(
        writer,
        staff_qualification::Model {
            id: QualificationId(writer.entropy().uuid()),
            staff_id: staff,
            kind: kind.code().to_owned(),
            acquired_on,
            valid_to: last_day,
            created_at: writer.now(),
            created_by_name: writer.access().actor().name().to_owned(),
            removed_at: None,
            removed_by_name: None,
        },
    )
    .await?;
    let value = qualification_line(kind, acquired_on, last_day);
    let change =
        Change::new(HISTORY, staff.0, "Qualifikation eingetragen").values(None, Some(value));
    history::record(writer, vec![change]).await?;
    Ok(None)
}

/// A qualification in one line.
pub(in crate::providers) fn qualification_line(
    kind: Qualification,
    acquired: Date,
    last: Option<Date>,
) -> String {
    match last {
        None => format!("{kind} vom {}", german::date(acquired)),
        Some(last) => format!(
            "{kind} vom {}, gültig bis {}",
            german::date(acquired),
            german::date(last)
        ),
    }
}

/// Removes a qualification.
pub(in crate::providers) async fn remove_qualification<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    fact: &QualificationFact,
) -> Result<()> {
    facts::remove_qualification(writer, staff, fact.id).await?;
    let value = qualification_line(fact.kind, fact.acquired_on, fact.last_day);
    let change = Change::new(HISTORY, staff.0, "Qualifikation entfernt").values(Some(value), None);
    history::record(writer, vec![change]).await
}

/// Stores an absence (both days included), or says what is wrong.
pub(in crate::providers) async fn add_absence<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    first: Date,
    last: Date,
    today: Date,
) -> Result<Option<Problem>> {
    staff::hold(writer, staff).await?;
    let known: Vec<(Date, Date)> = facts::staff_facts(writer, &[staff], first.min(today))
        .await?
        .iter()
        .flat_map(|facts| &facts.absences)
        .map(|absence| (absence.first_day, absence.last_day))
        .collect();
    if let Some(problem) = rules::absence_problem(first, last, today, &known) {
        return Ok(Some(problem));
    }
    facts::insert_absence(
        writer,
        staff_absence::Model {
            id: StaffAbsenceId(writer.entropy().uuid()),
            staff_id: staff,
            first_day: first,
            day_after: last.next_day().unwrap_or(last),
            created_at: writer.now(),
            created_by_name: writer.access().actor().name().to_owned(),
            removed_at: None,
        },
    )
    .await?;
    let change = Change::new(HISTORY, staff.0, "Abwesenheit eingetragen")
        .values(None, Some(days(first, last)));
    history::record(writer, vec![change]).await?;
    Ok(None)
}

/// Stores an absence (both days included) from today on as far as none is recorded yet, or says why it cannot be. For
/// whoever hears of it first; the own organisation sees the entry and can take it back.
pub(crate) async fn keep_absence<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    (first, last): (Date, Date),
    today: Date,
) -> Result<Option<String>> {
    let known = facts::staff_facts(writer, &[staff], today).await?;
    let known = known.iter().flat_map(|facts| &facts.absences);
    let known: Vec<(Date, Date)> = known
        .map(|absence| (absence.first_day, absence.last_day))
        .collect();
    for (first, last) in days_left((first.max(today), last), &known) {
        if let Some((_, problem)) = add_absence(writer, staff, first, last, today).await? {
            return Ok(Some(problem));
        }
    }
    Ok(None)
}

fn days(first: Date, last: Date) -> String {
    if first == last {
        german::date(first)
    } else {
        format!("{} bis {}", german::date(first), german::date(last))
    }
}

/// Removes an absence.
pub(in crate::providers) async fn remove_absence<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    absence: &AbsenceFact,
) -> Result<()> {
    facts::remove_absence(writer, staff, absence.id).await?;
    let value = days(absence.first_day, absence.last_day);
    let change = Change::new(HISTORY, staff.0, "Abwesenheit entfernt").values(Some(value), None);
    history::record(writer, vec![change]).await
}

/// Replaces the weekly times, if the member stands as shown.
pub(in crate::providers) async fn set_week<P: Writes>(
    writer: &Writer<P>,
    staff: StaffId,
    version: i64,
    week: &Week,
) -> Result<()> {
    staff::touch(writer, staff, version).await?;
    facts::set_week(writer, staff, week).await?;
    let change =
        Change::new(HISTORY, staff.0, "Verfügbarkeit geändert").values(None, Some(week_line(week)));
    history::record(writer, vec![change]).await
}

/// The weekly times in one line.
pub(in crate::providers) fn week_line(week: &Week) -> String {
    if week.is_empty() {
        return "keine Angabe".to_owned();
    }
    let parts: Vec<String> = week
        .iter()
        .map(|(weekday, from, to)| {
            let name = usize::try_from(*weekday)
                .ok()
                .and_then(|day| rules::week::DAYS.get(day))
                .map_or("", |name| name.get(..2).unwrap_or(name));
            format!(
                "{name} {}–{}",
                rules::week::shown(*from),
                rules::week::shown(*to)
            )
        })
        .collect();
    parts.join(", ")
}

/// A member leaves: with the end of `last`, or at once (`None`). Old entries keep the name; accounts can sign in no
/// longer, grants open nothing any more.
pub(in crate::providers) async fn leave<P: Writes>(
    writer: &Writer<P>,
    row: &StaffRow,
    version: i64,
    last: Option<Date>,
    today: Date,
) -> Result<()> {
    let day_after = last.map_or(today, |last| last.next_day().unwrap_or(last));
    staff::set_end(writer, row.id, version, Some(day_after)).await?;
    if day_after <= today {
        crate::accounts::staff_left(writer, &[row.id]).await?;
        crate::grants::staff_left(writer, &[row.id]).await?;
    }
    let value = match last {
        None => format!("sofort, am {}", german::date(today)),
        Some(last) => format!("letzter Tag {}", german::date(last)),
    };
    let change = Change::new(HISTORY, row.id.0, "Ausgeschieden")
        .values(rules::last_day(row.valid_to).map(german::date), Some(value));
    history::record(writer, vec![change]).await
}

/// A member comes back (or stays after all).
pub(in crate::providers) async fn come_back<P: Writes>(
    writer: &Writer<P>,
    row: &StaffRow,
    version: i64,
) -> Result<()> {
    staff::set_end(writer, row.id, version, row.provider_to).await?;
    let change = Change::new(HISTORY, row.id.0, "Wieder aufgenommen")
        .values(rules::last_day(row.valid_to).map(german::date), None);
    history::record(writer, vec![change]).await
}
