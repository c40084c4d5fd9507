//! The frame's own files (styles, script, icon), built into the binary and served under names that carry their content
//! hash, so that browsers may keep them for ever and never show an old style with a new page.

use std::sync::LazyLock;

struct Asset {
    path: String,
    content_type: &'static str,
    body: &'static [u8],
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "app",
        "css",
        "text/css; charset=utf-8",
        include_str!("../../assets/app.css"),
    )
});
static CHARTS: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "charts",
        "css",
        "text/css; charset=utf-8",
        include_str!("../../assets/charts.css"),
    )
});
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "app",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("../../assets/app.js"),
    )
});
static ICON: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "app",
        "svg",
        "image/svg+xml",
        include_str!("../../assets/icon.svg"),
    )
});

/// Address of the style sheet, such as `/static/app-0123456789abcdef.css`.
pub fn css_url() -> &'static str {
    &STYLE.path
}

/// Address of the style sheet of charts, for the pages that have some.
pub fn charts_css_url() -> &'static str {
    &CHARTS.path
}

/// Address of the script.
pub fn js_url() -> &'static str {
    &SCRIPT.path
}

/// Address of the icon.
pub fn icon_url() -> &'static str {
    &ICON.path
}

/// Content type and bytes of the file at the full request path, or `None` for any other path (also an old hash).
pub fn find(path: &str) -> Option<(&'static str, &'static [u8])> {
    [&STYLE, &CHARTS, &SCRIPT, &ICON]
        .into_iter()
        .find(|asset| asset.path == path)
        .map(|asset| (asset.content_type, asset.body))
}

fn asset(name: &str, ending: &str, content_type: &'static str, text: &'static str) -> Asset {
    Asset {
        path: format!("/static/{name}-{:016x}.{ending}", fnv1a(text.as_bytes())),
        content_type,
        body: text.as_bytes(),
    }
}

/// FNV-1a, 64 bit: tells versions of a file apart; it protects against nothing and need not.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fnv1a_gives_the_published_values() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn finds_each_file_under_its_own_address_only() {
        for (url, kind) in [
            (css_url(), "text/css"),
            (charts_css_url(), "text/css"),
            (js_url(), "text/javascript"),
            (icon_url(), "image/svg+xml"),
        ] {
            let found = find(url);
            assert!(found.is_some_and(
                |(content_type, body)| content_type.starts_with(kind) && !body.is_empty()
            ));
        }
        assert!(find("/static/app.css").is_none());
    }

    #[test]
    fn style_and_script_leave_room_for_the_page() {
        let size = |url| find(url).map_or(usize::MAX, |(_, body)| body.len());
        assert!(size(css_url()) <= 17_600, "style is {}", size(css_url()));
        let charts = size(charts_css_url());
        assert!(charts <= 2_560, "style of charts is {charts}");
        assert!(size(js_url()) <= 5_120, "script is {}", size(js_url()));
    }

    #[test]
    fn nothing_points_outside() {
        for url in [css_url(), charts_css_url(), js_url()] {
            let text = find(url).map_or("", |(_, body)| std::str::from_utf8(body).unwrap());
            assert!(
                !text.contains("http:") && !text.contains("https:") && !text.contains("@import")
            );
        }
    }
}
