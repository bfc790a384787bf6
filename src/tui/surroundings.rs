//! What the environment says about the terminal. Read once, by whoever starts the screen; the
//! screen itself never looks.

use chrono::{FixedOffset, Offset};

use super::theme::Depth;
use crate::domain::time::Timestamp;

/// Facts about where the program runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each read from its own variable"
)]
pub struct Surroundings {
    pub tmux: bool,
    /// There is a graphical session.
    pub display: bool,
    /// A shell through ssh: what is copied on this machine is copied for nobody.
    pub ssh: bool,
    /// A shell on another machine: a browser started here would be on the wrong one.
    pub remote: bool,
    /// The terminal cannot show more than ASCII.
    pub ascii: bool,
    pub motion: bool,
    /// `GATEPOST_THEME`.
    pub theme: Option<String>,
    /// A terminal of old, which takes colours for blink and bold.
    pub poor: bool,
    pub depth: Depth,
    /// There is a window around the screen whose title can be set and put back.
    pub titled: bool,
    /// `ana@box`: how the person would reach this machine by ssh.
    pub login: Option<String>,
}

impl Surroundings {
    /// `host` is this machine's name, which is not in the environment.
    pub fn of(env: &dyn Fn(&str) -> Option<String>, host: Option<&str>) -> Self {
        let set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .into_iter()
            .find_map(|name| env(name).filter(|v| !v.is_empty()));
        let utf8 = locale.is_none_or(|l| {
            let l = l.to_lowercase();
            l.contains("utf-8") || l.contains("utf8")
        });
        let term = env("TERM").unwrap_or_default();
        let poor = matches!(term.as_str(), "" | "dumb" | "vt100" | "vt220");
        let colours = env("COLORTERM").unwrap_or_default();
        let full = matches!(colours.as_str(), "truecolor" | "24bit") || term.ends_with("-direct");
        let display = !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY");
        let ssh = set("SSH_CONNECTION") || set("SSH_TTY");
        let user = env("USER").filter(|u| !u.is_empty());
        Self {
            tmux: set("TMUX"),
            display,
            ssh,
            remote: ssh || set("container") || !display,
            ascii: !utf8 || poor || term == "linux",
            motion: !set("NO_MOTION"),
            theme: env("GATEPOST_THEME"),
            poor,
            depth: if full { Depth::Full } else { Depth::Indexed },
            titled: !poor && term != "linux",
            login: user.zip(host).map(|(user, host)| format!("{user}@{host}")),
        }
    }
}

/// How far this machine's wall is from UTC. Asked for again and again: summer time begins and ends
/// under a program that runs for weeks.
pub(super) fn local_offset(now: Timestamp) -> FixedOffset {
    now.with_timezone(&chrono::Local).offset().fix()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(env: &[(&str, &str)]) -> Surroundings {
        let find = |name: &str| {
            env.iter()
                .find(|(n, _)| *n == name)
                .map(|(_, v)| (*v).to_owned())
        };
        Surroundings::of(&find, Some("box"))
    }

    #[test]
    fn a_desktop_a_remote_shell_and_the_console_are_told_apart() {
        let desktop = of(&[
            ("LANG", "de_DE.UTF-8"),
            ("DISPLAY", ":0"),
            ("USER", "ana"),
            ("TERM", "xterm-256color"),
            ("COLORTERM", "truecolor"),
        ]);
        assert!(!desktop.remote && !desktop.ascii && desktop.motion && !desktop.tmux);
        assert_eq!(desktop.login.as_deref(), Some("ana@box"));
        assert!(desktop.titled && !desktop.poor && desktop.depth == Depth::Full);
        assert!(of(&[("DISPLAY", ":0"), ("SSH_CONNECTION", "1 2 3 4")]).remote);
        let container = of(&[("DISPLAY", ":0"), ("container", "podman")]);
        assert!(container.remote && !container.ssh);
        assert!(desktop.display && of(&[("WAYLAND_DISPLAY", "w")]).display);
        let console = of(&[("TERM", "linux"), ("LANG", "en_US.UTF-8")]);
        assert!(console.ascii && !console.titled && !console.poor);
        assert!(of(&[("TERM", "vt220")]).poor);
        assert_eq!(of(&[("TERM", "xterm-256color")]).depth, Depth::Indexed);
        assert!(!of(&[("NO_MOTION", "1")]).motion && of(&[("NO_MOTION", "")]).motion);
        assert!(of(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]).ascii);
        assert!(of(&[("TMUX", "/tmp/x,1,0")]).tmux);
    }
}
