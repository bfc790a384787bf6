//! Where other programs keep sign-ins: their usual places, by name. Folders are looked through
//! where names are a person's own choice, one level deep and no further.

use std::path::{Path, PathBuf};

use super::Folders;

/// A folder of one program's has few files; more than these are not looked at.
const MOST_NAMES: usize = 500;

/// Folders in which lieer's mail may lie, below the home.
const MAIL: [&str; 5] = [".mail", "mail", "Mail", "Maildir", ".local/share/mail"];
const LIEER: &str = ".credentials.gmailieer.json";

/// Every place that is worth a look, whether there is something or not; most trusted names first.
pub(super) fn all(folders: &Folders) -> Vec<PathBuf> {
    let mut places = Vec::new();
    let mut one = |folder: &Option<PathBuf>, name: &str| {
        places.extend(folder.as_ref().map(|folder| folder.join(name)));
    };
    one(&folders.gcloud, "application_default_credentials.json");
    one(&folders.current, "token.json");
    one(&folders.config, "gws/credentials.json");
    one(&folders.home, ".oauth2l");
    one(&folders.gam, "oauth2.txt");
    one(&folders.gam, "oauth2service.json");
    one(&folders.config, "pizauth.conf");
    one(&folders.config, "emailproxy/emailproxy.config");
    one(&folders.home, "emailproxy.config");
    one(&folders.cache, "mfauth/cache.toml");
    places.extend(folders.rclone.clone());
    for (folder, name, ending) in programs(folders) {
        places.extend(files(&folder.join(name), ending));
    }
    for mail in folders
        .home
        .iter()
        .flat_map(|home| MAIL.map(|name| home.join(name)))
    {
        places.push(mail.join(LIEER));
        places.extend(entries(&mail).map(|below| below.join(LIEER)));
    }
    places
}

/// Folders of one program's, and how its files end there.
fn programs(folders: &Folders) -> Vec<(&Path, &'static str, &'static str)> {
    let (home, config) = (folders.home.as_deref(), folders.config.as_deref());
    let state = folders.state.as_deref();
    let found = [
        (state, "oama", "oama"),
        (home, ".local/var/oama", "oama"),
        (config, "mutt", "tokens"),
        (config, "neomutt", "tokens"),
        (home, ".mutt", "tokens"),
        (home, ".neomutt", "tokens"),
        (config, "getmail", "json"),
        (home, ".getmail", "json"),
    ];
    let found = found.into_iter();
    found
        .filter_map(|(at, name, ending)| Some((at?, name, ending)))
        .collect()
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let fits = |path: &PathBuf| path.extension().is_some_and(|e| e == ending);
    let mut files: Vec<PathBuf> = entries(folder).filter(fits).collect();
    files.sort();
    files
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.take(MOST_NAMES).flatten().map(|entry| entry.path())
}
