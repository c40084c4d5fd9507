//! The accept loop: plain `axum::serve` keeps a half-sent request open for more than 40 seconds; this one
//! closes it after five and takes at most 300 connections.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt;

/// Connections at the same time.
const CONNECTIONS: usize = 300;
/// The longest that a request's head may take.
const HEAD: Duration = Duration::from_secs(5);
/// The longest that open requests may take when the server stops.
const PARTING: Duration = Duration::from_secs(10);

/// A listening server.
pub struct Serving {
    /// Where it listens.
    pub listener: TcpListener,
    /// What it serves.
    pub router: Router,
}

/// Serves until `stop` is done; then lets open requests come to their end.
pub async fn serve(serving: Serving, stop: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    tokio::pin!(stop);
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            break;
        };
        let stream = tokio::select! {
            accepted = serving.listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file handles, or the peer is gone already: breathe and go on.
                    tracing::warn!(%error, "connection not accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let _ = stream.set_nodelay(true);
        let router = serving.router.clone();
        let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            router.clone().oneshot(request)
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(64 * 1024)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
            drop(place);
        });
    }
    drop(serving.listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(PARTING) => tracing::warn!("open requests did not end in time"),
    }
}
