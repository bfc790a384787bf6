//! The one integration test binary: one module per part of the product that it drives.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows test functions, not the helpers beside them"
)]

mod cli;
mod consent_screen;
mod crash;
mod crowd;
mod faults;
mod google;
mod hostile_input;
mod interop;
mod leaks;
mod list;
mod look;
mod loopback;
mod packaging;
mod palette;
mod pictures;
mod programs;
mod sandbox;
mod screen;
mod service;
mod setup;
mod support;
mod tidy;
mod tui;
mod vault;
