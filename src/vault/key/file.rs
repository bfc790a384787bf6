//! The key file: base64 of 32 random bytes, 0600, made once and never overwritten. It defends
//! against a stolen vault file, not against the same user or a copy of the whole home directory.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::super::error::{During, VaultError};
use super::super::seal::{Key, random};
use super::super::{leftovers, private};
use super::{decode, encode};

/// More than a key takes; a longer file is something else.
const LONGEST: u64 = 256;

/// `None` when there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<Key>, VaultError> {
    let Some(file) = private::open(path)? else {
        return Ok(None);
    };
    let mut text = Zeroizing::new(Vec::with_capacity(LONGEST as usize));
    file.take(LONGEST)
        .read_to_end(&mut text)
        .during("read", path)?;
    decode(&text, &|| format!("the key file `{}`", path.display())).map(Some)
}

/// A key that is there already is used: it may be all that is left of a vault in a backup.
pub(super) fn read_or_create(path: &Path) -> Result<Key, VaultError> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    let (key, file) = written_aside(path)?;
    match file.persist_noclobber(path) {
        Ok(_) => {
            private::sync_directory(private::parent(path))?;
            Ok(key)
        }
        // Another process was faster; its key counts.
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => read(path)?
            .ok_or_else(|| VaultError::KeyFileMissing {
                path: path.to_owned(),
            }),
        Err(error) => Err(error.error).during("create", path),
    }
}

/// Makes the key that will take the file's place, and reads it back. One that a crash left there
/// opens nothing that the file itself does not open.
pub(super) fn create_beside(path: &Path) -> Result<Key, VaultError> {
    let beside = beside(path);
    let (key, file) = written_aside(path)?;
    file.persist(&beside)
        .map_err(|error| error.error)
        .during("create", &beside)?;
    private::sync_directory(private::parent(path))?;
    match read(&beside)? {
        Some(kept) if kept == key => Ok(key),
        _ => Err(VaultError::NotAKey {
            whence: format!("the key file `{}`", beside.display()),
        }),
    }
}

pub(super) fn settle(path: &Path) -> Result<(), VaultError> {
    std::fs::rename(beside(path), path).during("replace", path)?;
    private::sync_directory(private::parent(path))
}

pub(super) fn remove(path: &Path) -> Result<(), VaultError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        done => done.during("remove", path),
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// A new key in a file that has no name yet, so that no crash leaves half a key under one.
fn written_aside(path: &Path) -> Result<(Key, tempfile::NamedTempFile), VaultError> {
    let directory = private::parent(path);
    private::make_directory(directory)?;
    let key = Key::new(random()?);
    let mut file = leftovers::draft(leftovers::KEY, directory)?;
    let text = Zeroizing::new(format!("{}\n", encode(&key).as_str()));
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .during("write", path)?;
    Ok((key, file))
}
