//! Use cases about one person: recording, correcting, placing, moving, releasing, absences. Each works within the
//! caller's transaction and leaves its history; the caller commits with the audit entry.

use time::Date;

use super::import::Setting;
use super::rules::{self, AbsenceField, PlacementKind};
use super::store::absences::{self, AbsenceRow};
use super::store::write::{
    self, Master, NewPerson, NewPlacement, Officer, OwnNumber, PlacementRow,
};
use super::store::{self, PersonHead};
use crate::access::{Scope, Writes};
use crate::base::fold::number_key;
use crate::base::german;
use crate::base::ids::{FacilityId, PersonId};
use crate::base::time::berlin_today;
use crate::history::{self, Change};
use crate::review::{Arrival, Event, Moved};
use crate::store::{Rows, StoreError, Writer};

/// Why nothing was done.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Something typed is wrong: field and sentence.
    Refused(Vec<(&'static str, String)>),
    /// There is no such person in the actor's scope, or it is not the actor's to change.
    Unknown,
    /// Somebody else changed it first.
    Changed,
    /// The store could not.
    Store(StoreError),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Changed => Trouble::Changed,
            // Two at once: the indexes let only one through.
            error if error.duplicates("person_alias") => Trouble::refused("number", NUMBER_TAKEN),
            error if error.duplicates("placement") => Trouble::refused(
                "",
                "Die Person ist inzwischen schon untergebracht. Bitte die Seite neu laden.",
            ),
            error if error.duplicates("absence") => Trouble::refused(
                "",
                "Inzwischen läuft schon eine Abwesenheit. Bitte die Seite neu laden.",
            ),
            error => Trouble::Store(error),
        }
    }
}

impl Trouble {
    fn refused(field: &'static str, text: impl Into<String>) -> Self {
        Trouble::Refused(vec![(field, text.into())])
    }
}

const NUMBER_TAKEN: &str = "Diese Nummer ist hier schon vergeben. Bitte prüfen.";

type Outcome<T> = Result<T, Trouble>;

/// A person as the actor may change it.
#[derive(Debug, Clone)]
pub(super) struct Own {
    /// The person.
    pub head: PersonHead,
    /// The actor's facility or office.
    pub facility: FacilityId,
    /// What kind of placement it gives.
    pub kind: PlacementKind,
    /// All placements of that kind, oldest first.
    pub stays: Vec<PlacementRow>,
    /// The placement with the actor's facility that runs today.
    pub current: Option<PlacementRow>,
    /// Whether another facility has the person today.
    pub elsewhere: bool,
    /// The number that the actor's facility gave.
    pub number: Option<OwnNumber>,
}

impl Own {
    /// Whether the actor may correct the master data: not once another prison is in charge.
    pub fn editable(&self) -> bool {
        self.kind == PlacementKind::Probation || !self.elsewhere
    }

    fn spans(&self) -> Vec<(Date, Option<Date>)> {
        self.stays
            .iter()
            .map(|stay| (stay.from_day, stay.to_day))
            .collect()
    }
}

/// A person in the actor's scope, with what the actor's facility records of it.
pub(super) async fn own<R: Rows>(rows: &R, id: PersonId) -> Outcome<Own> {
    let scope = rows.access().scope();
    let (facility, kind) = store::own_place(&scope).ok_or(Trouble::Unknown)?;
    let head = store::find(rows, id).await?.ok_or(Trouble::Unknown)?;
    let stays = write::placements(rows, &[id], kind).await?;
    let number = write::own_number(rows, id, facility).await?;
    let today = berlin_today(rows.now());
    let runs =
        |stay: &&PlacementRow| stay.from_day <= today && stay.to_day.is_none_or(|to| to > today);
    let current = stays
        .iter()
        .filter(runs)
        .find(|stay| stay.facility_id == facility)
        .cloned();
    let elsewhere = stays
        .iter()
        .filter(runs)
        .any(|stay| stay.facility_id != facility);
    Ok(Own {
        head,
        facility,
        kind,
        stays,
        current,
        elsewhere,
        number,
    })
}

/// A person to be recorded, as typed and read.
#[derive(Debug, Clone)]
pub(super) struct Recorded {
    pub master: Master,
    pub number: Option<String>,
    pub setting: Setting,
    pub from_day: Date,
    pub expected_release: Option<Date>,
}

fn check_master(master: &Master, today: Date, refused: &mut Vec<(&'static str, String)>) {
    let mut note =
        |field, refusal: rules::Refusal| refused.extend(refusal.map(|text| (field, text)));
    note("family_name", rules::check_name(&master.family_name));
    note("given_name", rules::check_name(&master.given_name));
    note(
        "birth_date",
        master
            .birth_date
            .and_then(|birth| rules::check_birth(birth, today)),
    );
}

/// Records a person with the first placement; a probation officer becomes responsible.
pub(super) async fn record<P: Writes>(writer: &Writer<P>, new: Recorded) -> Outcome<PersonId> {
    let scope = writer.access().scope();
    let (facility, kind) = store::own_place(&scope).ok_or(Trouble::Unknown)?;
    let today = berlin_today(writer.now());
    let mut refused = Vec::new();
    check_master(&new.master, today, &mut refused);
    if let Some(number) = &new.number {
        if let Some(text) = rules::check_number(number) {
            refused.push(("number", text));
        } else if write::number_taken(writer, facility, kind.number_kind(), number, None).await? {
            refused.push(("number", NUMBER_TAKEN.to_owned()));
        }
    }
    refused.extend(rules::check_begin(new.from_day, today, &[]).map(|text| ("from_day", text)));
    refused.extend(
        new.expected_release
            .and_then(|day| rules::check_expected(day, new.from_day, today))
            .map(|text| ("expected_release", text)),
    );
    if !refused.is_empty() {
        return Err(Trouble::Refused(refused));
    }
    let assigned_to = match scope {
        Scope::Assigned { account, .. } => Some(account),
        _ => None,
    };
    let person = NewPerson {
        family_name: new.master.family_name,
        given_name: new.master.given_name,
        birth_date: new.master.birth_date,
        sex: new.master.sex,
        number: new.number.map(|number| (kind.number_kind(), number)),
        facility,
        kind,
        setting: new.setting,
        from_day: new.from_day,
        expected_release: new.expected_release,
        assigned_to,
    };
    let ids = write::insert_people(writer, vec![person]).await?;
    let id = ids.first().copied().ok_or(Trouble::Unknown)?;
    history::record(
        writer,
        vec![Change::new("person", id.0, "Person angelegt").about(id)],
    )
    .await?;
    Ok(id)
}

/// Corrects master data and the own facility's number. Returns the names of the fields that changed.
pub(super) async fn correct<P: Writes>(
    writer: &Writer<P>,
    own: &Own,
    version: i64,
    master: Master,
    number: Option<String>,
) -> Outcome<Vec<&'static str>> {
    let today = berlin_today(writer.now());
    let mut refused = Vec::new();
    check_master(&master, today, &mut refused);
    let old_key = own.number.as_ref().map(|number| number.value_key.as_str());
    let new_key = number.as_deref().map(number_key);
    let number_differs =
        own.number.as_ref().map(|number| number.value.as_str()) != number.as_deref();
    if let Some(number) = number.as_deref().filter(|_| number_differs) {
        if let Some(text) = rules::check_number(number) {
            refused.push(("number", text));
        } else if old_key != new_key.as_deref()
            && write::number_taken(
                writer,
                own.facility,
                own.kind.number_kind(),
                number,
                Some(own.head.id),
            )
            .await?
        {
            refused.push(("number", NUMBER_TAKEN.to_owned()));
        }
    }
    if !refused.is_empty() {
        return Err(Trouble::Refused(refused));
    }
    let (id, head) = (own.head.id, &own.head);
    let mut fields = Vec::new();
    let mut changes = Vec::new();
    let mut note =
        |field: &'static str, what: &'static str, old: Option<String>, new: Option<String>| {
            if old != new {
                fields.push(field);
                changes.push(Change::new("person", id.0, what).about(id).values(old, new));
            }
        };
    note(
        "family_name",
        "Nachname geändert",
        Some(head.family_name.clone()),
        Some(master.family_name.clone()),
    );
    note(
        "given_name",
        "Vorname geändert",
        Some(head.given_name.clone()),
        Some(master.given_name.clone()),
    );
    note(
        "birth_date",
        "Geburtsdatum geändert",
        head.birth_date.map(german::date),
        master.birth_date.map(german::date),
    );
    let sex = |code: &str| Some(rules::sex_from_code(code).label().to_owned());
    note(
        "sex",
        "Geschlecht geändert",
        sex(&head.sex),
        sex(master.sex.code()),
    );
    if number_differs {
        let mut alias = None;
        if let Some(old) = &own.number {
            write::end_number(writer, old.id, today).await?;
            alias = Some(old.id);
        }
        if let Some(number) = &number {
            let kind = own.kind.number_kind();
            alias = Some(write::add_number(writer, id, own.facility, kind, number, today).await?);
        }
        if let Some(alias) = alias {
            fields.push("number");
            // About the number, not the person: the time line shows it only to those who know this kind of number.
            changes.push(
                Change::new("person_alias", alias.0, "Nummer geändert")
                    .about(id)
                    .values(own.number.as_ref().map(|old| old.value.clone()), number),
            );
        }
    }
    write::change_master(writer, id, version, &master).await?;
    history::record(writer, changes).await?;
    Ok(fields)
}

/// A placement that begins.
#[derive(Debug, Clone)]
pub(super) struct Begin {
    pub setting: Setting,
    pub from_day: Date,
    pub expected_release: Option<Date>,
    pub number: Option<String>,
}

/// Places a person with the actor's facility.
pub(super) async fn place<P: Writes>(writer: &Writer<P>, own: &Own, begin: Begin) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let mut refused = Vec::new();
    refused.extend(
        rules::check_begin(begin.from_day, today, &own.spans()).map(|text| ("from_day", text)),
    );
    refused.extend(
        begin
            .expected_release
            .and_then(|day| rules::check_expected(day, begin.from_day, today))
            .map(|text| ("first_expected", text)),
    );
    let number = begin.number.filter(|number| {
        own.number
            .as_ref()
            .is_none_or(|known| known.value_key != number_key(number))
    });
    if let Some(number) = &number {
        if let Some(text) = rules::check_number(number) {
            refused.push(("number", text));
        } else if write::number_taken(
            writer,
            own.facility,
            own.kind.number_kind(),
            number,
            Some(own.head.id),
        )
        .await?
        {
            refused.push(("number", NUMBER_TAKEN.to_owned()));
        }
    }
    if !refused.is_empty() {
        return Err(Trouble::Refused(refused));
    }
    let id = own.head.id;
    if let Some(number) = &number {
        if let Some(old) = &own.number {
            write::end_number(writer, old.id, begin.from_day.max(today)).await?;
        }
        write::add_number(
            writer,
            id,
            own.facility,
            own.kind.number_kind(),
            number,
            begin.from_day,
        )
        .await?;
        write::refresh_keys(writer, &[id]).await?;
    }
    let new = NewPlacement {
        facility: own.facility,
        kind: own.kind,
        setting: begin.setting,
        from_day: begin.from_day,
        expected_release: begin.expected_release,
        sort_key: own.head.sort_key.clone(),
    };
    let placement = write::place(writer, id, new).await?;
    crate::review::transferred(
        writer,
        &[Arrival {
            person: id,
            placement,
            facility: own.facility,
            from: begin.from_day,
        }],
    )
    .await?;
    // Whoever was here or elsewhere before, and did not come by a transfer, is back.
    let back = own.stays.last();
    if own.kind == PlacementKind::Custody
        && back.is_none_or(|stay| stay.end_reason.as_deref() != Some("transfer"))
    {
        let change = Moved {
            person: id,
            event: Event::Recall,
            facility: own.facility,
            day: begin.from_day,
            days: None,
            cause: placement.0,
        };
        crate::review::moved(writer, &[change]).await?;
    }
    crate::handover::follow(writer, id).await?;
    let what = match own.kind {
        PlacementKind::Custody => "Untergebracht",
        PlacementKind::Probation => "Zuständigkeit übernommen",
    };
    let told = format!(
        "ab {}, {}",
        german::date(begin.from_day),
        begin.setting.label()
    );
    history::record(
        writer,
        vec![
            Change::new("placement", placement.0, what)
                .about(id)
                .values(None, Some(told)),
        ],
    )
    .await?;
    Ok(())
}

/// Where a person goes.
#[derive(Debug, Clone)]
pub(super) enum Destination {
    /// Another prison; its number it gives itself, and nobody else is told which of its numbers are taken.
    Prison { facility: FacilityId, name: String },
    /// Another probation officer, perhaps of another office.
    Officer(Officer),
}

async fn end_checks<P: Writes>(
    writer: &Writer<P>,
    current: &PlacementRow,
    day: Date,
    field: &'static str,
) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let absences: Vec<_> = absences::of_placement(writer, current.id)
        .await?
        .iter()
        .map(|row| (row.from_day, row.to_day))
        .collect();
    let refused = rules::check_end(day, current.from_day, today)
        .or_else(|| rules::check_end_with_absences(day, &absences));
    match refused {
        Some(text) => Err(Trouble::refused(field, text)),
        None => Ok(()),
    }
}

/// Somebody leaves a prison: what stays open there is asked about.
async fn left<P: Writes>(
    writer: &Writer<P>,
    own: &Own,
    event: Event,
    stay: crate::base::ids::PlacementId,
    day: Date,
) -> Outcome<()> {
    let change = Moved {
        person: own.head.id,
        event,
        facility: own.facility,
        day,
        days: None,
        cause: stay.0,
    };
    crate::review::moved(writer, &[change]).await?;
    crate::handover::follow(writer, own.head.id).await?;
    Ok(())
}

/// Moves a person: the running placement ends on the day, the next one begins on it. Groups and enrolments stay as they are.
pub(super) async fn transfer<P: Writes>(
    writer: &Writer<P>,
    own: &Own,
    version: i64,
    day: Date,
    to: Destination,
) -> Outcome<()> {
    let current = own
        .current
        .as_ref()
        .filter(|stay| stay.to_day.is_none())
        .ok_or(Trouble::Changed)?;
    if current.version != version {
        return Err(Trouble::Changed);
    }
    end_checks(writer, current, day, "transfer_day").await?;
    let id = own.head.id;
    let (target, name) = match &to {
        Destination::Prison { facility, name } => (*facility, name.clone()),
        Destination::Officer(officer) => (
            officer.facility_id,
            format!("{}, {}", officer.facility_name, officer.name),
        ),
    };
    let mut changes = Vec::new();
    if target != own.facility {
        write::end_placement(writer, current.id, version, day, "transfer").await?;
        absences::end_with(writer, current.id, day).await?;
        let new = NewPlacement {
            facility: target,
            kind: own.kind,
            setting: Setting::from_code(&current.setting).ok_or(Trouble::Unknown)?,
            from_day: day,
            expected_release: current.expected_release,
            sort_key: own.head.sort_key.clone(),
        };
        let placement = write::place(writer, id, new).await?;
        let arrival = Arrival {
            person: id,
            placement,
            facility: target,
            from: day,
        };
        crate::review::transferred(writer, &[arrival]).await?;
        if own.kind == PlacementKind::Custody {
            left(writer, own, Event::Transfer, current.id, day).await?;
        }
        let told = format!("{name}, ab {}", german::date(day));
        let old = own.head.facility_name.clone();
        changes.push(
            Change::new("placement", placement.0, "Verlegt")
                .about(id)
                .values(old, Some(told)),
        );
    }
    if let Destination::Officer(officer) = to {
        let account = writer.access().actor().account();
        if officer.id == account {
            return Err(Trouble::refused(
                "target",
                "Sie sind schon zuständig. Bitte eine andere Person auswählen.",
            ));
        }
        if write::unassign(writer, id, account, day, None).await? != 1 {
            return Err(Trouble::refused(
                "target",
                "Ihre Zuständigkeit ist schon übergeben oder beendet. Bitte die Seite neu laden.",
            ));
        }
        let place = (officer.facility_id, officer.id);
        super::charge::take_on(writer, id, place, day, false).await?;
        let old = Some(writer.access().actor().name().to_owned());
        let told = format!(
            "{} ({}), ab {}",
            officer.name,
            officer.facility_name,
            german::date(day)
        );
        changes.push(
            Change::new("placement", current.id.0, "Zuständigkeit übergeben")
                .about(id)
                .values(old, Some(told)),
        );
    }
    history::record(writer, changes).await?;
    Ok(())
}

/// Ends the running placement, or sets another day for an end that lies ahead.
pub(super) async fn release<P: Writes>(
    writer: &Writer<P>,
    own: &Own,
    version: i64,
    day: Date,
    reason: &str,
) -> Outcome<()> {
    let current = own
        .current
        .as_ref()
        .filter(|stay| stay.end_reason.as_deref() != Some("transfer"))
        .ok_or(Trouble::Changed)?;
    end_checks(writer, current, day, "release_day").await?;
    write::end_placement(writer, current.id, version, day, reason).await?;
    absences::end_with(writer, current.id, day).await?;
    let id = own.head.id;
    if own.kind == PlacementKind::Probation {
        let account = writer.access().actor().account();
        write::unassign(writer, id, account, day, current.to_day).await?;
    }
    if own.kind == PlacementKind::Custody {
        left(writer, own, Event::Release, current.id, day).await?;
    }
    let what = match own.kind {
        PlacementKind::Custody => "Entlassen",
        PlacementKind::Probation => "Zuständigkeit beendet",
    };
    let told = format!(
        "zum {}, {}",
        german::date(day),
        rules::end_reason_label(reason)
    );
    let old = current
        .to_day
        .map(|day| format!("zum {}", german::date(day)));
    history::record(
        writer,
        vec![
            Change::new("placement", current.id.0, what)
                .about(id)
                .values(old, Some(told)),
        ],
    )
    .await?;
    Ok(())
}

/// Sets the expected release of the running placement.
pub(super) async fn expect<P: Writes>(
    writer: &Writer<P>,
    own: &Own,
    version: i64,
    expected: Option<Date>,
) -> Outcome<()> {
    let mut current = own.current.clone().ok_or(Trouble::Changed)?;
    let today = berlin_today(writer.now());
    if let Some(text) = expected.and_then(|day| rules::check_expected(day, current.from_day, today))
    {
        return Err(Trouble::refused("expected_release", text));
    }
    current.version = version;
    let setting = Setting::from_code(&current.setting).ok_or(Trouble::Unknown)?;
    write::change_placement(writer, &current, current.from_day, expected, setting).await?;
    let told = |day: Option<Date>| Some(day.map_or_else(|| "offen".to_owned(), german::date));
    let id = own.head.id;
    let change = Change::new(
        "placement",
        current.id.0,
        "Voraussichtliche Entlassung geändert",
    )
    .about(id)
    .values(told(current.expected_release), told(expected));
    history::record(writer, vec![change]).await?;
    Ok(())
}

/// Begins an absence from the running placement.
pub(super) async fn leave<P: Writes>(
    writer: &Writer<P>,
    own: &Own,
    from: Date,
    to: Option<Date>,
    reason: &str,
) -> Outcome<()> {
    let current = own.current.as_ref().ok_or(Trouble::Changed)?;
    let today = berlin_today(writer.now());
    let known: Vec<_> = absences::of_placement(writer, current.id)
        .await?
        .iter()
        .map(|row| (row.from_day, row.to_day))
        .collect();
    if let Err((field, text)) = rules::check_absence(from, to, current.from_day, today, &known) {
        let field = if field == AbsenceField::From {
            "from_day"
        } else {
            "to_day"
        };
        return Err(Trouble::refused(field, text));
    }
    if current
        .to_day
        .is_some_and(|ends| from >= ends || to.is_none_or(|to| to > ends))
    {
        return Err(Trouble::refused(
            "to_day",
            "Die Unterbringung endet vorher. Bitte die Rückkehr bis dahin eintragen.",
        ));
    }
    let id = own.head.id;
    let absence = absences::begin(writer, id, current.id, from, to, reason).await?;
    if own.kind == PlacementKind::Custody {
        let change = Moved {
            person: id,
            event: Event::Absence,
            facility: own.facility,
            day: from,
            days: to.map(|to| (to - from).whole_days()),
            cause: absence.0,
        };
        crate::review::moved(writer, &[change]).await?;
    }
    let back = to.map_or_else(String::new, |day| {
        format!(", zurück am {}", german::date(day))
    });
    let told = format!(
        "ab {}{back}, {}",
        german::date(from),
        rules::absence_label(reason)
    );
    history::record(
        writer,
        vec![
            Change::new("absence", absence.0, "Abwesenheit eingetragen")
                .about(id)
                .values(None, Some(told)),
        ],
    )
    .await?;
    Ok(())
}

/// The absence that can be ended: the one that runs.
pub(super) fn running(absences: &[AbsenceRow], today: Date) -> Option<&AbsenceRow> {
    absences
        .iter()
        .find(|row| row.from_day <= today && row.to_day.is_none_or(|to| to > today))
}

/// Ends the running absence.
pub(super) async fn come_back<P: Writes>(
    writer: &Writer<P>,
    own: &Own,
    version: i64,
    to: Date,
) -> Outcome<()> {
    let current = own.current.as_ref().ok_or(Trouble::Changed)?;
    let today = berlin_today(writer.now());
    let known = absences::of_placement(writer, current.id).await?;
    let mut row = running(&known, today).ok_or(Trouble::Changed)?.clone();
    if let Some(text) = rules::check_return(to, row.from_day, today) {
        return Err(Trouble::refused("back_day", text));
    }
    row.version = version;
    absences::end(writer, &row, to).await?;
    let id = own.head.id;
    let old = row
        .to_day
        .map(|day| format!("zurück am {}", german::date(day)));
    let told = format!("zurück am {}", german::date(to));
    history::record(
        writer,
        vec![
            Change::new("absence", row.id.0, "Abwesenheit beendet")
                .about(id)
                .values(old, Some(told)),
        ],
    )
    .await?;
    Ok(())
}
