//! Rules about the source that no compiler checks. Each failure says why the rule is there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Who may know whom: the floors of `lib.rs`. Arrows point down.
const FLOORS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("clock", &["domain"]),
    ("reading", &[]),
    ("config", &["domain", "reading"]),
    ("loopback", &["domain"]),
    ("metadata", &["domain"]),
    ("formats", &["domain"]),
    ("programs", &["domain"]),
    ("google", &["domain", "clock", "reading"]),
    ("vault", &["domain", "clock", "reading"]),
    ("sandbox", &["domain", "clock"]),
    (
        "service",
        // `formats`: a file that a person points at is taken for what it is below both front ends,
        // so that the screen and the commands read, limit and refuse alike.
        &[
            "domain", "clock", "reading", "config", "google", "vault", "loopback", "formats",
        ],
    ),
    ("tui", &["domain", "clock", "config", "service"]),
];

/// The only files of `cli` that put the floors together.
const COMPOSITION: &[&str] = &[
    "context",
    "settings",
    "lookout",
    "sample",
    "playground",
    "tryout",
    "fast",
    "paths",
    "passphrase",
    "sandbox",
    // Its commands are about the vault as such, which the service does not know.
    "vault",
];

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    collect(Path::new("src"), &mut found);
    assert!(
        found.len() > 50,
        "the source was not found; run from the crate's root"
    );
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

/// `src/google/wire.rs` → (`google`, `wire`).
fn place(path: &Path) -> (String, String) {
    let mut parts = path
        .iter()
        .skip(1)
        .map(|p| p.to_string_lossy().replace(".rs", ""));
    let floor = parts.next().unwrap_or_default();
    (floor, parts.next().unwrap_or_default())
}

/// The code without its unit tests, comments and doc examples.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]").next().unwrap_or_default();
    body.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn floors_look_down() {
    let allowed: BTreeMap<_, _> = FLOORS.iter().copied().collect();
    let mut offences = Vec::new();
    for (path, text) in sources() {
        let (floor, file) = place(&path);
        // Tests put the floors together as the composition root does; nothing is built on them.
        if path.ends_with("tests.rs") {
            continue;
        }
        let code = code(&text);
        for known in code.split("crate::").skip(1) {
            let target: String = known
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let may = match (floor.as_str(), allowed.get(floor.as_str())) {
                (_, Some(list)) => target == floor || list.contains(&target.as_str()),
                ("cli", _) => {
                    !matches!(target.as_str(), "google" | "vault" | "sandbox")
                        || COMPOSITION.contains(&file.as_str())
                }
                _ => true,
            };
            if !may && !target.is_empty() {
                offences.push(format!("{} knows `{target}`", path.display()));
            }
        }
    }
    assert!(
        offences.is_empty(),
        "a floor may know only the floors below it:\n{}",
        offences.join("\n")
    );
}

#[test]
fn one_clock() {
    for (path, text) in sources() {
        let reads = code(&text).contains("Utc::now(") || code(&text).contains("SystemTime::now(");
        assert!(
            !reads || path.ends_with("clock.rs"),
            "{}: wall time is read in clock.rs only, so that tests and the sandbox can move it",
            path.display()
        );
    }
}

#[test]
fn one_way_to_print() {
    for (path, text) in sources() {
        let prints = ["println!(", "eprintln!(", "print!(", "eprint!("]
            .iter()
            .any(|m| code(&text).contains(m));
        assert!(
            !prints || path.ends_with("cli/output.rs"),
            "{}: only cli/output.rs prints, or a token could reach a terminal from anywhere",
            path.display()
        );
    }
}

#[test]
fn files_say_what_they_are_for_and_stay_readable() {
    for (path, text) in sources() {
        assert!(
            text.starts_with("//!"),
            "{}: begins with what it is for (`//!`)",
            path.display()
        );
        // Tables of cases may be long; code that decides may not.
        let lines = if path.ends_with("tests.rs") {
            0
        } else {
            text.lines().count()
        };
        assert!(
            lines <= 500,
            "{}: {lines} lines; split it by meaning",
            path.display()
        );
    }
}

#[test]
fn google_s_words_are_compared_in_one_folder() {
    for (path, text) in sources() {
        let (floor, _) = place(&path);
        let compares = [
            "invalid_rapt",
            "\"deleted_client\" =>",
            "admin_policy_enforced",
        ];
        let found = compares.iter().any(|word| code(&text).contains(word));
        assert!(
            // A remedy may be worded by Google's code, and the help quotes the pages that Google shows
            // in the browser; what an answer means is decided before.
            !found
                || floor == "google"
                || floor == "sandbox"
                || path.ends_with("domain/problem.rs")
                || path.ends_with("domain/usual.rs")
                || path.ends_with("tui/view/consent/pages.rs"),
            "{}: error strings are judged in google/verdict.rs; elsewhere ask for the diagnosis",
            path.display()
        );
    }
}

#[test]
fn the_top_level_is_what_the_brief_fixed() {
    let known = [
        "Cargo.toml",
        "Cargo.lock",
        "src",
        "assets",
        "tests",
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "target",
    ];
    for entry in fs::read_dir(".").unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(
            name.starts_with('.') || known.contains(&name.as_str()),
            "`{name}` does not belong at the top level"
        );
    }
}

#[test]
fn the_screen_asks_the_key_map_for_keys() {
    for (path, text) in sources() {
        let draws = path.starts_with("src/tui/view") || path.starts_with("src/tui/update");
        let code = code(&text);
        let said = code
            .lines()
            .flat_map(|line| line.split('"').skip(1).step_by(2));
        let words = said.flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
        let key = words
            .filter(|word| ["Esc", "Enter", "Tab", "Space", "PgDn"].contains(word))
            .find(|_| draws);
        assert_eq!(
            key,
            None,
            "{}: keys can be rebound; `app.keymap.key(Action::…)` knows what they are",
            path.display()
        );
    }
}
