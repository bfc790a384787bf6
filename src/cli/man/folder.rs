//! The pages as files. All are looked at before the first is written, so that a refusal leaves the
//! folder as it was.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::super::report::Failure;
use super::roff::MARK;

pub(super) fn write(dir: &Path, pages: &[(String, String)]) -> Result<(), Failure> {
    let unwritable = |path: &Path| {
        let path = path.to_owned();
        move |source| Failure::Unwritable { path, source }
    };
    fs::create_dir_all(dir).map_err(unwritable(dir))?;
    for (name, _) in pages {
        let path = dir.join(name);
        if !may_replace(&path).map_err(unwritable(&path))? {
            return Err(Failure::Usage {
                what: format!("`{}` is not a page of gatepost's", path.display()),
                hint: Some("name another folder, or move that file away".into()),
            });
        }
    }
    for (name, page) in pages {
        let path = dir.join(name);
        fs::write(&path, page).map_err(unwritable(&path))?;
    }
    Ok(())
}

/// True where nothing is, or a page that this command wrote.
fn may_replace(path: &Path) -> std::io::Result<bool> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
        Ok(found) if !found.is_file() => return Ok(false),
        Ok(_) => {}
    }
    let mut beginning = vec![0; MARK.len()];
    match fs::File::open(path)?.read_exact(&mut beginning) {
        Ok(()) => Ok(beginning == MARK.as_bytes()),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}
