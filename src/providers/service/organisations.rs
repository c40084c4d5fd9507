//! Adding and ending organisations and their parts in programmes.

use time::Date;

use crate::access::Writes;
use crate::base::fold::fold;
use crate::base::german;
use crate::base::ids::{ProgrammeId, ProviderId};
use crate::history::{self, Change};
use crate::providers::rules::{self, Part};
use crate::providers::store::{self, PartRow, ProviderRow};
use crate::schema::reference::{programme_provider, provider};
use crate::store::{Result, Writer};

/// The kind of object in the history.
pub(in crate::providers) const HISTORY: &str = "provider";

/// A problem with one field of a form.
pub(in crate::providers) type Problem = (&'static str, String);

/// Stores a new organisation, or says what is wrong.
pub(in crate::providers) async fn add<P: Writes>(
    writer: &Writer<P>,
    id: ProviderId,
    name: &str,
    full_name: &str,
    first: Date,
) -> Result<Option<Problem>> {
    let taken = (
        "name",
        format!("Einen Träger mit dem Kürzel „{name}“ gibt es schon. Bitte ein anderes wählen."),
    );
    let code = fold(name);
    if code.is_empty() {
        return Ok(Some((
            "name",
            "Das Kürzel braucht mindestens einen Buchstaben oder eine Ziffer.".to_owned(),
        )));
    }
    if store::taken(writer)
        .await?
        .iter()
        .any(|known| fold(known) == code)
    {
        return Ok(Some(taken));
    }
    let row = provider::Model {
        id,
        code,
        name: name.to_owned(),
        full_name: full_name.to_owned(),
        valid_from: first,
        valid_to: None,
    };
    match store::insert_provider(writer, row).await {
        Ok(()) => {}
        Err(error) if store::name_taken(&error) => return Ok(Some(taken)),
        Err(error) => return Err(error),
    }
    let change = Change::new(HISTORY, id.0, "Träger eingetragen")
        .values(None, Some(format!("{name}, ab {}", german::date(first))));
    history::record(writer, vec![change]).await?;
    Ok(None)
}

/// Ends an organisation with a last day: its parts and its staff end with it, and so does what rests on them. Returns
/// how many members of staff that are.
pub(in crate::providers) async fn end<P: Writes>(
    writer: &Writer<P>,
    row: &ProviderRow,
    last: Date,
    reason: &str,
    today: Date,
) -> Result<usize> {
    let day_after = last.next_day().unwrap_or(last);
    store::end_provider(writer, row.id, row.valid_to, day_after).await?;
    let staff = store::end_all_of(writer, row.id, day_after).await?;
    if day_after <= today {
        crate::accounts::staff_left(writer, &staff).await?;
        crate::grants::staff_left(writer, &staff).await?;
    }
    let until = format!("letzter Tag {}", german::date(last));
    let mut changes = vec![
        Change::new(HISTORY, row.id.0, "Träger beendet")
            .values(
                rules::last_day(row.valid_to).map(german::date),
                Some(until.clone()),
            )
            .because(Some(reason.to_owned())),
    ];
    changes.extend(staff.iter().map(|member| {
        Change::new(super::staff::HISTORY, member.0, "Ausgeschieden")
            .values(None, Some(until.clone()))
            .because(Some(format!("{} wirkt nicht mehr mit.", row.name)))
    }));
    history::record(writer, changes).await?;
    Ok(staff.len())
}

/// A new part in a programme.
pub(in crate::providers) struct NewPart<'a> {
    pub programme: ProgrammeId,
    pub programme_name: &'a str,
    pub part: Part,
    pub first: Date,
    pub last: Option<Date>,
}

/// Stores a part, or says what is wrong. `parts` are those the organisation has.
pub(in crate::providers) async fn add_part<P: Writes>(
    writer: &Writer<P>,
    row: &ProviderRow,
    parts: &[PartRow],
    new: &NewPart<'_>,
) -> Result<Option<Problem>> {
    let to = new.last.and_then(Date::next_day);
    if new.last.is_some_and(|last| last < new.first) {
        return Ok(Some((
            "part_last",
            format!(
                "Der letzte Tag liegt vor dem ersten. Bitte einen Tag ab dem {} eingeben.",
                german::date(new.first)
            ),
        )));
    }
    let within = new.first >= row.valid_from
        && row
            .valid_to
            .is_none_or(|end| new.first < end && to.is_some_and(|to| to <= end));
    if !within {
        return Ok(Some((
            "part_first",
            format!(
                "Der Träger selbst ist eingetragen {}. Bitte Tage in dieser Zeit wählen.",
                validity(row.valid_from, row.valid_to)
            ),
        )));
    }
    let others: Vec<(Date, Option<Date>)> = parts
        .iter()
        .filter(|part| part.programme_id == new.programme)
        .map(|part| (part.valid_from, part.valid_to))
        .collect();
    if let Some((from, to)) = rules::part_overlap(new.first, to, &others) {
        return Ok(Some((
            "part_first",
            format!(
                "An dieser Maßnahme wirkt der Träger schon mit: {}. Bitte diesen Anteil zuerst beenden.",
                validity(from, to)
            ),
        )));
    }
    let model = programme_provider::Model {
        programme_id: new.programme,
        provider_id: row.id,
        part: new.part.code().to_owned(),
        valid_from: new.first,
        valid_to: to,
    };
    match store::insert_part(writer, model).await {
        Ok(()) => {}
        // A part that began on this day and has no day of its own.
        Err(error) if error.duplicates("programme_provider") => {
            return Ok(Some((
                "part_first",
                "An diesem Tag begann schon ein Anteil. Bitte einen anderen Tag wählen.".to_owned(),
            )));
        }
        Err(error) => return Err(error),
    }
    let value = format!(
        "{} ({}), {}",
        new.programme_name,
        new.part,
        validity(new.first, to)
    );
    let change = Change::new(HISTORY, row.id.0, "Anteil eingetragen").values(None, Some(value));
    history::record(writer, vec![change]).await?;
    Ok(None)
}

/// Ends a part with a last day.
pub(in crate::providers) async fn end_part<P: Writes>(
    writer: &Writer<P>,
    row: &ProviderRow,
    part: &PartRow,
    last: Date,
    reason: &str,
) -> Result<()> {
    let day_after = last.next_day().unwrap_or(last);
    store::end_part(
        writer,
        row.id,
        part.programme_id,
        part.valid_from,
        part.valid_to,
        day_after,
    )
    .await?;
    let value = |to| format!("{}, {}", part.programme_name, validity(part.valid_from, to));
    let change = Change::new(HISTORY, row.id.0, "Anteil beendet")
        .values(Some(value(part.valid_to)), Some(value(Some(day_after))))
        .because(Some(reason.to_owned()));
    history::record(writer, vec![change]).await
}

/// "seit dem …" or "vom … bis …", from a first day and the day after the last.
pub(in crate::providers) fn validity(from: Date, to: Option<Date>) -> String {
    match rules::last_day(to) {
        None => format!("seit dem {}", german::date(from)),
        Some(last) => format!("vom {} bis {}", german::date(from), german::date(last)),
    }
}
