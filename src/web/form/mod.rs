//! The state of one form: what was typed, kept word for word, and what is wrong with it.
//!
//! A handler reads the posted pairs into a [`Form`], takes the values out with the reading helpers and, if one of them
//! recorded an error, shows the same form again with status 422. Nothing typed is ever lost, and each message stands
//! both in the summary and beside its field in the same words (WCAG 2.2, 3.3.1 and 3.3.3).

use std::collections::BTreeMap;
use std::fmt;

mod reading;

/// One message about one field. An empty `field` means the form as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field as posted, or "" when the message is about the whole form.
    pub field: String,
    /// The German sentence to show: what is wrong and how to put it right.
    pub message: String,
}

/// Everything typed into a form (a field may have several values) and the errors found in it.
#[derive(Clone, Default)]
pub struct Form {
    values: BTreeMap<String, Vec<String>>,
    errors: Vec<FieldError>,
}

/// Shows field names only: forms carry names of people and passwords, which must never reach a log.
impl fmt::Debug for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Form")
            .field("fields", &self.values.keys().collect::<Vec<_>>())
            .field("errors", &self.errors.len())
            .finish()
    }
}

impl Form {
    /// A form nobody has filled in yet.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The posted pairs in their order; a name that occurs several times keeps all its values.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut form = Self::default();
        for (name, value) in pairs {
            form.values.entry(name).or_default().push(value);
        }
        form
    }

    /// The same form with one field filled in beforehand; for chaining after [`Form::empty`].
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// The same form with several values of one field filled in beforehand (check boxes).
    #[must_use]
    pub fn with_values(
        mut self,
        name: &str,
        values: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.values.insert(name.to_owned(), values);
        self
    }

    /// Replaces all values of a field by one.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.insert(name.to_owned(), vec![value.into()]);
    }

    /// The first value of a field as typed, or "".
    pub fn value(&self, name: &str) -> &str {
        self.values(name).first().map_or("", String::as_str)
    }

    /// All values of a field as typed, in their order.
    pub fn values(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether one of the values of the field is `value`.
    pub fn contains(&self, name: &str, value: &str) -> bool {
        self.values(name).iter().any(|typed| typed == value)
    }

    /// Names of all fields, sorted; for forms with one field per row, such as the register.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Records a German error sentence. `field` "" means the form as a whole. The first message of a field stays,
    /// later ones are dropped: the summary and the field must say the same.
    pub fn reject(&mut self, field: &str, message: impl Into<String>) {
        if field.is_empty() || self.error_of(field).is_none() {
            self.errors.push(FieldError {
                field: field.to_owned(),
                message: message.into(),
            });
        }
    }

    /// Whether anything was rejected.
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// All errors in the order of rejection: read the fields in the order of the page.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// The message about one field, if any.
    pub fn error_of(&self, field: &str) -> Option<&str> {
        self.errors
            .iter()
            .find(|error| error.field == field)
            .map(|error| error.message.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(name: &str, value: &str) -> Form {
        Form::empty().with(name, value)
    }

    #[test]
    fn keeps_all_values_of_a_name() {
        let pair = |value: &str| ("day".to_owned(), value.to_owned());
        let form = Form::from_pairs([pair("mo"), pair("di")]);
        assert_eq!(form.values("day"), ["mo", "di"]);
        assert!(form.contains("day", "di") && !form.contains("day", "mi"));
        assert_eq!(form.value("absent"), "");
    }

    #[test]
    fn the_first_message_of_a_field_stays() {
        let mut form = Form::empty();
        form.reject("a", "eins");
        form.reject("a", "zwei");
        form.reject("", "insgesamt");
        form.reject("", "außerdem");
        assert_eq!(form.error_of("a"), Some("eins"));
        assert_eq!(form.errors().len(), 3);
    }

    #[test]
    fn debug_output_shows_no_values() {
        let form = typed("password", "geheim");
        let text = format!("{form:?}");
        assert!(text.contains("password") && !text.contains("geheim"));
    }
}
