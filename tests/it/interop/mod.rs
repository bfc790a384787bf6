//! Real input: an authority, libraries and a browser that nobody here wrote. They need more than
//! cargo, so they are ignored by default; `.ci/run` installs what they need and runs them. A tool
//! that is missing is a failure that says so, never a test left out.

mod authority;
mod browser;
mod bus;
mod clipboard;
mod consent;
mod exec;
mod keyring;
mod libraries;
mod mail;
#[cfg(all(feature = "desktop-notifications", target_os = "linux"))]
mod notifications;
mod packaging;
mod process;
mod programs;
mod sandbox;
mod shells;
mod sign_ins;
mod stores;
mod terminal;
mod web;

use std::path::PathBuf;

/// The folder that `.ci/run` installs other people's programs into.
fn tool(path: &str) -> PathBuf {
    let folder = std::env::var_os("GATEPOST_CI_TOOLS")
        .expect("GATEPOST_CI_TOOLS must name the folder that .ci/run installs its tools into");
    let tool = PathBuf::from(folder).join(path);
    assert!(
        tool.exists(),
        "`{}` is not there; run .ci/run once to install it",
        tool.display()
    );
    tool
}

/// A file that lies beside the tests.
fn beside(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/it/interop", name]
        .iter()
        .collect()
}
