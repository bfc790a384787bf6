//! Paths as people give them: typed, dropped or pasted, with quotes, a `~` or as a `file://`
//! address; and the rest of a name, completed as a shell would.

use std::path::{Path, PathBuf};

use url::Url;

use super::Folders;

/// So many names are shown of those that fit.
const MOST_OFFERS: usize = 50;

/// What a typed path was completed to, and the names that it could become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    pub text: String,
    pub offers: Vec<String>,
}

/// The path that is meant.
pub fn path_of(text: &str, folders: &Folders) -> PathBuf {
    let text = text.trim();
    if let Some(path) = Url::parse(text)
        .ok()
        .filter(|url| url.scheme() == "file")
        .and_then(|url| url.to_file_path().ok())
    {
        return path;
    }
    let literal = at_home(unquoted(text), folders);
    if literal.symlink_metadata().is_ok() || !text.contains('\\') {
        return literal;
    }
    // A terminal escapes the spaces of what is dropped on it.
    match shlex::split(text).as_deref() {
        Some([one]) => at_home(one, folders),
        _ => literal,
    }
}

fn unquoted(text: &str) -> &str {
    ['\'', '"']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(text)
}

/// Relative names are meant from the current folder, `~` from the home.
fn at_home(text: &str, folders: &Folders) -> PathBuf {
    // Typed behind what stood there already: `~/~/Downloads` begins anew, as `~//tmp` does.
    let text = text.rfind("/~/").map_or(text, |at| &text[at + 1..]);
    let rest = match text.strip_prefix('~') {
        Some("") => Some(""),
        Some(rest) => rest.strip_prefix('/'),
        None => None,
    };
    match (rest, &folders.home, &folders.current) {
        (Some(rest), Some(home), _) => home.join(rest),
        (None, _, Some(current)) => current.join(text),
        _ => PathBuf::from(text),
    }
}

/// A path as it is shown: the home is `~`.
pub fn shown(path: &Path, folders: &Folders) -> String {
    let below = folders
        .home
        .as_ref()
        .and_then(|home| path.strip_prefix(home).ok());
    match below {
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}

/// Completes the last name of a typed path as far as it is certain. Blocks.
pub fn complete(text: &str, folders: &Folders) -> Completion {
    let (before, begun) = text
        .rsplit_once('/')
        .map_or(("", text), |(before, name)| (&text[..=before.len()], name));
    let folder = match before {
        "" if text == "~" => {
            return Completion {
                text: "~/".into(),
                offers: Vec::new(),
            };
        }
        "" => folders
            .current
            .clone()
            .unwrap_or_else(|| PathBuf::from(".")),
        before => path_of(before, folders),
    };
    let mut offers = names(&folder, begun);
    offers.sort();
    let text = match offers.as_slice() {
        [] => text.to_owned(),
        [first, rest @ ..] => {
            let common = rest
                .iter()
                .fold(first.as_str(), |so_far, name| common(so_far, name));
            format!("{before}{common}")
        }
    };
    // One name is not a choice: it stands in the field already.
    if offers.len() == 1 {
        offers.clear();
    }
    offers.truncate(MOST_OFFERS);
    Completion { text, offers }
}

/// Folders end in a slash. Hidden names have to be begun with their dot.
fn names(folder: &Path, begun: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let fits = |name: &String| {
        name.starts_with(begun)
            && (begun.starts_with('.') || !name.starts_with('.'))
            && crate::domain::wording::is_terminal_safe(name)
    };
    entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok().filter(fits)?;
            let slash = if entry.path().is_dir() { "/" } else { "" };
            Some(format!("{name}{slash}"))
        })
        .collect()
}

fn common<'a>(a: &'a str, b: &str) -> &'a str {
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y);
    &a[..same.map(|(x, _)| x.len_utf8()).sum()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders(home: &Path) -> Folders {
        Folders {
            home: Some(home.to_owned()),
            current: Some(home.join("work")),
            ..Folders::default()
        }
    }

    #[test]
    fn a_path_may_be_typed_quoted_dropped_or_an_address() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("a b.json"), "{}").unwrap();
        let file = home.path().join("a b.json");
        let whole = file.display().to_string();
        for text in [
            "~/a b.json".to_owned(),
            " '~/a b.json' ".to_owned(),
            whole.clone(),
            format!("\"{whole}\"\n"),
            "~/~/a b.json".to_owned(),
            format!("~/{whole}"),
            whole.replace(' ', "\\ "),
            Url::from_file_path(&file).unwrap().to_string(),
        ] {
            assert_eq!(path_of(&text, &folders(home.path())), file, "{text}");
        }
        assert_eq!(
            path_of("b.json", &folders(home.path())),
            home.path().join("work/b.json")
        );
        assert_eq!(path_of("~", &Folders::default()), Path::new("~"));
        assert_eq!(shown(&file, &folders(home.path())), "~/a b.json");
        assert_eq!(shown(Path::new("/x"), &folders(home.path())), "/x");
    }

    #[test]
    fn names_are_completed_as_far_as_they_are_certain() {
        let home = tempfile::tempdir().unwrap();
        let at = folders(home.path());
        std::fs::create_dir_all(home.path().join("Downloads")).unwrap();
        std::fs::create_dir_all(home.path().join("work")).unwrap();
        for name in ["client_secret_1.json", "client_secret_2.json", ".hidden"] {
            std::fs::write(home.path().join("Downloads").join(name), "").unwrap();
        }
        let done = |text: &str| complete(text, &at);
        assert_eq!(done("~/Dow").text, "~/Downloads/");
        let two = done("~/Downloads/cl");
        assert_eq!(two.text, "~/Downloads/client_secret_");
        assert_eq!(two.offers, ["client_secret_1.json", "client_secret_2.json"]);
        assert_eq!(done("~/Downloads/.").text, "~/Downloads/.hidden");
        assert_eq!(done("~").text, "~/");
        assert_eq!(done("nothing").text, "nothing");
        std::fs::write(home.path().join("work/é1"), "").unwrap();
        std::fs::write(home.path().join("work/éa"), "").unwrap();
        assert_eq!(done("").text, "é");
    }
}
