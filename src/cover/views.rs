//! Pages of cover.

use maud::{Markup, html};
use time::Date;

use super::pages::{AHEAD, SET, Shown};
use super::rules::ranking;
use super::service::{Affected, Block};
use super::store::CoverRow;
use crate::access::Role;
use crate::base::german;
use crate::base::time::berlin_local;
use crate::groups::rules::time_range;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Tone, empty_state, error_summary, hidden, link_button, notice, post_form_unguarded,
    radio_group, submit, table, tabs,
};

/// People proposed for the sessions of one block.
const PROPOSED: usize = 5;

/// What the list shows, and to whom.
pub(super) struct View<'a> {
    pub blocks: &'a [Block],
    pub shown: &'a Shown,
    pub role: Role,
    pub may_change: bool,
    pub today: Date,
    /// The form that was sent, if it was refused.
    pub form: &'a Form,
    pub token: &'a str,
}

fn ways(current: &str) -> Markup {
    tabs(&[
        ("Betroffene Sitzungen", "/vertretung", current.is_empty()),
        ("Läuft ab", "/vertretung?ansicht=vorschau", current == AHEAD),
        (
            "Eingesetzte Vertretungen",
            "/vertretung?ansicht=eingesetzt",
            current == SET,
        ),
    ])
}

fn options<'a>(errored: bool) -> PageOptions<'a> {
    PageOptions {
        wide: true,
        errored,
        help: Some("vertretung"),
        ..PageOptions::default()
    }
}

/// Sessions whose trainers cannot come.
pub(super) fn list(frame: &Frame, view: &View<'_>) -> Markup {
    let ahead = |block: &&(usize, &Block)| {
        block
            .1
            .head()
            .is_some_and(|one| one.gap.lies_ahead(view.today))
    };
    let numbered: Vec<(usize, &Block)> = view.blocks.iter().enumerate().collect();
    let now: Vec<&(usize, &Block)> = numbered.iter().filter(|block| !ahead(block)).collect();
    let later: Vec<&(usize, &Block)> = numbered.iter().filter(ahead).collect();
    let narrowed = view.shown.staff.is_some() || view.shown.group.is_some();
    page_with(
        frame,
        "Vertretung",
        options(view.form.has_errors()),
        html! {
            (error_summary(view.form))
            (ways(if view.shown.ahead { AHEAD } else { "" }))
            p {
                @if view.shown.group.is_some() { "Gezeigt werden die Sitzungen einer Gruppe. " }
                @else { "Gezeigt werden geplante Sitzungen der nächsten 120 Tage. " }
                @if view.shown.staff.is_some() { "Nur die einer Fachkraft. " }
                @if narrowed { a href="/vertretung" { "Alle zeigen" } }
            }
            @if view.blocks.is_empty() { (nothing(view)) }
            @if !now.is_empty() {
                h2 { "Sofort zu klären" }
                @for (number, block) in now { (part(frame, view, *number, block)) }
            }
            @if !later.is_empty() {
                h2 { "Läuft vor der Sitzung ab" }
                @for (number, block) in later { (part(frame, view, *number, block)) }
            }
        },
    )
}

fn nothing(view: &View<'_>) -> Markup {
    match view.shown.group {
        Some(group) if view.may_change => {
            let back = format!("/gruppen/{group}");
            empty_state(
                "Alle Sitzungen sind abgedeckt",
                "Für jede geplante Sitzung dieser Gruppe gelten Freigabe und Überprüfung ihrer Fachkräfte.",
                Some(("Zur Gruppe", &back)),
            )
        }
        _ => empty_state(
            "Alle Sitzungen sind abgedeckt",
            "In den nächsten 120 Tagen gelten Freigabe und Überprüfung der Fachkräfte an jedem Sitzungstag, und niemand ist als abwesend gemeldet.",
            None,
        ),
    }
}

fn part(frame: &Frame, view: &View<'_>, number: usize, block: &Block) -> Markup {
    let Some(head) = block.head() else {
        return html! {};
    };
    let row = &head.row;
    let name = format!("{} ({})", row.staff_name, row.provider_name);
    let body = html! {
        (sessions(view, number, block, head))
        @if view.may_change { (choice(view, number, block)) }
        @else if view.role == Role::Coordinator { (own_staff(block)) }
    };
    html! {
        section {
            h3 { (name) }
            p {
                (head.gap.words(view.today)) ". " (row.facility_name) ", " (row.programme_name) ": "
                (german::plural(block.sessions.len() as u64, "betroffene Sitzung", "betroffene Sitzungen")) "."
            }
            @if let (Some(grant), Role::Coordinator | Role::AccessOfficer) = (head.grant, view.role) {
                p { (link_button("Freigabe verlängern", &format!("/freigaben/{grant}"), false)) }
            }
            @if view.may_change && !block.proposals.is_empty() {
                (post_form_unguarded(frame, "/vertretung", Some(view.token), html! {
                    (hidden("ersetzt", &row.staff_id.to_string()))
                    (hidden("block", &number.to_string()))
                    @if view.shown.ahead { (hidden("ansicht", AHEAD)) }
                    @if let Some(staff) = view.shown.staff { (hidden("fachkraft", &staff.to_string())) }
                    @if let Some(group) = view.shown.group { (hidden("gruppe", &group.to_string())) }
                    (body)
                }))
            } @else { (body) }
        }
    }
}

fn sessions(view: &View<'_>, number: usize, block: &Block, head: &Affected) -> Markup {
    let again = view.form.value("block") == number.to_string();
    // Where nobody can be put in, there is nothing to tick.
    let may_choose = view.may_change && !block.proposals.is_empty();
    let rows = block
        .sessions
        .iter()
        .enumerate()
        .map(|(position, one)| {
            let row = &one.row;
            let when = format!(
                "{}, {}",
                german::weekday_date(row.day),
                time_range(row.start_minute, row.minutes)
            );
            let value = format!("{}.{}", row.id.0.simple(), row.version);
            let ticked = !again || view.form.contains("sitzung", &value);
            let mut cells = vec![html! {
                @if may_choose {
                    div.option {
                        input id={ "s-" (number) "-" (position) } type="checkbox" name="sitzung" value=(value) checked[ticked];
                        label for={ "s-" (number) "-" (position) } { (when) }
                    }
                } @else { (when) }
            }];
            match view.role {
                // What the group is about is none of the access officer's business.
                Role::AccessOfficer => cells.push(html! { "Gruppe, Sitzung Nr. " (row.ordinal) }),
                Role::SocialService => cells.push(html! {
                    a href={ "/gruppen/" (row.group_id) } { (row.group_name) } ", Nr. " (row.ordinal)
                }),
                // Where the grant is gone, the group is closed to them; where it holds, they find it under groups.
                _ => cells.push(html! { "Gruppe, Nr. " (row.ordinal) }),
            }
            if view.role != Role::AccessOfficer {
                let best = block
                    .best
                    .get(position)
                    .copied()
                    .flatten()
                    .and_then(|best| block.proposals.get(best))
                    .and_then(|proposal| block.candidates.get(proposal.candidate));
                cells.push(html! {
                    @match best {
                        Some(candidate) => {
                            (candidate.name)
                            @if may_choose && block.sessions.len() > 1 {
                                " " button.second type="submit" name="nur" value={ (value) " " (candidate.id) } {
                                    "Nur hier einsetzen" span.hide { ": " (candidate.name) ", " (when) }
                                }
                            }
                        }
                        None => { "niemand mit gültiger Freigabe frei" }
                    }
                });
            }
            cells
        })
        .collect();
    let mut columns = vec![Column::text("Sitzung"), Column::text("Gruppe")];
    if view.role != Role::AccessOfficer {
        columns.push(Column::text("Vorschlag"));
    }
    let caption = format!(
        "Betroffene Sitzungen {}: {}, {}",
        number + 1,
        head.row.staff_name,
        head.row.facility_name
    );
    table(&caption, &columns, rows)
}

/// Who takes over the ticked sessions.
fn choice(view: &View<'_>, number: usize, block: &Block) -> Markup {
    let field = format!("wer_{number}");
    let lines: Vec<(String, String)> = block
        .proposals
        .iter()
        .take(PROPOSED)
        .filter_map(|proposal| {
            let candidate = block.candidates.get(proposal.candidate)?;
            let line = ranking::line(candidate, proposal, block.sessions.len());
            Some((candidate.id.to_string(), line))
        })
        .collect();
    let choices: Vec<(&str, &str, Option<&str>)> = lines
        .iter()
        .map(|(id, line)| (id.as_str(), line.as_str(), None))
        .collect();
    let mut form = view.form.clone();
    if form.value(&field).is_empty()
        && !form.has_errors()
        && let Some((first, _)) = lines.first()
    {
        form.set(&field, first.clone());
    }
    html! {
        @if lines.is_empty() {
            (notice(Tone::Info, None, html! {
                "Für keine dieser Sitzungen ist jemand mit gültiger Freigabe frei. Bitten Sie die Trägerkoordination um eine Freigabe, oder sagen Sie die Sitzung ab."
            }))
        } @else {
            (radio_group(&form, &field, "Wer übernimmt die angekreuzten Sitzungen?", &choices))
            div.actions { (submit("Vertretung einsetzen")) }
        }
    }
}

/// Who of the own organisation could step in; the facility decides.
fn own_staff(block: &Block) -> Markup {
    html! {
        @if block.proposals.is_empty() {
            p { "Von Ihren Fachkräften mit gültiger Freigabe ist niemand frei." }
        } @else {
            p { "Von Ihren Fachkräften könnten übernehmen; eingesetzt wird durch den Sozialdienst der Einrichtung:" }
            ul {
                @for proposal in block.proposals.iter().take(PROPOSED) {
                    @if let Some(candidate) = block.candidates.get(proposal.candidate) {
                        li { (ranking::line(candidate, proposal, block.sessions.len())) }
                    }
                }
            }
        }
    }
}

/// The covers that are set.
pub(super) fn covers(frame: &Frame, covers: &[CoverRow], role: Role, may_change: bool) -> Markup {
    let rows = covers
        .iter()
        .map(|row| {
            let when = format!(
                "{}, {}",
                german::weekday_date(row.day),
                time_range(row.start_minute, row.minutes)
            );
            let mut cells = vec![
                html! { (when) },
                // What a group is called is the planners' business.
                html! {
                    (row.facility_name) ", "
                    @if role == Role::SocialService { (row.group_name) } @else { "Gruppe" }
                    ", Nr. " (row.ordinal)
                },
                html! { (row.staff_name) },
                html! { (row.planned_name) },
                html! { (row.created_by_name) ", " (german::date_time(berlin_local(row.created_at))) },
            ];
            if may_change {
                cells.push(post_form_unguarded(
                    frame,
                    &format!("/vertretung/{}/aufheben", row.id),
                    None,
                    html! {
                        (hidden("version", &row.session_version.to_string()))
                        button.second type="submit" { "Aufheben" span.hide { ": " (row.staff_name) ", " (when) } }
                    },
                ));
            }
            cells
        })
        .collect();
    let mut columns = [
        "Sitzung",
        "Gruppe",
        "Es kommt",
        "Anstelle von",
        "Eingesetzt durch",
    ]
    .map(Column::text)
    .to_vec();
    if may_change {
        columns.push(Column::text("Aktion"));
    }
    page_with(
        frame,
        "Eingesetzte Vertretungen",
        options(false),
        html! {
            (ways(SET))
            @if covers.is_empty() {
                (empty_state(
                    "Keine Vertretung eingesetzt",
                    "Für künftige Sitzungen kommen die Fachkräfte, die bei der Gruppe eingetragen sind.",
                    Some(("Betroffene Sitzungen zeigen", "/vertretung")),
                ))
            } @else { (table("Eingesetzte Vertretungen", &columns, rows)) }
        },
    )
}
