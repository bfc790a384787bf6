//! The screen without a terminal: state and message to effects, state and time to a picture.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed; helpers outside #[test] are no exception"
)]

mod consent;
mod gallery;
mod looks;
mod news;
mod novice;
mod palette;
mod pictures;
mod pointing;
mod properties;
mod sample;
mod setup;
mod styles;
mod table;
mod updates;
mod works;
