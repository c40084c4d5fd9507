//! What an address asks for behind its question mark.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// The parameters of an address. Nobody types them, so a page never fails over them: of a parameter given twice the last
/// one counts, and an address that cannot be read at all asks for nothing in particular.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned + Default + Send,
    S: Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(asked(parts.uri.query().unwrap_or_default())))
    }
}

fn asked<T: DeserializeOwned + Default>(query: &str) -> T {
    read(query)
        .or_else(|| read(&last_of_each(query)))
        .unwrap_or_default()
}

fn read<T: DeserializeOwned>(query: &str) -> Option<T> {
    let uri: Uri = format!("/?{query}").parse().ok()?;
    let read = axum::extract::Query::<T>::try_from_uri(&uri).ok()?;
    Some(read.0)
}

/// The parameters without those that come again later.
fn last_of_each(query: &str) -> String {
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    let pairs: Vec<&str> = query.split('&').collect();
    let kept = pairs.iter().enumerate().filter(|(at, pair)| {
        let later = pairs.iter().skip(at + 1);
        !later.into_iter().any(|other| name(other) == name(pair))
    });
    kept.map(|(_, pair)| *pair).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize, Default, Debug, PartialEq)]
    #[serde(default)]
    struct Asked {
        name: String,
        page: Option<u8>,
    }

    #[test]
    fn the_last_of_a_repeated_parameter_counts() {
        let found: Asked = asked("name=M%C3%BCller&page=1&name=Lehmann");
        assert_eq!(
            found,
            Asked {
                name: "Lehmann".into(),
                page: Some(1)
            }
        );
    }

    #[test]
    fn what_cannot_be_read_asks_for_nothing() {
        assert_eq!(asked::<Asked>("name=x&page=viele"), Asked::default());
        assert_eq!(asked::<Asked>("&&=&%zz"), Asked::default());
    }

    #[test]
    fn lists_keep_every_pair() {
        let found: Vec<(String, String)> = asked("a=1&a=2");
        assert_eq!(found.len(), 2);
    }
}
