//! One sign-in per role, and a second person where four eyes are needed or another facility is to be shown.

use serde::Serialize;

use super::DemoProblem;
use crate::access::Role;
use crate::access::permissions::Operate;
use crate::accounts::{NewAccount, WhosePerson, appoint, create_ready, second_factor_place};
use crate::base::ids::{AccountId, StaffId};
use crate::base::time::berlin_today;
use crate::facilities;
use crate::store::{Rows, Writer};
use crate::web::App;

/// The password of all made-up accounts.
pub const PASSWORD: &str = "Vier-Wiesen-und-ein-Demokonto";

/// A made-up sign-in.
#[derive(Debug, Clone, Serialize)]
pub struct DemoAccount {
    /// Role code.
    pub role: &'static str,
    /// Sign-in name.
    pub login: String,
    /// Password.
    pub password: &'static str,
    /// Name.
    pub name: String,
    /// Facility or provider.
    pub place: String,
    /// Id.
    #[serde(skip)]
    pub id: AccountId,
    /// The staff entry of external staff.
    #[serde(skip)]
    pub staff: Option<StaffId>,
    /// The second factor's secret, for tests.
    #[serde(skip)]
    pub second_factor: Vec<u8>,
}

/// Login, name, role, facility code, provider code.
type Line = (
    &'static str,
    &'static str,
    Role,
    Option<&'static str>,
    Option<&'static str>,
);

const ACCOUNTS: &[Line] = &[
    (
        "sozialdienst",
        "Sabine Muster",
        Role::SocialService,
        Some("DD"),
        None,
    ),
    (
        "sozialdienst.leipzig",
        "Lothar Probe",
        Role::SocialService,
        Some("L"),
        None,
    ),
    (
        "bewaehrung",
        "Birgit Beispiel",
        Role::Probation,
        Some("BH-DD"),
        None,
    ),
    (
        "bewaehrung.zwei",
        "Bernd Beispiel",
        Role::Probation,
        Some("BH-DD"),
        None,
    ),
    ("training", "", Role::Trainer, None, Some("vpn")),
    ("training.vsr", "", Role::Trainer, None, Some("vsr")),
    ("beratung", "", Role::Trainer, None, Some("apro")),
    ("koordination", "", Role::Coordinator, None, Some("vpn")),
    (
        "koordination.apro",
        "",
        Role::Coordinator,
        None,
        Some("apro"),
    ),
    (
        "zugang",
        "Zacharias Zimmer",
        Role::AccessOfficer,
        Some("DD"),
        None,
    ),
    (
        "zugang.zwei",
        "Zoe Zander",
        Role::AccessOfficer,
        Some("DD"),
        None,
    ),
    ("pforte", "Pforte Dresden", Role::Gate, Some("DD"), None),
    ("statistik", "Stefan Zahl", Role::Statistics, None, None),
    (
        "statistik.zwei",
        "Susanne Summe",
        Role::Statistics,
        None,
        None,
    ),
    ("kora", "Karla Kora", Role::Kora, None, None),
    (
        "datenschutz",
        "Dorothea Schutz",
        Role::DataProtection,
        None,
        None,
    ),
    ("verwaltung", "Viktor Amt", Role::Administration, None, None),
    (
        "sozialdienst.zwei",
        "Silke Zweig",
        Role::SocialService,
        Some("DD"),
        None,
    ),
    (
        "datenschutz.zwei",
        "Daniel Schirm",
        Role::DataProtection,
        None,
        None,
    ),
];

/// Who leads an office, one as the other's deputy.
const LEADS: [&str; 3] = ["sozialdienst", "sozialdienst.zwei", "bewaehrung"];

pub(super) async fn seed(
    app: &App,
    writer: &Writer<Operate>,
) -> Result<Vec<DemoAccount>, DemoProblem> {
    let today = berlin_today(writer.now());
    let choices = facilities::account_choices(writer, today)
        .await
        .map_err(DemoProblem::new)?;
    let hash = app
        .passwords
        .hash(PASSWORD, writer.entropy())
        .await
        .map_err(|_| DemoProblem::new("Kennwörter konnten nicht berechnet werden"))?;
    let mut accounts = Vec::new();
    for (login, name, role, facility, provider) in ACCOUNTS {
        let facility_line = match facility {
            Some(code) => Some(
                facilities::facility_by_code(writer, code)
                    .await
                    .map_err(DemoProblem::new)?
                    .ok_or_else(|| DemoProblem::new(format!("Einrichtung {code} fehlt")))?,
            ),
            None => None,
        };
        let mut staff = None;
        let mut provider_id = None;
        let mut place = facility_line
            .as_ref()
            .map(|line| line.name.clone())
            .unwrap_or_default();
        let mut shown: String = (*name).to_owned();
        if let Some(code) = provider {
            let member = facilities::staff_of_provider(writer, code, today)
                .await
                .map_err(DemoProblem::new)?;
            let wanted = if *role == Role::Coordinator {
                "coordinator"
            } else {
                ""
            };
            let member = member
                .iter()
                .find(|member| wanted.is_empty() == (member.role != "coordinator"))
                .ok_or_else(|| DemoProblem::new(format!("Träger {code} hat keine Fachkräfte")))?;
            staff = Some(member.id);
            provider_id = choices.provider_of(staff);
            shown = member.name.clone();
            place = member.provider_name.clone();
        }
        let new = NewAccount {
            login: (*login).to_owned(),
            name: shown.clone(),
            role: *role,
            facility: facility_line.map(|line| line.id),
            provider: provider_id,
            staff,
            person: WhosePerson::Unasked,
        };
        let secret: Vec<u8> = writer
            .entropy()
            .secret()
            .get(..20)
            .unwrap_or_default()
            .to_vec();
        let id = create_ready(writer, &new, &hash, |id| {
            app.second_factor
                .seal(writer.entropy(), &second_factor_place(id), &secret)
        })
        .await
        .map_err(DemoProblem::new)?;
        if LEADS.contains(login) {
            appoint(writer, id).await.map_err(DemoProblem::new)?;
        }
        accounts.push(DemoAccount {
            role: role.code(),
            login: (*login).to_owned(),
            password: PASSWORD,
            name: shown,
            place,
            id,
            staff,
            second_factor: secret,
        });
    }
    Ok(accounts)
}
