//! Reading single elements: names, text as it is heard, addresses.

use scraper::{ElementRef, Node};

/// Name of the element in lower case (SVG names keep their capitals).
pub(super) fn tag(element: ElementRef<'_>) -> &str {
    element.value().name()
}

/// The elements around this one, nearest first.
pub(super) fn ancestors(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    element.ancestors().filter_map(ElementRef::wrap)
}

/// Name of the element that directly holds this one.
pub(super) fn parent_tag(element: ElementRef<'_>) -> Option<&str> {
    ancestors(element).next().map(tag)
}

/// True when the element itself is kept from screen readers.
pub(super) fn is_hidden(element: ElementRef<'_>) -> bool {
    element.attr("aria-hidden") == Some("true")
}

/// True when an attribute is missing or says nothing.
pub(super) fn is_blank(value: Option<&str>) -> bool {
    value.is_none_or(|value| value.trim().is_empty())
}

/// The text a screen reader reads: without hidden parts and without the choices and
/// contents of fields, with the alternative texts of pictures.
pub(super) fn text(element: ElementRef<'_>) -> String {
    fn collect(element: ElementRef<'_>, out: &mut String) {
        for child in element.children() {
            match child.value() {
                Node::Text(text) => out.push_str(text),
                Node::Element(_) => {
                    let Some(child) = ElementRef::wrap(child) else {
                        continue;
                    };
                    if is_hidden(child) || ["select", "textarea"].contains(&tag(child)) {
                        continue;
                    }
                    let alternative = child.attr("alt").or(child.attr("aria-label"));
                    out.push_str(alternative.unwrap_or_default());
                    collect(child, out);
                }
                _ => {}
            }
        }
    }
    let mut out = String::new();
    collect(element, &mut out);
    out.trim().to_owned()
}

/// True for an address with a scheme other than `mailto:` and `tel:`, or with a host.
/// Browsers drop control characters and take a backslash for a slash; so does this.
pub(super) fn leaves_the_server(address: &str) -> bool {
    let address: String = address
        .chars()
        .filter(|c| !c.is_ascii_control())
        .map(|c| {
            if c == '\\' {
                '/'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    let address = address.trim();
    let scheme = address
        .split_once(':')
        .map(|(scheme, _)| scheme)
        .filter(|scheme| !scheme.contains(['/', '?', '#']));
    address.starts_with("//") || scheme.is_some_and(|s| !["mailto", "tel"].contains(&s))
}

/// The opening tag, shortened to what helps to find the element in the page.
pub(super) fn describe(element: ElementRef<'_>) -> String {
    let mut out = format!("<{}", tag(element));
    for name in ["type", "name", "id", "class", "href", "action"] {
        if let Some(value) = element.attr(name) {
            out.push_str(&format!(" {name}={value:?}"));
        }
    }
    out.push('>');
    out
}
