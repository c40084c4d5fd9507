//! What the CSV files mean to machines: CSV on the Web (W3C Recommendations of 17 December 2015) and Frictionless
//! (Data Package, Table Schema, version 1).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::FileError;
use super::super::content::*;
use super::super::words::{HIDDEN_SIGN, NOTHING_SIGN};
use super::data::{CODE_COLUMNS, MEASURE_COLUMNS, QUALITY_COLUMNS, TABLE_COLUMNS, data_columns};
use super::{DATA, MEASURES, QUALITIES, TABLES, code_list, stem};
use crate::base::crypto::{hex, sha256};

/// The kind of a column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Decimal,
    Integer,
    Day,
}

/// A column of a CSV file.
struct Column {
    name: String,
    title: String,
    kind: Kind,
    required: bool,
    /// The file whose column `code` it refers to.
    refers_to: Option<String>,
}

/// A CSV file.
struct Sheet {
    path: String,
    title: String,
    columns: Vec<Column>,
    key: Vec<String>,
}

fn column(name: &str, title: &str) -> Column {
    Column {
        name: name.to_owned(),
        title: title.to_owned(),
        kind: Kind::Text,
        required: true,
        refers_to: None,
    }
}

/// Columns with the same title as name; `optional` ones may be empty.
fn columns(names: &[&str], optional: &[&str]) -> Vec<Column> {
    let named = names.iter().map(|name| Column {
        kind: match *name {
            "gueltig_von" | "gueltig_bis" => Kind::Day,
            "nachkommastellen" => Kind::Integer,
            _ => Kind::Text,
        },
        required: !optional.contains(name),
        ..column(name, name)
    });
    named.collect()
}

fn sheets(content: &ReleaseContent) -> Vec<Sheet> {
    let code = vec!["code".to_owned()];
    let mut sheets = vec![
        data_sheet(content),
        Sheet {
            path: TABLES.to_owned(),
            title: "Tabellen und ihre Merkmale".to_owned(),
            columns: columns(&TABLE_COLUMNS, &["merkmale"]),
            key: code.clone(),
        },
        Sheet {
            path: MEASURES.to_owned(),
            title: "Kennzahlen mit Definitionen".to_owned(),
            columns: columns(&MEASURE_COLUMNS, &["summierbar_ueber"]),
            key: code.clone(),
        },
        Sheet {
            path: QUALITIES.to_owned(),
            title: "Qualität der Werte".to_owned(),
            columns: columns(&QUALITY_COLUMNS, &[]),
            key: code.clone(),
        },
    ];
    sheets.extend(content.dimensions.iter().map(|dimension| {
        let optional = CODE_COLUMNS.get(2..).unwrap_or(&[]);
        let mut columns = columns(&CODE_COLUMNS, optional);
        let own = code_list(&dimension.code);
        for column in &mut columns {
            if column.name == "uebergeordnet" {
                column.refers_to = Some(own.clone());
            }
        }
        Sheet {
            path: own,
            title: format!("Codeliste {}", dimension.label),
            columns,
            key: code.clone(),
        }
    }));
    sheets
}

fn data_sheet(content: &ReleaseContent) -> Sheet {
    let columns = data_columns(content).into_iter().map(|name| {
        let dimension = content.dimension(&name);
        let (title, file) = match name.as_str() {
            "tabelle" => ("Tabelle", Some(TABLES.to_owned())),
            "kennzahl" => ("Kennzahl", Some(MEASURES.to_owned())),
            "wert" => ("Wert", None),
            "wert_q" => ("Qualität des Wertes", Some(QUALITIES.to_owned())),
            _ => (
                dimension.map_or(name.as_str(), |known| known.label.as_str()),
                Some(code_list(&name)),
            ),
        };
        let value = name == "wert";
        Column {
            kind: if value { Kind::Decimal } else { Kind::Text },
            required: !value,
            refers_to: file,
            ..column(&name, title)
        }
    });
    let columns: Vec<Column> = columns.collect();
    let key = columns
        .iter()
        .filter(|column| !matches!(column.name.as_str(), "wert" | "wert_q"))
        .map(|column| column.name.clone());
    Sheet {
        path: DATA.to_owned(),
        title: format!("{}, {}", content.report.label, content.period.label),
        key: key.collect(),
        columns,
    }
}

/// `csv-metadata.json`: a table group, found by its name beside the CSV files.
pub(super) fn csvw(content: &ReleaseContent) -> Result<Vec<u8>, FileError> {
    let tables: Vec<Value> = sheets(content).iter().map(csvw_table).collect();
    super::json(&json!({
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "de"}],
        "dc:title": format!("{}, {}", content.report.label, content.period.label),
        "dc:identifier": stem(content),
        "dc:language": "de",
        "tables": tables,
    }))
}

fn csvw_table(sheet: &Sheet) -> Value {
    let columns: Vec<Value> = sheet
        .columns
        .iter()
        .map(|column| {
            let mut described = Map::new();
            described.insert("name".into(), json!(column.name));
            described.insert("titles".into(), json!(column.name));
            if column.title != column.name {
                described.insert("dc:description".into(), json!(column.title));
            }
            let datatype = match column.kind {
                Kind::Text => json!("string"),
                Kind::Decimal => json!({"base": "decimal", "minimum": "0"}),
                Kind::Integer => json!({"base": "integer", "minimum": "0"}),
                Kind::Day => json!({"base": "date", "format": "yyyy-MM-dd"}),
            };
            described.insert("datatype".into(), datatype);
            if column.kind == Kind::Decimal {
                described.insert("null".into(), json!([HIDDEN_SIGN, NOTHING_SIGN]));
            }
            if column.required {
                described.insert("required".into(), json!(true));
            }
            Value::Object(described)
        })
        .collect();
    // A code list refers to itself, but its top to nothing, which some validators refuse.
    let references: Vec<Value> = referring(sheet)
        .filter(|(_, file)| *file != sheet.path)
        .map(|(name, file)| {
            json!({
                "columnReference": name,
                "reference": {"resource": file, "columnReference": "code"},
            })
        })
        .collect();
    let mut schema = json!({"columns": columns, "primaryKey": sheet.key});
    if let (Some(schema), false) = (schema.as_object_mut(), references.is_empty()) {
        schema.insert("foreignKeys".into(), json!(references));
    }
    json!({"url": sheet.path, "dc:title": sheet.title, "tableSchema": schema})
}

fn referring(sheet: &Sheet) -> impl Iterator<Item = (&str, &str)> {
    let columns = sheet.columns.iter();
    columns.filter_map(|column| Some((column.name.as_str(), column.refers_to.as_deref()?)))
}

/// The name of a file among the resources of the data package.
fn resource(path: &str) -> String {
    path.trim_end_matches(".csv").replace('/', "-")
}

/// `datapackage.json`, with size and checksum of each file.
pub(super) fn data_package(
    content: &ReleaseContent,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<Vec<u8>, FileError> {
    let resources: Vec<Value> = sheets(content)
        .iter()
        .map(|sheet| {
            let bytes = files.get(&sheet.path).map_or(&[][..], Vec::as_slice);
            json!({
                "name": resource(&sheet.path),
                "path": sheet.path,
                "title": sheet.title,
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": bytes.len(),
                "hash": format!("sha256:{}", hex(&sha256(bytes))),
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": true, "header": true},
                "schema": table_schema(sheet),
            })
        })
        .collect();
    super::json(&json!({
        "profile": "tabular-data-package",
        "name": stem(content).to_lowercase(),
        "title": format!("{}, {}", content.report.label, content.period.label),
        "version": format!("{}.0.0", content.version),
        "resources": resources,
    }))
}

fn table_schema(sheet: &Sheet) -> Value {
    let fields: Vec<Value> = sheet
        .columns
        .iter()
        .map(|column| {
            let mut constraints = Map::new();
            if column.required {
                constraints.insert("required".into(), json!(true));
            }
            let kind = match column.kind {
                Kind::Text => "string",
                Kind::Decimal => "number",
                Kind::Integer => "integer",
                Kind::Day => "date",
            };
            if matches!(column.kind, Kind::Decimal | Kind::Integer) {
                constraints.insert("minimum".into(), json!(0));
            }
            json!({"name": column.name, "title": column.title, "type": kind, "constraints": constraints})
        })
        .collect();
    let references: Vec<Value> = referring(sheet)
        .map(|(name, file)| {
            // The standard's word for "this very file" is the empty name.
            let target = if file == sheet.path {
                String::new()
            } else {
                resource(file)
            };
            json!({"fields": [name], "reference": {"resource": target, "fields": ["code"]}})
        })
        .collect();
    let mut schema = json!({
        "fields": fields,
        "primaryKey": sheet.key,
        "missingValues": ["", HIDDEN_SIGN, NOTHING_SIGN],
    });
    if let (Some(schema), false) = (schema.as_object_mut(), references.is_empty()) {
        schema.insert("foreignKeys".into(), json!(references));
    }
    schema
}
