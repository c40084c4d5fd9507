//! Routes and handlers.

use axum::Extension;
use axum::extract::State;
use maud::Markup;
use time::Duration;

use super::{store, views};
use crate::access::Role;
use crate::access::permissions::{RegisterKeep, Start};
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::PersonId;
use crate::store::{Reader, StoreError};
use crate::web::identify::{Identity, frame_for};
use crate::web::{Answer, App, Ctx, Query, Reply, Route};
use crate::{casework, gate, grants, groups, providers, todo};

/// Days back for which refused requests are counted.
const REFUSAL_DAYS: i64 = 7;
/// Most open registers and most sessions that are shown.
const REGISTERS: i64 = 10;
const SESSIONS: i64 = 20;

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/", start),
        Route::public_get("/hilfe", help_page),
        Route::public_get("/barrierefreiheit", accessibility),
        Route::public_get("/datenschutz", privacy_notice),
    ]
}

async fn start(ctx: Ctx<Start>) -> Answer {
    let reader = ctx.read();
    let mut found = Blocks::default();
    blocks(&ctx, &reader, &mut found).await?;
    let entry = Entry::new(Verb::Query, "start").about_all(found.people, Level::List);
    let seen = reader.seen(entry).await?;
    ctx.page(
        seen,
        views::start(&ctx.frame(), ctx.actor(), &found.sections),
    )
}

/// What the start page shows below the greeting.
#[derive(Default)]
struct Blocks {
    /// Sections, each with its own heading.
    sections: Vec<Markup>,
    /// The people named in them, for the audit log.
    people: Vec<PersonId>,
}

/// What is to do today. Each room's part is one arm or one call here.
async fn blocks(
    ctx: &Ctx<Start>,
    reader: &Reader<Start>,
    found: &mut Blocks,
) -> Result<(), StoreError> {
    let (profile, today) = (ctx.actor().profile(), ctx.today());
    match profile.role {
        Role::SocialService => {
            open_tasks(reader, found).await?;
            group_blocks(ctx, reader, found).await?;
            found.sections.push(views::tasks(&[
                (
                    "Person suchen oder anlegen",
                    "/personen",
                    "Stammdaten, Teilnahmen, Gespräche",
                ),
                (
                    "Gruppen",
                    "/gruppen",
                    "Terminreihen planen, Teilnehmende aufnehmen, Anwesenheit führen",
                ),
                (
                    "Schließtage",
                    "/einrichtungen/schliesstage",
                    "Tage eintragen, an denen nichts stattfindet",
                ),
                (
                    "Familientage",
                    "/familientage",
                    "Familientage planen, Gäste ankündigen",
                ),
            ]));
        }
        Role::Probation => {
            open_tasks(reader, found).await?;
            let clients = casework::clients(reader).await?;
            found.people.extend(clients.iter().map(|client| client.id));
            found.sections.push(views::clients(&clients, today));
        }
        Role::Trainer | Role::Coordinator => {
            open_tasks(reader, found).await?;
            let (valid, closed): (Vec<_>, Vec<_>) = store::grants(reader, profile, today)
                .await?
                .into_iter()
                .partition(|grant| views::is_valid(grant, today));
            if !valid.is_empty() {
                group_blocks(ctx, reader, found).await?;
            }
            found
                .sections
                .push(views::grants(&valid, profile.role, today));
            if !closed.is_empty() {
                let facilities = closed.iter().map(|grant| grant.facility_id);
                let officers = store::officers(reader, facilities).await?;
                found
                    .sections
                    .push(views::closed(&closed, &officers, profile.role, today));
            }
            if profile.role == Role::Coordinator {
                let clearances = providers::clearances_to_do(reader, today).await?;
                found
                    .sections
                    .extend(views::clearances::to_do(&clearances, profile.role, today));
                let waiting = match valid.first().or(closed.first()) {
                    Some(grant) => grant.waiting.unsigned_abs(),
                    None => grants::waiting(reader).await?.0,
                };
                found.sections.push(views::figure(
                    waiting,
                    "Antrag wartet auf Entscheidung",
                    "Anträge warten auf Entscheidung",
                    ("Zu den Freigaben", "/freigaben"),
                ));
            }
        }
        Role::AccessOfficer => {
            open_tasks(reader, found).await?;
            let (waiting, unconfirmed) = grants::waiting(reader).await?;
            found.sections.push(views::figure(
                waiting,
                "Antrag wartet auf Ihre Entscheidung",
                "Anträge warten auf Ihre Entscheidung",
                ("Zu den Freigaben", "/freigaben"),
            ));
            let clearances = providers::clearances_to_do(reader, today).await?;
            found
                .sections
                .extend(views::clearances::to_do(&clearances, profile.role, today));
            if unconfirmed > 0 {
                found.sections.push(views::unconfirmed(unconfirmed));
            }
            let (objects, guests) = gate::waiting(reader, profile, today).await?;
            found.sections.push(views::gate_hints(objects, guests));
            found.sections.push(views::tasks(&[
                (
                    "Pfortenliste von heute",
                    "/pforte",
                    "Wer heute kommt, und ob die Freigabe gilt",
                ),
                (
                    "Wer darf wohin",
                    "/freigaben/kalender",
                    "Der Kalender der Freigaben für das nächste Halbjahr",
                ),
                (
                    "Zugang sperren",
                    "/sperren/neu",
                    "Einer externen Fachkraft sofort Zutritt und Einsicht nehmen",
                ),
                (
                    "Einzeltermine",
                    "/einzeltermine",
                    "Termine externer Fachkräfte außerhalb der Gruppen",
                ),
            ]));
        }
        Role::Gate => {
            let expected = store::expected_staff(reader, profile, today).await?;
            found.sections.push(views::figure(
                expected,
                "externe Fachkraft hat heute eine Freigabe",
                "externe Fachkräfte haben heute eine Freigabe",
                ("Zur Pfortenliste", "/pforte"),
            ));
        }
        Role::Statistics => {
            let prepared = store::releases(reader, "prepared").await?;
            found.sections.push(views::figure(
                prepared,
                "Veröffentlichung wartet auf die zweite Person",
                "Veröffentlichungen warten auf die zweite Person",
                ("Zur Statistik", "/statistik"),
            ));
            found.sections.push(views::tasks(&[(
                "Veröffentlichte Zahlen",
                "/zahlen",
                "Was die KORA sieht",
            )]));
        }
        Role::Kora => {
            let published = store::releases(reader, "published").await?;
            found.sections.push(views::figure(
                published,
                "Quartal ist veröffentlicht",
                "Quartale sind veröffentlicht",
                ("Zu den Zahlen", "/zahlen"),
            ));
        }
        Role::DataProtection => {
            let refused = store::refusals(reader, today - Duration::days(REFUSAL_DAYS)).await?;
            found.sections.push(views::figure(
                refused,
                "verweigerter Zugriff in den letzten 7 Tagen",
                "verweigerte Zugriffe in den letzten 7 Tagen",
                ("Zur Prüfung des Protokolls", "/protokoll/pruefung"),
            ));
            found.sections.push(views::tasks(&[
                (
                    "Protokoll zu einer Person",
                    "/protokoll",
                    "Wer hat wann Daten verarbeitet? Mit Auskunft als Datei",
                ),
                (
                    "Nachträge an der Pforte",
                    "/pforte/nachtraege",
                    "Wer ohne Zugangsfreigabe auf das Wort einer Person eingelassen wurde",
                ),
            ]));
        }
        Role::Administration => {
            let waiting = store::accounts_waiting(reader).await?;
            found.sections.push(views::figure(
                waiting,
                "Konto ist noch nicht eingerichtet",
                "Konten sind noch nicht eingerichtet",
                ("Zu den Konten", "/konten"),
            ));
            found.sections.push(views::tasks(&[
                (
                    "Konto anlegen",
                    "/konten/neu",
                    "Rolle und Stelle festlegen, Einrichtungscode ausgeben",
                ),
                (
                    "Einrichtungen und Maßnahmen",
                    "/einrichtungen",
                    "Nachschlagen, was eingetragen ist",
                ),
                (
                    "Träger",
                    "/traeger",
                    "Träger und ihre Anteile an Maßnahmen eintragen und beenden",
                ),
            ]));
        }
        Role::System => {}
    }
    Ok(())
}

/// What waits for the actor, as on the page of tasks.
async fn open_tasks(reader: &Reader<Start>, found: &mut Blocks) -> Result<(), StoreError> {
    let tasks = todo::open(reader).await?;
    // The open registers stand on the page themselves.
    let others: Vec<&todo::Task> = tasks
        .iter()
        .filter(|task| task.number > 0 && task.href != "/heute")
        .collect();
    if !others.is_empty() {
        found.sections.push(views::to_do(&others));
    }
    Ok(())
}

/// The registers still open and the sessions up to Sunday.
async fn group_blocks(
    ctx: &Ctx<Start>,
    reader: &Reader<Start>,
    found: &mut Blocks,
) -> Result<(), StoreError> {
    let today = ctx.today();
    let keeps = ctx.actor().may::<RegisterKeep>();
    if keeps {
        // One more than is shown tells that there are more.
        let open = groups::open_registers(reader, REGISTERS + 1).await?;
        found.sections.push(views::open_registers(
            &open,
            REGISTERS.unsigned_abs() as usize,
        ));
    }
    let sunday = today + Duration::days(i64::from(6 - today.weekday().number_days_from_monday()));
    let sessions = groups::upcoming(reader, today, sunday, SESSIONS).await?;
    found.sections.push(views::week(&sessions, keeps));
    Ok(())
}

#[derive(Default, serde::Deserialize)]
struct HelpQuery {
    #[serde(default)]
    thema: String,
}

async fn help_page(
    State(app): State<App>,
    Extension(identity): Extension<Identity>,
    Query(asked): Query<HelpQuery>,
) -> Reply {
    let frame = frame_for(&app, &identity, "/hilfe");
    Reply::open_page(views::help::help(&frame, &asked.thema))
}

async fn accessibility(State(app): State<App>, Extension(identity): Extension<Identity>) -> Reply {
    Reply::open_page(views::accessibility(&frame_for(
        &app,
        &identity,
        "/barrierefreiheit",
    )))
}

async fn privacy_notice(State(app): State<App>, Extension(identity): Extension<Identity>) -> Reply {
    Reply::open_page(views::privacy_notice(&frame_for(
        &app,
        &identity,
        "/datenschutz",
    )))
}
