//! The file as it is written, and what its values have to be.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::{Clipboard, Config, hooks};
use crate::domain::scope::Scopes;
use crate::domain::time::{Span, parse_span};
use crate::domain::wording::safe;

/// Every key is optional.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Written {
    vault: WrittenVault,
    refresh: WrittenRefresh,
    consent: WrittenConsent,
    endpoints: BTreeMap<String, String>,
    ui: WrittenUi,
    keys: BTreeMap<String, Vec<String>>,
    hooks: toml::Table,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WrittenVault {
    key: Option<String>,
    key_command: Vec<String>,
    remember: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WrittenRefresh {
    auto: Option<bool>,
    lead: Option<String>,
    ending_within: Option<String>,
    concurrency: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WrittenConsent {
    scopes: Option<Vec<String>>,
    browser: Option<String>,
    port: Option<u16>,
    timeout: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WrittenUi {
    theme: Option<String>,
    ascii: Option<bool>,
    motion: Option<bool>,
    clipboard: Clipboard,
    mouse: Option<bool>,
    title: Option<bool>,
}

pub(super) const KEY_KINDS: [&str; 5] = ["auto", "keyring", "file", "passphrase", "command"];

impl Written {
    pub(super) fn validated(self) -> Result<Config, String> {
        let mut config = Config::default();
        config.vault.key_command = self.vault.key_command;
        if let Some(key) = self.vault.key {
            if !KEY_KINDS.contains(&key.as_str()) {
                return Err(format!(
                    "vault.key is `{}`; write auto, keyring, file, passphrase or command",
                    safe(&key)
                ));
            }
            if key == "command" && config.vault.key_command.is_empty() {
                return Err("vault.key is `command`, but vault.key_command names none".into());
            }
            config.vault.key = key;
        }
        if let Some(time) = self.vault.remember {
            let time = span("vault.remember", &time, Span::seconds(1), Span::days(30))?;
            config.vault.remember = time.to_std().ok();
        }
        config.policy.auto = self.refresh.auto.unwrap_or(true);
        if let Some(lead) = self.refresh.lead {
            config.policy.lead = span("refresh.lead", &lead, Span::seconds(10), Span::minutes(50))?;
        }
        if let Some(within) = self.refresh.ending_within {
            config.policy.ending_within = span(
                "refresh.ending_within",
                &within,
                Span::zero(),
                Span::days(180),
            )?;
        }
        if let Some(concurrency) = self.refresh.concurrency {
            if !(1..=256).contains(&concurrency) {
                return Err(format!(
                    "refresh.concurrency is {concurrency}; write 1 to 256"
                ));
            }
            config.policy.concurrency = concurrency;
        }
        if let Some(scopes) = self.consent.scopes {
            if scopes.is_empty()
                || scopes
                    .iter()
                    .any(|s| s.is_empty() || !s.bytes().all(|b| b.is_ascii_graphic()))
            {
                return Err(
                    "consent.scopes is a list of scopes, each without spaces and foreign letters"
                        .into(),
                );
            }
            config.consent.scopes = scopes
                .iter()
                .map(String::as_str)
                .collect::<Scopes>()
                .with_identity();
        }
        config.consent.browser = self.consent.browser.filter(|b| !b.trim().is_empty());
        config.consent.port = self.consent.port.unwrap_or(0);
        if let Some(timeout) = self.consent.timeout {
            let timeout = span(
                "consent.timeout",
                &timeout,
                Span::seconds(5),
                Span::hours(1),
            )?;
            config.consent.timeout = timeout.to_std().unwrap_or_default();
        }
        config.endpoints.single = self.endpoints;
        let ca_file = config
            .endpoints
            .single
            .remove("ca_file")
            .filter(|f| !f.is_empty());
        config.endpoints.ca_file = ca_file.map(PathBuf::from);
        if let Some(theme) = self.ui.theme {
            config.ui.theme = theme;
        }
        config.ui.ascii = self.ui.ascii.unwrap_or(false);
        config.ui.clipboard = self.ui.clipboard;
        config.ui.motion = self.ui.motion.unwrap_or(true);
        config.ui.mouse = self.ui.mouse.unwrap_or(true);
        config.ui.title = self.ui.title.unwrap_or(true);
        config.ui.keys = self.keys;
        config.hooks = hooks::read(&self.hooks)?;
        Ok(config)
    }
}

fn span(key: &str, text: &str, least: Span, most: Span) -> Result<Span, String> {
    let span = parse_span(text).map_err(|e| format!("{key}: {e}"))?;
    if span < least || span > most {
        return Err(format!(
            "{key} is {text}; it must lie between {}s and {}s",
            least.num_seconds(),
            most.num_seconds()
        ));
    }
    Ok(span)
}
