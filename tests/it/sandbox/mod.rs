//! The sandbox over real HTTP: does it answer as Google's documentation and the field say?

mod contract;
mod journey;
