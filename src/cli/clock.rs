//! `geleit clock show|accept`: the highest time seen, and what to do when the clock was wrong before.

use clap::Subcommand;

use super::{Config, Failure, Outcome, print_text};
use crate::audit::{Entry, Verb};
use crate::base::german;
use crate::base::time::{Instant, berlin_local};
use crate::jobs::operate;
use crate::store::TOLERATED_SECONDS;

#[derive(Debug, Subcommand)]
pub(super) enum Clock {
    /// Zeigen, was die Uhr jetzt sagt und welche Zeit Geleit schon gesehen hat
    Show,
    /// Die Uhr ist jetzt richtig und ging vorher vor: ab jetzt gilt, was sie zeigt
    Accept,
}

fn shown(instant: Instant) -> String {
    german::date_time(berlin_local(instant))
}

pub(super) async fn run(config: Config, clock: Clock) -> Outcome {
    // A ledger that has to be written waits for the clock, not the clock for the ledger.
    let (app, _) = config.open_past_the_ledger().await?;
    let (highest, now) = app.store.clock_state().await.map_err(Failure::failed)?;
    let behind = highest.since(now) > TOLERATED_SECONDS * 1_000;
    let text = match clock {
        Clock::Show => format!(
            "Die Uhr zeigt {}. Die späteste Zeit, die Geleit gesehen hat, ist {}.\n{}\n",
            shown(now),
            shown(highest),
            if behind {
                "Die Uhr geht nach: Geleit speichert nichts und lässt niemanden anmelden. Bitte die Uhr stellen; ging sie vorher vor, „geleit clock accept“."
            } else {
                "Das passt zusammen."
            }
        ),
        Clock::Accept => {
            app.store
                .accept_clock(
                    operate(&app.store, "clock accept", None),
                    Entry::new(Verb::System, "uhr angenommen"),
                )
                .await
                .map_err(Failure::failed)?;
            format!("Ab jetzt gilt, was die Uhr zeigt: {}.\n", shown(now))
        }
    };
    super::close(&config, &app).await?;
    print_text(&text);
    Ok(())
}
