//! A passphrase that Linux remembers for a while. Where the kernel lets nobody keep a key (many a
//! container), the same commands ask each time and say why.

use std::time::{Duration, Instant};

use gatepost::vault::kernel_remembers;

use super::sealed::{Ran, Sealed};
use super::vault::without_terminal;

const ANA: &str = "ana@gmail.com";

/// Signed in, and locked with a passphrase that was given once.
fn locked(remember: &str) -> Sealed {
    let sealed = Sealed::with_account(ANA);
    sealed.write("passphrase", "correct horse\n");
    set(&sealed, remember);
    let mut command = sealed.command(&["vault", "rekey", "--key", "passphrase"]);
    command.env("GATEPOST_PASSPHRASE_FILE", sealed.path("passphrase"));
    let rekeyed = finish(&sealed, &mut command);
    assert_eq!(rekeyed.code, Some(0), "{rekeyed}");
    sealed
}

fn set(sealed: &Sealed, remember: &str) {
    sealed.write(
        ".config/gatepost/config.toml",
        &format!("[vault]\nremember = \"{remember}\"\n"),
    );
}

fn finish(sealed: &Sealed, command: &mut std::process::Command) -> Ran {
    command.env("GATEPOST_VAULT_KEY", "auto");
    sealed.finish(without_terminal(command))
}

/// With nobody to ask.
fn unasked(sealed: &Sealed, arguments: &[&str]) -> Ran {
    finish(sealed, &mut sealed.command(arguments))
}

#[track_caller]
fn asks(ran: &Ran) {
    assert_eq!(ran.code, Some(6), "{ran}");
    assert!(ran.stderr.contains("nobody to ask"), "{ran}");
}

#[test]
fn nobody_is_asked_again_until_it_is_locked() {
    let sealed = locked("1h");
    if let Err(trouble) = kernel_remembers() {
        asks(&unasked(&sealed, &["token", ANA]));
        let doctor = unasked(&sealed, &["doctor"]).stdout;
        assert!(doctor.contains(&trouble.to_string()), "{doctor}");
        return;
    }
    for _ in 0..2 {
        let token = unasked(&sealed, &["token", ANA]);
        assert!(token.stdout.starts_with("ya29."), "{token}");
    }
    let listed = unasked(&sealed, &["list"]).stdout;
    assert!(listed.contains(ANA), "{listed}");
    let status = unasked(&sealed, &["vault", "status"]).stdout;
    assert!(status.contains("and by the kernel for a while"), "{status}");
    let status = unasked(&sealed, &["vault", "status", "--json"]).stdout;
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["key"]["remembered"], true);

    // Whoever does not want it any more is asked, whatever the kernel still knows.
    sealed.write(".config/gatepost/config.toml", "");
    asks(&unasked(&sealed, &["token", ANA]));
    set(&sealed, "1h");

    let locked = unasked(&sealed, &["vault", "lock"]);
    assert!(locked.stderr.starts_with("forgotten:"), "{locked}");
    asks(&unasked(&sealed, &["token", ANA]));
    let again = unasked(&sealed, &["vault", "lock"]);
    assert_eq!(again.stderr, "nothing was remembered\n");
    let status = unasked(&sealed, &["vault", "status"]).stdout;
    assert!(!status.contains("by the kernel"), "{status}");
}

#[test]
fn its_time_ends() {
    let sealed = locked("2s");
    let since = Instant::now();
    loop {
        let token = unasked(&sealed, &["token", ANA]);
        if token.code != Some(0) {
            asks(&token);
            break;
        }
        assert!(
            since.elapsed() < Duration::from_secs(60),
            "remembered for ever"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
    // Given once more, it is remembered once more.
    let mut command = sealed.command(&["token", ANA]);
    command.env("GATEPOST_PASSPHRASE_FILE", sealed.path("passphrase"));
    assert_eq!(finish(&sealed, &mut command).code, Some(0));
    if kernel_remembers().is_ok() {
        assert_eq!(unasked(&sealed, &["list"]).code, Some(0));
    }
    unasked(&sealed, &["vault", "lock"]);
}

#[test]
fn a_time_that_is_none_is_refused() {
    for (time, why) in [
        ("soon", "vault.remember"),
        ("0s", "must lie between"),
        ("31d", "must lie between"),
    ] {
        let sealed = Sealed::new();
        std::fs::create_dir_all(sealed.path(".config/gatepost")).unwrap();
        set(&sealed, time);
        let refused = sealed.run(&["list"]);
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(refused.stderr.contains(why), "{refused}");
    }
}
