//! Room on the vault's disk that nobody else takes: a refresh token that Google changes is stored
//! there though the disk has filled up meanwhile. Where even that room cannot be had, Google is not
//! asked. A file system that promises nothing (copy on write, compression) is taken at its word.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;

use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;

use super::error::{During, VaultError};
use super::{Paths, private};

/// Several times what the answers for sixty-four accounts, stored at once, take in the log.
const ROOM: u64 = 512 * 1024;
/// What one answer takes, with plenty to spare: enough where the disk has little left.
const LEAST: u64 = 128 * 1024;
/// `st_blocks` counts in these, whatever the disk's own are.
const BLOCK: u64 = 512;

/// Sees to it that the room is there. Costs one look where it is.
pub(super) fn keep(paths: &Paths) -> Result<(), VaultError> {
    let path = &paths.reserve();
    let has = path.symlink_metadata().map_or(0, |found| found.blocks()) * BLOCK;
    if has >= ROOM {
        return Ok(());
    }
    let file = private::open_or_create(path)?;
    let enough = if has >= LEAST { LEAST } else { 0 };
    let taken = take(&file, ROOM, enough).or_else(|_| match enough {
        0 => take(&file, LEAST, 0),
        _ => Ok(()),
    });
    match taken {
        // Some promise nothing to anybody.
        Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Ok(()),
        done => done
            .map_err(io::Error::from)
            .during("keep room for new tokens in", path),
    }
}

/// All of it, or only what there was: what the disk has left is wanted elsewhere.
fn take(file: &File, room: u64, had: u64) -> Result<(), Errno> {
    let taken = fallocate(file, FallocateFlags::empty(), 0, room);
    if taken.is_err() {
        let _ = file.set_len(had);
    }
    taken
}

/// Gives the room up, for the write that needs it. False where there was none.
pub(super) fn give_up(paths: &Paths) -> bool {
    let file = private::open_or_create(&paths.reserve());
    file.is_ok_and(|file| {
        let had = file.metadata().is_ok_and(|found| found.blocks() > 0);
        had && file.set_len(0).is_ok()
    })
}
