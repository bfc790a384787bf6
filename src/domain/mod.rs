//! Floor 0: what is known and what it means. Pure values and functions; no IO, no async, no
//! globals, and no clock: the time is always an argument.

pub mod account;
pub mod address;
pub mod cause;
pub mod checkup;
pub mod client;
pub mod client_check;
pub mod event;
pub mod fault;
pub mod grant;
pub mod health;
pub mod hook;
pub mod mail;
pub mod notice;
pub mod outlook;
pub mod problem;
pub mod sasl;
pub mod schedule;
pub mod scope;
pub mod secret;
pub mod service_account;
pub mod snapshot;
pub mod time;
pub mod usual;
pub mod wording;
