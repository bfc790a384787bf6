//! `--sandbox`: a stand-in for Google in this process, a throw-away vault filled with sample
//! accounts, and the promise that nothing of it stays behind. Everything else in the program
//! gets addresses, places and a clock from here, and cannot tell the difference.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::pin::pin;

use futures_util::future::{Either, select};
use tempfile::TempDir;
use tokio::runtime::{Handle, Runtime};

use super::paths::Places;
use super::report::Failure;
use super::settings::Settings;
use super::signals::interrupted;
use super::{Outcome, playground, sample};
use crate::clock::Clock;
use crate::domain::wording::why;
use crate::sandbox::{self, Options, Sandbox, Scenario};
use crate::tui::Playground;

pub(super) struct Tryout {
    runtime: Runtime,
    /// Removed when this is dropped, with the vault in it.
    directory: TempDir,
    sandbox: Sandbox,
    clock: Clock,
    /// A configuration that the person named; it holds whole.
    config: Option<PathBuf>,
    broken: Broken,
}

/// What a configuration that cannot be used does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    StopsUs,
    /// The defaults hold, and somebody is told.
    IsReported,
}

/// Who takes notice of ^C and of being told to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signals {
    /// We do: the command is given up.
    EndIt,
    /// The command does: it has a terminal to put right.
    LeaveThem,
}

impl Tryout {
    pub(super) fn start(config: Option<&Path>, broken: Broken) -> Result<Self, Failure> {
        let unexpected = |error: std::io::Error| {
            Failure::Unexpected(format!("the sandbox cannot be started: {}", why(&error)))
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(unexpected)?;
        let directory = tempfile::Builder::new()
            .prefix("gatepost-sandbox-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir()
            .map_err(unexpected)?;
        let clock = Clock::system();
        let options = Options {
            port: 0,
            seed: None,
            scenario: Scenario::sample(),
            clock: clock.clone(),
        };
        let sandbox = runtime
            .block_on(sandbox::start(options))
            .map_err(unexpected)?;
        let tryout = Self {
            runtime,
            directory,
            sandbox,
            clock,
            config: config.map(Path::to_owned),
            broken,
        };
        sample::plant(&tryout.settings()?, &tryout.sandbox, tryout.clock.now())?;
        Ok(tryout)
    }

    /// Every address in the sandbox and everything in the throw-away directory, whatever the
    /// environment says. How a person's screen looks and which keys it listens to is the same as ever.
    pub(super) fn settings(&self) -> Result<Settings, Failure> {
        let mut settings = match self.configured() {
            Err(_) if self.broken == Broken::IsReported => {
                Settings::at(Places::under(self.directory.path()))?
            }
            configured => configured?,
        };
        settings.config.endpoints.base = Some(self.sandbox.base_url());
        settings.key = crate::vault::KeyChoice::of(crate::vault::KeyKind::File);
        Ok(settings)
    }

    /// What is wrong with the configuration.
    pub(super) fn complaint(&self) -> Option<Failure> {
        self.configured().err()
    }

    fn configured(&self) -> Result<Settings, Failure> {
        let mut places = Places::under(self.directory.path());
        match (&self.config, Places::of_platform(None)) {
            (Some(named), usual) => {
                places.config.clone_from(named);
                places.config_named = true;
                places.themes = usual.map_or(places.themes, |usual| usual.themes);
                Settings::at(places)
            }
            (None, Ok(usual)) => {
                places.themes.clone_from(&usual.themes);
                let usual = Settings::at(usual)?.config;
                let mut settings = Settings::at(places)?;
                settings.config.ui = usual.ui;
                settings.config.consent.timeout = usual.consent.timeout;
                settings.config.consent.browser = usual.consent.browser;
                Ok(settings)
            }
            // Without a home there is nothing usual, and the sandbox needs none.
            (None, Err(_)) => Settings::at(places),
        }
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock.clone()
    }

    pub(super) fn runtime(&self) -> Handle {
        self.runtime.handle().clone()
    }

    /// What can be made to happen here; its task ends with the runtime.
    pub(super) fn playground(&self) -> Playground {
        let (playground, work) = playground::open(&self.sandbox);
        self.runtime.spawn(work);
        playground
    }

    /// Runs a command, and cleans up behind it however it ends.
    pub(super) fn attend(
        self,
        signals: Signals,
        command: impl FnOnce() -> Outcome + Send + 'static,
    ) -> Outcome {
        let outcome = self.runtime.block_on(async {
            let ended = tokio::task::spawn_blocking(command);
            let ended = async {
                ended
                    .await
                    // What it panicked with may hold a secret; where was said already.
                    .unwrap_or_else(|_| Err(Failure::Unexpected("the command broke off".into())))
            };
            if signals == Signals::LeaveThem {
                return ended.await;
            }
            match select(pin!(interrupted()?), pin!(ended)).await {
                Either::Left(((), _)) => Err(Failure::Interrupted),
                Either::Right((outcome, _)) => outcome,
            }
        });
        // A command that waits for an answer on the terminal would wait for ever.
        self.runtime.shutdown_background();
        outcome
    }
}
