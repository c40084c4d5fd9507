//! The counts behind a release: sealed in the database, opened here with the key of the test's installation.

use std::collections::BTreeMap;

use geleit::base::crypto::{MasterSecret, Purpose};
use geleit::base::ids::ReleaseId;
use geleit::schema::statistics::statistics_release;
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::harness::{SECRET, TestApp};

/// What was counted: dimensions, measure, time, codes.
pub type Counts = BTreeMap<(String, String, String, String), i64>;

/// The unprotected counts of a release.
pub async fn counts(test: &TestApp, preview: &str) -> Counts {
    let id: Uuid = preview.rsplit('/').next().unwrap().parse().unwrap();
    let database = test.database().await;
    let row = statistics_release::Entity::find_by_id(ReleaseId(id))
        .one(&database)
        .await
        .unwrap()
        .expect("a release");
    database.close().await.unwrap();
    let sealed = row.figures.expect("sealed counts");
    let seal = MasterSecret::new(SECRET).seal_box(Purpose::Figures);
    let place = format!("statistics_release/figures/{id}");
    let text = seal.open(&place, &sealed).expect("sealed for this release");
    assert!(
        seal.open("statistics_release/figures/other", &sealed)
            .is_none()
    );
    // Sealed means sealed: no code word can be read off the row.
    assert!(!String::from_utf8_lossy(&sealed).contains("akt_gruppe"));
    let value: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let mut all = Counts::new();
    for layer in value["layers"].as_array().unwrap() {
        let word = |name: &str| layer[name].as_str().unwrap().to_owned();
        let dimensions: Vec<&str> = layer["dimensions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|code| code.as_str().unwrap())
            .collect();
        for cell in layer["cells"].as_array().unwrap() {
            let codes: Vec<&str> = cell[0]
                .as_array()
                .unwrap()
                .iter()
                .map(|code| code.as_str().unwrap())
                .collect();
            let key = (
                dimensions.join("+"),
                word("measure"),
                word("time"),
                codes.join("+"),
            );
            assert!(
                all.insert(key, cell[1].as_i64().unwrap()).is_none(),
                "counted twice"
            );
        }
    }
    all
}

/// One count; a combination that is not there would be a mistake of the test.
pub fn count(counts: &Counts, dimensions: &str, measure: &str, time: &str, codes: &str) -> i64 {
    let key = (
        dimensions.to_owned(),
        measure.to_owned(),
        time.to_owned(),
        codes.to_owned(),
    );
    *counts
        .get(&key)
        .unwrap_or_else(|| panic!("nothing counted for {key:?}"))
}
