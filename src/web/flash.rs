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
    undo: Option<(String, String)>,
}

impl Flash {
    /// Something was done.
    pub fn success(text: &str) -> Self {
        Self {
            tone: Tone::Success,
            text: text.to_owned(),
            undo: None,
        }
    }

    /// Something was done, but.
    pub fn warning(text: &str) -> Self {
        Self {
            tone: Tone::Warning,
            text: text.to_owned(),
            undo: None,
        }
    }

    /// The same with a link that takes it back: label and address of a page of ours.
    #[must_use]
    pub fn undo(mut self, label: &str, href: &str) -> Self {
        self.undo = Some((label.to_owned(), href.to_owned()));
        self
    }

    pub(super) fn cookie(&self) -> String {
        let tone = if self.tone == Tone::Success { "s" } else { "w" };
        let mut pairs = vec![(tone, self.text.as_str())];
        if let Some((label, href)) = &self.undo {
            pairs.push((href, label));
        }
        let text = serde_urlencoded::to_string(pairs).unwrap_or_default();
        format!("{NAME}={text}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=60")
    }

    pub(super) fn into_notice(self) -> Notice {
        Notice {
            tone: self.tone,
            text: self.text,
            undo: self.undo,
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
    let mut pairs = pairs.into_iter();
    let (tone, text) = pairs.next()?;
    // Only ways within the house, whoever wrote the cookie.
    let undo = pairs
        .next()
        .filter(|(href, _)| href.starts_with('/') && !href.starts_with("//"))
        .map(|(href, label)| (label, href));
    if text.is_empty() || text.chars().count() > 400 {
        return None;
    }
    let tone = if tone == "s" {
        Tone::Success
    } else {
        Tone::Warning
    };
    Some(Flash { tone, text, undo })
}
