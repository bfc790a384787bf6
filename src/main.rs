//! Parse, run, exit with a code. What the program does is in the library.

use std::alloc::System;
use std::process::ExitCode;

use zeroizing_alloc::ZeroAlloc;

/// Whatever is freed is wiped first: our own secrets wipe themselves, but HTTP, TLS, JSON and OAuth
/// libraries make copies of them.
#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    gatepost::cli::keep_memory_private();
    gatepost::cli::announce_panics();
    gatepost::cli::run(std::env::args_os())
}
