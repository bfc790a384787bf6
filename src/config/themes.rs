//! The person's own themes: the files `NAME.toml` in one folder. Reads them; what they mean is for
//! whoever draws.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::domain::wording::why;

/// A theme as it lies on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeFile {
    pub name: String,
    pub path: PathBuf,
    /// What is in it, or why that cannot be known.
    pub text: Result<String, String>,
}

/// No theme comes near this; whatever is longer is something else.
const LONGEST: u64 = 64 * 1024;

/// By name. A folder that is not there holds no theme.
pub fn theme_files(folder: &Path) -> Vec<ThemeFile> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension() == Some(OsStr::new("toml")))
        .map(|path| ThemeFile {
            name: path.file_stem().unwrap_or_default().display().to_string(),
            text: text(&path),
            path,
        })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

fn text(path: &Path) -> Result<String, String> {
    let about = std::fs::metadata(path).map_err(|error| why(&error))?;
    // A pipe would be waited for, and for ever.
    if !about.is_file() || about.len() > LONGEST {
        return Err(format!("it is no file of at most {} KiB", LONGEST / 1024));
    }
    std::fs::read_to_string(path).map_err(|error| why(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn themes_are_found_by_name_and_a_missing_folder_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes);
        write("sea.toml", b"[roles]").unwrap();
        write("bad.toml", b"\xff\xfe").unwrap();
        write("huge.toml", &vec![b'#'; 70_000]).unwrap();
        write("notes.txt", b"").unwrap();
        let files = theme_files(folder.path());
        let names: Vec<_> = files.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["bad", "huge", "sea"]);
        assert!(files[0].text.is_err() && files[1].text.is_err());
        assert_eq!(files[2].text.as_deref(), Ok("[roles]"));
        assert!(theme_files(&folder.path().join("none")).is_empty());
    }
}
