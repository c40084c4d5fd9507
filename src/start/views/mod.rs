//! Start page, accessibility statement, privacy notice.

pub(super) mod clearances;
pub(super) mod help;

use maud::{Markup, html};
use time::Date;

use crate::access::{Actor, Role};
use crate::base::german;
use crate::casework::{self, ClientLine};
use crate::grants::rules::{Shown, State, shown};
use crate::groups::{self, SessionLine};
use crate::start::store::{GrantLine, Officer};
use crate::todo::Task;
use crate::web::layout::{Frame, page};
use crate::web::parts::{Column, Tone, empty_state, table, tag};

/// Days before its end from which a grant is marked.
const GRANT_ENDS_SOON: i64 = 14;

pub(super) fn start(frame: &Frame, actor: &Actor, sections: &[Markup]) -> Markup {
    page(
        frame,
        &format!("Guten Tag, {}", actor.name()),
        html! { @for section in sections { section { (section) } } },
    )
}

/// Links to what the role does, each with one line about it.
pub(super) fn tasks(links: &[(&str, &str, &str)]) -> Markup {
    html! {
        h2 { "Häufig gebraucht" }
        ul.ways { @for (label, href, text) in links { li { a href=(href) { (label) } " – " (text) } } }
    }
}

/// One figure that calls for something, with the way there.
pub(super) fn figure(number: u64, one: &str, other: &str, way: (&str, &str)) -> Markup {
    html! {
        h2 { "Heute" }
        p { strong { (german::count(number)) } " " (if number == 1 { one } else { other }) ". " a href=(way.1) { (way.0) } }
    }
}

/// What waits for the access officer beside grants; nothing where nothing waits.
pub(super) fn gate_hints(objects: u64, guests: u64) -> Markup {
    html! {
        @if objects > 0 {
            p { strong { (german::count(objects)) } (if objects == 1 { " Gegenstand wartet" } else { " Gegenstände warten" }) " auf Ihre Entscheidung. " a href="/gegenstaende" { "Zu den Gegenständen" } }
        }
        @if guests > 0 {
            p { strong { (german::count(guests)) } (if guests == 1 { " Gast wartet" } else { " Gäste warten" }) " auf Ihre Entscheidung. " a href="/familientage" { "Zu den Familientagen" } }
        }
    }
}

/// What waits for the actor.
pub(super) fn to_do(tasks: &[&Task]) -> Markup {
    html! {
        h2 { "Aufgaben" }
        ul.ways {
            @for task in tasks { li { a href=(task.href) { (task.label()) } } }
        }
    }
}

/// Sessions that are over and have no register yet: `most` of them, and the way to all.
pub(super) fn open_registers(sessions: &[SessionLine], most: usize) -> Markup {
    let rows = sessions
        .iter()
        .take(most)
        .map(|session| {
            vec![
                html! { (german::weekday_date(session.day)) ", " (groups::rules::time_range(session.start_minute, session.minutes)) },
                html! { a href={ "/gruppen/" (session.group_id) } { (session.group_name) } },
                html! { (german::plural(session.members.unsigned_abs(), "Person", "Personen")) },
                html! { a href={ "/sitzungen/" (session.id) "/anwesenheit" } { "Anwesenheit erfassen" } },
            ]
        })
        .collect();
    html! {
        h2 { "Offene Anwesenheitslisten" }
        @if sessions.is_empty() { p { "Alle vergangenen Sitzungen sind erfasst." } }
        @else {
            (table("Offene Anwesenheitslisten", &["Sitzung", "Gruppe", "Teilnehmende", "Nächster Schritt"].map(Column::text), rows))
            @if sessions.len() > most { p { "Gezeigt werden die " (most) " ältesten. " a href="/heute" { "Alle offenen Anwesenheitslisten" } } }
        }
    }
}

/// The sessions from today to Sunday.
pub(super) fn week(sessions: &[SessionLine], keeps: bool) -> Markup {
    let rows = sessions
        .iter()
        .map(|session| {
            vec![
                html! { (german::weekday_date(session.day)) ", " (groups::rules::time_range(session.start_minute, session.minutes)) },
                html! { a href={ "/gruppen/" (session.group_id) } { (session.group_name) } },
                html! { (groups::rules::session_number(session.ordinal)) ", " (session.module) },
                html! { (session.facility_name) ", " (session.room_name) },
                html! {
                    @if session.state == "cancelled" { (tag(Tone::Danger, "abgesagt")) }
                    @else if session.state == "held" { (tag(Tone::Success, "erfasst")) }
                    @else if keeps { a href={ "/gruppen/" (session.group_id) "/sitzungen/" (session.id) "/blatt" } { "Liste drucken" } }
                    @else { (tag(Tone::Info, "geplant")) }
                },
            ]
        })
        .collect();
    html! {
        h2 { "Sitzungen dieser Woche" }
        @if sessions.is_empty() { p { "Bis Sonntag ist keine Sitzung geplant." } }
        @else {
            (table("Sitzungen dieser Woche", &["Sitzung", "Gruppe", "Baustein", "Ort", "Stand"].map(Column::text), rows))
        }
        p { a href="/heute" { "Heute im Überblick" } " · " a href="/kalender" { "Zum Kalender" } }
    }
}

/// A probation officer's clients, longest without a talk first.
pub(super) fn clients(clients: &[ClientLine], today: Date) -> Markup {
    let rows = clients
        .iter()
        .map(|client| {
            vec![
                html! { a href={ "/personen/" (client.id) } { (client.family_name) ", " (client.given_name) } },
                html! { @if let Some(day) = client.last_session { (german::weekday_date(day)) } @else { "noch keines" } },
                html! {
                    @if casework::rules::quiet(client.last_session, today) {
                        (tag(Tone::Warning, &format!("kein Gespräch seit {} Tagen", casework::rules::QUIET_DAYS)))
                    } @else { "–" }
                },
                html! { a href={ "/personen/" (client.id) "/gespraech" } { "Gespräch erfassen" } },
            ]
        })
        .collect();
    let head = ["Person", "Letztes Gespräch", "Stand", "Nächster Schritt"].map(Column::text);
    html! {
        h2 { "Meine Klientinnen und Klienten" }
        @if clients.is_empty() {
            (empty_state(
                "Noch keine Person zugeordnet",
                "Sobald Sie für eine Person zuständig sind, steht sie hier. Personen legen Sie an oder lesen Sie aus einer Liste ein.",
                Some(("Zu den Personen", "/personen")),
            ))
        } @else {
            p { "Wer am längsten kein Gespräch hatte, steht oben." @if clients.len() >= casework::CLIENTS { " Gezeigt werden " (casework::CLIENTS) "; alle stehen unter " a href="/personen" { "Personen" } "." } }
            (table("Klientinnen und Klienten", &head, rows))
        }
    }
}

/// The grants that are valid today; without one, nothing can be seen, and the page says whom to ask.
pub(super) fn grants(grants: &[GrantLine], role: Role, today: Date) -> Markup {
    let own = role == Role::Trainer;
    let rows = grants
        .iter()
        .map(|grant| {
            let left = (grant.last_day - today).whole_days();
            let mut cells = vec![html! { (grant.facility_name) }, html! { (grant.programme_name) }];
            if !own {
                cells.insert(0, html! { a href={ "/freigaben/" (grant.id) } { (grant.staff_name) } });
            }
            cells.push(html! {
                (german::date(grant.last_day))
                @if left < GRANT_ENDS_SOON {
                    " " (tag(Tone::Warning, &if left == 0 { "endet heute".to_owned() } else { format!("noch {}", german::plural(left.unsigned_abs(), "Tag", "Tage")) }))
                }
            });
            cells
        })
        .collect();
    let mut head = vec![
        Column::text("Einrichtung"),
        Column::text("Maßnahme"),
        Column::text("Gilt bis"),
    ];
    if !own {
        head.insert(0, Column::text("Fachkraft"));
    }
    html! {
        h2 { "Zugangsfreigaben, die heute gelten" }
        @if grants.is_empty() {
            @if own {
                (empty_state(
                    "Heute gilt keine Zugangsfreigabe",
                    "Ohne Freigabe sind keine Personen und Gruppen zu sehen. Bitte wenden Sie sich an Ihre Trägerkoordination: Sie beantragt Freigaben bei der Einrichtung.",
                    None,
                ))
            } @else {
                (empty_state(
                    "Heute gilt keine Zugangsfreigabe",
                    "Ohne Freigabe sieht Ihr Träger keine Personen und Gruppen. Beantragen Sie Freigaben; über sie entscheidet die Stelle „Zugang“ der Einrichtung.",
                    Some(("Freigabe beantragen", "/freigaben/neu")),
                ))
            }
        } @else { (table("Zugangsfreigaben", &head, rows)) }
    }
}

fn shown_today(grant: &GrantLine, today: Date) -> Shown {
    let state = grant.state.parse().unwrap_or(State::Revoked);
    shown(state, grant.first_day, grant.last_day, today)
}

/// Whether a grant opens its facility today.
pub(super) fn is_valid(grant: &GrantLine, today: Date) -> bool {
    shown_today(grant, today) == Shown::Valid
}

/// What is closed today, and whom to ask about it; nothing about what there is behind it.
pub(super) fn closed(
    grants: &[GrantLine],
    officers: &[Officer],
    role: Role,
    today: Date,
) -> Markup {
    let own = role == Role::Trainer;
    let ask = |grant: &GrantLine| {
        let names: Vec<&str> = officers
            .iter()
            .filter(|officer| officer.facility_id == grant.facility_id)
            .map(|officer| officer.name.as_str())
            .collect();
        if names.is_empty() {
            format!("Stelle „Zugang“, {}", grant.facility_name)
        } else {
            format!("{} (Zugang)", names.join(", "))
        }
    };
    let rows = grants
        .iter()
        .map(|grant| {
            let state = match shown_today(grant, today) {
                Shown::Future => tag(Tone::Info, &format!("ab {}", german::date(grant.first_day))),
                Shown::Suspended => tag(Tone::Danger, "gesperrt"),
                _ => tag(
                    Tone::Neutral,
                    &format!("abgelaufen am {}", german::date(grant.last_day)),
                ),
            };
            let mut cells = vec![
                html! { (grant.facility_name) },
                html! { (grant.programme_name) },
                state,
                html! { (ask(grant)) },
            ];
            if !own {
                cells.insert(
                    0,
                    html! { a href={ "/freigaben/" (grant.id) } { (grant.staff_name) } },
                );
            }
            cells
        })
        .collect();
    let mut head = vec![
        Column::text("Einrichtung"),
        Column::text("Maßnahme"),
        Column::text("Stand"),
        Column::text("Wen fragen"),
    ];
    if !own {
        head.insert(0, Column::text("Fachkraft"));
    }
    html! {
        h2 { "Heute geschlossen" }
        p { "Hier gilt heute keine Freigabe." @if own { " Verlängern und neu beantragen kann Ihre Trägerkoordination." } }
        (table("Heute geschlossen", &head, rows))
    }
}

/// Grants that wait in the quarterly confirmation.
pub(super) fn unconfirmed(number: u64) -> Markup {
    html! {
        h2 { "Vierteljährliche Bestätigung" }
        p { strong { (german::count(number)) } " " (if number == 1 { "Freigabe ist" } else { "Freigaben sind" })
            " noch zu bestätigen. Was nach 30 Tagen niemand bestätigt hat, wird gesperrt. "
            a href="/freigaben/bestaetigung" { "Zur Bestätigung" } }
    }
}

/// The statement that BfWebG Sachsen and BITV 2.0 ask for.
pub(super) fn accessibility(frame: &Frame) -> Markup {
    page(
        frame,
        "Erklärung zur Barrierefreiheit",
        html! {
            div.prose {
                p { "Diese Erklärung gilt für die Anwendung Geleit. Rechtsgrundlagen sind das Barrierefreie-Websites-Gesetz (BfWebG) des Freistaates Sachsen und die dazu erlassene Verordnung. Maßstab sind die BITV 2.0 und die Norm EN 301 549 V3.2.1; darüber hinaus richten wir uns nach den WCAG 2.2, Stufe AA." }
                h2 { "Stand der Vereinbarkeit" }
                p { "Geleit ist darauf ausgelegt, die Anforderungen zu erfüllen. Eine Prüfung durch eine unabhängige Stelle steht noch aus; bis dahin ist diese Erklärung eine Selbstbewertung." }
                ul {
                    li { "Alle Seiten lassen sich mit der Tastatur bedienen und funktionieren ohne JavaScript." }
                    li { "Farbe allein trägt keine Bedeutung; Zustände haben Wort und Zeichen." }
                    li { "Fehler stehen gesammelt am Anfang der Seite und noch einmal am Feld; nichts Eingetipptes geht verloren." }
                    li { "Vor dem Ende der Sitzung warnt die Seite; sie lässt sich mit einem Tastendruck verlängern." }
                    li { "Schriftgröße, dunkle Darstellung und erhöhter Kontrast folgen den Einstellungen des Geräts." }
                }
                h2 { "Bekannte Einschränkungen" }
                p { "Breite Tabellen müssen in schmalen Fenstern waagerecht verschoben werden. Heruntergeladene CSV-Dateien haben keine Auszeichnung für Hilfsmittel; dieselben Angaben stehen auf den Seiten." }
                h2 { "Barrieren melden" }
                p { "Bitte teilen Sie uns Barrieren mit. Zuständige Stelle: " strong { "Verwaltung Ihrer Einrichtung" } ". Nennen Sie möglichst die Seite und was nicht ging. Sie erhalten innerhalb eines Monats eine Antwort." }
                h2 { "Durchsetzungsstelle" }
                p { "Ist die Antwort nicht zufriedenstellend, können Sie sich an die Durchsetzungsstelle beim Beauftragten der Sächsischen Staatsregierung für die Belange von Menschen mit Behinderungen wenden. Das Verfahren ist kostenlos." }
                p.muted { "Diese Erklärung gehört zur Version " (env!("CARGO_PKG_VERSION")) " der Anwendung." }
            }
        },
    )
}

/// What is stored, why, how long, and what rights people have.
pub(super) fn privacy_notice(frame: &Frame) -> Markup {
    page(
        frame,
        "Datenschutzhinweise",
        html! {
            div.prose {
                h2 { "Wozu Geleit Daten verarbeitet" }
                p { "Geleit verwaltet Maßnahmen der Extremismusprävention und des Gewaltabbaus in Justizvollzug und Bewährungshilfe: wer teilnimmt, wann Sitzungen stattfinden, wer Zutritt hat, und geprüfte Zahlen für Berichte. Verantwortlich ist die Behörde, die Geleit betreibt. Zuständige Stelle für Fragen: " strong { "Verwaltung Ihrer Einrichtung" } " oder deren Datenschutzbeauftragte." }
                p { "Rechtsgrundlagen sind die Vollzugsgesetze des Freistaates Sachsen und das Sächsische Datenschutz-Umsetzungsgesetz (SächsDSUG), das die Richtlinie (EU) 2016/680 umsetzt." }
                h2 { "Welche Daten gespeichert werden" }
                ul {
                    li { "Zu Teilnehmenden: Name, Geburtsdatum, Geschlecht, Nummern der Einrichtung, Unterbringung oder Zuständigkeit, Teilnahmen, Anwesenheit, Tag und Dauer von Gesprächen. Keine Inhalte von Gesprächen, keine Straftaten, keine Angaben zur Gesinnung." }
                    li { "Zu externen Fachkräften: Name, Träger, Aufgabe, dienstlicher Kontakt, Wohnort, Qualifikationen, Sprachen, Zeiten und Tage der Abwesenheit ohne Grund, Zugangsfreigaben, Ergebnis und Gültigkeit von Überprüfungen. Kein Inhalt von Überprüfungen." }
                    li { "Zu Beschäftigten: Konto, Rolle, Anmeldungen." }
                }
                h2 { "Protokoll" }
                p { "Jede Abfrage, Änderung und Weitergabe von Daten einer Person wird protokolliert (§ 32 SächsDSUG): Zeitpunkt, Stelle, Vorgang, betroffene Personen. Das Protokoll dient der Prüfung der Rechtmäßigkeit, der Eigenüberwachung und der Sicherheit, nicht der Kontrolle von Leistung. Es wird nach zwölf Monaten gelöscht." }
                h2 { "Wer Daten erhält" }
                p { "Jede Rolle sieht nur, was sie für ihre Aufgabe braucht. Externe Fachkräfte sehen Personen nur, solange eine Zugangsfreigabe gilt. Die KORA erhält ausschließlich veröffentlichte Zahlen, in denen kleine Werte geheim gehalten werden. Geleit sendet nichts an andere Server." }
                h2 { "Ihre Rechte" }
                p { "Betroffene Personen können Auskunft, Berichtigung, Löschung oder Einschränkung verlangen und sich bei der Sächsischen Datenschutz- und Transparenzbeauftragten beschweren. Die Auskunft umfasst auch, welche Stellen wann Daten abgefragt haben." }
                h2 { "Cookies" }
                p { "Geleit setzt nur Cookies, die für Anmeldung und Formulare nötig sind. Sie enden mit der Sitzung." }
            }
        },
    )
}
