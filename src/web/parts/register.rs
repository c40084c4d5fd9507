//! The attendance register: one row per person, one choice per row as a segmented control, reason and remark beside it.
//!
//! Works without scripts. With them a letter key chooses in the row that has the focus and goes on to the next row.

use maud::{Markup, html};

use crate::web::form::Form;

/// One possible outcome.
#[derive(Clone, Copy, Debug)]
pub struct RegisterOption<'a> {
    /// Value as posted.
    pub value: &'a str,
    /// German word.
    pub label: &'a str,
    /// Letter that chooses it, one small letter, unique within the register.
    pub key: &'a str,
    /// Whether a reason must be given with it.
    pub needs_reason: bool,
    /// Whether minutes may be given with it.
    pub takes_minutes: bool,
}

/// One person of the register. The posted fields are `status_<key>`, `reason_<key>`,
/// `minutes_<key>` and `note_<key>`.
#[derive(Clone, Debug)]
pub struct RegisterRow {
    /// End of the field names: letters, digits and hyphens only. It stands in the page many times, so keep it short.
    pub key: String,
    /// Name as shown, "Adler, Kai".
    pub name: String,
    /// Second line, the prison number.
    pub detail: String,
    /// Something to know about this row, such as an overlap or a tag.
    pub remark: Option<Markup>,
    /// Known not to be there: "Alle übrigen anwesend" leaves the row alone.
    pub away: bool,
}

/// A whole register.
#[derive(Clone, Copy, Debug)]
pub struct Register<'a> {
    /// Names the table, "10 Teilnehmende".
    pub caption: &'a str,
    /// The people.
    pub rows: &'a [RegisterRow],
    /// What may be chosen, in the order shown.
    pub options: &'a [RegisterOption<'a>],
    /// Reasons to choose from: value and label.
    pub reasons: &'a [(&'a str, &'a str)],
    /// Value that "Alle übrigen anwesend" chooses.
    pub fill_rest: &'a str,
    /// Label of that button.
    pub fill_label: &'a str,
    /// Label of the save button.
    pub save_label: &'a str,
    /// Whether every row has a free remark.
    pub remarks: bool,
}

/// The register with its bar of actions. Put it into a [`super::post_form`]; the page should be `wide`.
/// Messages for a row must name the person, since they stand in the error summary as well.
pub fn register_table(form: &Form, register: &Register<'_>) -> Markup {
    let recorded = register
        .rows
        .iter()
        .filter(|row| !form.value(&format!("status_{}", row.key)).is_empty())
        .count();
    // Once on the table instead of on each of the many inputs: the letters, in the order of the options.
    let keys = letters(register, |_| true);
    html! {
        p.keys.hint {
            "Tasten im Feld: "
            @for (index, option) in register.options.iter().enumerate() {
                @if index > 0 { ", " } kbd { (option.key.to_uppercase()) } " " (option.label)
            }
            " – danach springt die Eingabe zur nächsten Person."
        }
        table.register data-register=(keys) data-reasons=(letters(register, |option| option.needs_reason))
            data-minutes=(letters(register, |option| option.takes_minutes)) {
            caption { (register.caption) }
            thead {
                tr {
                    th scope="col" { "Person" }
                    th scope="col" { "Teilnahme" }
                    @if !register.reasons.is_empty() { th scope="col" { "Grund" } }
                    @if register.remarks { th scope="col" { "Bemerkung (freiwillig)" } }
                }
            }
            tbody { @for row in register.rows { (register_row(form, register, row)) } }
        }
        div.actions.sticky {
            (super::submit(register.save_label))
            button.second type="button" data-fill-rest=(register.fill_rest) hidden { (register.fill_label) }
            output data-count { (recorded) " von " (register.rows.len()) " erfasst" }
        }
    }
}

/// The letters of the options for which something holds.
fn letters(register: &Register<'_>, holds: impl Fn(&RegisterOption<'_>) -> bool) -> String {
    register
        .options
        .iter()
        .filter(|option| holds(option))
        .map(|option| option.key)
        .collect()
}

/// The first row without a choice, if the register has one.
fn first_open<'a>(form: &Form, register: &'a Register<'_>) -> Option<&'a str> {
    let open = |row: &&RegisterRow| form.value(&format!("status_{}", row.key)).is_empty();
    register.rows.iter().find(open).map(|row| row.key.as_str())
}

fn register_row(form: &Form, register: &Register<'_>, row: &RegisterRow) -> Markup {
    let status = format!("status_{}", row.key);
    let reason = format!("reason_{}", row.key);
    let note = format!("note_{}", row.key);
    let minutes = format!("minutes_{}", row.key);
    let bad = form.error_of(&status).is_some()
        || form.error_of(&minutes).is_some()
        || form.error_of(&reason).is_some()
        || form.error_of(&note).is_some();
    // The first person without an entry has the focus: the letters work at once.
    let begin =
        !form.has_errors() && first_open(form, register).is_some_and(|open| open == row.key);
    html! {
        tr class=[bad.then_some("bad")] data-row data-away[row.away] {
            th scope="row" {
                (row.name)
                span.detail { (row.detail) }
                @if let Some(remark) = &row.remark { (remark) }
            }
            td {
                (message(form, &status))
                fieldset.segments.bad[form.error_of(&status).is_some()]
                    aria-describedby=[described_by(form, &status)] {
                    legend.hide { "Teilnahme von " (row.name) }
                    @for (index, option) in register.options.iter().enumerate() {
                        // The label holds its input, so only the target of the error summary needs an id.
                        label {
                            input id=[(index == 0).then(|| format!("f-{status}"))] type="radio" name=(status)
                                value=(option.value)
                                autofocus[begin && index == 0]
                                checked[form.contains(&status, option.value)];
                            span { (option.label) }
                        }
                    }
                }
            }
            @if !register.reasons.is_empty() {
                td {
                    @if register.options.iter().any(|option| option.takes_minutes) {
                        div data-missed {
                            (message(form, &minutes))
                            "Min. "
                            input.w-short id={ "f-" (minutes) } name=(minutes) inputmode="numeric"
                                value=(form.value(&minutes))
                                aria-label={ "Versäumte Minuten, " (row.name) }
                                aria-invalid=[form.error_of(&minutes).map(|_| "true")]
                                aria-describedby=[described_by(form, &minutes)];
                        }
                    }
                    div data-reason {
                        (message(form, &reason))
                        select id={ "f-" (reason) } name=(reason) aria-label={ "Grund, " (row.name) }
                            aria-invalid=[form.error_of(&reason).map(|_| "true")]
                            aria-describedby=[described_by(form, &reason)] {
                            option value="" { "Grund wählen" }
                            @for (value, label) in register.reasons {
                                option value=(value) selected[form.contains(&reason, value)] { (label) }
                            }
                        }
                    }
                }
            }
            @if register.remarks {
                td {
                    (message(form, &note))
                    input id={ "f-" (note) } name=(note) type="text" autocomplete="off" value=(form.value(&note))
                        aria-label={ "Bemerkung, " (row.name) ", freiwillig" } placeholder="Bemerkung"
                        aria-invalid=[form.error_of(&note).map(|_| "true")]
                        aria-describedby=[described_by(form, &note)];
                }
            }
        }
    }
}

fn described_by(form: &Form, field: &str) -> Option<String> {
    form.error_of(field).map(|_| format!("f-{field}-error"))
}

fn message(form: &Form, field: &str) -> Markup {
    html! {
        @if let Some(text) = form.error_of(field) {
            p.error id={ "f-" (field) "-error" } { span.hide { "Fehler: " } (text) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_choices_counts_them_and_ties_messages_to_their_row() {
        let rows = ["1", "2"].map(|key| RegisterRow {
            key: key.to_owned(),
            name: format!("Person {key}"),
            detail: String::new(),
            remark: None,
            away: false,
        });
        let present = RegisterOption {
            value: "present",
            label: "anwesend",
            key: "a",
            needs_reason: false,
            takes_minutes: false,
        };
        let absent = RegisterOption {
            value: "absent",
            label: "unentschuldigt",
            key: "u",
            needs_reason: true,
            takes_minutes: false,
        };
        let register = Register {
            caption: "2 Teilnehmende",
            rows: &rows,
            options: &[present, absent],
            reasons: &[("ill", "Krankheit")],
            fill_rest: "present",
            fill_label: "Alle übrigen anwesend",
            save_label: "Speichern",
            remarks: true,
        };
        let mut form = Form::empty().with("status_2", "absent");
        form.reject("reason_2", "Person 2: Bitte einen Grund auswählen.");
        let page = register_table(&form, &register).into_string();
        assert!(page.contains("1 von 2 erfasst"));
        assert_eq!(page.matches(" checked").count(), 1);
        assert!(page.contains(r#"value="absent" checked"#));
        assert!(page.contains(r#"data-register="au" data-reasons="u" data-minutes="""#));
        assert!(page.contains(r#"aria-describedby="f-reason_2-error""#));
        assert!(page.contains(r#"<tr class="bad" data-row>"#));
        assert!(page.contains("Bemerkung"));
        let without = Register {
            remarks: false,
            ..register
        };
        assert!(
            !register_table(&form, &without)
                .into_string()
                .contains("Bemerkung")
        );
    }
}
