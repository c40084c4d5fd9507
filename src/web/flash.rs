//! The one sentence on the next page that confirms an action, carried by a cookie that the next page
//! takes away. It names no person.

use axum::http::{HeaderMap, header};

use super::layout::Notice;
use super::parts::Tone;

const NAME: &str = "__Host-meldung";

/// Takes the sentence away again.
pub(super) const EMPTY: &str =
    "__Host-meldung=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0";

/// A confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    tone: Tone,
    text: String,
}

impl Flash {
    /// Something was done.
    pub fn success(text: &str) -> Self {
        Self {
            tone: Tone::Success,
            text: text.to_owned(),
        }
    }

    /// Something was done, but.
    pub fn warning(text: &str) -> Self {
        Self {
            tone: Tone::Warning,
            text: text.to_owned(),
        }
    }

    pub(super) fn cookie(&self) -> String {
        let tone = if self.tone == Tone::Success { "s" } else { "w" };
        let text = serde_urlencoded::to_string([(tone, self.text.as_str())]).unwrap_or_default();
        format!("{NAME}={text}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=60")
    }

    pub(super) fn into_notice(self) -> Notice {
        Notice {
            tone: self.tone,
            text: self.text,
            undo: None,
        }
    }
}

/// The value of a cookie.
pub(super) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split("; "))
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

pub(super) fn read(headers: &HeaderMap) -> Option<Flash> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(cookie(headers, NAME)?).ok()?;
    let (tone, text) = pairs.into_iter().next()?;
    if text.is_empty() || text.chars().count() > 400 {
        return None;
    }
    let tone = if tone == "s" {
        Tone::Success
    } else {
        Tone::Warning
    };
    Some(Flash { tone, text })
}
