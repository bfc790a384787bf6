//! The screen without a terminal: state and message to effects, state and time to a picture.

mod pictures;
mod properties;
mod sample;
mod styles;
mod updates;
