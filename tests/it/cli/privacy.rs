//! Nobody else's business: what is made is private from the first moment whatever the umask, no
//! link or pipe is written to, and the doctor's advice fits what lies in a file's place.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use super::sealed::{Ran, Sealed};

type Lay<'a> = &'a dyn Fn(&Path);

const LOG: &str = ".local/state/gatepost/gatepost.log";

/// With a umask that forbids nothing.
fn careless(sealed: &Sealed, arguments: &[&str]) -> Ran {
    let plain = sealed.command(arguments);
    let mut command = Command::new("sh");
    command
        .args(["-c", "umask 0; exec \"$@\"", "sh"])
        .arg(plain.get_program())
        .args(plain.get_args())
        .current_dir(sealed.home.path())
        .env_clear()
        .envs(
            plain
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .env("TMPDIR", sealed.path("tmp"))
        .env(
            "PATH",
            format!("{}:/usr/bin:/bin", sealed.path("bin").display()),
        );
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

fn loose(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if mode(&path) & 0o077 > 0 {
            found.push(format!("{} {:o}", path.display(), mode(&path)));
        }
        if path.is_dir() {
            loose(&path, found);
        }
    }
}

#[test]
fn with_any_umask_all_that_is_made_is_private() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let fresh = Sealed::new();
    fresh.credentials();
    let file = fresh.path("credentials.json");
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    let ran = careless(&fresh, &["client", "add", "credentials.json", "-vv"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    fs::write(sealed.path("word"), "battery staple").unwrap();
    fs::set_permissions(sealed.path("word"), Permissions::from_mode(0o600)).unwrap();
    for arguments in [
        &["token", "ana", "-v"][..],
        &[
            "export",
            "ana@gmail.com",
            "--format",
            "adc",
            "-o",
            "adc.json",
        ],
        &["vault", "rekey", "--key", "file"],
        &["refresh", "ana"],
    ] {
        let ran = careless(&sealed, arguments);
        assert_eq!(ran.code, Some(0), "{ran}");
    }
    for sealed in [&sealed, &fresh] {
        let mut found = Vec::new();
        loose(&sealed.path(".config"), &mut found);
        loose(&sealed.path(".local"), &mut found);
        assert!(sealed.path(LOG).exists());
        assert_eq!(found, Vec::<String>::new());
    }
    assert_eq!(mode(&sealed.path("adc.json")), 0o600);
}

/// A mail program that is tried out leaves what it fetched there; the sandbox its vault.
#[test]
fn with_any_umask_throw_away_folders_are_private() {
    let sealed = Sealed::with_account("ana@gmail.com");
    fs::create_dir(sealed.path("tmp")).unwrap();
    let here = "stat -c '%a %n' \"$TMPDIR\"/gatepost-* >> \"$0\"";
    let seen = sealed.path("seen");
    let exec = ["exec", "ana.berg@gmail.com", "--", "sh", "-c", here, "seen"];
    let ran = careless(&sealed, &[&["--sandbox"][..], &exec].concat());
    assert_eq!(ran.code, Some(0), "{ran}");
    let script = format!(
        "#!/bin/sh\nstat -c '%a %n' '{}'/gatepost-* >> '{}' 2>&-\n",
        sealed.path("tmp").display(),
        seen.display()
    );
    sealed.write("bin/msmtp", &script);
    fs::set_permissions(sealed.path("bin/msmtp"), Permissions::from_mode(0o755)).unwrap();
    let ran = careless(&sealed, &["setup", "msmtp", "ana", "--check"]);
    let seen = fs::read_to_string(seen).unwrap();
    for kind in ["sandbox", "exec", "setup"] {
        let mut folders = seen
            .lines()
            .filter(|line| line.contains(&format!("/gatepost-{kind}-")));
        let folder = folders
            .next()
            .unwrap_or_else(|| panic!("{kind}: {seen}{ran}"));
        assert!(folder.starts_with("700 "), "{folder}");
    }
    assert_eq!(fs::read_dir(sealed.path("tmp")).unwrap().count(), 0);
}

#[test]
fn the_log_is_a_file_of_ones_own_or_none() {
    let sealed = Sealed::with_account("ana@gmail.com");
    let log = sealed.path(LOG);
    assert_eq!(sealed.run(&["list", "-v"]).code, Some(0));
    fs::remove_file(&log).unwrap();
    let refused = |why: &str| {
        let ran = sealed.run(&["list", "-v"]);
        assert_eq!(ran.code, Some(0), "{ran}");
        assert!(
            ran.stderr.contains(why) && ran.stderr.contains(LOG),
            "{ran}"
        );
    };
    sealed.write("diary", "mine\n");
    symlink(sealed.path("diary"), &log).unwrap();
    refused("symbolic link");
    assert_eq!(fs::read_to_string(sealed.path("diary")).unwrap(), "mine\n");
    fs::remove_file(&log).unwrap();
    let made = Command::new("mkfifo").arg(&log).status().unwrap();
    assert!(made.success());
    refused("not a regular file");
    fs::remove_file(&log).unwrap();
    fs::write(&log, "").unwrap();
    fs::set_permissions(&log, Permissions::from_mode(0o644)).unwrap();
    let ran = sealed.run(&["refresh", "ana", "-v"]);
    assert_eq!((ran.code, mode(&log)), (Some(0), 0o600), "{ran}");
    if std::os::unix::fs::chown(&log, Some(12_345), None).is_ok() {
        refused("belongs to another user");
    }
}

fn of_files(ran: &Ran) -> Vec<(String, String, String)> {
    let checks = ran.json()["checks"].as_array().unwrap().clone();
    let text =
        |entry: &serde_json::Value, name: &str| entry[name].as_str().unwrap_or("").to_owned();
    let files = checks.iter().filter(|entry| entry["check"] == "files");
    files
        .map(|entry| {
            (
                text(entry, "subject"),
                text(entry, "message"),
                text(entry, "remedy"),
            )
        })
        .collect()
}

/// SQLite would wait for a pipe's writer, and says of a link only that something cannot be opened.
#[test]
fn what_lies_beside_the_vault_is_named_where_it_is_no_file() {
    let sealed = Sealed::with_client();
    sealed.write("elsewhere", "mine\n");
    let pipe = |path: &Path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    let link = |path: &Path| symlink(sealed.path("elsewhere"), path).unwrap();
    for ending in ["-wal", "-shm", "-journal"] {
        let name = format!(".local/share/gatepost/vault.db{ending}");
        let path = sealed.path(&name);
        let lay: [(Lay<'_>, &str); 2] = [(&pipe, "regular file"), (&link, "symbolic link")];
        for (lay, why) in lay {
            let _ = fs::remove_file(&path);
            lay(&path);
            let ran = sealed.run(&["list"]);
            assert_eq!(ran.code, Some(6), "{ran}");
            assert!(
                ran.stderr.contains(&name) && ran.stderr.contains(why),
                "{ran}"
            );
            let ran = sealed.run(&["doctor", "--json"]);
            let found = of_files(&ran);
            assert!(
                found.iter().any(|(subject, ..)| subject.ends_with(&name)),
                "{ran}"
            );
        }
        fs::remove_file(&path).unwrap();
    }
    assert_eq!(
        fs::read_to_string(sealed.path("elsewhere")).unwrap(),
        "mine\n"
    );
    assert_eq!(sealed.run(&["list"]).code, Some(0));
}

/// Who may write there can put another key in its place.
#[test]
fn the_doctor_looks_at_the_keys_folder_whichever_configuration_is_read() {
    let sealed = Sealed::with_client();
    sealed.write("my own.toml", "");
    let folder = sealed.path(".config/gatepost");
    fs::set_permissions(&folder, Permissions::from_mode(0o777)).unwrap();
    let ran = sealed.run(&["--config", "my own.toml", "doctor", "--json"]);
    let found = of_files(&ran);
    let about = found
        .iter()
        .find(|(subject, ..)| subject.ends_with(".config/gatepost"));
    let (_, words, remedy) = about.unwrap_or_else(|| panic!("{ran}"));
    assert!(words.contains("other users can change it"), "{ran}");
    assert!(remedy.starts_with("chmod go-w"), "{ran}");
}

#[test]
fn the_doctors_advice_fits_the_trouble() {
    let sealed = Sealed::with_client();
    let db = sealed.db();
    let kept = sealed.path("kept");
    fs::rename(&db, &kept).unwrap();
    let advice = |lay: &dyn Fn(), words: &str, remedy: &str| {
        lay();
        let ran = sealed.run(&["doctor", "--json"]);
        let found = of_files(&ran);
        let about = found
            .iter()
            .find(|(subject, ..)| subject.ends_with("vault.db"));
        let about = about.unwrap_or_else(|| panic!("{ran}"));
        assert!(about.1.contains(words) && about.2.contains(remedy), "{ran}");
        assert!(!about.2.contains("chmod"), "{ran}");
        assert_eq!(ran.code, Some(6), "{ran}");
        fs::remove_file(&db).unwrap();
    };
    let pipe = || assert!(Command::new("mkfifo").arg(&db).status().unwrap().success());
    advice(&pipe, "no regular file", "move it away");
    advice(
        &|| symlink(&kept, &db).unwrap(),
        "symbolic link",
        "the file itself",
    );
    let foreign = || {
        fs::copy(&kept, &db).unwrap();
        std::os::unix::fs::chown(&db, Some(12_345), None).unwrap();
    };
    if rustix::process::geteuid().is_root() {
        advice(&foreign, "another user", "chown");
    }
}
