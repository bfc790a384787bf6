//! Reading a file that a person named: whole, within a limit, and never waiting for something that
//! is no file; and finding the program that a word means. Knows nothing of what is in them.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use zeroize::Zeroizing;

/// What a name may lead to besides a regular file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipes {
    /// Nothing: it is read more than once, or by more than one.
    Refused,
    /// What the caller was started with: `/dev/stdin`, or the `/dev/fd/63` that a shell puts in
    /// the place of `<(…)`. Whoever wrote that wants it read to its end.
    Inherited,
}

/// The bytes, wiped when dropped; at most one more than `most`, by which the caller sees that it
/// is too long.
pub fn read(path: &Path, most: usize, pipes: Pipes) -> io::Result<Zeroizing<Vec<u8>>> {
    let file = open(path, pipes)?;
    let about = file.metadata()?;
    let room = match usize::try_from(about.len()) {
        Ok(length) if about.is_file() => length.min(most),
        _ => most,
    };
    // All the room at once: growing would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(room + 1));
    file.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens what `read` would read.
pub fn open(path: &Path, pipes: Pipes) -> io::Result<File> {
    if path == Path::new("/dev/null") {
        return File::open(path);
    }
    let inherited = pipes == Pipes::Inherited && is_inherited(path);
    let mut options = OpenOptions::new();
    options.read(true);
    if !inherited {
        // A pipe would be waited for until somebody writes, a terminal would become ours.
        options.custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits() as i32);
    }
    let file = options.open(path)?;
    let kind = file.metadata()?.file_type();
    if kind.is_file() || (inherited && !kind.is_dir() && !kind.is_block_device()) {
        return Ok(file);
    }
    Err(io::Error::other(if kind.is_dir() {
        "it is a directory"
    } else if kind.is_fifo() {
        "it is a pipe, not a file"
    } else {
        "it is not a regular file"
    }))
}

fn is_inherited(path: &Path) -> bool {
    path == Path::new("/dev/stdin")
        || ["/dev/fd", "/proc/self/fd"]
            .into_iter()
            .any(|folder| path.parent() == Some(Path::new(folder)))
}

/// Where the program lies that would be started. A word with a slash in it is its path.
pub fn on_search_path(program: &str) -> Option<PathBuf> {
    if program.contains('/') {
        return Some(program.into());
    }
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_asked_for_and_one_byte_to_tell_it_by() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "0123456789").unwrap();
        let length = |most| read(&path, most, Pipes::Refused).unwrap().len();
        assert_eq!((length(20), length(10), length(5)), (10, 10, 6));
        assert!(
            read(Path::new("/dev/null"), 5, Pipes::Refused)
                .unwrap()
                .is_empty()
        );
    }

    /// Without a limit each of these would wait, or fill the memory.
    #[test]
    fn what_is_no_file_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = rustix::fs::mknodat(
            rustix::fs::CWD,
            &pipe,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        );
        made.unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        for pipes in [Pipes::Refused, Pipes::Inherited] {
            let why = |path: &Path| read(path, 100, pipes).unwrap_err().to_string();
            assert_eq!(why(&pipe), "it is a pipe, not a file");
            assert_eq!(why(&link), "it is a pipe, not a file");
            assert_eq!(why(folder.path()), "it is a directory");
            assert_eq!(why(Path::new("/dev/zero")), "it is not a regular file");
        }
        assert!(!is_inherited(Path::new("/dev/fd/../zero")) && !is_inherited(&link));
    }
}
