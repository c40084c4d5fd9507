//! `geleit account add|reset|disable|enable`.

use clap::{Args, Subcommand};

use super::{Config, Failure, Outcome, print_text};
use crate::access::Role;
use crate::accounts::{self, AccountProblem, NewAccount, WhosePerson};
use crate::audit::{Entry, Verb};
use crate::base::time::berlin_today;
use crate::facilities;
use crate::jobs::operate;
use crate::store::Rows;

#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Konto anlegen; gibt den Einrichtungscode aus (24 Stunden gültig)
    Add(Add),
    /// Kennwort und zweite Anmeldestufe ungültig machen; gibt einen neuen Einrichtungscode aus
    Reset(Login),
    /// Konto sperren und alle Anmeldungen beenden
    Disable(Login),
    /// Gesperrtes Konto wieder zulassen
    Enable(Login),
}

#[derive(Debug, Args)]
pub(super) struct Login {
    /// Anmeldename
    login: String,
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// Anmeldename, zum Beispiel s.muster
    login: String,
    /// Name, wie er im Verlauf steht
    #[arg(long)]
    name: String,
    /// Rolle: social_service, probation, trainer, coordinator, access_officer, gate, statistics, kora, data_protection, administration
    #[arg(long)]
    role: String,
    /// Kürzel der Einrichtung, zum Beispiel DD oder BH-L
    #[arg(long)]
    facility: Option<String>,
    /// Kürzel des Trägers, zum Beispiel vpn
    #[arg(long)]
    provider: Option<String>,
    /// Name der externen Fachkraft (für die Rolle trainer)
    #[arg(long)]
    staff: Option<String>,
    /// Anmeldename eines Kontos, das dieselbe Person schon hat: vier Augen zählen Personen, nicht Konten
    #[arg(long, value_name = "ANMELDENAME", conflicts_with = "other_person")]
    same_person_as: Option<String>,
    /// Es gibt schon ein Konto mit diesem Namen, aber es gehört einer anderen Person
    #[arg(long)]
    other_person: bool,
}

fn failure(problem: AccountProblem) -> Failure {
    match problem {
        AccountProblem::Store(error) => Failure::failed(error),
        namesakes @ AccountProblem::Namesakes(_) => Failure::invalid(format!(
            "{namesakes}\nMit --same-person-as ANMELDENAME oder --other-person noch einmal aufrufen."
        )),
        other => Failure::invalid(other.to_string()),
    }
}

pub(super) async fn run(config: Config, account: Account) -> Outcome {
    let app = config.open().await?;
    super::serve::prepare(&app).await?;
    let writer = app
        .store
        .write(operate(&app.store, "account", None))
        .await
        .map_err(Failure::failed)?;
    let (text, object) = match account {
        Account::Add(add) => {
            let role: Role = add
                .role
                .parse()
                .map_err(|error| Failure::invalid(format!("{error}")))?;
            let today = berlin_today(writer.now());
            let facility = match &add.facility {
                None => None,
                Some(code) => Some(
                    facilities::facility_by_code(&writer, code)
                        .await
                        .map_err(Failure::failed)?
                        .ok_or_else(|| {
                            Failure::invalid(format!("Die Einrichtung „{code}“ gibt es nicht."))
                        })?
                        .id,
                ),
            };
            let choices = facilities::account_choices(&writer, today)
                .await
                .map_err(Failure::failed)?;
            let members = match &add.provider {
                None => Vec::new(),
                Some(code) => facilities::staff_of_provider(&writer, code, today)
                    .await
                    .map_err(Failure::failed)?,
            };
            let member = members
                .iter()
                .find(|member| add.staff.as_deref().is_none_or(|name| member.name == name));
            if add.provider.is_some() && member.is_none() {
                let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
                return Err(Failure::invalid(format!(
                    "Diese Fachkraft gibt es beim Träger nicht. Möglich sind: {}.",
                    names.join(", ")
                )));
            }
            let staff = member
                .filter(|_| add.staff.is_some())
                .map(|member| member.id);
            let provider = choices.provider_of(member.map(|member| member.id));
            let person = match &add.same_person_as {
                Some(login) => WhosePerson::SameAs(id_of(&writer, login).await?),
                None if add.other_person => WhosePerson::Another,
                None => WhosePerson::Unasked,
            };
            let new = NewAccount {
                login: add.login,
                name: add.name,
                role,
                facility,
                provider,
                staff,
                person,
            };
            let (id, code) = accounts::create(&writer, &new).await.map_err(failure)?;
            (
                format!(
                    "Konto „{}“ angelegt.\nEinrichtungscode (24 Stunden gültig): {}\n",
                    new.login, code.0
                ),
                format!("konto angelegt account/{id}"),
            )
        }
        Account::Reset(Login { login }) => {
            let id = id_of(&writer, &login).await?;
            let code = accounts::reset(&writer, id).await.map_err(failure)?;
            (
                format!(
                    "Konto „{login}“ zurückgesetzt.\nEinrichtungscode (24 Stunden gültig): {}\n",
                    code.0
                ),
                format!("konto zurueckgesetzt account/{id}"),
            )
        }
        Account::Disable(Login { login }) => {
            let id = id_of(&writer, &login).await?;
            accounts::disable(&writer, id).await.map_err(failure)?;
            (
                format!("Konto „{login}“ gesperrt.\n"),
                format!("konto gesperrt account/{id}"),
            )
        }
        Account::Enable(Login { login }) => {
            let id = id_of(&writer, &login).await?;
            accounts::enable(&writer, id).await.map_err(failure)?;
            (
                format!("Konto „{login}“ entsperrt.\n"),
                format!("konto entsperrt account/{id}"),
            )
        }
    };
    writer
        .commit(Entry::new(Verb::Rights, object))
        .await
        .map_err(Failure::failed)?;
    super::close(&config, &app).await?;
    print_text(&text);
    Ok(())
}

async fn id_of(rows: &impl Rows, login: &str) -> Result<crate::base::ids::AccountId, Failure> {
    accounts::find_by_login(rows, login)
        .await
        .map_err(Failure::failed)?
        .map(|account| account.id)
        .ok_or_else(|| Failure::invalid(format!("Das Konto „{login}“ gibt es nicht.")))
}
