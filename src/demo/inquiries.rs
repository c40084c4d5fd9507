//! Made-up requests of data subjects: one that is due soon, one that was answered, one about somebody unknown; and a
//! hold on days of the audit log.

use time::Duration;

use super::{DemoAccount, DemoProblem, Outcome, account};
use crate::access::permissions::Operate;
use crate::base::ids::{AuditHoldId, InquiryId};
use crate::base::time::berlin_today;
use crate::schema::inquiry::{audit_hold, inquiry};
use crate::store::{Rows, Writer};
use crate::subject_report::rules::inquiry::{Asker, Delivery, Identity, State, due};

pub(super) async fn seed(
    writer: &Writer<Operate>,
    accounts: &[DemoAccount],
    placed: &super::people::Placed,
) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let by = account(accounts, "datenschutz")?;
    let some = |index: usize| placed.dresden.get(index).copied();
    let requests = [
        (
            some(1),
            "DSB 31/26",
            26,
            Asker::Subject,
            Identity::Facility,
            None,
        ),
        (
            some(4),
            "DSB 33/26",
            9,
            Asker::Proxy,
            Identity::Authority,
            None,
        ),
        (
            some(2),
            "DSB 27/26",
            41,
            Asker::Subject,
            Identity::Card,
            Some((20, Delivery::Person)),
        ),
        (
            None,
            "DSB 29/26",
            30,
            Asker::Subject,
            Identity::Card,
            Some((28, Delivery::Post)),
        ),
    ];
    for (person, reference, ago, asker, identity, answered) in requests {
        let received_on = today - Duration::days(ago);
        let state = if answered.is_some() {
            State::Answered
        } else {
            State::Open
        };
        let row = inquiry::Model {
            id: InquiryId(writer.entropy().uuid()),
            person_id: person,
            reference: reference.to_owned(),
            asker: asker.code().to_owned(),
            identity: identity.code().to_owned(),
            reason: None,
            received_on,
            due_on: due(received_on),
            state: state.code().to_owned(),
            restricted: String::new(),
            answered_on: answered.map(|(days, _)| today - Duration::days(days)),
            delivery: answered.map(|(_, way)| way.code().to_owned()),
            content_hash: None,
            answered_by_name: answered.map(|_| by.name.clone()),
            created_at: writer.now(),
            created_by_name: by.name.clone(),
            version: 1,
        };
        writer.insert(row).await.map_err(DemoProblem::new)?;
    }
    let hold = audit_hold::Model {
        id: AuditHoldId(writer.entropy().uuid()),
        first_day: today - Duration::days(400),
        last_day: Some(today - Duration::days(330)),
        reference: "200 Js 4711/25".to_owned(),
        ground: "criminal".to_owned(),
        set_at: writer.now(),
        set_by: Some(by.id),
        set_by_name: by.name.clone(),
        lifted_at: None,
        lifted_by_name: None,
        lifted_reason: None,
        version: 1,
    };
    writer.insert(hold).await.map_err(DemoProblem::new)
}
