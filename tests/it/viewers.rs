//! The page that says who sees a person tells the truth: whoever it names opens the person, and nobody else does.

use crate::harness::TestApp;
use crate::html;
use crate::placement::{member, part};
use crate::rows::{assign, grant, group, inmate, place};

/// The login, and how the page names whoever it is: a prison, an office, a coordination, or (none) by name.
const EVERYBODY: [(&str, Option<&str>); 6] = [
    ("sozialdienst", Some("JVA Dresden")),
    ("sozialdienst.leipzig", Some("JVA Leipzig")),
    ("bewaehrung", Some("Bewährungshilfe Dresden")),
    ("training", None),
    ("koordination", Some("Koordination")),
    ("beratung", None),
];

async fn agrees(test: &TestApp, person: uuid::Uuid, reader: &str, hidden: &[&str]) -> String {
    let mut browser = test.signed_in(reader).await;
    let page = browser
        .get(&format!("/personen/{person}/einblick"))
        .await
        .expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    let lines = page.texts("main tbody tr").join(" | ");
    for (login, named) in EVERYBODY {
        let mut other = test.signed_in(login).await;
        // Whoever is to say why first sees the person, too.
        let opens = other.get(&format!("/personen/{person}")).await.status != 404;
        let expected = opens && !hidden.contains(&login);
        let named = match named {
            Some(named) => lines.contains(named),
            None => {
                let name = format!(
                    "select s.name from staff s join account a on a.staff_id = s.id where a.login = '{login}'"
                );
                lines.contains(&test.text(&name).await)
            }
        };
        assert_eq!(named, expected, "{login} in: {lines}");
    }
    lines
}

#[tokio::test]
async fn whoever_the_page_names_opens_the_person_and_nobody_else() {
    let test = TestApp::new().await;
    let person = inmate(&test, "Einblick").await;
    let link = format!("/personen/{person}/einblick");
    let alone = agrees(&test, person, "sozialdienst", &[]).await;
    assert!(!alone.contains(" | "), "{alone}");

    // A group with a trainer, whose grant opens it; the counsellor of whom a prison knows nothing.
    let group = group(&test, "training", "DD", "akt_gruppe").await;
    let training = part(&test, person, "training", "akt_gruppe").await;
    member(&test, person, training, group).await;
    part(&test, person, "beratung", "ausstieg").await;
    agrees(&test, person, "sozialdienst", &[]).await;
    grant(&test, "training", "DD", "akt_gruppe", "2026-12-31").await;
    grant(&test, "beratung", "DD", "ausstieg", "2026-12-31").await;
    let lines = agrees(&test, person, "sozialdienst", &["beratung"]).await;
    assert!(lines.contains("Koordination"), "{lines}");
    let mut social = test.signed_in("sozialdienst").await;
    let text = social.get(&link).await.expect(200).text();
    for word in ["APro", "Ausstieg"] {
        assert!(!text.contains(word), "{word}");
    }

    // The probation officer knows of all.
    place(&test, person, "BH-DD", "probation").await;
    assign(&test, person, "bewaehrung").await;
    agrees(&test, person, "bewaehrung", &[]).await;

    // External staff do not read who sees whom.
    for login in ["training", "koordination", "beratung"] {
        let mut browser = test.signed_in(login).await;
        browser.get(&link).await.expect(404);
    }

    // A grant that is over opens nothing; a transfer leaves the days of the hand-over.
    test.execute("update access_grant set last_day = '2026-11-22'")
        .await;
    agrees(&test, person, "sozialdienst", &[]).await;
    test.execute("update placement set to_day = '2026-11-20', end_reason = 'transfer' where kind = 'custody'")
        .await;
    place(&test, person, "L", "custody").await;
    let lines = agrees(&test, person, "sozialdienst.leipzig", &[]).await;
    assert!(lines.contains("bis 17.12.2026"), "{lines}");
}
