//! What a killed process leaves behind: it is named, the next one takes it away, and nothing that
//! is still being written is touched.

use std::fs;
use std::time::Duration;

use gatepost::vault::{
    Answer, PassphraseFor, Passphrases, Verdict, backup, check, leftovers, rekey, restore,
};

use super::backups::choice;
use super::*;

type Work = fn(&Home);

const LEFT: [&str; 8] = [
    "config/.vault-key-x0Y1z2",
    "config/vault.key.new",
    "data/.vault-Ab3dE9.backup",
    "data/.vault-Ab3dE9.backup-journal",
    "data/.vault-q8R7s6.db",
    "data/.vault-q8R7s6.db-shm",
    "data/.vault-q8R7s6.db-wal",
    "state/.usage-000000",
];

/// Alike, but not what we name anything.
const THEIRS: [&str; 4] = [
    "config/.vault-key-mine",
    "config/.vault-notes",
    "data/.vault-q8R7s6.db.old",
    "data/.vault-q8-7s6.db",
];

fn lay(home: &Home, names: &[&str]) {
    for name in names {
        let path = home.root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
}

fn there(home: &Home, names: &[&str]) -> usize {
    let there = |name: &&&str| home.root.path().join(name).exists();
    names.iter().filter(there).count()
}

/// What `vault check` says of the files.
fn files(home: &Home) -> (Verdict, String) {
    let found = check(&home.paths, &choice()).swap_remove(0);
    assert_eq!(found.what, "files");
    (found.verdict, found.words)
}

#[test]
fn what_was_left_is_named_and_goes_with_the_next_work_of_its_kind() {
    let works: [Work; 3] = [
        |home| {
            let file = home.root.path().join("another");
            backup(&home.paths, &choice(), &file, noon()).unwrap();
        },
        |home| {
            rekey(&home.paths, &choice(), KeyKind::File, noon()).unwrap();
        },
        |home| {
            let file = home.root.path().join("backup");
            restore(&home.paths, &choice(), &file, true, noon()).unwrap();
        },
    ];
    for (n, work) in works.into_iter().enumerate() {
        let home = Home::new();
        drop(home.open());
        let file = home.root.path().join("backup");
        backup(&home.paths, &choice(), &file, noon()).unwrap();
        assert_eq!(files(&home).0, Verdict::Good);
        lay(&home, &LEFT);
        lay(&home, &THEIRS);
        let (verdict, words) = files(&home);
        assert_eq!(verdict, Verdict::Doubtful);
        assert!(words.contains("killed") && words.contains("can be deleted"));
        let named: Vec<_> = leftovers(&home.paths);
        let expected = LEFT.map(|name| home.root.path().join(name));
        assert_eq!(named, expected, "case {n}");
        assert_eq!(
            there(&home, &LEFT),
            LEFT.len(),
            "looking takes nothing away"
        );
        work(&home);
        assert_eq!(there(&home, &LEFT), 0, "case {n}: {:?}", home.files());
        assert_eq!(there(&home, &THEIRS), THEIRS.len(), "case {n}");
        assert_eq!(files(&home).0, Verdict::Good, "case {n}");
        drop(home.open());
    }
}

#[test]
fn without_its_key_file_a_vault_keeps_the_one_that_was_to_take_its_place() {
    let home = Home::new();
    drop(home.open());
    let to_come = home.root.path().join("config/vault.key.new");
    fs::rename(&home.paths.key_file, &to_come).unwrap();
    assert!(leftovers(&home.paths).is_empty());
    let file = home.root.path().join("backup");
    backup(&home.paths, &choice(), &file, noon()).unwrap_err();
    assert!(to_come.exists());
}

/// Asked for the new vault's passphrase, it waits for ever, the new vault laid out beside the old.
#[test]
#[ignore = "a process that other tests start"]
fn a_restore_that_nobody_answers() {
    let passphrases = Passphrases::from(|purpose| {
        if matches!(purpose, PassphraseFor::NewVault) {
            say("it asks");
            loop {
                std::thread::sleep(Duration::from_secs(60));
            }
        }
        Ok(Answer {
            passphrase: Secret::new("battery staple"),
            typed: false,
        })
    });
    let choice = KeyChoice {
        passphrases,
        ..KeyChoice::of(KeyKind::Passphrase)
    };
    let paths = shared_paths();
    let file = paths.db.with_file_name("../backup");
    restore(&paths, &choice, &file, true, noon()).unwrap();
}

#[test]
fn what_is_still_being_written_is_nobodys_to_take() {
    let home = Home::new();
    drop(home.open());
    let backup_to = |name| {
        let file = home.root.path().join(name);
        backup(&home.paths, &choice(), &file, noon()).unwrap();
    };
    let drafts = || {
        let is_draft =
            |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with('.');
        home.files().into_iter().filter(is_draft).count()
    };
    backup_to("backup");
    let mut other = Other::start("vault::drafts::a_restore_that_nobody_answers", &home);
    other.says("it asks");
    let written = drafts();
    assert!(written > 0);
    backup_to("meanwhile");
    assert_eq!(drafts(), written);
    assert_eq!(files(&home).0, Verdict::Good, "{:?}", files(&home));
    other.kill();
    assert_eq!(files(&home).0, Verdict::Doubtful);
    backup_to("afterwards");
    assert_eq!(drafts(), 0);
    assert_eq!(files(&home).0, Verdict::Good);
}
