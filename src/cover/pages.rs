//! Cover: routes and handlers.

use serde::Deserialize;
use time::Date;
use uuid::Uuid;

use super::service::{self, Block, Outcome};
use super::store::{self, Wanted};
use super::views::{self, View};
use crate::access::permissions::{CoverChange, CoverRead};
use crate::access::{Permission, Role};
use crate::audit::{Entry, Verb};
use crate::base::german;
use crate::base::ids::{CoverId, GroupId, GroupSessionId, StaffId};
use crate::store::Reader;
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted, Query, Route};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/vertretung", list),
        Route::post("/vertretung", put_in),
        Route::post("/vertretung/{cover}/aufheben", lift),
    ]
}

/// The value of `ansicht` for what only ends ahead, and for the covers that are set.
pub(super) const AHEAD: &str = "vorschau";
pub(super) const SET: &str = "eingesetzt";

#[derive(Deserialize, Default)]
struct ListQuery {
    #[serde(default)]
    ansicht: String,
    #[serde(default)]
    fachkraft: String,
    #[serde(default)]
    gruppe: String,
}

fn responsible<P: Permission>(ctx: &Ctx<P>) -> Result<(), Fault> {
    let profile = ctx.actor().profile();
    let there = match profile.role {
        Role::Coordinator => profile.provider.is_some(),
        _ => profile.facility.is_some(),
    };
    if there { Ok(()) } else { Err(Fault::NotFound) }
}

/// What the list shows, as kept in the address.
pub(super) struct Shown {
    /// Only one member of staff.
    pub staff: Option<StaffId>,
    /// Only one group, a draft too.
    pub group: Option<GroupId>,
    /// Only what is in order today.
    pub ahead: bool,
}

impl Shown {
    fn of(ansicht: &str, fachkraft: &str, gruppe: &str) -> Self {
        Self {
            staff: fachkraft.parse::<Uuid>().ok().map(StaffId),
            group: gruppe.parse::<Uuid>().ok().map(GroupId),
            ahead: ansicht == AHEAD,
        }
    }

    /// The address of this list.
    pub fn address(&self) -> String {
        let mut pairs = Vec::new();
        if self.ahead {
            pairs.push(format!("ansicht={AHEAD}"));
        }
        pairs.extend(self.staff.map(|staff| format!("fachkraft={staff}")));
        pairs.extend(self.group.map(|group| format!("gruppe={group}")));
        if pairs.is_empty() {
            "/vertretung".to_owned()
        } else {
            format!("/vertretung?{}", pairs.join("&"))
        }
    }
}

async fn blocks<P: Permission>(
    ctx: &Ctx<P>,
    reader: &Reader<P>,
    shown: &Shown,
) -> Result<Vec<Block>, Fault> {
    let today = ctx.today();
    let wanted = match shown.group {
        Some(group) => Wanted::Group(group),
        None => service::ahead(today),
    };
    let looked = service::look(reader, &wanted).await?;
    let affected = looked
        .affected
        .iter()
        .filter(|one| shown.staff.is_none_or(|staff| one.row.staff_id == staff))
        .filter(|one| !shown.ahead || one.gap.lies_ahead(today))
        .cloned()
        .collect();
    // Who is let in is decided by the access officer; who holds a session is not.
    let propose = ctx.actor().role() != Role::AccessOfficer;
    Ok(service::blocks(reader, &looked, affected, propose).await?)
}

async fn list(ctx: Ctx<CoverRead>, Query(query): Query<ListQuery>) -> Answer {
    responsible(&ctx)?;
    let reader = ctx.read();
    if query.ansicht == SET {
        let covers = store::covers(&reader, ctx.today(), None).await?;
        let seen = reader
            .seen(Entry::new(Verb::Query, "vertretungen eingesetzt"))
            .await?;
        let may_change = ctx.actor().may::<CoverChange>();
        return ctx.page(
            seen,
            views::covers(&ctx.frame(), &covers, ctx.actor().role(), may_change),
        );
    }
    let shown = Shown::of(&query.ansicht, &query.fachkraft, &query.gruppe);
    let blocks = blocks(&ctx, &reader, &shown).await?;
    let seen = reader.seen(Entry::new(Verb::Query, "vertretung")).await?;
    let view = View {
        blocks: &blocks,
        shown: &shown,
        role: ctx.actor().role(),
        may_change: ctx.actor().may::<CoverChange>(),
        today: ctx.today(),
        form: &Form::empty(),
        token: &ctx.once(),
    };
    ctx.page(seen, views::list(&ctx.frame(), &view))
}

/// A session and its version, as the check boxes carry them: `<id>.<version>`.
fn session(value: &str) -> Option<(GroupSessionId, i64)> {
    let (id, version) = value.split_once('.')?;
    Some((
        GroupSessionId(Uuid::parse_str(id).ok()?),
        version.parse().ok()?,
    ))
}

/// What was chosen: the sessions, whose place, and who comes instead.
type Chosen = (Vec<(GroupSessionId, i64)>, StaffId, StaffId);

/// Reads the form of one block. The button of a single row carries its session and who was proposed for it.
fn read(form: &mut Form) -> Option<Chosen> {
    let instead_of = StaffId(form.value("ersetzt").parse().ok()?);
    if let Some((one, who)) = form.value("nur").split_once(' ') {
        return Some((vec![session(one)?], instead_of, StaffId(who.parse().ok()?)));
    }
    let sessions: Option<Vec<_>> = form
        .values("sitzung")
        .iter()
        .map(|value| session(value))
        .collect();
    let sessions = sessions?;
    if sessions.is_empty() {
        form.reject("", "Bitte mindestens eine Sitzung ankreuzen.");
    }
    let field = format!("wer_{}", form.value("block"));
    let who = form.value(&field).parse().ok().map(StaffId);
    if who.is_none() {
        form.reject(&field, "Bitte auswählen, wer die Sitzungen übernimmt.");
    }
    Some((sessions, instead_of, who.unwrap_or(instead_of)))
}

async fn put_in(ctx: Ctx<CoverChange>, Posted(mut form): Posted) -> Answer {
    responsible(&ctx)?;
    let shown = Shown::of(
        form.value("ansicht"),
        form.value("fachkraft"),
        form.value("gruppe"),
    );
    let Some((sessions, instead_of, staff)) = read(&mut form) else {
        return Err(Fault::Bad(
            "Die Auswahl der Sitzungen ist nicht lesbar. Bitte die Seite neu laden.".into(),
        ));
    };
    if !form.has_errors() {
        let writer = ctx.write().await?;
        let address = shown.address();
        crate::accounts::once(&writer, form.value("einmal"), &address).await?;
        match service::put_in(&writer, &sessions, instead_of, staff).await? {
            Outcome::Done(name, number) => {
                let entries = sessions
                    .iter()
                    .map(|(id, _)| {
                        Entry::new(
                            Verb::Change,
                            format!("vertretung eingesetzt group_session/{id}"),
                        )
                        .fields(["staff_id"])
                    })
                    .collect();
                let seen = writer.commit_all(entries).await?;
                let what = german::plural(number as u64, "Sitzung", "Sitzungen");
                let text = format!(
                    "{name} übernimmt {what}. Pfortenliste und Anwesenheitsliste richten sich danach."
                );
                return ctx.done(seen, &address, &text);
            }
            Outcome::Refused(sentences) => {
                writer.abandon().await?;
                for sentence in sentences {
                    form.reject("", sentence);
                }
            }
            Outcome::Unknown => {
                writer.abandon().await?;
                return Err(Fault::NotFound);
            }
        }
    }
    let reader = ctx.read();
    let blocks = blocks(&ctx, &reader, &shown).await?;
    let seen = reader
        .seen(Entry::new(Verb::Change, "vertretung nicht eingesetzt").denied())
        .await?;
    let token = form.value("einmal").to_owned();
    let view = View {
        blocks: &blocks,
        shown: &shown,
        role: ctx.actor().role(),
        may_change: true,
        today: ctx.today(),
        form: &form,
        token: &token,
    };
    ctx.invalid(seen, views::list(&ctx.frame(), &view))
}

async fn lift(ctx: Ctx<CoverChange>, Id(cover): Id<CoverId>, Posted(form): Posted) -> Answer {
    responsible(&ctx)?;
    let writer = ctx.write().await?;
    let Some(row) = service::lift(&writer, cover, form.hidden_number("version")).await? else {
        return Err(Fault::NotFound);
    };
    let object = format!("vertretung aufgehoben group_session/{}", row.session_id);
    let seen = writer
        .commit(Entry::new(Verb::Change, object).fields(["staff_id"]))
        .await?;
    let day: Date = row.day;
    let text = format!(
        "Die Vertretung am {} ist aufgehoben: {} leitet die Sitzung wieder selbst.",
        german::date(day),
        row.planned_name
    );
    ctx.done(seen, &format!("/vertretung?ansicht={SET}"), &text)
}
