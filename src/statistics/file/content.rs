//! What a release says, as plain data: the report, its words, its tables. It holds no hidden figure, so nothing made
//! of it can. Reading the files of a release gives it back. Files are not made of it but of a
//! [`Release`](super::super::Release), whose figures disclosure control has seen.

use serde::{Deserialize, Serialize};
use time::Date;

/// The code word of "all of them", the top of every dimension. A table that does not break down by a dimension shows
/// the figures of its top.
pub const TOTAL: &str = "gesamt";

/// The name of time among the dimensions over which a measure adds up ([`MeasureInfo::additive`]).
pub const TIME: &str = "zeit";

/// The attacker who knows nothing but what is published.
pub const OUTSIDER: &str = "aussen";

/// A code word with its German name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Code word.
    pub code: String,
    /// German name.
    #[serde(rename = "bezeichnung")]
    pub label: String,
}

/// The period reported on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodInfo {
    /// `2026`, `2026-H2` or `2026-Q3`.
    pub code: String,
    /// In words: "3. Quartal 2026".
    #[serde(rename = "bezeichnung")]
    pub label: String,
    /// Its first day.
    #[serde(rename = "erster_tag", with = "iso_day")]
    pub first: Date,
    /// Its last day.
    #[serde(rename = "letzter_tag", with = "iso_day")]
    pub last: Date,
}

/// How small figures are protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "art", rename_all = "lowercase", deny_unknown_fields)]
pub enum Protection {
    /// Figures from 1 up to one below the threshold are hidden, and whatever else gives them away.
    #[serde(rename = "sperrung")]
    Suppression {
        /// The smallest figure that may be told.
        #[serde(rename = "schwellenwert")]
        threshold: u64,
    },
    /// Every figure about people is a multiple of the base.
    #[serde(rename = "rundung")]
    Rounding {
        /// The base.
        #[serde(rename = "basis")]
        base: u64,
    },
}

/// What is published, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseContent {
    /// The report.
    pub report: Named,
    /// The period reported on.
    pub period: PeriodInfo,
    /// Day up to which entries were taken into account ("Stand").
    pub cut_off: Date,
    /// 1 for the first release of the period, one more for each correction.
    pub version: u32,
    /// Why there is a correction; from version 2 on.
    pub correction: Option<String>,
    /// How small figures are protected.
    pub protection: Protection,
    /// Paragraphs on how it is protected.
    pub method: Vec<String>,
    /// Sentences about this release: who is not counted, what came late.
    pub notes: Vec<String>,
    /// Every dimension some table uses, once.
    pub dimensions: Vec<Dimension>,
    /// Every measure some table uses, once.
    pub measures: Vec<MeasureInfo>,
    /// The tables.
    pub tables: Vec<TableContent>,
}

/// A way to break figures down, with its code list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// Code word.
    pub code: String,
    /// German name.
    pub label: String,
    /// What it means and how a case gets its code; may be empty.
    pub definition: String,
    /// The codes: a tree below [`TOTAL`].
    pub codes: Vec<CodeItem>,
}

/// One entry of a code list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeItem {
    /// Code word.
    pub code: String,
    /// German name.
    pub label: String,
    /// The code above it; `None` for [`TOTAL`] only.
    pub parent: Option<String>,
    /// First day it is in force.
    pub valid_from: Option<Date>,
    /// Last day it is in force.
    pub valid_until: Option<Date>,
    /// What it is called in the federal list.
    pub federal: Option<Named>,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureInfo {
    /// Code word.
    pub code: String,
    /// German name.
    pub label: String,
    /// What exactly is counted.
    pub definition: String,
    /// "Personen", "Sitzungen", "Stunden".
    pub unit: String,
    /// Figures are whole numbers of the unit divided by ten to this power: 1250 with two decimals is 12,50.
    pub decimals: u8,
    /// The dimensions (and [`TIME`]) over which the parts add up to what stands above them.
    pub additive: Vec<String>,
    /// Whether it is about no people, so that nothing needs to be hidden.
    pub open: bool,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableContent {
    /// Code word.
    pub code: String,
    /// German title.
    pub label: String,
    /// Codes of its dimensions, in the order of the columns.
    pub dimensions: Vec<String>,
    /// Its cells, in the order of the files.
    pub cells: Vec<CellContent>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellContent {
    /// Code of its measure.
    pub measure: String,
    /// Its codes, one for each dimension of the table.
    pub codes: Vec<String>,
    /// What the public may know.
    pub figure: Figure,
}

/// What the public may know of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figure {
    /// The figure, in the smallest unit of its measure.
    Number(u64),
    /// Kept secret, with what each attacker can say about it at best; the outsider comes first.
    Hidden(Vec<AttackerInterval>),
    /// There can be none.
    Nothing,
}

/// The values a hidden figure can have for somebody with all releases and his own knowledge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttackerInterval {
    /// [`OUTSIDER`], or the code word of somebody who knows a part: `traeger.vpn`.
    #[serde(rename = "angreifer")]
    pub attacker: String,
    /// Smallest value.
    #[serde(rename = "von")]
    pub lower: u64,
    /// Largest value; `None`: no limit.
    #[serde(rename = "bis")]
    pub upper: Option<u64>,
}

impl ReleaseContent {
    /// The dimension with this code.
    pub fn dimension(&self, code: &str) -> Option<&Dimension> {
        self.dimensions
            .iter()
            .find(|dimension| dimension.code == code)
    }

    /// The measure with this code.
    pub fn measure(&self, code: &str) -> Option<&MeasureInfo> {
        self.measures.iter().find(|measure| measure.code == code)
    }

    /// The quality sign of a figure of this release.
    pub fn quality(&self, measure: &MeasureInfo, figure: &Figure) -> Quality {
        match (figure, self.protection) {
            (Figure::Hidden(_), _) => Quality::Hidden,
            (Figure::Nothing, _) => Quality::Nothing,
            (Figure::Number(_), Protection::Rounding { .. }) if !measure.open => Quality::Rounded,
            (Figure::Number(_), _) => Quality::Exact,
        }
    }
}

impl Dimension {
    /// The name of a code; a code without a name stands for itself.
    pub fn label_of<'a>(&'a self, code: &'a str) -> &'a str {
        let item = self.codes.iter().find(|item| item.code == code);
        item.map_or(code, |item| item.label.as_str())
    }
}

impl TableContent {
    /// The code of a cell in a dimension; [`TOTAL`] where the table does not break down by it.
    pub fn code_in<'a>(&self, cell: &'a CellContent, dimension: &str) -> &'a str {
        let place = self.dimensions.iter().position(|code| code == dimension);
        place
            .and_then(|place| cell.codes.get(place))
            .map_or(TOTAL, String::as_str)
    }

    /// Where a cell stands among all tables: pairs of dimension and code, without totals, by dimension. Cells of two
    /// tables with the same measure and place are one figure.
    pub fn place<'a>(&'a self, cell: &'a CellContent) -> Vec<(&'a str, &'a str)> {
        let mut place: Vec<(&str, &str)> = self
            .dimensions
            .iter()
            .map(String::as_str)
            .zip(cell.codes.iter().map(String::as_str))
            .filter(|(_, code)| *code != TOTAL)
            .collect();
        place.sort_unstable();
        place
    }
}

/// How far a value can be relied upon: the column `wert_q`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    /// Neither rounded nor altered.
    Exact,
    /// A multiple of the base of the rounding.
    Rounded,
    /// Kept secret.
    Hidden,
    /// There can be none.
    Nothing,
}

impl Quality {
    /// All of them, in the order of explanations.
    pub const ALL: [Quality; 4] = [
        Quality::Exact,
        Quality::Rounded,
        Quality::Hidden,
        Quality::Nothing,
    ];

    /// The sign in the quality column.
    pub fn code(self) -> &'static str {
        match self {
            Quality::Exact => "e",
            Quality::Rounded => "u",
            Quality::Hidden => "g",
            Quality::Nothing => "n",
        }
    }

    /// What the sign means.
    pub fn label(self) -> &'static str {
        match self {
            Quality::Exact => "exakt",
            Quality::Rounded => "gerundet",
            Quality::Hidden => "geheim gehalten",
            Quality::Nothing => "nichts vorhanden",
        }
    }

    /// Observation and confidentiality status in the words of SDMX (`CL_OBS_STATUS`, `CL_CONF_STATUS`).
    pub fn sdmx(self) -> (&'static str, &'static str) {
        match self {
            Quality::Exact | Quality::Rounded => ("A", "F"),
            Quality::Hidden => ("Q", "C"),
            Quality::Nothing => ("M", "F"),
        }
    }
}

/// Days as `2026-10-15`.
pub(super) mod iso_day {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use time::Date;

    use super::super::words::{iso, parse_iso};

    pub fn serialize<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&iso(*day))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_iso(&text).ok_or_else(|| D::Error::custom(format!("„{text}“ ist kein Tag")))
    }
}
