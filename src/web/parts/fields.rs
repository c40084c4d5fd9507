//! Input fields bound to a form: label above, hint, error, input; tied together by id for assistive technology.

use maud::{Markup, html};

use crate::web::form::Form;

/// What is typed into a field; decides keyboard, width of the box and what the browser may remember.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line of free text.
    Text,
    /// Search text.
    Search,
    /// A whole number; a text box with number keys, not `type=number` (whose wheel changes values unseen).
    Numeric,
    /// A password; never filled in again.
    Password,
    /// A code of a second factor; never filled in again.
    OneTimeCode,
    /// A date in German writing, "24.11.2026"; a text box, because the browser's own picker follows the browser's language.
    Date,
    /// A time of day, "14:00".
    Time,
    /// A file; the form must be an [`super::upload_form`].
    File,
}

/// How wide the box is: the width tells how much is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// About ten signs.
    Short,
    /// About thirty signs.
    Medium,
    /// The whole column.
    Full,
}

/// A field and everything said about it. Build with [`Field::text`], [`Field::date`] … and the chained setters.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Name as posted; the id is `f-` and the name.
    pub name: &'a str,
    /// German label, always visible.
    pub label: &'a str,
    /// One sentence of help below the label.
    pub hint: Option<&'a str>,
    /// Must be filled in. Fields that need not be get "(freiwillig)" behind the label.
    pub required: bool,
    /// What is typed.
    pub kind: FieldKind,
    /// How wide the box is.
    pub width: Width,
    /// Value of the `autocomplete` attribute (HTML standard, autofill); `None` means "off".
    pub autocomplete: Option<&'a str>,
    /// Most characters allowed. Text says so below the label from 200 on; it is checked by the server only,
    /// because a browser cuts pasted text off without a word.
    pub max_length: Option<usize>,
    /// Whether "(freiwillig)" is left out, as in filters where nothing is required.
    pub plain_label: bool,
}

impl<'a> Field<'a> {
    /// A field of any kind.
    pub fn new(name: &'a str, label: &'a str, kind: FieldKind, width: Width) -> Self {
        Self {
            name,
            label,
            hint: None,
            required: false,
            kind,
            width,
            autocomplete: None,
            max_length: None,
            plain_label: false,
        }
    }

    /// One line of text, medium width.
    pub fn text(name: &'a str, label: &'a str) -> Self {
        Self::new(name, label, FieldKind::Text, Width::Medium)
    }

    /// Search text over the whole width of its column.
    pub fn search(name: &'a str, label: &'a str) -> Self {
        Self::new(name, label, FieldKind::Search, Width::Full).plain()
    }

    /// A whole number.
    pub fn number(name: &'a str, label: &'a str) -> Self {
        Self::new(name, label, FieldKind::Numeric, Width::Short)
    }

    /// A date, with the example of how to write it as hint.
    pub fn date(name: &'a str, label: &'a str) -> Self {
        Self::new(name, label, FieldKind::Date, Width::Short).hint("Zum Beispiel 24.11.2026")
    }

    /// A time of day, with the example of how to write it as hint.
    pub fn time(name: &'a str, label: &'a str) -> Self {
        Self::new(name, label, FieldKind::Time, Width::Short).hint("Zum Beispiel 14:00")
    }

    /// A password that exists ("current-password"); for a new one set the autocomplete "new-password".
    pub fn password(name: &'a str, label: &'a str) -> Self {
        Self::new(name, label, FieldKind::Password, Width::Medium).autocomplete("current-password")
    }

    /// A code of a second factor.
    pub fn one_time_code(name: &'a str, label: &'a str) -> Self {
        Self::new(name, label, FieldKind::OneTimeCode, Width::Short).autocomplete("one-time-code")
    }

    /// A file to upload.
    pub fn file(name: &'a str, label: &'a str) -> Self {
        Self::new(name, label, FieldKind::File, Width::Medium)
    }

    /// Sets the help sentence.
    #[must_use]
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Marks the field as one that must be filled in.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Sets the width.
    #[must_use]
    pub fn width(mut self, width: Width) -> Self {
        self.width = width;
        self
    }

    /// Lets the browser fill the field, such as "username".
    #[must_use]
    pub fn autocomplete(mut self, purpose: &'a str) -> Self {
        self.autocomplete = Some(purpose);
        self
    }

    /// Tells the most characters allowed; pass the same number to the reading helper of the form.
    #[must_use]
    pub fn max_length(mut self, characters: usize) -> Self {
        self.max_length = Some(characters);
        self
    }

    /// Leaves out "(freiwillig)".
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.plain_label = true;
        self
    }
}

/// A field of one line.
pub fn text_field(form: &Form, field: &Field<'_>) -> Markup {
    let (input_type, mode) = match field.kind {
        FieldKind::Text => ("text", None),
        FieldKind::Search => ("search", None),
        FieldKind::Numeric | FieldKind::OneTimeCode => ("text", Some("numeric")),
        FieldKind::Date | FieldKind::Time => ("text", None),
        FieldKind::Password => ("password", None),
        FieldKind::File => ("file", None),
    };
    let secret = matches!(
        field.kind,
        FieldKind::Password | FieldKind::OneTimeCode | FieldKind::File
    );
    let autocomplete = match field.kind {
        FieldKind::File => None,
        _ => Some(field.autocomplete.unwrap_or("off")),
    };
    framed(
        form,
        field,
        html! {
            input id={ "f-" (field.name) } name=(field.name) type=(input_type) class=(width_class(field.width))
                value=[(!secret).then(|| form.value(field.name))]
                inputmode=[mode] autocomplete=[autocomplete]
                aria-required=[field.required.then_some("true")]
                aria-invalid=[form.error_of(field.name).map(|_| "true")]
                aria-describedby=[described_by(form, field)];
        },
    )
}

/// A field of several lines.
pub fn textarea(form: &Form, field: &Field<'_>, rows: u8) -> Markup {
    framed(
        form,
        field,
        html! {
            // The HTML parser drops one line feed after the start tag; without this one it would be a typed one.
            textarea id={ "f-" (field.name) } name=(field.name) rows=(rows) autocomplete="off"
                class=(width_class(field.width))
                aria-required=[field.required.then_some("true")]
                aria-invalid=[form.error_of(field.name).map(|_| "true")]
                aria-describedby=[described_by(form, field)] { "\n" (form.value(field.name)) }
        },
    )
}

/// A list to choose one value from. `empty_label` adds a first entry without a value ("Bitte wählen", "alle").
pub fn select_field(
    form: &Form,
    field: &Field<'_>,
    options: &[(&str, &str)],
    empty_label: Option<&str>,
) -> Markup {
    framed(
        form,
        field,
        html! {
            select id={ "f-" (field.name) } name=(field.name) class=(width_class(field.width)) autocomplete="off"
                aria-required=[field.required.then_some("true")]
                aria-invalid=[form.error_of(field.name).map(|_| "true")]
                aria-describedby=[described_by(form, field)] {
                @if let Some(label) = empty_label { option value="" { (label) } }
                @for (value, label) in options {
                    option value=(value) selected[form.contains(field.name, value)] { (label) }
                }
            }
        },
    )
}

/// Radio buttons, one below the other: value, label and an optional sentence of help for each.
pub fn radio_group(
    form: &Form,
    name: &str,
    legend: &str,
    options: &[(&str, &str, Option<&str>)],
) -> Markup {
    group(
        form,
        name,
        legend,
        html! {
            @for (index, (value, label, hint)) in options.iter().enumerate() {
                (option("radio", form, name, index, value, label, *hint))
            }
        },
    )
}

/// Check boxes that belong together and share a name: value and label.
pub fn checkbox_group(form: &Form, name: &str, legend: &str, options: &[(&str, &str)]) -> Markup {
    group(
        form,
        name,
        legend,
        html! {
            @for (index, (value, label)) in options.iter().enumerate() {
                (option("checkbox", form, name, index, value, label, None))
            }
        },
    )
}

/// One check box; posts "1" when ticked. Read it with [`Form::checked`].
pub fn checkbox(form: &Form, name: &str, label: &str, hint: Option<&str>) -> Markup {
    html! {
        div.field.bad[form.error_of(name).is_some()] {
            (error_line(form, name))
            (option("checkbox", form, name, 0, "1", label, hint))
        }
    }
}

/// Fields that belong together under a heading.
pub fn fieldset(legend: &str, hint: Option<&str>, body: Markup) -> Markup {
    html! {
        fieldset.set {
            legend { (legend) }
            @if let Some(hint) = hint { p.hint { (hint) } }
            (body)
        }
    }
}

/// A value the person does not see, such as the version of the object.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

fn framed(form: &Form, field: &Field<'_>, control: Markup) -> Markup {
    let optional = !field.required && !field.plain_label;
    html! {
        div.field.bad[form.error_of(field.name).is_some()] {
            label for={ "f-" (field.name) } { (field.label) @if optional { span.opt { " (freiwillig)" } } }
            @if let Some(hint) = hint_text(field) { p.hint id={ "f-" (field.name) "-hint" } { (hint) } }
            (error_line(form, field.name))
            (control)
        }
    }
}

fn group(form: &Form, name: &str, legend: &str, body: Markup) -> Markup {
    let described = form.error_of(name).map(|_| format!("f-{name}-error"));
    html! {
        fieldset.field.bad[form.error_of(name).is_some()] aria-describedby=[described] {
            legend { (legend) }
            (error_line(form, name))
            div.options { (body) }
        }
    }
}

fn option(
    input_type: &str,
    form: &Form,
    name: &str,
    index: usize,
    value: &str,
    label: &str,
    hint: Option<&str>,
) -> Markup {
    // The first option carries the id of the field, so that the error summary leads to it.
    let id = match index {
        0 => format!("f-{name}"),
        _ => format!("f-{name}-{index}"),
    };
    html! {
        div.option {
            input id=(id) name=(name) type=(input_type) value=(value) checked[form.contains(name, value)]
                aria-describedby=[hint.map(|_| format!("{id}-hint"))];
            label for=(id) { (label) }
            @if let Some(hint) = hint { p.hint id={ (id) "-hint" } { (hint) } }
        }
    }
}

fn error_line(form: &Form, name: &str) -> Markup {
    html! {
        @if let Some(message) = form.error_of(name) {
            p.error id={ "f-" (name) "-error" } { span.hide { "Fehler: " } (message) }
        }
    }
}

fn hint_text(field: &Field<'_>) -> Option<String> {
    let limit = field.max_length.filter(|limit| *limit >= 200);
    match (field.hint, limit) {
        (Some(hint), Some(limit)) => Some(format!("{} Höchstens {limit} Zeichen.", ended(hint))),
        (Some(hint), None) => Some(hint.to_owned()),
        (None, Some(limit)) => Some(format!("Höchstens {limit} Zeichen.")),
        (None, None) => None,
    }
}

fn ended(sentence: &str) -> String {
    if sentence.ends_with(['.', '!', '?']) {
        sentence.to_owned()
    } else {
        format!("{sentence}.")
    }
}

fn described_by(form: &Form, field: &Field<'_>) -> Option<String> {
    let name = field.name;
    let hint = hint_text(field).map(|_| format!("f-{name}-hint"));
    let error = form.error_of(name).map(|_| format!("f-{name}-error"));
    match (hint, error) {
        (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
        (hint, error) => hint.or(error),
    }
}

fn width_class(width: Width) -> &'static str {
    match width {
        Width::Short => "w-short",
        Width::Medium => "w-medium",
        Width::Full => "w-full",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_hint_and_error_are_tied_to_the_input() {
        let mut form = Form::empty().with("day", "32.1.");
        form.reject("day", "Kein Datum.");
        let page = text_field(&form, &Field::date("day", "Tag").required()).into_string();
        assert!(page.contains(r#"<label for="f-day">Tag</label>"#));
        assert!(page.contains(r#"aria-describedby="f-day-hint f-day-error""#));
        assert!(page.contains(r#"aria-invalid="true""#) && page.contains(r#"value="32.1.""#));
        assert!(page.contains(r#"id="f-day-hint""#) && page.contains(r#"id="f-day-error""#));
    }

    #[test]
    fn secrets_are_never_filled_in_again() {
        let form = Form::empty()
            .with("password", "geheim")
            .with("code", "123456");
        let page = html! {
            (text_field(&form, &Field::password("password", "Kennwort")))
            (text_field(&form, &Field::one_time_code("code", "Code")))
        };
        let page = page.into_string();
        assert!(!page.contains("geheim") && !page.contains("123456"));
    }

    #[test]
    fn typed_text_is_escaped() {
        let form = Form::empty().with("note", "</textarea><script>");
        let page = textarea(&form, &Field::text("note", "Bemerkung"), 3).into_string();
        assert!(page.contains("&lt;/textarea&gt;&lt;script&gt;"));
    }

    #[test]
    fn a_group_keeps_its_choice_and_the_summary_finds_it() {
        let form = Form::empty().with_values("day", ["di"]);
        let options = [("mo", "Montag"), ("di", "Dienstag")];
        let page = checkbox_group(&form, "day", "Wochentage", &options).into_string();
        assert!(page.contains(r#"id="f-day" name="day""#));
        assert!(page.contains(r#"value="di" checked"#) && !page.contains(r#"value="mo" checked"#));
    }

    #[test]
    fn a_long_limit_is_told_and_fields_not_required_say_so() {
        let field = Field::text("note", "Bemerkung")
            .hint("Keine Namen")
            .max_length(500);
        let page = textarea(&Form::empty(), &field, 3).into_string();
        assert!(page.contains("Keine Namen. Höchstens 500 Zeichen."));
        assert!(page.contains("(freiwillig)"));
    }
}
