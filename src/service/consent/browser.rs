//! Opening the person's browser: their own command, or the platform's opener. Never through a
//! shell, which would cut the link at its first `&`, and never one that draws in the terminal:
//! that is somebody else's here. The platform's opener is started in a session of its own, where
//! whatever it falls back to finds no terminal to draw in.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::Opened;
use crate::domain::wording::why;
use crate::reading::on_search_path;

/// How long a browser command is watched for an early end.
const FAILS_WITHIN: Duration = Duration::from_millis(300);

/// Browsers that take the terminal for themselves.
const TEXT_BROWSERS: [&str; 8] = [
    "lynx", "w3m", "links", "links2", "elinks", "browsh", "carbonyl", "netrik",
];

/// Tries to open `url` and says what became of it.
pub(in crate::service) async fn open(
    url: String,
    command: Option<String>,
    impossible: Option<String>,
) -> Opened {
    let opening = tokio::task::spawn_blocking(move || match (command, impossible) {
        (Some(command), _) => run(&command, &url),
        (None, Some(why)) => Opened::Not(why),
        (None, None) => match open::that_detached(&url) {
            Ok(()) => Opened::By("the system's browser".into()),
            Err(error) => Opened::Not(format!("no browser could be started ({})", why(&error))),
        },
    });
    opening
        .await
        .unwrap_or_else(|_| Opened::Not("no browser could be started".into()))
}

/// What `open` would start, without starting it.
pub(in crate::service) fn plan(command: Option<&str>, impossible: Option<&str>) -> Opened {
    match (command, impossible) {
        (Some(command), _) => match words(command, "") {
            Ok((program, _)) if on_search_path(&program).is_some_and(|path| path.is_file()) => {
                Opened::By(program)
            }
            Ok((program, _)) => Opened::Not(format!("there is no program `{program}`")),
            Err(why) => Opened::Not(why),
        },
        (None, Some(why)) => Opened::Not(why.to_owned()),
        (None, None) => match OPENERS
            .into_iter()
            .find(|name| on_search_path(name).is_some())
        {
            Some(opener) => Opened::By(opener.into()),
            None => Opened::Not("no program that opens links was found".into()),
        },
    }
}

/// What the platform opens links with, in the order in which the crate `open` tries them.
#[cfg(target_os = "macos")]
const OPENERS: [&str; 1] = ["open"];
#[cfg(not(target_os = "macos"))]
const OPENERS: [&str; 7] = [
    "wslview",
    "xdg-open",
    "gio",
    "gnome-open",
    "kde-open6",
    "kde-open5",
    "kde-open",
];

/// The program to start and its arguments, or why it would be no use.
fn words(command: &str, url: &str) -> Result<(String, Vec<String>), String> {
    let Some(words) = split(command, url) else {
        return Err(format!("the browser command `{command}` has an open quote"));
    };
    let mut words = words.into_iter();
    let program = words.next().ok_or("the browser command is empty")?;
    match text_browser(&program) {
        Some(name) => Err(format!(
            "`{name}` draws in the terminal, which is taken; copy the link into it elsewhere"
        )),
        None => Ok((program, words.collect())),
    }
}

fn run(command: &str, url: &str) -> Opened {
    let (program, arguments) = match words(command, url) {
        Ok(words) => words,
        Err(why) => return Opened::Not(why),
    };
    let started = Command::new(&program)
        .args(arguments)
        // In the background it can neither read the keys nor set the terminal's modes, and a ^C
        // that is meant for us does not end it.
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(child) => watch(&program, child),
        Err(error) => Opened::Not(format!(
            "`{program}` could not be started ({})",
            why(&error)
        )),
    }
}

/// A program that fails at once has opened nothing; one that lives, or ends well, has.
fn watch(program: &str, mut child: Child) -> Opened {
    let started = std::time::Instant::now();
    while started.elapsed() < FAILS_WITHIN {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Opened::By(program.to_owned()),
            Ok(Some(status)) => return Opened::Not(format!("`{program}` ended at once: {status}")),
            Ok(None) => std::thread::sleep(FAILS_WITHIN / 15),
            Err(_) => break,
        }
    }
    // Reaped on a thread of its own: a browser may run for days.
    std::thread::spawn(move || child.wait());
    Opened::By(program.to_owned())
}

/// The name of the text browser that `program` is, by itself or behind links such as
/// `www-browser`.
fn text_browser(program: &str) -> Option<String> {
    let named = |path: &Path| {
        let name = path.file_name()?.to_str()?;
        let name = name.split('.').next().unwrap_or_default();
        TEXT_BROWSERS.contains(&name).then(|| name.to_owned())
    };
    named(Path::new(program))
        .or_else(|| named(&std::fs::canonicalize(on_search_path(program)?).ok()?))
}

/// The command's words with the link in place of `%s` or `%u`, or as the last one.
fn split(command: &str, url: &str) -> Option<Vec<String>> {
    let words = shlex::split(command)?;
    let named = words.iter().any(|w| w.contains("%s") || w.contains("%u"));
    let mut words: Vec<_> = words
        .iter()
        .map(|w| w.replace("%s", url).replace("%u", url))
        .collect();
    if !named && !words.is_empty() {
        words.push(url.to_owned());
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_fails_at_once_opened_nothing() {
        assert_eq!(run("true", "https://a/"), Opened::By("true".into()));
        assert!(
            matches!(run("false", "https://a/"), Opened::Not(why) if why.contains("status: 1"))
        );
        assert!(matches!(
            run("no-such-browser", "https://a/"),
            Opened::Not(_)
        ));
    }

    #[test]
    fn a_text_browser_is_refused_by_name_and_behind_a_link() {
        let refused = |command: &str| match run(command, "https://a/") {
            Opened::Not(why) => why.contains("draws in the terminal"),
            Opened::By(_) => false,
        };
        assert!(refused("lynx") && refused("/usr/bin/w3m -N %s") && refused("elinks"));
        assert!(!refused("true") && !refused("no-such-browser"));
        let folder = tempfile::tempdir().unwrap();
        let (lynx, link) = (
            folder.path().join("lynx"),
            folder.path().join("www-browser"),
        );
        std::fs::write(&lynx, "").unwrap();
        std::os::unix::fs::symlink(&lynx, &link).unwrap();
        assert!(refused(link.to_str().unwrap()));
    }

    #[test]
    fn the_link_is_one_word_wherever_it_goes() {
        let url = "https://a/?b=c&d=e f";
        assert_eq!(
            split("firefox -P mail %s", url).unwrap(),
            ["firefox", "-P", "mail", url]
        );
        assert_eq!(
            split("'my browser' --url=%u", url).unwrap(),
            ["my browser", "--url=https://a/?b=c&d=e f"]
        );
        assert_eq!(split("lynx", url).unwrap(), ["lynx", url]);
        assert!(split("a 'b", url).is_none());
    }
}
