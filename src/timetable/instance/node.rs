//! A place in a JSON document that knows its path, so that every complaint can say where.

use serde_json::Value;
use time::Date;
use time::macros::format_description;

/// What is wrong with a file, and where. The message is shown to people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct InstanceError {
    /// The place, as `facilities[3].rooms[0].cap`.
    pub path: String,
    /// What is wrong, in German.
    pub reason: String,
}

impl InstanceError {
    /// A complaint about a place; the whole document has no path of its own.
    pub(super) fn at(path: String, reason: impl Into<String>) -> Self {
        Self {
            path: if path.is_empty() {
                "(Anfang)".to_owned()
            } else {
                path
            },
            reason: reason.into(),
        }
    }

    /// The same about something that stands under `key` of a larger document.
    pub(in super::super) fn under(self, key: &str) -> Self {
        Self {
            path: format!("{key}.{}", self.path),
            ..self
        }
    }
}

type Read<T> = Result<T, InstanceError>;

/// The last step of a path.
#[derive(Clone, Copy)]
pub(super) enum Step<'a> {
    /// The document itself.
    Root,
    /// What stands under a key.
    Key(&'a str),
    /// A place in a list.
    Place(usize),
}

impl Step<'_> {
    /// The path that ends with this step.
    pub(super) fn after(self, mut path: String) -> String {
        match self {
            Step::Root => {}
            Step::Key(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
            Step::Place(place) => path.push_str(&format!("[{place}]")),
        }
        path
    }
}

/// One value with the way that leads to it.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    value: &'a Value,
    step: Step<'a>,
    parent: Option<&'a Node<'a>>,
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "ein Wahrheitswert",
        Value::Number(number) if number.is_f64() => "eine Kommazahl",
        Value::Number(_) => "eine Zahl",
        Value::String(_) => "ein Text",
        Value::Array(_) => "eine Liste",
        Value::Object(_) => "ein Objekt",
    }
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self {
            value,
            step: Step::Root,
            parent: None,
        }
    }

    fn path(&self) -> String {
        let text = self.parent.map(Node::path).unwrap_or_default();
        self.step.after(text)
    }

    /// A complaint about this place.
    pub(super) fn wrong(&self, reason: impl Into<String>) -> InstanceError {
        InstanceError::at(self.path(), reason)
    }

    fn expected(&self, what: &str) -> InstanceError {
        self.wrong(format!(
            "erwartet wird {what}, da steht {}",
            kind(self.value)
        ))
    }

    /// The value under a key, `None` if there is none or it is null.
    pub(super) fn maybe(&'a self, key: &'a str) -> Read<Option<Node<'a>>> {
        let Value::Object(map) = self.value else {
            return Err(self.expected("ein Objekt"));
        };
        Ok(map
            .get(key)
            .filter(|value| !value.is_null())
            .map(|value| Node {
                value,
                step: Step::Key(key),
                parent: Some(self),
            }))
    }

    /// The value under a key.
    pub(super) fn field(&'a self, key: &'a str) -> Read<Node<'a>> {
        self.maybe(key)?
            .ok_or_else(|| self.wrong(format!("„{key}“ fehlt")))
    }

    /// Every value of a list.
    pub(super) fn each<T>(&self, mut read: impl FnMut(&Node<'_>) -> Read<T>) -> Read<Vec<T>> {
        let Value::Array(items) = self.value else {
            return Err(self.expected("eine Liste"));
        };
        items
            .iter()
            .enumerate()
            .map(|(place, value)| {
                read(&Node {
                    value,
                    step: Step::Place(place),
                    parent: Some(self),
                })
            })
            .collect()
    }

    /// Every value of an object with its key.
    pub(super) fn entries<T>(
        &self,
        mut read: impl FnMut(&str, &Node<'_>) -> Read<T>,
    ) -> Read<Vec<T>> {
        let Value::Object(map) = self.value else {
            return Err(self.expected("ein Objekt"));
        };
        map.iter()
            .map(|(key, value)| {
                read(
                    key,
                    &Node {
                        value,
                        step: Step::Key(key),
                        parent: Some(self),
                    },
                )
            })
            .collect()
    }

    /// The values of a list of fixed length, as `[weekday, from, to]`.
    pub(super) fn tuple<const N: usize>(&'a self) -> Read<[Node<'a>; N]> {
        let Value::Array(items) = self.value else {
            return Err(self.expected(&format!("eine Liste mit {N} Einträgen")));
        };
        let nodes: Vec<Node<'a>> = items
            .iter()
            .enumerate()
            .map(|(place, value)| Node {
                value,
                step: Step::Place(place),
                parent: Some(self),
            })
            .collect();
        let length = nodes.len();
        nodes.try_into().map_err(|_| {
            let there = match length {
                0 => "da steht keiner".to_owned(),
                1 => "da ist nur einer".to_owned(),
                more => format!("da sind {more}"),
            };
            self.wrong(format!("erwartet werden {N} Einträge, {there}"))
        })
    }

    pub(super) fn text(&self) -> Read<&'a str> {
        self.value.as_str().ok_or_else(|| self.expected("ein Text"))
    }

    /// The name of something: other places point to it, so it must not be empty.
    pub(super) fn name(&self) -> Read<&'a str> {
        let name = self.text()?;
        if name.trim().is_empty() {
            return Err(self.wrong("der Name darf nicht leer sein"));
        }
        Ok(name)
    }

    pub(super) fn flag(&self) -> Read<bool> {
        self.value
            .as_bool()
            .ok_or_else(|| self.expected("true oder false"))
    }

    /// A whole number within bounds.
    pub(super) fn number<T: TryFrom<i64>>(&self, least: i64, most: i64) -> Read<T> {
        let Value::Number(written) = self.value else {
            return Err(self.expected("eine ganze Zahl"));
        };
        if written.is_f64() {
            return Err(self.wrong(format!(
                "erwartet wird eine ganze Zahl, da steht die Kommazahl {written}"
            )));
        }
        let outside = || self.wrong(format!("{written} liegt nicht zwischen {least} und {most}"));
        let number = written.as_i64().ok_or_else(outside)?;
        if !(least..=most).contains(&number) {
            return Err(outside());
        }
        T::try_from(number).map_err(|_| outside())
    }

    pub(super) fn date(&self) -> Read<Date> {
        self.date_in(self.text()?)
    }

    /// Reads `text`, which stands here (a key, for example), as a date.
    pub(super) fn date_in(&self, text: &str) -> Read<Date> {
        Date::parse(text, format_description!("[year]-[month]-[day]")).map_err(|_| {
            self.wrong(format!(
                "„{text}“ ist kein Datum in der Form 2027-01-31 oder kein Tag des Kalenders"
            ))
        })
    }
}
