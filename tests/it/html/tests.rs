//! Each check is shown to fire, and a page that uses everything is shown to pass.

use super::{MAX_BYTES, problems};

/// A page of the product in small, with every element the checks look at.
const SOUND: &str = concat!(
    r##"<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>Gruppen</title>"##,
    r##"<link rel="stylesheet" href="/assets/app.css"><script src="/assets/app.js" defer></script>"##,
    r##"</head><body><a href="#inhalt">Zum Inhalt</a><main id="inhalt"><h1>Gruppen</h1><h2>Neu</h2>"##,
    r##"<h3>Termin</h3><h2>Liste</h2><form method="post" action="/gruppen">"##,
    r##"<input type="hidden" name="csrf" value="abc"><label for="name">Name</label>"##,
    r##"<input id="name" name="name" aria-describedby="name-hint"><p id="name-hint">Kurz</p>"##,
    r##"<label>Ort <select name="ort"><option value="1">Raum 1</option></select></label>"##,
    r##"<textarea name="text" aria-label="Notiz"></textarea><button type="submit">Speichern</button>"##,
    r##"</form><form action="/suche"><label for="q">Suche</label><input id="q" name="q">"##,
    r##"<input type="submit" value="Suchen"></form><table><caption>Sitzungen</caption><thead><tr>"##,
    r##"<th scope="col">Tag</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"##,
    r##"<svg role="img"><title>Verlauf</title><g><rect width="1" height="2"><title>1</title></rect>"##,
    r##"<path d="M0 0"></path></g></svg><button type="button" aria-label="Schließen">"##,
    r##"<svg aria-hidden="true"><path d="M0 0"></path></svg></button><img src="/a.png" alt="">"##,
    r##"<a href="mailto:a@example.org">Mail</a><a href="/a?b=12:30">Seite</a></main></body></html>"##,
);

/// The problems of the sound page after `from` was replaced by `to`.
fn after(from: &str, to: &str) -> Vec<String> {
    assert!(SOUND.contains(from), "{from:?} is not in the page");
    problems(&SOUND.replacen(from, to, 1))
}

/// Asserts that the change brings up exactly this one problem.
#[track_caller]
fn assert_only(from: &str, to: &str, expected: &str) {
    assert_eq!(after(from, to), [expected], "after {from:?} -> {to:?}");
}

/// Asserts that the body part, put into the sound page, brings up exactly this problem.
#[track_caller]
fn assert_added(part: &str, expected: &str) {
    assert_only("</main>", &format!("{part}</main>"), expected);
}

#[test]
fn a_sound_page_has_no_problem() {
    assert_eq!(problems(SOUND), [""; 0]);
}

#[test]
fn parse_errors_are_reported() {
    assert_added(
        "</span>",
        "parse: Found special tag while closing generic tag",
    );
    assert_added("<p>a<p>b</p></p>", "parse: No <p> tag to close");
    assert!(after("<!DOCTYPE html>", "").contains(&"parse: no <!DOCTYPE html>".to_owned()));
}

#[test]
fn ids_are_unique_and_well_formed() {
    assert_added(r#"<p id="name">x</p>"#, r#"id: "name" is used twice"#);
    assert_added(
        r#"<p id="a b">x</p>"#,
        r#"id: "a b" is empty or has a space"#,
    );
    assert_added(r#"<p id="">x</p>"#, r#"id: "" is empty or has a space"#);
}

#[test]
fn references_find_their_element() {
    for name in [
        "aria-describedby",
        "aria-labelledby",
        "aria-controls",
        "aria-errormessage",
        "aria-owns",
        "aria-details",
        "headers",
        "form",
    ] {
        assert_added(
            &format!(r#"<p {name}="inhalt fehlt">x</p>"#),
            &format!(r#"reference: {name}="fehlt" of <p> points nowhere"#),
        );
    }
    assert_added(
        r#"<label for="fehlt">x</label>"#,
        r#"reference: for="fehlt" of <label> points nowhere"#,
    );
    assert_added(
        r##"<a href="#fehlt">x</a>"##,
        r##"reference: href="#fehlt" points nowhere"##,
    );
    assert_added(
        r##"<a href="#">x</a>"##,
        r##"reference: href="#" points nowhere"##,
    );
}

#[test]
fn fields_have_labels() {
    for field in [
        r#"<input name="x">"#,
        r#"<input name="x" placeholder="Name" title="Name">"#,
        r#"<label><input name="x"></label>"#,
        r#"<label> <span aria-hidden="true">*</span><input name="x"></label>"#,
        r#"<input name="x" aria-label=" ">"#,
        r#"<input name="x" aria-labelledby="leer"><p id="leer"></p>"#,
        r#"<label for="x"></label><input name="x" id="x">"#,
    ] {
        let found = after("</main>", &format!("{field}</main>"));
        assert_eq!(found.len(), 1, "{field}: {found:?}");
        assert!(found[0].starts_with("label: <input"), "{field}: {found:?}");
    }
    assert_added(
        r#"<label><select name="x"><option>1</option></select></label>"#,
        r#"label: <select name="x"> has none"#,
    );
    assert_added(
        r#"<textarea name="x">1</textarea>"#,
        r#"label: <textarea name="x"> has none"#,
    );
    assert_added(
        r#"<input type="radio" name="x">"#,
        r#"label: <input type="radio" name="x"> has none"#,
    );
}

#[test]
fn buttons_and_links_have_type_and_name() {
    assert_only(
        r#"<button type="submit">"#,
        "<button>",
        "button: <button> has no type",
    );
    assert_only(
        r#" aria-label="Schließen""#,
        "",
        r#"button: <button type="button"> has no text"#,
    );
    assert_only(
        r#" value="Suchen""#,
        "",
        r#"button: <input type="submit"> has no text"#,
    );
    assert_added(
        r#"<a href="/x"><img src="/a.png" alt=""></a>"#,
        r#"link: <a href="/x"> has no text"#,
    );
}

#[test]
fn headings_are_in_order() {
    assert_only(
        "<h1>Gruppen</h1>",
        "<p>x</p>",
        "heading: 0 <h1> instead of one",
    );
    assert_added("<h1>Noch eine</h1>", "heading: 2 <h1> instead of one");
    assert_only(
        "<h2>Neu</h2>",
        "<p>Neu</p>",
        r#"heading: <h3> "Termin" follows <h1>"#,
    );
    assert_added("<h2> </h2>", "heading: empty <h2>");
}

#[test]
fn nothing_is_inline() {
    assert_added(
        r#"<p style="color:red">x</p>"#,
        "inline: attribute style of <p>",
    );
    assert_added(
        r#"<p onclick="x()">x</p>"#,
        "inline: attribute onclick of <p>",
    );
    assert_added("<script>x()</script>", "inline: <script> without src");
    assert_only("</head>", "<style>p{}</style></head>", "inline: <style>");
}

#[test]
fn no_address_leaves_the_server() {
    for address in [
        "http://example.org/",
        "https://example.org/",
        "HTTPS://example.org/",
        "//example.org/a",
        r"\\example.org",
        " \t//example.org",
        "java\nscript:alert(1)",
        "data:text/html,x",
    ] {
        assert_added(
            &format!(r#"<a href="{address}">x</a>"#),
            &format!(r#"address: href={address:?} of <a href={address:?}> leaves the server"#),
        );
    }
    assert_only(
        r#"src="/a.png""#,
        r#"src="//example.org/a.png""#,
        r#"address: src="//example.org/a.png" of <img> leaves the server"#,
    );
    assert_only(
        r#"<form action="/suche">"#,
        r#"<form action="https://example.org">"#,
        concat!(
            r#"address: action="https://example.org" of "#,
            r#"<form action="https://example.org"> leaves the server"#
        ),
    );
    assert_only(
        r#"<img src="/a.png""#,
        r#"<img src="/a.png" srcset="/b.png 1x, https://example.org/c.png 2x""#,
        concat!(
            r#"address: srcset="/b.png 1x, https://example.org/c.png 2x" of "#,
            "<img> leaves the server"
        ),
    );
    assert_only(
        "</head>",
        r#"<meta http-equiv="refresh" content="3; url=https://example.org"></head>"#,
        r#"address: content="3; url=https://example.org" of <meta> leaves the server"#,
    );
    assert_only(
        "<g>",
        r#"<g><use xlink:href="https://example.org/a.svg"></use>"#,
        r#"address: href="https://example.org/a.svg" of <use> leaves the server"#,
    );
    assert_only(
        "</head>",
        r#"<base href="/x"></head>"#,
        "address: <base> changes every address",
    );
}

#[test]
fn pictures_have_an_alternative() {
    assert_only(r#" alt="""#, "", "alt: <img> has no alternative text");
    assert_added(
        r#"<input type="image" src="/a.png">"#,
        r#"alt: <input type="image"> has no alternative text"#,
    );
}

#[test]
fn tables_have_caption_and_scope() {
    assert_only(
        "<caption>Sitzungen</caption>",
        "",
        "table: <table> has no caption",
    );
    assert_only(
        r#"<th scope="col">"#,
        "<th>",
        r#"table: <th> "Tag" has no scope"#,
    );
    assert_only(
        r#"<th scope="col">Tag</th>"#,
        "<td>Tag</td>",
        "table: <table> has no <th>",
    );
}

#[test]
fn drawings_are_drawn_and_named() {
    // What maud makes of `rect width="1";`: the tag stays open and swallows the rest.
    let found = after("</rect>", "");
    assert!(
        found.contains(&"svg: <path> inside <rect> is not drawn".to_owned()),
        "{found:?}"
    );
    assert_only(
        "</rect>",
        "<circle></circle></rect>",
        "svg: <circle> inside <rect> is not drawn",
    );
    assert_only("<title>Verlauf</title>", "", "svg: <svg> has no title");
    assert_only(
        r#"<svg role="img">"#,
        "<svg>",
        r#"svg: <svg> has no role="img""#,
    );
    assert_added(
        r#"<svg role="img"><title>Leer</title><g></g></svg>"#,
        "svg: <svg> draws nothing",
    );
}

#[test]
fn language_and_title_are_given() {
    assert_only(r#" lang="de""#, "", "lang: <html> has no lang attribute");
    // The title inside the drawing does not stand in for it.
    assert_only("<title>Gruppen</title>", "", "title: the page has no title");
}

#[test]
fn forms_that_change_something_carry_the_token() {
    let expected = r#"csrf: <form action="/gruppen"> has no token"#;
    assert_only(
        r#"<input type="hidden" name="csrf" value="abc">"#,
        "",
        expected,
    );
    assert_only(r#"value="abc""#, r#"value="""#, expected);
    assert_only(
        r#" method="post""#,
        "",
        r#"csrf: <form action="/gruppen"> shows its token in the address"#,
    );
}

#[test]
fn heavy_pages_are_reported() {
    let room = MAX_BYTES - SOUND.len() - "<p></p>".len();
    let fill = |n: usize| after("</main>", &format!("<p>{}</p></main>", "x".repeat(n)));
    assert_eq!(fill(room), [""; 0]);
    assert_eq!(
        fill(room + 1),
        [format!(
            "weight: {} bytes of HTML, at most {MAX_BYTES} are allowed",
            MAX_BYTES + 1
        )]
    );
}
