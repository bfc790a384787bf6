//! Floor 2: the one place where things happen over time, shared by the screen and the commands.
//!
//! A [`Gate`] is a handle to one actor task that owns the accounts' facts. It has two faces:
//! methods for those who wait, and a snapshot and a stream of events for those who watch. The
//! order of news is fixed: stored, then in the snapshot, then an event, then the reply.

pub mod ask;
pub mod consent;
pub mod doctor;
pub mod error;
pub mod files;

mod gate;

mod actor;
mod answers;
mod books;
mod check;
mod decide;
mod departures;
mod flights;
mod hooks;
pub mod import;
mod landing;
mod mail;
mod resume;
mod roster;
mod service_accounts;
mod store;
mod trips;
mod unsaved;

pub use gate::{Gate, Parts, Role};
pub use hooks::Hooks;
pub use roster::look;
