//! Records of processing activities (Art. 30 GDPR, Art. 24 Directive (EU) 2016/680).

use super::{head, table};
use crate::access::permissions;
use crate::schema::{Report, Retention, Sensitivity, TableClass, kept, tables};

/// A processing activity: which permissions open it, which tables it fills.
struct Activity {
    title: &'static str,
    purpose: &'static str,
    basis: &'static str,
    people: &'static str,
    /// First parts of the codes of its permissions.
    permissions: &'static [&'static str],
    tables: &'static [&'static str],
}

const JUSTICE: &str =
    "SächsJVollzDSG, SächsDSUG; für Träger Art. 6 Abs. 1 Buchst. a und e, Art. 9 Abs. 2 DSGVO";

const ACTIVITIES: &[Activity] = &[
    Activity {
        title: "Personen und Zuständigkeiten führen",
        purpose: "Wissen, für wen welche Anstalt oder Dienststelle zuständig ist; Übergaben bei Verlegung und Entlassung",
        basis: JUSTICE,
        people: "Gefangene, Probandinnen und Probanden",
        permissions: &["person", "hand_over", "review", "todo", "stand_in"],
        tables: &[
            "person",
            "person_key",
            "person_alias",
            "placement",
            "absence",
            "assignment",
            "person_import",
            "import_mapping",
            "person_merge",
            "person_merge_row",
            "hand_over",
            "hand_over_part",
            "review_item",
            "review_setting",
            "history",
        ],
    },
    Activity {
        title: "Teilnahme an Maßnahmen planen und nachweisen",
        purpose: "Gruppen, Anwesenheit, Warteliste, Abschluss, Bescheinigung und Nachweis",
        basis: JUSTICE,
        people: "Gefangene, Probandinnen und Probanden",
        permissions: &[
            "enrolment",
            "group",
            "plan",
            "register",
            "calendar",
            "ward",
            "completion",
            "certificate",
            "statement",
            "waiting",
            "cover",
            "closure",
            "work",
            "feed",
        ],
        tables: &[
            "enrolment",
            "application",
            "membership",
            "membership_pause",
            "attendance",
            "catch_up",
            "catch_up_person",
            "completion",
            "certificate",
            "person_busy",
            "person_need",
            "person_separation",
            "training_group",
            "group_trainer",
            "group_session",
            "session_trainer",
            "series_undo",
            "conflict_acceptance",
            "half_year_plan",
            "half_year_group",
            "planned_member",
            "calendar_feed",
            "closure",
        ],
    },
    Activity {
        title: "Beratung und Begleitung",
        purpose: "Anfragen, Fälle, Gespräche und Fristen; dass eine Gefahr offengelegt wurde. Keine Inhalte von Gesprächen; Notizen nur verschlossen für das Team des Trägers",
        basis: JUSTICE,
        people: "Gefangene, Probandinnen und Probanden; Angehörige und Fachkräfte nur als Fall ohne Namen",
        permissions: &[
            "counselling",
            "talk",
            "case",
            "referral",
            "note",
            "danger",
            "consent",
            "codes",
        ],
        tables: &[
            "client_case",
            "case_step",
            "case_deadline",
            "counselling_session",
            "counselling_topic",
            "talk_plan",
            "talk_offer",
            "case_note",
            "provider_key",
            "danger_disclosure",
            "consent",
            "counselling_rule",
            "code_entry",
            "form_draft",
        ],
    },
    Activity {
        title: "Zugang externer Fachkräfte",
        purpose: "Überprüfung, Freigabe, Sperre, Pfortenliste, Gegenstände, Familientage",
        basis: "SächsJVollzDSG; Sicherheit und Ordnung der Anstalt",
        people: "Fachkräfte der Träger, Gäste eines Familientags",
        permissions: &[
            "grant",
            "stop",
            "clearance",
            "staff",
            "provider",
            "gate",
            "visit",
            "object",
            "family_day",
            "guest",
        ],
        tables: &[
            "staff",
            "staff_qualification",
            "staff_language",
            "staff_availability",
            "staff_absence",
            "clearance",
            "access_stop",
            "access_grant",
            "recertification",
            "recertification_item",
            "gate_visit",
            "gate_change",
            "gate_tick",
            "approved_object",
            "family_day",
            "family_guest",
        ],
    },
    Activity {
        title: "Statistik",
        purpose: "Zusammengefasste Zahlen mit Geheimhaltung für KORA und Haushalt",
        basis: "§ 96 SächsStVollzG (wissenschaftliche Begleitung), § 16 BStatG als Maßstab der Geheimhaltung",
        people: "keine; in die Veröffentlichung gehen nur Zahlen ein",
        permissions: &["statistics", "release"],
        tables: &[
            "statistics_release",
            "statistics_file",
            "statistics_counter",
        ],
    },
    Activity {
        title: "Protokoll und Rechte betroffener Personen",
        purpose: "Nachweis der Rechtmäßigkeit, Auskunft, Löschung",
        basis: "§§ 11 bis 13, 32 SächsDSUG; Art. 15 DSGVO",
        people: "alle, deren Angaben verarbeitet werden; Beschäftigte, die sie verarbeiten",
        permissions: &[
            "audit",
            "inquiry",
            "approval",
            "purpose",
            "break_glass",
            "emergency",
            "restriction",
            "retention",
            "erasure",
        ],
        tables: &[
            "audit_entry",
            "audit_subject",
            "audit_segment",
            "audit_hold",
            "sampled_read",
            "stated_purpose",
            "emergency_access",
            "approval",
            "person_restriction",
            "retention_period",
            "erasure",
            "erasure_item",
            "erasure_count",
            "erasure_hold",
            "inquiry",
            "installation",
        ],
    },
    Activity {
        title: "Konten und Betrieb",
        purpose: "Anmeldung mit zwei Stufen, Rechte, Stammdaten der Organisation",
        basis: "Sächsisches Datenschutzdurchführungsgesetz (Beschäftigtendaten), Art. 29 Richtlinie (EU) 2016/680",
        people: "Beschäftigte",
        permissions: &["start", "account", "reference", "template"],
        tables: &[
            "account",
            "recovery_code",
            "stand_in",
            "sign_in_throttle",
            "web_session",
            "form_token",
            "facility",
            "room",
            "provider",
            "programme",
            "programme_pillar",
            "programme_provider",
            "template",
            "template_session",
            "group_slot",
        ],
    },
];

/// What is not assigned yet is printed where everybody sees it.
const UNASSIGNED: &str = "Noch keiner Tätigkeit zugeordnet";

fn assigned_permission(code: &str) -> bool {
    let first = code.split('.').next().unwrap_or(code);
    ACTIVITIES
        .iter()
        .any(|activity| activity.permissions.contains(&first))
}

fn sensitivity(of: Sensitivity) -> &'static str {
    match of {
        Sensitivity::Plain => "ohne Personenbezug",
        Sensitivity::Staff => "Beschäftigte",
        Sensitivity::Personal => "personenbezogen",
        Sensitivity::Special => "besondere Kategorie",
        Sensitivity::Secret => "geheim",
    }
}

/// The most sensitive class of a table's columns.
fn highest(table: &TableClass) -> Sensitivity {
    let rank = |of: Sensitivity| match of {
        Sensitivity::Plain => 0,
        Sensitivity::Secret => 1,
        Sensitivity::Staff => 2,
        Sensitivity::Personal => 3,
        Sensitivity::Special => 4,
    };
    table
        .columns
        .iter()
        .map(|column| column.sensitivity)
        .max_by_key(|of| rank(*of))
        .unwrap_or(Sensitivity::Plain)
}

fn rights(codes: impl Fn(&str) -> bool) -> String {
    table(
        &["Recht", "Art (§ 32 SächsDSUG)", "Rollen"],
        permissions::ALL
            .iter()
            .filter(|info| codes(info.code))
            .map(|info| {
                let roles: Vec<&str> = info.roles.iter().map(|role| role.label()).collect();
                vec![
                    info.label.to_owned(),
                    info.verb.label().to_owned(),
                    roles.join(", "),
                ]
            }),
    )
}

fn categories(named: impl Fn(&str) -> bool) -> String {
    table(
        &[
            "Tabelle",
            "Schutz",
            "Angaben in der Auskunft",
            "Aufbewahrung",
        ],
        tables()
            .iter()
            .filter(|table| named(table.name))
            .map(|table| {
                let mut told: Vec<&str> = Vec::new();
                for column in table.columns {
                    if let Report::Told(words) = column.report
                        && !told.contains(&words)
                    {
                        told.push(words);
                    }
                }
                vec![
                    format!("`{}`", table.name),
                    sensitivity(highest(table)).to_owned(),
                    if told.is_empty() {
                        "–".to_owned()
                    } else {
                        told.join(", ")
                    },
                    kept(table.retention).category.to_owned(),
                ]
            }),
    )
}

/// The records as Markdown.
pub(super) fn document() -> String {
    let mut text = head("Verzeichnis der Verarbeitungstätigkeiten");
    text.push_str(
        "Verantwortliche Stelle und gemeinsam Verantwortliche trägt der Auftraggeber ein: vorgesehen sind die Justiz mit Anstalten \
         und Dienststellen der Bewährungshilfe, für ihre Beratung die Träger. Geleit läuft im Netz der Justiz und baut keine \
         Verbindung nach außen auf.\n\n",
    );
    for activity in ACTIVITIES {
        text.push_str(&format!("## {}\n\n", activity.title));
        text.push_str(&format!(
            "- Zweck: {}\n- Rechtsgrundlage: {}\n- Betroffene: {}\n\n",
            activity.purpose, activity.basis, activity.people
        ));
        text.push_str(&rights(|code| {
            let first = code.split('.').next().unwrap_or(code);
            activity.permissions.contains(&first)
        }));
        text.push_str(&categories(|name| activity.tables.contains(&name)));
    }
    let left_tables = |name: &str| {
        !ACTIVITIES
            .iter()
            .any(|activity| activity.tables.contains(&name))
    };
    let left = permissions::ALL
        .iter()
        .any(|info| !assigned_permission(info.code))
        || tables().iter().any(|table| left_tables(table.name));
    if left {
        text.push_str(&format!("## {UNASSIGNED}\n\n"));
        text.push_str(&rights(|code| !assigned_permission(code)));
        text.push_str(&categories(left_tables));
    }
    text.push_str("## Fristen\n\n");
    let classes = [
        Retention::Person,
        Retention::Short,
        Retention::Audit,
        Retention::Account,
        Retention::Reference,
        Retention::Release,
    ];
    text.push_str(&table(
        &["Kategorie", "Aufbewahrung", "Quelle"],
        classes.into_iter().map(|class| {
            let kept = kept(class);
            vec![
                kept.category.to_owned(),
                kept.how_long.to_owned(),
                kept.source.to_owned(),
            ]
        }),
    ));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_belongs_to_one_activity() {
        assert!(!document().contains(UNASSIGNED), "{}", document());
        let mut seen = std::collections::BTreeSet::new();
        for activity in ACTIVITIES {
            for name in activity.tables {
                assert!(seen.insert(*name), "{name} is in two activities");
                assert!(
                    tables().iter().any(|table| table.name == *name),
                    "{name} is no table"
                );
            }
        }
    }
}
