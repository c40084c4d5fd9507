//! The dated code lists.

use maud::{Markup, html};
use time::Date;

use crate::base::german;
use crate::casework::codes::{CodeList, ReasonOf};
use crate::casework::store::vocabulary::WordLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, FieldKind, Tone, Width, actions, error_summary, hidden, post_form,
    post_form_unguarded, select_field, stacked_table, submit_secondary, tabs, tag, text_field,
};

/// A list with the form for another word.
pub(in crate::casework) fn page(
    frame: &Frame,
    form: &Form,
    list: CodeList,
    words: &[WordLine],
    today: Date,
    token: &str,
) -> Markup {
    let options = PageOptions {
        errored: form.has_errors(),
        help: Some("codelisten"),
        ..PageOptions::default()
    };
    let places: Vec<(String, String, bool)> = CodeList::ALL
        .iter()
        .map(|one| {
            (
                one.label().to_owned(),
                format!("/codelisten?liste={}", one.code()),
                *one == list,
            )
        })
        .collect();
    let places: Vec<(&str, &str, bool)> = places
        .iter()
        .map(|(label, href, here)| (label.as_str(), href.as_str(), *here))
        .collect();
    page_with(
        frame,
        "Codelisten",
        options,
        html! {
            (error_summary(form))
            (tabs(&places))
            (lines(frame, list, words, today))
            h2 { "Wort aufnehmen" }
            (post_form(frame, "/codelisten", Some(token), html! {
                (hidden("liste", list.code()))
                @if list == CodeList::Reason {
                    (select_field(form, &Field::text("schritt", "Schritt").required(), &ReasonOf::choices(), Some("Bitte wählen")))
                }
                (text_field(form, &Field::new("wort", "Wort", FieldKind::Text, Width::Full).required().max_length(120)
                    .hint("So, wie es in Formularen und Listen steht")))
                @if list == CodeList::Phenomenon {
                    (text_field(form, &Field::text("bund", "Bezeichnung beim Bund").hint("Für die Zuordnung zur bundesweiten Liste")))
                }
                (text_field(form, &Field::date("ab", "Gilt ab").required()))
                (actions("Wort aufnehmen", &[]))
            }))
        },
    )
}

fn validity(word: &WordLine, today: Date) -> Markup {
    html! {
        "ab " (german::date(word.valid_from))
        @if let Some(end) = word.valid_to { ", bis " (german::date(end)) }
        @if word.valid_to.is_some_and(|end| end <= today) { " " (tag(Tone::Neutral, "beendet")) }
        @else if word.valid_from > today { " " (tag(Tone::Info, "kommt")) }
    }
}

fn lines(frame: &Frame, list: CodeList, words: &[WordLine], today: Date) -> Markup {
    let rows = words
        .iter()
        .map(|word| {
            let button = |what: &str, label: &str| {
                post_form_unguarded(
                    frame,
                    "/codelisten/aendern",
                    None,
                    html! {
                        (hidden("liste", list.code()))
                        (hidden("kategorie", &word.category))
                        (hidden("code", &word.code))
                        (hidden("seit", &german::date(word.valid_from)))
                        (submit_secondary("was", what, label))
                    },
                )
            };
            let mut cells = vec![html! {
                (word.label)
                @if let Some(federal) = &word.federal { span.detail { "Bund: " (federal) } }
            }];
            if list == CodeList::Reason {
                cells.push(
                    html! { (ReasonOf::from_code(&word.category).map_or("–", ReasonOf::label)) },
                );
            }
            cells.push(validity(word, today));
            cells.push(html! { @if word.used { "ja" } @else { "nein" } });
            cells.push(if !word.used {
                button("loeschen", "Löschen")
            } else if word.valid_to.is_none() && word.valid_from < today {
                button("beenden", "Beenden")
            } else {
                html! { "–" }
            });
            cells
        })
        .collect();
    let mut head = vec![Column::text("Wort")];
    if list == CodeList::Reason {
        head.push(Column::text("Schritt"));
    }
    head.extend(["Gültig", "Verwendet", "Aktion"].map(Column::text));
    stacked_table(list.label(), &head, rows)
}
