//! Access officers of probation offices: who of the external staff may come there is decided there.

use crate::grants::{GROUP_TRAINING, ask, decide};
use crate::harness::TestApp;
use crate::html;
use crate::rows;

#[tokio::test]
async fn a_probation_office_decides_about_its_own_grants_only() {
    let test = TestApp::new().await;
    for login in ["zugang", "zugang.zwei"] {
        test.execute(&format!(
            "update account set facility_id = (select id from facility where code = 'BH-DD') where login = '{login}'"
        ))
        .await;
    }
    for place in ["BH-DD", "DD"] {
        rows::clearance(&test, "training", place, "2026-01-01", "2027-12-31").await;
    }
    let trainer = test.account("training").name.clone();
    let mut office = test.signed_in("zugang").await;
    let asked = ask(
        &mut office,
        &trainer,
        "",
        &[GROUP_TRAINING],
        "24.11.2026",
        "31.12.2026",
    )
    .await
    .expect(303);
    let mut second = test.signed_in("zugang.zwei").await;
    decide(&mut second, asked.location(), "genehmigen")
        .await
        .expect(303);
    let list = second.get("/freigaben").await.expect(200);
    assert_eq!(html::problems(&list.text()), Vec::<String>::new());
    assert_eq!(list.texts("tbody tr").len(), 1);

    // What is asked for at the prison next door is neither seen nor decided here.
    let mut provider = test.signed_in("koordination").await;
    let prison = ask(
        &mut provider,
        &trainer,
        "JVA Dresden",
        &[GROUP_TRAINING],
        "24.11.2026",
        "31.12.2026",
    )
    .await
    .expect(303);
    second.get(prison.location()).await.expect(404);
    second
        .post(
            &format!("{}/ablehnen", prison.location()),
            &[("version", "1"), ("reason", "x")],
        )
        .await
        .expect(404);
    let list = second.get("/freigaben").await.expect(200);
    assert_eq!(list.texts("tbody tr").len(), 1);
    second.get("/ueberpruefungen").await.expect(200);
    second.get("/pforte").await.expect(200);
}
