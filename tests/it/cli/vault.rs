//! `gatepost vault …`: look at it, change its key, carry it away and bring it back.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::sealed::{Ran, Sealed};

/// With the passphrase in a file; the first word is the variable's value for the kind of key.
fn run(sealed: &Sealed, kind: &str, arguments: &[&str]) -> Ran {
    let mut command = sealed.command(arguments);
    command
        .env("GATEPOST_VAULT_KEY", kind)
        .env("GATEPOST_PASSPHRASE_FILE", sealed.path("passphrase"));
    sealed.finish(command.spawn().unwrap()).without_secrets()
}

#[test]
fn a_stranger_sees_where_it_is_and_what_it_is_worth() {
    let sealed = Sealed::new();
    insta::assert_snapshot!(sealed.run(&["vault", "status"]), @r#"
    exit 0
    err: there is no vault yet; the first client or account makes one
    "#);
    assert!(sealed.run(&["vault", "status", "--json"]).json().is_null());
    assert!(!sealed.db().exists(), "looking makes none");
    let sealed = Sealed::with_account("ana@gmail.com");
    insta::assert_snapshot!(sealed.run(&["vault", "status"]), @r#"
    exit 0
    out: vault      HOME/.local/share/gatepost/vault.db
    out: made       #-#-#T#:#:#Z, layout #
    out: holds      # account, # client
    out: key        key file: HOME/.config/gatepost/vault.key
    out: safe from  whoever gets hold of the vault file alone
    out: not from   programs that run as you, and copies of the whole home directory
    out: files      yours alone to read
    "#);
    let json = sealed.run(&["vault", "status", "--json"]).json();
    assert_eq!(json["key"]["kind"], "file");
    assert_eq!(json["accounts"], 1);
    assert_eq!(json["files"][1]["mode"], "0600");
    insta::assert_snapshot!(sealed.run(&["vault", "check"]), @r#"
    exit 0
    out: ok    files     yours alone to read
    out: ok    database  every page and index is whole
    out: ok    rows      no row without the one it belongs to
    out: ok    key       the key file opens it
    out: ok    secrets   all # open
    "#);
}

#[test]
fn status_needs_no_key() {
    let sealed = Sealed::with_account("ana@gmail.com");
    fs::remove_file(sealed.path(".config/gatepost/vault.key")).unwrap();
    assert_eq!(sealed.run(&["vault", "status"]).code, Some(0));
    insta::assert_snapshot!(sealed.run(&["vault", "check"]), @r#"
    exit 6
    out: ok    files     yours alone to read
    out: ok    database  every page and index is whole
    out: ok    rows      no row without the one it belongs to
    out: fail  key       the key file `HOME/.config/gatepost/vault.key` is missing; without it the vault cannot be read; put it back; failing that only a backup helps: `gatepost vault restore FILE --force`
    "#);
}

#[test]
fn check_names_what_is_broken() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let raw = rusqlite::Connection::open(sealed.db()).unwrap();
    raw.execute_batch(
        "UPDATE grant SET access_token = zeroblob(60); PRAGMA foreign_keys = OFF; \
         UPDATE account SET client = 77;",
    )
    .unwrap();
    drop(raw);
    let ran = sealed.run(&["vault", "check"]);
    assert_eq!(ran.code, Some(6));
    insta::assert_snapshot!(ran, @r#"
    exit 6
    out: ok    files     yours alone to read
    out: ok    database  every page and index is whole
    out: fail  rows      account # has no client
    out: ok    key       the key file opens it
    out: fail  secrets   a sealed value of the vault is damaged or was moved (grant.access_token, row #)
    "#);
}

#[test]
fn looser_modes_are_complained_about_and_repaired() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let key = sealed.path(".config/gatepost/vault.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let status = sealed.run(&["vault", "status"]);
    assert!(
        status.stdout.contains("(0644): others may read it"),
        "{status}"
    );
    let list = sealed.run(&["list"]);
    assert_eq!(list.code, Some(0));
    assert!(
        list.stderr.contains("vault.key` could be read by others"),
        "{list}"
    );
    assert_eq!(
        fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(sealed.run(&["list"]).stderr, "");
}

#[test]
fn a_cached_token_comes_out_of_a_loose_folder_with_a_complaint_and_closes_it() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let folder = sealed.db().parent().unwrap().to_owned();
    for ask in [
        &["token", "ana@gmail.com"][..],
        &["status", "--format", "{email}"],
    ] {
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
        let ran = sealed.run(ask);
        assert_eq!(ran.code, Some(0), "{ran}");
        assert!(
            ran.stderr.contains("gatepost` could be read by others"),
            "{ran}"
        );
        let mode = fs::metadata(&folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        assert_eq!(sealed.run(ask).stderr, "");
    }
}

#[test]
fn drafts_of_what_was_killed_are_told_of_and_swept_away() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.write("passphrase", "correct horse\n");
    let old = ".local/share/gatepost/.vault-Ab3dE9.backup";
    let key = ".config/gatepost/.vault-key-x0Y1z2";
    let young = ".local/share/gatepost/.vault-young1.db";
    // Alike, but a person's own.
    let theirs = [
        ".config/gatepost/.vault-key-copy",
        ".local/share/gatepost/.vault-notes",
        ".local/share/gatepost/.vault-Ab3dE9.backup.gpg",
    ];
    for draft in [old, key, young].iter().chain(&theirs) {
        sealed.write(draft, "cut short");
    }
    let aged = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 60 * 60);
    for draft in [old, key].iter().chain(&theirs) {
        let file = fs::File::options().write(true).open(sealed.path(draft));
        file.unwrap().set_modified(aged).unwrap();
    }
    let check = sealed.run(&["vault", "check"]);
    assert_eq!(check.code, Some(0), "{check}");
    let doctor = sealed.run(&["doctor"]);
    for said in [&check.stdout, &doctor.stdout] {
        assert!(
            said.contains(".vault-Ab3dE9.backup") && said.contains(".vault-key-x0Y1z2"),
            "{said}"
        );
        assert!(
            said.contains("was killed") && !said.contains("young"),
            "{said}"
        );
    }
    let backup = run(&sealed, "file", &["vault", "backup", "copy"]);
    assert_eq!(backup.code, Some(0), "{backup}");
    let there = [old, key, young].map(|draft| sealed.path(draft).exists());
    assert_eq!(there, [false, false, true], "one may be in use yet");
    for own in theirs {
        assert!(sealed.path(own).exists(), "{own}");
    }
}

#[test]
fn the_key_becomes_a_passphrase_and_a_file_again() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.write("passphrase", "correct horse\n");
    let asked = run(&sealed, "passphrase", &["list"]);
    assert_eq!(asked.code, Some(2));
    assert!(asked.stderr.contains("gatepost vault rekey"), "{asked}");
    let locked = run(
        &sealed,
        "passphrase",
        &["vault", "rekey", "--key", "passphrase"],
    );
    let mut said = locked.stderr.lines();
    assert_eq!(
        said.next(),
        Some("the vault is locked with a passphrase now; the key file does not open it any more")
    );
    // Where the kernel would remember it, this is offered.
    let offered = said
        .next()
        .is_some_and(|line| line.contains("remember = \"8h\""));
    assert_eq!(offered, gatepost::vault::kernel_remembers().is_ok());
    assert!(!sealed.path(".config/gatepost/vault.key").exists());
    let mut command = sealed.command(&["token", "ana"]);
    command
        .env("GATEPOST_VAULT_KEY", "auto")
        .env("GATEPOST_PASSPHRASE_FILE", sealed.path("passphrase"));
    let token = sealed.finish(command.spawn().unwrap());
    assert!(token.stdout.starts_with("ya29."), "{token}");

    // Nobody to ask, then the wrong one.
    let mut command = sealed.command(&["list"]);
    command.env("GATEPOST_VAULT_KEY", "auto");
    insta::assert_snapshot!(sealed.finish(without_terminal(&mut command)), @r#"
    exit 6
    err: gatepost: the vault is locked with a passphrase, and there is nobody to ask for it
    err: hint: run it in a terminal, or name a file that holds it in GATEPOST_PASSPHRASE_FILE
    "#);
    sealed.write("passphrase", "correct house\n");
    insta::assert_snapshot!(run(&sealed, "auto", &["list"]), @r#"
    exit 6
    err: gatepost: the passphrase is not this vault's
    err: hint: try again, or correct the file that GATEPOST_PASSPHRASE_FILE names
    "#);

    sealed.write("passphrase", "correct horse");
    // The variable still asks for the old kind: done, and said.
    insta::assert_snapshot!(run(&sealed, "passphrase", &["vault", "rekey", "--key", "file"]), @r#"
    exit 0
    err: the vault is locked with a key file now; the passphrase does not open it any more
    err: warning: the configuration (or GATEPOST_VAULT_KEY) still asks for a passphrase: set vault.key to `file` or `auto`
    "#);
    assert_eq!(sealed.run(&["token", "ana"]).stdout, token.stdout);
    let log = sealed.run(&["log"]);
    assert!(
        log.stdout
            .contains("locked with a key file, before with a passphrase"),
        "{log}"
    );
}

#[test]
fn a_backup_comes_back_on_another_machine() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.write("passphrase", "correct horse\n");
    insta::assert_snapshot!(run(&sealed, "file", &["vault", "backup", "there"]), @r#"
    exit 0
    err: `there` holds # account; nothing but its passphrase opens it
    "#);
    let again = run(&sealed, "file", &["vault", "backup", "there"]);
    assert_eq!(again.code, Some(2), "{again}");

    let other = Sealed::new();
    fs::copy(sealed.path("there"), other.path("there")).unwrap();
    other.write("passphrase", "wrong horse\n");
    insta::assert_snapshot!(run(&other, "file", &["vault", "restore", "there"]), @r#"
    exit 6
    err: gatepost: the backup `there` does not open: the passphrase is another one, or it is damaged
    "#);
    other.write("passphrase", "correct horse\n");
    insta::assert_snapshot!(run(&other, "file", &["vault", "restore", "there"]), @r#"
    exit 0
    err: restored # account, locked with a key file
    "#);
    let log = other.run(&["log"]);
    assert!(
        log.stdout
            .contains("a backup was put in place, locked with a key file"),
        "{log}"
    );
    let token = other.run(&["token", "ana"]);
    assert_eq!(token.stdout, sealed.run(&["token", "ana"]).stdout);
    insta::assert_snapshot!(run(&other, "file", &["vault", "restore", "there"]), @r#"
    exit 2
    err: gatepost: the vault `HOME/.local/share/gatepost/vault.db` holds an account; `--force` sets it aside
    "#);
    insta::assert_snapshot!(run(&other, "file", &["vault", "restore", "there", "--force"]), @r#"
    exit 0
    err: the vault that was here is `HOME/.local/share/gatepost/vault.db.set-aside-#T#Z` now
    err: restored # account, locked with a key file
    "#);
    assert_eq!(other.run(&["token", "ana"]).stdout, token.stdout);
}

/// `<(pass show gatepost)` says its word once.
#[test]
fn a_passphrase_may_come_out_of_a_pipe() {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.write("passphrase", "correct horse\n");
    let done = run(&sealed, "auto", &["vault", "rekey", "--key", "passphrase"]);
    assert_eq!(done.code, Some(0), "{done}");
    for words in [
        &["token", "ana", "--min-valid", "2h"][..],
        &["vault", "backup", "there"],
    ] {
        let piped = sealed.command(words);
        let mut command = std::process::Command::new("sh");
        command
            .args(["-c", "cat passphrase | \"$0\" \"$@\""])
            .arg(piped.get_program())
            .args(piped.get_args())
            .current_dir(sealed.home.path())
            .envs(piped.get_envs().filter_map(|(n, v)| Some((n, v?))))
            .env("GATEPOST_VAULT_KEY", "auto")
            .env("GATEPOST_PASSPHRASE_FILE", "/dev/stdin")
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        let ran = sealed.finish(command.spawn().unwrap());
        assert_eq!(ran.code, Some(0), "{ran}");
    }
}

#[test]
fn what_cannot_be_done_is_said_in_time() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let mut command = sealed.command(&["vault", "rekey", "--key", "passphrase"]);
    insta::assert_snapshot!(sealed.finish(without_terminal(&mut command)), @r#"
    exit 6
    err: gatepost: the vault needs a new passphrase, and there is nobody to ask for it
    err: hint: run it in a terminal, or name a file that holds it in GATEPOST_PASSPHRASE_FILE
    "#);
    sealed.write("passphrase", &"x".repeat(1025));
    insta::assert_snapshot!(run(&sealed, "file", &["vault", "rekey", "--key", "passphrase"]), @r#"
    exit 6
    err: gatepost: cannot read the passphrase from `HOME/passphrase`: its first line is longer than # bytes
    "#);
    insta::assert_snapshot!(sealed.run(&["vault", "backup", "no/such/place"]), @r#"
    exit 2
    err: gatepost: there is no directory `no/such`
    "#);
    insta::assert_snapshot!(sealed.run(&["vault", "backup", "-"]), @r#"
    exit 2
    err: gatepost: a backup goes into a file; `./-` is one of that name
    "#);
    insta::assert_snapshot!(sealed.run(&["vault", "restore", "absent"]), @r#"
    exit 2
    err: gatepost: cannot read `absent`: there is nothing of that name
    "#);
    fs::remove_file(sealed.db()).unwrap();
    fs::create_dir(sealed.db()).unwrap();
    insta::assert_snapshot!(sealed.run(&["list"]), @r#"
    exit 6
    err: gatepost: `HOME/.local/share/gatepost/vault.db` is not safe to use: it is not a regular file
    err: hint: it has to be the file itself, and your own
    "#);
}

#[test]
fn the_whole_directory_may_lie_elsewhere() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let folder = sealed.db().parent().unwrap().to_owned();
    fs::rename(&folder, sealed.path("disk")).unwrap();
    std::os::unix::fs::symlink(sealed.path("disk"), &folder).unwrap();
    assert_eq!(sealed.run(&["list"]).stderr, "");
    let check = sealed.run(&["vault", "check"]);
    assert!(check.stdout.starts_with("ok    files"), "{check}");
    let doctor = sealed.run(&["doctor"]);
    assert!(doctor.stdout.contains("nobody else can read"), "{doctor}");
}

/// In a session of its own, so that there is no terminal to ask at.
pub(super) fn without_terminal(command: &mut std::process::Command) -> std::process::Child {
    let mut detached = std::process::Command::new("setsid");
    detached
        .arg("--wait")
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir(command.get_current_dir().unwrap())
        .env_clear()
        .envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    detached.spawn().unwrap()
}

/// A crash must not put a token on the disk: the limit that a shell allows is not used.
#[test]
fn a_program_that_crashes_leaves_no_core() {
    use std::io::{BufRead, BufReader};
    use std::os::unix::process::ExitStatusExt;

    let sealed = Sealed::new();
    let mut shell = std::process::Command::new("sh");
    let mut child = shell
        .args(["-c", "ulimit -c unlimited; exec \"$0\" sandbox"])
        .arg(env!("CARGO_BIN_EXE_gatepost"))
        .current_dir(sealed.home.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::ABORT).unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(6));
    assert!(!status.core_dumped());
}
