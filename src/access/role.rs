//! The ten roles (design, section 4).

use std::fmt;
use std::str::FromStr;

/// What a signed-in member of staff is here. One account has one role; whoever has two tasks has two
/// accounts of the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Prison social service: people placed here, participation facts, groups.
    SocialService,
    /// Probation officer: own clients.
    Probation,
    /// Trainer or counsellor of a provider: own groups and cases within a grant valid today.
    Trainer,
    /// A provider's coordination: the organisation's cases within grants.
    Coordinator,
    /// Access officer of a facility: external staff and their grants, never people.
    AccessOfficer,
    /// The gate: today's list.
    Gate,
    /// Statistics of the justice administration: figures and releases.
    Statistics,
    /// KORA: published releases only.
    Kora,
    /// Data protection officer: the audit log.
    DataProtection,
    /// Administration: accounts and operations, no person.
    Administration,
    /// Geleit itself: sign-in, jobs, the command line. No account has this role.
    System,
}

/// A role code that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Die Rolle „{0}“ gibt es nicht. Möglich sind: {codes}.", codes = Role::ALL.map(Role::code).join(", "))]
pub struct UnknownRole(pub String);

impl Role {
    /// All roles an account can have, in the order of the permission table.
    pub const ALL: [Role; 10] = [
        Role::SocialService,
        Role::Probation,
        Role::Trainer,
        Role::Coordinator,
        Role::AccessOfficer,
        Role::Gate,
        Role::Statistics,
        Role::Kora,
        Role::DataProtection,
        Role::Administration,
    ];

    /// The code in the database and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Role::SocialService => "social_service",
            Role::Probation => "probation",
            Role::Trainer => "trainer",
            Role::Coordinator => "coordinator",
            Role::AccessOfficer => "access_officer",
            Role::Gate => "gate",
            Role::Statistics => "statistics",
            Role::Kora => "kora",
            Role::DataProtection => "data_protection",
            Role::Administration => "administration",
            Role::System => "system",
        }
    }

    /// The name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Role::SocialService => "Sozialdienst",
            Role::Probation => "Bewährungshilfe",
            Role::Trainer => "Training und Beratung",
            Role::Coordinator => "Trägerkoordination",
            Role::AccessOfficer => "Zugang",
            Role::Gate => "Pforte",
            Role::Statistics => "Statistik",
            Role::Kora => "KORA",
            Role::DataProtection => "Datenschutz",
            Role::Administration => "Verwaltung",
            Role::System => "System",
        }
    }

    /// Whether an account of this role belongs to one facility.
    pub fn needs_facility(self) -> bool {
        matches!(
            self,
            Role::SocialService | Role::Probation | Role::AccessOfficer | Role::Gate
        )
    }

    /// Whether an account of this role belongs to a provider.
    pub fn needs_provider(self) -> bool {
        matches!(self, Role::Trainer | Role::Coordinator)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(code: &str) -> Result<Self, UnknownRole> {
        Role::ALL
            .into_iter()
            .find(|role| role.code() == code)
            .ok_or_else(|| UnknownRole(code.to_owned()))
    }
}
