//! What the product says to the person: error summary, notices, status tags, empty states.
//! Never by colour alone: a word and a sign stand beside it (WCAG 2.2, 1.4.1).

use maud::{Markup, html};

use crate::web::form::Form;

/// How serious a message is. Fixes colour and sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// No judgement: closed, ended, draft.
    Neutral,
    /// Something to know.
    Info,
    /// Done, valid, present.
    Success,
    /// Needs a look, ends soon.
    Warning,
    /// Wrong, blocked, cancelled.
    Danger,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Neutral => "○",
            Self::Info => "●",
            Self::Success => "✓",
            Self::Warning => "!",
            Self::Danger => "✕",
        }
    }
}

/// The state of an object in one or two words, lower case, with sign and colour.
pub fn tag(tone: Tone, text: &str) -> Markup {
    html! {
        span class={ "tag " (tone.class()) } { span.sign aria-hidden="true" { (tone.sign()) } (text) }
    }
}

/// A coloured box with a message. With a title it is a section of its own (`h2`), without it one line.
pub fn notice(tone: Tone, title: Option<&str>, body: Markup) -> Markup {
    let role = match tone {
        Tone::Success => Some("status"),
        _ => None,
    };
    html! {
        div class={ "notice " (tone.class()) } role=[role] {
            span.sign aria-hidden="true" { (tone.sign()) }
            div {
                @if let Some(title) = title { h2 { (title) } }
                div { (body) }
            }
        }
    }
}

/// All errors of a form as links to their fields; gets the focus when the page opens. Prints nothing without errors.
pub fn error_summary(form: &Form) -> Markup {
    let errors = form.errors();
    html! {
        @if !errors.is_empty() {
            div #fehler .notice.danger.errors role="alert" tabindex="-1" aria-labelledby="fehler-titel" {
                span.sign aria-hidden="true" { (Tone::Danger.sign()) }
                div {
                    h2 #fehler-titel {
                        @if errors.len() == 1 { "Bitte eine Angabe prüfen" } @else { "Bitte " (errors.len()) " Angaben prüfen" }
                    }
                    ul {
                        @for error in errors {
                            li {
                                @if error.field.is_empty() { (error.message) }
                                @else { a href={ "#f-" (error.field) } { (error.message) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Says why a list is empty and what to do next: label and address of the next step, if there is one.
pub fn empty_state(title: &str, text: &str, action: Option<(&str, &str)>) -> Markup {
    html! {
        div.empty {
            h2 { (title) }
            p { (text) }
            @if let Some((label, href)) = action { p { a.button.second href=(href) { (label) } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_links_fields_and_tells_the_rest() {
        let mut form = Form::empty();
        assert_eq!(error_summary(&form).into_string(), "");
        form.reject("name", "Bitte „Nachname“ angeben.");
        form.reject("", "Die Gruppe ist voll.");
        let page = error_summary(&form).into_string();
        assert!(page.contains("Bitte 2 Angaben prüfen"));
        assert!(page.contains(r##"<a href="#f-name">Bitte „Nachname“ angeben.</a>"##));
        assert!(page.contains("<li>Die Gruppe ist voll.</li>"));
    }

    #[test]
    fn every_tone_has_a_sign_of_its_own() {
        let tones = [
            Tone::Neutral,
            Tone::Info,
            Tone::Success,
            Tone::Warning,
            Tone::Danger,
        ];
        let signs: std::collections::BTreeSet<_> = tones.map(Tone::sign).into();
        assert_eq!(signs.len(), tones.len());
    }
}
