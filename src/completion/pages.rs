//! Completion, certificates, statements: routes and handlers.

use serde::Deserialize;

use super::documents::{self, Audience, OfCase};
use super::rules::{Ending, code, same_name};
use super::service::{self, Step, Tick};
use super::store::{self, Of};
use super::views;
use crate::access::Permission;
use crate::access::permissions::{
    CertificateCheck, CertificateIssue, CompletionConfirm, CompletionRead, StatementPrint,
};
use crate::audit::{Entry, Level, Verb};
use crate::base::crypto::code_key;
use crate::base::german;
use crate::base::ids::{CaseId, CertificateId, CompletionId, EnrolmentId, GroupId};
use crate::groups;
use crate::web::flash::Flash;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query, Route};

/// The longest reason for taking a completion back.
const REASON_LENGTH: usize = 200;
/// The longest name that is compared.
const NAME_LENGTH: usize = 200;

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/gruppen/{group}/abschluss", page),
        Route::post("/gruppen/{group}/abschluss", confirm),
        Route::get("/abschluesse/{completion}/zuruecknehmen", withdraw_form),
        Route::post("/abschluesse/{completion}/zuruecknehmen", withdraw),
        Route::post("/abschluesse/{completion}/bescheinigung", issue),
        Route::get("/bescheinigungen/pruefen", check_form),
        Route::post("/bescheinigungen/pruefen", check),
        Route::get("/bescheinigungen/{certificate}/pdf", certificate),
        Route::get("/teilnahmen/{enrolment}/nachweis", statement),
        Route::get("/faelle/{case}/nachweis", case_statement),
    ]
}

async fn refused<P: Permission>(ctx: &Ctx<P>, entry: Entry, location: &str, why: &str) -> Answer {
    let seen = ctx.read().seen(entry.denied()).await?;
    ctx.done_saying(seen, location, Flash::warning(why))
}

async fn show<P: Permission>(ctx: &Ctx<P>, id: GroupId, form: Option<Form>) -> Answer {
    let reader = ctx.read();
    let Some(opened) = store::open(&reader, id).await? else {
        return Err(Fault::NotFound);
    };
    let group = &opened.group;
    let (passes, templates) = groups::passes_of_group(&reader, id).await?;
    let lines = views::lines(&passes, &opened);
    let form = form.unwrap_or_else(|| {
        let ticked: Vec<String> = lines
            .iter()
            .filter_map(|line| line.tick.as_ref())
            .filter(|tick| tick.ending == Ending::Completed)
            .map(Tick::value)
            .collect();
        Form::empty()
            .with("tag", german::date(ctx.today()))
            .with_values("abschluss", ticked)
    });
    let entry = Entry::new(Verb::Query, format!("abschluss training_group/{id}")).about_all(
        passes
            .iter()
            .filter(|pass| pass.visible)
            .map(|pass| pass.person_id),
        Level::Case,
    );
    let seen = reader.seen(entry).await?;
    let actor = ctx.actor();
    let view = views::CompletionPage {
        group,
        template: templates.get(&group.template_id),
        lines: &lines,
        may_confirm: actor.may::<CompletionConfirm>(),
        may_issue: actor.may::<CertificateIssue>(),
    };
    let markup = views::page(&ctx.frame(), &form, &view);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

async fn page(ctx: Ctx<CompletionRead>, Id(id): Id<GroupId>) -> Answer {
    show(&ctx, id, None).await
}

async fn confirm(
    ctx: Ctx<CompletionConfirm>,
    Id(id): Id<GroupId>,
    Posted(mut form): Posted,
) -> Answer {
    let day = form.required_date("tag", "Abschluss am");
    let mut ticks: Vec<Tick> = form
        .values("abschluss")
        .iter()
        .filter_map(|value| Tick::parse(value))
        .collect();
    ticks.dedup();
    if ticks.is_empty() {
        form.reject(
            "abschluss",
            "Bitte ankreuzen, wessen Abschluss bestätigt wird.",
        );
    }
    let (Some(day), false) = (day, form.has_errors()) else {
        return show(&ctx, id, Some(form)).await;
    };
    let writer = ctx.write().await?;
    match service::confirm(&writer, id, day, &ticks).await? {
        Step::Done(people) => {
            let count = people.len();
            let entry = Entry::new(
                Verb::Change,
                format!("abschluss bestaetigt training_group/{id}"),
            )
            .about_all(people, Level::Case)
            .fields([
                "result",
                "day",
                "to_day",
                "end_reason",
                "ended_on",
                "outcome",
            ]);
            let seen = writer.commit(entry).await?;
            let text = format!(
                "{} bestätigt.",
                german::plural(count as u64, "Abschluss ist", "Abschlüsse sind")
            );
            ctx.done(seen, &format!("/gruppen/{id}/abschluss"), &text)
        }
        Step::Refused(field, why) => {
            writer.abandon().await?;
            form.reject(field, why);
            show(&ctx, id, Some(form)).await
        }
        Step::NotFound => Err(Fault::NotFound),
    }
}

async fn show_withdraw(
    ctx: &Ctx<CompletionConfirm>,
    id: CompletionId,
    form: Option<Form>,
) -> Answer {
    let reader = ctx.read();
    let Some(confirmed) = store::find(&reader, id).await? else {
        return Err(Fault::NotFound);
    };
    let entry = Entry::new(Verb::Query, format!("abschluss completion/{id}"))
        .about(confirmed.person_id, Level::Case);
    if confirmed.withdrawn_at.is_some() {
        let back = format!("/gruppen/{}/abschluss", confirmed.group_id);
        return refused(
            ctx,
            entry,
            &back,
            "Dieser Abschluss ist schon zurückgenommen.",
        )
        .await;
    }
    let form = form.unwrap_or_else(|| Form::empty().with("version", confirmed.version.to_string()));
    let seen = reader.seen(entry).await?;
    let markup = views::withdraw(&ctx.frame(), &form, &confirmed);
    if form.has_errors() {
        ctx.invalid(seen, markup)
    } else {
        ctx.page(seen, markup)
    }
}

async fn withdraw_form(ctx: Ctx<CompletionConfirm>, Id(id): Id<CompletionId>) -> Answer {
    show_withdraw(&ctx, id, None).await
}

async fn withdraw(
    ctx: Ctx<CompletionConfirm>,
    Id(id): Id<CompletionId>,
    Posted(mut form): Posted,
) -> Answer {
    let reason = form.required_text("grund", "Grund", REASON_LENGTH);
    let (Some(reason), Some(version)) = (reason, form.hidden_number("version")) else {
        return show_withdraw(&ctx, id, Some(form)).await;
    };
    let object = format!("abschluss zurueckgenommen completion/{id}");
    let writer = ctx.write().await?;
    match service::withdraw(&writer, id, version, &reason).await? {
        Step::Done(confirmed) => {
            let entry = Entry::new(Verb::Change, object)
                .about(confirmed.person_id, Level::Case)
                .fields([
                    "withdrawn_at",
                    "to_day",
                    "end_reason",
                    "ended_on",
                    "outcome",
                ]);
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &format!("/gruppen/{}/abschluss", confirmed.group_id),
                "Der Abschluss ist zurückgenommen.",
            )
        }
        Step::Refused(field, why) => {
            writer.abandon().await?;
            form.reject(field, why);
            show_withdraw(&ctx, id, Some(form)).await
        }
        Step::NotFound => Err(Fault::NotFound),
    }
}

async fn issue(ctx: Ctx<CertificateIssue>, Id(id): Id<CompletionId>, Posted(_): Posted) -> Answer {
    let object = format!("bescheinigung ausgestellt completion/{id}");
    let writer = ctx.write().await?;
    let Some(confirmed) = store::find(&writer, id).await? else {
        return Err(Fault::NotFound);
    };
    let here = format!("/gruppen/{}/abschluss", confirmed.group_id);
    let entry = Entry::new(Verb::Disclose, object)
        .to("teilnehmende Person")
        .about(confirmed.person_id, Level::Case);
    match service::issue(&writer, &ctx.app.certificates, id).await? {
        Step::Done(_) => {
            let seen = writer.commit(entry).await?;
            ctx.done(
                seen,
                &here,
                "Die Bescheinigung ist ausgestellt und steht als PDF bereit.",
            )
        }
        Step::Refused(_, why) => {
            writer.abandon().await?;
            refused(&ctx, entry, &here, &why).await
        }
        Step::NotFound => Err(Fault::NotFound),
    }
}

/// The certificate as a file: the same bytes however often it is asked for; every time is a disclosure.
async fn certificate(ctx: Ctx<CertificateIssue>, Id(id): Id<CertificateId>) -> Answer {
    let reader = ctx.read();
    let Some(row) = store::certificate(&reader, id).await? else {
        return Err(Fault::NotFound);
    };
    let entry = Entry::new(Verb::Disclose, format!("bescheinigung certificate/{id}"))
        .to("teilnehmende Person")
        .about(row.person_id, Level::Case);
    if row.withdrawn_at.is_some() {
        let why =
            "Der Abschluss ist zurückgenommen; diese Bescheinigung wird nicht mehr ausgegeben.";
        return refused(&ctx, entry, &format!("/personen/{}", row.person_id), why).await;
    }
    let bytes =
        documents::certificate(&row).map_err(|error| Fault::Unavailable(error.to_string()))?;
    let seen = reader.seen(entry).await?;
    ctx.download(seen, "teilnahmebescheinigung.pdf", "application/pdf", bytes)
}

async fn check_form(ctx: Ctx<CertificateCheck>) -> Answer {
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "bescheinigung pruefen"))
        .await?;
    ctx.page(seen, views::check(&ctx.frame(), &Form::empty(), None))
}

async fn check(ctx: Ctx<CertificateCheck>, Posted(mut form): Posted) -> Answer {
    let typed = form.required_text("code", "Echtheitscode", 60);
    let name = form.optional_text("name", "Name auf der Bescheinigung", NAME_LENGTH);
    let reader = ctx.read();
    let entry = Entry::new(Verb::Query, "bescheinigung geprueft");
    let Some(typed) = typed else {
        let seen = reader.seen(entry).await?;
        return ctx.invalid(seen, views::check(&ctx.frame(), &form, None));
    };
    // As it is stored: in groups of four.
    let letters: Vec<char> = code_key(&typed).chars().collect();
    let wanted = letters
        .chunks(4)
        .map(|four| four.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-");
    let found = store::by_code(&reader, &wanted)
        .await?
        // A row that somebody changed past Geleit no longer fits its code.
        .filter(|row| code(&ctx.app.certificates, row.id.0, &row.content()) == row.code);
    let entry = match &found {
        Some(row) => entry.about(row.person_id, Level::List),
        None => entry,
    };
    let seen = reader.seen(entry).await?;
    let result = views::Checked {
        found: found.as_ref(),
        same_name: name
            .as_deref()
            .zip(found.as_ref())
            .map(|(name, row)| same_name(name, &row.name)),
    };
    ctx.page(seen, views::check(&ctx.frame(), &form, Some(&result)))
}

async fn statement(ctx: Ctx<StatementPrint>, Id(id): Id<EnrolmentId>) -> Answer {
    let reader = ctx.read();
    let Some(of) = store::participation(&reader, Of::Part(id)).await? else {
        return Err(Fault::NotFound);
    };
    let stays = store::stays(&reader, id).await?;
    let bytes = documents::statement(&of, &stays, &OfCase::default(), ctx.access().now())
        .map_err(|error| Fault::Unavailable(error.to_string()))?;
    let entry = Entry::new(Verb::Disclose, format!("teilnahmenachweis enrolment/{id}"))
        .to("Vollzugsplankonferenz")
        .about(of.person_id, Level::Case);
    let seen = reader.seen(entry).await?;
    ctx.download(seen, "teilnahmenachweis.pdf", "application/pdf", bytes)
}

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    fuer: String,
}

/// The statement of a case, for the court or the conference on the sentence plan. A case that was never agreed has none.
async fn case_statement(
    ctx: Ctx<StatementPrint>,
    Id(id): Id<CaseId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let audience = match asked.fuer.as_str() {
        "" | "vollzugsplan" => Audience::Conference,
        "gericht" => Audience::Court,
        _ => return Err(Fault::NotFound),
    };
    let reader = ctx.read();
    let Some(of) = store::participation(&reader, Of::Case(id)).await? else {
        return Err(Fault::NotFound);
    };
    let stays = store::stays(&reader, of.enrolment_id).await?;
    let talks = store::talks(&reader, of.enrolment_id).await?;
    let case = OfCase {
        audience,
        reason: of.reason.as_deref(),
        talks: &talks,
    };
    let bytes = documents::statement(&of, &stays, &case, ctx.access().now())
        .map_err(|error| Fault::Unavailable(error.to_string()))?;
    let entry = Entry::new(
        Verb::Disclose,
        format!("teilnahmenachweis client_case/{id}"),
    )
    .to(audience.name())
    .about(of.person_id, Level::Case);
    let seen = reader.seen(entry).await?;
    ctx.download(seen, "teilnahmenachweis.pdf", "application/pdf", bytes)
}
