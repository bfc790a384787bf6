//! What was set: by the configuration file, the environment and the places of the platform, before
//! anything is opened. Knows which of them wins, and what a person hears of a setting that is none.

use std::path::Path;

use super::passphrase;
use super::paths::Places;
use super::report::Failure;
use crate::config::{Config, ConfigError, EndpointConfig};
use crate::domain::mail::Protocol;
use crate::google::Endpoints;
use crate::tui::keymap::{self, KeysError};
use crate::vault::{KeyChoice, KeyKind};

/// What the person, the file and the environment said: all that is needed before anything is
/// opened.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) places: Places,
    pub(super) key: KeyChoice,
}

impl Settings {
    pub(super) fn load(config: Option<&Path>) -> Result<Self, Failure> {
        Self::at(Places::of_platform(config)?)
    }

    /// The defaults in place of a configuration that cannot be used, and what is wrong with it. What
    /// the environment says still holds, as far as it can be used.
    pub(super) fn load_or_default(
        config: Option<&Path>,
    ) -> Result<(Self, Option<Failure>), Failure> {
        let places = Places::of_platform(config)?;
        let complaint = match Self::at(places.clone()) {
            Ok(settings) => match settings.endpoints() {
                Ok(_) => return Ok((settings, None)),
                Err(bad_endpoint) => bad_endpoint,
            },
            Err(bad_file) => bad_file,
        };
        let environment = |name: &str| std::env::var(name).ok();
        let config = Config::of_environment(&environment).unwrap_or_default();
        let mut settings = Self {
            key: key_choice(&config),
            config,
            places,
        };
        if settings.endpoints().is_err() {
            settings.config.endpoints = EndpointConfig::default();
        }
        Ok((settings, Some(complaint)))
    }

    pub(super) fn at(places: Places) -> Result<Self, Failure> {
        let environment = |name: &str| std::env::var(name).ok();
        let config = Config::load(&places.config, places.config_named, &environment)?;
        check_keys(&config, &places.config)?;
        Ok(Self {
            key: key_choice(&config),
            config,
            places,
        })
    }

    pub(super) fn endpoints(&self) -> Result<Endpoints, Failure> {
        let mut endpoints = Endpoints::google();
        let wanted = &self.config.endpoints;
        for (name, address) in &wanted.single {
            endpoints
                .set(name, address)
                .map_err(|error| bad_endpoint(&self.places.config.display(), &error))?;
        }
        let Some(base) = &wanted.base else {
            return Ok(endpoints);
        };
        // The environment wins, but it names no mail servers.
        let under =
            Endpoints::under(base).map_err(|error| bad_endpoint(&"GATEPOST_ENDPOINTS", &error))?;
        Ok(under.with_mail_of(endpoints))
    }

    /// Host and port of the mail server, for the strings that name them.
    pub(super) fn mail_server(&self, protocol: Protocol) -> Result<(String, u16), Failure> {
        let endpoints = self.endpoints()?;
        let server = endpoints.mail(protocol).rsplit_once(':');
        server
            .and_then(|(host, port)| Some((host.to_owned(), port.parse().ok()?)))
            .ok_or_else(|| {
                let key = protocol.key();
                Failure::usage(format!("endpoints.{key} is not host:port"))
            })
    }
}

fn key_choice(config: &Config) -> KeyChoice {
    KeyChoice {
        // The configuration has checked the word; the one that names no kind is `auto`.
        kind: config.vault.key.parse::<KeyKind>().ok(),
        command: config.vault.key_command.clone(),
        passphrases: passphrase::on_the_terminal(),
        remember: config.vault.remember,
    }
}

/// The configuration knows no actions, and the screen knows no file: here both are at hand.
fn check_keys(config: &Config, path: &Path) -> Result<(), ConfigError> {
    let path = path.to_owned();
    keymap::check(&config.ui.keys).map_err(|error| match error {
        KeysError::Unknown { action, nearest } => ConfigError::UnknownKey {
            path,
            key: format!("keys.{action}"),
            nearest: nearest.map(|action| format!("keys.{action}")),
        },
        other => ConfigError::Invalid {
            path,
            what: other.to_string(),
        },
    })
}

fn bad_endpoint(place: &dyn std::fmt::Display, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("`{place}`: {error}"))
}
