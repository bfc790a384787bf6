//! How files and directories stand towards other users, looked at without touching them: the
//! doctor tells, `private` refuses and repairs.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::private;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Absent,
    /// For its owner alone, or as open as it may be.
    Fine,
    /// Others may do more than they should; the permission bits.
    Loose(u32),
    /// It belongs to another user.
    Foreign,
    /// A symbolic link, which may lead anywhere.
    Link,
    /// A pipe, a socket, a device.
    Odd,
    /// Nobody lets us look.
    Hidden,
}

/// What others may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    Nothing,
    /// Settings are no secret; who can write them can have a program run.
    Read,
}

pub fn standing(path: &Path, others: Others) -> Standing {
    let found = match path.symlink_metadata() {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Standing::Absent,
        Err(_) => return Standing::Hidden,
    };
    let forbidden = match others {
        Others::Nothing => 0o077,
        Others::Read => 0o022,
    };
    match (found.is_symlink(), private::is_ours(&found)) {
        // Settings are often kept elsewhere and linked.
        (true, true) if others == Others::Read => Standing::Fine,
        // A directory as well, where it has moved to another disk: that one counts then.
        (true, true) if path.is_dir() => behind(path, forbidden),
        (true, _) => Standing::Link,
        // The administrator can have programs run anyway.
        (_, false) if others == Others::Read && found.uid() == 0 => loose(&found, forbidden),
        (_, false) => Standing::Foreign,
        (_, true) if !found.is_file() && !found.is_dir() => Standing::Odd,
        (_, true) => loose(&found, forbidden),
    }
}

fn behind(link: &Path, forbidden: u32) -> Standing {
    match link.metadata() {
        Ok(found) if private::is_ours(&found) => loose(&found, forbidden),
        Ok(_) => Standing::Foreign,
        Err(_) => Standing::Hidden,
    }
}

fn loose(found: &Metadata, forbidden: u32) -> Standing {
    match found.mode() & forbidden {
        0 => Standing::Fine,
        _ => Standing::Loose(found.mode() & 0o777),
    }
}
