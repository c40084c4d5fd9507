//! The program: reads the command line and runs the command.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = geleit::cli::Cli::parse();
    match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime.block_on(geleit::cli::run(cli)),
        Err(error) => {
            eprintln!("Geleit kann nicht starten: {error}");
            ExitCode::FAILURE
        }
    }
}
