//! Made-up completions: a catch-up session in the group near its end, and a certificate of the one that is over.

use time::{Duration, Weekday};

use super::groups::Made;
use super::{DemoAccount, DemoProblem, Outcome, account};
use crate::access::permissions::Operate;
use crate::base::crypto::KeyedHash;
use crate::base::ids::GroupSessionId;
use crate::base::time::berlin_today;
use crate::completion::{service, store};
use crate::facilities;
use crate::groups::passes_of_group;
use crate::groups::rules::CATCH_UP;
use crate::groups::store::catch_up;
use crate::schema::groups::group_session;
use crate::store::{Rows, Writer};

pub(super) async fn seed(
    writer: &Writer<Operate>,
    key: &KeyedHash,
    accounts: &[DemoAccount],
    groups: &Made,
) -> Outcome<()> {
    let today = berlin_today(writer.now());
    let trainer = account(accounts, "training")?.name.as_str();
    let (passes, _) = passes_of_group(writer, groups.ending)
        .await
        .map_err(DemoProblem::new)?;
    let missed = passes
        .iter()
        .find_map(|pass| Some((pass, pass.missed().first().copied()?)));
    let (pass, (ordinal, module, _)) =
        missed.ok_or_else(|| DemoProblem::new("niemand hat etwas versäumt"))?;
    let dresden = super::facility(writer, "DD").await?;
    let rooms = facilities::rooms(writer, dresden, today)
        .await
        .map_err(DemoProblem::new)?;
    let room = rooms
        .last()
        .ok_or_else(|| DemoProblem::new("JVA Dresden hat keinen Raum"))?
        .id;
    let session = group_session::Model {
        id: GroupSessionId(writer.entropy().uuid()),
        group_id: groups.ending,
        ordinal: 0,
        module: module.to_owned(),
        day: (today + Duration::days(3)).next_occurrence(Weekday::Wednesday),
        start_minute: 9 * 60,
        minutes: 120,
        room_id: room,
        state: "planned".to_owned(),
        cancel_reason: None,
        version: 1,
        kind: CATCH_UP.to_owned(),
        template_ordinal: None,
        replaces: None,
        locked: false,
        cancel_note: None,
    };
    catch_up::insert(writer, session, None, &[(pass.person_id, ordinal)])
        .await
        .map_err(DemoProblem::new)?;

    let (passes, _) = passes_of_group(writer, groups.ended)
        .await
        .map_err(DemoProblem::new)?;
    let done = passes
        .iter()
        .filter(|pass| pass.proposal.completed)
        .filter_map(|pass| Some((pass, pass.stay.last_attended?)));
    for (number, (pass, day)) in done.enumerate() {
        let row = service::row(writer, pass, day, trainer);
        let id = row.id;
        store::insert(writer, row).await.map_err(DemoProblem::new)?;
        if number > 0 {
            continue;
        }
        let confirmed = store::find_as_system(writer, id)
            .await
            .map_err(DemoProblem::new)?
            .ok_or_else(|| DemoProblem::new("Abschluss fehlt"))?;
        service::certify(writer, key, &confirmed)
            .await
            .map_err(DemoProblem::new)?;
    }
    Ok(())
}
