// A test table as its folder describes it: `meta.json` (dimensions with their codes, tables, releases, versions) and one
// file of counts for each version. Used by the bench and by the engine's own tests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

#[derive(Deserialize)]
struct Meta {
    threshold: u64,
    versions: BTreeMap<String, String>,
    dims: Vec<Dimension>,
    tables: Vec<Table>,
    #[serde(default)]
    primaries: Vec<Primary>,
    protection_levels: Option<[u64; 3]>,
}

#[derive(Deserialize)]
struct Dimension {
    name: String,
    leaves: Vec<String>,
    codes: BTreeMap<String, Vec<String>>,
    total: String,
}

#[derive(Deserialize)]
struct Table {
    #[serde(default = "one")]
    release: u32,
    version: Option<String>,
    vars: BTreeMap<String, Wanted>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Wanted {
    All(#[allow(dead_code)] String),
    Codes(Vec<String>),
}

#[derive(Deserialize)]
struct Primary {
    coords: Vec<String>,
}

fn one() -> u32 {
    1
}

/// A publishable cell: the release and version it comes with, and its base cells.
pub struct Cell {
    pub release: u32,
    pub codes: Vec<String>,
    /// Base cells: leaf codes and version.
    pub leaves: Vec<(Vec<String>, usize)>,
}

/// A set of tables, perhaps over several releases.
pub struct Instance {
    pub name: String,
    pub threshold: u64,
    /// Names of the dimensions.
    pub dims: Vec<String>,
    pub cells: Vec<Cell>,
    /// Cells that are to be protected at levels of their own: lower, upper, sliding.
    pub marked: Vec<Vec<String>>,
    pub levels: Option<[u64; 3]>,
    counts: Vec<BTreeMap<Vec<String>, u64>>,
}

impl Instance {
    pub fn read(folder: &Path) -> Instance {
        let text = std::fs::read_to_string(folder.join("meta.json")).expect("meta.json");
        let meta: Meta = serde_json::from_str(&text).expect("known format");
        let versions: Vec<&String> = meta.versions.keys().collect();
        let counts = meta
            .versions
            .values()
            .map(|file| counts(&folder.join(file)));
        let counts: Vec<BTreeMap<Vec<String>, u64>> = counts.collect();
        let mut cells = Vec::new();
        for table in &meta.tables {
            let version = table.version.as_ref().map_or(0, |version| {
                versions
                    .iter()
                    .position(|known| *known == version)
                    .expect("known version")
            });
            let wanted = meta.dims.iter().map(|dim| match table.vars.get(&dim.name) {
                Some(Wanted::All(_)) => dim.codes.keys().cloned().collect(),
                Some(Wanted::Codes(codes)) => codes.clone(),
                None => vec![dim.total.clone()],
            });
            for codes in product(&wanted.collect::<Vec<_>>()) {
                let leaves = codes
                    .iter()
                    .zip(&meta.dims)
                    .map(|(code, dim)| dim.codes[code].clone());
                let leaves = product(&leaves.collect::<Vec<_>>()).into_iter();
                cells.push(Cell {
                    release: table.release,
                    leaves: leaves.map(|leaf| (leaf, version)).collect(),
                    codes,
                });
            }
        }
        assert!(meta.dims.iter().all(|dim| !dim.leaves.is_empty()));
        Instance {
            name: folder
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            threshold: meta.threshold.max(3),
            dims: meta.dims.into_iter().map(|dim| dim.name).collect(),
            cells,
            marked: meta
                .primaries
                .into_iter()
                .map(|primary| primary.coords)
                .collect(),
            levels: meta.protection_levels,
            counts,
        }
    }

    /// All folders with a test table, in order.
    pub fn folders(root: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(root).expect("a folder").flatten();
        let mut folders: Vec<PathBuf> = entries
            .map(|entry| entry.path())
            .filter(|path| path.join("meta.json").exists())
            .collect();
        folders.sort();
        folders
    }

    pub fn releases(&self) -> Vec<u32> {
        let releases: BTreeSet<u32> = self.cells.iter().map(|cell| cell.release).collect();
        releases.into_iter().collect()
    }

    pub fn count(&self, leaf: &[String], version: usize) -> u64 {
        self.counts[version].get(leaf).copied().unwrap_or(0)
    }

    /// The first of the unbroken run of versions, up to this one, in which the count was the same: what tells an
    /// untouched base cell from a corrected one.
    pub fn since(&self, leaf: &[String], version: usize) -> usize {
        let same = |earlier: &usize| self.count(leaf, *earlier) == self.count(leaf, version);
        (0..version)
            .rev()
            .take_while(same)
            .last()
            .unwrap_or(version)
    }
}

fn counts(file: &Path) -> BTreeMap<Vec<String>, u64> {
    let mut reader = csv::Reader::from_path(file).expect("a file of counts");
    let rows = reader.records().map(|row| {
        let row = row.expect("a row");
        let mut words: Vec<String> = row.iter().map(str::to_owned).collect();
        let count = words
            .pop()
            .and_then(|count| count.parse().ok())
            .expect("a count");
        (words, count)
    });
    rows.collect()
}

fn product(sets: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    for set in sets {
        let longer = all.iter().flat_map(|start: &Vec<String>| {
            set.iter()
                .map(move |word| start.iter().chain([word]).cloned().collect())
        });
        all = longer.collect();
    }
    all
}
