//! Opening the person's browser: their own command, or the platform's opener. Never through a
//! shell, which would cut the link at its first `&`.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::Opened;

/// How long a browser command is watched for an early end.
const FAILS_WITHIN: Duration = Duration::from_millis(300);

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
            Err(error) => Opened::Not(format!("no browser could be started ({error})")),
        },
    });
    opening
        .await
        .unwrap_or_else(|_| Opened::Not("no browser could be started".into()))
}

fn run(command: &str, url: &str) -> Opened {
    let Some(words) = split(command, url) else {
        return Opened::Not(format!("the browser command `{command}` has an open quote"));
    };
    let Some((program, arguments)) = words.split_first() else {
        return Opened::Not("the browser command is empty".into());
    };
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(child) => watch(program, child),
        Err(error) => Opened::Not(format!("`{program}` could not be started ({error})")),
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
