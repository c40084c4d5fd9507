//! Pages of sign-in, own account, account administration.

pub(super) mod holder;
pub(super) mod lead;

use maud::{Markup, html};
use time::Date;

use super::store::{AccountLine, Namesake, OwnSession};
use crate::access::Role;
use crate::base::german;
use crate::base::ids::{AccountId, SessionId};
use crate::base::time::berlin_local;
use crate::facilities::AccountChoices;
use crate::web::form::Form;
use crate::web::layout::{Frame, PageOptions, page, page_with};
use crate::web::parts::{
    Column, Field, Tone, Width, actions, error_summary, hidden, link_button, notice, post_button,
    post_buttons, post_form, post_form_unguarded, print_button, radio_group, select_field,
    summary_list, table, tag, text_field,
};

fn narrow<'a>(form: &Form) -> PageOptions<'a> {
    PageOptions {
        errored: form.has_errors(),
        help: Some("anmelden"),
        ..PageOptions::default()
    }
}

/// The sign-in page; `expired`: a form arrived after its session ended.
pub fn sign_in(frame: &Frame, form: &Form, expired: bool) -> Markup {
    let body = html! {
        (error_summary(form))
        @if expired {
            (notice(Tone::Warning, Some("Ihre Anmeldung ist abgelaufen"), html! {
                "Nach der Anmeldung sind Ihre Eingaben wieder da. Bis dahin ist nichts gespeichert."
            }))
        }
        (post_form_unguarded(frame, "/anmelden", None, html! {
            (hidden("weiter", form.value("weiter")))
            @if !form.value("uebernommen").is_empty() { (hidden("uebernommen", form.value("uebernommen"))) }
            (text_field(form, &Field::text("login", "Anmeldename").required().autocomplete("username")))
            (text_field(form, &Field::password("password", "Kennwort").required().autocomplete("current-password")))
            (actions("Weiter", &[]))
        }))
        p { "Neues oder zurückgesetztes Konto? " a href="/anmelden/einrichten" { "Mit dem Einrichtungscode einrichten" } }
    };
    page_with(frame, "Anmelden", narrow(form), body)
}

/// After the password, when a form waits: on to the code with the sealed form in the body.
pub fn carry_on(frame: &Frame, sealed: &str) -> Markup {
    page(
        frame,
        "Noch der Code",
        post_form_unguarded(
            frame,
            "/anmelden/code",
            None,
            html! {
                (hidden("uebernommen", sealed))
                (hidden("nur-weiter", "1"))
                p { "Das Kennwort stimmt. Als Nächstes wird der Code der zweiten Anmeldestufe abgefragt." }
                (actions("Weiter zum Code", &[]))
            },
        ),
    )
}

/// After the code, when a form waits.
pub fn give_back(frame: &Frame, sealed: &str) -> Markup {
    page(
        frame,
        "Angemeldet",
        post_form_unguarded(
            frame,
            "/weiter",
            None,
            html! {
                (hidden("uebernommen", sealed))
                p { "Sie sind angemeldet. Ihre Eingaben von vorhin warten." }
                (actions("Eingaben ansehen", &[("Verwerfen und zur Startseite", "/")]))
            },
        ),
    )
}

/// The code that a device would show; only the demo knows one.
pub fn shown_code(code: Option<&str>) -> Markup {
    html! {
        @if let Some(code) = code {
            (notice(Tone::Info, None, html! {
                "Demo: Der Code dieses Kontos lautet " strong data-demo-code { (code) } ". Im Echtbetrieb zeigt ihn nur Ihr Gerät."
            }))
        }
    }
}

/// The second step; `demo_code` is shown only with made-up data.
pub fn code(frame: &Frame, form: &Form, demo_code: Option<&str>) -> Markup {
    let body = html! {
        (error_summary(form))
        (shown_code(demo_code))
        (post_form_unguarded(frame, "/anmelden/code", None, html! {
            (hidden("weiter", form.value("weiter")))
            @if !form.value("uebernommen").is_empty() { (hidden("uebernommen", form.value("uebernommen"))) }
            (text_field(form, &Field::one_time_code("code", "Code der zweiten Anmeldestufe").required()
                .hint("Sechs Ziffern aus der Authentifizierungs-App oder vom Codegerät; ersatzweise ein Wiederherstellungscode.")))
            (actions("Anmelden", &[("Abbrechen", "/anmelden")]))
        }))
    };
    page_with(frame, "Zweite Anmeldestufe", narrow(form), body)
}

/// Setting up the second factor.
pub fn enrol_second_factor(frame: &Frame, form: &Form, secret: &str, sealed: &str) -> Markup {
    let body = html! {
        (error_summary(form))
        p { "Die zweite Anmeldestufe schützt das Konto, auch wenn jemand das Kennwort kennt. Geben Sie dieses Geheimnis in Ihre Authentifizierungs-App oder Ihr Codegerät ein (zeitbasiert, SHA-1, 6 Ziffern, 30 Sekunden):" }
        p { strong { code { (secret) } } }
        (post_form_unguarded(frame, "/anmelden/code", None, html! {
            (hidden("siegel", sealed))
            (text_field(form, &Field::one_time_code("code", "Code, den das Gerät jetzt zeigt").required()))
            (actions("Einrichtung abschließen", &[("Abbrechen", "/anmelden")]))
        }))
    };
    page_with(frame, "Zweite Anmeldestufe einrichten", narrow(form), body)
}

/// Recovery codes, shown once.
pub fn recovery_codes(frame: &Frame, codes: &[String]) -> Markup {
    let options = PageOptions {
        tools: Some(print_button("Drucken")),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Wiederherstellungscodes",
        options,
        html! {
            p { "Mit je einem dieser Codes kommen Sie ohne Ihr Gerät in das Konto. Jeder gilt einmal. Sie werden nur jetzt gezeigt: bitte ausdrucken und verschlossen aufbewahren." }
            ul { @for code in codes { li { code { (code) } } } }
            p { (link_button("Weiter zur Startseite", "/", true)) }
        },
    )
}

/// Setting up an account with its one-time code.
pub fn set_up(frame: &Frame, form: &Form) -> Markup {
    let body = html! {
        (error_summary(form))
        (post_form_unguarded(frame, "/anmelden/einrichten", None, html! {
            (text_field(form, &Field::text("login", "Anmeldename").required().autocomplete("username")))
            (text_field(form, &Field::text("setup_code", "Einrichtungscode").required().hint("Von der Verwaltung, zum Beispiel ABCD-EFGH-JKLM-NPQR; gilt 24 Stunden.")))
            (text_field(form, &Field::password("password", "Neues Kennwort").required().autocomplete("new-password")
                .hint("Mindestens 14 Zeichen, zum Beispiel ein Satz aus vier oder fünf Wörtern ohne Bezug zur Arbeit.")))
            (text_field(form, &Field::password("password_again", "Neues Kennwort noch einmal").required().autocomplete("new-password")))
            (actions("Weiter", &[("Zur Anmeldung", "/anmelden")]))
        }))
    };
    page_with(frame, "Konto einrichten", narrow(form), body)
}

/// One's own account.
pub fn own(
    frame: &Frame,
    sessions: &[OwnSession],
    current: SessionId,
    codes: i64,
    others: &[Namesake],
) -> Markup {
    let rows = sessions
        .iter()
        .map(|session| {
            vec![
                html! { (session.client) },
                html! { (german::date_time(berlin_local(session.created_at))) },
                html! { (german::date_time(berlin_local(session.last_seen_at))) },
                if session.id == current {
                    tag(Tone::Success, "diese Anmeldung")
                } else {
                    post_button(
                        frame,
                        &format!("/konto/sitzungen/{}/beenden", session.id),
                        None,
                        "Beenden",
                    )
                },
            ]
        })
        .collect();
    let user = frame.user.as_ref();
    page(
        frame,
        "Mein Konto",
        html! {
            @if let Some(user) = user {
                (summary_list(&[
                    ("Name", html! { (user.name) }),
                    ("Rolle", html! { (user.role) }),
                    ("Stelle", html! { (user.place.as_deref().unwrap_or("–")) }),
                    ("Weitere Konten von Ihnen", html! { @if others.is_empty() { "keine" } @else { (others.iter().map(account_of).collect::<Vec<_>>().join("; ")) } }),
                    ("Wiederherstellungscodes", html! { (german::plural(codes.unsigned_abs(), "Code", "Codes")) " übrig" }),
                ]))
            }
            h2 { "Angemeldete Browser" }
            (table("Angemeldete Browser", &[Column::text("Browser"), Column::text("Angemeldet"), Column::text("Zuletzt gesehen"), Column::text("Beenden")], rows))
            h2 { "Neue Wiederherstellungscodes" }
            p { "Die bisherigen Codes gelten dann nicht mehr." }
            (post_button(frame, "/konto/wiederherstellung", None, "Neue Codes ausstellen"))
        },
    )
}

/// The account list.
pub fn list(frame: &Frame, accounts: &[AccountLine], own: AccountId, today: Date) -> Markup {
    let rows = accounts
        .iter()
        .map(|account| {
            let role = account.role.parse::<Role>().map_or_else(|_| account.role.clone(), |role| role.label().to_owned());
            vec![
                html! { (account.login) },
                html! {
                    (account.name)
                    @let same = same_person(account, accounts);
                    @if !same.is_empty() { br; span.muted { "dieselbe Person wie " (same.join(", ")) } }
                },
                html! { (role) @if account.lead { " " (tag(Tone::Info, "Leitung")) } },
                html! { (account.place.as_deref().unwrap_or("–")) },
                if account.disabled_at.is_some() {
                    tag(Tone::Danger, "gesperrt")
                } else if account.left(today) {
                    tag(Tone::Neutral, "ausgeschieden")
                } else if account.ready {
                    tag(Tone::Success, "eingerichtet")
                } else {
                    tag(Tone::Warning, "wartet auf Einrichtung")
                },
                html! {
                    @if account.id == own { "eigenes Konto" }
                    @else {
                        @let way = |verb: &str| format!("/konten/{}/{verb}", account.id);
                        @if account.disabled_at.is_some() {
                            (post_buttons(frame, &[(&way("zuruecksetzen"), "Zurücksetzen"), (&way("entsperren"), "Entsperren")]))
                        } @else {
                            (post_buttons(frame, &[(&way("zuruecksetzen"), "Zurücksetzen"), (&way("sperren"), "Sperren")]))
                        }
                        " "
                        a.button.second href={ "/konten/" (account.id) "/person" } { "Person" span.hide { " hinter " (account.login) } }
                        @if account.can_lead() { " " a.button.second href={ "/konten/" (account.id) "/leitung" } { "Leitung" span.hide { ": " (account.login) } } }
                    }
                },
            ]
        })
        .collect();
    let head = ["Anmeldename", "Name", "Rolle", "Stelle", "Stand", "Aktion"].map(Column::text);
    let options = PageOptions {
        wide: true,
        tools: Some(link_button("Konto anlegen", "/konten/neu", true)),
        help: Some("konten"),
        ..PageOptions::default()
    };
    page_with(frame, "Konten", options, table("Konten", &head, rows))
}

/// The sign-in names of the other accounts of the same human.
fn same_person<'a>(account: &AccountLine, all: &'a [AccountLine]) -> Vec<&'a str> {
    all.iter()
        .filter(|other| other.holder == account.holder && other.id != account.id)
        .map(|other| other.login.as_str())
        .collect()
}

/// An account in one line: sign-in name, role and place.
fn account_of(account: &Namesake) -> String {
    let role = account
        .role
        .parse::<Role>()
        .map_or_else(|_| account.role.clone(), |role| role.label().to_owned());
    match &account.place {
        Some(place) => format!("{} ({role}, {place})", account.login),
        None => format!("{} ({role})", account.login),
    }
}

/// The question whose account it is; asked when there are accounts of the same name.
fn whose(form: &Form, namesakes: &[Namesake]) -> Markup {
    let mut people: Vec<(String, String)> = Vec::new();
    for known in namesakes {
        let holder = known.holder.to_string();
        match people.iter_mut().find(|(id, _)| *id == holder) {
            Some((_, label)) => label.push_str(&format!(", {}", account_of(known))),
            None => people.push((holder, format!("dieselbe Person wie {}", account_of(known)))),
        }
    }
    let mut options: Vec<(&str, &str, Option<&str>)> = people
        .iter()
        .map(|(id, label)| (id.as_str(), label.as_str(), None))
        .collect();
    options.push((
        "another",
        "eine andere Person",
        Some("Trägt nur zufällig denselben Namen."),
    ));
    radio_group(form, "person", "Wessen Konto ist das?", &options)
}

/// The form for a new account; `namesakes` are the accounts of the same name that were found.
pub fn create(
    frame: &Frame,
    form: &Form,
    choices: &AccountChoices,
    namesakes: &[Namesake],
    token: &str,
) -> Markup {
    let roles: Vec<(&str, &str)> = Role::ALL
        .iter()
        .map(|role| (role.code(), role.label()))
        .collect();
    fn refs(list: &[(String, String)]) -> Vec<(&str, &str)> {
        list.iter()
            .map(|(id, name)| (id.as_str(), name.as_str()))
            .collect()
    }
    let (facilities, providers, staff) = (
        refs(&choices.facilities),
        refs(&choices.providers),
        refs(&choices.staff),
    );
    let options = PageOptions {
        errored: form.has_errors(),
        crumbs: vec![("Konten".into(), "/konten".into())],
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Konto anlegen",
        options,
        html! {
            (error_summary(form))
            (post_form(frame, "/konten/neu", Some(token), html! {
                (text_field(form, &Field::text("login", "Anmeldename").required().hint("Buchstaben ohne Umlaute, Ziffern, Punkt, Bindestrich; zum Beispiel s.muster")))
                (text_field(form, &Field::text("name", "Name, wie er im Verlauf steht").required()))
                @if !namesakes.is_empty() { (whose(form, namesakes)) }
                (text_field(form, &Field::text("same_login", "Anmeldename eines Kontos, das dieselbe Person schon hat")
                    .hint("Wer zwei Konten hat, zählt bei vier Augen als eine Person.")))
                (select_field(form, &Field::text("role", "Rolle").required(), &roles, Some("Bitte wählen")))
                (select_field(form, &Field::text("facility", "Einrichtung").hint("Für Sozialdienst, Bewährungshilfe, Zugang und Pforte").width(Width::Full), &facilities, Some("keine")))
                (select_field(form, &Field::text("provider", "Träger").hint("Für die Trägerkoordination").width(Width::Full), &providers, Some("keiner")))
                (select_field(form, &Field::text("staff", "Externe Fachkraft").hint("Für Training und Beratung; für die Koordination, wenn sie selbst als Fachkraft gemeldet ist").width(Width::Full), &staff, Some("keine")))
                (actions("Konto anlegen", &[("Abbrechen", "/konten")]))
            }))
        },
    )
}

/// The one-time code of a new or reset account, shown once.
pub fn setup_code(frame: &Frame, login: &str, code: &str) -> Markup {
    let options = PageOptions {
        crumbs: vec![("Konten".into(), "/konten".into())],
        tools: Some(print_button("Drucken")),
        ..PageOptions::default()
    };
    page_with(
        frame,
        "Einrichtungscode",
        options,
        html! {
            p { "Bitte der Person persönlich oder auf Papier geben. Der Code wird nur jetzt gezeigt und gilt 24 Stunden." }
            (summary_list(&[
                ("Anmeldename", html! { (login) }),
                ("Einrichtungscode", html! { strong { code { (code) } } }),
                ("Einrichten unter", html! { "/anmelden/einrichten" }),
            ]))
            p { a href="/konten" { "Zurück zu den Konten" } }
        },
    )
}
