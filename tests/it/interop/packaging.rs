//! What a package carries beside the program, taken by the programs that it is for: manual pages,
//! completions, the systemd units, the desktop entry.

use std::path::Path;
use std::process::{Command, Output};

use crate::cli::sealed::Sealed;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gatepost");

fn said(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!(
        "{}{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(err)
    )
}

#[test]
#[ignore = "needs groff and mandoc; .ci/run has them"]
fn every_manual_page_is_set_without_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("man");
    let write = || {
        Command::new(PROGRAM)
            .arg("man")
            .arg("--dir")
            .arg(&dir)
            .output()
            .unwrap()
    };
    assert!(write().status.success());
    // Again: its own pages it replaces.
    assert!(write().status.success());
    let pages: Vec<_> = std::fs::read_dir(&dir)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    assert!(pages.len() > 30, "{}", pages.len());
    for page in &pages {
        let set = Command::new("groff")
            .args(["-man", "-ww", "-z"])
            .arg(page)
            .output()
            .unwrap();
        assert_eq!(said(&set), "", "{}", page.display());
        let lint = Command::new("mandoc")
            .args(["-Tlint", "-Wwarning"])
            .arg(page)
            .output()
            .unwrap();
        let lint = said(&lint);
        // The pages have no date, so that the same program writes the same ones.
        let complaints: Vec<_> = lint
            .lines()
            .filter(|l| !l.contains("missing date"))
            .collect();
        assert!(complaints.is_empty(), "{complaints:?}");
    }
    // What is somebody else's stays, and nothing is written beside it.
    let theirs = folder.path().join("theirs");
    std::fs::create_dir(&theirs).unwrap();
    std::fs::write(theirs.join("gatepost-token.1"), "mine").unwrap();
    let refused = Command::new(PROGRAM)
        .arg("man")
        .arg("--dir")
        .arg(&theirs)
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert_eq!(std::fs::read_dir(&theirs).unwrap().count(), 1);
}

/// A home with an account and a client, and gatepost on the search path.
struct Shells(Sealed);

impl Shells {
    fn new() -> Self {
        let sealed = Sealed::with_account("ana@gmail.com");
        assert_eq!(
            sealed.run(&["label", "ana@gmail.com", "home"]).code,
            Some(0)
        );
        Self(sealed)
    }

    fn ask(&self, shell: &str, arguments: &[&str]) -> String {
        let folder = Path::new(PROGRAM).parent().unwrap().display();
        let output = Command::new(shell)
            .args(arguments)
            .env_clear()
            .env("HOME", self.0.home.path())
            .env("PATH", format!("{folder}:/usr/local/bin:/usr/bin:/bin"))
            .env("LANG", "C.UTF-8")
            .env("TERM", "dumb")
            .current_dir(self.0.home.path())
            .output()
            .unwrap();
        said(&output)
    }
}

/// A line, and what has to be among the answers.
const ASKED: [(&str, &str); 6] = [
    ("gatepost tok", "token"),
    ("gatepost token ", "ana@gmail.com"),
    ("gatepost token ho", "home"),
    ("gatepost token --form", "--format"),
    ("gatepost token --format xo", "xoauth2"),
    ("gatepost setup neo", "neomutt"),
];

#[test]
#[ignore = "needs bash; .ci/run has it"]
fn bash_completes_commands_options_values_and_accounts() {
    let shells = Shells::new();
    for (line, wanted) in ASKED {
        let word = line.rsplit(' ').next().unwrap();
        let script = format!(
            "eval \"$(gatepost completions bash)\"; COMP_LINE='{line}' COMP_POINT={}; \
             _gatepost gatepost '{word}' x; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            line.len()
        );
        let answers = shells.ask("bash", &["--norc", "-c", &script]);
        assert!(
            answers.lines().any(|answer| answer == wanted),
            "{line}: {answers}"
        );
    }
}

#[test]
#[ignore = "needs fish; .ci/run installs it"]
fn fish_completes_commands_options_values_and_accounts() {
    let shells = Shells::new();
    for (line, wanted) in ASKED {
        let script = format!("gatepost completions fish | source; complete -C '{line}'");
        let answers = shells.ask("fish", &["--no-config", "-c", &script]);
        let mut names = answers
            .lines()
            .filter_map(|answer| answer.split('\t').next());
        assert!(names.any(|name| name == wanted), "{line}: {answers}");
    }
}

/// zsh and elvish complete in a terminal only; that they take the script is seen without one.
#[test]
#[ignore = "needs zsh and elvish; .ci/run installs them"]
fn zsh_and_elvish_load_what_is_printed() {
    let shells = Shells::new();
    let zsh = "autoload -U compinit; compinit -u; eval \"$(gatepost completions zsh)\"; \
               print -r -- ${_comps[gatepost]}";
    let said = shells.ask("zsh", &["-f", "-c", zsh]);
    assert_eq!(said.trim(), "_clap_dynamic_completer_gatepost", "{said}");
    let elvish = "gatepost completions elvish > e.elv";
    assert_eq!(shells.ask("sh", &["-c", elvish]), "");
    let said = shells.ask("elvish", &["-compileonly", "e.elv"]);
    // Only the editor of a terminal has the variable that the script fills.
    let elsewhere = said.is_empty() || said.contains("edit:completion:arg-completer");
    assert!(elsewhere, "{said}");
}

#[test]
#[ignore = "needs desktop-file-validate and systemd-analyze; .ci/run installs them"]
fn the_desktop_entry_and_the_units_are_valid() {
    let entry = Command::new("desktop-file-validate")
        .arg("assets/gatepost.desktop")
        .output();
    assert_eq!(said(&entry.unwrap()), "");
    let folder = tempfile::tempdir().unwrap();
    let mut verify = Command::new("systemd-analyze");
    verify
        .args(["verify", "--user", "--man=no"])
        .env("XDG_RUNTIME_DIR", folder.path());
    for unit in ["gatepost-refresh.service", "gatepost-refresh.timer"] {
        let text = std::fs::read_to_string(format!("assets/systemd/{unit}")).unwrap();
        // It is not installed where systemd looks.
        let text = text.replace("ExecStart=gatepost", &format!("ExecStart={PROGRAM}"));
        std::fs::write(folder.path().join(unit), text).unwrap();
        verify.arg(folder.path().join(unit));
    }
    let verified = verify.output().unwrap();
    assert_eq!(
        (verified.status.success(), said(&verified)),
        (true, String::new())
    );
}

/// Sources, tests, what the README shows; nothing that was made or belongs to this machine.
#[test]
#[ignore = "asks cargo; .ci/run does"]
fn the_crate_has_what_belongs_to_it_and_nothing_else() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let listed = Command::new(cargo)
        .args(["package", "--list", "--allow-dirty"])
        .output()
        .unwrap();
    let text = String::from_utf8(listed.stdout).unwrap();
    let folders = ["src/", "tests/", "assets/"];
    let files = [
        ".cargo/config.toml",
        ".cargo_vcs_info.json",
        ".clippy.toml",
        ".deny.toml",
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "Cargo.toml.orig",
        "LICENSE",
        "README.md",
    ];
    let foreign: Vec<_> = text
        .lines()
        .filter(|line| !folders.iter().any(|f| line.starts_with(f)) && !files.contains(line))
        .collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    for wanted in [
        "assets/screen-dark.svg",
        "assets/systemd/gatepost-refresh.timer",
        "LICENSE",
    ] {
        assert!(text.lines().any(|line| line == wanted), "{wanted}");
    }
}
