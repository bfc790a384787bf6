//! A disk that is really full, and one that can really only be read: a small tmpfs, where one may be
//! mounted. A token that is still live is served from both.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use gatepost::domain::secret::Secret;
use tempfile::TempDir;

use super::home::{ANA, Home, Stage};
use super::operations::{OPERATIONS, Operation};

/// Unmounted with the test.
struct Disk(TempDir);

impl Disk {
    /// `None`, said loudly, where nothing may be mounted.
    #[expect(clippy::print_stdout, reason = "whoever reads the log must see it")]
    fn mount() -> Option<Self> {
        let disk = Self(TempDir::new().unwrap());
        let mounted = mount(&["-t", "tmpfs", "-o", "size=3m", "tmpfs"], disk.path());
        if !mounted {
            println!("SKIPPED: no disk can be mounted here");
        }
        mounted.then_some(disk)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Not a byte more.
    fn fill(&self, with: &str) {
        let mut file = std::fs::File::create(self.path().join(with)).unwrap();
        for size in [4096, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

fn mount(arguments: &[&str], at: &Path) -> bool {
    let done = Command::new("mount").args(arguments).arg(at).output();
    done.is_ok_and(|done| done.status.success())
}

fn subjects() -> impl Iterator<Item = &'static Operation> {
    // Whoever has to be waited for by a browser is covered by the steps.
    OPERATIONS.iter().filter(|o| o.with_consent.is_none())
}

fn refresh() -> &'static Operation {
    let mut all = OPERATIONS.iter();
    all.find(|operation| operation.arguments[0] == "token")
        .unwrap()
}

/// Refused in words, by the exit code, and with the old state in place; a live token goes on.
fn refused(stage: &Stage, home: &Home, operation: &Operation) {
    let output = stage.command(home, operation.arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(6), "{}: {said}", operation.name);
    assert!(output.stdout.is_empty(), "{}", operation.name);
    assert!(!said.contains("panicked"), "{}: {said}", operation.name);
}

fn warm(stage: &Stage, home: &Home) -> Vec<u8> {
    let output = stage.command(home, &["token", ANA]).output().unwrap();
    assert!(output.status.success() && !output.stdout.is_empty());
    output.stdout
}

#[test]
#[ignore = "mounts a disk; .ci/run runs it"]
fn a_full_disk_costs_nothing() {
    let Some(disk) = Disk::mount() else { return };
    let stage = Stage::new();
    for operation in subjects() {
        let home = stage.home_in(disk.path(), operation);
        let token = (!operation.starts_empty).then(|| warm(&stage, &home));
        let before = home.stored(&stage, ANA).unwrap();
        disk.fill("ballast");
        refused(&stage, &home, operation);
        if let Some(token) = token {
            assert_eq!(warm(&stage, &home), token, "{}", operation.name);
        }
        std::fs::remove_file(disk.path().join("ballast")).unwrap();
        home.is_sound(&stage).unwrap();
        let after = home.stored(&stage, ANA).unwrap();
        let same = before.as_ref().map(Secret::expose) == after.as_ref().map(Secret::expose);
        assert!(same, "{}", operation.name);
        home.goes_on(&stage).unwrap();
        // Google was not asked for what could not have been stored.
        let alive = after.is_none_or(|token| stage.takes(&token));
        assert!(alive, "{}: spent for nothing", operation.name);
    }
}

#[test]
#[ignore = "mounts a disk; .ci/run runs it"]
fn a_read_only_disk_serves_what_is_live_and_refuses_the_rest() {
    let Some(disk) = Disk::mount() else { return };
    let stage = Stage::new();
    for operation in subjects() {
        let home = stage.home_in(disk.path(), operation);
        let token = (!operation.starts_empty).then(|| warm(&stage, &home));
        let before = home.stored(&stage, ANA).unwrap();
        assert!(mount(&["-o", "remount,ro"], disk.path()));
        match &token {
            // What still lives is better than nothing, as when Google is away.
            Some(token) if operation.arguments[0] == "token" => {
                let output = stage.command(&home, operation.arguments).output().unwrap();
                assert_eq!(&output.stdout, token);
            }
            _ => refused(&stage, &home, operation),
        }
        if let Some(token) = token {
            assert_eq!(warm(&stage, &home), token, "{}", operation.name);
        }
        if !operation.starts_empty {
            for looking in [&["list"][..], &["status"], &["exec", ANA, "--", "true"]] {
                let output = stage.command(&home, looking).output().unwrap();
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{looking:?}: {said}");
            }
        }
        assert!(mount(&["-o", "remount,rw"], disk.path()));
        home.is_sound(&stage).unwrap();
        let after = home.stored(&stage, ANA).unwrap();
        let same = before.as_ref().map(Secret::expose) == after.as_ref().map(Secret::expose);
        assert!(same, "{}", operation.name);
        home.goes_on(&stage).unwrap();
        // Google was not asked for what could not have been stored.
        let alive = after.is_none_or(|token| stage.takes(&token));
        assert!(alive, "{}: spent for nothing", operation.name);
    }
}

/// A screen that is open has made the log already: nothing tells that it cannot grow until it must.
#[test]
#[ignore = "mounts a disk; .ci/run runs it"]
fn a_disk_that_is_full_under_an_open_vault_costs_no_token() {
    let Some(disk) = Disk::mount() else { return };
    let stage = Stage::new();
    let home = stage.home_in(disk.path(), refresh());
    let old = warm(&stage, &home);
    let before = home.stored(&stage, ANA).unwrap().unwrap();
    let screen = rusqlite::Connection::open(home.paths().db).unwrap();
    let layout = screen.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
    assert!(layout.unwrap() > 0);
    disk.fill("ballast");
    let served = stage.command(&home, refresh().arguments).output().unwrap();
    let said = String::from_utf8_lossy(&served.stderr);
    assert!(served.status.success(), "{said}");
    let new = warm(&stage, &home);
    assert_eq!(served.stdout, new, "what was printed is what is stored");
    assert_ne!(new, old);
    let stored = home.stored(&stage, ANA).unwrap().unwrap();
    assert_ne!(stored.expose(), before.expose());

    // The room that was kept for it is used up, by this and by others: Google is not asked again.
    disk.fill("more");
    let asked = stage.command(&home, &["refresh", ANA]).output().unwrap();
    let said = String::from_utf8_lossy(&asked.stderr);
    assert_eq!(asked.status.code(), Some(6), "{said}");
    assert!(said.contains("no space is left"), "{said}");
    assert_eq!(warm(&stage, &home), new);
    std::fs::remove_file(disk.path().join("ballast")).unwrap();
    std::fs::remove_file(disk.path().join("more")).unwrap();
    drop(screen);
    home.is_sound(&stage).unwrap();
    let after = home.stored(&stage, ANA).unwrap().unwrap();
    assert_eq!(after.expose(), stored.expose());
    home.goes_on(&stage).unwrap();
    assert!(stage.takes(&after), "spent for nothing");
}

/// SQLite opens such a file for reading, without a word.
#[test]
#[ignore = "needs a file that root may not write; .ci/run runs it"]
fn a_vault_that_cannot_be_written_costs_no_token() {
    let stage = Stage::new();
    let home = stage.home_in(&std::env::temp_dir(), refresh());
    let token = warm(&stage, &home);
    let before = home.stored(&stage, ANA).unwrap().unwrap();
    let frozen = |flag: &str| {
        let vault = home.paths().db;
        let done = Command::new("chattr").arg(flag).arg(vault).output();
        done.is_ok_and(|done| done.status.success())
    };
    if !frozen("+i") {
        println!("SKIPPED: no file can be frozen here");
        return;
    }
    let served = stage.command(&home, refresh().arguments).output().unwrap();
    let refused = stage.command(&home, &["refresh", ANA]).output().unwrap();
    assert!(frozen("-i"));
    assert_eq!(served.stdout, token, "what still lives is served");
    assert_eq!(refused.status.code(), Some(6));
    let after = home.stored(&stage, ANA).unwrap().unwrap();
    assert_eq!(after.expose(), before.expose());
    assert!(stage.takes(&after), "spent for nothing");
}
