//! Damage of which some is not seen at first: every sector of a vault is lost once.

use std::fs;

use gatepost::vault::{VaultErrorKind, Verdict, backup, check, overview, restore};

use super::backups::choice;
use super::*;

const SECTOR: usize = 512;

fn furnished() -> Home {
    let home = Home::new();
    let mut vault = home.open();
    for n in 0..12 {
        let id = account(&mut vault, &format!("someone-{n}@example.com"));
        let later = noon() + Span::hours(1);
        let learnt = renewed(id, &facts(&vault, id), later, &format!("ya29.later-{n}"));
        vault.commit(&[learnt]).unwrap();
    }
    drop(vault);
    home
}

/// Whether it was found to be damaged.
fn is_bad(home: &Home) -> bool {
    // A single sealed value that is damaged concerns its own account alone.
    check(&home.paths, &file_key(), noon())
        .iter()
        .any(|finding| finding.verdict == Verdict::Bad && finding.what != "secrets")
}

#[test]
fn a_vault_with_a_lost_sector_is_neither_believed_nor_written_to() {
    let home = furnished();
    let whole = fs::read(&home.paths.db).unwrap();
    let beside = || ["db-wal", "db-shm"].map(|end| home.paths.db.with_extension(end).exists());
    let mut refused = 0;
    for start in (0..whole.len()).step_by(SECTOR) {
        let mut spoilt = whole.clone();
        spoilt[start..start + SECTOR].fill(0);
        fs::write(&home.paths.db, &spoilt).unwrap();
        let bad = is_bad(&home);
        assert_eq!(
            fs::read(&home.paths.db).unwrap(),
            spoilt,
            "sector at {start}"
        );
        match home.try_open(&file_key()) {
            Ok(vault) => {
                assert!(!bad, "sector at {start}: found by the check alone");
                drop(vault);
            }
            Err(error) => {
                assert_eq!(error.kind(), VaultErrorKind::Corrupt, "{start}: {error}");
                assert_eq!(
                    fs::read(&home.paths.db).unwrap(),
                    spoilt,
                    "sector at {start}"
                );
                assert_eq!(beside(), [false, false], "sector at {start}");
                refused += 1;
            }
        }
        fs::write(&home.paths.db, &whole).unwrap();
    }
    assert!(refused > 20, "{refused} of {}", whole.len() / SECTOR);
    assert!(!is_bad(&home));
}

#[test]
fn a_damaged_vault_that_can_be_read_is_set_aside_by_force_only() {
    let home = furnished();
    let file = home.root.path().join("backup");
    let choice = choice();
    backup(&home.paths, &choice, &file, noon()).unwrap();
    let whole = fs::read(&home.paths.db).unwrap();
    let broken = |start: &usize| {
        let mut spoilt = whole.clone();
        spoilt[*start..start + SECTOR].fill(0);
        fs::write(&home.paths.db, &spoilt).unwrap();
        let reads = overview(&home.paths, &choice).is_ok();
        reads && is_bad(&home)
    };
    let start = (0..whole.len()).step_by(SECTOR).find(broken);
    let spoilt = fs::read(&home.paths.db).unwrap();
    assert!(start.is_some(), "no sector is of that kind");

    let error = restore(&home.paths, &choice, &file, false, noon()).unwrap_err();
    assert_eq!(error.kind(), VaultErrorKind::Conflict, "{error}");
    assert_eq!(fs::read(&home.paths.db).unwrap(), spoilt);
    let done = restore(&home.paths, &choice, &file, true, noon()).unwrap();
    assert_eq!(fs::read(done.set_aside.unwrap()).unwrap(), spoilt);
    assert!(!is_bad(&home));
}
