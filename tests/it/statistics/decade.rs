//! Ten years of made-up cases, groups and talks: every figure of every report equals a query written by hand against the rows.
//! The queries know nothing of the program: they follow the steps of cases, where the program follows participations.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::sealed::{Counts, counts};
use crate::harness::{TestApp, postgres};
use crate::rows::id;

/// The same numbers every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }
}

fn uuid(kind: u128, number: u64) -> String {
    id(Uuid::from_u128((kind << 64) | u128::from(number)))
}

fn day(offset: i64) -> String {
    (time::macros::date!(2016 - 10 - 01) + time::Duration::days(offset)).to_string()
}

/// Puts rows into a table, many in a statement.
async fn put(test: &TestApp, head: &str, rows: &[String]) {
    for some in rows.chunks(300) {
        test.execute(&format!("insert into {head} values {}", some.join(",")))
            .await;
    }
}

const PROGRAMMES: [(&str, &str); 7] = [
    ("umfeldberatung", "apro"),
    ("distanzierung", "vpn"),
    ("ausstieg", "apro"),
    ("akt_gruppe", "vpn"),
    ("akt_einzel", "vsr"),
    ("akt_einzel", "vpn"),
    ("elterncoaching", "vpn"),
];

async fn fill(test: &TestApp) {
    let mut dice = Dice(2016);
    let (mut people, mut placements) = (Vec::new(), Vec::new());
    for number in 0..150 {
        let born = day(-(13 * 366) - i64::try_from(dice.below(40 * 365)).unwrap());
        let sex = dice.one(&["male", "male", "male", "female", "diverse", "unknown"]);
        people.push(format!(
            "({}, 'Muster', 'Person {number}', '{born}', '{sex}', 'muster {number}', 0, 1)",
            uuid(1, number)
        ));
        let (one, two) = (
            100 + i64::try_from(dice.below(1500)).unwrap(),
            2000 + i64::try_from(dice.below(1000)).unwrap(),
        );
        for (part, (setting, from, to)) in [
            ("remand", day(-400), format!("'{}'", day(one))),
            ("sentence", day(one), format!("'{}'", day(two))),
            ("probation", day(two), "null".to_owned()),
        ]
        .into_iter()
        .enumerate()
        {
            let kind = if setting == "probation" {
                "probation"
            } else {
                "custody"
            };
            let facility = if setting == "probation" {
                "BH-DD"
            } else {
                dice.one(&["DD", "BZ", "ZH"])
            };
            placements.push(format!(
                "({}, {}, (select f.id from facility f where f.code = '{facility}'), '{kind}', '{setting}', '{from}', {to}, 'x', 0, 1)",
                uuid(2, number * 3 + part as u64), uuid(1, number)
            ));
        }
    }
    put(
        test,
        "person (id, family_name, given_name, birth_date, sex, sort_key, created_at, version)",
        &people,
    )
    .await;
    put(test, "placement (id, person_id, facility_id, kind, setting, from_day, to_day, sort_key, created_at, version)", &placements).await;
    let (mut enrolments, mut cases, mut steps, mut talks) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut applications = Vec::new();
    let mut taken_by = std::collections::BTreeSet::new();
    for number in 0..700 {
        let (programme, provider) = PROGRAMMES[usize::try_from(dice.below(7)).unwrap()];
        // Somebody has one participation in a programme of a provider at a time.
        let person = dice.below(150);
        let named = dice.below(4) > 0 && taken_by.insert((person, programme, provider));
        let asked = i64::try_from(dice.below(3600)).unwrap();
        let (taken, begun) = (
            asked + i64::try_from(dice.below(20)).unwrap(),
            asked + 20 + i64::try_from(dice.below(250)).unwrap(),
        );
        let ended = begun + i64::try_from(dice.below(400)).unwrap();
        let far = dice.below(10);
        let mut way = vec![(asked, "enquiry", "null".to_owned())];
        let reason = dice.one(&["contact_lost", "released", "transferred", "other"]);
        if far == 0 {
            way.push((
                taken,
                "declined",
                format!("'{}'", dice.one(&["mistake", "own_wish"])),
            ));
        }
        if far > 1 {
            way.push((taken, "clearing", "null".to_owned()));
        }
        if far > 2 {
            way.push((taken + 1, "agreed", "null".to_owned()));
        }
        if far > 3 {
            way.push((begun, "running", "null".to_owned()));
        }
        let end = match dice.below(6) {
            _ if far < 6 => None,
            0 | 1 => Some(("completed", "certificate")),
            2 => Some(("passed_on", "regular_services")),
            _ => Some(("broken_off", reason)),
        };
        if let Some((state, reason)) = end {
            way.push((ended, state, format!("'{reason}'")));
            // After the end: after-care, or (only where nothing but steps says so) taken up again.
            match dice.below(5) {
                0 if state != "passed_on" => way.push((ended + 3, "aftercare", "null".to_owned())),
                1 if !named && state != "passed_on" => {
                    way.push((ended + 9, "running", "'returned'".to_owned()))
                }
                _ => {}
            }
        }
        let known = if named {
            uuid(1, person)
        } else {
            "null".to_owned()
        };
        let facility = dice.one(&["DD", "BZ", "BH-DD", "BH-L"]);
        let place = if named || dice.below(2) == 0 {
            format!("(select f.id from facility f where f.code = '{facility}')")
        } else {
            "null".to_owned()
        };
        let route = dice.one(&["self", "staff", "vollzugsplan", "court_order", "kora"]);
        let phenomenon = dice.one(&["'right'", "'left'", "'islamist'", "'reichsbuerger'", "null"]);
        let enrolment = if named && far > 2 {
            uuid(3, number)
        } else {
            "null".to_owned()
        };
        if enrolment != "null" {
            let started = if far > 3 {
                format!("'{}'", day(begun))
            } else {
                "null".to_owned()
            };
            let (over, outcome) = match end {
                Some((state, _)) => (
                    format!("'{}'", day(ended)),
                    format!(
                        "'{}'",
                        if state == "completed" {
                            "completed"
                        } else {
                            "dropped_out"
                        }
                    ),
                ),
                None => ("null".to_owned(), "null".to_owned()),
            };
            enrolments.push(format!(
                "({enrolment}, {known}, (select m.id from programme m where m.code = '{programme}'), (select v.id from provider v where v.code = '{provider}'), \
                 {place}, '{route}', '{}', {started}, {over}, {outcome}, 0, 1)",
                day(taken)
            ));
        }
        // Some had applied before, once or twice, or only after the enquiry.
        if enrolment != "null" && number % 3 != 0 {
            let offset = i64::try_from(number % 130).unwrap();
            for (part, applied) in [asked - offset, asked + 3].into_iter().enumerate() {
                applications.push(format!(
                    "({}, {known}, (select m.id from programme m where m.code = '{programme}'), {place}, 'self', '{}', 'placed', '{}', {enrolment}, 0, \
                     'Sozialdienst', 1)",
                    uuid(10, number * 2 + part as u64), day(applied), day(begun)
                ));
            }
        }
        let children = if programme == "elterncoaching" {
            format!("{}, {}, null", dice.below(3), dice.below(3))
        } else {
            "null, null, null".to_owned()
        };
        let client = if named { "'person'" } else { "'anonymous'" };
        cases.push(format!(
            "({}, {client}, {known}, (select m.id from programme m where m.code = '{programme}'), (select v.id from provider v where v.code = '{provider}'), \
             {place}, {enrolment}, '{route}', '{}', {phenomenon}, false, false, '', {children}, '{}', 0, 'Träger', 1)",
            uuid(4, number), day(asked), way.last().unwrap().1
        ));
        for (place, (at, to, reason)) in way.iter().enumerate() {
            steps.push(format!(
                "({}, {}, '{}', '{to}', {reason}, 0, 'Träger')",
                uuid(4, number),
                place + 1,
                day(*at)
            ));
        }
        for talk in 0..dice.below(4) {
            let (whose, person, case) = if enrolment == "null" {
                ("null".to_owned(), "null".to_owned(), uuid(4, number))
            } else {
                (enrolment.clone(), known.clone(), "null".to_owned())
            };
            let outcome = dice.one(&["took_place", "took_place", "no_show", "cancelled"]);
            talks.push(format!(
                "({}, {whose}, {person}, {case}, '{}', {}, 'in_person', '{outcome}', (select a.id from account a where a.login = 'beratung'), 'Beratung', 0, 1)",
                uuid(5, number * 4 + talk), day(begun + i64::try_from(talk).unwrap() * 30), 30 + dice.below(100)
            ));
        }
    }
    put(test, "enrolment (id, person_id, programme_id, provider_id, facility_id, access_route, enrolled_on, started_on, ended_on, outcome, created_at, version)", &enrolments).await;
    put(test, "client_case (id, client, person_id, programme_id, provider_id, facility_id, enrolment_id, access_route, enquired_on, phenomenon, court_report, interpreter, availability, children_small, children_school, children_youth, state, created_at, created_by_name, version)", &cases).await;
    put(
        test,
        "case_step (case_id, number, day, to_state, reason, at, by_name)",
        &steps,
    )
    .await;
    put(test, "counselling_session (id, enrolment_id, person_id, case_id, day, minutes, form, outcome, recorded_by, recorded_by_name, recorded_at, version)", &talks).await;
    put(test, "application (id, person_id, programme_id, facility_id, access_route, applied_on, state, closed_on, enrolment_id, created_at, created_by_name, version)", &applications).await;
    let mut handed = Vec::new();
    for number in 0..150 {
        // Several of a person, one after the other; the last may be open.
        for part in 0..3 {
            let at = i64::try_from(part * 1200 + dice.below(1000)).unwrap();
            let (from, to) = [
                ("DD", "BZ"),
                ("BZ", "BH-DD"),
                ("ZH", "BH-L"),
                ("BH-L", "DD"),
            ][usize::try_from(dice.below(4)).unwrap()];
            let kind = if to.starts_with("BH") {
                "probation"
            } else {
                "prison"
            };
            let state = dice.one(&["accepted", "accepted", "declined", "expired", "revoked"]);
            // Some are answered just before or after midnight.
            let minutes = i64::try_from(dice.below(20 * 1440)).unwrap();
            let answered = (at + 17_075) * 86_400_000 + minutes * 60_000;
            handed.push(format!(
                "({}, {}, '{kind}', (select f.id from facility f where f.code = '{from}'), (select f.id from facility f where f.code = '{to}'), \
                 '{state}', '{}', 0, '{{}}', '', '{}', '{}', 0, 'Sozialdienst', {answered}, 'Sozialdienst', {}, 1)",
                uuid(9, number * 3 + part), uuid(1, number), day(at + 40), day(at), day(at + 14),
                if state == "declined" { "'kein Platz'" } else { "null" }
            ));
        }
    }
    put(test, "hand_over (id, person_id, kind, from_facility_id, to_facility_id, state, moves_on, coaching_months, summary, checklist, offered_on, expires_on, offered_at, offered_by_name, answered_at, answered_by_name, reason, version)", &handed).await;
    let (mut groups, mut sessions, mut present) = (Vec::new(), Vec::new(), Vec::new());
    let (mut members, mut completions) = (Vec::new(), Vec::new());
    for number in 0..24 {
        let start = 20 + i64::try_from(number * 150).unwrap();
        let facility = dice.one(&["DD", "BZ", "ZH"]);
        groups.push(format!(
            "({}, 'Gruppe {number}', (select t.id from template t order by t.id limit 1), (select m.id from programme m where m.code = 'akt_gruppe'), \
             (select v.id from provider v where v.code = 'vpn'), (select f.id from facility f where f.code = '{facility}'), (select r.id from room r order by r.id limit 1), \
             1, 840, '{}', '{}', 8, '{}', 0, 1, false)",
            uuid(6, number), day(start), day(start + 170), if number == 3 { "draft" } else { "published" }
        ));
        for seat in 0..6 {
            let (whose, enrolment) = (
                uuid(1, number * 6 + seat),
                "(select e.id from enrolment e order by e.id limit 1)",
            );
            members.push(format!(
                "({}, {}, {whose}, (select m.id from programme m where m.code = 'akt_gruppe'), {enrolment}, '{}', '{}')",
                uuid(11, number * 6 + seat), uuid(6, number), day(start), day(start + 170)
            ));
            // Some did not reach the end; some completions were taken back, of which one is confirmed anew.
            let result = if seat == 5 {
                "not_completed"
            } else {
                "completed"
            };
            let taken_back = "1, 'Training', 'Irrtum'".to_owned();
            let mut rounds = vec!["null, null, null".to_owned()];
            if seat == 0 {
                rounds.insert(0, taken_back);
            } else if seat == 1 && number % 2 == 0 {
                rounds = vec![taken_back];
            }
            for (round, withdrawn) in rounds.into_iter().enumerate() {
                completions.push(format!(
                    "({}, {}, {whose}, {enrolment}, {}, (select t.id from template t order by t.id limit 1), '{result}', '{}', 8, 8, '', '', false, 0, \
                     'Training', {withdrawn}, 1)",
                    uuid(12, (number * 6 + seat) * 2 + round as u64), uuid(11, number * 6 + seat), uuid(6, number),
                    day(start + 154 + i64::try_from(seat).unwrap())
                ));
            }
        }
        for week in 0..23 {
            let session = number * 23 + week;
            let state = dice.one(&["held", "held", "held", "cancelled", "planned"]);
            let reason = if state == "cancelled" {
                format!("'{}'", dice.one(&["holiday", "lock_in", "trainer"]))
            } else {
                "null".to_owned()
            };
            sessions.push(format!(
                "({}, {}, {}, 'Biografie', '{}', 840, {}, (select r.id from room r order by r.id limit 1), '{state}', {reason}, 1, 'group', false)",
                uuid(7, session), uuid(6, number), week + 1, day(start + i64::try_from(week).unwrap() * 7), [180, 200, 90][usize::try_from(week % 3).unwrap()]
            ));
            for seat in 0..5 {
                let status = dice.one(&["present", "late", "left_early", "excused", "unexcused"]);
                present.push(format!(
                    "({}, {}, {}, '{status}', 0, 'Training', 1)",
                    uuid(8, session * 5 + seat),
                    uuid(7, session),
                    uuid(1, number * 6 + seat)
                ));
            }
        }
    }
    put(test, "training_group (id, name, template_id, programme_id, provider_id, facility_id, room_id, weekday, start_minute, first_day, last_day, places, state, created_at, version, entry_open)", &groups).await;
    put(test, "group_session (id, group_id, ordinal, module, day, start_minute, minutes, room_id, state, cancel_reason, version, kind, locked)", &sessions).await;
    put(
        test,
        "attendance (id, session_id, person_id, status, recorded_at, recorded_by_name, version)",
        &present,
    )
    .await;
    put(
        test,
        "membership (id, group_id, person_id, programme_id, enrolment_id, from_day, to_day)",
        &members,
    )
    .await;
    put(test, "completion (id, membership_id, person_id, enrolment_id, group_id, template_id, result, day, done, required, lacking, evidence, ended_place, confirmed_at, confirmed_by_name, withdrawn_at, withdrawn_by_name, withdrawn_reason, version)", &completions).await;
}

/// Each case with its days, told by its steps alone.
const WAYS: &str = "with w as (select k.id, k.person_id, (select min(a.applied_on) from application a where a.enrolment_id = k.enrolment_id) as applied, m.code as programme, v.code as provider, f.code as facility, k.phenomenon, k.access_route, \
    k.enquired_on as asked, k.children_small, k.children_school, (select min(s.day) from case_step s where s.case_id = k.id and s.to_state in ('clearing', 'agreed')) as taken, \
    (select min(s.day) from case_step s where s.case_id = k.id and s.to_state = 'running') as begun, \
    (select min(s.day) from case_step s where s.case_id = k.id and s.to_state = 'completed') as done, \
    (select min(s.day) from case_step s where s.case_id = k.id and s.to_state = 'broken_off' and not exists (select 1 from case_step t where t.case_id = k.id and t.number > s.number and t.to_state = 'running')) as broken, \
    (select min(s.reason) from case_step s where s.case_id = k.id and s.to_state = 'broken_off') as reason, \
    (select min(s.day) from case_step s where s.case_id = k.id and s.to_state = 'passed_on') as passed, \
    exists (select 1 from case_step s where s.case_id = k.id and s.reason = 'mistake') as mistake \
    from client_case k join programme m on m.id = k.programme_id join provider v on v.id = k.provider_id left join facility f on f.id = k.facility_id) ";

fn facility(column: &str) -> String {
    format!("coalesce(replace(lower({column}), '-', '_'), 'ohne_einrichtung')")
}

/// What each dimension is called in the queries on cases.
fn column(dimension: &str) -> String {
    match dimension {
        "massnahme" => "w.programme".to_owned(),
        "traeger" => "w.provider".to_owned(),
        "einrichtung" => facility("w.facility"),
        "phaenomen" => "coalesce(w.phenomenon, 'ohne_angabe')".to_owned(),
        "zugangsweg" => "case w.access_route when 'self' then 'selbst' when 'staff' then 'bedienstete' when 'court_order' then 'gericht' else w.access_route end".to_owned(),
        other => panic!("no column for {other}"),
    }
}

/// The last day of a quarter, half-year or year and its first.
fn days(time: &str) -> (String, String) {
    let period: geleit::statistics::Period = time
        .trim_start_matches("bis-")
        .trim_start_matches("je-")
        .parse()
        .unwrap();
    (
        period.first_day().to_string(),
        period.last_day().to_string(),
    )
}

/// The hand-written query for a layer.
fn query(dimensions: &str, measure: &str, time: &str) -> String {
    let (first, last) = days(time);
    let within = |column: &str| format!("{column} between '{first}' and '{last}'");
    let on_cases = |condition: String| {
        let columns: Vec<String> = dimensions.split('+').map(column).collect();
        format!(
            "{WAYS} select {} as code, count(*) from w where {condition} group by 1",
            columns.join(" || '+' || ")
        )
    };
    let people = |day: &str, person: &str| -> (String, String, String) {
        let born = format!("(select p.birth_date from person p where p.id = {person})");
        let digits = |text: &str| {
            format!(
                "cast(substr(cast({text} as text), 1, 4) || substr(cast({text} as text), 6, 2) || substr(cast({text} as text), 9, 2) as integer)"
            )
        };
        let years = format!("(({} - {}) / 10000)", digits(day), digits(&born));
        let age = format!(
            "case when {person} is null then 'ohne_angabe' when {years} < 14 then 'ohne_angabe' when {years} < 18 then 'a14_17' when {years} < 21 then 'a18_20' when {years} < 30 then 'a21_29' else 'a30' end"
        );
        let sex = format!(
            "coalesce((select case p.sex when 'male' then 'maennlich' when 'female' then 'weiblich' when 'diverse' then 'divers' end from person p where p.id = {person}), 'ohne_angabe')"
        );
        let setting = format!(
            "coalesce((select case p.setting when 'remand' then 'untersuchungshaft' when 'sentence' then 'haft' else 'bewaehrung' end from placement p \
             where p.person_id = {person} and p.from_day <= {day} and (p.to_day is null or p.to_day > {day})), 'ohne_angabe')"
        );
        (sex, age, setting)
    };
    let running = |day: &str| {
        format!(
            "w.begun <= '{day}' and (w.done is null or w.done > '{day}') and (w.done is not null or w.broken is null or w.broken > '{day}') and (w.passed is null or w.passed > '{day}')"
        )
    };
    match measure {
        "anfragen" => on_cases(format!("{} and not w.mistake", within("w.asked"))),
        "faelle" => on_cases(within("w.taken")),
        "begonnen" if dimensions == "geschlecht+alter" => {
            let (sex, age, _) = people("w.begun", "w.person_id");
            format!(
                "{WAYS} select {sex} || '+' || {age}, count(*) from w where {} group by 1",
                within("w.begun")
            )
        }
        "begonnen" if dimensions == "vollzug" => {
            let (_, _, setting) = people("w.begun", "w.person_id");
            format!(
                "{WAYS} select {setting}, count(*) from w where {} group by 1",
                within("w.begun")
            )
        }
        // Days on the calendar from the wish, which is the day of the enquiry or of an earlier application, to the beginning.
        "begonnen" if dimensions == "wartezeit" => {
            let wish = "case when w.applied < w.asked then w.applied else w.asked end";
            let days = if postgres().is_some() {
                format!("(w.begun - {wish})")
            } else {
                format!("(julianday(w.begun) - julianday({wish}))")
            };
            format!(
                "{WAYS} select case when {days} <= 30 then 'bis_30' when {days} <= 90 then 'bis_90' when {days} <= 180 then 'bis_180' \
                 else 'ueber_180' end, count(*) from w where {} group by 1",
                within("w.begun")
            )
        }
        "begonnen" => on_cases(within("w.begun")),
        "laufend_am_ende" => on_cases(running(&last)),
        "abgeschlossen" => on_cases(within("w.done")),
        "abgebrochen" => on_cases(format!("{} and w.done is null", within("w.broken"))),
        "weitergegeben" => on_cases(within("w.passed")),
        "beendet" => format!(
            "{WAYS} select case when w.done is not null then 'abgeschlossen' when w.passed is not null then 'weitergegeben' else 'grund_' || w.reason end, count(*) \
             from w where ({}) or ({} and w.done is null) or ({}) group by 1",
            within("w.done"),
            within("w.broken"),
            within("w.passed")
        ),
        "personen" => {
            let (sex, age, _) = people(&format!("'{last}'"), "c.person_id");
            // The last stay of the period, also if it ended within.
            let setting = format!(
                "coalesce((select case p.setting when 'remand' then 'untersuchungshaft' when 'sentence' then 'haft' else 'bewaehrung' end from placement p \
                 where p.person_id = c.person_id and p.from_day = (select max(q.from_day) from placement q where q.person_id = c.person_id and q.from_day <= '{last}')), 'ohne_angabe')"
            );
            let code = if dimensions == "vollzug" {
                setting
            } else {
                format!("{sex} || '+' || {age}")
            };
            format!(
                "{WAYS}, c as (select w.person_id, min(case when w.person_id is null then w.id end) as alone from w where w.begun <= '{last}' \
                 and (w.done is null or w.done >= '{first}') and (w.done is not null or w.broken is null or w.broken >= '{first}') and (w.passed is null or w.passed >= '{first}') \
                 group by w.person_id, case when w.person_id is null then w.id end) select {code}, count(*) from c group by 1"
            ).replace("min(case when w.person_id is null then w.id end) as alone", "1 as alone")
        }
        "eltern" => format!(
            "{WAYS} select w.provider, count(*) from w where w.programme = 'elterncoaching' and {} group by 1",
            within("w.begun")
        ),
        "kinder" => format!(
            "{WAYS} select 'k0_5', cast(sum(w.children_small) as bigint) from w where w.programme = 'elterncoaching' and {0} having sum(w.children_small) > 0 union all \
             select 'k6_11', cast(sum(w.children_school) as bigint) from w where w.programme = 'elterncoaching' and {0} having sum(w.children_school) > 0",
            within("w.begun")
        ),
        _ if measure.starts_with("uebergaben") => hand_overs(measure, &first, &last),
        _ => offers(dimensions, measure, &within("s.day")),
    }
}

/// Hand-overs by the kinds of the two facilities. An answer belongs to the day of the clock in Berlin, here told by the rule of
/// summer time: from the last Sunday of March, 1:00 UTC, to the last Sunday of October, 1:00 UTC.
fn hand_overs(measure: &str, first: &str, last: &str) -> String {
    let kind = |alias: &str| {
        format!("case when {alias}.kind = 'prison' then 'anstalten' else 'bewaehrungshilfe' end")
    };
    let start = |day: &str| {
        let day = time::Date::parse(
            day,
            &time::macros::format_description!("[year]-[month]-[day]"),
        )
        .unwrap();
        let hours = if (4..=10).contains(&u8::from(day.month())) {
            2
        } else {
            1
        };
        (day.midnight().assume_utc().unix_timestamp() - hours * 3600) * 1000
    };
    let after = time::Date::parse(
        last,
        &time::macros::format_description!("[year]-[month]-[day]"),
    )
    .unwrap()
    .next_day()
    .unwrap()
    .to_string();
    let answered = |state: &str| {
        format!(
            "h.state = '{state}' and h.answered_at >= {} and h.answered_at < {}",
            start(first),
            start(&after)
        )
    };
    let condition = match measure {
        "uebergaben_angeboten" => format!("h.offered_on between '{first}' and '{last}'"),
        "uebergaben_verfallen" => {
            format!("h.state = 'expired' and h.expires_on between '{first}' and '{last}'")
        }
        "uebergaben_angenommen" => answered("accepted"),
        "uebergaben_abgelehnt" => answered("declined"),
        other => panic!("no query for {other}"),
    };
    format!(
        "select {} || '+' || {}, count(*) from hand_over h join facility a on a.id = h.from_facility_id \
         join facility b on b.id = h.to_facility_id where {condition} group by 1",
        kind("a"),
        kind("b")
    )
}

/// Dates, registers and talks.
fn offers(dimensions: &str, measure: &str, within: &str) -> String {
    let code = dimensions
        .split('+')
        .map(|dimension| match dimension {
            "massnahme" => "m.code".to_owned(),
            "traeger" => "v.code".to_owned(),
            "einrichtung" => facility("f.code"),
            "ausfallgrund" => "case s.cancel_reason when 'holiday' then 'feiertag' when 'lock_in' then 'einschluss' when 'trainer' then 'leitung' end".to_owned(),
            other => panic!("no column for {other}"),
        })
        .collect::<Vec<_>>()
        .join(" || '+' || ");
    let group = "training_group g join programme m on m.id = g.programme_id join provider v on v.id = g.provider_id join facility f on f.id = g.facility_id \
        join group_session s on s.group_id = g.id";
    let talk = "counselling_session s left join enrolment e on e.id = s.enrolment_id left join client_case k on k.id = s.case_id \
        join programme m on m.id = coalesce(e.programme_id, k.programme_id) join provider v on v.id = coalesce(e.provider_id, k.provider_id) \
        left join facility f on f.id = coalesce(e.facility_id, k.facility_id)";
    let (number, from, condition) = match measure {
        "sitzungen_geplant" => ("count(*)", group, "g.state = 'published'"),
        "sitzungen_durchgefuehrt" => (
            "count(*)",
            group,
            "g.state = 'published' and s.state = 'held'",
        ),
        "sitzungen_ausgefallen" => (
            "count(*)",
            group,
            "g.state = 'published' and s.state = 'cancelled'",
        ),
        // 180, 200 and 90 minutes.
        "gruppenstunden" => (
            "cast(sum(case s.minutes when 180 then 300 when 200 then 333 else 150 end) as bigint)",
            group,
            "g.state = 'published' and s.state = 'held'",
        ),
        "gruppen" => (
            "count(distinct g.id)",
            group,
            "g.state = 'published' and s.state = 'held'",
        ),
        "anwesenheiten" => {
            return format!(
                "select {code}, count(*) from {group} join attendance a on a.session_id = s.id where g.state = 'published' and s.state = 'held' \
                 and a.status not in ('excused', 'unexcused') and {within} group by 1"
            );
        }
        "gruppenabschluesse" => {
            let confirmed = within.replace("s.day", "c.day");
            return format!(
                "select m.code, count(*) from completion c join membership b on b.id = c.membership_id join training_group g on g.id = b.group_id \
                 join programme m on m.id = g.programme_id where c.result <> 'not_completed' and c.withdrawn_by_name is null and {confirmed} group by 1"
            );
        }
        "gespraeche" => ("count(*)", talk, "s.outcome = 'took_place'"),
        "gespraeche_ausgefallen" => ("count(*)", talk, "s.outcome <> 'took_place'"),
        "gespraechsstunden" => (
            "cast(sum(case when s.minutes <= 60 then 1 when s.minutes <= 120 then 2 else 3 end) as bigint)",
            talk,
            "s.outcome = 'took_place'",
        ),
        other => panic!("no query for {other}"),
    };
    format!("select {code}, {number} from {from} where {condition} and {within} group by 1")
}

/// Compares everything counted for a report with the queries; how many layers there were, and how many of waits and of
/// completions with something in them.
async fn agree(test: &TestApp, all: &Counts) -> (usize, usize) {
    let mut layers: BTreeMap<(String, String, String), BTreeMap<String, i64>> = BTreeMap::new();
    for ((dimensions, measure, time, codes), number) in all {
        let layer = layers
            .entry((dimensions.clone(), measure.clone(), time.clone()))
            .or_default();
        if *number != 0 {
            layer.insert(codes.clone(), *number);
        }
    }
    let (mut compared, mut filled) = (0, 0);
    for ((dimensions, measure, time), counted) in &layers {
        let query = query(dimensions, measure, time);
        assert_eq!(
            *counted,
            test.counted(&query).await,
            "{dimensions} {measure} {time}"
        );
        compared += 1;
        let rare = dimensions == "wartezeit" || measure == "gruppenabschluesse";
        filled += usize::from(rare && !counted.is_empty());
    }
    (compared, filled)
}

#[tokio::test]
async fn ten_years_of_figures_are_those_of_queries_written_by_hand() {
    let test = TestApp::new().await;
    fill(&test).await;
    let mut browser = test.signed_in("statistik").await;
    for (report, period, least) in [
        ("quartal", "2026-Q2", 40),
        ("quartal", "2025-Q1", 40),
        ("halbjahr", "2025-H2", 70),
        ("jahr", "2025", 130),
        ("jahr", "2022", 130),
        ("landtag", "2023", 40),
    ] {
        let answer = super::order(&mut browser, report, &[("zeitraum", period)]).await;
        let preview = answer.expect(303).location().to_owned();
        let all = counts(&test, &preview).await;
        assert!(
            all.values().filter(|number| **number > 0).count() > 50,
            "{report} {period}"
        );
        let (compared, filled) = agree(&test, &all).await;
        assert!(compared >= least, "{report} {period}: {compared}");
        assert!(filled > 1 || report == "landtag", "{report} {period}");
        // Only the counting is looked at here; the computation is given up.
        let version = browser
            .get(&preview)
            .await
            .expect(200)
            .input("version")
            .unwrap();
        browser
            .post(&format!("{preview}/verwerfen"), &[("version", &version)])
            .await
            .expect(303);
    }
}
