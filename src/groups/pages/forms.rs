//! What the forms of this room say: read in the order of the page, errors kept beside the fields.

use time::{Date, Weekday};

use super::super::rules::propose_name;
use super::super::rules::register::{Mark, Reason, Sent, Status, row_keys};
use super::super::series::place::Slot;
use super::super::service::planning::{
    Choices, MORE_SLOTS, NAME_LENGTH, Request, TRAINER_FIELDS, WEEKDAYS,
};
use super::super::store::plan::TemplateChoice;
use super::super::store::register::RegisterPerson;
use crate::base::ids::{PersonId, StaffId};
use crate::web::Form;

/// The form as first shown: a name, and the template if there is only one.
pub(super) fn proposal(choices: &Choices, today: Date) -> Form {
    let form = Form::empty().with("name", propose_name(&choices.names, today.year()));
    match choices.templates.first() {
        Some(template) => form.with("template", template.id.to_string()),
        None => form,
    }
}

/// Reads the form in the order of the page; errors stay in it.
pub(super) fn read_plan(form: &mut Form, choices: &Choices) -> Option<Request> {
    let template = form.uuid("template", "Vorlage").and_then(|id| {
        let found = choices
            .templates
            .iter()
            .find(|template| template.id.0 == id)
            .cloned();
        if found.is_none() {
            form.reject(
                "template",
                "Bitte bei „Vorlage“ einen Wert aus der Liste auswählen.",
            );
        }
        found
    });
    let name = form.required_text("name", "Name der Gruppe", NAME_LENGTH);
    if name
        .as_ref()
        .is_some_and(|name| choices.names.contains(name))
    {
        form.reject(
            "name",
            "Diesen Namen hat in der Einrichtung schon eine Gruppe. Bitte einen anderen wählen.",
        );
    }
    let room = form.uuid("room", "Raum").and_then(|id| {
        let found = choices.rooms.iter().find(|room| room.id.0 == id).map(|room| room.id);
        if found.is_none() {
            form.reject("room", "Dieser Raum gehört nicht zur Einrichtung. Bitte einen Raum aus der Liste auswählen.");
        }
        found
    });
    let codes = WEEKDAYS.map(|(code, _)| code);
    let weekday = form
        .choice("weekday", "Wochentag", &codes)
        .and_then(|code| {
            WEEKDAYS
                .iter()
                .find(|(known, _)| *known == code)
                .map(|(_, day)| *day)
        });
    let start = form.required_time("start", "Beginn");
    let more = more_slots(form, weekday);
    let first_day = form.required_planning_date("first_day", "Erster Tag");
    let trainers = trainers(form, choices, template.as_ref());
    if form.has_errors() {
        return None;
    }
    Some(Request {
        template: template?,
        name: name?,
        room: room?,
        weekday: weekday?,
        start: start?,
        more,
        first_day: first_day?,
        trainers,
    })
}

/// Reads the further weekly times; each needs weekday and time, and a weekday of its own.
fn more_slots(form: &mut Form, first: Option<Weekday>) -> Vec<Slot> {
    let codes = WEEKDAYS.map(|(code, _)| code);
    let mut taken: Vec<Weekday> = first.into_iter().collect();
    let mut slots = Vec::new();
    for (day_field, day_label, time_field, time_label) in MORE_SLOTS {
        let weekday = form
            .optional_choice(day_field, day_label, &codes)
            .and_then(|code| {
                WEEKDAYS
                    .iter()
                    .find(|(known, _)| *known == code)
                    .map(|(_, day)| *day)
            });
        let start = match weekday {
            Some(_) => form.required_time(time_field, time_label),
            None => form.optional_time(time_field, time_label),
        };
        match (weekday, start) {
            (Some(weekday), _) if taken.contains(&weekday) => form.reject(
                day_field,
                "Dieser Wochentag ist schon gewählt. Bitte einen anderen wählen.",
            ),
            (Some(weekday), Some(start)) => {
                taken.push(weekday);
                slots.push(Slot { weekday, start });
            }
            (None, Some(_)) if form.error_of(day_field).is_none() => {
                form.reject(day_field, format!("Zu dieser Uhrzeit fehlt „{day_label}“."))
            }
            _ => {}
        }
    }
    slots
}

fn trainers(
    form: &mut Form,
    choices: &Choices,
    template: Option<&TemplateChoice>,
) -> Vec<(StaffId, String)> {
    let needed = template.map_or(TRAINER_FIELDS.len(), |template| {
        usize::try_from(template.trainers).unwrap_or(0)
    });
    let mut chosen: Vec<(StaffId, String)> = Vec::new();
    for (index, (field, label)) in TRAINER_FIELDS.into_iter().enumerate() {
        let id = if index < needed {
            form.uuid(field, label)
        } else {
            form.optional_uuid(field, label)
        };
        let Some(id) = id.map(StaffId) else { continue };
        if chosen.iter().any(|(known, _)| *known == id) {
            form.reject(
                field,
                "Diese Fachkraft ist schon ausgewählt. Bitte eine andere auswählen.",
            );
            continue;
        }
        let found = choices.staff.iter().find(|staff| {
            staff.id == id
                && template.is_none_or(|template| template.programme_id == staff.programme_id)
        });
        match found {
            Some(staff) => chosen.push((id, staff.name.clone())),
            None => form.reject(field, "Diese Fachkraft gehört zu keinem Träger dieser Maßnahme. Bitte eine andere auswählen."),
        }
    }
    chosen
}

/// The form of a register as stored.
pub(super) fn filled_register(people: &[RegisterPerson]) -> Form {
    let ids: Vec<PersonId> = people.iter().map(|person| person.person_id).collect();
    let mut form = Form::empty().with("stattgefunden", "ja");
    for (person, key) in people.iter().zip(row_keys(&ids)) {
        if let Some(mark) = person.mark() {
            fill(&mut form, &key, mark);
        }
    }
    form
}

fn fill(form: &mut Form, key: &str, mark: Mark) {
    form.set(&format!("status_{key}"), mark.status().code());
    form.set(
        &format!("reason_{key}"),
        mark.reason().map_or("", Reason::code),
    );
    let minutes = mark.minutes().map(|minutes| minutes.to_string());
    form.set(&format!("minutes_{key}"), minutes.unwrap_or_default());
}

/// Reads the sent rows; errors stay in the form. With the current version the page showed what is stored. `longest` is
/// how many minutes the session lasts.
pub(super) fn read_register(
    form: &mut Form,
    people: &[RegisterPerson],
    current: bool,
    longest: i64,
) -> Vec<Sent> {
    let ids: Vec<PersonId> = people.iter().map(|person| person.person_id).collect();
    let mut rows = Vec::with_capacity(people.len());
    for (person, key) in people.iter().zip(row_keys(&ids)) {
        let stored = person.mark();
        let shown = if current {
            stored
        } else {
            Mark::from_code(form.value(&format!("war_{key}")))
        };
        rows.push(Sent {
            person: person.person_id,
            shown,
            chosen: read_row(form, &person.name(), &key, longest),
            stored,
        });
    }
    rows
}

fn read_row(form: &mut Form, name: &str, key: &str, longest: i64) -> Option<Mark> {
    let (status_field, reason_field) = (format!("status_{key}"), format!("reason_{key}"));
    let code = form.value(&status_field);
    if code.is_empty() {
        return None;
    }
    let Some(status) = Status::from_code(code) else {
        form.reject(
            &status_field,
            format!("{name}: Bitte eine der Möglichkeiten auswählen."),
        );
        return None;
    };
    let minutes = if status.takes_minutes() {
        read_minutes(form, name, key, longest)?
    } else {
        None
    };
    let mark = Mark::new(
        status,
        Reason::from_code(form.value(&reason_field)),
        minutes,
    );
    if mark.is_none() {
        let text = format!(
            "{name}: Bitte bei „{}“ einen Grund auswählen.",
            status.label()
        );
        form.reject(&reason_field, text);
    }
    mark
}

/// The minutes that were missed; `None` means an error was recorded.
fn read_minutes(form: &mut Form, name: &str, key: &str, longest: i64) -> Option<Option<u16>> {
    let field = format!("minutes_{key}");
    let typed = form.value(&field).trim();
    if typed.is_empty() {
        return Some(None);
    }
    match typed.parse::<u16>() {
        Ok(minutes) if minutes > 0 && i64::from(minutes) <= longest => Some(Some(minutes)),
        _ => {
            let text = format!(
                "{name}: Bitte die versäumten Minuten als Zahl von 1 bis {longest} angeben oder leer lassen."
            );
            form.reject(&field, text);
            None
        }
    }
}

/// Before a register is shown again: rows that I left alone take over what somebody else saved meanwhile, so that
/// sending them again changes nothing back.
pub(super) fn take_over(form: &mut Form, people: &[RegisterPerson], rows: &[Sent]) {
    let ids: Vec<PersonId> = people.iter().map(|person| person.person_id).collect();
    for (row, key) in rows.iter().zip(row_keys(&ids)) {
        let untouched = row.chosen == row.shown
            && form.value(&format!("status_{key}"))
                == row.shown.map_or("", |mark| mark.status().code());
        if let (true, true, Some(stored)) = (untouched, row.stored != row.shown, row.stored) {
            fill(form, &key, stored);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::AttendanceId;
    use crate::base::time::Instant;
    use crate::groups::store::register::RegisterEntry;
    use uuid::Uuid;

    fn person(status: Option<&str>, reason: Option<&str>) -> RegisterPerson {
        let entry = status.and_then(|status| Mark::stored(status, reason, None));
        RegisterPerson {
            person_id: PersonId(Uuid::from_u128(7)),
            family_name: "Adler".into(),
            given_name: "Kai".into(),
            number: None,
            absent: false,
            paused: false,
            visible: true,
            entry: entry.map(|mark| RegisterEntry {
                id: AttendanceId(Uuid::from_u128(8)),
                mark,
                before: None,
                recorded_at: Instant::from_millis(0),
                recorded_by: None,
                recorded_by_name: String::new(),
            }),
        }
    }

    #[test]
    fn a_stored_register_sent_back_unchanged_changes_nothing() {
        let people = [person(Some("excused"), Some("court"))];
        let mut form = filled_register(&people);
        let rows = read_register(&mut form, &people, true, 210);
        assert!(!form.has_errors());
        assert_eq!(rows[0].chosen, rows[0].stored);
        assert!(rows[0].stored.is_some());
    }

    #[test]
    fn a_missing_reason_is_said_with_the_name() {
        let people = [person(None, None)];
        let key = &row_keys(&[people[0].person_id])[0];
        let mut form = Form::empty().with(&format!("status_{key}"), "not_brought");
        read_register(&mut form, &people, true, 210);
        assert!(
            form.error_of(&format!("reason_{key}"))
                .is_some_and(|text| text.starts_with("Adler, Kai:"))
        );
    }

    #[test]
    fn minutes_are_read_where_some_can_be_missed() {
        let people = [person(None, None)];
        let key = &row_keys(&[people[0].person_id])[0];
        let read = |status: &str, minutes: &str| {
            let mut form = Form::empty()
                .with(&format!("status_{key}"), status)
                .with(&format!("minutes_{key}"), minutes);
            let rows = read_register(&mut form, &people, true, 210);
            let text = form.error_of(&format!("minutes_{key}")).map(str::to_owned);
            (rows[0].chosen.and_then(Mark::minutes), text)
        };
        assert_eq!(read("late", "15"), (Some(15), None));
        assert_eq!(read("left_early", " 210 "), (Some(210), None));
        assert_eq!(read("late", ""), (None, None));
        assert_eq!(read("present", "15"), (None, None));
        for wrong in ["0", "211", "-5", "viel", "99999999999"] {
            let (minutes, text) = read("late", wrong);
            assert!(minutes.is_none() && text.is_some_and(|text| text.contains("1 bis 210")));
        }
    }

    #[test]
    fn rows_left_alone_take_over_what_was_saved_meanwhile() {
        let people = [person(Some("late"), None)];
        let key = &row_keys(&[people[0].person_id])[0];
        let mut form = Form::empty();
        let rows = read_register(&mut form, &people, false, 210);
        take_over(&mut form, &people, &rows);
        assert_eq!(form.value(&format!("status_{key}")), "late");
        let mut mine = Form::empty().with(&format!("status_{key}"), "present");
        let rows = read_register(&mut mine, &people, false, 210);
        take_over(&mut mine, &people, &rows);
        assert_eq!(mine.value(&format!("status_{key}")), "present");
    }
}
