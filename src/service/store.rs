//! The vault as async code sees it: each access is one blocking job, one at a time.
//!
//! The mutex guards a database connection, not account state: what is believed of the accounts
//! lives in the actor alone, and no lock is held across an `.await`.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::error::GateError;
use crate::domain::account::AccountId;
use crate::vault::{AccountLock, Paths, Usage, Vault, VaultError};

#[derive(Clone, Debug)]
pub(super) struct Store {
    vault: Arc<Mutex<Vault>>,
    paths: Arc<Paths>,
}

/// Dates and sizes of the database, its log, and the record of use.
pub(super) type Stamp = [Option<(SystemTime, u64)>; 3];

fn stamp_of(file: &Path) -> Option<(SystemTime, u64)> {
    let found = std::fs::metadata(file).ok()?;
    Some((found.modified().ok()?, found.len()))
}

/// How often a held lock is tried again: a try costs some ten microseconds, and the holder's
/// request takes 100 ms at best, so that a hundred waiters neither spin nor wait much longer.
const LOCK_RETRY: Duration = Duration::from_millis(2);
const LOCK_RETRY_CAP: Duration = Duration::from_millis(8);

/// Another process's write is over within this, unless something is wrong with it.
const A_WRITE: Duration = Duration::from_secs(2);

/// The pauses between tries to store what must not be lost: short, since a person may be waiting.
const STUBBORN: [Duration; 4] = [
    Duration::from_millis(50),
    Duration::from_millis(150),
    Duration::from_millis(400),
    Duration::from_millis(900),
];

impl Store {
    pub(super) fn new(vault: Vault, paths: Paths) -> Self {
        Self {
            vault: Arc::new(Mutex::new(vault)),
            paths: Arc::new(paths),
        }
    }

    /// Runs one job against the vault.
    pub(super) async fn with<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Vault) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, GateError> {
        let vault = Arc::clone(&self.vault);
        // A job that panicked left the connection as SQLite left it: rolled back and usable.
        let work = move || job(&mut vault.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| GateError::Stopped)??)
    }

    /// Runs a job whose failure would lose what exists nowhere else: a disk that fails once, is full
    /// for a moment, or busy, is tried again.
    pub(super) async fn insist<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Vault) -> Result<T, VaultError> + Send + Sync + 'static,
    ) -> Result<T, GateError> {
        let job = Arc::new(job);
        for pause in STUBBORN {
            let again = Arc::clone(&job);
            match self.with(move |vault| again(vault)).await {
                Err(GateError::Vault(error)) => {
                    tracing::warn!(%error, "a new refresh token could not be stored; trying again");
                    tokio::time::sleep(pause).await;
                }
                done => return done,
            }
        }
        self.with(move |vault| job(vault)).await
    }

    /// Changes whenever any process writes. Two glances at file dates, cheap enough for each tick.
    pub(super) fn stamp(&self) -> Stamp {
        let mut log = self.paths.db.clone().into_os_string();
        log.push("-wal");
        [
            stamp_of(&self.paths.db),
            stamp_of(Path::new(&log)),
            stamp_of(&self.paths.usage),
        ]
    }

    pub(super) async fn usage(&self) -> Usage {
        let paths = Arc::clone(&self.paths);
        tokio::task::spawn_blocking(move || crate::vault::usage::read(&paths))
            .await
            .unwrap_or_default()
    }

    /// Takes the account's lock, which excludes every other refresher on this machine, or gives up
    /// at `deadline`. For a vault that cannot be written there is none: what Google answers could not
    /// be kept.
    pub(super) async fn lock(
        &self,
        id: AccountId,
        deadline: Instant,
    ) -> Result<Option<AccountLock>, GateError> {
        let mut pause = Pause::until(deadline);
        let lock = loop {
            if let Some(lock) = AccountLock::try_take(&self.paths, id)? {
                break lock;
            }
            if !pause.passed().await {
                return Ok(None);
            }
        };
        self.writable(pause).await?;
        Ok(Some(lock))
    }

    /// Who holds an account's lock, in words.
    pub(super) fn holder(&self, id: AccountId) -> String {
        let holder = AccountLock::holder(&self.paths, id);
        holder.map_or_else(|| "another gatepost".into(), |holder| holder.to_string())
    }

    /// Whether what Google is about to answer could be stored: asked before what cannot be asked
    /// twice.
    pub(super) async fn ready(&self) -> Result<(), GateError> {
        self.writable(Pause::until(Instant::now() + A_WRITE)).await
    }

    /// Until nobody else is writing, if that is before the deadline.
    async fn writable(&self, mut pause: Pause) -> Result<(), GateError> {
        loop {
            match self.with(Vault::must_be_writable).await {
                Err(GateError::Vault(VaultError::Busy { .. })) if pause.passed().await => {}
                done => return done,
            }
        }
    }
}

/// Between two tries for what another process holds.
struct Pause {
    next: Duration,
    deadline: Instant,
}

impl Pause {
    fn until(deadline: Instant) -> Self {
        let next = LOCK_RETRY;
        Self { next, deadline }
    }

    /// False at once where there is no time for one more.
    async fn passed(&mut self) -> bool {
        if Instant::now() + self.next > self.deadline {
            return false;
        }
        tokio::time::sleep(self.next).await;
        self.next = (self.next * 2).min(LOCK_RETRY_CAP);
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::clock::Clock;
    use crate::vault::{KeyChoice, KeyKind};

    /// How often a job is run that fails so many times, and whether it ends well.
    async fn insisted(failures: usize) -> (usize, bool) {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths {
            db: home.path().join("vault.db"),
            key_file: home.path().join("vault.key"),
            usage: home.path().join("usage.db"),
            locks: home.path().join("locks"),
        };
        let key = KeyChoice::of(KeyKind::File);
        let vault = Vault::open(&paths, &key, Clock::system().now()).unwrap();
        let store = Store::new(vault, paths);
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&runs);
        let job = move |_: &mut Vault| {
            if counted.fetch_add(1, Ordering::Relaxed) < failures {
                return Err(VaultError::SlotDamaged);
            }
            Ok(())
        };
        let done = store.insist(job).await.is_ok();
        (runs.load(Ordering::Relaxed), done)
    }

    #[tokio::test]
    async fn what_must_not_be_lost_is_tried_again_but_not_for_ever() {
        assert_eq!(insisted(0).await, (1, true));
        assert_eq!(insisted(STUBBORN.len()).await, (STUBBORN.len() + 1, true));
        assert_eq!(insisted(99).await, (STUBBORN.len() + 1, false));
    }
}
