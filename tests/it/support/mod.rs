//! What several suites share: a sandbox, and people who consent to things.

pub(crate) mod bench;
pub(crate) mod picture;
pub(crate) mod pty;
pub(crate) mod tmux;
