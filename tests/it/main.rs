//! The only integration test binary: one module per folder of the source it drives.

#![allow(
    clippy::unwrap_used,
    reason = "clippy knows test functions, not the helpers beside them"
)]

mod vault;
