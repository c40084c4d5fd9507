//! The subscription of one's own dates.

use maud::{Markup, html};

use super::{May, Tab, tabs};
use crate::accounts::feeds::Feed;
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Tone, link_button, notice, post_button, post_form_unguarded, submit, summary_list,
};

fn options(crumbs: bool) -> PageOptions<'static> {
    PageOptions {
        help: Some("kalender"),
        crumbs: if crumbs {
            vec![("Abonnement".to_owned(), "/kalender/abo".to_owned())]
        } else {
            Vec::new()
        },
        ..PageOptions::default()
    }
}

fn at(instant: Instant) -> String {
    german::date_time(berlin_local(instant))
}

fn about() -> Markup {
    html! {
        p { "Das Kalenderprogramm auf Ihrem Rechner oder Telefon kann Ihre Termine selbst abholen: Sitzungen, Einzeltermine und Familientage von vor 30 Tagen an. Abgesagte stehen als abgesagt darin, verschobene am neuen Tag." }
        p { "Darin stehen Zeit, Einrichtung, Raum und die Nummer der Sitzung; keine Gruppe, keine Maßnahme und keine Namen. Zu sehen ist, was auch Sie hier sehen dürfen: Endet eine Zugangsfreigabe, verschwinden ihre Termine." }
    }
}

/// The page on which it is made and ended.
pub(in crate::calendar) fn page(
    frame: &Frame,
    feed: Option<&Feed>,
    may: &May,
    token: &str,
) -> Markup {
    page_with(
        frame,
        "Abonnement der eigenen Termine",
        options(false),
        html! {
            (tabs(may, Tab::Feed))
            (about())
            @match feed {
                Some(feed) => {
                    (summary_list(&[
                        ("Eingerichtet", html! { (at(feed.created_at)) }),
                        ("Zuletzt abgeholt", html! { @match feed.used_at { Some(used) => (at(used)), None => "noch nie" } }),
                    ]))
                    p { "Die Adresse wurde einmal gezeigt und ist nicht gespeichert. Ist sie verloren oder jemand anderem bekannt, richten Sie eine neue ein; die alte gilt dann nicht mehr." }
                    (post_form_unguarded(frame, "/kalender/abo", Some(token), html! {
                        div.actions { (submit("Neue Adresse einrichten")) }
                    }))
                    p {}
                    (post_button(frame, "/kalender/abo/beenden", None, "Abonnement beenden"))
                }
                None => {
                    (post_form_unguarded(frame, "/kalender/abo", Some(token), html! {
                        div.actions { (submit("Abonnement einrichten")) }
                    }))
                }
            }
        },
    )
}

/// The new address, this once.
pub(in crate::calendar) fn address(frame: &Frame, address: &str, may: &May) -> Markup {
    page_with(
        frame,
        "Ihre Kalenderadresse",
        options(true),
        html! {
            (tabs(may, Tab::Feed))
            (notice(Tone::Warning, Some("Nur jetzt zu sehen"), html! {
                p { "Wer diese Adresse kennt, sieht Ihre Termine, ohne sich anzumelden. Bitte geben Sie sie nicht weiter, und beenden Sie das Abonnement, wenn Sie das Gerät verlieren." }
            }))
            div.field {
                label for="f-adresse" { "Adresse" }
                p.hint #f-adresse-hint { "Kopieren und im Kalenderprogramm unter „Kalender abonnieren“ oder „Aus dem Internet“ einfügen" }
                input #f-adresse.w-full type="text" readonly value=(address) autocomplete="off" aria-describedby="f-adresse-hint";
            }
            (about())
            p { (link_button("Fertig", "/kalender/abo", true)) }
        },
    )
}
