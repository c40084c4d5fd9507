//! Bulk renewal of grants that end soon.

use maud::{Markup, html};
use time::Date;

use super::grant::until;
use super::tick;
use crate::base::german;
use crate::grants::rules::RENEWAL_DAYS;
use crate::grants::store::calendar::EndingGrant;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Tone, actions, empty_state, error_summary, post_form, table, tag, text_field,
};

pub(in crate::grants) fn renewal(
    frame: &Frame,
    form: &Form,
    ending: &[EndingGrant],
    today: Date,
    token: &str,
) -> Markup {
    let rows = ending
        .iter()
        .enumerate()
        .map(|(index, grant)| {
            let left = (grant.last_day - today).whole_days();
            vec![
                tick(
                    form,
                    "grant",
                    index,
                    &grant.id.to_string(),
                    &grant.staff_name,
                    false,
                ),
                html! { (grant.facility_name) },
                html! { (grant.programme_name) },
                html! {
                    (until(grant.last_day)) " "
                    (tag(if left <= 30 { Tone::Warning } else { Tone::Info }, &match left {
                        0 => "endet heute".to_owned(),
                        _ => format!("noch {}", german::plural(left.unsigned_abs(), "Tag", "Tage")),
                    }))
                },
            ]
        })
        .collect();
    let head = ["Fachkraft", "Einrichtung", "Maßnahme", "Gilt"].map(Column::text);
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Zugangsfreigaben".into(), "/freigaben".into())],
        help: Some("freigaben"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Freigaben verlängern",
        options,
        html! {
            (error_summary(form))
            @if ending.is_empty() {
                (empty_state(
                    "Nichts zu verlängern",
                    &format!("In den nächsten {RENEWAL_DAYS} Tagen endet keine Freigabe, für die noch keine weitere beantragt ist."),
                    Some(("Zu den Freigaben", "/freigaben")),
                ))
            } @else {
                p { "Diese Freigaben enden in den nächsten " (RENEWAL_DAYS) " Tagen. Für jede angekreuzte wird ein weiterer Zeitraum beantragt, der am Tag nach ihrem Ende beginnt. Die bisherige gilt bis zu ihrem letzten Tag weiter." }
                (post_form(frame, "/freigaben/verlaengern", Some(token), html! {
                    (table("Freigaben, die bald enden", &head, rows))
                    (text_field(form, &Field::date("last_day", "Neuer letzter Tag").required()
                        .hint("Für alle angekreuzten; zum Beispiel 31.12.2027")))
                    (actions("Verlängerung beantragen", &[("Abbrechen", "/freigaben")]))
                }))
            }
        },
    )
}
