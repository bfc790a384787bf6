//! Hooks: a program of the person's is called at a turn of an account's life, once, without a shell
//! and without a token.

use std::process::Child;
use std::time::{Duration, Instant};

use gatepost::sandbox::Standing;

use super::sealed::Sealed;
use crate::support::pty::Terminal;

const PATIENCE: Duration = Duration::from_secs(60);

/// A hook that leaves its environment in a file of its own, whole.
const NOTE: &str = r#"["/bin/sh", "-c", "env > .note.$$ && mv .note.$$ note.$$"]"#;

impl Sealed {
    fn configure(&self, text: &str) {
        self.write(".config/gatepost/config.toml", text);
    }

    fn hook(&self, key: &str, program: &str) {
        self.configure(&format!("[hooks]\n{key} = {program}\n"));
    }

    /// What the calls left, as soon as there are so many.
    fn notes(&self, at_least: usize) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let files = std::fs::read_dir(self.home.path()).unwrap().flatten();
            let notes = files.filter(|f| f.file_name().to_string_lossy().starts_with("note."));
            let notes: Vec<_> = notes
                .map(|f| std::fs::read_to_string(f.path()).unwrap())
                .collect();
            if notes.len() >= at_least {
                return notes;
            }
            assert!(begun.elapsed() < PATIENCE, "{} calls", notes.len());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// That no further call comes. A program that was called is started before gatepost ends, so
    /// this waits for a shell's few milliseconds.
    fn stays_at(&self, calls: usize) {
        std::thread::sleep(Duration::from_millis(700));
        assert_eq!(self.notes(calls).len(), calls);
    }

    fn history(&self) -> String {
        self.run(&["log", "--json"]).stdout
    }
}

fn says(note: &str, name: &str) -> String {
    let mut lines = note.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    value
        .unwrap_or_else(|| panic!("no {name} in\n{note}"))
        .to_owned()
}

#[test]
fn ten_programs_see_an_account_die_and_one_call_is_made() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.run(&["label", "ana@gmail.com", "home"]);
    sealed.hook("on_signin_needed", NOTE);
    sealed.control().revoke("ana@gmail.com").unwrap();
    let ask = || sealed.command(&["refresh", "ana"]).spawn().unwrap();
    let programs: Vec<Child> = (0..10).map(|_| ask()).collect();
    for program in programs {
        assert_eq!(sealed.finish(program).code, Some(4));
    }
    let notes = sealed.notes(1);
    sealed.stays_at(1);
    let note = &notes[0];
    assert_eq!(says(note, "GATEPOST_HOOK"), "on_signin_needed");
    assert_eq!(says(note, "GATEPOST_ACCOUNT"), "ana@gmail.com");
    assert_eq!(says(note, "GATEPOST_LABEL"), "home");
    assert_eq!(says(note, "GATEPOST_STATE"), "revoked");
    assert!(
        says(note, "GATEPOST_REASON").contains("no longer accepts"),
        "{note}"
    );

    // It works again, and dies again: that is another turn.
    assert_eq!(
        sealed.sign_in(&["reauth", "ana"], "ana@gmail.com").code,
        Some(0)
    );
    sealed.control().revoke("ana@gmail.com").unwrap();
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(4));
    sealed.notes(2);
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(4));
    sealed.stays_at(2);
}

#[test]
fn an_end_that_comes_near_is_told_once_for_each_sign_in() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.configure(&format!(
        "[refresh]\nending_within = \"7d\"\n[hooks]\non_ending = {NOTE}\n"
    ));
    // Nobody knows of an end yet.
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(0));
    let testing = ["client", "set", "default", "--status", "testing"];
    assert_eq!(sealed.run(&testing).code, Some(0));
    let note = &sealed.notes(1)[0];
    assert_eq!(says(note, "GATEPOST_STATE"), "ending");
    assert!(says(note, "GATEPOST_ENDS_AT").ends_with('Z'), "{note}");
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(0));
    sealed.stays_at(1);
    assert_eq!(
        sealed.sign_in(&["reauth", "ana"], "ana@gmail.com").code,
        Some(0)
    );
    sealed.notes(2);
    sealed.stays_at(2);
}

#[test]
fn each_refresh_is_told_and_no_token_with_it() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.hook("on_refreshed", NOTE);
    let mut command = sealed.command(&["token", "ana", "--force-refresh"]);
    let exported = command.env("GATEPOST_ACCESS_TOKEN", "exported-earlier");
    let ran = sealed.finish(exported.spawn().unwrap());
    assert_eq!(ran.code, Some(0), "{ran}");
    let token = ran.stdout.trim();
    assert!(
        token.len() > 20 && !token.contains(char::is_whitespace),
        "stdout is the token alone"
    );
    let note = &sealed.notes(1)[0];
    assert_eq!(says(note, "GATEPOST_HOOK"), "on_refreshed");
    assert_eq!(says(note, "GATEPOST_STATE"), "ready");
    for secret in [token, "exported-earlier"] {
        assert!(!note.contains(secret), "a token in the environment");
    }
    // From the vault it is nobody's news.
    assert_eq!(sealed.run(&["token", "ana"]).code, Some(0));
    sealed.stays_at(1);
}

#[test]
fn a_client_that_is_gone_is_told_as_a_failure() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.hook("on_failed", NOTE);
    let control = sealed.control();
    control.set_client("default", Standing::Deleted).unwrap();
    for _ in 0..2 {
        assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(7));
    }
    let note = &sealed.notes(1)[0];
    assert_eq!(says(note, "GATEPOST_STATE"), "blocked");
    sealed.stays_at(1);
}

#[test]
fn no_shell_reads_the_arguments() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let name = "note.$HOME `date` ; * \\\\ \\\"x\\\"";
    sealed.hook("on_refreshed", &format!(r#"["/usr/bin/touch", "{name}"]"#));
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(0));
    sealed.notes(1);
    assert!(sealed.path(r#"note.$HOME `date` ; * \ "x""#).exists());
    // A command line in one string is refused, with what to write.
    sealed.hook("on_refreshed", r#""touch note.x""#);
    let ran = sealed.run(&["refresh", "ana"]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(
        ran.stderr
            .contains("hooks.on_refreshed is no list of a program"),
        "{ran}"
    );
    sealed.configure("[hooks]\non_refresh = []\n");
    let ran = sealed.run(&["refresh", "ana"]);
    assert!(
        ran.stderr.contains("did you mean `hooks.on_refreshed`?"),
        "{ran}"
    );
}

#[test]
fn a_hook_that_asks_gatepost_does_not_call_itself() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let program = env!("CARGO_BIN_EXE_gatepost");
    let again = format!("{program} refresh ana; env > .note.$$ && mv .note.$$ note.$$");
    sealed.hook("on_refreshed", &format!(r#"["/bin/sh", "-c", "{again}"]"#));
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(0));
    sealed.notes(1);
    sealed.stays_at(1);
    let refreshes = sealed.history().matches("\"refresh\"").count();
    assert_eq!(
        refreshes,
        2,
        "its own, and the one of the hook: {}",
        sealed.history()
    );
}

#[test]
fn a_hook_that_cannot_be_run_is_in_the_history_and_changes_nothing() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.hook("on_refreshed", r#"["no-such-program-anywhere"]"#);
    let ran = sealed.run(&["refresh", "ana"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let told = sealed.history();
    assert!(
        told.contains("on_refreshed: `no-such-program-anywhere` cannot be run"),
        "{told}"
    );
}

#[test]
fn a_hook_that_hangs_is_ended_and_a_command_does_not_wait_for_it() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.hook("on_refreshed", r#"["/bin/sh", "-c", "sleep 60 & wait"]"#);
    let begun = Instant::now();
    assert_eq!(sealed.run(&["refresh", "ana"]).code, Some(0));
    assert!(
        begun.elapsed() < Duration::from_secs(8),
        "{:?}",
        begun.elapsed()
    );

    // The screen stays, and so it ends what hangs.
    let home = sealed.home.path().to_str().unwrap().to_owned();
    let base = sealed.sandbox.base_url();
    let environment = [
        ("HOME", home.as_str()),
        ("GATEPOST_ENDPOINTS", base.as_str()),
    ];
    let mut terminal = Terminal::start(120, 32, &[], &environment);
    terminal.wait_for("ana@gmail.com");
    terminal.press("r");
    terminal.wait_for("was ended, it took more than 10 s");
}

#[test]
fn the_doctor_says_which_hook_has_no_program() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.configure(
        "[hooks]\non_ending = [\"/bin/sh\", \"-c\", \"true\"]\non_failed = [\"no-such-program\"]\n",
    );
    let said = sealed.run(&["doctor"]).stdout;
    assert!(said.contains("hooks.on_ending runs `/bin/sh`"), "{said}");
    let missing = "hooks.on_failed `no-such-program` is no program that can be run here";
    assert!(said.contains(missing), "{said}");
}
