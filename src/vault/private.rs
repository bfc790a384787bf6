//! Files and directories for one pair of eyes: 0700 and 0600 from the moment they exist, looser
//! modes repaired, and nothing used that is a symbolic link or belongs to somebody else. Knows
//! nothing of what the files hold.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::LazyLock;

use super::error::{During, VaultError};

const DIRECTORY: u32 = 0o700;
const FILE: u32 = 0o600;

/// Makes a directory that is ours alone, and its parents where they are missing. A link of our own
/// may lead to one elsewhere; nothing is changed there.
pub(super) fn directory(path: &Path) -> Result<(), VaultError> {
    make_directory(path)?;
    match trouble_of_directory(path).during("look at", path)? {
        None => Ok(()),
        Some(LOOSE) => close_directory(path),
        Some(why) => Err(unsafe_to_use(path, why)),
    }
}

/// The same for one that nobody has a reason to keep elsewhere.
pub(super) fn directory_itself(path: &Path) -> Result<(), VaultError> {
    match path.symlink_metadata() {
        Ok(found) if found.is_symlink() => Err(unsafe_to_use(path, LINK)),
        _ => directory(path),
    }
}

/// By a descriptor, so that what was looked at is what is changed.
fn close_directory(path: &Path) -> Result<(), VaultError> {
    let only = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::DIRECTORY;
    let mut options = OpenOptions::new();
    let directory = options.read(true).custom_flags(only.bits() as i32);
    let directory = directory.open(path).during("open", path)?;
    if !is_ours(&directory.metadata().during("look at", path)?) {
        return Err(unsafe_to_use(path, FOREIGN));
    }
    let private = Permissions::from_mode(DIRECTORY);
    repaired(directory.set_permissions(private), path)
}

/// Makes a missing directory private; one that is there may serve other purposes and stays as
/// its owner made it.
pub(super) fn make_directory(path: &Path) -> Result<(), VaultError> {
    if path.is_dir() {
        return Ok(());
    }
    let missing = path.ancestors().take_while(|above| !above.is_dir());
    let missing: Vec<_> = missing.collect();
    DirBuilder::new()
        .recursive(true)
        .mode(DIRECTORY)
        .create(path)
        .during("create the directory", path)?;
    // What is synced inside is lost all the same if the way there is.
    missing
        .into_iter()
        .try_for_each(|made| sync_directory(parent(made)))
}

/// The directory a file lies in.
pub(super) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Opens a file that must be there; `None` if it is not.
pub(super) fn open(path: &Path) -> Result<Option<File>, VaultError> {
    let found = opened(OpenOptions::new().read(true), path)?;
    found.map(|found| tightened(found, path)).transpose()
}

/// Opens a file for writing, making it if need be.
pub(super) fn open_or_create(path: &Path) -> Result<File, VaultError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(FILE);
    match opened(&mut options, path)? {
        Some((file, _)) => Ok(file),
        None => Err(io::Error::from(io::ErrorKind::NotFound)).during("open", path),
    }
}

/// Opens a file to be read and added to, making it if need be, and says how long it is; `None` if
/// its directory is missing.
pub(super) fn open_to_append(path: &Path) -> Result<Option<(File, u64)>, VaultError> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).mode(FILE);
    let Some(found) = opened(&mut options, path)? else {
        return Ok(None);
    };
    let length = found.1.len();
    Ok(Some((tightened(found, path)?, length)))
}

fn opened(options: &mut OpenOptions, path: &Path) -> Result<Option<(File, Metadata)>, VaultError> {
    let file = match options.custom_flags(no_follow()).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if is_symlink_refusal(&error) => {
            return Err(unsafe_to_use(path, LINK));
        }
        // Of a pipe that nobody reads from.
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) => {
            return Err(unsafe_to_use(path, ODD));
        }
        Err(error) => return Err(error).during("open", path),
    };
    let found = file.metadata().during("look at", path)?;
    judge(&found, path)?;
    Ok(Some((file, found)))
}

/// Looks at a file, and refuses what [`fn@open`] would, for one who will only read it.
pub(super) fn metadata(path: &Path) -> Result<Metadata, VaultError> {
    let found = path.symlink_metadata().during("open", path)?;
    judge(&found, path)?;
    Ok(found)
}

/// Refuses the same of a file that may come and go.
pub(super) fn must_be_ours_if_there(path: &Path) -> Result<(), VaultError> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        found => judge(&found.during("look at", path)?, path),
    }
}

/// The one trouble that mends itself.
pub(super) const LOOSE: &str = "others may read it; the next use repairs that";
/// What a link leads to may serve other purposes.
pub(super) const LOOSE_ELSEWHERE: &str = "it leads to a folder that others may enter";
const FOREIGN: &str = "it belongs to another user";
const LINK: &str = "it is a symbolic link";
const ODD: &str = "it is not a regular file";

/// What is wrong with a file or directory that is meant to be private.
fn trouble(found: &Metadata) -> Option<&'static str> {
    match found {
        found if !is_ours(found) => Some(FOREIGN),
        found if is_loose(found) => Some(LOOSE),
        _ => None,
    }
}

/// What is wrong with a directory, or with the one that a link of ours leads to.
pub(super) fn trouble_of_directory(path: &Path) -> io::Result<Option<&'static str>> {
    let found = path.symlink_metadata()?;
    if !found.is_symlink() {
        return Ok(trouble(&found));
    }
    if !is_ours(&found) {
        return Ok(Some("it is a symbolic link of another user's"));
    }
    Ok(match trouble(&path.metadata()?) {
        Some(LOOSE) => Some(LOOSE_ELSEWHERE),
        other => other,
    })
}

/// Refuses what the usual road would complain of, repair or refuse: whoever only glances leaves it
/// to that.
pub(super) fn must_be_private(file: &Path) -> Result<(), VaultError> {
    let around = parent(file);
    let trouble = trouble_of_directory(around).during("look at", around)?;
    if let Some(why) = trouble {
        return Err(unsafe_to_use(around, why));
    }
    match trouble_of_file(&file.symlink_metadata().during("open", file)?) {
        Some(why) => Err(unsafe_to_use(file, why)),
        None => Ok(()),
    }
}

/// What is wrong with a file that is meant to be private.
pub(super) fn trouble_of_file(found: &Metadata) -> Option<&'static str> {
    match found {
        found if found.is_symlink() => Some(LINK),
        found if !found.is_file() => Some(ODD),
        found => trouble(found),
    }
}

fn judge(found: &Metadata, path: &Path) -> Result<(), VaultError> {
    if found.is_symlink() {
        return Err(unsafe_to_use(path, LINK));
    }
    if !found.is_file() {
        return Err(unsafe_to_use(path, ODD));
    }
    if !is_ours(found) {
        return Err(unsafe_to_use(path, FOREIGN));
    }
    Ok(())
}

/// Takes away what group and others may do, after a look at what it is. Goes by the name: closing
/// a second descriptor of a database would drop the locks that SQLite holds on it.
pub(super) fn tighten(path: &Path) -> Result<(), VaultError> {
    if !is_loose(&metadata(path)?) {
        return Ok(());
    }
    repaired(
        fs::set_permissions(path, Permissions::from_mode(FILE)),
        path,
    )
}

fn tightened((file, found): (File, Metadata), path: &Path) -> Result<File, VaultError> {
    if is_loose(&found) {
        repaired(file.set_permissions(Permissions::from_mode(FILE)), path)?;
    }
    Ok(file)
}

fn repaired(done: io::Result<()>, path: &Path) -> Result<(), VaultError> {
    match done {
        // Nothing to be done about it there, and a token must still come out.
        Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => Ok(()),
        done => done.during("protect", path),
    }
}

/// Makes a new name in a directory outlive a power cut.
pub(super) fn sync_directory(path: &Path) -> Result<(), VaultError> {
    File::open(path)
        .and_then(|directory| directory.sync_all())
        .during("write", path)
}

pub(super) fn is_ours(found: &Metadata) -> bool {
    static OURS: LazyLock<u32> = LazyLock::new(|| rustix::process::geteuid().as_raw());
    found.uid() == *OURS
}

/// Whether anybody else may do anything.
fn is_loose(found: &Metadata) -> bool {
    found.mode() & 0o077 > 0
}

fn no_follow() -> i32 {
    // A FIFO in the file's place must not make us wait for a writer.
    (rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK).bits() as i32
}

fn is_symlink_refusal(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

fn unsafe_to_use(path: &Path, why: &'static str) -> VaultError {
    VaultError::Unsafe {
        path: path.to_owned(),
        why,
    }
}
