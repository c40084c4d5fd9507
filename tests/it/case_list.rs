//! The list of cases of a prison among many cases of others: every own case once, in order, forwards and back.

use geleit::base::german;
use time::Duration;
use time::macros::date;
use uuid::Uuid;

use crate::harness::{Browser, TestApp};
use crate::html;
use crate::rows::{id, inmate, person, place};
use crate::world::fresh;

/// Cases of the other prison: more than a page of the own prison looks through.
const OTHERS: i64 = 900;

async fn cases(
    test: &TestApp,
    of: Uuid,
    days: impl Iterator<Item = i64>,
) -> Vec<(time::Date, Uuid)> {
    let made: Vec<(time::Date, Uuid)> = days
        .map(|back| (date!(2026 - 11 - 20) - Duration::days(back), fresh()))
        .collect();
    let rows: Vec<String> = made
        .iter()
        .map(|(day, case)| format!("({}, '{day}')", id(*case)))
        .collect();
    let types = if crate::harness::postgres().is_some() {
        "cast(x.column1 as uuid), 'person', {}, m.id, v.id, 'self', cast(x.column2 as date)"
    } else {
        "x.column1, 'person', {}, m.id, v.id, 'self', x.column2"
    };
    test.execute(&format!(
        "insert into client_case (id, client, person_id, programme_id, provider_id, access_route, enquired_on, court_report, \
         interpreter, availability, state, created_at, created_by_name, version) select {}, false, false, '', 'paused', 0, 'Muster', 1 \
         from (values {}) x, programme m, provider v where m.code = 'distanzierung' and v.code = 'vpn'",
        types.replace("{}", &id(of)),
        rows.join(", ")
    ))
    .await;
    made
}

/// The cases of the pages from one on, by the links between them.
async fn walked(browser: &mut Browser, from: &str, way: &str) -> (Vec<Uuid>, String) {
    let mut found = Vec::new();
    let mut path = from.to_owned();
    for _ in 0..40 {
        let page = browser.get(&path).await.expect(200);
        assert_eq!(html::problems(&page.text()), Vec::<String>::new());
        let lines: Vec<Uuid> = page
            .links("/faelle/")
            .iter()
            .filter_map(|link| Uuid::parse_str(link.trim_start_matches("/faelle/")).ok())
            .collect();
        if way == "prev" {
            found.splice(0..0, lines);
        } else {
            found.extend(lines);
        }
        let document = scraper::Html::parse_document(&page.text());
        let links = scraper::Selector::parse(&format!(".pager a[rel={way}]")).unwrap();
        let next = document
            .select(&links)
            .find_map(|link| link.value().attr("href").map(ToOwned::to_owned));
        match next {
            Some(next) => path = next,
            None => return (found, path),
        }
    }
    panic!("forty pages and no end");
}

#[tokio::test]
async fn every_own_case_stands_in_the_list_once_whatever_else_the_land_has() {
    let test = TestApp::new().await;
    let own = inmate(&test, "Eigen").await;
    let other = person(&test, "Fremd", "Jan", "l-1").await;
    place(&test, other, "L", "custody").await;
    cases(&test, other, (0..OTHERS).map(|number| number / 3)).await;
    // Some among the newest of the land, some behind all that a page looks through.
    let mut mine = cases(&test, own, (0..10).map(|number| number * 2)).await;
    mine.extend(cases(&test, own, (0..70).map(|number| 400 + number / 4)).await);
    mine.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(&right.1)));
    let expected: Vec<Uuid> = mine.iter().map(|(_, case)| *case).collect();

    let mut social = test.signed_in("sozialdienst").await;
    let first = social.get("/faelle").await.expect(200).text();
    assert!(first.contains(&german::date(mine[0].0)));
    let (forwards, last) = walked(&mut social, "/faelle", "next").await;
    assert_eq!(forwards, expected);
    let (backwards, _) = walked(&mut social, &last, "prev").await;
    assert_eq!(backwards, expected);

    let mut leipzig = test.signed_in("sozialdienst.leipzig").await;
    let (theirs, _) = walked(&mut leipzig, "/faelle", "next").await;
    assert_eq!(theirs.len() as i64, OTHERS);
    assert!(theirs.iter().all(|case| !expected.contains(case)));
}
