//! The list of people.

use maud::{Markup, html};
use time::Date;

use super::day;
use crate::access::Scope;
use crate::base::german;
use crate::people::import::Setting;
use crate::people::rules::setting_label;
use crate::people::store::list::{COUNT_LIMIT, ListLine, Sort, Stay, Wanted};
use crate::store::{Cursor, Page};
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page_with};
use crate::web::parts::{
    Column, Field, Pager, SortDirection, Tone, Width, empty_state, filter_form, hidden,
    link_button, list_layout, pager, pager_below, select_field, table, tag, text_field,
};

/// What the page shows.
pub(in crate::people) struct Shown<'a> {
    pub wanted: &'a Wanted,
    pub page: &'a Page<ListLine>,
    pub count: i64,
    pub today: Date,
    pub scope: &'a Scope,
    pub may_create: bool,
    pub may_import: bool,
    pub may_export: bool,
}

impl Shown<'_> {
    fn filtered(&self) -> bool {
        let wanted = self.wanted;
        !wanted.query.is_empty()
            || wanted.setting.is_some()
            || wanted.stay != Stay::All
            || wanted.enrolled.is_some()
    }

    /// The address of the list with the same filters.
    fn address(&self, sort: Sort, descending: bool, cursor: Option<&Cursor>) -> String {
        let wanted = self.wanted;
        let mut pairs: Vec<(&str, String)> = Vec::new();
        if !wanted.query.is_empty() {
            pairs.push(("q", wanted.query.clone()));
        }
        if let Some(setting) = wanted.setting {
            pairs.push(("art", setting.code().to_owned()));
        }
        match wanted.stay {
            Stay::All => {}
            Stay::Here => pairs.push(("stand", "hier".to_owned())),
            Stay::HandOver => pairs.push(("stand", "uebergabe".to_owned())),
        }
        if let Some(enrolled) = wanted.enrolled {
            pairs.push(("teilnahme", if enrolled { "ja" } else { "nein" }.to_owned()));
        }
        if sort == Sort::Release {
            pairs.push(("nach", "entlassung".to_owned()));
        }
        if descending {
            pairs.push(("ab", "1".to_owned()));
        }
        if let Some(cursor) = cursor {
            pairs.push(("seite", cursor.to_string()));
        }
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        if query.is_empty() {
            "/personen".to_owned()
        } else {
            format!("/personen?{query}")
        }
    }

    fn text(&self) -> String {
        let shown = self.page.rows.len();
        let all = u64::try_from(self.count).unwrap_or_default();
        if self.count > COUNT_LIMIT {
            return format!(
                "{shown} von über {} Personen",
                german::count(COUNT_LIMIT.unsigned_abs())
            );
        }
        if u64::try_from(shown).is_ok_and(|shown| shown >= all) {
            return german::plural(all, "Person", "Personen");
        }
        format!("{shown} von {}", german::plural(all, "Person", "Personen"))
    }
}

pub(in crate::people) fn page(frame: &Frame, form: &Form, shown: &Shown<'_>) -> Markup {
    let wanted = shown.wanted;
    let options = PageOptions {
        wide: true,
        help: Some("personen"),
        tools: (shown.may_create || shown.may_import || shown.may_export).then(|| {
            let out = shown.address(wanted.sort, wanted.descending, None).replacen("/personen", "/personen/ausgabe", 1);
            html! {
                @if shown.may_export { (link_button("Als Datei ausgeben", &out, false)) " " }
                @if shown.may_import { (link_button("Liste einlesen", "/personen/einlesen", false)) " " }
                @if shown.may_create { (link_button("Person anlegen", "/personen/neu", true)) }
            }
        }),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Personen",
        options,
        list_layout(filter(form, shown), list(shown)),
    )
}

fn filter(form: &Form, shown: &Shown<'_>) -> Markup {
    let settings: Vec<(&str, &str)> = Setting::ALL
        .iter()
        .map(|setting| (setting.code(), setting.label()))
        .collect();
    let stays = [("hier", "hier untergebracht"), ("uebergabe", "in Übergabe")];
    let course = matches!(shown.scope, Scope::Facility(_) | Scope::Assigned { .. });
    filter_form(
        "/personen",
        "/personen",
        html! {
            (text_field(form, &Field::search("q", "Name oder Nummer").hint("Ein Teil genügt; ä oder ae, mit oder ohne Bindestrich")))
            (select_field(form, &Field::text("art", "Art").width(Width::Full).plain(), &settings, Some("alle")))
            @if matches!(shown.scope, Scope::Facility(_)) {
                (select_field(form, &Field::text("stand", "Stand").width(Width::Full).plain(), &stays, Some("alle")))
            }
            @if course {
                (select_field(form, &Field::text("teilnahme", "Teilnahme an Maßnahmen").width(Width::Full).plain(), &[("ja", "nimmt teil"), ("nein", "nimmt nicht teil")], Some("alle")))
            }
            @if shown.wanted.sort == Sort::Release { (hidden("nach", "entlassung")) }
            @if shown.wanted.descending { (hidden("ab", "1")) }
        },
    )
}

fn list(shown: &Shown<'_>) -> Markup {
    if shown.page.rows.is_empty() {
        return html! { p role="status" { "Keine Personen" } (nobody(shown)) };
    }
    let wanted = shown.wanted;
    let sortable = |label: &'static str, sort: Sort| {
        let current = wanted.sort == sort;
        let direction = match (current, wanted.descending) {
            (false, _) => SortDirection::None,
            (true, false) => SortDirection::Ascending,
            (true, true) => SortDirection::Descending,
        };
        Column::text(label).sorted_by(
            shown.address(sort, current && !wanted.descending, None),
            direction,
        )
    };
    let head = [
        sortable("Name", Sort::Name),
        Column::text("Nummer"),
        Column::text("Geboren"),
        Column::text("Einrichtung"),
        Column::text("Art"),
        sortable("Entlassung vorauss.", Sort::Release),
        Column::text("Hinweis"),
    ];
    let rows = shown
        .page
        .rows
        .iter()
        .map(|line| {
            vec![
                html! { a href={ "/personen/" (line.id.0.simple()) } { (line.family_name) ", " (line.given_name) } },
                html! { (line.number.as_deref().unwrap_or("–")) },
                html! { (day(line.birth_date)) },
                html! { (line.facility_name.as_deref().unwrap_or("–")) },
                html! { (line.setting.as_deref().map_or("–", setting_label)) },
                html! { (day(line.expected_release)) },
                remark(line, shown),
            ]
        })
        .collect();
    let ways = Pager {
        previous: shown
            .page
            .previous
            .as_ref()
            .map(|cursor| shown.address(wanted.sort, wanted.descending, Some(cursor))),
        next: shown
            .page
            .next
            .as_ref()
            .map(|cursor| shown.address(wanted.sort, wanted.descending, Some(cursor))),
        text: shown.text(),
    };
    html! { (pager(&ways)) (table("Personen", &head, rows)) (pager_below(&ways)) }
}

fn remark(line: &ListLine, shown: &Shown<'_>) -> Markup {
    let handed_over = matches!(shown.scope, Scope::Facility(_))
        && line.until.is_some_and(|until| until <= shown.today);
    html! {
        @if handed_over { (tag(Tone::Warning, "in Übergabe")) }
        @else if line.absent { (tag(Tone::Info, "abwesend")) }
        @else if let Some(until) = line.until { (tag(Tone::Info, &format!("bis {}", german::date(until)))) }
    }
}

fn nobody(shown: &Shown<'_>) -> Markup {
    if shown.filtered() {
        return empty_state(
            "Keine Person gefunden",
            "Keine Person in Ihrem Zuständigkeitsbereich passt zu diesen Angaben. Oft hilft weniger: nur ein Teil des Namens, \
             die Nummer ohne Zusätze oder keine Einschränkung bei Art und Stand.",
            Some(("Alle Personen zeigen", "/personen")),
        );
    }
    if shown.wanted.from.is_some() {
        return empty_state(
            "Hier ist die Liste zu Ende",
            "Seit dem letzten Aufruf hat sich die Liste geändert.",
            Some(("Von vorn beginnen", "/personen")),
        );
    }
    if shown.may_create {
        return empty_state(
            "Noch keine Personen",
            "Legen Sie die erste Person an, oder lesen Sie eine Liste ein, wie sie Ihr Fachverfahren ausgibt.",
            Some(("Liste einlesen", "/personen/einlesen")),
        );
    }
    empty_state(
        "Keine Personen",
        "Hier stehen die Personen Ihrer Gruppen und Fälle, solange eine Zugangsfreigabe dafür gilt. Wenn Sie jemanden erwarten, \
         fragen Sie bitte die Koordination Ihrer Organisation oder die Einrichtung.",
        None,
    )
}
