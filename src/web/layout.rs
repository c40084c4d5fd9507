//! The frame around every page: head, skip link, header, navigation, notice, heading, footer and session dialog.
//!
//! The frame prints the one `h1` of a page (the title); the content begins below it. Nothing here writes inline style
//! or script, so the pages work under `style-src 'self'; script-src 'self'` with Trusted Types.

use maud::{DOCTYPE, Markup, html};

use super::assets;
use super::parts::{Tone, crumbs, notice};

/// Who is signed in, as shown at the top right.
#[derive(Clone, Debug)]
pub struct UserLine {
    /// Name of the person, "S. Muster".
    pub name: String,
    /// German name of the role, "Sozialdienst".
    pub role: String,
    /// Facility, office or organisation the person works for.
    pub place: Option<String>,
}

/// One link of the main navigation.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// German word of the link.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Whether the page shown lies below this link.
    pub current: bool,
}

/// The one sentence that confirms the action of the page before.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Success in most cases.
    pub tone: Tone,
    /// What was done, in one sentence.
    pub text: String,
    /// Label and address of the way back, usually "Rückgängig".
    pub undo: Option<(String, String)>,
}

/// What the frame needs to know about the request; the same for every page of it.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// `None` on pages before sign-in.
    pub user: Option<UserLine>,
    /// Links the role may follow, in their fixed order: a row of areas or pages, and below it the pages of the area.
    pub nav: Vec<Vec<NavItem>>,
    /// Whether the data is made up; shows the banner "DEMO".
    pub demo: bool,
    /// Token against forged requests, put into every form and into `<meta name="csrf">`.
    pub csrf: String,
    /// Confirmation of the action before.
    pub notice: Option<Notice>,
    /// Seconds after loading when the session dialog opens; `None` shows none.
    pub session_warn_after_seconds: Option<u32>,
    /// Number of the request, printed on error pages so that the log entry can be found.
    pub request_id: String,
}

/// What differs from page to page.
#[derive(Clone, Debug, Default)]
pub struct PageOptions<'a> {
    /// Puts "Fehler: " before the title, so that screen readers say it first. Pass [`super::form::Form::has_errors`].
    pub errored: bool,
    /// Uses the whole width (registers, calendars, wide tables) instead of 80rem.
    pub wide: bool,
    /// Pages above this one, outermost first: label and address. The page itself is added without a link.
    pub crumbs: Vec<(String, String)>,
    /// Topic of `/hilfe` that explains this page.
    pub help: Option<&'a str>,
    /// Line below the heading: who or what the page is about.
    pub lead: Option<Markup>,
    /// Loads an address anew after seconds, without script. Only where the page offers to stop it (WCAG 2.2, 2.2.2).
    pub refresh: Option<(u32, &'a str)>,
    /// Loads the style sheet of charts.
    pub charts: bool,
    /// Buttons and links at the right of the heading ([`super::parts::link_button`], [`super::parts::print_button`]).
    pub tools: Option<Markup>,
}

/// A whole page with nothing special about it. Prints the title as the `h1`.
pub fn page(frame: &Frame, title: &str, content: Markup) -> Markup {
    page_with(frame, title, PageOptions::default(), content)
}

/// A whole page. Prints the title as the `h1`; the content must not bring another one.
pub fn page_with(frame: &Frame, title: &str, options: PageOptions<'_>, content: Markup) -> Markup {
    let trail = (!options.crumbs.is_empty()).then(|| crumbs(&options.crumbs, title));
    html! {
        (DOCTYPE)
        html lang="de" {
            head {
                meta charset="utf-8";
                title { @if options.errored { "Fehler: " } (title) " – Geleit" }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="csrf" content=(frame.csrf);
                @if let Some((seconds, address)) = options.refresh {
                    meta http-equiv="refresh" content={ (seconds) "; url=" (address) };
                }
                link rel="stylesheet" href=(assets::css_url());
                @if options.charts { link rel="stylesheet" href=(assets::charts_css_url()); }
                link rel="icon" type="image/svg+xml" href=(assets::icon_url());
                script defer src=(assets::js_url()) {}
            }
            body class=[options.wide.then_some("wide")] {
                a.skip href="#inhalt" { "Zum Inhalt springen" }
                (header(frame))
                main #inhalt tabindex="-1" {
                    @if let Some(trail) = trail { (trail) }
                    @if let Some(message) = &frame.notice { (confirmation(message)) }
                    div.head {
                        div {
                            h1 { (title) }
                            @if let Some(lead) = &options.lead { p.lead { (lead) } }
                        }
                        @if let Some(tools) = &options.tools { div.tools { (tools) } }
                    }
                    (content)
                }
                (footer(options.help))
                @if let Some(seconds) = frame.session_warn_after_seconds { (session_dialog(frame, seconds)) }
            }
        }
    }
}

/// A page that says why something does not work and where to go from here, with the number of the request.
/// `ways` are label and address of the links out.
pub fn error_page(
    frame: &Frame,
    status: u16,
    heading: &str,
    text: &str,
    ways: &[(&str, &str)],
) -> Markup {
    let content = html! {
        div.prose {
            p { (text) }
            @if !ways.is_empty() {
                ul.ways { @for (label, href) in ways { li { a href=(href) { (label) } } } }
            }
            p.muted {
                "Fehler " (status)
                @if !frame.request_id.is_empty() { " · Vorgangsnummer " code { (frame.request_id) } }
            }
        }
    };
    page(frame, heading, content)
}

fn header(frame: &Frame) -> Markup {
    html! {
        header.top {
            @if frame.demo {
                p.demo { strong { "DEMO" } " – alle Personen und Vorgänge sind erfunden." }
            }
            div.bar {
                a.brand href="/" {
                    svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false" {
                        path d="M4 20V10a8 8 0 0 1 16 0v10" {}
                        path d="M12 20v-9m-3 3 3-3 3 3" {}
                    }
                    "Geleit"
                }
                @if let Some(user) = &frame.user {
                    @if let Some(place) = &user.place { span.place { (place) } }
                    div.user {
                        span { span.hide { "Angemeldet: " } a href="/konto" { strong { (user.name) } } " (" (user.role) ")" }
                        form method="post" action="/abmelden" {
                            input type="hidden" name="csrf" value=(frame.csrf);
                            button.link type="submit" { "Abmelden" }
                        }
                    }
                }
            }
            @if !frame.nav.is_empty() {
                nav.main aria-label="Hauptnavigation" {
                    @for (row, items) in frame.nav.iter().enumerate() {
                        // The page itself stands in the last row; above it stands the area it lies in.
                        @let current = if row + 1 == frame.nav.len() { "page" } else { "true" };
                        ul {
                            @for item in items {
                                li { a href=(item.href) aria-current=[item.current.then_some(current)] { (item.label) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn confirmation(message: &Notice) -> Markup {
    let body = html! {
        (message.text)
        @if let Some((label, href)) = &message.undo { " " a href=(href) { (label) } }
    };
    notice(message.tone, None, body)
}

fn footer(help: Option<&str>) -> Markup {
    let help_address = help.map_or_else(
        || "/hilfe".to_owned(),
        |topic| format!("/hilfe?thema={topic}"),
    );
    html! {
        footer.foot {
            ul {
                li { a href=(help_address) { @if help.is_some() { "Hilfe zu dieser Seite" } @else { "Hilfe" } } }
                li { a href="/barrierefreiheit" { "Barrierefreiheit" } }
                li { a href="/datenschutz" { "Datenschutzhinweise" } }
                li { "Version " (env!("CARGO_PKG_VERSION")) }
            }
        }
    }
}

/// WCAG 2.2, 2.2.1: the session warns before it ends and one key press extends it.
fn session_dialog(frame: &Frame, seconds: u32) -> Markup {
    html! {
        dialog #session-dialog data-warn-after=(seconds) aria-labelledby="session-title" {
            h2 #session-title { "Ihre Sitzung endet bald" }
            p { "Sie haben längere Zeit nichts gespeichert. Ihre Eingaben auf dieser Seite bleiben stehen." }
            p.bad role="alert" hidden data-session-failed {
                "Die Sitzung konnte nicht verlängert werden. Sichern Sie wichtige Texte, zum Beispiel durch Kopieren, und melden Sie sich neu an."
            }
            div.actions {
                button type="button" data-session-extend { "Angemeldet bleiben" }
                form method="post" action="/abmelden" {
                    input type="hidden" name="csrf" value=(frame.csrf);
                    button.second type="submit" { "Abmelden" }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Frame {
        Frame {
            user: Some(UserLine {
                name: "S. Muster".to_owned(),
                role: "Sozialdienst".to_owned(),
                place: None,
            }),
            csrf: "token".to_owned(),
            request_id: "R-1".to_owned(),
            ..Frame::default()
        }
    }

    #[test]
    fn a_page_has_one_heading_and_says_errors_first() {
        let options = PageOptions {
            errored: true,
            ..PageOptions::default()
        };
        let text = page_with(&frame(), "Gruppe anlegen", options, html! {}).into_string();
        assert!(text.starts_with("<!DOCTYPE html><html lang=\"de\">"));
        assert!(text.contains("<title>Fehler: Gruppe anlegen – Geleit</title>"));
        assert_eq!(text.matches("<h1").count(), 1);
    }

    #[test]
    fn sign_out_is_a_form_with_the_token() {
        let text = page(&frame(), "Start", html! {}).into_string();
        assert!(text.contains(r#"<form method="post" action="/abmelden"><input type="hidden" name="csrf" value="token">"#));
        assert!(
            !page(&Frame::default(), "Anmelden", html! {})
                .into_string()
                .contains("/abmelden")
        );
    }

    #[test]
    fn nothing_needs_inline_style_or_script() {
        let mut frame = frame();
        frame.session_warn_after_seconds = Some(1500);
        frame.demo = true;
        let text = page(&frame, "Start", html! {}).into_string();
        assert!(
            !text.contains(" style=") && !text.contains("<style") && !text.contains(" onclick")
        );
        assert_eq!(text.matches("<script").count(), 1);
        assert!(text.contains("></script>"));
        assert!(text.contains(r#"data-warn-after="1500""#));
    }

    #[test]
    fn an_error_page_tells_the_number_of_the_request() {
        let text = error_page(
            &frame(),
            404,
            "Nicht gefunden",
            "Text",
            &[("Zum Start", "/")],
        )
        .into_string();
        assert!(text.contains("Fehler 404") && text.contains("R-1") && text.contains("Zum Start"));
    }
}
