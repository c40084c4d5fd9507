//! Making passports from what is stored: one for each person and programme, measured by the course of the group that
//! the person is in, or was in last.

use std::collections::BTreeMap;

use time::Date;

use crate::base::ids::{
    EnrolmentId, FacilityId, GroupId, MembershipId, PersonId, ProgrammeId, TemplateId,
};
use crate::groups::rules::passport::{
    Attended, Course, How, Offer, Passport, Planned, Proposal, Rule, corresponding, offer, order,
    passport, propose,
};
use crate::groups::store::passport::{self as store, ComingRow, CourseRow, Fact, Whose};
use crate::store::{Result, Rows};

/// What stands for a group or facility that the viewer may not know.
const ELSEWHERE: &str = "andere Gruppe";
/// The setting to which some modules are not meant.
const REMAND: &str = "remand";

/// A course: a version of a template.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub name: String,
    pub version: i64,
    pub rule: Rule,
    /// What stands on the certificate, if there is one.
    pub certificate: Option<String>,
    pub plan: Vec<Planned>,
}

/// Courses by template.
pub(crate) type Templates = BTreeMap<TemplateId, Template>;

/// A place in a group.
#[derive(Debug, Clone)]
pub(crate) struct Stay {
    pub membership_id: MembershipId,
    pub enrolment_id: EnrolmentId,
    pub group_id: GroupId,
    /// The group's name, if the viewer may know it.
    pub group_name: Option<String>,
    pub template_id: TemplateId,
    pub from_day: Date,
    pub to_day: Option<Date>,
    pub end_reason: Option<String>,
    /// The day of the last session held while the person was there.
    pub last_held: Option<Date>,
    /// The day of the last session that the person attended.
    pub last_attended: Option<Date>,
}

/// A person's passport in a programme.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    pub person_id: PersonId,
    pub family_name: String,
    pub given_name: String,
    pub visible: bool,
    pub programme_id: ProgrammeId,
    pub programme_name: String,
    /// The place by whose course it is measured.
    pub stay: Stay,
    /// All places, the first one first.
    pub stays: Vec<Stay>,
    pub passport: Passport,
    pub proposal: Proposal,
    /// The sessions of the course that the group of `stay` has held, with the days.
    pub held: BTreeMap<i64, Date>,
    /// The days of planned catch-up sessions by number.
    pub catch_ups: BTreeMap<i64, Date>,
}

impl Pass {
    /// "Adler, Kai", or the mask for people outside the viewer's scope.
    pub fn name(&self) -> String {
        if self.visible {
            format!("{}, {}", self.family_name, self.given_name)
        } else {
            "Gesperrte Person".to_owned()
        }
    }

    /// The place that the person has now.
    pub fn open(&self) -> Option<&Stay> {
        self.stays.iter().find(|stay| stay.to_day.is_none())
    }

    /// Sessions that the group has held and the person does not have: number, module, day.
    pub fn missed(&self) -> Vec<(i64, &str, Date)> {
        self.passport
            .lines
            .iter()
            .filter(|line| line.missing())
            .filter_map(|line| {
                let day = self.held.get(&line.planned.ordinal)?;
                Some((line.planned.ordinal, line.planned.module.as_str(), *day))
            })
            .collect()
    }
}

fn templates(rows: Vec<CourseRow>) -> Templates {
    let mut found = Templates::new();
    for row in rows {
        let template = found.entry(row.template_id).or_insert_with(|| Template {
            name: row.name.clone(),
            version: row.version,
            rule: Rule {
                share: row.complete_share,
                sessions: row.complete_sessions,
                modules: row.complete_modules,
            },
            certificate: row.certificate.then(|| row.certificate_title.clone()),
            plan: Vec::new(),
        });
        template.plan.push(Planned {
            ordinal: row.ordinal,
            module: row.module,
            optional: row.optional,
            remand: row.remand,
        });
    }
    found
}

/// The number that a session of one template has in another.
fn number(templates: &Templates, of: TemplateId, ordinal: i64, course: TemplateId) -> Option<i64> {
    if of == course {
        return Some(ordinal);
    }
    corresponding(
        &templates.get(&course)?.plan,
        &templates.get(&of)?.plan,
        ordinal,
    )
}

fn stays(facts: &[&Fact]) -> Vec<Stay> {
    let mut stays: Vec<Stay> = Vec::new();
    for fact in facts {
        let within = fact.day.filter(|day| {
            fact.held && *day >= fact.from_day && fact.to_day.is_none_or(|to| *day <= to)
        });
        let attended = fact.day.filter(|_| fact.attended);
        if let Some(stay) = stays
            .iter_mut()
            .find(|stay| stay.membership_id == fact.membership_id)
        {
            stay.last_held = stay.last_held.max(within);
            stay.last_attended = stay.last_attended.max(attended);
            continue;
        }
        stays.push(Stay {
            membership_id: fact.membership_id,
            enrolment_id: fact.enrolment_id,
            group_id: fact.group_id,
            group_name: fact.group_visible.then(|| fact.group_name.clone()),
            template_id: fact.template_id,
            from_day: fact.from_day,
            to_day: fact.to_day,
            end_reason: fact.end_reason.clone(),
            last_held: within,
            last_attended: attended,
        });
    }
    stays
}

/// One person's passport in one programme, measured by the given group if the person was in it.
fn pass(facts: &[&Fact], templates: &Templates, group: Option<GroupId>) -> Option<Pass> {
    let first = facts.first()?;
    let stays = stays(facts);
    // Places come by their first day; of several the open one counts, else the last.
    let stay = stays
        .iter()
        .filter(|stay| group.is_none_or(|group| stay.group_id == group))
        .max_by_key(|stay| (stay.to_day.is_none(), stay.from_day))?
        .clone();
    let template = templates.get(&stay.template_id);
    let mut attended = Vec::new();
    let mut held = BTreeMap::new();
    let mut catch_ups = BTreeMap::new();
    for fact in facts {
        let (Some(ordinal), Some(day)) = (fact.ordinal, fact.day) else {
            continue;
        };
        let Some(ordinal) = number(templates, fact.template_id, ordinal, stay.template_id) else {
            continue;
        };
        let own = fact.group_id == stay.group_id;
        if fact.catch_up && !fact.held {
            // Whoever has left by then makes nothing good there.
            if fact.to_day.is_some_and(|to| day >= to) {
                continue;
            }
            catch_ups.entry(ordinal).or_insert(day);
        } else if own && fact.held && !fact.catch_up {
            held.entry(ordinal).or_insert(day);
        }
        if fact.attended {
            attended.push(Attended {
                ordinal,
                day,
                how: match (fact.catch_up, own) {
                    (true, _) => How::CatchUp,
                    (false, true) => How::Group,
                    (false, false) => How::Earlier,
                },
                place: if fact.group_visible {
                    format!("{}, {}", fact.group_name, fact.facility_name)
                } else {
                    ELSEWHERE.to_owned()
                },
            });
        }
    }
    let plan = template.map_or(&[][..], |template| &template.plan);
    let remand = facts
        .iter()
        .find(|fact| fact.membership_id == stay.membership_id)
        .is_some_and(|fact| fact.setting.as_deref() == Some(REMAND));
    let made = passport(plan, &attended, &catch_ups, remand);
    let proposal = propose(
        &made,
        template.map_or(Rule::default(), |template| template.rule),
    );
    Some(Pass {
        person_id: first.person_id,
        family_name: first.family_name.clone(),
        given_name: first.given_name.clone(),
        visible: first.visible,
        programme_id: first.programme_id,
        programme_name: first.programme_name.clone(),
        stay,
        stays,
        passport: made,
        proposal,
        held,
        catch_ups,
    })
}

/// Passports from facts, in the order of the facts: one for each person and programme.
fn passes(facts: &[Fact], templates: &Templates, group: Option<GroupId>) -> Vec<Pass> {
    let mut order: Vec<(PersonId, ProgrammeId)> = Vec::new();
    let mut parts: BTreeMap<(uuid::Uuid, uuid::Uuid), Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        let key = (fact.person_id, fact.programme_id);
        if !order.contains(&key) {
            order.push(key);
        }
        parts.entry((key.0.0, key.1.0)).or_default().push(fact);
    }
    order
        .iter()
        .filter_map(|(person, programme)| {
            pass(parts.get(&(person.0, programme.0))?, templates, group)
        })
        .collect()
}

fn known(facts: &[Fact], coming: &[ComingRow]) -> Vec<TemplateId> {
    let mut ids: Vec<TemplateId> = facts
        .iter()
        .map(|fact| fact.template_id)
        .chain(coming.iter().map(|row| row.template_id))
        .collect();
    ids.sort_unstable_by_key(|id| id.0);
    ids.dedup();
    ids
}

/// The passports of everybody who is or was in a group, by name, with the courses. The caller has found the group in
/// scope. Two statements.
pub(crate) async fn of_group<R: Rows>(rows: &R, group: GroupId) -> Result<(Vec<Pass>, Templates)> {
    let facts = store::facts(rows, Whose::Group(group)).await?;
    let templates = templates(store::courses(rows, known(&facts, &[])).await?);
    let passes = passes(&facts, &templates, Some(group));
    Ok((passes, templates))
}

/// A running group with what it offers a person.
#[derive(Debug, Clone)]
pub(crate) struct GroupOffer {
    pub group_id: GroupId,
    pub group_name: String,
    pub offer: Offer,
}

/// A person's passport in a programme, with the running groups in scope if they were asked for.
pub(crate) struct PersonPass {
    pub pass: Pass,
    pub template: Option<Template>,
    pub offers: Vec<GroupOffer>,
}

/// The passports of a person whom the caller has found in scope, the latest programme first. `here` is the facility
/// where the person is; with `suggest` the groups that could take the person. Three statements.
pub(crate) async fn of_person<R: Rows>(
    rows: &R,
    person: PersonId,
    here: Option<FacilityId>,
    suggest: bool,
) -> Result<Vec<PersonPass>> {
    let facts = store::facts(rows, Whose::Person(person)).await?;
    let mut programmes: Vec<ProgrammeId> = facts.iter().map(|fact| fact.programme_id).collect();
    programmes.sort_unstable_by_key(|id| id.0);
    programmes.dedup();
    let coming = if suggest && !programmes.is_empty() {
        store::coming(rows, programmes).await?
    } else {
        Vec::new()
    };
    let templates = templates(store::courses(rows, known(&facts, &coming)).await?);
    let mut passes = passes(&facts, &templates, None);
    passes.sort_by_key(|pass| std::cmp::Reverse((pass.open().is_some(), pass.stay.from_day)));
    Ok(passes
        .into_iter()
        .map(|pass| {
            let offers = if pass.open().is_none() && pass.passport.totals().missing > 0 {
                offers(&pass, &coming, &templates, here)
            } else {
                Vec::new()
            };
            PersonPass {
                template: templates.get(&pass.stay.template_id).cloned(),
                pass,
                offers,
            }
        })
        .collect())
}

fn offers(
    pass: &Pass,
    coming: &[ComingRow],
    templates: &Templates,
    here: Option<FacilityId>,
) -> Vec<GroupOffer> {
    let mut found: Vec<(&ComingRow, Course)> = Vec::new();
    for row in coming
        .iter()
        .filter(|row| row.programme_id == pass.programme_id)
    {
        if found
            .last()
            .is_none_or(|(last, _)| last.group_id != row.group_id)
        {
            let course = Course {
                free: row.places - row.members,
                upcoming: Vec::new(),
                here: here == Some(row.facility_id),
            };
            found.push((row, course));
        }
        if let (Some((_, course)), Some(day), Some(module)) =
            (found.last_mut(), row.day, &row.module)
        {
            let ordinal = row.ordinal.and_then(|ordinal| {
                number(templates, row.template_id, ordinal, pass.stay.template_id)
            });
            course.upcoming.push((ordinal, module.clone(), day));
        }
    }
    let mut offers: Vec<GroupOffer> = found
        .into_iter()
        .map(|(row, course)| GroupOffer {
            group_id: row.group_id,
            group_name: row.group_name.clone(),
            offer: offer(&pass.passport, &course),
        })
        .collect();
    offers.sort_by(|left, right| {
        order(
            (&left.offer, &left.group_name),
            (&right.offer, &right.group_name),
        )
    });
    offers
}
