//! The sandbox over real HTTP: does it answer as Google's documentation and the field say?
#![expect(
    clippy::unwrap_used,
    reason = "a failed expectation in a test is a panic, and says where"
)]

mod blocked;
mod browser;
mod contract;
mod delivery;
mod journey;
mod pages;
mod strings;
