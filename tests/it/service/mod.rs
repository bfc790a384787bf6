//! The auth service against the sandbox, over real HTTP.

mod cancelling;
mod checking;
mod clocks;
mod consenting;
mod faults;
mod flight;
mod revoking;
mod scheduling;
mod unsaved;
