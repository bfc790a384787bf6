//! The completions, in the shells themselves: each loads the script, a person types and presses
//! <TAB>. PowerShell is not packaged anywhere that `.ci/run` installs from; what it asks for is
//! looked at in `packaging`.

use crate::cli::sealed::Sealed;
use crate::support::pty::Terminal;

const TAB: &str = "\t";
const CLEAR: &str = "\u{15}";

/// What is typed, and what the line is then. The last tells of an account that is typed in full.
const WORDS: &[(&str, &str)] = &[
    ("gatepost rea", "gatepost reauth"),
    ("gatepost client rem", "gatepost client remove"),
    ("gatepost token --min-v", "gatepost token --min-valid"),
    (
        "gatepost token --format xo",
        "gatepost token --format xoauth2",
    ),
    ("gatepost token an", "gatepost token ana@gmail.com"),
    ("gatepost token ana@gm", "gatepost token ana@gmail.com"),
    ("gatepost add --client def", "gatepost add --client default"),
    ("gatepost setup msm", "gatepost setup msmtp"),
    ("gatepost man docto", "gatepost man doctor"),
];

struct Shell {
    sealed: Sealed,
    terminal: Terminal,
    /// Takes what is offered.
    accept: &'static str,
}

impl Shell {
    /// A shell without anyone's settings that has run these lines.
    fn start(program: &str, arguments: &[&str], lines: &[&str]) -> Self {
        let sealed = Sealed::with_account("ana@gmail.com");
        let ran = sealed.run(&["label", "ana", "my mail"]);
        assert_eq!(ran.code, Some(0), "{ran}");
        let folder = std::path::Path::new(env!("CARGO_BIN_EXE_gatepost"));
        let folder = folder.parent().unwrap().display();
        let path = format!("{folder}:{}", std::env::var("PATH").unwrap());
        let home = sealed.home.path().to_str().unwrap().to_owned();
        let environment = [("HOME", home.as_str()), ("PATH", &path), ("PS1", "ready$ ")];
        let mut terminal = Terminal::program(program, 100, 40, arguments, &environment);
        for line in lines {
            terminal.press(&format!("{line}\r"));
        }
        // In two parts, so that the line itself does not say it.
        terminal.press("echo load'ed'\r");
        terminal.wait_for("loaded");
        Self {
            sealed,
            terminal,
            // It shows the only answer as one of a list.
            accept: if program == "elvish" { "\r" } else { "" },
        }
    }

    fn completes(&mut self) {
        for (typed, wanted) in WORDS {
            self.terminal.press(typed);
            self.terminal.wait_for(typed);
            self.terminal.press(TAB);
            self.terminal.wait_for(wanted);
            self.terminal.press(CLEAR);
            let gone = |screen: &str| !screen.contains(wanted);
            self.terminal.wait_until("an empty line", gone);
        }
        // A label with a space in it is a word that the shell takes.
        self.terminal.press("gatepost status my");
        self.terminal.wait_for("gatepost status my");
        self.terminal.press(TAB);
        self.terminal.wait_for("mail");
        self.terminal.press(self.accept);
        self.terminal.press(" --format '<{email}>'\r");
        self.terminal.wait_for("<ana@gmail.com>");
        self.says_nothing_without_a_vault();
    }

    fn says_nothing_without_a_vault(&mut self) {
        std::fs::remove_file(self.sealed.db()).unwrap();
        self.terminal.press("gatepost token an");
        self.terminal.press(TAB);
        self.terminal.press("other");
        self.terminal.wait_for("gatepost token another");
        assert!(!self.sealed.db().exists());
    }
}

#[test]
#[ignore = "needs bash and a terminal; .ci/run runs it"]
fn bash_completes() {
    let load = "eval \"$(gatepost completions bash)\"";
    Shell::start("bash", &["--norc", "--noprofile", "-i"], &[load]).completes();
}

#[test]
#[ignore = "needs zsh; .ci/run installs it"]
fn zsh_completes() {
    let lines = [
        "autoload -U compinit && compinit -D",
        "eval \"$(gatepost completions zsh)\"",
    ];
    Shell::start("zsh", &["-f", "-i"], &lines).completes();
}

/// As a package installs it: found in a folder, loaded at the first <TAB>.
#[test]
#[ignore = "needs zsh; .ci/run installs it"]
fn zsh_completes_from_its_folder_of_functions() {
    let lines = [
        "mkdir ~/functions && gatepost completions zsh >~/functions/_gatepost",
        "fpath=(~/functions $fpath) && autoload -U compinit && compinit -D",
    ];
    Shell::start("zsh", &["-f", "-i"], &lines).completes();
}

#[test]
#[ignore = "needs fish; .ci/run installs it"]
fn fish_completes() {
    let load = "gatepost completions fish | source";
    Shell::start("fish", &["--no-config", "-i"], &[load]).completes();
}

#[test]
#[ignore = "needs elvish; .ci/run installs it"]
fn elvish_completes() {
    let load = "eval (gatepost completions elvish | slurp)";
    Shell::start("elvish", &["-norc"], &[load]).completes();
}
