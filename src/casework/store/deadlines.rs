//! Queries of the deadlines of cases.

use sea_orm::FromQueryResult;
use time::{Date, Duration};

use super::cases::STATE;
use super::plans::client_title;
use crate::access::{Role, Writes};
use crate::base::ids::{CaseId, DeadlineId, PersonId};
use crate::base::time::berlin_today;
use crate::casework::codes::DeadlineKind;
use crate::casework::rules::deadline::{AHEAD_DAYS, Due};
use crate::casework::scope::case_condition;
use crate::schema::casework::case_deadline;
use crate::store::{Result, Rows, Sql, Writer};

/// Lines of the list.
pub(crate) const LINES: usize = 100;

/// A case whose deadline comes or is over, or that has none and needs one.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct DueLine {
    pub case_id: CaseId,
    pub person_id: Option<PersonId>,
    family_name: Option<String>,
    given_name: Option<String>,
    client_role: Option<String>,
    /// Code of the kind.
    kind: String,
    pub due: Option<Date>,
    pub programme_name: String,
}

impl DueLine {
    /// Whose case it is.
    pub fn title(&self) -> String {
        client_title(
            self.family_name.as_deref(),
            self.given_name.as_deref(),
            self.client_role.as_deref(),
            self.case_id,
        )
    }

    /// What is to be done.
    pub fn what(&self) -> &'static str {
        match (self.due, DeadlineKind::from_code(&self.kind)) {
            (None, _) => "Nachweis ans Gericht: Frist fehlt",
            (_, Some(kind)) => kind.label(),
            _ => "Frist",
        }
    }

    /// How near it is.
    pub fn near(&self, today: Date) -> Due {
        Due::of(self.due, today)
    }
}

/// The deadlines `x` of the actor's open cases that come soon or are over, and the cases whose participation a court wants
/// to hear of without a day for it. Prisons do not work with them.
fn due<R: Rows>(rows: &R) -> Sql {
    let actor = rows.access().actor();
    let scope = rows.access().scope();
    let today = berlin_today(rows.now());
    if !matches!(
        actor.role(),
        Role::Probation | Role::Trainer | Role::Coordinator
    ) {
        return Sql::new(
            "select k.id, '' as kind, k.enquired_on as due from client_case k where 1 = 0",
        );
    }
    let open = |sql: Sql| {
        sql.append(case_condition(&scope, actor.account(), today))
            .push(" and ")
            .push(STATE)
            .push(" not in ('completed', 'broken_off', 'declined', 'passed_on')")
    };
    let known = Sql::new(
        "select k.id, d.kind, d.due from case_deadline d join client_case k on k.id = d.case_id \
         left join enrolment e on e.id = k.enrolment_id where d.done_on is null and d.due <= ? and ",
    )
    .bind(today + Duration::days(AHEAD_DAYS));
    let missing = Sql::new(
        // An inner join: with "enrolment_id is not null" SQLite would walk that index through all cases.
        " union all select k.id, 'report', null from client_case k join enrolment e on e.id = k.enrolment_id \
         where k.court_report and not exists (select 1 from case_deadline d \
         where d.case_id = k.id and d.kind = 'report' and d.done_on is null) and ",
    );
    open(known).append(open(missing))
}

/// How many there are, as a value in a statement.
pub(crate) fn due_count<R: Rows>(rows: &R) -> Sql {
    Sql::new("(select count(*) from (")
        .append(due(rows))
        .push(") x)")
}

/// The list, what is due first on top.
pub(crate) async fn due_lines<R: Rows>(rows: &R) -> Result<Vec<DueLine>> {
    rows.all(
        Sql::new(
            "select x.id as case_id, k.person_id, p.family_name, p.given_name, k.client_role, x.kind, x.due, \
             m.name as programme_name from (",
        )
        .append(due(rows))
        .push(
            ") x join client_case k on k.id = x.id join programme m on m.id = k.programme_id \
             left join person p on p.id = k.person_id \
             order by case when x.due is null then 1 else 0 end, x.due, x.id limit ?",
        )
        .bind(LINES as i64 + 1),
    )
    .await
}

/// How many enquiries nobody has looked at yet, as a value in a statement: for those who take them up.
pub(crate) fn waiting_count<R: Rows>(rows: &R) -> Sql {
    let actor = rows.access().actor();
    if !matches!(actor.role(), Role::Trainer | Role::Coordinator) {
        return Sql::new("cast(0 as bigint)");
    }
    Sql::new(
        "(select count(*) from client_case k left join enrolment e on e.id = k.enrolment_id \
         where k.state = 'enquiry' and k.enrolment_id is null and ",
    )
    .append(case_condition(
        &rows.access().scope(),
        actor.account(),
        berlin_today(rows.now()),
    ))
    .push(")")
}

#[derive(FromQueryResult)]
struct CaseRow {
    case_id: CaseId,
    kind: String,
    due: Date,
}

/// Case, kind and day of an open deadline. The caller looks for the case in scope.
pub(in crate::casework) async fn open(
    rows: &impl Rows,
    id: DeadlineId,
) -> Result<Option<(CaseId, DeadlineKind, Date)>> {
    let row: Option<CaseRow> = rows
        .one(
            Sql::new(
                "select case_id, kind, due from case_deadline where id = ? and done_on is null",
            )
            .bind(id),
        )
        .await?;
    Ok(row.and_then(|row| Some((row.case_id, DeadlineKind::from_code(&row.kind)?, row.due))))
}

pub(in crate::casework) async fn insert<P: Writes>(
    writer: &Writer<P>,
    row: case_deadline::Model,
) -> Result<()> {
    writer.insert(row).await
}

/// Closes a deadline, under the optimistic lock.
pub(in crate::casework) async fn close<P: Writes>(
    writer: &Writer<P>,
    id: DeadlineId,
    version: i64,
) -> Result<()> {
    writer
        .change_one(
            Sql::new(
                "update case_deadline set done_on = ?, done_by_name = ?, version = version + 1 \
                 where id = ? and version = ? and done_on is null",
            )
            .bind(berlin_today(writer.now()))
            .bind(writer.access().actor().name().to_owned())
            .bind(id)
            .bind(version),
        )
        .await
}
