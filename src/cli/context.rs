//! The composition root: from settings to a vault, Google and the service. The one place here
//! that knows them all; whether Google is the sandbox is a matter of addresses.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::runtime::{Builder, Handle, Runtime};

use super::Global;
use super::hook;
use super::lookout::Lookout;
use super::machine;
use super::notification;
use super::output::Output;
use super::report::Failure;
use super::settings::Settings;
use super::signals;
use super::trace;
use super::tryout::Tryout;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::account::{AccountId, Naming};
use crate::domain::event::{Event, Result as Ended, What};
use crate::domain::mail::Protocol;
use crate::domain::snapshot::Snapshot;
use crate::domain::time::{Span, Timestamp};
use crate::google::{Google, HttpOptions};
use crate::service::doctor::Patient;
use crate::service::error::GateError;
use crate::service::files::Folders;
use crate::service::{Gate, Hooks, Parts, Role};
use crate::vault::{self, HistoryQuery, Vault, VaultError};

#[derive(Clone)]
pub(super) struct Context {
    pub(super) out: Arc<Output>,
    settings: Settings,
    /// `--theme`.
    theme: Option<String>,
    clock: Clock,
    /// Where the sandbox's own runtime is, if there is one.
    runtime: Option<Handle>,
    /// How long another process may keep us from opening the vault.
    patience: Duration,
}

impl Context {
    pub(super) fn new(
        global: &Global,
        out: Arc<Output>,
        tryout: Option<&Tryout>,
    ) -> Result<Self, Failure> {
        let context = match tryout {
            Some(tryout) => Self {
                out,
                settings: tryout.settings()?,
                theme: global.theme.clone(),
                clock: tryout.clock(),
                runtime: Some(tryout.runtime()),
                patience: vault::PATIENCE,
            },
            None => Self {
                out,
                settings: Settings::load(global.config.as_deref())?,
                theme: global.theme.clone(),
                clock: Clock::system(),
                runtime: None,
                patience: vault::PATIENCE,
            },
        };
        context.start_trace(global);
        Ok(context)
    }

    /// For one who said how long to wait.
    pub(super) fn with_patience(&self, most: Span) -> Self {
        Self {
            patience: self.patience.min(most.to_std().unwrap_or_default()),
            ..self.clone()
        }
    }

    /// Where files go that a person asks for without naming a place.
    pub(super) fn state_folder(&self) -> PathBuf {
        let log = &self.settings.places.log;
        log.parent().unwrap_or(log).to_owned()
    }

    /// For the one command that a broken configuration does not stop.
    pub(super) fn for_doctor(
        global: &Global,
        out: Arc<Output>,
    ) -> Result<(Self, Option<Failure>), Failure> {
        let (settings, complaint) = Settings::load_or_default(global.config.as_deref())?;
        let context = Self {
            out,
            settings,
            theme: None,
            clock: Clock::system(),
            runtime: None,
            patience: vault::PATIENCE,
        };
        context.start_trace(global);
        Ok((context, complaint))
    }

    /// A log that cannot be kept stops nobody: a cached token works on a full or read-only disk.
    fn start_trace(&self, global: &Global) {
        if let Err(failure) = trace::start(&self.settings.places.log, global.verbose) {
            self.out.warn(&failure.to_string());
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock.clone()
    }

    pub(super) fn config(&self) -> &Config {
        &self.settings.config
    }

    pub(super) fn theme(&self) -> Option<&str> {
        self.theme.as_deref()
    }

    /// Where the person's own themes are.
    pub(super) fn themes(&self) -> &Path {
        &self.settings.places.themes
    }

    pub(super) fn ascii(&self) -> bool {
        self.settings.config.ui.ascii
    }

    /// The global options that another program has to repeat, to reach the same accounts.
    pub(super) fn repeated_options(&self) -> Result<Vec<String>, Failure> {
        let mut options = Vec::new();
        if self.runtime.is_some() {
            options.push("--sandbox".into());
        }
        let places = &self.settings.places;
        if places.config_named {
            let config = std::path::absolute(&places.config).ok();
            let config = config.as_deref().and_then(Path::to_str).map(str::to_owned);
            let no_text = || Failure::usage("the configuration's path is no text");
            options.extend(["--config".into(), config.ok_or_else(no_text)?]);
        }
        Ok(options)
    }

    /// One reading of the vault. A vault that is not there is empty, and is not made by looking.
    pub(super) fn look(&self) -> Result<Snapshot, Failure> {
        Lookout::of(self).look()
    }

    /// What happened, newest first, and who took a token.
    pub(super) fn history(&self, since: Option<Timestamp>) -> Result<Vec<Event>, Failure> {
        if !Vault::exists(&self.settings.places.vault) {
            return Ok(Vec::new());
        }
        let mut events = self.vault()?.history(&HistoryQuery {
            account: None,
            since,
            limit: usize::MAX,
        })?;
        let snapshot = self.look()?;
        for view in &snapshot.accounts {
            let handed_out = view.handed_out.iter();
            events.extend(handed_out.map(|handout| Event {
                at: handout.at,
                account: Some(view.id),
                email: Some(view.email.clone()),
                what: What::Token,
                result: Ended::Done,
                code: String::new(),
                detail: format!("to {}", handout.program),
            }));
        }
        events.retain(|event| since.is_none_or(|since| event.at >= since));
        events.sort_by_key(|event| std::cmp::Reverse(event.at));
        Ok(events)
    }

    pub(super) fn folders(&self) -> Folders {
        (self.settings.places.folders)()
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) fn has_vault(&self) -> bool {
        Vault::exists(&self.settings.places.vault)
    }

    /// Runs `work` with a service of its own, until it ends or a signal does.
    pub(super) fn with_gate<T>(
        &self,
        work: impl AsyncFnOnce(Gate) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.with_gate_to_the_end(async |gate| {
            let interrupted = signals::interrupted()?;
            match select(pin!(interrupted), pin!(work(gate))).await {
                Either::Left(((), _)) => Err(Failure::Interrupted),
                Either::Right((result, _)) => result,
            }
        })
    }

    /// The same for work that has something to undo, and so hears the signals itself.
    pub(super) fn with_gate_to_the_end<T>(
        &self,
        work: impl AsyncFnOnce(Gate) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.block_on(async {
            // It may ask for a passphrase, and whoever is asked may end it like any program: the
            // signals are listened to only after it.
            let gate = self.gate(Role::OneShot).await?;
            let result = work(gate.clone()).await;
            // What is in the air is stored first: a rotated refresh token comes only once.
            gate.close().await;
            result
        })
    }

    /// The same for one account, which has to be there: a mistyped name makes no vault.
    pub(super) fn with_account<T>(
        &self,
        wanted: &str,
        work: impl AsyncFnOnce(&Gate, AccountId) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let find = |snapshot: &Snapshot| {
            let found = snapshot.find(wanted, Naming::Prefix);
            found.map_err(|unknown| Failure::Gate(unknown.into()))
        };
        if !self.has_vault() {
            find(&Snapshot::default())?;
        }
        self.with_gate(async |gate| {
            let id = find(&gate.snapshot())?;
            work(&gate, id).await
        })
    }

    /// All that the doctor looks at.
    pub(super) fn patient(&self) -> Result<Patient, Failure> {
        let Settings {
            config,
            places,
            key,
        } = &self.settings;
        Ok(Patient {
            google: self.google()?,
            paths: places.vault.clone(),
            key: key.clone(),
            policy: config.policy,
            consent: config.consent.clone(),
            no_browser: machine::no_browser(),
            // A base names no mail servers.
            has_mail: config.endpoints.base.is_none()
                || Protocol::ALL
                    .iter()
                    .any(|protocol| config.endpoints.single.contains_key(protocol.key())),
            files: places.watched(),
            clock: self.clock(),
        })
    }

    fn google(&self) -> Result<Google, Failure> {
        let http = HttpOptions {
            ca_file: self.settings.config.endpoints.ca_file.clone(),
            ..HttpOptions::default()
        };
        let endpoints = self.settings.endpoints()?;
        Ok(Google::new(endpoints, http, self.clock()))
    }

    /// None in the sandbox, where nothing happens to anybody, and none from within a hook, or it
    /// would set off itself.
    fn hooks(&self) -> Hooks {
        let config = &self.settings.config.hooks;
        let is_real = self.runtime.is_none() && std::env::var_os(hook::MARK).is_none();
        let (true, Ok(program)) = (is_real, std::env::current_exe()) else {
            return Hooks::default();
        };
        let log = &self.settings.places.log;
        let runner = |flag: &str| vec![program.clone().into(), flag.into(), log.clone().into()];
        Hooks {
            commands: config.commands.clone(),
            runner: runner(hook::FLAG),
            notifier: config.notify.then(|| runner(notification::FLAG)),
        }
    }

    /// A service; the runtime it lives in is the caller's.
    pub(super) async fn gate(&self, role: Role) -> Result<Gate, Failure> {
        let parts = Parts {
            google: self.google()?,
            vault: self.vault()?,
            paths: self.settings.places.vault.clone(),
            policy: self.settings.config.policy,
            consent: self.settings.config.consent.clone(),
            no_browser: machine::no_browser(),
            clock: self.clock(),
            role,
            hooks: self.hooks(),
        };
        Ok(Gate::start(parts).await?)
    }

    /// Runs async work on the sandbox's runtime, or on one made for it. One thread does: what is
    /// heavy is the vault's, and that runs beside it.
    pub(super) fn block_on<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        if let Some(runtime) = &self.runtime {
            return runtime.block_on(work);
        }
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::Unexpected(format!("no runtime: {error}")))?;
        run_to_end(runtime, work)
    }

    /// Notes which program was given a token. It has the token already, so nothing can fail.
    pub(super) fn record_use(&self, email: &str, program: &str) {
        vault::usage::record(&self.settings.places.vault, email, program, self.now());
    }

    pub(super) fn vault(&self) -> Result<Vault, Failure> {
        let paths = &self.settings.places.vault;
        self.complain_of_loose_files();
        let vault = Vault::open_within(paths, &self.settings.key, self.now(), self.patience)?;
        if let Some(trouble) = vault.keyring_passed_over() {
            let file = paths.key_file.display();
            self.out
                .note(&format!("the vault's key is the file `{file}`: {trouble}"));
        }
        Ok(vault)
    }

    /// Before they are used, which repairs them: whoever could read them may have done so.
    pub(super) fn complain_of_loose_files(&self) {
        let files = vault::files(&self.settings.places.vault);
        for file in files.iter().filter(|file| file.is_loose()) {
            self.out.warn(&format!(
                "`{}` could be read by others on this machine (mode {:04o}); from now on it cannot",
                file.path.display(),
                file.mode
            ));
        }
    }
}

/// A name that is still being looked up cannot be called off and holds nobody up: the caller said
/// how long to wait. What the vault is writing ends well within this.
fn run_to_end<T>(runtime: Runtime, work: impl Future<Output = T>) -> T {
    let result = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_millis(500));
    result
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        Self::Gate(GateError::Vault(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_blocking_job_that_hangs_holds_nobody_up() {
        let runtime = Builder::new_current_thread().build().unwrap();
        let started = Instant::now();
        run_to_end(runtime, async {
            tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_secs(5)));
            tokio::task::yield_now().await;
        });
        assert!(started.elapsed() < Duration::from_secs(2));
    }
}
