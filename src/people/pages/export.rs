//! Lists of people as a file: up to fifty at once; more only after a second person approved exactly these lines, once.

use serde::Serialize;

use super::imports;
use crate::access::permissions::{PersonExport, PersonImport};
use crate::access::{Permission, Scope, Writes};
use crate::approvals::{self, Approval, Kind, Request};
use crate::audit::{Entry, Level, Verb};
use crate::base::crypto::{hex, sha256};
use crate::base::ids::{ImportId, PersonId};
use crate::people::store::exports::{self, ALONE_ENTRY};
use crate::people::store::list::{self, EXPORT_MOST};
use crate::people::views;
use crate::store::{Rows, Writer};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query};

/// Most people of a file without a second person.
pub(in crate::people) const ALONE: usize = 50;
/// The longest reason.
const REASON: usize = 300;

/// What the second person approves: exactly these lines.
#[derive(Serialize)]
struct Payload {
    what: &'static str,
    lines: String,
}

/// A file that somebody asks for.
pub(in crate::people) struct Wish {
    /// The heading of its page.
    pub title: &'static str,
    /// What stands in it, in words.
    pub holds: &'static str,
    /// How many people.
    pub number: usize,
    /// How many people it would be today with all files that needed nobody else.
    pub today: usize,
    /// What stands in the way, whoever approves.
    pub obstacle: Option<&'static str>,
    /// The page above.
    pub above: (&'static str, String),
    /// The address of the page, and the fields that say the same in its forms.
    pub address: String,
    pub fields: Vec<(&'static str, String)>,
    payload: Payload,
}

impl Wish {
    /// Whether it needs nobody else.
    pub fn alone(&self) -> bool {
        self.today <= ALONE
    }

    async fn approved(&self, rows: &impl Rows) -> Result<Option<Approval>, Fault> {
        if self.alone() {
            return Ok(None);
        }
        Ok(approvals::usable(rows, Kind::PeopleExport, &self.payload).await?)
    }
}

/// What becomes of a form: why the file is handed out, with the writer that goes on; or the answer that comes instead.
enum Outcome<P: Writes> {
    Out(String, Writer<P>),
    Instead(Answer),
}

async fn page<P: Permission>(
    ctx: &Ctx<P>,
    rows: &impl Rows,
    wish: &Wish,
    form: &Form,
) -> Result<maud::Markup, Fault> {
    let approved = wish.approved(rows).await?;
    let view = views::export::View {
        wish,
        approved: approved.as_ref(),
        form,
        token: &ctx.once(),
    };
    Ok(views::export::page(&ctx.frame(), &view))
}

fn looked(wish: &Wish) -> Entry {
    Entry::new(
        Verb::Query,
        format!("ausgabe vorbereiten: {}", wish.title.to_lowercase()),
    )
}

/// Asks for the second person, or uses up what was approved.
async fn posted<P: Writes>(
    ctx: &Ctx<P>,
    writer: Writer<P>,
    wish: &Wish,
    form: &mut Form,
) -> Result<Outcome<P>, Fault> {
    let mut problem = None;
    if wish.obstacle.is_none() && form.value("tun") == "genehmigt" {
        match wish.approved(&writer).await? {
            None => {
                problem = Some(
                    "Genehmigt wurde eine andere Liste: Seitdem ist jemand dazugekommen oder weggefallen, oder die 72 Stunden sind vorbei. Bitte neu beantragen.",
                )
            }
            Some(approval) => {
                let redeemed =
                    approvals::redeem(&writer, approval.id, Kind::PeopleExport, &wish.payload)
                        .await?;
                match redeemed {
                    Ok(_) => {
                        let why =
                            format!("{} (Vier Augen: approval/{})", approval.reason, approval.id);
                        return Ok(Outcome::Out(why, writer));
                    }
                    Err(refusal) => problem = Some(refusal.sentence()),
                }
            }
        }
    }
    let reason = match (wish.obstacle, problem) {
        // The page says what stands in the way.
        (Some(_), _) => None,
        (None, Some(problem)) => {
            form.reject("grund", problem);
            None
        }
        (None, None) => form.required_text("grund", "Wofür", REASON),
    };
    let Some(reason) = reason else {
        writer.abandon().await?;
        let reader = ctx.read();
        let markup = page(ctx, &reader, wish, form).await?;
        let seen = reader.seen(looked(wish).denied()).await?;
        return Ok(Outcome::Instead(ctx.invalid(seen, markup)));
    };
    if wish.alone() {
        return Ok(Outcome::Out(reason, writer));
    }
    crate::accounts::once(&writer, form.value("einmal"), "/vier-augen").await?;
    let place = ctx.actor().profile().facility_name.clone();
    let request = Request {
        kind: Kind::PeopleExport,
        subject: format!(
            "{}: {} Personen, {}",
            wish.title,
            wish.number,
            place.unwrap_or_default()
        ),
        location: wish.address.clone(),
        payload: &wish.payload,
        reason,
    };
    let id = match approvals::request(&writer, request).await? {
        Ok(id) => id,
        Err(refusal) => return Err(Fault::Bad(refusal.sentence().to_owned())),
    };
    let entry = Entry::new(
        Verb::Rights,
        format!("vier-augen-antrag approval/{id} gestellt"),
    );
    let seen = writer.commit(entry).await?;
    let done = ctx.done(
        seen,
        &format!("/vier-augen/{id}"),
        "Der Antrag ist gestellt. Sobald der Datenschutz zugestimmt hat, steht die Ausgabe unter Ihren Aufgaben bereit.",
    );
    Ok(Outcome::Instead(done))
}

/// The list as it is filtered.
async fn of_list<R: Rows>(rows: &R, form: &Form) -> Result<(Wish, Vec<list::ListLine>), Fault> {
    let scope: Scope = rows.access().scope();
    let wanted = super::wanted_within(&scope, form);
    let lines = list::all(rows, &wanted).await?;
    let mut ids: Vec<String> = lines.iter().map(|line| line.id.to_string()).collect();
    ids.sort();
    let mut today = exports::today(rows).await?;
    today.extend(lines.iter().map(|line| line.id));
    let obstacle = if lines.is_empty() {
        Some("Die Liste ist leer. Bitte andere Filter wählen.")
    } else if lines.len() > EXPORT_MOST {
        Some(
            "Mehr als 1.000 Personen gibt Geleit nicht auf einmal aus. Bitte die Liste enger fassen.",
        )
    } else if today.len() > ALONE && !wanted.query.is_empty() {
        // The request names the filters to the second person; a search may be somebody's name.
        Some(
            "Treffer einer Suche gibt Geleit bis 50 Personen am Tag aus. Bitte das Suchwort genauer eingeben oder weglassen.",
        )
    } else {
        None
    };
    let fields: Vec<(&'static str, String)> = ["q", "art", "stand", "teilnahme"]
        .into_iter()
        .filter(|name| !form.value(name).is_empty())
        .map(|name| (name, form.value(name).to_owned()))
        .collect();
    let query = serde_urlencoded::to_string(&fields).unwrap_or_default();
    let at = |path: &str| match query.as_str() {
        "" => path.to_owned(),
        query => format!("{path}?{query}"),
    };
    let wish = Wish {
        title: "Personenliste",
        holds: "Name, Geburtsdatum, Nummer, Einrichtung, Art der Unterbringung oder Aufsicht und voraussichtliche Entlassung",
        number: lines.len(),
        today: if lines.is_empty() { 0 } else { today.len() },
        obstacle,
        above: ("Personen", at("/personen")),
        address: at("/personen/ausgabe"),
        fields,
        payload: Payload {
            what: "personen",
            lines: hex(&sha256(ids.join("\n").as_bytes())),
        },
    };
    Ok((wish, lines))
}

pub(super) async fn list_form(
    ctx: Ctx<PersonExport>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Answer {
    let reader = ctx.read();
    let (wish, _) = of_list(&reader, &Form::from_pairs(pairs)).await?;
    let markup = page(&ctx, &reader, &wish, &Form::empty()).await?;
    let seen = reader.seen(looked(&wish)).await?;
    ctx.page(seen, markup)
}

pub(super) async fn list_out(ctx: Ctx<PersonExport>, Posted(mut form): Posted) -> Answer {
    let writer = ctx.write().await?;
    let (wish, lines) = of_list(&writer, &form).await?;
    let (why, writer) = match posted(&ctx, writer, &wish, &mut form).await? {
        Outcome::Out(why, writer) => (why, writer),
        Outcome::Instead(answer) => return answer,
    };
    let people: Vec<PersonId> = lines.iter().map(|line| line.id).collect();
    let object = if wish.alone() {
        ALONE_ENTRY
    } else {
        "personenliste als datei mit zweiter person"
    };
    let entry = Entry::new(Verb::Disclose, object)
        .about_all(people, Level::List)
        .to(recipient(&ctx))
        .because(why);
    let seen = writer.commit(entry).await?;
    ctx.download(
        seen,
        "personen.csv",
        "text/csv; charset=utf-8",
        views::export::csv(&lines),
    )
}

/// Who receives the file: the office of whoever asks for it.
fn recipient<P: Permission>(ctx: &Ctx<P>) -> String {
    let place = ctx.actor().profile().facility_name.clone();
    place.unwrap_or_else(|| "eigene Stelle".to_owned())
}

/// The rejected lines of an imported list.
async fn of_import(
    ctx: &Ctx<PersonImport>,
    rows: &impl Rows,
    id: ImportId,
) -> Result<(Wish, Vec<u8>, Vec<PersonId>), Fault> {
    let (csv, number, people) = imports::rejected_lines(rows, ctx, id).await?;
    let path = format!("/personen/einlesen/{id}");
    let wish = Wish {
        title: "Abgelehnte Zeilen",
        holds: "die abgelehnten Zeilen Ihrer Liste, jede mit dem Grund",
        number,
        today: number,
        obstacle: (number == 0).then_some("Keine Zeile wurde abgelehnt."),
        above: ("Liste einlesen", path.clone()),
        address: format!("{path}/ausgabe"),
        fields: Vec::new(),
        payload: Payload {
            what: "abgelehnte zeilen",
            lines: hex(&sha256(&csv)),
        },
    };
    Ok((wish, csv, people))
}

pub(super) async fn rejected_form(ctx: Ctx<PersonImport>, Id(id): Id<ImportId>) -> Answer {
    let reader = ctx.read();
    let (wish, ..) = of_import(&ctx, &reader, id).await?;
    let markup = page(&ctx, &reader, &wish, &Form::empty()).await?;
    let seen = reader.seen(looked(&wish)).await?;
    ctx.page(seen, markup)
}

pub(super) async fn rejected_out(
    ctx: Ctx<PersonImport>,
    Id(id): Id<ImportId>,
    Posted(mut form): Posted,
) -> Answer {
    let writer = ctx.write().await?;
    let (wish, csv, people) = of_import(&ctx, &writer, id).await?;
    let (why, writer) = match posted(&ctx, writer, &wish, &mut form).await? {
        Outcome::Out(why, writer) => (why, writer),
        Outcome::Instead(answer) => return answer,
    };
    let entry = Entry::new(
        Verb::Disclose,
        format!("abgelehnte zeilen person_import/{id}"),
    )
    .about_all(people, Level::List)
    .to(recipient(&ctx))
    .because(why);
    let seen = writer.commit(entry).await?;
    ctx.download(
        seen,
        "abgelehnte-zeilen.csv",
        "text/csv; charset=utf-8",
        csv,
    )
}
