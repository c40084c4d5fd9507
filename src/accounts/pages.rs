//! Sign-in, own account, account administration: routes and handlers.

pub(super) mod again;
mod holder;
mod lead;
pub(super) mod once;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::{Extension, response::IntoResponse, response::Response};
use serde::Deserialize;

use super::administration::{self, AccountProblem};
use super::rules::{NewAccount, WhosePerson};
use super::service::{self, Desk, SignedIn};
use super::{rules, store, views};
use crate::access::permissions::{AccountChange, AccountRead, OwnAccount, OwnAccountChange};
use crate::access::{RequestRef, Role};
use crate::audit::{Entry, Verb};
use crate::base::crypto::{hex, unhex};
use crate::base::ids::{AccountId, SessionId};
use crate::facilities;
use crate::store::{Rows, StoreError, Writer};
use crate::web::identify::{self, Identity, SESSION_COOKIE, bare_frame};
use crate::web::layout::Frame;
use crate::web::post::token_of;
use crate::web::route::Id;
use crate::web::{Answer, App, Ctx, Fault, Form, Posted, Query, Reply, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::public_get("/anmelden", sign_in_form),
        Route::public_post("/anmelden", sign_in),
        Route::public_get("/anmelden/code", code_form),
        Route::public_post("/anmelden/code", code),
        Route::public_get("/anmelden/einrichten", set_up_form),
        Route::public_post("/anmelden/einrichten", set_up),
        Route::public_post("/abmelden", sign_out),
        Route::post("/sitzung/verlaengern", extend),
        Route::post("/weiter", carried),
        Route::get("/konto", own),
        Route::post("/konto/sitzungen/{session}/beenden", end_own),
        Route::post("/konto/wiederherstellung", new_codes),
        Route::get("/konten", list),
        Route::get("/konten/neu", create_form),
        Route::post("/konten/neu", create),
        Route::post("/konten/{account}/zuruecksetzen", reset),
        Route::post("/konten/{account}/sperren", disable),
        Route::post("/konten/{account}/entsperren", enable),
        Route::get("/konten/{account}/person", holder::form),
        Route::post("/konten/{account}/person", holder::change),
        Route::get("/konten/{account}/leitung", lead::form),
        Route::post("/konten/{account}/leitung", lead::change),
    ]
}

#[derive(Deserialize, Default)]
struct Onward {
    #[serde(default)]
    weiter: String,
}

fn client(headers: &HeaderMap) -> String {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let browser = [
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]
    .into_iter()
    .find(|(mark, _)| agent.contains(mark))
    .map_or("Unbekannter Browser", |(_, name)| name);
    let system = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]
    .into_iter()
    .find(|(mark, _)| agent.contains(mark))
    .map_or("unbekanntes System", |(_, name)| name);
    format!("{browser}, {system}")
}

fn desk<'a>(app: &'a App, identity: &Identity, headers: &HeaderMap, route: &str) -> Desk<'a> {
    Desk {
        store: &app.store,
        passwords: &app.passwords,
        second_factor: &app.second_factor,
        now: app.store.clock().now(),
        request: RequestRef {
            id: identity.request_id.clone(),
            route: route.to_owned(),
        },
        client: client(headers),
    }
}

fn session_cookie(token: &str) -> String {
    format!("{SESSION_COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Strict")
}

/// The frame of a page that is answered together with a new session cookie: its form token must be that session's.
fn of_session(app: &App, frame: Frame, token: &str) -> Frame {
    Frame {
        csrf: token_of(app, token),
        ..frame
    }
}

fn with_onward(path: &str, form: &Form) -> String {
    let onward = identify::onward(form.value("weiter"));
    let mut pairs = Vec::new();
    if onward != "/" {
        pairs.push(("weiter", onward));
    }
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

async fn sign_in_form(
    State(app): State<App>,
    Extension(identity): Extension<Identity>,
    Query(onward): Query<Onward>,
) -> Reply {
    if identity.signed_in.is_some() {
        return Reply::see(identify::onward(&onward.weiter));
    }
    let form = Form::empty().with("weiter", onward.weiter);
    Reply::open_page(views::sign_in(&bare_frame(&app, &identity), &form, false))
}

async fn sign_in(
    State(app): State<App>,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
    Posted(mut form): Posted,
) -> Answer {
    let frame = bare_frame(&app, &identity);
    let (login, password) = (
        form.value("login").trim().to_owned(),
        form.value("password").to_owned(),
    );
    if login.is_empty() {
        form.reject("login", "Bitte den Anmeldenamen eingeben.");
    }
    if password.is_empty() {
        form.reject("password", "Bitte das Kennwort eingeben.");
    }
    if form.has_errors() || login.len() > 200 || password.len() > 1_000 {
        return Ok(Reply::open_form(views::sign_in(&frame, &form, false)));
    }
    let desk = desk(&app, &identity, &headers, "POST /anmelden");
    match desk.password(&login, &password).await? {
        SignedIn::Yes { token, .. } => {
            if form.value("uebernommen").is_empty() {
                let location = with_onward("/anmelden/code", &form);
                return Ok(Reply::see(&location).with_cookie(&session_cookie(&token)));
            }
            // The sealed form must stay in the page's body; it is too long for an address.
            let page = views::carry_on(&of_session(&app, frame, &token), form.value("uebernommen"));
            Ok(Reply::open_page(page).with_cookie(&session_cookie(&token)))
        }
        SignedIn::Busy => Err(Fault::Busy),
        SignedIn::No => {
            form.reject("login", "Anmeldename oder Kennwort stimmen nicht, oder es waren zu viele Versuche. Bitte prüfen und nach kurzer Zeit noch einmal versuchen.");
            form.set("password", "");
            Ok(Reply::open_form(views::sign_in(&frame, &form, false)))
        }
    }
}

/// What the code page shows: the secret of a second factor that is being set up, or (in the demo) the code.
async fn code_page(
    app: &App,
    identity: &Identity,
    headers: &HeaderMap,
    form: &Form,
    route: &str,
) -> Result<maud::Markup, Fault> {
    let frame = bare_frame(app, identity);
    let half_way = identity
        .half_way
        .ok_or_else(|| Fault::SignIn("/anmelden".into()))?;
    let desk = desk(app, identity, headers, route);
    let Some((account, secret)) = desk.half_way(half_way).await? else {
        return Err(Fault::SignIn("/anmelden".into()));
    };
    let place = format!("setup/{}", account.id);
    match secret {
        Some((secret, last)) => {
            let shown = if app.demo {
                rules::next_code(&secret, last, desk.now)
            } else {
                None
            };
            Ok(views::code(&frame, form, shown.as_deref()))
        }
        None => {
            let sealed = unhex(form.value("siegel"))
                .and_then(|bytes| app.second_factor.open(&place, &bytes));
            let secret = sealed.unwrap_or_else(|| {
                app.store
                    .entropy()
                    .secret()
                    .get(..20)
                    .unwrap_or_default()
                    .to_vec()
            });
            let sealed =
                hex(&app
                    .second_factor
                    .seal(app.store.entropy().as_ref(), &place, &secret));
            Ok(views::enrol_second_factor(
                &frame,
                form,
                &rules::secret_text(&secret),
                &sealed,
            ))
        }
    }
}

async fn code_form(
    State(app): State<App>,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
    Query(onward): Query<Onward>,
) -> Answer {
    let form = Form::empty().with("weiter", onward.weiter);
    Ok(Reply::open_page(
        code_page(&app, &identity, &headers, &form, "GET /anmelden/code").await?,
    ))
}

async fn code(
    State(app): State<App>,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
    Posted(mut form): Posted,
) -> Answer {
    let half_way = identity
        .half_way
        .ok_or_else(|| Fault::SignIn("/anmelden".into()))?;
    if form.value("code").trim().is_empty() {
        if form.value("nur-weiter").is_empty() {
            form.reject("code", "Bitte den Code eingeben.");
        }
        return Ok(Reply::open_form(
            code_page(&app, &identity, &headers, &form, "POST /anmelden/code").await?,
        ));
    }
    let place = format!("setup/{}", half_way.account);
    let fresh =
        unhex(form.value("siegel")).and_then(|bytes| app.second_factor.open(&place, &bytes));
    let desk = desk(&app, &identity, &headers, "POST /anmelden/code");
    let typed: String = form.value("code").chars().take(40).collect();
    match desk.code(half_way, &typed, fresh.as_deref()).await? {
        SignedIn::Yes {
            token,
            recovery_codes,
        } => {
            let frame = bare_frame(&app, &identity);
            let reply = if !recovery_codes.is_empty() {
                Reply::open_page(views::recovery_codes(&frame, &recovery_codes))
            } else if !form.value("uebernommen").is_empty() {
                let frame = of_session(&app, frame, &token);
                Reply::open_page(views::give_back(&frame, form.value("uebernommen")))
            } else {
                Reply::see(identify::onward(form.value("weiter")))
            };
            Ok(reply.with_cookie(&session_cookie(&token)))
        }
        SignedIn::Busy => Err(Fault::Busy),
        SignedIn::No => {
            form.reject("code", "Dieser Code gilt nicht (mehr). Bitte den nächsten Code abwarten; jeder Code gilt nur einmal.");
            form.set("code", "");
            Ok(Reply::open_form(
                code_page(&app, &identity, &headers, &form, "POST /anmelden/code").await?,
            ))
        }
    }
}

async fn set_up_form(State(app): State<App>, Extension(identity): Extension<Identity>) -> Reply {
    Reply::open_page(views::set_up(&bare_frame(&app, &identity), &Form::empty()))
}

async fn set_up(
    State(app): State<App>,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
    Posted(mut form): Posted,
) -> Answer {
    let frame = bare_frame(&app, &identity);
    let login = form.required_text("login", "Anmeldename", 200);
    let setup_code = form.required_text("setup_code", "Einrichtungscode", 60);
    let password = form.value("password").to_owned();
    if password != form.value("password_again") {
        form.reject(
            "password_again",
            "Die beiden Kennwörter sind verschieden. Bitte beide noch einmal eingeben.",
        );
    }
    let (Some(login), Some(setup_code), false) = (login, setup_code, form.has_errors()) else {
        return Ok(Reply::open_form(views::set_up(&frame, &form)));
    };
    let desk = desk(&app, &identity, &headers, "POST /anmelden/einrichten");
    match desk.set_up(&login, &setup_code, &password).await? {
        Ok(SignedIn::Yes { token, .. }) => {
            Ok(Reply::see("/anmelden/code").with_cookie(&session_cookie(&token)))
        }
        Ok(SignedIn::Busy) => Err(Fault::Busy),
        Ok(SignedIn::No) => {
            form.reject("setup_code", "Anmeldename und Einrichtungscode passen nicht zusammen, oder der Code ist abgelaufen (er gilt 24 Stunden). Die Verwaltung kann einen neuen ausstellen.");
            Ok(Reply::open_form(views::set_up(&frame, &form)))
        }
        Err((field, problem)) => {
            form.reject(field, problem);
            Ok(Reply::open_form(views::set_up(&frame, &form)))
        }
    }
}

async fn sign_out(
    State(app): State<App>,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
    Posted(_): Posted,
) -> Result<Response, Fault> {
    if let Some(signed_in) = &identity.signed_in {
        let desk = desk(&app, &identity, &headers, "POST /abmelden");
        desk.sign_out(signed_in.actor.account(), signed_in.session)
            .await?;
    }
    Ok(Reply::see("/anmelden")
        .with_cookie(&format!(
            "{SESSION_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"
        ))
        .with_header(
            header::HeaderName::from_static("clear-site-data"),
            HeaderValue::from_static("\"cache\", \"storage\""),
        )
        .into_response())
}

async fn extend(ctx: Ctx<OwnAccountChange>, Posted(_): Posted) -> Answer {
    let writer = ctx.write().await?;
    store::touch_session(&writer, ctx.session(), writer.now()).await?;
    let seen = writer
        .commit(Entry::new(Verb::SignIn, "sitzung verlaengert"))
        .await?;
    ctx.page(seen, maud::html! { "ok" })
}

async fn carried(ctx: Ctx<OwnAccountChange>, Posted(form): Posted) -> Answer {
    let page = identify::carried_page(
        &ctx.app,
        ctx.actor(),
        &ctx.frame(),
        form.value("uebernommen"),
    )
    .ok_or_else(|| Fault::See("/".into()))?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::SignIn, "eingaben zurueckgegeben"))
        .await?;
    ctx.page(seen, page)
}

async fn own(ctx: Ctx<OwnAccount>) -> Answer {
    let reader = ctx.read();
    let account = ctx.actor().account();
    let sessions = store::own_sessions(&reader, account).await?;
    let codes = store::recovery_codes_left(&reader, account).await?;
    let holder = ctx.actor().profile().holder;
    let others = store::same_holder(&reader, account, holder).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "eigenes konto"))
        .await?;
    ctx.page(
        seen,
        views::own(&ctx.frame(), &sessions, ctx.session(), codes, &others),
    )
}

async fn end_own(
    ctx: Ctx<OwnAccountChange>,
    Id(session): Id<SessionId>,
    Posted(_): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let ended = store::end_session(&writer, ctx.actor().account(), session, writer.now()).await?;
    if ended == 0 {
        writer.abandon().await?;
        return Err(Fault::NotFound);
    }
    let seen = writer
        .commit(Entry::new(Verb::Rights, "sitzung beendet"))
        .await?;
    ctx.done(seen, "/konto", "Die Anmeldung wurde beendet.")
}

async fn new_codes(ctx: Ctx<OwnAccountChange>, Posted(_): Posted) -> Answer {
    let writer = ctx.write().await?;
    let codes = service::new_recovery_codes(&writer, ctx.actor().account()).await?;
    let seen = writer
        .commit(Entry::new(Verb::Rights, "wiederherstellungscodes erneuert"))
        .await?;
    ctx.page(seen, views::recovery_codes(&ctx.frame(), &codes))
}

async fn list(ctx: Ctx<AccountRead>) -> Answer {
    let reader = ctx.read();
    let accounts = store::accounts(&reader).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "konten")).await?;
    ctx.page(
        seen,
        views::list(&ctx.frame(), &accounts, ctx.actor().account(), ctx.today()),
    )
}

async fn create_form(ctx: Ctx<AccountChange>) -> Answer {
    let reader = ctx.read();
    let choices = facilities::account_choices(&reader, ctx.today()).await?;
    let seen = reader
        .seen(Entry::new(Verb::Query, "konto anlegen"))
        .await?;
    ctx.page(
        seen,
        views::create(&ctx.frame(), &Form::empty(), &choices, &[], &ctx.once()),
    )
}

async fn create(ctx: Ctx<AccountChange>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let choices = facilities::account_choices(&writer, ctx.today()).await?;
    let login = form.required_text("login", "Anmeldename", 40);
    let name = form.required_text("name", "Name", 80);
    let codes: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
    let role = form
        .choice("role", "Rolle", &codes)
        .and_then(|code| code.parse::<Role>().ok());
    let facility = form
        .optional_uuid("facility", "Einrichtung")
        .map(crate::base::ids::FacilityId);
    let provider = form
        .optional_uuid("provider", "Träger")
        .map(crate::base::ids::ProviderId);
    let staff = form
        .optional_uuid("staff", "Externe Fachkraft")
        .map(crate::base::ids::StaffId);
    let person = whose(&writer, &mut form).await?;
    let mut namesakes = Vec::new();
    if let (Some(login), Some(name), Some(role), false) = (login, name, role, form.has_errors()) {
        let provider = choices.provider_of(staff).or(provider);
        let new = NewAccount {
            login,
            name,
            role,
            facility,
            provider,
            staff,
            person,
        };
        super::once(&writer, form.value("einmal"), "/konten").await?;
        match administration::create(&writer, &new).await {
            Ok((id, code)) => {
                let seen = writer
                    .commit(Entry::new(
                        Verb::Rights,
                        format!("konto angelegt account/{id}"),
                    ))
                    .await?;
                return ctx.page(seen, views::setup_code(&ctx.frame(), &new.login, &code.0));
            }
            Err(AccountProblem::Login(sentence)) => form.reject("login", sentence),
            Err(AccountProblem::Place(sentence)) => {
                let field = if role.needs_facility() {
                    "facility"
                } else if role == Role::Trainer {
                    "staff"
                } else {
                    "provider"
                };
                form.reject(field, sentence);
            }
            Err(AccountProblem::Namesakes(known)) => {
                form.reject(
                    "person",
                    "Es gibt schon ein Konto mit diesem Namen. Bitte angeben, ob es dieselbe Person ist.",
                );
                namesakes = known;
            }
            Err(AccountProblem::Unknown) => return Err(Fault::NotFound),
            Err(AccountProblem::Store(error)) => return Err(error.into()),
        }
    }
    writer.abandon().await?;
    let seen = ctx
        .read()
        .seen(Entry::new(Verb::Query, "konto anlegen"))
        .await?;
    let token = form.value("einmal").to_owned();
    ctx.invalid(
        seen,
        views::create(&ctx.frame(), &form, &choices, &namesakes, &token),
    )
}

/// Whose account the form says it is: one of the offered namesakes, somebody else, or the holder of a sign-in name.
async fn whose(writer: &Writer<AccountChange>, form: &mut Form) -> Result<WhosePerson, StoreError> {
    let login = form.value("same_login").trim().to_owned();
    if !login.is_empty() {
        return Ok(match administration::find_by_login(writer, &login).await? {
            Some(account) => WhosePerson::SameAs(account.id),
            None => {
                form.reject(
                    "same_login",
                    "Dieses Konto gibt es nicht. Bitte den Anmeldenamen aus der Liste der Konten eingeben.",
                );
                WhosePerson::Unasked
            }
        });
    }
    Ok(match form.value("person") {
        "" => WhosePerson::Unasked,
        "another" => WhosePerson::Another,
        same => match same.parse() {
            Ok(account) => WhosePerson::SameAs(account),
            Err(_) => WhosePerson::Unasked,
        },
    })
}

fn problem(error: AccountProblem) -> Fault {
    match error {
        AccountProblem::Store(error) => error.into(),
        _ => Fault::NotFound,
    }
}

async fn reset(ctx: Ctx<AccountChange>, Id(account): Id<AccountId>, Posted(_): Posted) -> Answer {
    let writer = ctx.write().await?;
    let login = administration::login_of(&writer, account)
        .await
        .map_err(problem)?;
    let code = administration::reset(&writer, account)
        .await
        .map_err(problem)?;
    let seen = writer
        .commit(Entry::new(
            Verb::Rights,
            format!("konto zurueckgesetzt account/{account}"),
        ))
        .await?;
    ctx.page(seen, views::setup_code(&ctx.frame(), &login, &code.0))
}

async fn disable(ctx: Ctx<AccountChange>, Id(account): Id<AccountId>, Posted(_): Posted) -> Answer {
    if account == ctx.actor().account() {
        let seen = ctx
            .read()
            .seen(Entry::new(Verb::Rights, "eigenes konto sperren").denied())
            .await?;
        let flash = crate::web::flash::Flash::warning(
            "Das eigene Konto kann man nicht sperren. Bitte eine andere Verwaltung darum bitten.",
        );
        return ctx.done_saying(seen, "/konten", flash);
    }
    let writer = ctx.write().await?;
    administration::disable(&writer, account)
        .await
        .map_err(problem)?;
    let seen = writer
        .commit(Entry::new(
            Verb::Rights,
            format!("konto gesperrt account/{account}"),
        ))
        .await?;
    ctx.done(
        seen,
        "/konten",
        "Das Konto ist gesperrt; alle seine Anmeldungen sind beendet.",
    )
}

async fn enable(ctx: Ctx<AccountChange>, Id(account): Id<AccountId>, Posted(_): Posted) -> Answer {
    let writer = ctx.write().await?;
    administration::enable(&writer, account)
        .await
        .map_err(problem)?;
    let seen = writer
        .commit(Entry::new(
            Verb::Rights,
            format!("konto entsperrt account/{account}"),
        ))
        .await?;
    ctx.done(seen, "/konten", "Das Konto ist entsperrt.")
}
