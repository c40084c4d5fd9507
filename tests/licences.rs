//! Every dependency may be used under a licence that `deny.toml` allows, and comes from
//! crates.io. The same rules as `cargo deny check licenses sources`, without the tool.
//!
//! Licences are read for the machine the test runs on, with the dependencies of tests
//! and benchmarks; sources for every entry of `Cargo.lock`, whatever it is for.
//! Source of the expressions: SPDX 3.0, annex B (licence expressions).

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[test]
fn every_dependency_has_an_allowed_licence() {
    let allowed = allowed_licences();
    let packages = packages();
    // A broken query must not pass as "nothing wrong found".
    assert!(packages.len() > 100, "only {} packages", packages.len());
    let refused: Vec<String> = packages
        .iter()
        .filter_map(|package| {
            let licence = package["license"].as_str().unwrap_or("none given");
            is_satisfied(licence, &allowed)
                .map_err(|why| why.to_string())
                .and_then(|ok| ok.then_some(()).ok_or("not allowed".to_owned()))
                .err()
                .map(|why| {
                    format!(
                        "{} {}: {licence} ({why})",
                        package["name"], package["version"]
                    )
                })
        })
        .collect();
    assert!(refused.is_empty(), "refused:\n{}", refused.join("\n"));
}

#[test]
fn every_dependency_comes_from_crates_io() {
    let lock = read_toml("Cargo.lock");
    let packages = lock["package"].as_array().expect("packages in Cargo.lock");
    let own = ["geleit", "migration"];
    let refused: Vec<String> = packages
        .iter()
        .filter(|package| match package.get("source") {
            Some(source) => source.as_str() != Some(CRATES_IO),
            None => !own
                .iter()
                .any(|name| package["name"].as_str() == Some(name)),
        })
        .map(|package| format!("{:?} from {:?}", package["name"], package.get("source")))
        .collect();
    assert!(packages.len() > 100, "only {} packages", packages.len());
    assert!(refused.is_empty(), "refused:\n{}", refused.join("\n"));
}

#[test]
fn licence_expressions_are_read_as_spdx_says() {
    let allowed = ["MIT", "Apache-2.0", "ISC", "Apache-2.0 WITH LLVM-exception"];
    let allowed: BTreeSet<String> = allowed.map(str::to_owned).into();
    for (expression, expected) in [
        ("MIT", Ok(true)),
        ("GPL-3.0-only", Ok(false)),
        ("GPL-3.0-only OR MIT", Ok(true)),
        ("GPL-3.0-only AND MIT", Ok(false)),
        ("MIT/GPL-3.0", Ok(true)),
        ("Apache-2.0 / MIT", Ok(true)),
        // AND binds more tightly than OR.
        ("MIT OR ISC AND GPL-3.0-only", Ok(true)),
        ("GPL-3.0-only AND ISC OR GPL-2.0-only", Ok(false)),
        ("(MIT OR GPL-3.0-only) AND ISC", Ok(true)),
        ("(MIT OR ISC) AND GPL-3.0-only", Ok(false)),
        ("Apache-2.0 WITH LLVM-exception", Ok(true)),
        // An exception is a part of the licence and not allowed by the plain name.
        ("MIT WITH LLVM-exception", Ok(false)),
        ("Apache-2.0 WITH LLVM-exception OR GPL-3.0-only", Ok(true)),
        ("", Err("a licence is missing")),
        ("MIT OR", Err("a licence is missing")),
        ("(MIT", Err("a bracket is open")),
        ("MIT ISC", Err("words left over")),
        ("none given", Err("words left over")),
    ] {
        assert_eq!(
            is_satisfied(expression, &allowed),
            expected,
            "{expression:?}"
        );
    }
}

/// The list `licenses.allow` of `deny.toml`.
fn allowed_licences() -> BTreeSet<String> {
    let list = read_toml("deny.toml")["licenses"]["allow"].clone();
    list.try_into().expect("licenses.allow is a list of names")
}

/// All packages that a build with tests on this machine uses, as Cargo describes them.
fn packages() -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let version = run(Command::new(&cargo).arg("-vV"));
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("cargo names the host");
    // Without the filter Cargo wants the crates of other systems too, which an offline
    // machine does not have.
    let metadata = run(Command::new(&cargo)
        .args(["metadata", "--format-version=1", "--locked", "--offline"])
        .args(["--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR")));
    let metadata: Value = serde_json::from_str(&metadata).expect("JSON from cargo metadata");
    metadata["packages"].as_array().cloned().unwrap_or_default()
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("cargo starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed:\n{errors}");
    String::from_utf8(output.stdout).expect("UTF-8 from cargo")
}

fn read_toml(name: &str) -> toml::Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let text = std::fs::read_to_string(&path).expect(name);
    text.parse().expect(name)
}

/// Whether the expression can be met with allowed licences alone; the reason when it is
/// no valid expression. The slash of old manifests counts as OR.
fn is_satisfied(expression: &str, allowed: &BTreeSet<String>) -> Result<bool, &'static str> {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let satisfied = any_of(&mut rest, allowed)?;
    if rest.is_empty() {
        Ok(satisfied)
    } else {
        Err("words left over")
    }
}

fn any_of(words: &mut &[&str], allowed: &BTreeSet<String>) -> Result<bool, &'static str> {
    let mut satisfied = all_of(words, allowed)?;
    while take(words, "OR") {
        satisfied |= all_of(words, allowed)?;
    }
    Ok(satisfied)
}

fn all_of(words: &mut &[&str], allowed: &BTreeSet<String>) -> Result<bool, &'static str> {
    let mut satisfied = single(words, allowed)?;
    while take(words, "AND") {
        satisfied &= single(words, allowed)?;
    }
    Ok(satisfied)
}

fn single(words: &mut &[&str], allowed: &BTreeSet<String>) -> Result<bool, &'static str> {
    if take(words, "(") {
        let satisfied = any_of(words, allowed)?;
        return take(words, ")")
            .then_some(satisfied)
            .ok_or("a bracket is open");
    }
    let name = next(words)?;
    if take(words, "WITH") {
        let exception = next(words)?;
        return Ok(allowed.contains(&format!("{name} WITH {exception}")));
    }
    Ok(allowed.contains(name))
}

fn next<'a>(words: &mut &[&'a str]) -> Result<&'a str, &'static str> {
    let (first, rest) = words.split_first().ok_or("a licence is missing")?;
    *words = rest;
    Ok(first)
}

/// Steps over the word when it comes next.
fn take(words: &mut &[&str], word: &str) -> bool {
    let found = words.first() == Some(&word);
    if found {
        *words = &words[1..];
    }
    found
}
