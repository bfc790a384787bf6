//! The log file: off unless `-v` asks for it, never on the terminal, and only our own lines,
//! since a library's trace may show what it sends.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::Mutex;

use rustix::fs::OFlags;
use rustix::io::Errno;
use tracing_subscriber::EnvFilter;

use super::report::Failure;

const PRIVATE: u32 = 0o600;
const ODD: &str = "it is not a regular file";

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

/// A file of our own or none: neither a link is followed nor a pipe's reader waited for, and who
/// could read it before cannot any more.
fn open(log: &Path) -> io::Result<File> {
    let mut directory = DirBuilder::new();
    directory.recursive(true).mode(0o700);
    directory.create(log.parent().unwrap_or(Path::new(".")))?;
    let careful = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut file = OpenOptions::new();
    file.append(true).create(true).mode(PRIVATE);
    let file = file.custom_flags(careful.bits().cast_signed()).open(log);
    let file = file.map_err(
        |error| match error.raw_os_error().map(Errno::from_raw_os_error) {
            Some(Errno::LOOP) => io::Error::other("it is a symbolic link"),
            // A pipe that nobody reads from.
            Some(Errno::NXIO) => io::Error::other(ODD),
            _ => error,
        },
    )?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(io::Error::other(ODD));
    }
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other("it belongs to another user"));
    }
    if found.mode() & !PRIVATE & 0o777 > 0 {
        file.set_permissions(Permissions::from_mode(PRIVATE))?;
    }
    Ok(file)
}
