//! How a participation comes about: what is offered, by whom, and from which day on.

use time::Date;

use super::{Problem, at};
use crate::access::{Scope, Writes};
use crate::base::german;
use crate::base::ids::{EnrolmentId, PersonId, ProgrammeId, ProviderId, StaffId};
use crate::base::time::berlin_today;
use crate::casework::codes::AccessRoute;
use crate::casework::rules::Life;
use crate::casework::store::{self, Offer, StaffLine};
use crate::history::{self, Change};
use crate::people::{self, PersonHead};
use crate::schema::groups::enrolment;
use crate::store::{Rows, StoreError, Writer};

/// Person, programmes and staff that a new participation is made of.
pub(in crate::casework) struct EnrolDesk {
    pub head: PersonHead,
    pub offers: Vec<Offer>,
    pub staff: Vec<StaffLine>,
}

impl EnrolDesk {
    /// Loads what the form needs; `None` if the person is not in the actor's scope.
    pub async fn load<R: Rows>(rows: &R, person: PersonId) -> Result<Option<Self>, StoreError> {
        let Some(head) = people::find(rows, person).await? else {
            return Ok(None);
        };
        let today = berlin_today(rows.now());
        Ok(Some(Self {
            head,
            offers: store::offers(rows, today).await?,
            staff: store::staff(rows, today).await?,
        }))
    }
}

/// What the form for a new participation says.
pub(in crate::casework) struct NewEnrolment {
    pub programme: ProgrammeId,
    /// Left out where only one provider has a part in the programme.
    pub provider: Option<ProviderId>,
    pub route: AccessRoute,
    pub staff: Option<StaffId>,
    pub day: Date,
}

/// The offer that programme and provider mean.
pub(in crate::casework) fn chosen_offer(
    offers: &[Offer],
    programme: ProgrammeId,
    provider: Option<ProviderId>,
) -> Result<&Offer, Problem> {
    let mut of_programme = offers
        .iter()
        .filter(|offer| offer.programme_id == programme);
    let Some(first) = of_programme.next() else {
        return Err(Problem::Field(
            "programme",
            "Diese Maßnahme wird heute nicht angeboten. Bitte eine andere auswählen.".into(),
        ));
    };
    if first.client == "environment" {
        return Err(Problem::Field(
            "programme",
            "Dieses Angebot berät Angehörige und Fachkräfte, nicht die Person selbst. Bitte dafür eine Anfrage stellen.".into(),
        ));
    }
    if first.kind == "group" {
        return Err(Problem::Field(
            "programme",
            "In diese Maßnahme wird über die Gruppe aufgenommen. Bitte dort die Person aufnehmen."
                .into(),
        ));
    }
    let others: Vec<&Offer> = of_programme.collect();
    match provider {
        None if others.is_empty() => Ok(first),
        None => Err(Problem::Field(
            "provider",
            format!("Bitte einen Träger auswählen: {}.", names(first, &others)),
        )),
        Some(provider) => std::iter::once(first)
            .chain(others.iter().copied())
            .find(|offer| offer.provider_id == provider)
            .ok_or_else(|| {
                Problem::Field(
                    "provider",
                    format!(
                        "Dieser Träger führt die Maßnahme heute nicht durch. Möglich: {}.",
                        names(first, &others)
                    ),
                )
            }),
    }
}

fn names(first: &Offer, others: &[&Offer]) -> String {
    let mut names = vec![first.provider_name.as_str()];
    for offer in others {
        if !names.contains(&offer.provider_name.as_str()) {
            names.push(&offer.provider_name);
        }
    }
    names.join(", ")
}

/// Begins a participation.
pub(in crate::casework) async fn enrol<P: Writes>(
    writer: &Writer<P>,
    desk: &EnrolDesk,
    new: &NewEnrolment,
) -> Result<EnrolmentId, Problem> {
    let offer = chosen_offer(&desk.offers, new.programme, new.provider)?;
    if let Some(staff) = new.staff {
        let fits = desk
            .staff
            .iter()
            .any(|line| line.id == staff && line.provider_id == offer.provider_id);
        if !fits {
            return Err(Problem::Field(
                "staff",
                format!(
                    "Diese Fachkraft gehört nicht zu {}. Bitte eine andere oder keine auswählen.",
                    offer.provider_name
                ),
            ));
        }
    }
    begin(
        writer,
        &desk.head,
        offer,
        new.route,
        new.staff,
        new.day,
        "enrolled_on",
    )
    .await
}

/// Why a participation was not begun.
#[derive(Debug)]
pub(crate) enum NotBegun {
    /// The rules do not allow it; carries the German sentence.
    Refused(String),
    /// The database.
    Store(StoreError),
}

/// Begins a participation with the programme's leading provider, as the form on the person's page would. For rooms that
/// begin one as the consequence of something else.
pub(crate) async fn enrol_with_lead<P: Writes>(
    writer: &Writer<P>,
    head: &PersonHead,
    programme: ProgrammeId,
    route: AccessRoute,
    day: Date,
) -> Result<EnrolmentId, NotBegun> {
    let offers = store::offers(writer, day).await.map_err(NotBegun::Store)?;
    // The leading provider stands first.
    let Some(offer) = offers.iter().find(|offer| offer.programme_id == programme) else {
        return Err(NotBegun::Refused(
            "Diese Maßnahme wird heute nicht angeboten.".into(),
        ));
    };
    begin(writer, head, offer, route, None, day, "")
        .await
        .map_err(|problem| match problem {
            Problem::Field(_, sentence) | Problem::Row(_, sentence) => NotBegun::Refused(sentence),
            Problem::Store(error) => NotBegun::Store(error),
        })
}

pub(super) async fn begin<P: Writes>(
    writer: &Writer<P>,
    head: &PersonHead,
    offer: &Offer,
    route: AccessRoute,
    staff: Option<StaffId>,
    day: Date,
    day_field: &'static str,
) -> Result<EnrolmentId, Problem> {
    let elsewhere = || {
        Problem::Field(
            "",
            "Die Person ist heute nicht in Ihrer Einrichtung untergebracht. Eine neue Teilnahme beginnt die Einrichtung, die jetzt zuständig ist.".into(),
        )
    };
    let facility = match writer.access().scope() {
        Scope::Facility(facility) if head.facility_id == Some(facility) => facility,
        Scope::Assigned { office, .. } => office,
        // A provider agrees with somebody whose case it has; where a grant opens it, the case's scope said already.
        Scope::Trainer { .. } | Scope::Provider { .. } => head.facility_id.ok_or_else(elsewhere)?,
        _ => return Err(elsewhere()),
    };
    let siblings = store::siblings(writer, head.id, offer.programme_id, None).await?;
    let running = || {
        Problem::Field("programme", "An dieser Maßnahme nimmt die Person schon teil. Jede Person zählt je Maßnahme nur einmal.".into())
    };
    if siblings.open {
        return Err(running());
    }
    let life =
        Life::enrol(day, siblings.latest_end, berlin_today(writer.now())).map_err(at(day_field))?;
    let id = EnrolmentId(writer.entropy().uuid());
    let row = enrolment::Model {
        id,
        person_id: head.id,
        programme_id: offer.programme_id,
        provider_id: offer.provider_id,
        facility_id: facility,
        staff_id: staff,
        access_route: route.code().to_owned(),
        enrolled_on: life.enrolled_on,
        started_on: None,
        ended_on: None,
        outcome: None,
        created_at: writer.now(),
        version: 1,
    };
    match store::participation::take_part(writer, vec![row]).await {
        Ok(()) => {}
        // Somebody else was faster; the unique index holds the rule.
        Err(StoreError::Duplicate(_)) => return Err(running()),
        Err(error) => return Err(error.into()),
    }
    let said = format!(
        "{} ({}), ab {}, {}",
        offer.programme_name,
        offer.provider_name,
        german::date(day),
        route.label()
    );
    let change = Change::new("enrolment", id.0, "Teilnahme begonnen").values(None, Some(said));
    history::record(writer, vec![change.about(head.id)]).await?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(programme: u128, kind: &str, provider: u128, name: &str) -> Offer {
        Offer {
            programme_id: ProgrammeId(uuid::Uuid::from_u128(programme)),
            programme_name: "Maßnahme".into(),
            kind: kind.into(),
            client: "participant".into(),
            provider_id: ProviderId(uuid::Uuid::from_u128(provider)),
            provider_name: name.into(),
        }
    }

    fn refused(result: Result<&Offer, Problem>) -> (&'static str, String) {
        match result {
            Err(Problem::Field(field, sentence)) => (field, sentence),
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn the_provider_must_have_a_part_in_the_programme() {
        let offers = [
            offer(1, "group", 1, "VPN"),
            offer(2, "individual", 1, "VPN"),
            offer(2, "individual", 2, "VSR"),
            offer(3, "coaching", 1, "VPN"),
        ];
        let programme = |number: u128| ProgrammeId(uuid::Uuid::from_u128(number));
        let provider = |number: u128| Some(ProviderId(uuid::Uuid::from_u128(number)));
        assert_eq!(
            chosen_offer(&offers, programme(3), None)
                .unwrap()
                .provider_name,
            "VPN"
        );
        assert_eq!(
            chosen_offer(&offers, programme(2), provider(2))
                .unwrap()
                .provider_name,
            "VSR"
        );
        assert_eq!(
            refused(chosen_offer(&offers, programme(2), None)),
            (
                "provider",
                "Bitte einen Träger auswählen: VPN, VSR.".to_owned()
            )
        );
        assert_eq!(
            refused(chosen_offer(&offers, programme(3), provider(2))).0,
            "provider"
        );
        assert!(
            refused(chosen_offer(&offers, programme(1), provider(1)))
                .1
                .contains("über die Gruppe")
        );
        assert_eq!(
            refused(chosen_offer(&offers, programme(9), None)).0,
            "programme"
        );
    }
}
