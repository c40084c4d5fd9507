//! Configuration by flag, environment and TOML, in this order; all errors at once, each with key and example.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::Failure;
use crate::accounts::{HashCost, Passwords};
use crate::base::crypto::{MasterSecret, Purpose, SystemEntropy};
use crate::base::time::SystemClock;
use crate::jobs;
use crate::retention::ledger::Ledger;
use crate::statistics::disclosure::Rule;
use crate::store::{Store, StoreError, StoreOptions};
use crate::web::App;

/// Settings as given on the command line or in the environment.
#[derive(Debug, Clone, Default, Args)]
pub struct Settings {
    /// Konfigurationsdatei (TOML); die Schlüssel heißen wie die Optionen, mit Unterstrich
    #[arg(
        long,
        global = true,
        env = "GELEIT_CONFIG",
        value_name = "DATEI",
        hide_env_values = true,
        help_heading = "Optionen"
    )]
    pub config: Option<PathBuf>,
    /// Verzeichnis für Datenbank, Schlüssel und Prüfpunkte [Vorgabe: geleit-daten]
    #[arg(
        long,
        global = true,
        env = "GELEIT_DATA_DIR",
        value_name = "VERZEICHNIS",
        hide_env_values = true,
        help_heading = "Optionen"
    )]
    pub data_dir: Option<String>,
    /// Verzeichnis für die Pfortenlisten des Tages als PDF [Vorgabe: pforte im Datenverzeichnis]
    #[arg(
        long,
        global = true,
        env = "GELEIT_GATE_DIR",
        value_name = "VERZEICHNIS",
        hide_env_values = true,
        help_heading = "Optionen"
    )]
    pub gate_dir: Option<String>,
    /// Datei des Löschbuchs, außerhalb der Sicherungen der Datenbank [Vorgabe: loeschbuch.jsonl im Datenverzeichnis]
    #[arg(
        long,
        global = true,
        env = "GELEIT_LEDGER_FILE",
        value_name = "DATEI",
        hide_env_values = true,
        help_heading = "Optionen"
    )]
    pub ledger_file: Option<String>,
    /// Datenbank, zum Beispiel postgres://geleit@localhost/geleit [Vorgabe: SQLite im Verzeichnis]
    #[arg(
        long,
        global = true,
        env = "GELEIT_DATABASE",
        value_name = "ADRESSE",
        hide_env_values = true,
        help_heading = "Optionen"
    )]
    pub database: Option<String>,
    /// Adresse und Port, auf denen Geleit lauscht [Vorgabe: 127.0.0.1:8480]
    #[arg(
        long,
        global = true,
        env = "GELEIT_LISTEN",
        value_name = "ADRESSE:PORT",
        hide_env_values = true,
        help_heading = "Optionen"
    )]
    pub listen: Option<String>,
    /// The address under which browsers reach Geleit (the help text names an example).
    #[arg(
        help = "Adresse, unter der die Browser Geleit erreichen, zum Beispiel https://geleit.justiz.example",
        long,
        global = true,
        env = "GELEIT_ORIGIN",
        value_name = "ADRESSE",
        hide_env_values = true,
        help_heading = "Optionen"
    )]
    pub origin: Option<String>,
    /// Schwelle der statistischen Geheimhaltung, mindestens 3 [Vorgabe: 5]
    #[arg(
        long,
        global = true,
        env = "GELEIT_THRESHOLD",
        value_name = "ZAHL",
        hide_env_values = true,
        help_heading = "Optionen"
    )]
    pub threshold: Option<String>,
    /// Form der technischen Meldungen: text oder json [Vorgabe: text]
    #[arg(
        long,
        global = true,
        env = "GELEIT_LOG_FORMAT",
        value_name = "FORM",
        hide_env_values = true,
        help_heading = "Optionen"
    )]
    pub log_format: Option<String>,
}

/// The effective configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where database, key and checkpoints are.
    pub data_dir: PathBuf,
    /// Where the gate's sheets of the day are.
    pub gate_dir: PathBuf,
    /// The ledger of erasures.
    pub ledger_file: PathBuf,
    /// The database.
    pub database: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address browsers see; empty: that of the request.
    pub origin: String,
    /// The disclosure rule.
    pub rule: Rule,
    /// Whether technical messages are JSON.
    pub log_json: bool,
}

/// One thing wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The key.
    pub key: &'static str,
    /// Where the value came from.
    pub source: String,
    /// What is wrong, in German.
    pub what: String,
    /// A right value.
    pub example: &'static str,
}

/// All problems as a text.
pub(super) fn report(problems: &[ConfigProblem]) -> String {
    let mut text = String::from("Geleit kann so nicht starten:\n");
    for problem in problems {
        text.push_str(&format!(
            "  {} (aus {}): {}\n      Beispiel: {} = \"{}\"\n",
            problem.key, problem.source, problem.what, problem.key, problem.example
        ));
    }
    text.push_str("Jeder Schlüssel geht als Option (--data-dir), Umgebungsvariable (GELEIT_DATA_DIR) oder in der Konfigurationsdatei (data_dir).");
    text
}

const KEYS: [&str; 8] = [
    "data_dir",
    "gate_dir",
    "ledger_file",
    "database",
    "listen",
    "origin",
    "threshold",
    "log_format",
];

impl Config {
    /// Puts flags, environment and file together.
    pub fn resolve(settings: &Settings) -> Result<Config, Vec<ConfigProblem>> {
        let mut problems = Vec::new();
        let file = read_file(settings, &mut problems);
        let mut value = |key: &'static str, given: &Option<String>| -> Option<(String, String)> {
            if let Some(given) = given {
                return Some((given.clone(), "Option oder Umgebung".to_owned()));
            }
            match file.get(key)? {
                toml::Value::String(text) => Some((text.clone(), "Konfigurationsdatei".to_owned())),
                toml::Value::Integer(number) => {
                    Some((number.to_string(), "Konfigurationsdatei".to_owned()))
                }
                other => {
                    problems.push(ConfigProblem {
                        key,
                        source: "Konfigurationsdatei".into(),
                        what: format!(
                            "erwartet wird ein Text, gefunden wurde {}.",
                            other.type_str()
                        ),
                        example: "…",
                    });
                    None
                }
            }
        };
        let data_dir = value("data_dir", &settings.data_dir);
        let gate_dir = value("gate_dir", &settings.gate_dir);
        let ledger_file = value("ledger_file", &settings.ledger_file);
        let database = value("database", &settings.database);
        let listen = value("listen", &settings.listen);
        let origin = value("origin", &settings.origin);
        let threshold = value("threshold", &settings.threshold);
        let log_format = value("log_format", &settings.log_format);

        let data_dir =
            PathBuf::from(data_dir.map_or_else(|| "geleit-daten".to_owned(), |(text, _)| text));
        let gate_dir =
            gate_dir.map_or_else(|| data_dir.join("pforte"), |(text, _)| PathBuf::from(text));
        let ledger_file = ledger_file.map_or_else(
            || data_dir.join("loeschbuch.jsonl"),
            |(text, _)| PathBuf::from(text),
        );
        let embedded = format!(
            "sqlite://{}?mode=rwc",
            data_dir.join("geleit.sqlite").display()
        );
        let database = match database {
            Some((text, source))
                if !["sqlite:", "postgres:", "postgresql:"]
                    .iter()
                    .any(|start| text.starts_with(start)) =>
            {
                problems.push(ConfigProblem {
                    key: "database",
                    source,
                    what: "unterstützt werden sqlite: und postgres:.".into(),
                    example: "postgres://geleit@localhost/geleit",
                });
                embedded
            }
            Some((text, _)) => text,
            None => embedded,
        };
        let default_listen = SocketAddr::from(([127, 0, 0, 1], 8480));
        let listen = listen.map_or(default_listen, |(text, source)| {
            text.parse().unwrap_or_else(|_| {
                problems.push(ConfigProblem {
                    key: "listen",
                    source,
                    what: format!("„{text}“ ist keine Adresse mit Port."),
                    example: "127.0.0.1:8480",
                });
                default_listen
            })
        });
        let origin = origin.map_or_else(String::new, |(text, source)| {
            let text = text.trim_end_matches('/').to_owned();
            let host = text
                .strip_prefix("https://")
                .or_else(|| text.strip_prefix("http://"));
            if host.is_none_or(|host| host.is_empty() || host.contains('/')) {
                problems.push(ConfigProblem {
                    key: "origin",
                    source,
                    what: format!("„{text}“ ist keine Adresse ohne Pfad."),
                    example: "https://geleit.justiz.example",
                });
            }
            text
        });
        let rule = threshold.map_or_else(Rule::default, |(text, source)| {
            match text
                .parse::<u64>()
                .map_err(|_| "das ist keine Zahl.".to_owned())
                .and_then(|number| Rule::new(number).map_err(|error| error.to_string()))
            {
                Ok(rule) => rule,
                Err(what) => {
                    problems.push(ConfigProblem {
                        key: "threshold",
                        source,
                        what,
                        example: "5",
                    });
                    Rule::default()
                }
            }
        });
        let log_json = log_format.is_some_and(|(text, source)| match text.as_str() {
            "json" => true,
            "text" => false,
            _ => {
                problems.push(ConfigProblem {
                    key: "log_format",
                    source,
                    what: format!("„{text}“ gibt es nicht; möglich sind text und json."),
                    example: "json",
                });
                false
            }
        });
        if problems.is_empty() {
            Ok(Config {
                data_dir,
                gate_dir,
                ledger_file,
                database,
                listen,
                origin,
                rule,
                log_json,
            })
        } else {
            Err(problems)
        }
    }

    /// Where the master secret is kept.
    pub fn key_file(&self) -> PathBuf {
        self.data_dir.join("geleit.key")
    }

    /// Where the master key of the notes is kept.
    pub fn note_key_file(&self) -> PathBuf {
        self.data_dir.join("notizen.key")
    }

    /// Where the audit log's checkpoints are kept.
    pub fn checkpoint_file(&self) -> PathBuf {
        self.data_dir.join("pruefpunkte.jsonl")
    }

    /// Opens the application: data directory, key, database; brings the database up to the ledger of erasures, or refuses.
    pub(super) async fn open(&self) -> Result<App, Failure> {
        let (app, ledger) = self.open_past_the_ledger().await?;
        jobs::open_ledger(&app.store, &ledger)
            .await
            .map_err(|problem| Failure::not_allowed(problem.to_string()))?;
        app.keep_erasures_in(ledger);
        Ok(app)
    }

    /// The same without looking into the ledger: for beginning a new one.
    pub(super) async fn open_past_the_ledger(&self) -> Result<(App, Ledger), Failure> {
        let secret = Arc::new(self.secret()?);
        let store = Store::open(StoreOptions {
            url: self.database.clone(),
            secret: Arc::clone(&secret),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            readers: 8,
        })
        .await
        .map_err(|error| match error {
            StoreError::Schema(text) => Failure::failed(text),
            other => Failure::failed(format!("Die Datenbank ist nicht erreichbar: {other}")),
        })?;
        let passwords = Passwords::new(&secret, HashCost::FULL);
        let app = App::new(
            store,
            &secret,
            passwords,
            self.rule,
            false,
            self.origin.clone(),
        );
        let ledger = Ledger::at(
            self.ledger_file.clone(),
            secret.keyed_hash(Purpose::Erasures),
        );
        Ok((app, ledger))
    }

    /// The master secret. Created together with a new data directory; never silently anew beside an existing
    /// database, whose sealed data it could not open.
    pub(super) fn secret(&self) -> Result<MasterSecret, Failure> {
        let file = self.key_file();
        std::fs::create_dir_all(&self.data_dir)
            .map_err(|error| Failure::failed(format!("{}: {error}", self.data_dir.display())))?;
        if !file.exists() {
            let embedded = self.data_dir.join("geleit.sqlite");
            if embedded.exists() {
                return Err(Failure::not_allowed(format!(
                    "Die Schlüsseldatei {} fehlt, aber die Datenbank {} ist da. Ohne den alten Schlüssel sind Protokoll und zweite Anmeldestufen nicht lesbar; bitte aus der Sicherung zurückholen.",
                    file.display(),
                    embedded.display()
                )));
            }
            create_key(&file)
                .map_err(|error| Failure::failed(format!("{}: {error}", file.display())))?;
        }
        check_mode(&file)?;
        let text = std::fs::read_to_string(&file)
            .map_err(|error| Failure::failed(format!("{}: {error}", file.display())))?;
        let bytes = crate::base::crypto::unhex(text.trim())
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        bytes.map(MasterSecret::new).ok_or_else(|| {
            Failure::invalid(format!(
                "{}: erwartet werden 64 hexadezimale Ziffern in einer Zeile.",
                file.display()
            ))
        })
    }
}

fn read_file(settings: &Settings, problems: &mut Vec<ConfigProblem>) -> toml::Table {
    let default = Path::new("/etc/geleit/geleit.toml");
    let path = match &settings.config {
        Some(path) => path.as_path(),
        None if default.exists() => default,
        None => return toml::Table::new(),
    };
    let mut problem = |what: String| {
        problems.push(ConfigProblem {
            key: "config",
            source: path.display().to_string(),
            what,
            example: "/etc/geleit/geleit.toml",
        });
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            problem(format!("nicht lesbar: {error}."));
            return toml::Table::new();
        }
    };
    match text.parse::<toml::Table>() {
        Ok(table) => {
            for key in table.keys().filter(|key| !KEYS.contains(&key.as_str())) {
                problem(format!(
                    "den Schlüssel „{key}“ gibt es nicht; möglich sind {}.",
                    KEYS.join(", ")
                ));
            }
            table
        }
        Err(error) => {
            problem(format!("kein gültiges TOML: {error}."));
            toml::Table::new()
        }
    }
}

fn create_key(file: &Path) -> std::io::Result<()> {
    use crate::base::crypto::{Entropy, hex};
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut created = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    writeln!(created, "{}", hex(&SystemEntropy.secret()))?;
    created.sync_all()
}

fn check_mode(file: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(file)
        .map_err(|error| Failure::failed(format!("{}: {error}", file.display())))?
        .permissions()
        .mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Failure::not_allowed(format!(
        "{} ist für andere lesbar (Rechte {:o}). Bitte „chmod 600“ setzen.",
        file.display(),
        mode & 0o777
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_come_at_once_with_key_and_example() {
        let settings = Settings {
            database: Some("mysql://x".into()),
            listen: Some("überall".into()),
            origin: Some("geleit".into()),
            threshold: Some("1".into()),
            log_format: Some("xml".into()),
            ..Settings::default()
        };
        let problems = Config::resolve(&settings).unwrap_err();
        let keys: Vec<&str> = problems.iter().map(|problem| problem.key).collect();
        assert_eq!(
            keys,
            ["database", "listen", "origin", "threshold", "log_format"]
        );
        let text = report(&problems);
        for key in keys {
            assert!(text.contains(&format!("{key} = \"")), "{text}");
        }
    }

    #[test]
    fn the_file_counts_less_than_the_option_and_unknown_keys_are_told() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("geleit.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\nthreshold = 7\n").unwrap();
        let mut settings = Settings {
            config: Some(file.clone()),
            ..Settings::default()
        };
        let config = Config::resolve(&settings).unwrap();
        assert_eq!((config.listen.port(), config.rule.threshold()), (1, 7));
        settings.listen = Some("127.0.0.1:2".into());
        assert_eq!(Config::resolve(&settings).unwrap().listen.port(), 2);
        std::fs::write(&file, "lisen = \"127.0.0.1:1\"\n").unwrap();
        assert!(
            Config::resolve(&settings).unwrap_err()[0]
                .what
                .contains("lisen")
        );
    }

    #[test]
    fn the_key_is_private_and_never_made_anew_beside_a_database() {
        let directory = tempfile::tempdir().unwrap();
        let settings = Settings {
            data_dir: Some(directory.path().display().to_string()),
            ..Settings::default()
        };
        let config = Config::resolve(&settings).unwrap();
        assert!(config.secret().is_ok());
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(config.key_file(), std::fs::Permissions::from_mode(0o644))
            .unwrap();
        assert_eq!(config.secret().unwrap_err().code, 3);
        std::fs::remove_file(config.key_file()).unwrap();
        std::fs::write(directory.path().join("geleit.sqlite"), "").unwrap();
        assert_eq!(config.secret().unwrap_err().code, 3);
    }
}
