//! Referrals: what the form needs, whether it asks twice, recording it.

use time::Date;

use super::Problem;
use super::clients::exact_person;
use crate::access::{Role, Scope, Writes};
use crate::base::german;
use crate::base::ids::{CaseId, PersonId};
use crate::base::time::berlin_today;
use crate::casework::codes::{
    AccessRoute, Asker, Availability, ClientKind, ClientRole, CourtOrder, SentencePlan, Twice,
};
use crate::casework::rules::course::{Course, State};
use crate::casework::rules::past_day;
use crate::casework::rules::referral::{For, Stated, problems};
use crate::casework::store::cases::{self, OpenCase};
use crate::casework::store::write::{self, Step};
use crate::casework::store::{self, CodeEntry, Known, Offer};
use crate::history::{self, Change};
use crate::people;
use crate::schema::casework::client_case;
use crate::store::{Result, Rows, StoreError, Writer};

/// What the form offers.
pub(in crate::casework) struct Desk {
    pub offers: Vec<Offer>,
    pub phenomena: Vec<CodeEntry>,
    /// Who may be counselled, seen from the actor's role and today's offers.
    pub kinds: Vec<ClientKind>,
    /// Whether people are looked up by number and birth date together, because the actor has no list of them.
    pub by_number: bool,
}

impl Desk {
    pub async fn load<R: Rows>(rows: &R) -> Result<Self> {
        let today = berlin_today(rows.now());
        let mut offers = store::offers(rows, today).await?;
        // Groups have a waiting list of their own.
        offers.retain(|offer| offer.kind != "group");
        let phenomena = store::codes(rows, "phenomenon", today).await?;
        let external = matches!(
            rows.access().actor().role(),
            Role::Trainer | Role::Coordinator
        );
        let serves = |wanted: For| offers.iter().any(|offer| For::of(&offer.client) == wanted);
        let mut kinds = Vec::new();
        if serves(For::Participant) || serves(For::Parent) {
            kinds.push(ClientKind::Person);
            if external {
                kinds.push(ClientKind::Anonymous);
            }
        }
        if serves(For::Environment) {
            kinds.extend([ClientKind::Relative, ClientKind::Professional]);
        }
        Ok(Self {
            offers,
            phenomena,
            kinds,
            by_number: external,
        })
    }

    /// The value of an offer in the form.
    pub fn value(offer: &Offer) -> String {
        format!("{}/{}", offer.programme_id, offer.provider_id)
    }
}

/// The person that a form names, if the actor may: in scope, or found by number and birth date.
pub(in crate::casework) async fn named<R: Rows>(
    rows: &R,
    person: PersonId,
    number: &str,
    birth: Option<Date>,
) -> Result<Option<Known>> {
    if let Some(head) = people::find(rows, person).await? {
        return Ok(Some(Known {
            id: head.id,
            family_name: head.family_name,
            given_name: head.given_name,
            facility_id: head.facility_id,
            setting: head.setting,
        }));
    }
    let Some(birth) = birth else {
        return Ok(None);
    };
    let found = exact_person(rows, number, birth, None).await?;
    Ok(found.filter(|known| known.id == person))
}

/// What the form says.
#[derive(Debug, Clone)]
pub(in crate::casework) struct NewReferral {
    pub asker: Asker,
    pub route: AccessRoute,
    pub day: Date,
    pub client: ClientKind,
    pub role: Option<ClientRole>,
    /// The client, or the person whom a relative asks about.
    pub person: Option<Known>,
    pub offer: Offer,
    pub order: CourtOrder,
    pub report: bool,
    pub plan: SentencePlan,
    pub phenomenon: CodeEntry,
    pub language: Option<String>,
    pub interpreter: bool,
    pub availability: Vec<Availability>,
    /// Children up to 5, 6 to 11, 12 to 17 years old.
    pub children: [Option<i64>; 3],
    pub twice: Option<Twice>,
}

impl NewReferral {
    fn stated(&self) -> Stated {
        let setting = self
            .person
            .as_ref()
            .and_then(|known| known.setting.as_deref());
        Stated {
            offer: For::of(&self.offer.client),
            client: self.client,
            role: self.role,
            person: self.person.is_some(),
            order: self.order,
            report: self.report,
            plan: self.plan,
            serves: setting.map(|setting| matches!(setting, "sentence" | "youth_custody")),
        }
    }
}

/// What is wrong with a referral: sentences for fields, and the open cases that it would repeat.
pub(in crate::casework) struct Checked {
    pub problems: Vec<(&'static str, String)>,
    pub open: Vec<OpenCase>,
}

/// Checks a referral against the rules and against what is open already.
pub(in crate::casework) async fn check<R: Rows>(rows: &R, new: &NewReferral) -> Result<Checked> {
    let today = berlin_today(rows.now());
    let mut found: Vec<(&'static str, String)> = problems(&new.stated())
        .into_iter()
        .map(|(field, text)| (field, text.to_owned()))
        .collect();
    if let Err(problem) = past_day(new.day, today) {
        found.push(("eingang", problem.to_string()));
    }
    if For::of(&new.offer.client) != For::Parent && new.children.iter().any(Option::is_some) {
        found.push((
            "kinder_klein",
            "Kinder werden nur beim Elterncoaching gezählt. Bitte die Felder leeren.".to_owned(),
        ));
    }
    let mut open = Vec::new();
    if let Some(known) = new
        .person
        .as_ref()
        .filter(|_| new.client == ClientKind::Person)
    {
        if known.facility_id.is_none() {
            found.push(("suche", "Die Person ist heute in keiner Einrichtung. Bitte zuerst Unterbringung oder Zuständigkeit eintragen.".to_owned()));
        }
        if let Scope::Facility(own) = rows.access().scope()
            && known.facility_id.is_some_and(|facility| facility != own)
        {
            found.push(("suche", "Die Person ist heute nicht in Ihrer Einrichtung. Die Anfrage stellt die Stelle, die jetzt zuständig ist.".to_owned()));
        }
        if let Scope::Trainer { grants, .. } | Scope::Provider { grants, .. } =
            rows.access().scope()
            && !grants.iter().any(|grant| {
                Some(grant.facility) == known.facility_id
                    && grant.programme == new.offer.programme_id
            })
        {
            found.push(("angebot", "Für dieses Angebot gilt in der Einrichtung der Person heute keine Zugangsfreigabe.".to_owned()));
        }
        open = cases::open_of(rows, known.id, new.offer.programme_id).await?;
        if let Some(same) = open
            .iter()
            .find(|case| case.provider_id == new.offer.provider_id)
        {
            found.push((
                "angebot",
                format!(
                    "Für diese Person ist bei {} in dieser Maßnahme schon ein Fall offen (Vorgang {}, Stand: {}). Bitte dort weiterarbeiten.",
                    same.provider_name,
                    crate::base::readable::reference(same.id.0),
                    State::from_code(&same.state).map_or("–", State::label),
                ),
            ));
        } else if !open.is_empty() && new.twice.is_none() {
            found.push((
                "doppelt",
                "Ein anderer Träger hat in dieser Maßnahme schon einen offenen Fall der Person. Bitte den Grund der zweiten Anfrage auswählen.".to_owned(),
            ));
        }
    }
    Ok(Checked {
        problems: found,
        open,
    })
}

/// Records a checked referral.
pub(in crate::casework) async fn record<P: Writes>(
    writer: &Writer<P>,
    new: &NewReferral,
) -> std::result::Result<CaseId, Problem> {
    let actor = writer.access().actor();
    let profile = actor.profile();
    let id = write::new_id(writer).await?;
    let known = new.person.as_ref();
    let person = known.filter(|_| new.client == ClientKind::Person);
    let about = known.filter(|_| new.client == ClientKind::Relative);
    let facility = match writer.access().scope() {
        Scope::Assigned { office, .. } => Some(office),
        Scope::Facility(facility) => Some(facility),
        _ => person.and_then(|known| known.facility_id),
    };
    let availability: Vec<&str> = new.availability.iter().map(|when| when.code()).collect();
    let row = client_case::Model {
        id,
        client: new.client.code().to_owned(),
        client_role: new.role.map(|role| role.code().to_owned()),
        person_id: person.map(|known| known.id),
        about_person_id: about.map(|known| known.id),
        programme_id: new.offer.programme_id,
        provider_id: new.offer.provider_id,
        facility_id: facility,
        // A counsellor who takes the call has the case.
        staff_id: profile.staff.filter(|_| actor.role() == Role::Trainer),
        second_staff_id: None,
        enrolment_id: None,
        asked_by: Some(new.asker.code().to_owned()),
        access_route: new.route.code().to_owned(),
        enquired_on: new.day,
        court_order: Some(new.order.code().to_owned()),
        court_report: new.report,
        sentence_plan: Some(new.plan.code().to_owned()),
        phenomenon: Some(new.phenomenon.code.clone()),
        language: new.language.clone(),
        interpreter: new.interpreter,
        availability: availability.join(" "),
        children_small: new.children[0],
        children_school: new.children[1],
        children_youth: new.children[2],
        state: Course::NEW.state.code().to_owned(),
        before_state: None,
        closed_on: None,
        talk_weeks: None,
        talk_minutes: None,
        linked_on: None,
        consent_on: None,
        created_at: writer.now(),
        created_by: Some(actor.account()),
        created_by_name: actor.name().to_owned(),
        version: 1,
    };
    match write::insert_case(writer, row).await {
        Ok(()) => {}
        // Somebody else was faster; the unique index holds the rule.
        Err(StoreError::Duplicate(_)) => {
            return Err(Problem::Field(
                "angebot",
                "Für diese Person ist in dieser Maßnahme gerade eben schon eine Anfrage erfasst worden.".into(),
            ));
        }
        Err(error) => return Err(error.into()),
    }
    let step = Step {
        case: id,
        day: new.day,
        from: None,
        to: State::Enquiry,
        reason: None,
    };
    write::insert_step(writer, &step).await?;
    let said = format!(
        "{} ({}), {}, {}",
        new.offer.programme_name,
        new.offer.provider_name,
        german::date(new.day),
        new.route.label()
    );
    let mut change = Change::new("client_case", id.0, "Anfrage erfasst")
        .values(None, Some(said))
        .because(
            new.twice
                .map(|twice| format!("zweiter Fall: {}", twice.label())),
        );
    if let Some(known) = person {
        change = change.about(known.id);
    }
    history::record(writer, vec![change]).await?;
    Ok(id)
}
