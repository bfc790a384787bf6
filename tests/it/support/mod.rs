//! What several suites share: a sandbox, and people who consent to things.

pub(crate) mod bench;
pub(crate) mod gmail;
pub(crate) mod picture;
pub(crate) mod pty;
pub(crate) mod tmux;

use proptest::test_runner::Config;

/// So many cases of a property; `PROPTEST_CASES` in the environment asks for a longer hunt.
pub(crate) fn cases(usual: u32) -> Config {
    let told = Config::default();
    let cases = std::env::var_os("PROPTEST_CASES").map_or(usual, |_| told.cases);
    Config {
        cases,
        failure_persistence: None,
        ..told
    }
}
