//! Taking people into a group and ending their places.

use super::Step;
use crate::access::Writes;
use crate::base::german;
use crate::base::ids::{EnrolmentId, GroupId, MembershipId, PersonId};
use crate::base::time::berlin_today;
use crate::casework;
use crate::groups::rules::{
    ACCESS_ROUTE, EndReason, OUTCOME_DROPPED_OUT, has_place, release_problem,
};
use crate::groups::store::{self, GroupHead, members, plan};
use crate::history::{self, Change};
use crate::people::{self, PersonHead};
use crate::schema::groups::{enrolment, membership};
use crate::store::{Result, Rows, StoreError, Writer};

/// Takes a person into a group from today, with an enrolment if there is no open one.
pub(crate) async fn add<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    person: PersonId,
    confirmed: bool,
) -> Result<Step<(GroupHead, PersonHead)>> {
    let today = berlin_today(writer.now());
    // Locked before the places are counted: of two people for the last place one waits and finds it taken.
    if !plan::lock(writer, group).await? {
        return Ok(Step::NotFound);
    }
    let Some(group) = store::find(writer, group).await? else {
        return Ok(Step::NotFound);
    };
    let Some(person) = people::find(writer, person).await? else {
        return Ok(Step::NotFound);
    };
    if person.facility_id != Some(group.facility_id) {
        return Ok(Step::Refused(
            "Diese Person ist heute nicht in der Einrichtung untergebracht.".into(),
        ));
    }
    if group.state == "closed" {
        return Ok(Step::Refused(
            "Die Gruppe ist abgeschlossen und nimmt niemanden mehr auf.".into(),
        ));
    }
    let open =
        members::open_enrolment(writer, person.id, group.programme_id, group.provider_id).await?;
    if let Some(open) = &open
        && let (Some(other), Some(name)) = (open.group_id, &open.group_name)
    {
        return Ok(Step::Refused(if other == group.id {
            "Diese Person ist schon in der Gruppe.".into()
        } else if open.group_facility != Some(group.facility_id) {
            "Diese Person ist noch in einer Gruppe derselben Maßnahme in einer anderen Einrichtung. Bitte dort beenden lassen.".into()
        } else {
            format!(
                "Diese Person ist noch in der Gruppe „{name}“ derselben Maßnahme. Bitte dort zuerst beenden."
            )
        }));
    }
    if open
        .as_ref()
        .is_some_and(|open| open.provider_id != group.provider_id)
    {
        return Ok(Step::Refused(
            "Diese Person nimmt an dieser Maßnahme schon bei einem anderen Träger teil. Bitte diese Teilnahme zuerst beenden.".into(),
        ));
    }
    if !has_place(group.places, members::count(writer, group.id).await?) {
        return Ok(Step::Refused(format!(
            "Alle {} Plätze der Gruppe sind vergeben.",
            group.places
        )));
    }
    if let (Some(problem), false) = (
        release_problem(person.expected_release, group.last_day),
        confirmed,
    ) {
        return Ok(Step::Ask(vec![problem], (group, person)));
    }
    let (enrolment_id, new) = match open {
        Some(open) => {
            casework::hold(writer, open.id).await?;
            (open.id, None)
        }
        None => {
            let row = enrolment::Model {
                id: EnrolmentId(writer.entropy().uuid()),
                person_id: person.id,
                programme_id: group.programme_id,
                provider_id: group.provider_id,
                facility_id: group.facility_id,
                staff_id: None,
                access_route: ACCESS_ROUTE.to_owned(),
                enrolled_on: today,
                started_on: None,
                ended_on: None,
                outcome: None,
                created_at: writer.now(),
                version: 1,
            };
            (row.id, Some(row))
        }
    };
    let begun = new.is_some();
    let row = membership::Model {
        id: MembershipId(writer.entropy().uuid()),
        group_id: group.id,
        person_id: person.id,
        enrolment_id,
        from_day: today,
        to_day: None,
        end_reason: None,
    };
    match members::insert(writer, new, row).await {
        Ok(()) => {}
        Err(StoreError::Duplicate(_)) => {
            return Ok(Step::Refused(
                "Diese Person wurde gerade eben schon in eine Gruppe dieser Maßnahme aufgenommen."
                    .into(),
            ));
        }
        Err(other) => return Err(other),
    }
    let mut changes = vec![
        Change::new("training_group", group.id.0, "In die Gruppe aufgenommen")
            .about(person.id)
            .values(None, Some(group.name.clone())),
    ];
    if begun {
        let text = Some(group.programme_name.clone());
        changes.push(
            Change::new("enrolment", enrolment_id.0, "Teilnahme aufgenommen")
                .about(person.id)
                .values(None, text),
        );
    }
    history::record(writer, changes).await?;
    Ok(Step::Done((group, person)))
}

/// Ends a person's place from today, and the enrolment with it.
pub(crate) async fn end<P: Writes>(
    writer: &Writer<P>,
    group: GroupId,
    person: PersonId,
    reason: EndReason,
) -> Result<Step<GroupHead>> {
    let today = berlin_today(writer.now());
    if !plan::lock(writer, group).await? {
        return Ok(Step::NotFound);
    }
    let Some(group) = store::find(writer, group).await? else {
        return Ok(Step::NotFound);
    };
    let Some(open) = members::open_membership(writer, group.id, person).await? else {
        return Ok(Step::NotFound);
    };
    let ended_on = today.max(open.enrolled_on);
    members::end(
        writer,
        &open,
        today.max(open.from_day),
        reason.code(),
        ended_on,
        OUTCOME_DROPPED_OUT,
    )
    .await?;
    let why = || Some(reason.label().to_owned());
    history::record(
        writer,
        vec![
            Change::new("training_group", group.id.0, "Aus der Gruppe ausgeschieden")
                .about(person)
                .values(Some(group.name.clone()), None)
                .because(why()),
            Change::new(
                "enrolment",
                open.enrolment_id.0,
                "Teilnahme vorzeitig beendet",
            )
            .about(person)
            .values(
                Some(group.programme_name.clone()),
                Some(format!("beendet am {}", german::date(ended_on))),
            )
            .because(why()),
        ],
    )
    .await?;
    Ok(Step::Done(group))
}
