//! Lists of people as a file: fifty a day, more with a second person, bound to exactly these people, once.

use crate::harness::{Browser, TestApp};
use crate::html;
use crate::rows::{inmate, person, place};

const WHY: &str = "Abgleich mit der Buchhaltung";
const OUT: &str = "/personen/ausgabe";

async fn inmates(test: &TestApp, from: usize, to: usize) {
    for number in from..to {
        inmate(test, &format!("Person{number:03}")).await;
    }
}

fn is_file(answer: &crate::harness::Answer) -> bool {
    answer.headers.contains_key("content-disposition")
}

/// Asks for the second person; where the request is.
async fn ask(browser: &mut Browser) -> String {
    let page = browser.open(OUT).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(
        page.text().contains("Zweite Person nötig"),
        "{}",
        page.text()
    );
    let token = page.input("einmal").unwrap();
    let done = browser
        .post(OUT, &[("einmal", &token), ("grund", WHY)])
        .await
        .expect(303);
    done.location().to_owned()
}

#[tokio::test]
async fn fifty_people_a_day_go_out_as_they_are_filtered() {
    let test = TestApp::new().await;
    inmates(&test, 0, 50).await;
    let elsewhere = person(&test, "Woanders", "Kai", "L 1/26").await;
    place(&test, elsewhere, "L", "custody").await;
    let mut prison = test.signed_in("sozialdienst").await;
    let list = prison.open("/personen").await.expect(200);
    assert_eq!(list.links(OUT).len(), 1, "the list leads to it");
    let page = prison.open(OUT).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(page.text().contains("50 Personen"));
    prison.post(OUT, &[("grund", "")]).await.expect(422);
    let file = prison.post(OUT, &[("grund", WHY)]).await.expect(200);
    assert!(is_file(&file));
    let text = file.text();
    assert!(text.starts_with("\u{FEFF}Nachname;Vorname;Geburtsdatum;Nummer;"));
    assert_eq!(text.lines().count(), 51);
    assert!(text.contains("Person049") && !text.contains("Woanders"));
    assert_eq!(
        test.number("select count(*) from audit_subject s join audit_entry e on e.writer = s.writer and e.sequence = s.sequence \
                     where e.route = 'POST /personen/ausgabe' and e.verb = 'offenlegung' and e.outcome = 'erlaubt'")
            .await,
        50
    );
    // The same people once more are no more people; one more today is one too many, however small the file.
    assert!(is_file(
        &prison.post(OUT, &[("grund", WHY)]).await.expect(200)
    ));
    inmate(&test, "Zuletzt").await;
    let one = [("q", "Zuletzt"), ("grund", WHY)];
    let refused = prison.post(OUT, &one).await.expect(422);
    assert!(!is_file(&refused));
    assert!(
        refused.text().contains("50 Personen am Tag"),
        "{}",
        refused.text()
    );
    // Tomorrow it is one of fifty.
    test.clock.set(test.clock_now().plus_minutes(24 * 60));
    let mut prison = test.signed_in("sozialdienst").await;
    let file = prison.post(OUT, &one).await.expect(200);
    assert!(is_file(&file) && file.text().lines().count() == 2);
    // Roles without the right find no such page.
    for login in ["training", "koordination", "datenschutz", "verwaltung"] {
        test.signed_in(login).await.open(OUT).await.expect(404);
    }
}

#[tokio::test]
async fn more_need_a_second_person_who_approved_exactly_these_once() {
    let test = TestApp::new().await;
    inmates(&test, 0, 60).await;
    let mut prison = test.signed_in("sozialdienst").await;
    // Saying that it is approved does not help.
    for what in ["genehmigt", ""] {
        let answer = prison.post(OUT, &[("tun", what), ("grund", "")]).await;
        assert!(!is_file(&answer.expect(422)));
    }
    let request = ask(&mut prison).await;
    let early = prison.post(OUT, &[("tun", "genehmigt")]).await.expect(422);
    assert!(!is_file(&early));
    // The colleague sees nothing of it and decides nothing; nor does who asked.
    let mut colleague = test.signed_in("sozialdienst.zwei").await;
    colleague.open(&request).await.expect(404);
    let yes = [("tun", "genehmigen"), ("grund", "")];
    colleague.post(&request, &yes).await.expect(404);
    prison.post(&request, &yes).await.expect(422);
    let mut protection = test.signed_in("datenschutz").await;
    let asked = protection.open(&request).await.expect(200);
    assert!(asked.text().contains("60 Personen, JVA Dresden") && asked.text().contains(WHY));
    protection.post(&request, &yes).await.expect(303);
    let tasks = prison.open("/aufgaben").await.expect(200);
    assert!(tasks.text().contains("genehmigter Antrag auszuführen"));
    let mine = prison.open("/vier-augen").await.expect(200);
    assert_eq!(html::problems(&mine.text()), Vec::<String>::new());
    assert!(!mine.text().contains("Von Ihnen zu entscheiden"));
    let mine = prison.open(&request).await.expect(200);
    assert_eq!(mine.links(OUT).len(), 1, "{}", mine.text());

    // Somebody came in since: that is another list.
    let late = inmate(&test, "Nachzug").await;
    let changed = prison.post(OUT, &[("tun", "genehmigt")]).await.expect(422);
    assert!(!is_file(&changed) && changed.text().contains("eine andere Liste"));
    test.execute(&format!(
        "delete from placement where person_id = {}",
        crate::rows::id(late)
    ))
    .await;
    // The colleague cannot use it.
    let other = colleague.post(OUT, &[("tun", "genehmigt")]).await;
    assert!(!is_file(&other.expect(422)));
    let page = prison.open(OUT).await.expect(200);
    assert_eq!(html::problems(&page.text()), Vec::<String>::new());
    assert!(page.text().contains("Genehmigt"));
    let file = prison.post(OUT, &[("tun", "genehmigt")]).await.expect(200);
    assert!(is_file(&file) && file.text().lines().count() == 61);
    let reason = test
        .text("select reason from audit_entry where object = 'personenliste als datei mit zweiter person'")
        .await;
    assert!(reason.starts_with(WHY) && reason.contains("Vier Augen: approval/"));
    // Once.
    let again = prison.post(OUT, &[("tun", "genehmigt")]).await.expect(422);
    assert!(!is_file(&again));
    assert_eq!(test.text("select state from approval").await, "used");
}
