//! The page before a list of people goes out as a file, and the file.

use maud::{Markup, html};

use crate::approvals::Approval;
use crate::base::{csv, german};
use crate::people::pages::export::{ALONE, Wish};
use crate::people::rules::setting_label;
use crate::people::store::list::ListLine;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Field, Tone, Width, actions, error_summary, hidden, notice, post_form_unguarded, summary_list,
    text_field,
};

/// What the page shows.
pub(in crate::people) struct View<'a> {
    pub wish: &'a Wish,
    /// The actor's request for exactly these lines that a second person approved.
    pub approved: Option<&'a Approval>,
    pub form: &'a Form,
    pub token: &'a str,
}

/// The page.
pub(in crate::people) fn page(frame: &Frame, view: &View<'_>) -> Markup {
    let wish = view.wish;
    let (label, href) = &wish.above;
    let options = PageOptions {
        errored: view.form.has_errors(),
        crumbs: vec![((*label).to_owned(), href.clone())],
        help: Some("ausgabe"),
        ..PageOptions::default()
    };
    let people = german::plural(wish.number as u64, "Person", "Personen");
    page_with(
        frame,
        "Als Datei ausgeben",
        options,
        html! {
            (error_summary(view.form))
            (summary_list(&[
                ("Liste", html! { (wish.title) }),
                ("Umfang", html! { (people) }),
                ("Inhalt der Datei", html! { (wish.holds) }),
            ]))
            @if let Some(obstacle) = wish.obstacle {
                (notice(Tone::Warning, None, html! { p { (obstacle) } p { a href=(href) { "Zurück zur Liste" } } }))
            } @else if let Some(approved) = view.approved {
                (notice(Tone::Info, Some("Genehmigt"), html! { p { "Genau diese Liste ist genehmigt, für eine Ausgabe. Zweck: " (approved.reason) } }))
                (form(frame, view, html! {
                    (hidden("tun", "genehmigt"))
                    (actions("Datei ausgeben", &[("Abbrechen", href)]))
                }))
            } @else if wish.alone() {
                p.prose { "Die Datei verlässt Geleit: Ab dann schützen nur Sie die Daten. Der Zweck steht im Protokoll." }
                (form(frame, view, html! {
                    (reason(view.form))
                    (actions("Datei ausgeben", &[("Abbrechen", href)]))
                }))
            } @else {
                (notice(Tone::Warning, Some("Zweite Person nötig"), html! {
                    p { "Mehr als " (ALONE) " Personen am Tag gehen nur als Datei hinaus, wenn der Datenschutz genau dieser Liste zugestimmt hat. Die Zustimmung gilt 72 Stunden und für eine Ausgabe; ändert sich die Liste, ist sie neu zu beantragen." }
                    @if wish.today > wish.number { p { "Mit dem, was Sie heute schon ausgegeben haben, wären es " (wish.today) " Personen." } }
                    @else { p { "Oft genügt eine kürzere Liste: Bis " (ALONE) " Personen am Tag brauchen keine zweite Person." } }
                }))
                (form(frame, view, html! {
                    (reason(view.form))
                    (actions("Ausgabe beantragen", &[("Abbrechen", href)]))
                }))
            }
        },
    )
}

fn reason(form: &Form) -> Markup {
    text_field(
        form,
        &Field::text("grund", "Wofür")
            .required()
            .width(Width::Full)
            .hint("Zweck und Empfänger, zum Beispiel: Abgleich mit der Buchhaltung am 3. November. Keine Namen von Personen."),
    )
}

fn form(frame: &Frame, view: &View<'_>, body: Markup) -> Markup {
    let wish = view.wish;
    let path = wish.address.split('?').next().unwrap_or(&wish.address);
    post_form_unguarded(
        frame,
        path,
        Some(view.token),
        html! {
            @for (name, value) in &wish.fields { (hidden(name, value)) }
            (body)
        },
    )
}

const HEAD: [&str; 7] = [
    "Nachname",
    "Vorname",
    "Geburtsdatum",
    "Nummer",
    "Einrichtung",
    "Art",
    "Entlassung voraussichtlich",
];

/// The lines as CSV.
pub(in crate::people) fn csv(lines: &[ListLine]) -> Vec<u8> {
    let mut text = String::from(csv::BEGIN);
    csv::line(&mut text, HEAD);
    for line in lines {
        let date = |of: Option<time::Date>| of.map_or_else(String::new, german::date);
        let (born, release) = (date(line.birth_date), date(line.expected_release));
        let cells = [
            line.family_name.as_str(),
            &line.given_name,
            &born,
            line.number.as_deref().unwrap_or(""),
            line.facility_name.as_deref().unwrap_or(""),
            line.setting.as_deref().map_or("", setting_label),
            &release,
        ];
        csv::line(&mut text, cells);
    }
    text.into_bytes()
}
