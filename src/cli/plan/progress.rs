//! The search as somebody at a terminal sees it: how far it is, and that it can be stopped.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use indicatif::{ProgressBar, ProgressStyle};

use super::Solve;
use crate::timetable::search::{self, Catalogue, Effort, Found, Settings};
use crate::timetable::world::World;

/// Parts of the progress bar.
const PARTS: u64 = 1000;
/// The exit code of a command that was broken off, as shells know it.
const BROKEN_OFF: i32 = 130;

/// Searches within the time or the steps that were asked for, and says whether it was stopped.
pub(super) fn look(world: &World, solve: &Solve) -> (Found, bool) {
    let bar = bar(solve);
    let stop = Arc::new(AtomicBool::new(false));
    // Steps are counted inside the search and give the same plan for the same seed: half of them is no plan to keep.
    let listener = solve
        .steps
        .is_none()
        .then(|| tokio::spawn(listen(Arc::clone(&stop))));
    let watch = Stopwatch::now();
    let used = || {
        if stop.load(Ordering::Relaxed) {
            return 1.0;
        }
        let part = watch.elapsed().as_secs_f64() / solve.time.as_secs_f64().max(1e-9);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 1000"
        )]
        let shown = (part.clamp(0.0, 1.0) * PARTS as f64) as u64;
        bar.set_position(shown);
        part
    };
    let settings = Settings {
        seed: solve.seed,
        threads: usize::from(solve.threads),
        effort: match solve.steps {
            Some(steps) => Effort::Steps(steps),
            None => Effort::Until(&used),
        },
    };
    let found = match search::repair(world, &settings) {
        Some(found) => found,
        None => search::plan(world, &Catalogue::new(world), &settings),
    };
    bar.finish_and_clear();
    if let Some(listener) = listener {
        listener.abort();
    }
    (found, stop.load(Ordering::Relaxed))
}

/// The first interrupt ends the search, the next one everything.
async fn listen(stop: Arc<AtomicBool>) {
    if tokio::signal::ctrl_c().await.is_err() {
        return;
    }
    stop.store(true, Ordering::Relaxed);
    if tokio::signal::ctrl_c().await.is_ok() {
        std::process::exit(BROKEN_OFF);
    }
}

/// A bar on a terminal, nothing elsewhere. How far a search by steps is, only the search knows; the bar shows that it
/// runs, and for how long.
fn bar(solve: &Solve) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let styled = |bar: ProgressBar, template: &str| {
        let style =
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.with_style(style)
    };
    if solve.steps.is_none() {
        let template = "Plan wird gesucht {bar:40} noch {eta} (Strg+C: bester Plan bis dahin)";
        return styled(ProgressBar::new(PARTS), template);
    }
    let bar = styled(
        ProgressBar::new_spinner(),
        "Plan wird gesucht {spinner} seit {elapsed}",
    );
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
