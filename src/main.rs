//! Parse, run, exit with a code. What the program does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    gatepost::cli::keep_memory_private();
    gatepost::cli::announce_panics();
    gatepost::cli::run(std::env::args_os())
}
