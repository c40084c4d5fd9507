//! The referral: one form, a check page, a draft that outlives the session.

use time::Date;

use super::show;
use crate::access::permissions::ReferralMake;
use crate::access::{Access, Role};
use crate::accounts::once;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::PersonId;
use crate::base::time::{Instant, berlin_local};
use crate::casework::codes::{
    AccessRoute, Asker, Availability, ClientKind, ClientRole, CourtOrder, SentencePlan, Twice,
};
use crate::casework::rules::referral::MOST_CHILDREN;
use crate::casework::service::clients::exact_person;
use crate::casework::service::referral::{self as service, Checked, Desk, NewReferral};
use crate::casework::store::Known;
use crate::casework::store::drafts;
use crate::casework::views::referral as views;
use crate::people;
use crate::providers::Language;
use crate::store::{Rows, StoreError};
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

/// The key of the form's draft.
const FORM: &str = "anfrage";
/// The address of the form.
pub(super) const PLACE: &str = "/anfragen/neu";
/// People shown after a search.
const FOUND: i64 = 10;

fn sealed_place(access: &Access<ReferralMake>) -> String {
    format!("draft/{FORM}/{}", access.actor().account())
}

/// The fields worth keeping.
fn content(form: &Form) -> Vec<u8> {
    let pairs: Vec<(&str, &String)> = form
        .names()
        .filter(|name| !matches!(*name, "csrf" | "einmal" | "schritt"))
        .flat_map(|name| form.values(name).iter().map(move |value| (name, value)))
        .collect();
    serde_json::to_vec(&pairs).unwrap_or_default()
}

/// A new form, filled in with what the role says.
fn fresh(ctx: &Ctx<ReferralMake>) -> Form {
    let form = Form::empty()
        .with("eingang", german::date(ctx.today()))
        .with("phaenomen", "clarifying")
        .with("weisung", CourtOrder::Nothing.code());
    match ctx.actor().role() {
        Role::SocialService => form
            .with("anfragend", Asker::PrisonService.code())
            .with("zugangsweg", AccessRoute::Staff.code())
            .with("klient", ClientKind::Person.code()),
        Role::Probation => form
            .with("anfragend", Asker::Probation.code())
            .with("zugangsweg", AccessRoute::Probation.code())
            .with("klient", ClientKind::Person.code())
            .with("vollzugsplan", SentencePlan::NotApplicable.code()),
        _ => form,
    }
}

/// The person whom the form names, if the actor may name them.
async fn chosen<R: Rows>(rows: &R, form: &Form) -> Result<Option<Known>, StoreError> {
    let Ok(person) = form.value("person").parse::<PersonId>() else {
        return Ok(None);
    };
    let birth = german::parse_date(form.value("geburt")).ok();
    service::named(rows, person, form.value("suche"), birth).await
}

pub(super) async fn form(
    ctx: Ctx<ReferralMake>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Answer {
    let reader = ctx.read();
    let desk = Desk::load(&reader).await?;
    let asked = Form::from_pairs(asked);
    let mut form = fresh(&ctx);
    let mut draft: Option<Instant> = None;
    if asked.value("person").is_empty() {
        if let Some(kept) = drafts::draft(&reader, FORM).await?
            && let Some(bytes) = ctx
                .app
                .carried_form
                .open(&sealed_place(ctx.access()), &kept.content)
            && let Ok(pairs) = serde_json::from_slice::<Vec<(String, String)>>(&bytes)
        {
            form = Form::from_pairs(pairs);
            draft = Some(kept.saved_at);
        }
    } else {
        form.set("person", asked.value("person"));
        form.set("klient", ClientKind::Person.code());
    }
    let person = chosen(&reader, &form).await?;
    let mut entry = Entry::new(Verb::Query, "anfrage erfassen");
    if let Some(known) = &person {
        entry = entry.about(known.id, Level::Basic);
    }
    let seen = reader.seen(entry).await?;
    let view = views::FormPage {
        form: &form,
        desk: &desk,
        person: person.as_ref(),
        found: None,
        open: &[],
        draft: draft.map(|at| german::date_time(berlin_local(at))),
        token: &ctx.once(),
    };
    ctx.page(seen, views::form(&ctx.frame(), &view))
}

/// Reads the form; what is wrong stands at its field.
fn read(form: &mut Form, desk: &Desk, person: Option<Known>, today: Date) -> Option<NewReferral> {
    let asker = form.choice(
        "anfragend",
        "Anfragende Stelle oder Person",
        &Asker::codes(),
    );
    let route = form.choice("zugangsweg", "Zugangsweg", &AccessRoute::codes());
    let day = form.required_date("eingang", "Eingang am");
    let kinds: Vec<&str> = desk.kinds.iter().map(|kind| kind.code()).collect();
    let client = form.choice("klient", "Wer beraten wird", &kinds);
    let role = form.optional_choice("rolle", "Beziehung oder Beruf", &ClientRole::codes());
    if person.is_none() && !form.value("person").is_empty() {
        form.reject(
            "suche",
            "Diese Person ist nicht in Ihrer Zuständigkeit. Bitte noch einmal suchen.",
        );
    }
    let languages: Vec<&str> = Language::codes();
    let language = form.optional_choice("sprache", "Sprache", &languages);
    let times = form.choices("zeiten", "Zeiten", &Availability::codes());
    let mut child =
        |field: &str, label: &str| form.optional_number(field, label, 0..=MOST_CHILDREN);
    let children = [
        child("kinder_klein", "bis 5 Jahre"),
        child("kinder_schule", "6 bis 11 Jahre"),
        child("kinder_jugend", "12 bis 17 Jahre"),
    ];
    let values: Vec<String> = desk.offers.iter().map(Desk::value).collect();
    let allowed: Vec<&str> = values.iter().map(String::as_str).collect();
    let offer = form.choice("angebot", "Angebot", &allowed);
    let phenomena: Vec<&str> = desk
        .phenomena
        .iter()
        .map(|entry| entry.code.as_str())
        .collect();
    let phenomenon = form.choice("phaenomen", "Phänomenbereich", &phenomena);
    let order = form.choice("weisung", "Weisung oder Auflage", &CourtOrder::codes());
    let plan = form.choice("vollzugsplan", "Vollzugsplan", &SentencePlan::codes());
    let twice = form.optional_choice("doppelt", "Grund der zweiten Anfrage", &Twice::codes());
    if form.has_errors() || day.is_some_and(|day| day > today) {
        if day.is_some_and(|day| day > today) {
            form.reject(
                "eingang",
                "Dieser Tag liegt in der Zukunft. Bitte heute oder einen früheren Tag eingeben.",
            );
        }
        return None;
    }
    Some(NewReferral {
        asker: Asker::from_code(&asker?)?,
        route: AccessRoute::from_code(&route?)?,
        day: day?,
        client: ClientKind::from_code(&client?)?,
        role: role.as_deref().and_then(ClientRole::from_code),
        person,
        offer: desk
            .offers
            .iter()
            .zip(&values)
            .find(|(_, value)| offer.as_ref() == Some(value))?
            .0
            .clone(),
        order: CourtOrder::from_code(&order?)?,
        report: form.checked("nachweis"),
        plan: SentencePlan::from_code(&plan?)?,
        phenomenon: desk
            .phenomena
            .iter()
            .find(|entry| phenomenon.as_ref() == Some(&entry.code))?
            .clone(),
        language,
        interpreter: form.checked("sprachmittlung"),
        availability: times
            .iter()
            .filter_map(|code| Availability::from_code(code))
            .collect(),
        children,
        twice: twice.as_deref().and_then(Twice::from_code),
    })
}

/// Who is found by what was typed.
async fn search<R: Rows>(rows: &R, desk: &Desk, form: &mut Form) -> Result<Vec<Known>, Fault> {
    if desk.by_number {
        let number = form.required_text("suche", "Buch- oder Aktennummer", 40);
        let birth = form.required_date("geburt", "Geburtsdatum");
        let (Some(number), Some(birth)) = (number, birth) else {
            return Ok(Vec::new());
        };
        return Ok(exact_person(rows, &number, birth, None)
            .await?
            .into_iter()
            .collect());
    }
    let Some(typed) = form.required_text("suche", "Name oder Nummer", 80) else {
        return Ok(Vec::new());
    };
    let found = people::search(rows, &typed, FOUND).await?;
    Ok(found
        .into_iter()
        .map(|head| Known {
            id: head.id,
            family_name: head.family_name,
            given_name: head.given_name,
            facility_id: head.facility_id,
            setting: head.setting,
        })
        .collect())
}

pub(super) async fn send(ctx: Ctx<ReferralMake>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let desk = Desk::load(&writer).await?;
    let token = match form.value("einmal") {
        "" => ctx.once(),
        token => token.to_owned(),
    };
    // The form says "pruefen", a button pressed in it says more: the last one counts. The return key presses the first
    // button of the page, which searches: without anything to search for it means the form.
    let pressed = form.values("schritt").last().cloned().unwrap_or_default();
    let action = match pressed.as_str() {
        "suchen" if !form.value("suche").trim().is_empty() => "suchen",
        "entwurf" => "entwurf",
        "aendern" => "aendern",
        "speichern" => "speichern",
        _ => "pruefen",
    };
    let mut found = None;
    if action == "suchen" {
        let people = search(&writer, &desk, &mut form).await?;
        if let [only] = people.as_slice() {
            form.set("person", only.id.to_string());
        }
        found = Some(people);
    }
    let person = chosen(&writer, &form).await?;
    let mut checked = Checked {
        problems: Vec::new(),
        open: Vec::new(),
    };
    let mut new = None;
    if matches!(action, "pruefen" | "speichern") {
        new = read(&mut form, &desk, person.clone(), ctx.today());
        if let Some(referral) = &new {
            checked = service::check(&writer, referral).await?;
            for (field, text) in std::mem::take(&mut checked.problems) {
                form.reject(field, text);
            }
        }
    }
    let mut entry = Entry::new(Verb::Collect, "entwurf einer anfrage");
    if let Some(known) = &person {
        entry = entry.about(known.id, Level::Basic);
    }
    for known in found.iter().flatten() {
        entry = entry.about(known.id, Level::List);
    }
    if let (Some(new), "speichern", false) = (&new, action, form.has_errors()) {
        once(&writer, &token, "/anfragen").await?;
        match service::record(&writer, new).await {
            Ok(id) => {
                drafts::keep_draft(&writer, FORM, None).await?;
                let mut entry = Entry::new(Verb::Collect, format!("anfrage client_case/{id}"));
                if let Some(known) = &person {
                    entry = entry.about(known.id, Level::Case);
                }
                let seen = writer.commit(entry).await?;
                let said = format!(
                    "Die Anfrage ist erfasst. Vorgangsnummer: {}",
                    crate::base::readable::reference(id.0)
                );
                return ctx.done(seen, &format!("/faelle/{id}"), &said);
            }
            Err(problem) => {
                show(&mut form, problem)?;
                // Undoes the mark of the sending, too.
                writer.abandon().await?;
                let seen = ctx.read().seen(entry).await?;
                let view = views::FormPage {
                    form: &form,
                    desk: &desk,
                    person: person.as_ref(),
                    found: None,
                    open: &checked.open,
                    draft: None,
                    token: &token,
                };
                return ctx.invalid(seen, views::form(&ctx.frame(), &view));
            }
        }
    }
    let sealed = ctx.app.carried_form.seal(
        ctx.app.store.entropy().as_ref(),
        &sealed_place(ctx.access()),
        &content(&form),
    );
    drafts::keep_draft(&writer, FORM, Some(sealed)).await?;
    let seen = writer.commit(entry).await?;
    if action == "entwurf" {
        return ctx.done(
            seen,
            "/anfragen",
            "Der Entwurf ist gespeichert. „Anfrage stellen“ öffnet ihn wieder; nach zwei Wochen wird er gelöscht.",
        );
    }
    if let (Some(new), false) = (&new, form.has_errors()) {
        return ctx.page(
            seen,
            views::check(&ctx.frame(), &form, new, &checked.open, &token),
        );
    }
    let view = views::FormPage {
        form: &form,
        desk: &desk,
        person: person.as_ref(),
        found: found.as_deref(),
        open: &checked.open,
        draft: None,
        token: &token,
    };
    let page = views::form(&ctx.frame(), &view);
    if form.has_errors() {
        ctx.invalid(seen, page)
    } else {
        ctx.page(seen, page)
    }
}

pub(super) async fn discard(ctx: Ctx<ReferralMake>, Posted(_): Posted) -> Answer {
    let writer = ctx.write().await?;
    drafts::keep_draft(&writer, FORM, None).await?;
    let seen = writer
        .commit(Entry::new(Verb::Erase, "entwurf einer anfrage"))
        .await?;
    ctx.done(seen, PLACE, "Der Entwurf ist gelöscht.")
}
