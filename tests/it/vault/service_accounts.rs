//! Service accounts: one key each, sealed like every other secret, and wherever the vault goes.

use gatepost::domain::service_account::{KeyStored, ServiceAccount, ServiceAccountKey};
use gatepost::vault::{
    Answer, Passphrases, VaultErrorKind, Verdict, backup, check, names, overview, peek, rekey,
    restore,
};

use super::*;

const ROBOT: &str = "robot@my-project.iam.gserviceaccount.com";
const MARK: &str = "-----BEGIN PRIVATE KEY-----\nmarked-private-key";

fn key(id: &str) -> ServiceAccountKey {
    ServiceAccountKey {
        email: ROBOT.into(),
        key_id: id.into(),
        private_key: Secret::new(format!("{MARK} {id}")),
        project: Some("my-project".into()),
        client_id: "1034".into(),
        token_uri: Some("https://oauth2.googleapis.com/token".into()),
    }
}

fn with_key() -> (Home, Vault) {
    let home = Home::new();
    let mut vault = home.open();
    let put = vault.put_service_account(&key("first"), false, noon());
    assert_eq!(put.unwrap(), KeyStored::Added);
    (home, vault)
}

fn stored(vault: &Vault) -> Option<ServiceAccountKey> {
    vault.service_account_key(ROBOT).unwrap()
}

/// With a passphrase for whatever asks for one.
fn choice() -> KeyChoice {
    let passphrases = Passphrases::from(|_| {
        Ok(Answer {
            passphrase: Secret::new("battery staple"),
            typed: false,
        })
    });
    KeyChoice {
        passphrases,
        ..file_key()
    }
}

#[test]
fn what_is_stored_comes_back_and_is_legible_to_nobody_else() {
    let (home, vault) = with_key();
    assert_eq!(stored(&vault), Some(key("first")));
    assert_eq!(
        vault.read().unwrap().service_accounts,
        [ServiceAccount {
            email: ROBOT.into(),
            key_id: "first".into(),
            project: Some("my-project".into()),
            client_id: "1034".into(),
            added_at: noon(),
        }]
    );
    assert_eq!(names(&home.paths).unwrap().service_accounts, [ROBOT]);
    assert_eq!(
        overview(&home.paths, &file_key()).unwrap().service_accounts,
        1
    );
    for file in home.files() {
        let bytes = std::fs::read(&file).unwrap();
        let mark = b"marked-private-key";
        assert!(!bytes.windows(mark.len()).any(|window| window == mark));
    }
}

#[test]
fn another_key_takes_its_place_only_when_it_is_meant_to() {
    let (home, mut vault) = with_key();
    let mut put = |key: &ServiceAccountKey, replace| {
        vault.put_service_account(key, replace, noon() + Span::hours(1))
    };
    assert_eq!(put(&key("first"), false).unwrap(), KeyStored::Known);
    let mut shouted = key("second");
    shouted.email = ROBOT.to_uppercase();
    let error = put(&shouted, false).unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::Conflict);
    assert!(error.to_string().contains("another key (first)"), "{error}");
    let replaced = KeyStored::Replaced("first".into());
    assert_eq!(put(&key("second"), true).unwrap(), replaced);
    assert_eq!(stored(&vault), Some(key("second")));
    assert_eq!(vault.read().unwrap().service_accounts.len(), 1);

    vault.remove_service_account(ROBOT).unwrap();
    assert_eq!(stored(&vault), None);
    let error = vault.remove_service_account(ROBOT).unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::Missing);
    assert_eq!(names(&home.paths).unwrap().service_accounts, [""; 0]);
}

#[test]
fn it_survives_another_key_of_the_vault_and_a_move_to_another_machine() {
    let (home, vault) = with_key();
    rekey(&home.paths, &choice(), KeyKind::Passphrase, noon()).unwrap();
    assert_eq!(stored(&vault), Some(key("first")));
    let as_recorded = KeyChoice {
        kind: None,
        ..choice()
    };
    drop(vault);
    assert_eq!(
        stored(&home.try_open(&as_recorded).unwrap()),
        Some(key("first"))
    );

    let file = home.root.path().join("backup");
    let made = backup(&home.paths, &as_recorded, &file, noon()).unwrap();
    assert_eq!((made.accounts, made.service_accounts), (0, 1));
    let other = Home::new();
    let done = restore(&other.paths, &choice(), &file, false, noon()).unwrap();
    assert_eq!((done.accounts, done.service_accounts), (0, 1));
    assert_eq!(stored(&other.open()), Some(key("first")));
    // It is worth as much as an account to whoever restores over it.
    let error = restore(&other.paths, &choice(), &file, false, noon()).unwrap_err();
    assert!(
        error.to_string().contains("holds a service account's key"),
        "{error}"
    );
}

#[test]
fn a_damaged_or_moved_one_is_noticed() {
    for damage in [
        "UPDATE service_account SET private_key = zeroblob(60)",
        "UPDATE service_account SET private_key = substr(private_key, 1, 40)",
        "UPDATE service_account SET id = 7",
    ] {
        let (home, vault) = with_key();
        let secrets = || {
            let findings = check(&home.paths, &file_key(), noon());
            findings.into_iter().find(|f| f.what == "secrets").unwrap()
        };
        assert_eq!(
            (secrets().verdict, secrets().words.as_str()),
            (Verdict::Good, "all 1 open")
        );
        assert_eq!(home.raw().execute(damage, []).unwrap(), 1);
        assert_eq!(secrets().verdict, Verdict::Bad, "{damage}");
        assert!(
            secrets().words.contains("service_account.private_key"),
            "{damage}"
        );
        let error = vault.service_account_key(ROBOT).unwrap_err();
        assert_eq!(error.kind(), VaultErrorKind::Corrupt, "{damage}");
        // The file it came from mends it.
        let mut vault = vault;
        vault
            .put_service_account(&key("first"), true, noon())
            .unwrap();
        assert_eq!(secrets().verdict, Verdict::Good, "{damage}");
    }
}

#[test]
fn a_backup_with_a_damaged_one_is_not_put_in_place() {
    let (home, vault) = with_key();
    drop(vault);
    let damage = "UPDATE service_account SET private_key = zeroblob(60)";
    home.raw().execute(damage, []).unwrap();
    let file = home.root.path().join("backup");
    backup(&home.paths, &choice(), &file, noon()).unwrap();
    let other = Home::new();
    let error = restore(&other.paths, &choice(), &file, false, noon()).unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::WrongKey, "{error}");
    assert!(!Vault::exists(&other.paths));
}

#[test]
fn a_vault_from_before_there_were_any_is_read_as_it_is_and_migrated_when_opened() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    drop(vault);
    home.raw()
        .execute_batch("DROP TABLE service_account; PRAGMA user_version = 3;")
        .unwrap();
    let layout = || overview(&home.paths, &file_key()).unwrap().layout;
    assert_eq!(
        overview(&home.paths, &file_key()).unwrap().service_accounts,
        0
    );
    let seen = peek(&home.paths).unwrap();
    assert_eq!((seen.accounts.len(), seen.service_accounts.len()), (1, 0));
    assert_eq!(names(&home.paths).unwrap().accounts.len(), 1);
    assert_eq!(layout(), 3, "looking changes nothing");
    let mut vault = home.open();
    assert_eq!(layout(), 4);
    assert_eq!(refresh_token(&vault, id).unwrap(), REFRESH);
    vault
        .put_service_account(&key("first"), false, noon())
        .unwrap();
    assert_eq!(stored(&vault), Some(key("first")));
}
