//! The page of a group.

use maud::{Markup, html};
use time::Date;

use super::dates;
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::groups::rules::{Phase, begins, end_reason_label, release_problem};
use crate::groups::service::passport::Pass;
use crate::groups::service::series::UNDO_MINUTES;
use crate::groups::store::members::MemberRow;
use crate::groups::store::{EventRow, GroupHead, SessionRow, Trainer};
use crate::people::PersonHead;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, TimelineItem, Tone, actions, empty_state, get_form, hidden, link_button, notice,
    post_button, post_form_unguarded, submit, submit_danger, summary_list, table, text_field,
    timeline,
};

/// Everything the page shows.
pub struct GroupPage<'a> {
    pub group: &'a GroupHead,
    pub trainers: &'a [Trainer],
    pub sessions: &'a [SessionRow],
    /// Sessions outside the numbering.
    pub catch_ups: &'a [SessionRow],
    pub members: &'a [MemberRow],
    pub events: &'a [EventRow],
    /// Who cannot come on which days, one sentence each.
    pub uncovered: &'a [String],
    /// Whether the actor puts somebody in for them.
    pub may_cover: bool,
    /// What was searched for, and who was found.
    pub search: Option<(&'a str, &'a [PersonHead])>,
    pub now: Instant,
    pub today: Date,
    pub may_plan: bool,
    pub may_register: bool,
    /// Whether the actor may see how participations end.
    pub may_see_completion: bool,
    /// Token of the forms that take somebody in.
    pub token: &'a str,
}

/// The page.
pub fn page(frame: &Frame, view: &GroupPage<'_>) -> Markup {
    let group = view.group;
    let phase = group.phase(view.today);
    let open = view
        .members
        .iter()
        .filter(|member| member.to_day.is_none())
        .count();
    let free = usize::try_from(group.places)
        .unwrap_or(0)
        .saturating_sub(open);
    let options = PageOptions {
        wide: true,
        crumbs: super::crumbs(None),
        help: Some("gruppen"),
        lead: Some(html! { (super::phase_tag(phase)) " " (group.facility_name) }),
        tools: view.may_plan.then(|| tools(frame, view, phase, open)),
        ..PageOptions::default()
    };
    let trainers = html! {
        @for (index, trainer) in view.trainers.iter().enumerate() {
            @if index > 0 { br; }
            (trainer.name) " (" (trainer.provider_name) ")"
        }
        @if view.trainers.is_empty() { "–" }
    };
    page_with(
        frame,
        &group.name,
        options,
        html! {
            (warnings(view))
            (summary_list(&[dates::glance(view), vec![
                ("Maßnahme", html! { (group.programme_name) ", " a href={ "/vorlagen/" (group.template_id) } { (group.template_name) ", Fassung " (group.template_version) } }),
                ("Träger", html! { (group.provider_name) }),
                ("Fachkräfte", trainers),
                ("Raum", html! { (group.room_name) }),
                ("Zeit", html! {
                    (super::rhythm(group.weekday, group.start_minute))
                    @for (weekday, start) in group.more_slots() { " und " (super::rhythm(weekday, start)) }
                    ", " (german::date(group.first_day)) " bis " (german::date(group.last_day))
                }),
                ("Plätze", html! { (open) " von " (group.places) " belegt, " (german::plural(free as u64, "Platz", "Plätze")) " frei" }),
            ]].concat()))
            h2 { "Teilnehmende" }
            (members(view))
            (next_steps(view, phase))
            @if view.may_plan && phase != Phase::Closed && free > 0 { (search(frame, view)) }
            h2 #termine { "Termine" }
            (undo(frame, view))
            (dates::table_of(view))
            (dates::catch_ups(view))
            h2 { "Verlauf" }
            (events(view.events))
        },
    )
}

fn tools(frame: &Frame, view: &GroupPage<'_>, phase: Phase, open: usize) -> Markup {
    let base = format!("/gruppen/{}", view.group.id);
    let all_done = view
        .sessions
        .iter()
        .chain(view.catch_ups)
        .all(|session| session.state != "planned");
    html! {
        @if phase == Phase::Draft {
            form.inline method="post" action={ (base) "/veroeffentlichen" } { (hidden("csrf", &frame.csrf)) (submit("Veröffentlichen")) }
            @if open == 0 && view.members.is_empty() {
                form.inline method="post" action={ (base) "/verwerfen" } { (hidden("csrf", &frame.csrf)) (submit_danger("aktion", "verwerfen", "Entwurf verwerfen")) }
            }
        } @else if phase != Phase::Closed && all_done {
            (post_button(frame, &format!("{base}/abschliessen"), None, "Gruppe abschließen"))
        }
    }
}

/// The way back from the last change of the dates.
fn undo(frame: &Frame, view: &GroupPage<'_>) -> Markup {
    let last = view.group.last_change(view.now.plus_minutes(-UNDO_MINUTES));
    html! {
        @if let Some((at, by, what)) = last.filter(|_| view.may_plan) {
            (notice(Tone::Info, None, html! {
                (what) " (" (by) ", " (german::date_time(berlin_local(at))) "). "
                (post_button(frame, &format!("/gruppen/{}/zuruecknehmen", view.group.id), None, "Rückgängig"))
            }))
        }
    }
}

fn missing<'a>(view: &'a GroupPage<'_>) -> Vec<&'a SessionRow> {
    let published = view.group.state == "published";
    let over = |session: &SessionRow| {
        begins(session.day, session.start_minute).plus_minutes(session.minutes) <= view.now
    };
    view.sessions
        .iter()
        .chain(view.catch_ups)
        .filter(|session| published && session.state == "planned" && over(session))
        .collect()
}

fn warnings(view: &GroupPage<'_>) -> Markup {
    let mut lines: Vec<Markup> = Vec::new();
    if view.group.entry_open && view.may_plan {
        lines.push(html! { "Diese Gruppe wird noch eingetragen: " a href={ "/gruppen/" (view.group.id) "/bestand" } { "Bestand eintragen" } "." });
    }
    let missing = missing(view);
    if !missing.is_empty() {
        let days: Vec<String> = missing
            .iter()
            .take(5)
            .map(|session| german::date(session.day))
            .collect();
        let more = missing.len().saturating_sub(5);
        lines.push(html! {
            "Anwesenheit fehlt: " (days.join(", "))
            @if more > 0 { " und " (german::plural(more as u64, "weitere Sitzung", "weitere Sitzungen")) }
            "."
        });
    }
    if view.group.state != "closed" {
        for problem in view.uncovered {
            lines.push(html! { (problem) });
        }
        if view.may_cover && !view.uncovered.is_empty() {
            lines.push(html! { a href={ "/vertretung?gruppe=" (view.group.id) } { "Vertretung einsetzen" } });
        }
        for member in view
            .members
            .iter()
            .filter(|member| member.to_day.is_none() && member.visible && view.may_plan)
        {
            // An unknown date was confirmed when the person was taken in; only a known one can warn again.
            if let (Some(_), Some(problem)) = (
                member.expected_release,
                release_problem(member.expected_release, view.group.last_day),
            ) {
                lines.push(html! { (member.name()) ": " (problem) });
            }
        }
    }
    html! {
        @if !lines.is_empty() {
            (notice(Tone::Warning, Some("Bitte prüfen"), html! { ul { @for line in &lines { li { (line) } } } }))
        }
    }
}

fn members(view: &GroupPage<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> = view
        .members
        .iter()
        .map(|member| {
            let mut row = vec![
                html! {
                    @if member.visible { a href={ "/personen/" (member.person_id) } { (member.name()) } } @else { (member.name()) }
                    @if let (true, Some(number)) = (member.visible, &member.number) { span.detail { (number) } }
                },
                html! {
                    (german::date(member.from_day))
                    @if let Some(to_day) = member.to_day { " bis " (german::date(to_day)) }
                    @if let Some(reason) = &member.end_reason { span.detail { (end_reason_label(reason)) } }
                },
                html! {
                    (member.attended) " von " (member.held)
                    @if member.visible {
                        span.detail { a href={ "/personen/" (member.person_id) "/modulpass" } { "Modulpass" span.hide { ": " (member.name()) } } }
                    }
                },
            ];
            if view.may_plan {
                row.push(html! {
                    @if member.to_day.is_none() {
                        a href={ "/gruppen/" (view.group.id) "/teilnehmende/" (member.person_id) "/beenden" } {
                            "Beenden" span.hide { ": " (member.name()) }
                        }

                    }
                });
            }
            row
        })
        .collect();
    let mut head = vec![
        Column::text("Person"),
        Column::text("In der Gruppe"),
        Column::text("Teilgenommen"),
    ];
    if view.may_plan {
        head.push(Column::text("Aktion"));
    }
    html! {
        @if rows.is_empty() { p { "Noch niemand in der Gruppe." } } @else { (table("Teilnehmende", &head, rows)) }
    }
}

/// What the members' attendance leads to: making good what was missed, completion.
fn next_steps(view: &GroupPage<'_>, phase: Phase) -> Markup {
    let base = format!("/gruppen/{}", view.group.id);
    let running = phase == Phase::Running;
    let shown = !view.members.is_empty();
    html! {
        @if shown && (running || phase == Phase::Closed) && (view.may_plan || view.may_see_completion) {
            div.actions {
                @if view.may_plan && running { (link_button("Versäumtes nachholen", &format!("{base}/nachholen"), false)) }
                @if view.may_see_completion { (link_button("Abschluss und Bescheinigungen", &format!("{base}/abschluss"), false)) }
            }
        }
    }
}

fn search(frame: &Frame, view: &GroupPage<'_>) -> Markup {
    let base = format!("/gruppen/{}", view.group.id);
    let typed = view.search.map_or("", |(typed, _)| typed);
    let form = Form::empty().with("suche", typed);
    html! {
        h3 #suche { "Person aufnehmen" }
        p { a href={ (base) "/zusammensetzung" } { "Aus der Warteliste besetzen" } }
        (get_form(&format!("{base}#suche"), html! {
            (text_field(&form, &Field::search("suche", "Name oder Buchnummer")))
            (actions("Suchen", &[]))
        }))
        @if let Some((typed, found)) = view.search {
            @if found.is_empty() {
                (empty_state("Niemand gefunden", &format!("Für „{typed}“ ist in der Einrichtung niemand untergebracht. Ein Teil des Namens genügt."), None))
            } @else {
                ul {
                    @for person in found {
                        li {
                            (person.name())
                            @if let Some(number) = &person.number { " (" (number) ")" }
                            @if let Some(release) = person.expected_release { ", Entlassung voraussichtlich " (german::date(release)) }
                            " "
                            (post_form_unguarded(frame, &format!("{base}/teilnehmende"), Some(view.token), html! {
                                (hidden("person", &person.id.to_string()))
                                button.second type="submit" { "Aufnehmen" span.hide { ": " (person.name()) } }
                            }))
                        }
                    }
                }
            }
        }
    }
}

/// Lines of a history.
pub fn events(events: &[EventRow]) -> Markup {
    let items: Vec<TimelineItem> = events
        .iter()
        .map(|event| {
            let who = match (&event.family_name, &event.given_name, event.person_id) {
                (Some(family), Some(given), _) => format!(": {family}, {given}"),
                (_, _, Some(_)) => ": Gesperrte Person".to_owned(),
                _ => String::new(),
            };
            let detail = super::series::change_words(
                event.old_value.as_deref(),
                event.new_value.as_deref(),
                event.reason.as_deref(),
            );
            TimelineItem {
                title: format!("{}{who}", event.what),
                when: german::date_time(berlin_local(event.at)),
                by: event.actor_name.clone(),
                detail,
            }
        })
        .collect();
    html! { @if items.is_empty() { p { "Noch nichts." } } @else { (timeline(&items)) } }
}

/// Why a draft was not published, and what to do about it.
pub fn not_published(frame: &Frame, group: &GroupHead, uncovered: &[String]) -> Markup {
    let here = format!("/gruppen/{}", group.id);
    let options = PageOptions {
        errored: true,
        crumbs: super::crumbs(Some((group.name.clone(), here.clone()))),
        help: Some("vertretung"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Gruppe nicht veröffentlicht",
        options,
        html! {
            p { "Geplant wird nur, wozu die Fachkräfte auch kommen dürfen. Für diese Sitzungen gilt das nicht:" }
            ul { @for sentence in uncovered { li { (sentence) } } }
            p { "Bitte für diese Tage eine Vertretung einsetzen, oder die Freigabe vom Träger verlängern lassen. Der Entwurf bleibt erhalten." }
            div.actions {
                (link_button("Vertretung einsetzen", &format!("/vertretung?gruppe={}", group.id), true))
                (link_button("Zur Gruppe", &here, false))
            }
        },
    )
}

/// Before a group is completed: what becomes of the members whose completion no trainer has confirmed.
pub fn confirm_complete(frame: &Frame, group: &GroupHead, passes: &[Pass]) -> Markup {
    let rows: Vec<Vec<Markup>> = passes
        .iter()
        .filter(|pass| pass.stay.to_day.is_none())
        .map(|pass| {
            vec![
                html! { (pass.name()) },
                html! { (pass.proposal.done) " von " (pass.proposal.required) },
                html! {
                    @if pass.proposal.completed { "Teilnahme abgeschlossen" }
                    @else { "ohne Abschluss beendet" span.detail { (pass.proposal.lacking().join("; ")) } }
                },
            ]
        })
        .collect();
    let here = format!("/gruppen/{}", group.id);
    let options = PageOptions {
        crumbs: super::crumbs(Some((group.name.clone(), here.clone()))),
        help: Some("abschluss"),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Gruppe abschließen",
        options,
        html! {
            p { "Danach nimmt die Gruppe niemanden mehr auf. Alles bleibt lesbar, Anwesenheit kann weiter berichtigt werden." }
            @if rows.is_empty() { p { "In der Gruppe ist niemand mehr." } } @else {
                p { "Diese Teilnahmen hat noch keine Fachkraft bestätigt; sie enden nach der Regel der Vorlage. Bescheinigungen gibt es erst, wenn die Fachkraft den " a href={ (here) "/abschluss" } { "Abschluss" } " bestätigt hat; das geht auch danach." }
                (table("Was aus den Teilnahmen wird", &["Person", "Pflichtsitzungen", "Ergebnis"].map(Column::text), rows))
            }
            (post_form_unguarded(frame, &format!("{here}/abschliessen"), None, html! {
                (hidden("bestaetigt", "1"))
                div.actions { (submit("Gruppe abschließen")) (link_button("Zurück", &here, false)) }
            }))
        },
    )
}
