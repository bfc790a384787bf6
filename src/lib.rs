//! gatepost keeps several Gmail accounts' OAuth 2.0 tokens: one screen, one command line, one auth
//! service under both. This page is the map of the source; start here.
//!
//! ```text
//!             keys                                     HTTP (Google, or the sandbox at another address)
//!              │                                                    ▲
//!    keymap: context × key → Action                                 │
//!              │                                             google::Google
//!              ▼                                                    ▲
//!   Msg ──► App::update(msg, now) ──► [Effect]                      │ trips (async, they decide nothing)
//!    ▲            │                      │                          │
//!    │            ▼                      ▼                          │
//!    │      view(&App, now)       tui::effect ─── Gate methods ──► actor ──► vault (the actor is its only writer)
//!    │                                            ▲             │  ▲
//!    │                            cli/*.rs ───────┘             │  └─ one alarm a second: what is due,
//!    │                       (await the same methods)           │     what others wrote, did the machine sleep
//!    └── snapshot, events ◄─────────────────────────────────────┘
//! ```
//!
//! # Floors
//!
//! | floor | module | what it is |
//! |---|---|---|
//! | 0 | [`domain`] | facts, states, outlook, causes, remedies; pure, the time is an argument |
//! | 1 | [`clock`], [`reading`] | the clock; files that a person named, read within limits |
//! | 1 | [`config`], [`loopback`], [`formats`] | settings, the redirect listener, other programs' files |
//! | 1 | [`metadata`] | what Google's libraries ask under `gatepost exec` |
//! | 1 | [`programs`] | what `gatepost setup` prints for other programs; pure |
//! | 1 | [`google`], [`vault`] | the client of Google's endpoints and mail servers; the encrypted store |
//! | 1 | [`sandbox`] | the other party: a small Google over HTTP |
//! | 2 | [`service`] | the one place where things happen over time |
//! | 3 | [`tui`], [`cli`] | the screen and the commands; `cli::context` puts the floors together |
//!
//! Arrows point down: `tests/it/tidy.rs` reads every `use` and holds the table.
//!
//! # Laws, most of them absences
//!
//! - A state is computed from facts and a clock, never stored.
//! - Production code never asks whether it talks to the sandbox.
//! - No clock is read outside `clock.rs`; nothing is printed outside `cli/output.rs`.
//! - No lock is held across an `.await`, and no lock guards what is believed of an account.
//! - A trip to Google never writes; the actor stores, then shows, then tells, then answers.
//! - A refresh token is never deleted because of an error.
//! - No `Secret` is in a snapshot, an event or a message.

pub mod domain;

pub mod clock;
pub mod config;
pub mod formats;
pub mod google;
pub mod loopback;
pub mod metadata;
pub mod programs;
pub mod reading;
pub mod sandbox;
pub mod vault;

pub mod service;

pub mod tui;

pub mod cli;
