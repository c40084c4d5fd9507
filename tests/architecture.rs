//! The rules of the house as a test: imports go one way, and only the named files name `sea_orm`, `axum`,
//! `maud`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of the source tree") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The file's path below `src/`, and its code without comments and doc comments.
fn all() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    sources(&root)
        .into_iter()
        .map(|file| {
            let name = file
                .strip_prefix(&root)
                .expect("below src")
                .display()
                .to_string();
            let text = fs::read_to_string(&file).expect("a source file");
            // Tests inside a file may set up what they need with anything.
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            let code: Vec<&str> = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect();
            (name, code.join("\n"))
        })
        .collect()
}

fn room(name: &str) -> &str {
    name.split('/')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".rs")
}

fn mentions(code: &str, word: &str) -> bool {
    let found = |index: usize| {
        let before = code[..index].chars().next_back();
        let after = code[index + word.len()..].chars().next();
        !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
            && !after.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
    };
    code.match_indices(word).any(|(index, _)| found(index))
}

/// Layers from the ground up; each may use itself and those before it.
const LAYERS: &[&[&str]] = &[
    &["base"],
    &["audit", "timetable"],
    &["access"],
    &["schema"],
    &["store"],
    &["history"],
    &["paper"],
    &[
        "accounts",
        "approvals",
        "facilities",
        "people",
        "grants",
        "providers",
        "gate",
        "conflicts",
        "cover",
        "review",
        "worklog",
        "groups",
        "planning",
        "waiting",
        "calendar",
        "casework",
        "handover",
        "consent",
        "merge",
        "completion",
        "statistics",
        "privacy",
        "subject_report",
        "log_keeping",
        "purpose",
        "emergency",
        "restriction",
        "retention",
        "stand_in",
        "start",
        "notes",
        "todo",
        "web",
    ],
    &["server", "jobs"],
    &["demo"],
    &["cli"],
];

#[test]
fn imports_go_one_way() {
    let mut wrong = Vec::new();
    for (name, code) in all() {
        let Some(level) = LAYERS.iter().position(|layer| layer.contains(&room(&name))) else {
            assert!(
                matches!(name.as_str(), "lib.rs" | "main.rs"),
                "{name} belongs to no layer"
            );
            continue;
        };
        for higher in &LAYERS[level + 1..] {
            for target in *higher {
                if code.contains(&format!("crate::{target}::"))
                    || code.contains(&format!("use crate::{target};"))
                {
                    wrong.push(format!("{name} uses {target}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn rules_know_neither_database_nor_web() {
    let mut wrong = Vec::new();
    for (name, code) in all() {
        let pure = name.ends_with("/rules.rs")
            || name.contains("/rules/")
            || name.starts_with("base/")
            || name.starts_with("audit/")
            || name.starts_with("timetable/")
            || name.starts_with("access/")
            || name.starts_with("people/import/")
            || name.starts_with("statistics/chart/")
            || name.starts_with("statistics/file/")
            || name.starts_with("statistics/cube/")
            || name.starts_with("statistics/disclosure/")
            || name == "statistics/verify.rs"
            || name == "groups/series.rs";
        if pure {
            for word in ["sea_orm", "axum", "maud", "async fn"] {
                if code.contains(word) {
                    wrong.push(format!("{name} names {word}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn rules_and_queries_of_a_room_do_not_know_the_web() {
    let rooms = [
        "people",
        "grants",
        "providers",
        "gate",
        "conflicts",
        "cover",
        "review",
        "worklog",
        "groups",
        "planning",
        "waiting",
        "calendar",
        "casework",
        "handover",
        "consent",
        "merge",
        "completion",
        "statistics",
        "privacy",
        "purpose",
        "emergency",
        "approvals",
        "facilities",
        "accounts",
        "start",
    ];
    let mut wrong = Vec::new();
    for (name, code) in all() {
        let page = name.contains("/pages") || name.contains("/views");
        if rooms.contains(&room(&name)) && !page && code.contains("crate::web") {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_named_files_name_the_libraries() {
    let mut wrong = Vec::new();
    for (name, code) in all() {
        let file = name.rsplit('/').next().unwrap_or_default();
        let place = |folders: &[&str], files: &[&str], parts: &[&str]| {
            folders.contains(&room(&name))
                || files.contains(&file)
                || parts.iter().any(|part| name.contains(part))
        };
        let rules: [(&str, bool); 7] = [
            (
                "sea_orm",
                place(&["schema", "store"], &["store.rs"], &["/store/"]),
            ),
            (
                "axum",
                place(&["web", "server"], &["pages.rs"], &["/pages/"]),
            ),
            (
                "maud",
                place(&["web"], &["pages.rs", "views.rs"], &["/pages/", "/views/"]),
            ),
            ("jiff", name == "base/time.rs"),
            ("krilla", place(&["paper"], &[], &[])),
            ("rust_xlsxwriter", name == "statistics/file/workbook.rs"),
            ("skrifa", place(&["paper"], &[], &[])),
        ];
        for (word, allowed) in rules {
            if !allowed && mentions(&code, word) {
                wrong.push(format!("{name} names {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn actors_are_made_in_two_places_only() {
    let makers: BTreeSet<String> = all()
        .into_iter()
        .filter(|(_, code)| {
            code.contains("Actor::new(")
                || code.contains("Actor::system(")
                || code.contains("Access::system(")
        })
        .map(|(name, _)| name)
        .collect();
    let expected: BTreeSet<String> = ["accounts/service.rs", "jobs/mod.rs"]
        .into_iter()
        .map(ToOwned::to_owned)
        .collect();
    assert_eq!(makers, expected);
    // Who looks with Geleit's own eyes sees more than whoever asked for it.
    let lookers: Vec<String> = all()
        .into_iter()
        .filter(|(name, code)| code.contains("own_eyes") && !name.starts_with("accounts/"))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(lookers, ["planning/service/together.rs"]);
}

#[test]
fn transactions_begin_in_one_place() {
    let beginners: Vec<String> = all()
        .into_iter()
        .filter(|(_, code)| {
            code.contains("begin_with")
                || code.contains(".begin()")
                || code.contains(".transaction(")
        })
        .map(|(name, _)| name)
        .collect();
    assert_eq!(beginners, ["store/journal.rs"]);
}

#[test]
fn text_of_people_is_always_escaped() {
    for (name, code) in all() {
        assert!(!code.contains("PreEscaped"), "{name} prints unescaped text");
    }
}

#[test]
fn no_page_names_an_outside_address() {
    for (name, code) in all() {
        if name.starts_with("web/") || name.contains("views") || name.contains("pages") {
            for word in ["\"http://", "\"https://", "src=\"//", "href=\"//"] {
                assert!(
                    !code.contains(word) || name == "web/security.rs",
                    "{name} names {word}"
                );
            }
        }
    }
}
