//! Running work in lanes for a while, and what that took.

use std::time::{Duration, Instant as Stopwatch};

/// Processor time of this process, in microseconds.
fn cpu() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks: u64 = [11, 12]
        .iter()
        .filter_map(|index| fields.get(*index)?.parse::<u64>().ok())
        .sum();
    ticks * 10_000
}

pub fn resident_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|text| text.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}

pub struct Measured {
    pub per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
    /// Processor time of one turn, in microseconds.
    pub cpu: f64,
}

impl Measured {
    pub fn print(&self, name: &str, extra: &str) {
        println!(
            "{name:<46} {:>9.0}/s  p50 {:>7.2} ms  p99 {:>7.2} ms  {:>7.0} µs CPU  {extra}",
            self.per_second,
            self.p50.as_secs_f64() * 1e3,
            self.p99.as_secs_f64() * 1e3,
            self.cpu
        );
    }
}

/// Runs `work` in `lanes` tasks for a while.
pub async fn measure<F, Fut>(seconds: u64, lanes: usize, work: F) -> Measured
where
    F: Fn(usize) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    // Warm caches and connections first.
    work(0).await;
    let end = Stopwatch::now() + Duration::from_secs(seconds);
    let (begun, cpu_before) = (Stopwatch::now(), cpu());
    let tasks: Vec<_> = (0..lanes)
        .map(|lane| {
            let work = work.clone();
            tokio::spawn(async move {
                let mut times = Vec::new();
                let mut turn = lane;
                while Stopwatch::now() < end {
                    let watch = Stopwatch::now();
                    work(turn).await;
                    times.push(watch.elapsed());
                    turn += lanes;
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a lane"));
    }
    let (elapsed, cpu_used) = (begun.elapsed(), cpu() - cpu_before);
    times.sort();
    let at = |share: f64| {
        times
            .get(((times.len() as f64 - 1.0) * share) as usize)
            .copied()
            .unwrap_or_default()
    };
    Measured {
        per_second: times.len() as f64 / elapsed.as_secs_f64(),
        p50: at(0.5),
        p99: at(0.99),
        cpu: cpu_used as f64 / times.len().max(1) as f64,
    }
}
