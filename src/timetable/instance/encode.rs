//! From an [`Instance`] to the JSON of the format.

use serde_json::{Map, Value, json};
use time::Date;

use super::{
    DateRange, DatedSpan, FORMAT, Facility, FixedEvent, Instance, Participant, Room, Trainer,
    WeeklySpan,
};

/// The instance as a file: what [`super::read`] reads. The key `fixed` is not of the format and stands there only when
/// there is something to say.
pub fn write(instance: &Instance) -> Value {
    let facility = |place: usize| name(instance.facilities.get(place).map(|one| &one.id));
    let programme = |place: usize| name(instance.programmes.get(place).map(|one| &one.id));
    let person = |place: usize| name(instance.participants.get(place).map(|one| &one.id));
    let trainer = |place: usize| name(instance.trainers.get(place).map(|one| &one.id));
    let holidays: Map<String, Value> = instance
        .holidays
        .iter()
        .map(|(land, days)| (land.clone(), days.iter().copied().map(day).collect()))
        .collect();
    let mut file = json!({
        "format": FORMAT,
        "name": instance.name,
        "mode": if instance.repair.is_some() { "repair" } else { "plan" },
        "horizon": { "start": day(instance.start), "weeks": instance.weeks },
        "grid": instance.grid,
        "gate_minutes": instance.gate_minutes,
        "towns": instance.towns,
        "travel": instance.travel,
        "holidays": holidays,
        "facilities": instance.facilities.iter().map(facility_file).collect::<Value>(),
        "trainers": instance.trainers.iter().map(|one| trainer_file(one, &facility)).collect::<Value>(),
        "programmes": instance.programmes.iter().map(|one| json!({
            "id": one.id, "sessions": one.sessions, "minutes": one.minutes, "min": one.min, "max": one.max,
            "ideal": one.ideal, "max_missed": one.max_missed, "max_skips": one.max_skips,
            "modules": [[one.id, one.sessions]],
        })).collect::<Value>(),
        "groups": instance.groups.iter().map(|one| json!({
            "id": one.id, "facility": facility(one.facility), "programme": programme(one.programme), "cat": one.cat,
            "lang": one.lang, "needs": one.needs, "start_min": one.start_min, "start_max": one.start_max,
            "must_run": one.must_run,
        })).collect::<Value>(),
        "participants": instance.participants.iter().map(|one| person_file(one, &facility)).collect::<Value>(),
        "separations": instance.separations.iter()
            .map(|(one, other)| json!([person(*one), person(*other)])).collect::<Value>(),
        "singles": instance.singles.iter().map(|one| json!({
            "id": one.id, "kind": "talk", "facility": facility(one.facility), "participant": person(one.participant),
            "minutes": one.minutes, "guests": one.guests, "from": day(one.range.first), "to": day(one.range.last),
            "needs": one.needs, "trainer": one.trainer.map(trainer), "prio": one.prio,
        })).collect::<Value>(),
    });
    if let Some(repair) = &instance.repair {
        put(&mut file, "now", day(repair.now));
        put(&mut file, "disruptions", json!(repair.disruptions));
        put(&mut file, "published", json!(repair.published));
    }
    if !instance.fixed.is_empty() {
        let rooms: Vec<&str> = instance
            .facilities
            .iter()
            .flat_map(|one| one.rooms.iter().map(|room| room.id.as_str()))
            .collect();
        let fixed = |one: &FixedEvent| {
            let mut event = json!({
                "label": one.label, "facility": facility(one.facility), "when": dated(&one.span),
                "trainers": one.trainers.iter().copied().map(trainer).collect::<Value>(),
            });
            if let Some(room) = one.room.and_then(|place| rooms.get(place)) {
                put(&mut event, "room", json!(room));
            }
            event
        };
        let all = instance.fixed.iter().map(fixed).collect();
        put(&mut file, "fixed", all);
    }
    file
}

fn put(object: &mut Value, key: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

fn name(found: Option<&String>) -> Value {
    found.map_or(Value::Null, |id| json!(id))
}

fn day(date: Date) -> Value {
    json!(date.to_string())
}

fn weekly(span: &WeeklySpan) -> Value {
    json!([span.weekday, span.from, span.to])
}

fn dated(span: &DatedSpan) -> Value {
    json!([day(span.date), span.from, span.to])
}

fn range(range: &DateRange) -> Value {
    json!([day(range.first), day(range.last)])
}

fn facility_file(one: &Facility) -> Value {
    let load: Map<String, Value> = one
        .ext_load
        .iter()
        .map(|(date, load)| (date.to_string(), json!(load)))
        .collect();
    json!({
        "id": one.id, "town": one.town, "state": one.state, "cats": ["m"],
        "windows": one.windows.iter().map(weekly).collect::<Value>(),
        "closed": one.closed.iter().copied().map(day).collect::<Value>(),
        "ext_cap": one.ext_cap, "ext_load": load,
        "rooms": one.rooms.iter().map(room_file).collect::<Value>(),
    })
}

fn room_file(one: &Room) -> Value {
    json!({
        "id": one.id, "kind": if one.for_groups { "group" } else { "talk" }, "cap": one.cap, "sec": one.sec,
        "weekly_blocked": one.weekly_blocked.iter().map(weekly).collect::<Value>(),
        "blocked": one.blocked.iter().map(dated).collect::<Value>(),
    })
}

fn trainer_file(one: &Trainer, facility: &impl Fn(usize) -> Value) -> Value {
    let access = |(place, days): &(usize, DateRange)| {
        json!([facility(*place), day(days.first), day(days.last)])
    };
    json!({
        "id": one.id, "provider": "", "home": one.home, "lead": one.lead, "langs": one.langs, "quals": one.quals,
        "avail": one.avail.iter().map(weekly).collect::<Value>(),
        "absent": one.absent.iter().map(range).collect::<Value>(),
        "access": one.access.iter().map(access).collect::<Value>(),
        "max_day": one.max_day, "max_week_min": one.max_week_min,
    })
}

fn person_file(one: &Participant, facility: &impl Fn(usize) -> Value) -> Value {
    let block = |(span, days): &(WeeklySpan, DateRange)| {
        json!([
            span.weekday,
            span.from,
            span.to,
            day(days.first),
            day(days.last)
        ])
    };
    json!({
        "id": one.id, "facility": facility(one.facility), "cat": one.cat, "langs": one.langs, "sec": one.sec,
        "prio": one.prio, "wait_since": day(one.out), "out": day(one.out),
        "blocks": one.blocks.iter().map(block).collect::<Value>(),
        "dates": one.dates.iter().map(dated).collect::<Value>(),
        "needs_group": one.needs_group,
    })
}
