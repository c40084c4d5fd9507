//! `geleit serve`: the real thing.

use std::net::SocketAddr;

use super::{Config, Failure, Outcome};
use crate::jobs::{self, operate};
use crate::server;
use crate::web::App;

pub(super) fn log(json: bool) {
    use tracing_subscriber::EnvFilter;
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,geleit=info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second subscriber (in a test) is refused; the first one stays.
    let _ = if json {
        builder.json().try_init()
    } else {
        builder.try_init()
    };
}

pub(super) async fn until_stopped() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}

pub(super) async fn bind(address: SocketAddr) -> Result<tokio::net::TcpListener, Failure> {
    tokio::net::TcpListener::bind(address)
        .await
        .map_err(|error| {
            Failure::failed(format!("Auf {address} kann Geleit nicht lauschen: {error}"))
        })
}

/// Loads the reference data into a new database.
pub(super) async fn prepare(app: &App) -> Outcome {
    let writer = app
        .store
        .write(operate(&app.store, "serve", None))
        .await
        .map_err(Failure::failed)?;
    if crate::facilities::load_reference(&writer)
        .await
        .map_err(Failure::failed)?
    {
        let entry = crate::audit::Entry::new(crate::audit::Verb::System, "stammdaten geladen");
        writer.commit(entry).await.map_err(Failure::failed)?;
    } else {
        writer.abandon().await.map_err(Failure::failed)?;
    }
    Ok(())
}

/// Says where the key of the notes is. Without it there are no notes, and everything else goes on.
pub(super) async fn keep_notes(app: &App, file: std::path::PathBuf) {
    if let Err(problem) = jobs::prepare_note_keys(&app.store, &file).await {
        tracing::error!("{problem}");
    }
    app.keep_note_keys_in(file);
}

pub(super) async fn run(config: Config) -> Outcome {
    log(config.log_json);
    let app = config.open().await?;
    prepare(&app).await?;
    let listener = bind(config.listen).await?;
    app.keep_sheets_in(config.gate_dir.clone());
    keep_notes(&app, config.note_key_file()).await;
    jobs::start(
        app.store.clone(),
        config.checkpoint_file(),
        config.gate_dir.clone(),
    );
    tracing::info!(address = %config.listen, "Geleit lauscht");
    let router = server::router(app.clone());
    server::serve(server::Serving { listener, router }, until_stopped()).await;
    super::close(&config, &app).await
}
