//! "Warum nicht?": the rules that a wish breaks, and what comes nearest to it.

use maud::{Markup, html};

use super::span;
use crate::base::german;
use crate::conflicts::rules::{Conflict, fold};
use crate::planning::service::why::{Other, Why};
use crate::timetable::rules::Rule;
use crate::web::parts::{Column, Tone, notice, table};

/// What a rule is about, in the words of the screen.
pub(crate) fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::H1 => "Öffnung des Hauses",
        Rule::H2 => "Raum",
        Rule::H3 => "Plätze",
        Rule::H4 => "Sicherheitsstufe",
        Rule::H5 => "Fachkräfte",
        Rule::H6 => "Zeiten der Fachkraft",
        Rule::H7 => "Zugangsfreigabe",
        Rule::H8 => "Fachkraft belegt",
        Rule::H9 => "Belastung der Fachkraft",
        Rule::H10 => "Externe im Haus",
        Rule::H11 => "Terminreihe",
        Rule::H12 => "Zahl der Sitzungen",
        Rule::H13 => "Beginn",
        Rule::H14 => "Zahl der Teilnehmenden",
        Rule::H15 => "Gruppe",
        Rule::H16 => "Teilnehmende",
        Rule::H17 => "Entlassung oder Verlegung",
        Rule::H18 => "Versäumte Sitzungen",
        Rule::H19 => "Trennung",
        Rule::H20 => "Termine von Teilnehmenden",
        Rule::H21 => "Einzeltermin",
        Rule::H22 => "Vergangenes",
    }
}

/// The answer: `people` is what stands against it because of the people who take part, as the check of conflicts knows
/// it; `take` gives each alternative its button.
pub(crate) fn panel(
    why: Option<&Why>,
    people: &[Conflict],
    take: &dyn Fn(&Other) -> Markup,
) -> Markup {
    let Some(why) = why else {
        return notice(
            Tone::Info,
            Some("Warum nicht?"),
            html! { "Auskunft gibt es für Gruppen mit einem Termin in der Woche und zwei Fachkräften. Was gegen diesen Termin spricht, zeigt die Vorschau." },
        );
    };
    if let Some(unfit) = why.unfit {
        return notice(
            Tone::Info,
            Some("Warum nicht?"),
            html! { "Für diese Vorlage gibt es keine Auskunft. " (unfit) " Was gegen den Termin spricht, zeigt die Vorschau." },
        );
    }
    let own = fold(people);
    html! {
        section #warum {
            h2 { "Warum nicht?" }
            @if why.reasons.is_empty() && own.is_empty() {
                (notice(Tone::Success, None, html! { "Nichts spricht dagegen: So ist der Termin möglich." }))
            } @else {
                p { "Das spricht dagegen:" }
                ul {
                    @for reason in &why.reasons { li { strong { (rule(reason.rule)) } ": " (reason.text) } }
                    @for line in &own { li { strong { (line.kind.label()) } " " (line.on_days()) ": " (line.text) } }
                }
            }
            @if let Some((seated, waiting)) = why.seats {
                p.muted {
                    "Von " (german::plural(waiting as u64, "wartenden Person", "wartenden Personen"))
                    " könnten bei diesem Termin " (seated) " teilnehmen."
                }
            }
            (others(why, take))
        }
    }
}

fn others(why: &Why, take: &dyn Fn(&Other) -> Markup) -> Markup {
    if why.others.is_empty() {
        return html! {
            p { "In der Nähe dieses Wunsches ist nichts möglich, ohne dass anderes weicht." }
        };
    }
    let rows = why
        .others
        .iter()
        .map(|other| {
            vec![
                html! {
                    (german::weekday_date(other.day)) ", " (span(other.start, other.end))
                    @if let Some(last) = other.last { br; span.muted { "letzte Sitzung " (german::date(last)) } }
                },
                html! { (other.room.1) },
                html! {
                    @for (place, (_, name)) in other.trainers.iter().enumerate() {
                        @if place > 0 { br; } (name)
                    }
                },
                take(other),
            ]
        })
        .collect();
    html! {
        (table(
            "Was am nächsten kommt",
            &["Termin", "Raum", "Fachkräfte", "Übernehmen"].map(Column::text),
            rows,
        ))
    }
}
