//! The real binary in a sealed home: do, look, do, look.

mod busy;
mod consent;
mod credentials;
mod destroying;
mod doctor;
mod exec;
mod foreign;
mod hooks;
mod lifecycle;
mod mail;
mod oddities;
mod passphrase;
mod plain;
mod privacy;
mod proxy;
mod reading;
mod refusals;
mod remembered;
pub(crate) mod sealed;
pub(crate) mod service_accounts;
mod setup;
mod terminal;
pub(crate) mod token;
mod vault;
mod watch;
