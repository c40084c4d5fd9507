//! The sources of what is to do, and their counts in one statement.

use sea_orm::FromQueryResult;

use crate::access::Permission;
use crate::access::PermissionInfo;
use crate::access::permissions as may;
use crate::base::german;
use crate::store::{Result, Rows, Sql};
use crate::{approvals, casework, cover, emergency, groups, handover, privacy, review};

/// Something that waits for the actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// How many.
    pub number: u64,
    /// What it is called if it is one.
    pub one: &'static str,
    /// And if there are more.
    pub other: &'static str,
    /// What is done about it.
    pub hint: &'static str,
    /// The page on which they stand.
    pub href: &'static str,
}

impl Task {
    /// Number and words: "2 Vorgänge zur Prüfung".
    pub fn label(&self) -> String {
        german::plural(self.number, self.one, self.other)
    }
}

/// A source: what it is called (one, several), what is done about it, where the list is, who sees that list, and the
/// count as a value in a statement.
type Source = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    PermissionInfo,
    Sql,
);

/// Where the deadlines stand: on the page of tasks itself.
pub(super) const DUE: &str = "/aufgaben#fristen";

/// Everything that can wait. Each room counts with the conditions of its own list, so that count and list are equal.
fn sources<R: Rows>(rows: &R) -> Vec<Source> {
    #[rustfmt::skip]
    let all: Vec<Source> = vec![
        ("Gespräch zu erfassen", "Gespräche zu erfassen", "Ihre Zeit ist vorbei, das Ergebnis fehlt", "/gespraeche/erfassen", may::TalkPlan::INFO, casework::to_record_count(rows)),
        ("vorgeschlagener Gesprächstermin", "vorgeschlagene Gesprächstermine", "Aus Halbjahresplan oder Umplanung: vereinbaren oder ablehnen", "/gespraeche/vorschlaege", may::TalkPlan::INFO, casework::offers_count(rows)),
        ("offene Anwesenheitsliste", "offene Anwesenheitslisten", "Sitzungen, die vorbei und nicht erfasst sind", "/heute", may::RegisterKeep::INFO, groups::open_registers_count(rows)),
        ("neue Anfrage", "neue Anfragen", "Noch hat sie niemand aufgegriffen", "/anfragen?stand=neu", may::CaseAssign::INFO, casework::waiting_count(rows)),
        ("Frist eines Falls", "Fristen von Fällen", "Vereinbarungen und Nachweise ans Gericht in den nächsten vier Wochen", DUE, may::CaseDeadline::INFO, casework::due_count(rows)),
        ("Vorgang zur Prüfung", "Vorgänge zur Prüfung", "Was sich durch Verlegung oder Zugang geändert hat", "/pruefung", may::ReviewRead::INFO, review::open_items_count(rows)),
        ("Notfallzugriff nachzuprüfen", "Notfallzugriffe nachzuprüfen", "Eine andere Person prüft, ob er nötig war", "/notfallzugriff", may::EmergencyRead::INFO, emergency::to_review_count(rows)),
        ("überfällige Prüfung eines Notfallzugriffs", "überfällige Prüfungen von Notfallzugriffen", "Drei Arbeitstage sind vorbei", "/notfallzugriff", may::EmergencyRead::INFO, emergency::overdue_count(rows)),
        ("Sperre wegen zu vieler geöffneter Personen", "Sperren wegen zu vieler geöffneter Personen", "In den letzten sieben Tagen", "/protokoll/auffaelligkeiten", may::AuditRead::INFO, privacy::blocked_count(rows)),
        ("Vier-Augen-Antrag zu entscheiden", "Vier-Augen-Anträge zu entscheiden", "Eine zweite Person muss zustimmen oder ablehnen", "/vier-augen", may::ApprovalRead::INFO, approvals::waiting_count(rows)),
        ("genehmigter Antrag auszuführen", "genehmigte Anträge auszuführen", "Eine zweite Person hat zugestimmt; nach 72 Stunden verfällt es", "/vier-augen", may::ApprovalRead::INFO, approvals::usable_count(rows)),
    ];
    let role = rows.access().actor().role();
    let decides = approvals::Kind::ALL
        .iter()
        .any(|kind| kind.approvers().contains(&role));
    all.into_iter()
        .filter(|(one, .., permission, _)| {
            permission.roles.contains(&role)
                && (decides || *one != "Vier-Augen-Antrag zu entscheiden")
        })
        .collect()
}

#[derive(FromQueryResult)]
struct CountRow {
    place: i64,
    number: i64,
}

/// What waits for the actor, also where it is nothing: one statement for what is counted, two for hand-overs, one
/// for cover, none for whoever has no such work.
///
/// # Errors
/// If the store cannot.
pub async fn open<R: Rows>(rows: &R) -> Result<Vec<Task>> {
    let sources = sources(rows);
    let mut tasks = Vec::with_capacity(sources.len());
    let mut sql = Sql::new("");
    for (place, (one, other, hint, href, _, count)) in sources.into_iter().enumerate() {
        if place > 0 {
            sql = sql.push(" union all ");
        }
        sql = sql
            .push("select cast(? as bigint) as place, ")
            .bind(place as i64)
            .append(count)
            .push(" as number");
        tasks.push(Task {
            number: 0,
            one,
            other,
            hint,
            href,
        });
    }
    if tasks.is_empty() {
        return Ok(tasks);
    }
    let counts: Vec<CountRow> = rows.all(sql.push(" limit 50")).await?;
    for row in counts {
        let task = usize::try_from(row.place)
            .ok()
            .and_then(|place| tasks.get_mut(place));
        if let Some(task) = task {
            task.number = row.number.unsigned_abs();
        }
    }
    // What is to be done about a hand-over is said by a rule, not by a condition.
    if may::HandOverRead::INFO
        .roles
        .contains(&rows.access().actor().role())
    {
        tasks.push(Task {
            number: handover::open_for(rows).await?.len() as u64,
            one: "Übergabe, bei der etwas zu tun ist",
            other: "Übergaben, bei denen etwas zu tun ist",
            hint: "Antworten, Entlassungen vorbereiten, Termine nach der Entlassung",
            href: "/uebergaben",
        });
    }
    if may::CoverRead::INFO
        .roles
        .contains(&rows.access().actor().role())
    {
        let counts = cover::counts(rows).await?;
        tasks.push(Task {
            number: counts.now,
            one: "Sitzung mit verhinderter Fachkraft",
            other: "Sitzungen mit verhinderter Fachkraft",
            hint: "Wer vertreten kann, wird vorgeschlagen",
            href: "/vertretung",
        });
        tasks.push(Task {
            number: counts.ahead,
            one: "Sitzung, vor der eine Freigabe oder Überprüfung endet",
            other: "Sitzungen, vor denen eine Freigabe oder Überprüfung endet",
            hint: "Rechtzeitig verlängern oder vertreten lassen",
            href: "/vertretung?ansicht=vorschau",
        });
    }
    Ok(tasks)
}
