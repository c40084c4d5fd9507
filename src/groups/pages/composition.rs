//! The assistant that fills a group from the waiting list.

use super::refused_as;
use crate::access::permissions::GroupPlan;
use crate::audit::{Entry, Level, Verb};
use crate::base::ids::{GroupId, PersonId};
use crate::conflicts::{Sent, rules::Conflict};
use crate::groups::rules::composition::{Advice, Candidate, Course, Elsewhere, Verdict, compose};
use crate::groups::service::members::{self as service, AddedAll};
use crate::groups::store::GroupHead;
use crate::groups::store::members::{self as member_store, Room};
use crate::groups::store::plan as plan_store;
use crate::groups::{store, views};
use crate::store::Rows;
use crate::waiting::{Waiting, waiting_for};
use crate::web::route::Id;
use crate::web::{Answer, Ctx, Fault, Form, Posted};

/// A group, how full it is, and everybody who waits for its programme.
struct Desk {
    group: GroupHead,
    room: Room,
    waiting: Vec<Waiting>,
}

impl Desk {
    async fn load<R: Rows>(rows: &R, id: GroupId) -> Result<Option<Desk>, Fault> {
        let Some(group) = store::find(rows, id).await? else {
            return Ok(None);
        };
        let room = member_store::room(rows, id).await?;
        let waiting = waiting_for(rows, group.programme_id).await?;
        Ok(Some(Desk {
            group,
            room,
            waiting,
        }))
    }

    fn free(&self) -> usize {
        usize::try_from(self.group.places - self.room.members).unwrap_or(0)
    }

    fn advice(&self) -> Vec<Advice> {
        let candidates: Vec<Candidate<'_>> = self
            .waiting
            .iter()
            .map(|line| Candidate {
                place: line.place(),
                state: line.course().state,
                interview_on: line.interview_on,
                recommended: line.recommended(),
                left: line.returning(),
                here: line.is_at(self.group.facility_id),
                absent: line.absent,
                elsewhere: self.elsewhere(line),
            })
            .collect();
        let course = Course {
            next: self.room.next_day,
            last: self.group.last_day,
            free: self.free(),
        };
        compose(&candidates, &course)
    }

    fn elsewhere(&self, line: &Waiting) -> Option<Elsewhere> {
        match (&line.in_group, line.in_group_at) {
            (Some(name), Some(place)) if place == self.group.facility_id => {
                Some(Elsewhere::Here(name.clone()))
            }
            (Some(_), _) => Some(Elsewhere::OtherFacility),
            _ => line
                .enrolled_with
                .filter(|provider| *provider != self.group.provider_id)
                .map(|_| Elsewhere::OtherProvider),
        }
    }

    fn entry(&self) -> Entry {
        Entry::new(
            Verb::Query,
            format!("gruppe besetzen training_group/{}", self.group.id),
        )
        .about_all(self.waiting.iter().map(|line| line.person_id), Level::Case)
    }
}

fn markup(
    ctx: &Ctx<GroupPlan>,
    desk: &Desk,
    (advice, against): (&[Advice], &[Conflict]),
    form: &Form,
    token: &str,
) -> maud::Markup {
    let view = views::composition::CompositionPage {
        group: &desk.group,
        free: desk.free(),
        next: desk.room.next_day,
        waiting: &desk.waiting,
        advice,
        against,
        today: ctx.today(),
        token,
    };
    views::composition::page(&ctx.frame(), form, &view)
}

pub(super) async fn page(ctx: Ctx<GroupPlan>, Id(id): Id<GroupId>) -> Answer {
    let reader = ctx.read();
    let desk = Desk::load(&reader, id).await?.ok_or(Fault::NotFound)?;
    if desk.group.state == "closed" {
        let why = "Die Gruppe ist abgeschlossen und nimmt niemanden mehr auf.";
        return refused_as(&ctx, desk.entry(), &format!("/gruppen/{id}"), why).await;
    }
    let advice = desk.advice();
    // Whom a proposal meant the draft for is ticked in place of the first who fit.
    let intended = plan_store::intended(&reader, id).await?;
    let seen = reader.seen(desk.entry()).await?;
    let proposed = advice
        .iter()
        .filter_map(|one| Some((one.verdict, desk.waiting.get(one.index)?)))
        .filter(|(verdict, line)| {
            if intended.is_empty() {
                *verdict == Verdict::Proposed
            } else {
                *verdict != Verdict::Excluded && intended.contains(&line.id)
            }
        })
        .map(|(_, line)| line)
        .map(|line| line.person_id.to_string());
    let form = Form::empty().with_values("person", proposed);
    let token = ctx.once();
    ctx.page(seen, markup(&ctx, &desk, (&advice, &[]), &form, &token))
}

/// The people ticked, in the order of the list; errors stay in the form.
fn read(form: &mut Form, desk: &Desk, advice: &[Advice]) -> Vec<(PersonId, String)> {
    let mut wanted: Vec<(PersonId, String)> = Vec::new();
    let mut doubtful = false;
    for one in advice {
        let Some(line) = desk.waiting.get(one.index) else {
            continue;
        };
        if !form.contains("person", &line.person_id.to_string()) {
            continue;
        }
        if one.verdict == Verdict::Excluded {
            let why = one.against.join(" ");
            form.reject("person", format!("{}: {why}", line.name()));
        }
        doubtful |= one.verdict == Verdict::Doubtful;
        wanted.push((line.person_id, line.name()));
    }
    let ticked: std::collections::BTreeSet<&String> = form.values("person").iter().collect();
    if ticked.len() > wanted.len() {
        form.reject(
            "person",
            "Eine angekreuzte Person steht nicht mehr auf der Warteliste. Bitte die Auswahl prüfen.",
        );
    } else if wanted.is_empty() {
        form.reject("person", "Bitte mindestens eine Person ankreuzen.");
    }
    if doubtful && !form.checked("bestaetigt") {
        form.reject(
            "bestaetigt",
            "Bei mindestens einer angekreuzten Person steht ein Hinweis. Bitte bestätigen, dass Sie ihn gelesen haben.",
        );
    }
    wanted
}

pub(super) async fn take(
    ctx: Ctx<GroupPlan>,
    Id(id): Id<GroupId>,
    Posted(mut form): Posted,
) -> Answer {
    let here = format!("/gruppen/{id}");
    let writer = ctx.write().await?;
    let desk = Desk::load(&writer, id).await?.ok_or(Fault::NotFound)?;
    let token = form.value("einmal").to_owned();
    crate::accounts::once(&writer, &token, &here).await?;
    let advice = desk.advice();
    let wanted = read(&mut form, &desk, &advice);
    let mut against = Vec::new();
    if !form.has_errors() {
        let sent = Sent {
            shown: form.value("konflikte"),
            reason: form.value("trotz_grund"),
        };
        match service::add_all(&writer, id, &wanted, &sent).await? {
            AddedAll::Done(name) => {
                plan_store::forget_intended(&writer, id).await?;
                let entry = Entry::new(Verb::Change, format!("teilnehmende training_group/{id}"))
                    .about_all(wanted.iter().map(|(person, _)| *person), Level::Case)
                    .fields(["group_id", "enrolment_id", "state"]);
                let seen = writer.commit(entry).await?;
                let count =
                    crate::base::german::plural(wanted.len() as u64, "Person ist", "Personen sind");
                return ctx.done(seen, &here, &format!("{count} in „{name}“ aufgenommen."));
            }
            AddedAll::Refused(why) => form.reject("person", why),
            AddedAll::Against(found) => {
                crate::conflicts::judged(&mut form, &found);
                against = found;
            }
            AddedAll::NotFound => return Err(Fault::NotFound),
        }
    }
    drop(writer);
    // Anew, since it may have changed meanwhile: somebody else took the last place.
    let reader = ctx.read();
    let desk = Desk::load(&reader, id).await?.ok_or(Fault::NotFound)?;
    let advice = desk.advice();
    let entry = desk
        .entry()
        .denied()
        .about_all(super::named(&against), Level::Case);
    let seen = reader.seen(entry).await?;
    ctx.invalid(
        seen,
        markup(&ctx, &desk, (&advice, &against), &form, &token),
    )
}
