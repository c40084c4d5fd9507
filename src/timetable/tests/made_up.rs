//! Small made-up instances: two prisons, a few of everything, and every rule has a chance to bite.

use serde_json::{Value, json};
use time::{Date, Duration, Month};

use crate::timetable::search::Random;

const WEEKS: usize = 10;

fn start() -> Date {
    Date::from_calendar_date(2027, Month::January, 4).unwrap()
}

pub(super) fn day(number: usize) -> String {
    let date = start() + Duration::days(number as i64);
    format!(
        "{}-{:02}-{:02}",
        date.year(),
        u8::from(date.month()),
        date.day()
    )
}

fn any_day(random: &mut Random) -> String {
    day(random.below(WEEKS) * 7 + random.below(5))
}

fn often(random: &mut Random, part: usize) -> bool {
    random.below(100) < part
}

fn facility(random: &mut Random, place: usize) -> Value {
    let mut windows = Vec::new();
    for weekday in 0..5 {
        if often(random, 70) {
            windows.push(json!([weekday, 510, 690]));
        }
        if often(random, 70) {
            windows.push(json!([weekday, 780, 990]));
        }
    }
    windows.push(json!([1, 780, 990]));
    let rooms: Vec<Value> = (0..=random.below(2))
        .map(|room| {
            let weekly: Vec<Value> = (0..random.below(2))
                .map(|_| json!([random.below(5), 780, 900]))
                .collect();
            let blocked: Vec<Value> = (0..random.below(3))
                .map(|_| json!([any_day(random), 480, 960]))
                .collect();
            json!({"id": format!("F{place}R{room}"), "kind": "group", "cap": 5 + random.below(4), "sec": 2 + random.below(2),
                "weekly_blocked": weekly, "blocked": blocked})
        })
        .chain([json!({"id": format!("F{place}T"), "kind": "talk", "cap": 4, "sec": 3, "weekly_blocked": [], "blocked": []})])
        .collect();
    let load: serde_json::Map<String, Value> = (0..random.below(4))
        .map(|_| (any_day(random), json!(1 + random.below(2))))
        .collect();
    let closed: Vec<String> = (0..random.below(3)).map(|_| any_day(random)).collect();
    json!({"id": format!("F{place}"), "town": place, "state": "SN", "cats": ["m"], "windows": windows, "closed": closed,
        "ext_cap": 2 + random.below(3), "ext_load": load, "rooms": rooms})
}

fn trainer(random: &mut Random, place: usize) -> Value {
    let hours: Vec<Value> = (0..5)
        .filter(|_| often(random, 85))
        .collect::<Vec<usize>>()
        .into_iter()
        .map(|weekday| {
            if often(random, 80) {
                json!([weekday, 480, 1200])
            } else {
                json!([weekday, 480, 900])
            }
        })
        .collect();
    let absent: Vec<Value> = (0..random.below(2))
        .map(|_| {
            let week = random.below(WEEKS);
            json!([day(week * 7), day(week * 7 + 4)])
        })
        .collect();
    let access: Vec<Value> = (0..2)
        .filter(|_| often(random, 85))
        .collect::<Vec<usize>>()
        .into_iter()
        .map(|facility| {
            let last = if often(random, 20) {
                day(7 * (4 + random.below(6)))
            } else {
                "2028-12-31".to_owned()
            };
            json!([format!("F{facility}"), "2026-06-01", last])
        })
        .collect();
    let langs = if often(random, 70) {
        json!(["de"])
    } else {
        json!(["de", "ru"])
    };
    let quals = if often(random, 85) {
        json!(["AKT", "BERAT"])
    } else {
        json!(["AKT"])
    };
    json!({"id": format!("T{place}"), "provider": "VPN", "home": random.below(2), "lead": often(random, 60), "langs": langs,
        "quals": quals, "avail": hours, "absent": absent, "access": access, "max_day": 1 + random.below(3),
        "max_week_min": 240 + 60 * random.below(5)})
}

fn participant(random: &mut Random, place: usize) -> Value {
    let langs = match random.below(10) {
        0 => json!(["ru"]),
        1 | 2 => json!(["de", "ru"]),
        _ => json!(["de"]),
    };
    let blocks: Vec<Value> = (0..random.below(3))
        .map(|_| {
            let week = random.below(WEEKS - 3);
            let from = [480, 780, 840].get(random.below(3)).copied().unwrap_or(480);
            json!([
                random.below(5),
                from,
                from + 120,
                day(week * 7),
                day(week * 7 + 7 * random.below(4))
            ])
        })
        .collect();
    let dates: Vec<Value> = (0..random.below(3))
        .map(|_| json!([any_day(random), 480, 900]))
        .collect();
    let prio = [1, 1, 3, 5, 8].get(random.below(5)).copied().unwrap_or(1);
    let out = if often(random, 25) {
        day(random.below(70))
    } else {
        "2029-01-01".to_owned()
    };
    json!({"id": format!("P{place}"), "facility": format!("F{}", random.below(2)), "cat": "m", "langs": langs, "sec": 1 + random.below(3),
        "prio": prio, "wait_since": "2026-01-01", "out": out, "blocks": blocks, "dates": dates, "needs_group": often(random, 95)})
}

/// The instance of a seed.
pub(super) fn instance(seed: u64) -> Value {
    let mut random = Random::new(seed);
    let random = &mut random;
    let people = 10 + random.below(8);
    let trainers = 3 + random.below(3);
    let participants: Vec<Value> = (0..people)
        .map(|place| participant(random, place))
        .collect();
    let groups: Vec<Value> = (0..1 + random.below(4))
        .map(|place| {
            let first = random.below(2);
            let lang = if often(random, 85) { "de" } else { "ru" };
            json!({"id": format!("G{place}"), "facility": format!("F{}", random.below(2)), "programme": format!("K{}", random.below(2)),
                "cat": "m", "lang": lang, "needs": ["AKT"], "start_min": first, "start_max": first + random.below(4),
                "must_run": often(random, 10)})
        })
        .collect();
    let singles: Vec<Value> = (0..random.below(6))
        .map(|place| {
            let person = participants.get(random.below(people)).unwrap();
            let week = random.below(WEEKS - 2);
            let trainer = if often(random, 30) { json!(format!("T{}", random.below(trainers))) } else { Value::Null };
            json!({"id": format!("E{place}"), "kind": "beratung", "facility": person["facility"], "participant": person["id"],
                "minutes": 60 + 30 * random.below(2), "guests": random.below(2), "from": day(week * 7), "to": day(week * 7 + 11),
                "needs": ["BERAT"], "trainer": trainer, "prio": 1 + random.below(3)})
        })
        .collect();
    let separations: Vec<Value> = (0..random.below(5))
        .map(|_| (random.below(people), random.below(people)))
        .filter(|(one, other)| one < other)
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .map(|(one, other)| json!([format!("P{one}"), format!("P{other}")]))
        .collect();
    json!({
        "format": "akt-sched/1", "name": format!("made-up-{seed}"), "mode": "plan", "seed": seed, "note": "",
        "horizon": {"start": day(0), "weeks": WEEKS}, "grid": 30, "gate_minutes": 20,
        "towns": ["A", "B"], "travel": [[0, 40], [40, 0]], "holidays": {"SN": [any_day(random)]},
        "facilities": [facility(random, 0), facility(random, 1)],
        "trainers": (0..trainers).map(|place| trainer(random, place)).collect::<Vec<_>>(),
        "programmes": [
            {"id": "K0", "sessions": 4, "minutes": 120, "min": 2, "max": 5, "ideal": 4, "max_missed": 1, "max_skips": 1, "modules": [["A", 1], ["B", 3]]},
            {"id": "K1", "sessions": 6, "minutes": 90, "min": 3, "max": 6, "ideal": 4, "max_missed": 2, "max_skips": 2, "modules": [["A", 6]]}],
        "groups": groups, "participants": participants, "separations": separations, "singles": singles})
}
