//! Arguments and files that are not what they should be: a secret in a file name's place, a pipe
//! in a file's. Nothing waits, nothing is repeated, and what a shell passes on is read.

use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::sealed::{Ran, Sealed};

/// Far below any time limit of a network, and far above a slow machine's start.
const AT_ONCE: Duration = Duration::from_secs(20);

fn pipe(sealed: &Sealed, name: &str) {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let mode = Mode::from_raw_mode(0o600);
    mknodat(CWD, sealed.path(name), FileType::Fifo, mode, 0).unwrap();
}

#[track_caller]
fn one_line(ran: &Ran, code: i32) -> String {
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(code), ""), "{ran}");
    let mut lines = ran.stderr.lines().filter(|l| l.starts_with("gatepost: "));
    let line = lines.next().unwrap_or_default().to_owned();
    assert!(lines.next().is_none(), "{ran}");
    assert!(!line.contains("os error"), "{line}");
    line
}

#[test]
fn what_is_in_a_file_is_not_taken_for_its_name_nor_repeated() {
    let sealed = Sealed::new();
    let json = sealed.sandbox.credentials_json("default").unwrap();
    let json = json.as_str();
    let secret = "GOCSPX-";
    let bare = sealed.sandbox.clients()[0].secret.clone();
    for arguments in [
        &["client", "add", json][..],
        &["import", json],
        &["client", "add", bare.expose()],
        &["import", "1//0gREFRESH-token"],
        // One too many, or in the wrong place: the complaint is another's.
        &["client", "add", "a.json", json],
        &["client", "add", "a.json", bare.expose()],
        &["token", json],
        &["token", "ya29.a0-token"],
        &["list", json],
        &["--config", json, "list"],
        &[json],
        &["export", "ana", "--format", bare.expose()],
    ] {
        for verbosity in ["-q", "-vvv"] {
            let mut arguments = arguments.to_vec();
            arguments.push(verbosity);
            let ran = sealed.run(&arguments);
            assert!(matches!(ran.code, Some(2 | 3)), "{ran}");
            for mark in [secret, "1//0g", "ya29.", "client_secret", bare.expose()] {
                assert!(!ran.stderr.contains(mark), "`{mark}`: {ran}");
                assert!(!ran.stdout.contains(mark), "`{mark}`: {ran}");
            }
        }
    }
    let ran = sealed.run(&["client", "add", json]);
    insta::assert_snapshot!(ran, @r"
    exit 2
    err: gatepost: that is what is in a file; its name is expected
    err: hint: save it to a file, or pass it on as `<(…)`; what stood on the command line may be in your shell's history
    ");
}

#[test]
fn no_pipe_device_or_directory_is_waited_for() {
    let sealed = Sealed::with_account("ana@gmail.com");
    pipe(&sealed, "pipe");
    std::os::unix::fs::symlink(sealed.path("pipe"), sealed.path("link")).unwrap();
    std::fs::create_dir(sealed.path("folder")).unwrap();
    let mut said = String::new();
    for file in ["pipe", "link", "folder", "/dev/zero", "absent"] {
        for arguments in [
            &["client", "add", file][..],
            &["import", file],
            &["--config", file, "list"],
            &["vault", "restore", file],
        ] {
            let begun = Instant::now();
            let ran = sealed.run(arguments);
            assert!(begun.elapsed() < AT_ONCE, "{arguments:?}");
            let line = one_line(&ran, 2);
            said.push_str(&line);
            said.push('\n');
        }
    }
    insta::assert_snapshot!(said);
    for file in ["pipe", "folder", "/dev/zero", "absent"] {
        let mut command = sealed.command(&["vault", "backup", "copy"]);
        command.env("GATEPOST_PASSPHRASE_FILE", file);
        let begun = Instant::now();
        let ran = sealed.finish(command.spawn().unwrap());
        assert!(begun.elapsed() < AT_ONCE, "{file}");
        let line = one_line(&ran, 6);
        assert!(line.contains("cannot read the passphrase from"), "{line}");
        assert!(!sealed.path("copy").exists());
    }
    // In the place of the configuration that nobody named.
    let usual = sealed.path(".config/gatepost/config.toml");
    let _ = std::fs::remove_file(&usual);
    pipe(&sealed, ".config/gatepost/config.toml");
    let line = one_line(&sealed.run(&["token", "ana"]), 2);
    assert!(line.contains("it is a pipe, not a file"), "{line}");
    std::fs::remove_file(&usual).unwrap();
    assert_eq!(sealed.run(&["--config", "/dev/null", "list"]).code, Some(0));
}

/// `gatepost client add <(pass show client)`, and the same through standard input.
#[test]
fn what_a_shell_passes_on_is_read() {
    let sealed = Sealed::new();
    let mut command = std::process::Command::new("bash");
    let plain = sealed.command(&[]);
    command
        .args(["-c", "\"$0\" client add <(cat credentials.json; sleep 0.2)"])
        .arg(env!("CARGO_BIN_EXE_gatepost"))
        .current_dir(sealed.home.path())
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .envs(
            plain
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    sealed.credentials();
    let ran = sealed.finish(command.spawn().unwrap());
    assert_eq!(ran.code, Some(0), "{ran}");

    let mut command = sealed.command(&["client", "add", "/dev/stdin", "--name", "other"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let text = std::fs::read(sealed.path("credentials.json")).unwrap();
    child.stdin.take().unwrap().write_all(&text).unwrap();
    let ran = sealed.finish(child);
    assert_eq!(ran.code, Some(0), "{ran}");

    // One without end is read to the limit.
    let mut command = sealed.command(&["import", "/dev/stdin"]);
    let endless = std::fs::File::open("/dev/zero").unwrap();
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut into = child.stdin.take().unwrap();
    let pouring = std::thread::spawn(move || std::io::copy(&mut &endless, &mut into));
    let ran = sealed.finish(child);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(pouring.join().unwrap().is_err(), "nobody read on");
}

#[test]
fn the_sandbox_s_doctor_reports_a_broken_configuration() {
    let sealed = Sealed::new();
    sealed.write(".config/gatepost/config.toml", "[refresh]\nlaed = \"5m\"\n");
    let ran = sealed.run(&["--sandbox", "doctor"]);
    // The sample's revoked accounts are more urgent than the configuration.
    assert_eq!(ran.code, Some(4), "{ran}");
    let first = ran.stdout.lines().next().unwrap();
    assert!(first.contains("unknown key `refresh.laed`"), "{first}");
    assert!(
        ran.stdout.lines().count() > 5,
        "the rest was looked at: {ran}"
    );
    let json = sealed.run(&["--sandbox", "doctor", "--json"]).json();
    assert_eq!(json["checks"][0]["status"], "fail");
    assert_eq!(sealed.run(&["--sandbox", "list"]).code, Some(2));
}

#[test]
fn a_theme_that_is_none_is_named_without_a_terminal_too() {
    let sealed = Sealed::new();
    for arguments in [&["--theme", "drak"][..], &["--theme", "drak", "--plain"]] {
        let ran = sealed.run(arguments);
        let line = one_line(&ran, 2);
        assert!(
            line.contains("no theme `drak`; did you mean `dark`?"),
            "{ran}"
        );
    }
    sealed.write(".config/gatepost/config.toml", "[ui]\ntheme = \"drak\"\n");
    let ran = sealed.run(&[]);
    assert_eq!(ran.code, Some(0), "{ran}");
    let warned = "warning: `ui.theme`: there is no theme `drak`; did you mean `dark`?";
    assert!(ran.stderr.contains(warned), "{ran}");
}
