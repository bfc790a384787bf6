//! The one integration test binary: one module per part of the product that it drives.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows test functions, not the helpers beside them"
)]

mod cli;
mod google;
mod interop;
mod loopback;
mod pictures;
mod sandbox;
mod screen;
mod service;
mod support;
mod tidy;
mod tui;
mod vault;
