//! `geleit demo`: made-up data in a temporary folder, one sign-in per role.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant as Stopwatch;

use clap::Args;

use super::serve::{bind, log, until_stopped};
use super::{Failure, Outcome, print_text};
use crate::accounts::{HashCost, Passwords};
use crate::base::crypto::{Entropy, MasterSecret, Purpose, SystemEntropy};
use crate::base::time::SystemClock;
use crate::retention::ledger::Ledger;
use crate::statistics::disclosure::Rule;
use crate::store::{Store, StoreOptions};
use crate::web::App;
use crate::{demo, jobs, server};

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Port auf diesem Rechner; 0 nimmt einen freien
    #[arg(long, default_value_t = 8480, value_name = "PORT")]
    port: u16,
    /// Adresse und Anmeldungen als eine Zeile JSON ausgeben
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(arguments: Demo) -> Outcome {
    let watch = Stopwatch::now();
    log(false);
    let folder = tempfile::Builder::new()
        .prefix("geleit-demo-")
        .tempdir()
        .map_err(Failure::failed)?;
    let secret = Arc::new(MasterSecret::new(SystemEntropy.secret()));
    let store = Store::open(StoreOptions {
        url: format!(
            "sqlite://{}?mode=rwc",
            folder.path().join("geleit.sqlite").display()
        ),
        secret: Arc::clone(&secret),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        readers: 4,
    })
    .await
    .map_err(Failure::failed)?;
    let passwords = Passwords::new(&secret, HashCost::QUICK);
    let app = App::new(
        store,
        &secret,
        passwords,
        Rule::default(),
        true,
        String::new(),
    );
    super::serve::keep_notes(&app, folder.path().join("notizen.key")).await;
    let ledger = Ledger::at(
        folder.path().join("loeschbuch.jsonl"),
        secret.keyed_hash(Purpose::Erasures),
    );
    jobs::open_ledger(&app.store, &ledger)
        .await
        .map_err(Failure::failed)?;
    app.keep_erasures_in(ledger);
    let accounts = demo::seed(&app).await.map_err(Failure::failed)?;
    let listener = bind(SocketAddr::from(([127, 0, 0, 1], arguments.port))).await?;
    let address = listener.local_addr().map_err(Failure::failed)?;
    let sheets = folder.path().join("pforte");
    app.keep_sheets_in(sheets.clone());
    jobs::start(
        app.store.clone(),
        folder.path().join("pruefpunkte.jsonl"),
        sheets,
    );
    let url = format!("http://{address}");
    let ready = watch.elapsed().as_millis();
    if arguments.json {
        let line = serde_json::json!({ "url": url, "accounts": accounts, "ready_ms": ready, "folder": folder.path() });
        print_text(&format!("{line}\n"));
    } else {
        print_text(&format!(
            "Geleit mit erfundenen Daten: {url}   (bereit nach {ready} ms, Ende mit Strg+C)\n\n"
        ));
        print_text(&format!(
            "Kennwort aller Konten: {}\nDer Code der zweiten Anmeldestufe steht in der Demo auf der Seite.\n\n",
            demo::PASSWORD
        ));
        for account in &accounts {
            print_text(&format!(
                "  {:<22} {:<24} {}\n",
                account.login,
                role_label(account.role),
                account.place
            ));
        }
        print_text("\n");
    }
    let router = server::router(app.clone());
    server::serve(server::Serving { listener, router }, until_stopped()).await;
    app.store.clone().close().await.map_err(Failure::failed)?;
    folder.close().map_err(Failure::failed)
}

fn role_label(code: &str) -> &'static str {
    code.parse::<crate::access::Role>()
        .map_or("", crate::access::Role::label)
}
