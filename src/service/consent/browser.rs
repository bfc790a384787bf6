//! Opening the person's browser: their own command, or the platform's opener. Never through a
//! shell, which would cut the link at its first `&`.

use std::process::{Command, Stdio};

use super::Opened;

/// Tries to open `url` and says what became of it.
pub(super) async fn open(
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
        Ok(mut child) => {
            // Reaped on a thread of its own: a browser may run for days.
            std::thread::spawn(move || child.wait());
            Opened::By(program.clone())
        }
        Err(error) => Opened::Not(format!("`{program}` could not be started ({error})")),
    }
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
