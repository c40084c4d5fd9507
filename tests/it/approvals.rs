//! Four eyes, by the example of the log of an account.

use geleit::base::time::Instant;

use crate::harness::{Answer, Browser, TestApp};
use crate::html;
use crate::rows::id;

async fn ask(browser: &mut Browser) -> String {
    let form = browser.open("/protokoll/konto").await.expect(200);
    assert_eq!(html::problems(&form.text()), Vec::<String>::new());
    let token = form.input("einmal").unwrap();
    let done = browser
        .post(
            "/protokoll/konto/antrag",
            &[
                ("einmal", &token),
                ("login", "sozialdienst"),
                ("von", "20.11.2026"),
                ("bis", "30.11.2026"),
                ("grund", "Beschwerde vom 18.11."),
            ],
        )
        .await;
    assert_eq!(done.status.as_u16(), 303, "{}", done.text());
    done.location().to_owned()
}

async fn decide(browser: &mut Browser, path: &str, what: &str, reason: &str) -> Answer {
    browser
        .post(path, &[("tun", what), ("grund", reason)])
        .await
}

/// The address of the approved act, and the fields that its page would send.
async fn ready(browser: &mut Browser, path: &str) -> (String, Vec<(String, String)>) {
    let page = browser.open(path).await.expect(200);
    let location = page.links("/protokoll/konto?").remove(0);
    let act = browser.open(&location).await.expect(200);
    assert_eq!(html::problems(&act.text()), Vec::<String>::new());
    let fields = ["antrag", "konto", "von", "bis"]
        .map(|name| (name.to_owned(), act.input(name).unwrap_or_default()));
    (location, fields.to_vec())
}

async fn redeem(browser: &mut Browser, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post("/protokoll/konto/auswertung", &fields).await
}

#[tokio::test]
async fn the_log_of_an_account_opens_once_after_a_second_person_agreed() {
    let test = TestApp::new().await;
    let person = crate::rows::inmate(&test, "Adler").await;
    let mut prison = test.signed_in("sozialdienst").await;
    prison
        .open(&format!("/personen/{person}"))
        .await
        .expect(200);
    let mut first = test.signed_in("datenschutz").await;
    let path = ask(&mut first).await;
    let waiting = first.open(&path).await.expect(200);
    assert_eq!(html::problems(&waiting.text()), Vec::<String>::new());
    assert!(waiting.text().contains("wartet auf Entscheidung"));
    assert!(waiting.links("/protokoll/konto?").is_empty());
    decide(&mut first, &path, "genehmigen", "")
        .await
        .expect(422);

    // A second account of the same person is the same person.
    let own = test.account("datenschutz").id.0;
    test.execute(&format!(
        "update account set holder_id = {} where login = 'datenschutz.zwei'",
        id(own)
    ))
    .await;
    let mut second = test.signed_in("datenschutz.zwei").await;
    let refused = decide(&mut second, &path, "genehmigen", "")
        .await
        .expect(422);
    assert!(
        refused.text().contains("zweite Person"),
        "{}",
        refused.text()
    );
    let tasks = second.open("/aufgaben").await.expect(200);
    assert!(!tasks.text().contains("Vier-Augen-Antrag zu entscheiden"));

    let mut other = test.signed_in("verwaltung").await;
    let tasks = other.open("/aufgaben").await.expect(200);
    assert!(
        tasks.text().contains("Vier-Augen-Antrag zu entscheiden"),
        "{}",
        tasks.text()
    );
    let list = other.open("/vier-augen").await.expect(200);
    assert_eq!(html::problems(&list.text()), Vec::<String>::new());
    decide(&mut other, &path, "ablehnen", "").await.expect(422);
    decide(&mut other, &path, "genehmigen", "plausibel")
        .await
        .expect(303);
    decide(&mut other, &path, "ablehnen", "doch nicht")
        .await
        .expect(422);

    let (_, fields) = ready(&mut first, &path).await;
    // Another period than the approved one is another request.
    let mut longer = fields.clone();
    longer[2].1 = "2026-11-01".to_owned();
    let changed = redeem(&mut first, &longer).await.expect(422);
    assert!(
        changed.text().contains("etwas anderes"),
        "{}",
        changed.text()
    );
    let page = redeem(&mut first, &fields).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(page.text().contains("Person geöffnet") && page.text().contains("Viktor Amt"));
    let again = redeem(&mut first, &fields).await.expect(422);
    assert!(again.text().contains("verbraucht"), "{}", again.text());
    let count = "select count(*) from audit_entry where object like 'protokollsuche nach konto account/%' and outcome = 'erlaubt'";
    assert_eq!(test.number(count).await, 1);
    assert_eq!(
        test.number("select count(*) from history where object_kind = 'approval'")
            .await,
        3,
        "asked, approved, used"
    );
}

#[tokio::test]
async fn approvals_end_after_72_hours_and_when_two_accounts_turn_out_to_be_one_person() {
    let test = TestApp::new().await;
    let mut first = test.signed_in("datenschutz").await;
    let mut other = test.signed_in("datenschutz.zwei").await;
    let (late, path) = (ask(&mut first).await, ask(&mut first).await);
    decide(&mut other, &path, "genehmigen", "")
        .await
        .expect(303);
    let (_, fields) = ready(&mut first, &path).await;
    let approved = test
        .number("select decided_at from approval where state = 'approved'")
        .await;
    // Afterwards the two accounts are found to be one person's.
    let own = test.account("datenschutz").id.0;
    test.execute(&format!(
        "update account set holder_id = {} where login = 'datenschutz.zwei'",
        id(own)
    ))
    .await;
    let same = redeem(&mut first, &fields).await.expect(422);
    assert!(same.text().contains("zweite Person"), "{}", same.text());
    test.execute("update account set holder_id = null where login = 'datenschutz.zwei'")
        .await;

    test.clock
        .set(Instant::from_millis(approved).plus_minutes(72 * 60));
    let mut first = test.signed_in("datenschutz").await;
    let over = redeem(&mut first, &fields).await.expect(422);
    assert!(over.text().contains("abgelaufen"), "{}", over.text());
    let mut other = test.signed_in("datenschutz.zwei").await;
    let never = decide(&mut other, &late, "genehmigen", "")
        .await
        .expect(422);
    assert!(never.text().contains("abgelaufen"), "{}", never.text());
    let page = first.open(&late).await.expect(200);
    assert!(page.text().contains("abgelaufen"));
}

#[tokio::test]
async fn two_sendings_use_an_approval_once() {
    let test = TestApp::new().await;
    let mut first = test.signed_in("datenschutz").await;
    let mut other = test.signed_in("datenschutz.zwei").await;
    let path = ask(&mut first).await;
    decide(&mut other, &path, "genehmigen", "")
        .await
        .expect(303);
    let (_, fields) = ready(&mut first, &path).await;
    let (mut one, mut two) = (first.clone(), first.clone());
    let (left, right) = tokio::join!(redeem(&mut one, &fields), redeem(&mut two, &fields));
    let mut codes = [left.status.as_u16(), right.status.as_u16()];
    codes.sort_unstable();
    assert_eq!(codes[0], 200);
    assert!(matches!(codes[1], 409 | 422), "{codes:?}");
    assert_eq!(
        test.number("select count(*) from approval where state = 'used'")
            .await,
        1
    );
}

#[tokio::test]
async fn who_asked_can_take_it_back_and_nobody_else() {
    let test = TestApp::new().await;
    let mut first = test.signed_in("datenschutz").await;
    let mut other = test.signed_in("datenschutz.zwei").await;
    let path = ask(&mut first).await;
    decide(&mut other, &path, "zurueckziehen", "")
        .await
        .expect(422);
    decide(&mut first, &path, "zurueckziehen", "")
        .await
        .expect(303);
    decide(&mut other, &path, "genehmigen", "")
        .await
        .expect(422);
    let mut stranger = test.signed_in("sozialdienst").await;
    // The own requests only.
    let list = stranger.open("/vier-augen").await.expect(200);
    assert!(list.links("/vier-augen/").is_empty(), "{}", list.text());
    stranger.open(&path).await.expect(404);
    let mut gate = test.signed_in("pforte").await;
    gate.open("/vier-augen").await.expect(404);
}
