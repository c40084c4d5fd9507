//! The program: reads the command line and runs the command.

use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match geleit::cli::parse() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
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
