//! The real binary in a sealed home: do, look, do, look.

mod consent;
mod credentials;
mod destroying;
mod reading;
mod refusals;
mod sealed;
mod terminal;
mod token;
