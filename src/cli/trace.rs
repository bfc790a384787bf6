//! The log file: off unless `-v` asks for it, never on the terminal, and only our own lines,
//! since a library's trace may show what it sends.

use std::fs::{DirBuilder, File, OpenOptions};
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

use super::report::Failure;

pub(super) fn start(log: &Path, verbose: u8) -> Result<(), Failure> {
    let level = match verbose {
        0 => return Ok(()),
        1 => "gatepost=info",
        2 => "gatepost=debug",
        _ => "gatepost=trace",
    };
    let file = open(log).map_err(|source| Failure::Unwritable {
        path: log.to_owned(),
        source,
    })?;
    // A second start in one process would be a mistake of ours, not of the person's.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(level))
        .with_ansi(false)
        .with_writer(Mutex::new(file))
        .try_init();
    Ok(())
}

fn open(log: &Path) -> std::io::Result<File> {
    let mut directory = DirBuilder::new();
    directory.recursive(true);
    let mut file = OpenOptions::new();
    file.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        directory.mode(0o700);
        file.mode(0o600);
    }
    directory.create(log.parent().unwrap_or(Path::new(".")))?;
    file.open(log)
}
