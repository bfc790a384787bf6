//! The screen without a terminal: state and message to effects, state and time to a picture.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed; helpers outside #[test] are no exception"
)]

mod gallery;
mod pictures;
mod properties;
mod sample;
mod styles;
mod updates;
