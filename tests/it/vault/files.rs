//! The files themselves: who may read them, what lies in them, and what becomes of a vault that
//! is damaged, foreign, newer, or locked with another key.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;

use gatepost::vault::{AccountLock, KeyChoice, KeyKind, VaultErrorKind, glance, peek};

use super::*;

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn only_their_owner_may_look() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    let _lock = AccountLock::try_take(&home.paths, id).unwrap();
    gatepost::vault::usage::record(&home.paths, "ana@example.com", "mutt", noon());
    let files = home.files();
    let names: Vec<_> = files
        .iter()
        .map(|path| {
            path.strip_prefix(home.root.path())
                .unwrap()
                .to_str()
                .unwrap()
        })
        .collect();
    for expected in ["data/vault.db-wal", "data/vault.db-shm", "config/vault.key"] {
        assert!(
            names.contains(&expected),
            "{expected} is not among {names:?}"
        );
    }
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    for directory in ["data", "data/locks", "config", "state"] {
        assert_eq!(
            mode(&home.root.path().join(directory)),
            0o700,
            "{directory}"
        );
    }
}

#[test]
fn looser_modes_are_repaired() {
    let home = Home::new();
    drop(home.open());
    let data = home.root.path().join("data");
    fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
    for file in [&home.paths.db, &home.paths.key_file] {
        fs::set_permissions(file, Permissions::from_mode(0o644)).unwrap();
    }
    drop(home.open());
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&home.paths.db), 0o600);
    assert_eq!(mode(&home.paths.key_file), 0o600);
}

#[test]
fn no_secret_lies_anywhere_in_plain_text() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    let before = facts(&vault, id);
    let learnt = renewed(id, &before, noon() + Span::hours(1), ACCESS);
    vault.commit(&[learnt]).unwrap();
    let look = |when: &str| {
        for file in home.files() {
            let bytes = fs::read(&file).unwrap();
            let found = bytes.windows(6).any(|window| window == b"marked");
            assert!(!found, "{when}: a secret is legible in {}", file.display());
        }
    };
    look("while open");
    drop(vault);
    look("after closing");
    assert_eq!(refresh_token(&home.open(), id).unwrap(), REFRESH);
}

#[test]
fn links_in_place_of_the_key_or_the_vault_are_refused() {
    let home = Home::new();
    drop(home.open());
    for file in [&home.paths.key_file, &home.paths.db] {
        let elsewhere = home.root.path().join("elsewhere");
        fs::rename(file, &elsewhere).unwrap();
        symlink(&elsewhere, file).unwrap();
        let error = home.try_open(&file_key()).unwrap_err();
        assert_eq!(error.kind(), VaultErrorKind::Unavailable);
        assert!(error.to_string().contains("symbolic link"), "{error}");
        assert!(
            error.to_string().contains(file.to_str().unwrap()),
            "{error}"
        );
        fs::rename(&elsewhere, file).unwrap();
    }
}

#[test]
fn a_file_of_another_user_is_refused() {
    let home = Home::new();
    drop(home.open());
    for file in [&home.paths.key_file, &home.paths.db] {
        if chown(file, Some(12_345), None).is_err() {
            // Only root can give files away; elsewhere there is nothing to try.
            return;
        }
        let error = home.try_open(&file_key()).unwrap_err();
        assert!(
            error.to_string().contains("belongs to another user"),
            "{error}"
        );
        chown(file, Some(0), None).unwrap();
    }
    drop(home.open());
}

#[test]
fn the_log_of_a_vault_that_is_gone_is_not_taken_for_the_new_ones() {
    let home = Home::new();
    drop(home.open());
    fs::remove_file(&home.paths.db).unwrap();
    let log = home.paths.db.with_extension("db-wal");
    fs::write(&log, "frames of another time").unwrap();
    let error = home.try_open(&file_key()).unwrap_err();
    assert!(error.to_string().contains("vault.db-wal"), "{error}");
    assert!(!Vault::exists(&home.paths));
    fs::remove_file(&log).unwrap();
    drop(home.open());
}

#[test]
fn a_wrong_key_and_a_damaged_vault_are_told_apart() {
    let home = Home::new();
    drop(home.open());
    let other = Home::new();
    drop(other.open());
    let right = fs::read(&home.paths.key_file).unwrap();
    fs::copy(&other.paths.key_file, &home.paths.key_file).unwrap();
    let error = home.try_open(&file_key()).unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::WrongKey, "{error}");

    fs::write(&home.paths.key_file, "no key at all\n").unwrap();
    let error = home.try_open(&file_key()).unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::KeySource, "{error}");

    fs::write(&home.paths.key_file, right).unwrap();
    home.raw()
        .execute("UPDATE key_slot SET data_key = zeroblob(73)", [])
        .unwrap();
    let error = home.try_open(&file_key()).unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::Corrupt, "{error}");
}

#[test]
fn a_missing_key_file_is_said_and_not_replaced() {
    let home = Home::new();
    drop(home.open());
    fs::remove_file(&home.paths.key_file).unwrap();
    let error = home.try_open(&file_key()).unwrap_err();
    assert!(error.to_string().contains("vault.key"), "{error}");
    assert!(!home.paths.key_file.exists());
}

#[test]
fn a_newer_or_foreign_or_damaged_file_is_left_as_it_is() {
    type Spoil = fn(&Home);
    let spoilt: [(Spoil, VaultErrorKind); 5] = [
        (
            |home| home.raw().pragma_update(None, "user_version", 99).unwrap(),
            VaultErrorKind::Newer,
        ),
        (
            |home| home.raw().pragma_update(None, "application_id", 1).unwrap(),
            VaultErrorKind::Corrupt,
        ),
        (
            |home| fs::write(&home.paths.db, "not a database, ".repeat(100)).unwrap(),
            VaultErrorKind::Corrupt,
        ),
        (
            |home| fs::write(&home.paths.db, "").unwrap(),
            VaultErrorKind::Corrupt,
        ),
        (
            |home| {
                let bytes = fs::read(&home.paths.db).unwrap();
                fs::write(&home.paths.db, &bytes[..4_096]).unwrap();
            },
            VaultErrorKind::Corrupt,
        ),
    ];
    for (n, (spoil, expected)) in spoilt.into_iter().enumerate() {
        let home = Home::new();
        drop(home.open());
        spoil(&home);
        let before = fs::read(&home.paths.db).unwrap();
        let error = home.try_open(&file_key()).unwrap_err();
        assert_eq!(error.kind(), expected, "case {n}: {error}");
        let path = home.paths.db.to_str().unwrap();
        assert!(error.to_string().contains(path), "case {n}: {error}");
        assert_eq!(fs::read(&home.paths.db).unwrap(), before, "case {n}");
        let left = ["db-wal", "db-shm"].map(|end| home.paths.db.with_extension(end).exists());
        assert_eq!(left, [false, false], "case {n} left files beside it");
    }
}

/// A newer version may have left its last words in the log; closing must not file them.
#[test]
fn a_newer_vaults_log_is_left_as_well() {
    let home = Home::new();
    drop(home.open());
    let newer = home.raw();
    newer.pragma_update(None, "user_version", 99).unwrap();
    let log = home.paths.db.with_extension("db-wal");
    let (file, words) = (fs::read(&home.paths.db).unwrap(), fs::read(&log).unwrap());
    std::mem::forget(newer);
    let error = home.try_open(&file_key()).unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::Newer);
    assert_eq!(fs::read(&home.paths.db).unwrap(), file);
    assert_eq!(fs::read(&log).unwrap(), words);
}

#[test]
fn a_sealed_value_in_another_row_does_not_open() {
    let home = Home::new();
    let mut vault = home.open();
    let ana = account(&mut vault, "ana@example.com");
    let bob = account(&mut vault, "bob@example.com");
    home.raw()
        .execute(
            "UPDATE grant SET refresh_token = (SELECT refresh_token FROM grant WHERE account = ?1) \
             WHERE account = ?2",
            [ana.0, bob.0],
        )
        .unwrap();
    assert_eq!(refresh_token(&vault, ana).unwrap(), REFRESH);
    let error = vault.material(bob).unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::Corrupt);
    home.raw()
        .execute("UPDATE grant SET access_token = refresh_token", [])
        .unwrap();
    assert!(vault.access_token(ana).is_err());
}

#[test]
fn the_kind_of_key_is_decided_once() {
    let home = Home::new();
    let choose = |kind, command: &[&str]| KeyChoice {
        kind,
        command: command.iter().map(|&word| word.to_owned()).collect(),
        ..KeyChoice::default()
    };
    let key = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
    let by_command = choose(Some(KeyKind::Command), &["echo", key]);
    drop(home.try_open(&by_command).unwrap());
    assert!(!home.paths.key_file.exists());

    let vault = home.try_open(&choose(None, &["echo", key])).unwrap();
    assert_eq!(vault.view().key, "key command");
    let error = home
        .try_open(&choose(Some(KeyKind::File), &[]))
        .unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::Configuration);
    assert!(
        error.to_string().contains("gatepost vault rekey"),
        "{error}"
    );
    let error = home.try_open(&choose(None, &["false"])).unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::KeySource);
    for file in home.files() {
        let bytes = fs::read(file).unwrap();
        assert!(!bytes.windows(4).any(|window| window == b"echo"));
    }
}

#[test]
fn two_who_make_the_vault_at_once_share_it() {
    let home = Home::new();
    std::thread::scope(|scope| {
        for n in 0..8 {
            let home = &home;
            scope.spawn(move || {
                let mut vault = home.open();
                vault
                    .put_client(&new_client(&format!("c{n}")), noon())
                    .unwrap();
            });
        }
    });
    assert_eq!(home.open().read().unwrap().clients.len(), 8);
    let leftover = home.files().iter().any(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with(".vault")
    });
    assert!(!leftover, "{:?}", home.files());
}

#[test]
fn a_link_of_ones_own_may_lead_to_the_folder_and_nothing_is_changed_there() {
    let home = Home::new();
    drop(home.open());
    let data = home.paths.db.parent().unwrap().to_owned();
    let elsewhere = home.root.path().join("elsewhere");
    fs::rename(&data, &elsewhere).unwrap();
    symlink(&elsewhere, &data).unwrap();
    drop(home.open());
    fs::set_permissions(&elsewhere, Permissions::from_mode(0o755)).unwrap();
    let error = home.try_open(&file_key()).unwrap_err();
    assert!(error.to_string().contains("others may enter"), "{error}");
    assert!(error.remedy().unwrap().contains("chmod 700"));
    assert_eq!(mode(&elsewhere), 0o755);
    fs::set_permissions(&elsewhere, Permissions::from_mode(0o700)).unwrap();
    if std::os::unix::fs::lchown(&data, Some(12_345), None).is_ok() {
        let error = home.try_open(&file_key()).unwrap_err();
        assert!(error.to_string().contains("another user's"), "{error}");
    }
}

#[test]
fn nobody_has_a_reason_to_keep_the_locks_elsewhere() {
    let home = Home::new();
    drop(home.open());
    let elsewhere = home.root.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::set_permissions(&elsewhere, Permissions::from_mode(0o755)).unwrap();
    symlink(&elsewhere, &home.paths.locks).unwrap();
    let error = AccountLock::try_take(&home.paths, AccountId(1)).unwrap_err();
    assert!(error.to_string().contains("symbolic link"), "{error}");
    assert_eq!(mode(&elsewhere), 0o755);
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
}

/// What only glances leaves to the usual road what that would complain of, repair or refuse.
#[test]
fn a_glance_serves_nothing_that_others_may_have_touched() {
    let home = Home::new();
    let mut vault = home.open();
    account(&mut vault, "ana@example.com");
    drop(vault);
    let data = home.paths.db.parent().unwrap().to_owned();
    let look = || glance(&home.paths, &file_key(), "ana@example.com", &|_| true);
    assert!(look().unwrap().access.is_some());
    for (path, loose, private) in [(&data, 0o777, 0o700), (&home.paths.db, 0o666, 0o600)] {
        fs::set_permissions(path, Permissions::from_mode(loose)).unwrap();
        assert_eq!(look().unwrap_err().kind(), VaultErrorKind::Unavailable);
        drop(home.open());
        assert_eq!(mode(path), private);
        assert!(look().is_ok());
        if chown(path, Some(12_345), None).is_ok() {
            assert_eq!(look().unwrap_err().kind(), VaultErrorKind::Unavailable);
            peek(&home.paths).unwrap_err();
            chown(path, Some(0), None).unwrap();
        }
    }
}
