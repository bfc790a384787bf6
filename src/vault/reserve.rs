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
/// `st_blocks` counts in these, whatever the disk's own are.
const BLOCK: u64 = 512;

/// Sees to it that the room is there. Costs one look where it is.
pub(super) fn keep(paths: &Paths) -> Result<(), VaultError> {
    let path = &paths.reserve();
    if path
        .symlink_metadata()
        .is_ok_and(|found| found.is_file() && found.blocks() * BLOCK >= ROOM)
    {
        return Ok(());
    }
    let file = private::open_or_create(path)?;
    match taken(&file) {
        // Some promise nothing to anybody.
        Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Ok(()),
        done => done
            .map_err(io::Error::from)
            .during("keep room for new tokens in", path),
    }
}

fn taken(file: &File) -> Result<(), Errno> {
    let taken = fallocate(file, FallocateFlags::empty(), 0, ROOM);
    if taken.is_err() {
        // What it got of it is wanted elsewhere.
        let _ = file.set_len(0);
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
