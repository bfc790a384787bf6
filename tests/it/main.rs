//! The one integration test binary: one module per part of the product that it drives.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows test functions, not the helpers beside them"
)]

mod google;
mod loopback;
mod sandbox;
mod service;
mod support;
mod tidy;
mod vault;
