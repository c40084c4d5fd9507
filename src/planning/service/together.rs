//! The half-year of all houses in which an organisation works, computed at once: trainers who travel between houses are
//! shared, each house gets its part as a plan of its own. Who waits is read by Geleit in the scope of each house;
//! whoever had it computed sees numbers.

use time::{Date, Duration};

use super::land::{enough, known};
use super::{Table, half_year, monday};
use crate::access::permissions::Operate;
use crate::access::{GrantedPlace, RequestRef};
use crate::accounts::own_eyes;
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::{FacilityId, HalfYearPlanId, LandPlanId, TemplateId};
use crate::planning::rules::Facts;
use crate::planning::store::facts::Talks;
use crate::planning::store::plans::PlanRow;
use crate::schema::planning::half_year_plan;
use crate::store::{Reader, Result, Store};

/// Geleit's own eyes in one house.
fn reader(store: &Store, facility: Option<FacilityId>) -> Reader<Operate> {
    let now = store.clock().now();
    let request = RequestRef {
        id: String::new(),
        route: "POST /landesplan/neu".to_owned(),
    };
    store.read(own_eyes("Landesplan (Geleit)", facility, now, request))
}

async fn facts(
    store: &Store,
    (first_day, with_talks): (Date, bool),
    houses: &[FacilityId],
) -> Result<Facts> {
    let begin = monday(first_day);
    let days = (
        begin,
        begin + Duration::days(i64::from(half_year::WEEKS) * 7),
    );
    let asked = |facility| houses.contains(&facility);
    known(
        |facility| reader(store, facility),
        days,
        Talks::of(with_talks),
        asked,
    )
    .await
}

/// Says in the audit log of whom was read.
async fn read(store: &Store, land: LandPlanId, table: &Table) -> Result<()> {
    let people = table.made.people.iter().map(|seat| seat.person);
    let object = format!("wartende fuer landesplan half_year_plan/{land}");
    let entry = Entry::new(Verb::Query, object).about_all(people, Level::Case);
    reader(store, None).seen(entry).await?;
    Ok(())
}

/// The houses that an organisation may have planned: those where one of its grants is valid today.
pub(crate) fn houses(grants: &[GrantedPlace]) -> Vec<FacilityId> {
    let mut houses: Vec<FacilityId> = grants.iter().map(|grant| grant.facility).collect();
    houses.sort();
    houses.dedup();
    houses
}

/// Makes a plan for each house in which enough people wait, and what is needed to compute them together. `asked` is the
/// plan of no house yet. `None`: nobody waits for anything that the organisation may hold there.
pub(crate) async fn set_up(
    store: &Store,
    land: LandPlanId,
    asked: &half_year_plan::Model,
    grants: &[GrantedPlace],
) -> Result<Option<(Vec<half_year_plan::Model>, Table)>> {
    let what = (asked.first_day, asked.with_talks);
    let facts = facts(store, what, &houses(grants)).await?;
    let mut wanted: Vec<(FacilityId, Vec<(TemplateId, i64)>)> = Vec::new();
    for course in enough(&facts, asked.everybody, (asked.first_day, asked.last_day)) {
        let programme = facts.template(course.template).map(|one| one.programme);
        let may = grants
            .iter()
            .any(|grant| grant.facility == course.facility && Some(grant.programme) == programme);
        if !may {
            continue;
        }
        if wanted
            .last()
            .is_none_or(|(house, _)| *house != course.facility)
        {
            wanted.push((course.facility, Vec::new()));
        }
        let Some((_, courses)) = wanted.last_mut() else {
            continue;
        };
        match courses.last_mut().filter(|(id, _)| *id == course.template) {
            Some((_, number)) => *number += 1,
            None => courses.push((course.template, 1)),
        }
    }
    // A house in which nobody waits may still have talks that are due.
    for house in &facts.houses {
        let mut own = house.talks.iter();
        let due = own.any(|talk| Some(talk.provider) == asked.land_provider_id);
        if due && !wanted.iter().any(|(known, _)| *known == house.id) {
            wanted.push((house.id, Vec::new()));
        }
    }
    let models: Vec<half_year_plan::Model> = wanted
        .into_iter()
        .map(|(facility_id, courses)| half_year_plan::Model {
            id: HalfYearPlanId(store.entropy().uuid()),
            facility_id,
            land_id: Some(land),
            wanted: serde_json::to_string(&courses).unwrap_or_default(),
            ..asked.clone()
        })
        .collect();
    let rows: Vec<PlanRow> = models.iter().map(half_year::row).collect();
    let Some(table) = half_year::table_of(facts, &rows) else {
        return Ok(None);
    };
    read(store, land, &table).await?;
    Ok(Some((models, table)))
}

/// What is needed to compute plans anew that a process left behind.
pub(crate) async fn table(
    store: &Store,
    land: LandPlanId,
    plans: &[PlanRow],
) -> Result<Option<Table>> {
    let Some(first) = plans.first() else {
        return Ok(None);
    };
    let houses: Vec<FacilityId> = plans.iter().map(|plan| plan.facility_id).collect();
    let what = (first.first_day, first.with_talks);
    let facts = facts(store, what, &houses).await?;
    let Some(table) = half_year::table_of(facts, plans) else {
        return Ok(None);
    };
    read(store, land, &table).await?;
    Ok(Some(table))
}
