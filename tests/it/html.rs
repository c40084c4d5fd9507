//! A checker for the HTML of every page: what a parser, a screen reader and the
//! content security policy would complain about, found without a browser.
//!
//! Sources: HTML Living Standard (parse errors, ids, labels, tables), WCAG 2.2
//! (1.1.1, 1.3.1, 2.4.6, 3.1.1, 4.1.2) and the policy of this product: no inline
//! style or script, no address outside the own server, a token in every form that
//! changes something, pages that stay small.
//!
//! No parse error of html5ever is filtered out. Tried on what the pages use (inline
//! SVG, forms in table cells, `details`, `dialog`, `search`, `popover`, `noscript`,
//! `template`, line breaks after `</html>`) it reports none on valid markup.

use std::collections::{HashMap, HashSet};

use element::{ancestors, describe, is_blank, is_hidden, leaves_the_server, parent_tag, tag, text};
use scraper::{ElementRef, Html};

mod element;
#[cfg(test)]
mod tests;

/// Name of the hidden field with the anti-forgery token.
pub const CSRF_FIELD: &str = "csrf";

/// Largest page in bytes of HTML before compression. A page above it is slow over
/// the lines of small offices and a sign that a list lacks paging.
pub const MAX_BYTES: usize = 24 * 1024;

/// SVG elements that draw. Inside them only [`SVG_INSIDE_SHAPE`] may stand: a maud
/// element closed with `;` swallows its neighbours, which then are not drawn.
const SVG_SHAPES: [&str; 9] = [
    "circle", "ellipse", "image", "line", "path", "polygon", "polyline", "rect", "use",
];
const SVG_INSIDE_SHAPE: [&str; 7] = [
    "animate",
    "animateMotion",
    "animateTransform",
    "desc",
    "metadata",
    "set",
    "title",
];

/// Attributes that hold the id of another element, or several.
const ID_REFERENCES: [&str; 13] = [
    "for",
    "form",
    "list",
    "headers",
    "popovertarget",
    "aria-activedescendant",
    "aria-controls",
    "aria-describedby",
    "aria-details",
    "aria-errormessage",
    "aria-flowto",
    "aria-labelledby",
    "aria-owns",
];

/// Attributes that hold an address the browser may load or go to.
const ADDRESSES: [&str; 11] = [
    "action",
    "background",
    "cite",
    "data",
    "formaction",
    "href",
    "manifest",
    "ping",
    "poster",
    "src",
    "srcset",
];

/// All problems of one page, in words; empty when the page is sound.
///
/// Every entry starts with the kind of the problem and a colon (`label: …`), so that
/// a test can tell them apart.
pub fn problems(html: &str) -> Vec<String> {
    let document = Html::parse_document(html);
    let page = Page::of(&document);
    let mut found: Vec<String> = document
        .errors
        .iter()
        .map(|error| format!("parse: {error}"))
        .collect();
    if !document
        .tree
        .root()
        .children()
        .any(|n| n.value().is_doctype())
    {
        found.push("parse: no <!DOCTYPE html>".to_owned());
    }
    if html.len() > MAX_BYTES {
        found.push(format!(
            "weight: {} bytes of HTML, at most {MAX_BYTES} are allowed",
            html.len()
        ));
    }
    page.ids(&mut found);
    page.language_and_title(&mut found);
    page.headings(&mut found);
    for element in &page.elements {
        page.policy(*element, &mut found);
        page.names(*element, &mut found);
        page.table(*element, &mut found);
        page.drawing(*element, &mut found);
        page.form(*element, &mut found);
    }
    found
}

/// The elements of a page and what several checks look up in it.
struct Page<'a> {
    /// All elements in document order.
    elements: Vec<ElementRef<'a>>,
    /// The first element of each id.
    by_id: HashMap<&'a str, ElementRef<'a>>,
    /// Ids of the fields that a `label for` with text points to.
    labelled: HashSet<&'a str>,
}

impl<'a> Page<'a> {
    fn of(document: &'a Html) -> Self {
        let elements: Vec<_> = document.root_element().descendent_elements().collect();
        let mut by_id = HashMap::new();
        let mut labelled = HashSet::new();
        for element in &elements {
            if let Some(id) = element.attr("id") {
                by_id.entry(id).or_insert(*element);
            }
            if tag(*element) == "label"
                && let Some(target) = element.attr("for")
                && !text(*element).is_empty()
            {
                labelled.insert(target);
            }
        }
        Self {
            elements,
            by_id,
            labelled,
        }
    }

    /// Ids are unique, and every reference to one finds its element.
    fn ids(&self, found: &mut Vec<String>) {
        let mut seen = HashSet::new();
        for element in &self.elements {
            if let Some(id) = element.attr("id") {
                if id.is_empty() || id.contains(char::is_whitespace) {
                    found.push(format!("id: {id:?} is empty or has a space"));
                }
                if !seen.insert(id) {
                    found.push(format!("id: {id:?} is used twice"));
                }
            }
            for name in ID_REFERENCES {
                let value = element.attr(name).unwrap_or_default();
                for target in value.split_ascii_whitespace() {
                    if !self.by_id.contains_key(target) {
                        found.push(format!(
                            "reference: {name}={target:?} of {} points nowhere",
                            describe(*element)
                        ));
                    }
                }
            }
            if let Some(target) = element.attr("href").and_then(|href| href.strip_prefix('#'))
                && !self.by_id.contains_key(target)
            {
                found.push(format!("reference: href=\"#{target}\" points nowhere"));
            }
        }
    }

    fn language_and_title(&self, found: &mut Vec<String>) {
        let root = self.elements.iter().find(|e| tag(**e) == "html");
        if is_blank(root.and_then(|html| html.attr("lang"))) {
            found.push("lang: <html> has no lang attribute".to_owned());
        }
        // The title of an SVG drawing does not count: it names the drawing.
        let has_title = self
            .elements
            .iter()
            .any(|e| tag(*e) == "title" && parent_tag(*e) == Some("head") && !text(*e).is_empty());
        if !has_title {
            found.push("title: the page has no title".to_owned());
        }
    }

    /// Exactly one `h1`, no empty heading, and no level left out on the way down.
    fn headings(&self, found: &mut Vec<String>) {
        let mut previous: Option<u8> = None;
        let mut first_level = 0;
        for element in &self.elements {
            let level = match tag(*element) {
                "h1" => 1,
                "h2" => 2,
                "h3" => 3,
                "h4" => 4,
                "h5" => 5,
                "h6" => 6,
                _ => continue,
            };
            first_level += usize::from(level == 1);
            if text(*element).is_empty() {
                found.push(format!("heading: empty <h{level}>"));
            }
            if let Some(previous) = previous.filter(|previous| level > previous + 1) {
                found.push(format!(
                    "heading: <h{level}> {:?} follows <h{previous}>",
                    text(*element)
                ));
            }
            previous = Some(level);
        }
        if first_level != 1 {
            found.push(format!("heading: {first_level} <h1> instead of one"));
        }
    }

    /// What the content security policy forbids: inline style and script, and any
    /// address outside this server.
    fn policy(&self, element: ElementRef<'a>, found: &mut Vec<String>) {
        let here = describe(element);
        match tag(element) {
            "style" => found.push("inline: <style>".to_owned()),
            "script" if element.attr("src").is_none() => {
                found.push("inline: <script> without src".to_owned());
            }
            "base" => found.push("address: <base> changes every address".to_owned()),
            _ => {}
        }
        // Attributes of SVG carry a namespace (`xlink:href`); the local name is compared.
        for (name, value) in element.value().attrs() {
            if name == "style" || name.starts_with("on") {
                found.push(format!("inline: attribute {name} of {here}"));
            }
            let is_outside = match name {
                "srcset" => value.split(',').any(leaves_the_server),
                "content" if element.attr("http-equiv").is_some() => {
                    let (_, target) = value.split_once('=').unwrap_or_default();
                    leaves_the_server(target)
                }
                _ => ADDRESSES.contains(&name) && leaves_the_server(value),
            };
            if is_outside {
                found.push(format!(
                    "address: {name}={value:?} of {here} leaves the server"
                ));
            }
        }
    }

    /// Fields have a label; buttons a type and a name; links and pictures a name.
    fn names(&self, element: ElementRef<'a>, found: &mut Vec<String>) {
        let here = describe(element);
        let kind = element.attr("type").unwrap_or_default();
        match tag(element) {
            "input" if kind == "hidden" => {}
            "input" if ["submit", "button", "reset"].contains(&kind) => {
                let problem = || format!("button: {here} has no text");
                found.extend(is_blank(element.attr("value")).then(problem));
            }
            "input" if kind == "image" => {
                let problem = || format!("alt: {here} has no alternative text");
                found.extend(is_blank(element.attr("alt")).then(problem));
            }
            "input" | "select" | "textarea" => {
                let is_pointed_at = element
                    .attr("id")
                    .is_some_and(|id| self.labelled.contains(id));
                let is_inside = ancestors(element)
                    .any(|outer| tag(outer) == "label" && !text(outer).is_empty());
                if !is_pointed_at && !is_inside && !self.has_aria_name(element) {
                    found.push(format!("label: {here} has none"));
                }
            }
            "button" => {
                if !["submit", "button", "reset"].contains(&kind) {
                    found.push(format!("button: {here} has no type"));
                }
                if !self.has_name(element) {
                    found.push(format!("button: {here} has no text"));
                }
            }
            "a" if element.attr("href").is_some() && !self.has_name(element) => {
                found.push(format!("link: {here} has no text"));
            }
            // An empty alternative is right for a picture that only decorates.
            "img" if element.attr("alt").is_none() => {
                found.push(format!("alt: {here} has no alternative text"));
            }
            _ => {}
        }
    }

    /// Every table says what it shows, and every head cell what it is the head of.
    fn table(&self, element: ElementRef<'a>, found: &mut Vec<String>) {
        match tag(element) {
            "table" => {
                let has_caption = element
                    .child_elements()
                    .any(|child| tag(child) == "caption" && !text(child).is_empty());
                if !has_caption && !self.has_aria_name(element) {
                    found.push(format!("table: {} has no caption", describe(element)));
                }
                if !element.descendent_elements().any(|cell| tag(cell) == "th") {
                    found.push(format!("table: {} has no <th>", describe(element)));
                }
            }
            "th" => {
                let scope = element.attr("scope").unwrap_or_default();
                if !["col", "row", "colgroup", "rowgroup"].contains(&scope) {
                    found.push(format!("table: <th> {:?} has no scope", text(element)));
                }
            }
            _ => {}
        }
    }

    /// Drawings are drawn, and are either named or hidden from a screen reader.
    fn drawing(&self, element: ElementRef<'a>, found: &mut Vec<String>) {
        let name = tag(element);
        if SVG_SHAPES.contains(&name) {
            for child in element.child_elements() {
                if !SVG_INSIDE_SHAPE.contains(&tag(child)) {
                    found.push(format!(
                        "svg: <{}> inside <{name}> is not drawn",
                        tag(child)
                    ));
                }
            }
        }
        if name != "svg" {
            return;
        }
        let draws = |e: ElementRef<'_>| SVG_SHAPES.contains(&tag(e)) || tag(e) == "text";
        if !element.descendent_elements().any(draws) {
            found.push(format!("svg: {} draws nothing", describe(element)));
        }
        if is_hidden(element) || ancestors(element).any(is_hidden) {
            return;
        }
        let has_title = element
            .child_elements()
            .any(|child| tag(child) == "title" && !text(child).is_empty());
        if element.attr("role") != Some("img") {
            found.push(format!("svg: {} has no role=\"img\"", describe(element)));
        }
        if !has_title && !self.has_aria_name(element) {
            found.push(format!("svg: {} has no title", describe(element)));
        }
    }

    /// A form that changes something carries the anti-forgery token; a form that only
    /// asks must not, because its fields end up in the address bar and in logs.
    fn form(&self, element: ElementRef<'a>, found: &mut Vec<String>) {
        if tag(element) != "form" {
            return;
        }
        let is_token = |e: ElementRef<'_>| {
            e.attr("name") == Some(CSRF_FIELD)
                && e.attr("type") == Some("hidden")
                && e.attr("value").is_some_and(|value| !value.is_empty())
        };
        let has_token = element.descendent_elements().any(is_token);
        let is_post = element
            .attr("method")
            .is_some_and(|method| method.eq_ignore_ascii_case("post"));
        if is_post && !has_token {
            found.push(format!("csrf: {} has no token", describe(element)));
        }
        if !is_post && has_token {
            found.push(format!(
                "csrf: {} shows its token in the address",
                describe(element)
            ));
        }
    }

    /// Named by `aria-label` or by the text of the elements in `aria-labelledby`.
    fn has_aria_name(&self, element: ElementRef<'a>) -> bool {
        let label = element.attr("aria-label").unwrap_or_default();
        let others = element.attr("aria-labelledby").unwrap_or_default();
        !label.trim().is_empty()
            || others
                .split_ascii_whitespace()
                .filter_map(|id| self.by_id.get(id))
                .any(|other| !text(*other).is_empty())
    }

    fn has_name(&self, element: ElementRef<'a>) -> bool {
        self.has_aria_name(element) || !text(element).is_empty()
    }
}
