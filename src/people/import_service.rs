//! Taking over lists of people: a preview says what would happen, a commit does exactly that, all or nothing. Both are
//! the same for a page and for the command line.

use std::collections::{BTreeSet, HashMap};

use time::Date;

use super::import::{
    Change, ExistingPerson, FileProblem, ImportPlan, Lookup, Mapping, MappingProblem, PersonRow,
    RawTable, RememberedMapping, RowProblem, Setting, Sex, Target, compare, fingerprint, read_rows,
    read_table, suggest_mapping,
};
use super::rules::{PlacementKind, sex_from_code};
use super::store::imports::{self, CHUNK, KnownRow};
use super::store::write::{self, NewPerson, PlacementRow};
use crate::access::{Scope, Writes};
use crate::base::fold::sort_key;
use crate::base::german;
use crate::base::ids::{AccountId, FacilityId, PersonId};
use crate::base::time::berlin_today;
use crate::facilities::{self, FacilityLine};
use crate::history;
use crate::store::{Rows, StoreError, Writer};

/// A list and what was chosen for it.
#[derive(Debug, Clone)]
pub struct ImportRequest<'a> {
    /// The facility whose list it is; rows that name another one are refused.
    pub facility: FacilityId,
    /// Who is responsible for the new people of a probation office.
    pub account: Option<AccountId>,
    /// The file.
    pub content: &'a [u8],
    /// Which column means what; `None`: as remembered, or as the column names suggest.
    pub mapping: Option<Mapping>,
    /// The setting of rows that name none.
    pub setting: Option<Setting>,
}

/// Why a list cannot be taken over.
#[derive(Debug, thiserror::Error)]
pub enum ImportProblem {
    /// The file is no table.
    #[error(transparent)]
    File(#[from] FileProblem),
    /// Columns are missing or named twice.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))]
    Mapping(Vec<MappingProblem>),
    /// Rows are refused, and it was not said that the others shall be taken over without them.
    #[error("{0} Zeilen wurden abgelehnt. Ohne ausdrückliche Zustimmung wird nichts übernommen.")]
    Refused(usize),
    /// There is no such facility.
    #[error("Diese Einrichtung gibt es nicht.")]
    Facility,
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What taking over would do.
#[derive(Debug)]
pub struct Preview {
    /// The list as it stands in the file.
    pub table: RawTable,
    /// The mapping used.
    pub mapping: Mapping,
    /// What hinders reading; then nothing else is filled.
    pub mapping_problems: Vec<MappingProblem>,
    /// Rows that will be recorded.
    pub new: Vec<PersonRow>,
    /// Rows that will change something.
    pub changed: Vec<Change>,
    /// People about whom the list says nothing new.
    pub unchanged: Vec<PersonId>,
    /// Refused because a value is missing or wrong.
    pub errors: Vec<RowProblem>,
    /// Refused because a person must decide.
    pub to_check: Vec<RowProblem>,
    /// The known people whom rows to check may concern.
    checked: BTreeSet<PersonId>,
    known: HashMap<PersonId, Known>,
    kind: PlacementKind,
}

/// What was taken over.
#[derive(Debug, Clone, Default)]
pub struct Committed {
    /// People recorded.
    pub new: Vec<PersonId>,
    /// People changed.
    pub changed: Vec<PersonId>,
    /// People about whom nothing changed.
    pub unchanged: usize,
    /// Rows left out.
    pub refused: usize,
}

impl Preview {
    /// Lines that are refused, each once.
    pub fn refused_lines(&self) -> BTreeSet<u32> {
        self.errors
            .iter()
            .chain(&self.to_check)
            .map(|problem| problem.line)
            .collect()
    }

    /// Whether taking over would change anything.
    pub fn does_something(&self) -> bool {
        !self.new.is_empty() || !self.changed.is_empty()
    }

    /// The people of whom the preview shows something.
    pub fn people(&self) -> impl Iterator<Item = PersonId> + '_ {
        self.changed
            .iter()
            .map(|change| change.person_id)
            .chain(self.unchanged.iter().copied())
            .chain(self.checked.iter().copied())
    }

    /// The refused rows with their reasons, as CSV.
    pub fn rejected_csv(&self) -> Vec<u8> {
        super::import::rejected_csv(&self.table, self.errors.iter().chain(&self.to_check))
    }
}

/// A known person with all stays of the facility's kind.
#[derive(Debug)]
struct Known {
    row: KnownRow,
    stays: Vec<PlacementRow>,
}

impl Known {
    /// The newest stay with the facility.
    fn here(&self, facility: FacilityId) -> Option<&PlacementRow> {
        self.stays
            .iter()
            .rev()
            .find(|stay| stay.facility_id == facility)
    }

    /// Whether the person is with another facility now.
    fn elsewhere(&self, facility: FacilityId) -> bool {
        self.stays
            .iter()
            .any(|stay| stay.facility_id != facility && stay.to_day.is_none())
    }
}

fn lookup(facility: &FacilityLine, setting: Option<Setting>, today: Date) -> Lookup {
    let mut lookup = Lookup::new(today);
    for name in [&facility.code, &facility.name, &facility.full_name] {
        lookup.add_facility(name, facility.id);
    }
    lookup.default_facility = Some(facility.id);
    lookup.default_setting = setting;
    lookup
}

/// What taking over a list would do. Changes nothing.
///
/// # Errors
/// If the file is no table, or the store cannot.
pub async fn preview<R: Rows>(
    rows: &R,
    request: &ImportRequest<'_>,
) -> Result<Preview, ImportProblem> {
    let facility = facilities::facility(rows, request.facility)
        .await?
        .ok_or(ImportProblem::Facility)?;
    let kind = PlacementKind::of_facility(&facility.kind);
    let today = berlin_today(rows.now());
    let table = read_table(request.content)?;
    let mapping = match &request.mapping {
        Some(mapping) if mapping.columns.len() == table.header.len() => mapping.clone(),
        _ => match imports::remembered(rows, facility.id, &fingerprint(&table.header)).await? {
            Some(json) => match RememberedMapping::from_json(&json) {
                Ok(remembered) => remembered.apply(&table.header),
                Err(_) => suggest_mapping(&table.header),
            },
            None => suggest_mapping(&table.header),
        },
    };
    let setting = request
        .setting
        .filter(|setting| kind.settings().contains(setting));
    let mut chosen = vec![Target::Facility];
    chosen.extend(setting.map(|_| Target::Setting));
    let mut preview = Preview {
        mapping_problems: mapping.check(&chosen),
        table,
        mapping,
        new: Vec::new(),
        changed: Vec::new(),
        unchanged: Vec::new(),
        errors: Vec::new(),
        to_check: Vec::new(),
        checked: BTreeSet::new(),
        known: HashMap::new(),
        kind,
    };
    if !preview.mapping_problems.is_empty() {
        return Ok(preview);
    }
    let mut read = Vec::new();
    for row in read_rows(
        &preview.table,
        &preview.mapping,
        &lookup(&facility, setting, today),
    ) {
        match row {
            Ok(row) if kind.settings().contains(&row.setting) => read.push(row),
            Ok(row) => {
                let fitting: Vec<&str> = kind
                    .settings()
                    .iter()
                    .map(|setting| setting.label())
                    .collect();
                preview.errors.push(problem(
                    &preview,
                    &row,
                    Target::Setting,
                    &fitting.join(" oder "),
                    row.setting.label(),
                ));
            }
            Err(problems) => preview.errors.extend(problems),
        }
    }
    preview.errors.sort_by_key(|problem| problem.line);
    load_known(rows, &facility, &read, &mut preview).await?;
    sort_out(rows, &facility, read, &mut preview).await?;
    Ok(preview)
}

fn problem(
    preview: &Preview,
    row: &PersonRow,
    target: Target,
    expected: &str,
    found: &str,
) -> RowProblem {
    let column = preview
        .mapping
        .column_of(target)
        .and_then(|position| preview.table.header.get(position))
        .filter(|name| !name.is_empty())
        .map_or_else(|| target.label().to_owned(), Clone::clone);
    RowProblem {
        line: row.line,
        column,
        expected: expected.to_owned(),
        found: found.to_owned(),
    }
}

async fn load_known<R: Rows>(
    rows: &R,
    facility: &FacilityLine,
    read: &[PersonRow],
    preview: &mut Preview,
) -> Result<(), ImportProblem> {
    let numbers: Vec<String> = read.iter().map(|row| row.number_key.clone()).collect();
    for chunk in numbers.chunks(CHUNK) {
        let known =
            imports::known_by_number(rows, facility.id, preview.kind.number_kind(), chunk).await?;
        let people: Vec<PersonId> = known.iter().map(|row| row.id).collect();
        let mut stays: HashMap<PersonId, Vec<PlacementRow>> = HashMap::new();
        for stay in write::placements(rows, &people, preview.kind).await? {
            stays.entry(stay.person_id).or_default().push(stay);
        }
        preview.known.extend(known.into_iter().map(|row| {
            let stays = stays.remove(&row.id).unwrap_or_default();
            (row.id, Known { row, stays })
        }));
    }
    Ok(())
}

/// Compares the rows with what is known and puts aside what a person must decide.
async fn sort_out<R: Rows>(
    rows: &R,
    facility: &FacilityLine,
    read: Vec<PersonRow>,
    preview: &mut Preview,
) -> Result<(), ImportProblem> {
    let by_number: HashMap<&str, &Known> = preview
        .known
        .values()
        .map(|known| (known.row.value_key.as_str(), known))
        .collect();
    let mut existing = HashMap::new();
    let mut to_check = Vec::new();
    let mut checked = BTreeSet::new();
    let mut rest = Vec::with_capacity(read.len());
    for row in read {
        if let Some(known) = by_number.get(row.number_key.as_str()) {
            if let Some((expected, found)) =
                not_automatic(known, &row, facility.id, rows.access().scope())
            {
                checked.insert(known.row.id);
                to_check.push(problem(preview, &row, Target::Number, expected, &found));
                continue;
            }
            existing.insert(
                row.number_key.clone(),
                existing_person(known, &row, facility.id),
            );
        }
        rest.push(row);
    }
    let new_names: BTreeSet<String> = rest
        .iter()
        .filter(|row| !existing.contains_key(&row.number_key))
        .map(|row| sort_key(&row.family_name, &row.given_name))
        .collect();
    let new_names: Vec<String> = new_names.into_iter().collect();
    for chunk in new_names.chunks(CHUNK) {
        for named in imports::known_by_name(rows, chunk).await? {
            // No number is written like this key, so the person is found by name and birth date only.
            existing
                .entry(format!("!{}", named.id))
                .or_insert_with(|| ExistingPerson {
                    person_id: named.id,
                    family_name: named.family_name,
                    given_name: named.given_name,
                    birth_date: named.birth_date,
                    sex: Sex::Unknown,
                    facility_id: facility.id,
                    placed_from: Date::MIN,
                    expected_release: None,
                    setting: Setting::Sentence,
                });
        }
    }
    let plan: ImportPlan = compare(rest, &existing, |_| facility.name.clone());
    let perhaps: BTreeSet<u32> = plan.perhaps_known.iter().map(|same| same.line).collect();
    checked.extend(plan.perhaps_known.iter().map(|same| same.person_id));
    let mut new = Vec::with_capacity(plan.new.len());
    for row in plan.new {
        if perhaps.contains(&row.line) {
            let expected =
                "eine neue Person; diese gibt es hier mit gleichem Namen und Geburtsdatum schon";
            to_check.push(problem(
                preview,
                &row,
                Target::Number,
                expected,
                "eine andere Nummer",
            ));
        } else {
            new.push(row);
        }
    }
    let mut changed = Vec::with_capacity(plan.changed.len());
    for mut change in plan.changed {
        for difference in &mut change.differences {
            // Known by number, but never placed here.
            if difference.target == Target::PlacedFrom && difference.old == german::date(Date::MIN)
            {
                difference.old = "noch nicht hier".to_owned();
            }
        }
        let known = preview.known.get(&change.person_id);
        let refused = known.and_then(|known| refused_change(known, &change, facility.id));
        if change.may_be_somebody_else() || refused.is_some() {
            checked.insert(change.person_id);
        }
        match (change.may_be_somebody_else(), refused) {
            (true, _) => {
                let expected = "dieselbe Person; Nachname und Geburtsdatum weichen beide ab";
                to_check.push(problem(
                    preview,
                    &change.row,
                    Target::FamilyName,
                    expected,
                    "vermutlich eine andere Person",
                ));
            }
            (false, Some((expected, found))) => {
                to_check.push(problem(
                    preview,
                    &change.row,
                    Target::PlacedFrom,
                    &expected,
                    &found,
                ));
            }
            (false, None) => changed.push(change),
        }
    }
    to_check.sort_by_key(|problem| problem.line);
    preview.new = new;
    preview.changed = changed;
    preview.unchanged = plan
        .unchanged
        .into_iter()
        .map(|same| same.person_id)
        .collect();
    preview.to_check = to_check;
    preview.checked = checked;
    Ok(())
}

/// Why a row about a known person is not taken over by itself, without telling what the actor may not see.
fn not_automatic(
    known: &Known,
    row: &PersonRow,
    facility: FacilityId,
    scope: Scope,
) -> Option<(&'static str, String)> {
    if known.elsewhere(facility) {
        return Some((
            "eine Person, die hier untergebracht ist; die bisherige Stelle muss zuerst die Verlegung eintragen",
            "eine Person in anderer Zuständigkeit".to_owned(),
        ));
    }
    if matches!(scope, Scope::Assigned { .. }) && !known.row.in_scope {
        return Some((
            "eine freie Nummer oder die einer eigenen Person",
            "eine Nummer, die in dieser Dienststelle vergeben ist".to_owned(),
        ));
    }
    let here = known.here(facility)?;
    let ended = here.to_day?;
    (row.placed_from != here.from_day && row.placed_from < ended).then(|| {
        (
            "ein Zugang nach dem letzten Abgang",
            format!(
                "Zugang {}, Abgang {}",
                german::date(row.placed_from),
                german::date(ended)
            ),
        )
    })
}

fn existing_person(known: &Known, row: &PersonRow, facility: FacilityId) -> ExistingPerson {
    let here = known.here(facility);
    ExistingPerson {
        person_id: known.row.id,
        family_name: known.row.family_name.clone(),
        given_name: known.row.given_name.clone(),
        birth_date: known.row.birth_date,
        sex: sex_from_code(&known.row.sex),
        facility_id: facility,
        placed_from: here.map_or(Date::MIN, |stay| stay.from_day),
        expected_release: here.and_then(|stay| stay.expected_release),
        setting: here
            .and_then(|stay| Setting::from_code(&stay.setting))
            .unwrap_or(row.setting),
    }
}

/// Why a change of the stay cannot be made: it would overlap an earlier stay, or concern one that is over.
fn refused_change(
    known: &Known,
    change: &Change,
    facility: FacilityId,
) -> Option<(String, String)> {
    let here = known.here(facility);
    let about_stay = change.differences.iter().any(|difference| {
        matches!(
            difference.target,
            Target::PlacedFrom | Target::ExpectedRelease | Target::Setting
        )
    });
    if !about_stay {
        return None;
    }
    let found = format!("Zugang {}", german::date(change.row.placed_from));
    if let Some(stay) = here
        && let Some(ended) = stay.to_day
        && change.row.placed_from == stay.from_day
    {
        return Some((
            format!(
                "eine laufende Unterbringung; sie endete am {}",
                german::date(ended)
            ),
            found,
        ));
    }
    let open = here
        .filter(|stay| stay.to_day.is_none())
        .map(|stay| stay.id);
    let before = known
        .stays
        .iter()
        .filter(|stay| Some(stay.id) != open)
        .filter_map(|stay| stay.to_day)
        .filter(|ended| *ended > change.row.placed_from)
        .max();
    before.map(|ended| {
        (
            format!(
                "ein Zugang ab {} (Ende der Unterbringung davor)",
                german::date(ended)
            ),
            found,
        )
    })
}

/// Takes a list over within the writer's transaction, all accepted rows or none; the caller commits. `without_refused`
/// says that refused rows may be left out.
///
/// # Errors
/// If the file is no table, the mapping is not complete, rows are refused without consent, or the store cannot.
pub async fn commit<P: Writes>(
    writer: &Writer<P>,
    request: &ImportRequest<'_>,
    without_refused: bool,
) -> Result<Committed, ImportProblem> {
    let preview = preview(writer, request).await?;
    if !preview.mapping_problems.is_empty() {
        return Err(ImportProblem::Mapping(preview.mapping_problems));
    }
    let refused = preview.refused_lines().len();
    if refused > 0 && !without_refused {
        return Err(ImportProblem::Refused(refused));
    }
    let header = &preview.table.header;
    if let Ok(json) = preview.mapping.remember(header).to_json() {
        imports::remember(writer, request.facility, &fingerprint(header), &json).await?;
    }
    let changed = apply_changes(writer, request, &preview).await?;
    let (kind, unchanged) = (preview.kind, preview.unchanged.len());
    let people = preview
        .new
        .into_iter()
        .map(|row| NewPerson {
            family_name: row.family_name,
            given_name: row.given_name,
            birth_date: Some(row.birth_date),
            sex: row.sex,
            number: Some((kind.number_kind(), row.number)),
            facility: row.facility_id,
            kind,
            setting: row.setting,
            from_day: row.placed_from,
            expected_release: row.expected_release,
            assigned_to: request.account.filter(|_| kind == PlacementKind::Probation),
        })
        .collect();
    let new = write::insert_people(writer, people).await?;
    let recorded = new
        .iter()
        .map(|id| history::Change::new("person", id.0, "Aus einer Liste eingelesen").about(*id))
        .collect();
    history::record(writer, recorded).await?;
    Ok(Committed {
        new,
        changed,
        unchanged,
        refused,
    })
}

async fn apply_changes<P: Writes>(
    writer: &Writer<P>,
    request: &ImportRequest<'_>,
    preview: &Preview,
) -> Result<Vec<PersonId>, ImportProblem> {
    let today = berlin_today(writer.now());
    let mut lines = Vec::new();
    let (mut arrivals, mut back) = (Vec::new(), Vec::new());
    for change in &preview.changed {
        let Some(known) = preview.known.get(&change.person_id) else {
            continue;
        };
        let (person, row) = (change.person_id, &change.row);
        let changes = |targets: &[Target]| {
            change
                .differences
                .iter()
                .any(|difference| targets.contains(&difference.target))
        };
        if changes(&[
            Target::FamilyName,
            Target::GivenName,
            Target::BirthDate,
            Target::Sex,
        ]) {
            let sex = if row.sex == Sex::Unknown {
                sex_from_code(&known.row.sex)
            } else {
                row.sex
            };
            let master = write::Master {
                family_name: row.family_name.clone(),
                given_name: row.given_name.clone(),
                birth_date: Some(row.birth_date),
                sex,
            };
            write::change_master(writer, person, known.row.version, &master).await?;
        }
        let mut stay_id = known.here(request.facility).map(|stay| stay.id);
        if changes(&[Target::PlacedFrom, Target::ExpectedRelease, Target::Setting]) {
            let open = known
                .here(request.facility)
                .filter(|stay| stay.to_day.is_none());
            let expected = match open {
                Some(stay) if !row.states_expected_release => stay.expected_release,
                _ => row.expected_release,
            };
            match open {
                Some(stay) => {
                    write::change_placement(writer, stay, row.placed_from, expected, row.setting)
                        .await?
                }
                None => {
                    let new = write::NewPlacement {
                        facility: request.facility,
                        kind: preview.kind,
                        setting: row.setting,
                        from_day: row.placed_from,
                        expected_release: expected,
                        sort_key: sort_key(&row.family_name, &row.given_name),
                    };
                    let placement = write::place(writer, person, new).await?;
                    arrivals.push(crate::review::Arrival {
                        person,
                        placement,
                        facility: request.facility,
                        from: row.placed_from,
                    });
                    let before = known.stays.last();
                    if preview.kind == PlacementKind::Custody
                        && before.is_none_or(|stay| stay.end_reason.as_deref() != Some("transfer"))
                    {
                        back.push(crate::review::Moved {
                            person,
                            event: crate::review::Event::Recall,
                            facility: request.facility,
                            day: row.placed_from,
                            days: None,
                            cause: placement.0,
                        });
                    }
                    stay_id = Some(placement);
                    if let Some(account) = request
                        .account
                        .filter(|_| preview.kind == PlacementKind::Probation)
                    {
                        let place = (request.facility, account);
                        let from = row.placed_from.min(today);
                        let known = account == writer.access().actor().account();
                        super::charge::take_on(writer, person, place, from, known).await?;
                    }
                }
            }
        }
        lines.extend(change.differences.iter().map(|difference| {
            // What concerns a stay is told only to those who may know of it.
            let (kind, id) = match (difference.target, stay_id) {
                (Target::PlacedFrom | Target::ExpectedRelease | Target::Setting, Some(stay)) => {
                    ("placement", stay.0)
                }
                _ => ("person", person.0),
            };
            history::Change::new(kind, id, head(difference.target))
                .about(person)
                .values(Some(difference.old.clone()), Some(difference.new.clone()))
                .because(Some("Aus einer Liste eingelesen".to_owned()))
        }));
    }
    crate::review::transferred(writer, &arrivals).await?;
    crate::review::moved(writer, &back).await?;
    history::record(writer, lines).await?;
    Ok(preview
        .changed
        .iter()
        .map(|change| change.person_id)
        .collect())
}

fn head(target: Target) -> &'static str {
    match target {
        Target::Number => "Nummer geändert",
        Target::FamilyName => "Nachname geändert",
        Target::GivenName => "Vorname geändert",
        Target::BirthDate => "Geburtsdatum geändert",
        Target::Sex => "Geschlecht geändert",
        Target::Facility => "Einrichtung geändert",
        Target::PlacedFrom => "Zugang geändert",
        Target::ExpectedRelease => "Voraussichtliche Entlassung geändert",
        Target::Setting => "Vollzugsart geändert",
    }
}
