//! JSON in which no object says the same thing twice. A parser may keep the last of two values under one key; whoever
//! wrote both would not learn which one was planned with.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::node::{InstanceError, Step};

/// The document a text holds.
///
/// # Errors
/// [`InstanceError`] with line and column of what is no JSON, or the path of an object with a key that comes twice.
pub(super) fn parse(text: &str) -> Result<Value, InstanceError> {
    let twice = RefCell::new(None);
    let root = Place {
        step: Step::Root,
        parent: None,
        twice: &twice,
    };
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = root
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| {
        twice.take().unwrap_or_else(|| InstanceError {
            path: format!("Zeile {}, Spalte {}", error.line(), error.column()),
            reason: "das ist kein gültiges JSON".to_owned(),
        })
    })
}

/// Where the next value stands, and where a key that comes twice is noted.
#[derive(Clone, Copy)]
struct Place<'a> {
    step: Step<'a>,
    parent: Option<&'a Place<'a>>,
    twice: &'a RefCell<Option<InstanceError>>,
}

impl Place<'_> {
    fn path(&self) -> String {
        let text = self.parent.map(Place::path).unwrap_or_default();
        self.step.after(text)
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        loop {
            let next = Place {
                step: Step::Place(values.len()),
                parent: Some(&self),
                twice: self.twice,
            };
            match items.next_element_seed(next)? {
                Some(value) => values.push(value),
                None => return Ok(Value::Array(values)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if values.contains_key(&key) {
                let error = InstanceError::at(
                    self.path(),
                    format!("„{key}“ steht zweimal im selben Objekt"),
                );
                *self.twice.borrow_mut() = Some(error);
                return Err(A::Error::custom("a key comes twice"));
            }
            let value = entries.next_value_seed(Place {
                step: Step::Key(&key),
                parent: Some(&self),
                twice: self.twice,
            })?;
            values.insert(key, value);
        }
        Ok(Value::Object(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn document() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1e9..1e9f64).prop_map(Value::from),
            "[a-zäß\"\\\\\n]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
                prop::collection::btree_map("[a-z]{0,3}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn without_a_key_that_comes_twice_it_reads_what_any_parser_reads(value in document()) {
            let text = value.to_string();
            prop_assert_eq!(parse(&text).unwrap(), serde_json::from_str::<Value>(&text).unwrap());
        }
    }

    #[test]
    fn a_key_that_comes_twice_is_named_with_its_object() {
        let said = |text: &str| parse(text).unwrap_err().to_string();
        assert_eq!(
            said("{\"a\": 1, \"b\": [], \"a\": 1}"),
            "(Anfang): „a“ steht zweimal im selben Objekt"
        );
        assert_eq!(
            said("{\"list\": [0, {\"in\": {\"x\": 1, \"x\": 2}}]}"),
            "list[1].in: „x“ steht zweimal im selben Objekt"
        );
        assert_eq!(
            said("{\"a\": 1} x"),
            "Zeile 1, Spalte 10: das ist kein gültiges JSON"
        );
    }
}
