//! Correcting what an enquiry says.

use super::cases::{about, found, writing};
use super::{again, show};
use crate::access::permissions::ReferralMake;
use crate::audit::{Entry, Level, Verb};
use crate::base::german;
use crate::base::ids::CaseId;
use crate::casework::codes::{AccessRoute, Asker, Availability, CourtOrder, SentencePlan};
use crate::casework::service::enquiry::{self as service, Said};
use crate::casework::store::cases::CaseLine;
use crate::casework::store::{self, CodeEntry};
use crate::casework::views::enquiry as views;
use crate::providers::Language;
use crate::store::{Rows, StoreError};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Form, Posted};

fn looking_at(line: &CaseLine) -> Entry {
    about(
        Entry::new(Verb::Query, "anfrage berichtigen"),
        line,
        Level::Case,
    )
}

/// The words of today, and the one that stands there already.
async fn phenomena<R: Rows>(
    rows: &R,
    line: &CaseLine,
    today: time::Date,
) -> Result<Vec<CodeEntry>, StoreError> {
    let mut words = store::codes(rows, "phenomenon", today).await?;
    if let (Some(code), Some(label)) = (&line.phenomenon, &line.phenomenon_label)
        && !words.iter().any(|word| word.code == *code)
    {
        words.push(CodeEntry {
            code: code.clone(),
            category: String::new(),
            label: label.clone(),
        });
    }
    Ok(words)
}

/// What stands there, as a form.
fn stored(line: &CaseLine) -> Form {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let tick = |value: bool| if value { "1" } else { "" };
    Form::empty()
        .with("anfragend", text(&line.asked_by))
        .with("zugangsweg", line.access_route.clone())
        .with("eingang", german::date(line.enquired_on))
        .with("phaenomen", text(&line.phenomenon))
        .with("weisung", text(&line.court_order))
        .with("nachweis", tick(line.court_report))
        .with("vollzugsplan", text(&line.sentence_plan))
        .with("sprache", text(&line.language))
        .with("sprachmittlung", tick(line.interpreter))
        .with_values("zeiten", line.availability.split_whitespace())
        .with("version", line.version.to_string())
}

pub(super) async fn form(ctx: Ctx<ReferralMake>, Id(id): Id<CaseId>) -> Answer {
    let reader = ctx.read();
    let line = found(&reader, id).await?;
    let phenomena = phenomena(&reader, &line, ctx.today()).await?;
    let seen = reader.seen(looking_at(&line)).await?;
    ctx.page(
        seen,
        views::form(&ctx.frame(), &stored(&line), &line, &phenomena, None),
    )
}

fn read(form: &mut Form, phenomena: &[CodeEntry]) -> Option<Said> {
    let asker = form.optional_choice(
        "anfragend",
        "Anfragende Stelle oder Person",
        &Asker::codes(),
    );
    let route = form.choice("zugangsweg", "Zugangsweg", &AccessRoute::codes());
    let day = form.required_date("eingang", "Eingang am");
    let codes: Vec<&str> = phenomena.iter().map(|word| word.code.as_str()).collect();
    let phenomenon = form.optional_choice("phaenomen", "Phänomenbereich", &codes);
    let order = form.optional_choice("weisung", "Weisung oder Auflage", &CourtOrder::codes());
    let plan = form.optional_choice("vollzugsplan", "Vollzugsplan", &SentencePlan::codes());
    let language = form.optional_choice("sprache", "Sprache", &Language::codes());
    let times = form.choices("zeiten", "Zeiten", &Availability::codes());
    if form.has_errors() {
        return None;
    }
    let times: Vec<&str> = Availability::ALL
        .iter()
        .map(|when| when.code())
        .filter(|code| times.iter().any(|time| time == code))
        .collect();
    Some(Said {
        asker,
        route: route?,
        day: day?,
        phenomenon: phenomena
            .iter()
            .find(|word| Some(&word.code) == phenomenon.as_ref())
            .cloned(),
        order,
        report: form.checked("nachweis"),
        plan,
        language,
        interpreter: form.checked("sprachmittlung"),
        availability: times.join(" "),
    })
}

pub(super) async fn save(
    ctx: Ctx<ReferralMake>,
    Id(id): Id<CaseId>,
    Posted(mut form): Posted,
) -> Answer {
    let (writer, line) = writing(&ctx, id).await?;
    let phenomena = phenomena(&writer, &line, ctx.today()).await?;
    if form.hidden_number("version") != Some(line.version) {
        writer.abandon().await?;
        let seen = ctx.read().seen(looking_at(&line)).await?;
        form.set("version", line.version.to_string());
        let stored = stored(&line);
        return ctx.conflict(
            seen,
            views::form(&ctx.frame(), &form, &line, &phenomena, Some(&stored)),
        );
    }
    let said = read(&mut form, &phenomena);
    let reason = form.required_text("grund", "Grund der Berichtigung", 200);
    if let (Some(said), Some(reason)) = (said, reason) {
        match service::correct(&writer, &line, &said, reason).await {
            Ok(fields) => {
                let entry =
                    Entry::new(Verb::Change, format!("anfrage berichtigt client_case/{id}"))
                        .fields(fields);
                let seen = writer.commit(about(entry, &line, Level::Case)).await?;
                return ctx.done(
                    seen,
                    &format!("/faelle/{id}"),
                    "Die Angaben sind berichtigt; die alten stehen im Verlauf.",
                );
            }
            Err(problem) => show(&mut form, problem)?,
        }
    }
    let page = views::form(&ctx.frame(), &form, &line, &phenomena, None);
    again(&ctx, writer, looking_at(&line), page).await
}
