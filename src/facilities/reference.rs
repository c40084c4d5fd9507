//! Reference data from `fixtures/`: read, checked as a whole, and stored into an empty database.

use std::collections::BTreeMap;

use serde::Deserialize;
use time::Date;
use time::macros::format_description;

use super::store;
use crate::access::Writes;
use crate::base::ids::{
    FacilityId, ProgrammeId, ProviderId, QualificationId, RoomId, StaffId, TemplateId,
};
use crate::schema::providers::{staff_language, staff_qualification};
use crate::schema::reference::{
    facility, programme, programme_pillar, programme_provider, provider, room, staff, template,
    template_session,
};
use crate::store::{Rows, StoreError, Writer};

const FACILITIES: &str = include_str!("../../fixtures/facilities.toml");
const PROVIDERS: &str = include_str!("../../fixtures/providers.toml");
const PROGRAMMES: &str = include_str!("../../fixtures/programmes.toml");

/// Why reference data cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceProblem {
    /// The file is not as described at its top.
    #[error("{file}: {why}")]
    File {
        /// The file's name.
        file: &'static str,
        /// What is wrong.
        why: String,
    },
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Deserialize)]
struct Facilities {
    facility: Vec<FacilityEntry>,
}

#[derive(Deserialize)]
struct FacilityEntry {
    code: String,
    name: String,
    short_name: String,
    place: String,
    kind: String,
    valid_from: String,
    valid_to: String,
    remit: String,
    rooms: Vec<RoomEntry>,
}

#[derive(Deserialize)]
struct RoomEntry {
    name: String,
    places: i64,
}

#[derive(Deserialize)]
struct Providers {
    provider: Vec<ProviderEntry>,
    part: Vec<PartEntry>,
    staff: Vec<StaffEntry>,
}

#[derive(Deserialize)]
struct ProviderEntry {
    code: String,
    name: String,
    short_name: String,
    valid_from: String,
    valid_to: String,
}

#[derive(Deserialize)]
struct PartEntry {
    provider: String,
    programme: String,
    role: String,
    valid_from: String,
    valid_to: String,
}

#[derive(Deserialize)]
struct StaffEntry {
    provider: String,
    given_name: String,
    family_name: String,
    role: String,
    valid_from: String,
    valid_to: String,
    town: String,
    languages: Vec<String>,
    akt: Option<String>,
}

#[derive(Deserialize)]
struct Programmes {
    pillar_model: Vec<ModelEntry>,
    pillar: Vec<PillarEntry>,
    programme: Vec<ProgrammeEntry>,
    assignment: Vec<AssignmentEntry>,
    template: Vec<TemplateEntry>,
    module: Vec<ModuleEntry>,
}

#[derive(Deserialize)]
struct ModelEntry {
    code: String,
    valid_from: String,
    valid_to: String,
}

#[derive(Deserialize)]
struct PillarEntry {
    model: String,
    number: i64,
    code: String,
    name: String,
}

#[derive(Deserialize)]
struct ProgrammeEntry {
    code: String,
    name: String,
    kind: String,
    client: String,
    #[serde(default = "one")]
    team: i64,
    valid_from: String,
    valid_to: String,
}

fn one() -> i64 {
    1
}

#[derive(Deserialize)]
struct AssignmentEntry {
    programme: String,
    model: String,
    pillar: String,
}

#[derive(Deserialize)]
struct TemplateEntry {
    code: String,
    programme: String,
    name: String,
    version: i64,
    minutes: i64,
    interval_days: i64,
    places: i64,
    trainers: i64,
    certificate: bool,
    #[serde(default)]
    certificate_title: String,
    #[serde(default)]
    complete_share: Option<i64>,
    #[serde(default)]
    complete_sessions: Option<i64>,
    valid_from: String,
    valid_to: String,
}

#[derive(Deserialize)]
struct ModuleEntry {
    template: String,
    name: String,
    sessions: i64,
    kind: String,
    optional: bool,
    remand: bool,
    #[serde(default)]
    gap_days: i64,
    #[serde(default)]
    minutes: Option<i64>,
    #[serde(default)]
    trainers: Option<i64>,
}

fn read<T: serde::de::DeserializeOwned>(
    file: &'static str,
    text: &str,
) -> Result<T, ReferenceProblem> {
    toml::from_str(text).map_err(|error| ReferenceProblem::File {
        file,
        why: error.to_string(),
    })
}

fn day(file: &'static str, text: &str) -> Result<Date, ReferenceProblem> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).map_err(|_| {
        ReferenceProblem::File {
            file,
            why: format!("„{text}“ ist kein Tag wie 2026-01-31"),
        }
    })
}

fn end(file: &'static str, text: &str) -> Result<Option<Date>, ReferenceProblem> {
    if text.is_empty() {
        Ok(None)
    } else {
        day(file, text).map(Some)
    }
}

fn known<T: Copy>(
    file: &'static str,
    map: &BTreeMap<String, T>,
    code: &str,
) -> Result<T, ReferenceProblem> {
    map.get(code)
        .copied()
        .ok_or_else(|| ReferenceProblem::File {
            file,
            why: format!("„{code}“ ist nirgends erklärt"),
        })
}

/// Fills an empty database with the reference data of `fixtures/`; does nothing if there is some already.
/// Returns whether it did.
pub async fn load_reference<P: Writes>(writer: &Writer<P>) -> Result<bool, ReferenceProblem> {
    if !store::empty(writer).await? {
        return Ok(false);
    }
    let facilities: Facilities = read("facilities.toml", FACILITIES)?;
    let providers: Providers = read("providers.toml", PROVIDERS)?;
    let programmes: Programmes = read("programmes.toml", PROGRAMMES)?;
    load_facilities(writer, facilities).await?;
    let programme_ids = load_programmes(writer, programmes).await?;
    load_providers(writer, providers, &programme_ids).await?;
    Ok(true)
}

async fn load_facilities<P: Writes>(
    writer: &Writer<P>,
    entries: Facilities,
) -> Result<(), ReferenceProblem> {
    const FILE: &str = "facilities.toml";
    let (mut facilities, mut rooms) = (Vec::new(), Vec::new());
    for entry in entries.facility {
        let id = FacilityId(writer.entropy().uuid());
        let (valid_from, valid_to) = (day(FILE, &entry.valid_from)?, end(FILE, &entry.valid_to)?);
        rooms.extend(entry.rooms.into_iter().map(|place| room::Model {
            id: RoomId(writer.entropy().uuid()),
            facility_id: id,
            name: place.name,
            places: place.places,
            valid_from,
            valid_to,
            security: 1,
        }));
        facilities.push(facility::Model {
            id,
            code: entry.code,
            name: entry.short_name,
            full_name: entry.name,
            kind: entry.kind,
            remit: entry.remit,
            valid_from,
            valid_to,
            guest_deadline_days: 14,
            external_staff_limit: None,
            town: entry.place,
            lock_after_days: None,
            window_from: None,
            window_to: None,
        });
    }
    writer.insert_all(facilities).await?;
    writer.insert_all(rooms).await?;
    Ok(())
}

async fn load_programmes<P: Writes>(
    writer: &Writer<P>,
    entries: Programmes,
) -> Result<BTreeMap<String, ProgrammeId>, ReferenceProblem> {
    const FILE: &str = "programmes.toml";
    let mut ids = BTreeMap::new();
    let mut rows = Vec::new();
    for entry in entries.programme {
        let id = ProgrammeId(writer.entropy().uuid());
        ids.insert(entry.code.clone(), id);
        rows.push(programme::Model {
            id,
            code: entry.code,
            name: entry.name,
            kind: entry.kind,
            client: entry.client,
            team: entry.team,
            valid_from: day(FILE, &entry.valid_from)?,
            valid_to: end(FILE, &entry.valid_to)?,
        });
    }
    writer.insert_all(rows).await?;

    let mut pillars = Vec::new();
    for entry in entries.assignment {
        let model = entries
            .pillar_model
            .iter()
            .find(|model| model.code == entry.model);
        let pillar = entries
            .pillar
            .iter()
            .find(|pillar| pillar.model == entry.model && pillar.code == entry.pillar);
        let (Some(model), Some(pillar)) = (model, pillar) else {
            return Err(ReferenceProblem::File {
                file: FILE,
                why: format!("Säule „{}“ fehlt", entry.pillar),
            });
        };
        pillars.push(programme_pillar::Model {
            programme_id: known(FILE, &ids, &entry.programme)?,
            model: model.code.clone(),
            pillar_code: format!("saeule_{}", pillar.number),
            pillar_name: format!("Säule {}: {}", pillar.number, pillar.name),
            valid_from: day(FILE, &model.valid_from)?,
            valid_to: end(FILE, &model.valid_to)?,
        });
    }
    writer.insert_all(pillars).await?;

    let (mut templates, mut sessions) = (Vec::new(), Vec::new());
    for entry in entries.template {
        let id = TemplateId(writer.entropy().uuid());
        let mut ordinal = 0;
        for module in entries
            .module
            .iter()
            .filter(|module| module.template == entry.code)
        {
            for turn in 0..module.sessions {
                ordinal += 1;
                sessions.push(template_session::Model {
                    template_id: id,
                    ordinal,
                    module: module.name.clone(),
                    minutes: module.minutes.unwrap_or(entry.minutes),
                    optional: module.optional,
                    kind: module.kind.clone(),
                    gap_days: if turn == 0 { module.gap_days } else { 0 },
                    remand: module.remand,
                    trainers: module.trainers.unwrap_or(entry.trainers),
                });
            }
        }
        templates.push(template::Model {
            id,
            programme_id: known(FILE, &ids, &entry.programme)?,
            code: entry.code,
            name: entry.name,
            version: entry.version,
            places: entry.places,
            trainers: entry.trainers,
            interval_weeks: (entry.interval_days / 7).max(1),
            valid_from: day(FILE, &entry.valid_from)?,
            valid_to: end(FILE, &entry.valid_to)?,
            complete_share: entry.complete_share,
            complete_sessions: entry.complete_sessions,
            complete_modules: true,
            certificate: entry.certificate,
            certificate_title: entry.certificate_title,
        });
    }
    writer.insert_all(templates).await?;
    writer.insert_all(sessions).await?;
    Ok(ids)
}

async fn load_providers<P: Writes>(
    writer: &Writer<P>,
    entries: Providers,
    programmes: &BTreeMap<String, ProgrammeId>,
) -> Result<(), ReferenceProblem> {
    const FILE: &str = "providers.toml";
    let mut ids = BTreeMap::new();
    let mut rows = Vec::new();
    for entry in entries.provider {
        let id = ProviderId(writer.entropy().uuid());
        ids.insert(entry.code.clone(), id);
        rows.push(provider::Model {
            id,
            code: entry.code,
            name: entry.short_name,
            full_name: entry.name,
            valid_from: day(FILE, &entry.valid_from)?,
            valid_to: end(FILE, &entry.valid_to)?,
        });
    }
    writer.insert_all(rows).await?;
    let mut parts = Vec::new();
    for entry in entries.part {
        parts.push(programme_provider::Model {
            programme_id: known(FILE, programmes, &entry.programme)?,
            provider_id: known(FILE, &ids, &entry.provider)?,
            part: entry.role,
            valid_from: day(FILE, &entry.valid_from)?,
            valid_to: end(FILE, &entry.valid_to)?,
        });
    }
    writer.insert_all(parts).await?;
    let (mut people, mut languages, mut qualifications) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries.staff {
        let id = StaffId(writer.entropy().uuid());
        languages.extend(
            entry
                .languages
                .into_iter()
                .map(|language| staff_language::Model {
                    staff_id: id,
                    language,
                }),
        );
        if let Some(acquired) = entry.akt {
            qualifications.push(staff_qualification::Model {
                id: QualificationId(writer.entropy().uuid()),
                staff_id: id,
                kind: "akt_trainer".to_owned(),
                acquired_on: day(FILE, &acquired)?,
                valid_to: None,
                created_at: writer.now(),
                created_by_name: "Ersteinrichtung".to_owned(),
                removed_at: None,
                removed_by_name: None,
            });
        }
        people.push(staff::Model {
            id,
            provider_id: known(FILE, &ids, &entry.provider)?,
            name: format!("{} {}", entry.given_name, entry.family_name),
            role: entry.role,
            contact: String::new(),
            town: entry.town,
            version: 1,
            valid_from: day(FILE, &entry.valid_from)?,
            valid_to: end(FILE, &entry.valid_to)?,
        });
    }
    writer.insert_all(people).await?;
    writer.insert_all(languages).await?;
    writer.insert_all(qualifications).await?;
    Ok(())
}
