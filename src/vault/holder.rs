//! Who holds the vault: a process that hangs, or was stopped, while it writes holds up all others,
//! and one that has it open cannot have it replaced; whoever is told its number can end it. Linux tells, of processes of the same user; elsewhere
//! nobody is named.

use std::fmt;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::schema;
use crate::domain::wording::safe;

/// Where SQLite locks the shared memory of a log for writing it. <https://sqlite.org/walformat.html>
const WRITE_LOCK: &str = "120";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    process: u32,
    name: String,
    stopped: bool,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} ({})", self.process, self.name)?;
        if self.stopped {
            f.write_str(", which is stopped")?;
        }
        Ok(())
    }
}

/// Who keeps others from writing the database, or from reading it.
pub(super) fn of(db: &Path) -> Option<Holder> {
    let writes = |lock: &Lock<'_>| lock.exclusive && lock.from == WRITE_LOCK;
    found(&schema::shared_memory(db), writes).or_else(|| found(db, |lock| lock.exclusive))
}

/// Who else has one of these files locked, if only to read it.
pub(super) fn of_any(files: &[&Path]) -> Option<Holder> {
    files.iter().find_map(|file| found(file, |_| true))
}

fn found(file: &Path, fits: impl Fn(&Lock<'_>) -> bool) -> Option<Holder> {
    let (file, table) = (
        file.metadata().ok()?,
        fs::read_to_string("/proc/locks").ok()?,
    );
    let inode = file.ino().to_string();
    table
        .lines()
        .filter_map(Lock::parse)
        .filter(|lock| lock.inode == inode && lock.process != std::process::id() && fits(lock))
        .find(|lock| has_open(lock.process, &file))
        .and_then(|lock| describe(lock.process))
}

/// A line of `/proc/locks`, as in `3: POSIX  ADVISORY  WRITE 4242 fe:00:131 120 120`. A line with an
/// arrow is of one that waits.
struct Lock<'a> {
    exclusive: bool,
    process: u32,
    inode: &'a str,
    from: &'a str,
}

impl<'a> Lock<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let fields: Vec<_> = line.split_ascii_whitespace().collect();
        let [
            _,
            "POSIX" | "OFDLCK" | "FLOCK",
            _,
            how,
            process,
            file,
            from,
            ..,
        ] = fields[..]
        else {
            return None;
        };
        Some(Self {
            exclusive: how == "WRITE",
            process: process.parse().ok()?,
            inode: file.rsplit(':').next()?,
            from,
        })
    }
}

/// Two disks may each have a file of that number. Of another gatepost it cannot be seen, since that
/// lets no other process look; but then there is one.
fn has_open(process: u32, file: &Metadata) -> bool {
    let Ok(open) = fs::read_dir(format!("/proc/{process}/fd")) else {
        return true;
    };
    open.flatten()
        .filter_map(|one| one.path().metadata().ok())
        .any(|one| (one.dev(), one.ino()) == (file.dev(), file.ino()))
}

fn describe(process: u32) -> Option<Holder> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let field = |name| status.lines().find_map(|line| line.strip_prefix(name));
    Some(Holder {
        process,
        name: safe(field("Name:")?.trim()),
        stopped: field("State:")?.trim_start().starts_with(['T', 't']),
    })
}
