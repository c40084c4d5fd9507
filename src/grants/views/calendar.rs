//! The calendar of who may go where: staff members by months. Said in words and signs, not by colour alone; prints on A4.

use maud::{Markup, html};
use time::{Date, Duration};

use crate::base::german;
use crate::base::ids::StaffId;
use crate::grants::rules::{self, Line, MonthSpan, State};
use crate::grants::store::calendar::{CalendarGrant, CalendarStaff};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Pager, Tone, Width, empty_state, filter_form, link_button, list_layout, pager,
    print_button, select_field, table, tag, text_field,
};

/// What the calendar shows.
pub(in crate::grants) struct Calendar<'a> {
    pub months: &'a [MonthSpan],
    pub staff: &'a [CalendarStaff],
    pub grants: &'a [CalendarGrant],
    /// The organisations or the facilities to choose from.
    pub choices: &'a [(String, String)],
    /// Whether it is a facility's calendar; then the facility is no choice, and the organisation is.
    pub of_facility: bool,
    pub page: i64,
    pub more: bool,
}

fn said(line: &Line<'_>, of_facility: bool) -> Markup {
    let (tone, word) = match line.state {
        State::Suspended => (Tone::Danger, "gesperrt"),
        State::Requested => (Tone::Warning, "beantragt"),
        _ => (Tone::Success, "frei"),
    };
    let mut text = if of_facility {
        word.to_owned()
    } else if line.state == State::Active {
        line.place.to_owned()
    } else {
        format!("{} {word}", line.place)
    };
    if let Some(days) = &line.days {
        text.push(' ');
        text.push_str(days);
    }
    tag(tone, &text)
}

fn cell(shown: &Calendar<'_>, staff: StaffId, month: MonthSpan) -> Markup {
    let own = shown
        .grants
        .iter()
        .filter(|grant| grant.staff_id == staff)
        .filter_map(|grant| {
            let state = grant.state.parse().ok()?;
            Some((
                grant.facility_name.as_str(),
                state,
                grant.first_day,
                grant.last_day,
            ))
        });
    let lines = rules::in_month(own, month);
    html! {
        @if lines.is_empty() { span.muted aria-hidden="true" { "–" } span.hide { "kein Zugang" } }
        @for (index, line) in lines.iter().enumerate() {
            @if index > 0 { br; }
            (said(line, shown.of_facility))
        }
    }
}

fn address(form: &Form, ab: Option<Date>, page: i64) -> String {
    let mut pairs: Vec<(&str, String)> = ["name", "einrichtung", "traeger"]
        .into_iter()
        .map(|field| (field, form.value(field).to_owned()))
        .filter(|(_, value)| !value.trim().is_empty())
        .collect();
    if let Some(day) = ab {
        pairs.push(("ab", german::date(day)));
    }
    if page > 0 {
        pairs.push(("seite", page.to_string()));
    }
    if pairs.is_empty() {
        return "/freigaben/kalender".to_owned();
    }
    format!(
        "/freigaben/kalender?{}",
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    )
}

pub(in crate::grants) fn calendar(
    frame: &Frame,
    form: &Form,
    shown: &Calendar<'_>,
    from: Date,
) -> Markup {
    let refs: Vec<(&str, &str)> = shown
        .choices
        .iter()
        .map(|(id, name)| (id.as_str(), name.as_str()))
        .collect();
    let (field, label) = if shown.of_facility {
        ("traeger", "Träger")
    } else {
        ("einrichtung", "Einrichtung")
    };
    let filter = filter_form(
        "/freigaben/kalender",
        "/freigaben/kalender",
        html! {
            (text_field(form, &Field::search("name", "Name der Fachkraft")))
            (select_field(form, &Field::text(field, label).plain().width(Width::Full), &refs, Some("alle")))
            (text_field(form, &Field::date("ab", "Ab dem Monat von").plain()))
        },
    );
    let labels: Vec<String> = shown.months.iter().map(|month| month.label()).collect();
    let mut head = vec![Column::text("Fachkraft")];
    head.extend(labels.iter().map(|label| Column::text(label)));
    let rows: Vec<Vec<Markup>> = shown
        .staff
        .iter()
        .map(|member| {
            let mut cells = vec![html! { (member.name) br; span.muted { (member.provider_name) } }];
            cells.extend(
                shown
                    .months
                    .iter()
                    .map(|month| cell(shown, member.id, *month)),
            );
            cells
        })
        .collect();
    let ab = Some(from);
    let count = german::plural(shown.staff.len() as u64, "Fachkraft", "Fachkräfte");
    let way = Pager {
        previous: (shown.page > 0).then(|| address(form, ab, shown.page - 1)),
        next: shown.more.then(|| address(form, ab, shown.page + 1)),
        text: if shown.more || shown.page > 0 {
            format!("{count} auf dieser Seite")
        } else {
            count
        },
    };
    let first = shown.months.first().map_or(from, |month| month.first);
    let next = shown
        .months
        .last()
        .map_or(from, |month| month.last.saturating_add(Duration::DAY));
    // Half a year back from the first month.
    let before = rules::months(first.saturating_sub(Duration::days(183)))
        .first()
        .map_or(first, |month| month.first);
    let period = labels
        .first()
        .zip(labels.last())
        .map_or_else(String::new, |(first, last)| format!("{first} bis {last}"));
    let found = html! {
        nav.no-print aria-label="Zeitraum" {
            p {
                a href=(address(form, Some(before), 0)) rel="prev" { "Halbjahr davor" } " · "
                a href=(address(form, Some(next), 0)) rel="next" { "Halbjahr danach" }
            }
        }
        @if rows.is_empty() {
            (empty_state(
                "Niemand hat in diesem Zeitraum Zugang",
                "Weder eine genehmigte noch eine beantragte Freigabe berührt diese Monate. Bitte einen anderen Zeitraum oder weniger Filter wählen.",
                Some(("Freigaben ansehen", "/freigaben")),
            ))
        } @else {
            (pager(&way))
            (table("Wer darf wohin", &head, rows))
            p.hint {
                @if shown.of_facility { "frei: genehmigt, Zugang an diesen Tagen. " } @else { "Name der Einrichtung: genehmigt, Zugang an diesen Tagen. " }
                "beantragt: noch nicht entschieden. gesperrt: zurzeit kein Zugang. Ohne Tage gilt der ganze Monat."
            }
        }
    };
    let options = PageOptions {
        wide: true,
        crumbs: vec![("Zugangsfreigaben".into(), "/freigaben".into())],
        help: Some("freigaben"),
        lead: Some(html! { (period) }),
        tools: Some(html! {
            (print_button("Drucken"))
            (link_button("Liste", "/freigaben", false))
        }),
        ..PageOptions::default()
    };
    page_with(frame, "Wer darf wohin", options, list_layout(filter, found))
}
