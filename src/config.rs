//! Settings: defaults, then the file, then the environment. Plain data, validated once; no code
//! reads the environment later. It knows words and numbers, not what they are used for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::domain::schedule::Policy;
use crate::domain::scope::{MAIL, Scopes};
use crate::domain::time::{Span, parse_span};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub vault: VaultConfig,
    pub policy: Policy,
    pub consent: ConsentConfig,
    pub endpoints: EndpointConfig,
    pub ui: UiConfig,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultConfig {
    /// `auto`, `keyring`, `file`, `passphrase` or `command`.
    pub key: String,
    pub key_command: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentConfig {
    pub scopes: Scopes,
    /// A program with arguments; `%s` or `%u` stands for the link.
    pub browser: Option<String>,
    /// 0 means any free port.
    pub port: u16,
    pub timeout: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EndpointConfig {
    /// `GATEPOST_ENDPOINTS`: all HTTP endpoints under one base.
    pub base: Option<String>,
    /// Single ones, by their name in the file.
    pub single: BTreeMap<String, String>,
    pub ca_file: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UiConfig {
    pub theme: String,
    pub ascii: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the configuration `{}`: {source}", path.display())]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("`{}` is not valid: {what}", path.display())]
    Invalid { path: PathBuf, what: String },
    #[error("unknown key `{key}` in `{}`{}", path.display(), did_you_mean(nearest.as_deref()))]
    UnknownKey {
        path: PathBuf,
        key: String,
        nearest: Option<String>,
    },
    #[error("the environment variable {name} is `{value}`; {expected}")]
    Environment {
        name: &'static str,
        value: String,
        expected: &'static str,
    },
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest
        .map(|n| format!("; did you mean `{n}`?"))
        .unwrap_or_default()
}

impl Default for Config {
    fn default() -> Self {
        Self {
            vault: VaultConfig {
                key: "auto".into(),
                key_command: Vec::new(),
            },
            policy: Policy::default(),
            consent: ConsentConfig {
                scopes: Scopes::parse(MAIL).with_identity(),
                browser: None,
                port: 0,
                timeout: Duration::from_secs(300),
            },
            endpoints: EndpointConfig::default(),
            ui: UiConfig {
                theme: "auto".into(),
                ascii: false,
            },
        }
    }
}

/// The file as it is written. Every key is optional.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Written {
    vault: WrittenVault,
    refresh: WrittenRefresh,
    consent: WrittenConsent,
    endpoints: BTreeMap<String, String>,
    ui: WrittenUi,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WrittenVault {
    key: Option<String>,
    key_command: Vec<String>,
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
}

/// Every key there is; anything else in the file is a typo.
const KEYS: [(&str, &[&str]); 5] = [
    ("vault", &["key", "key_command"]),
    ("refresh", &["auto", "lead", "ending_within", "concurrency"]),
    ("consent", &["scopes", "browser", "port", "timeout"]),
    (
        "endpoints",
        &[
            "authorization",
            "token",
            "revocation",
            "tokeninfo",
            "userinfo",
            "gmail",
            "imap",
            "smtp",
            "ca_file",
        ],
    ),
    ("ui", &["theme", "ascii"]),
];

const KEY_KINDS: [&str; 5] = ["auto", "keyring", "file", "passphrase", "command"];

impl Config {
    /// Reads `path` if it exists (it must when it was `named` by the person), then the environment.
    pub fn load(
        path: &Path,
        named: bool,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !named => String::new(),
            Err(source) => {
                return Err(ConfigError::Unreadable {
                    path: path.to_owned(),
                    source,
                });
            }
        };
        Self::parse(&text, path)?.with_environment(env)
    }

    fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let invalid = |what: String| ConfigError::Invalid {
            path: path.to_owned(),
            what,
        };
        if text.is_empty() {
            return Ok(Self::default());
        }
        let table: toml::Table = text
            .parse()
            .map_err(|e: toml::de::Error| invalid(located(&e, text)))?;
        check_keys(&table, path)?;
        let written: Written = toml::from_str(text).map_err(|e| invalid(located(&e, text)))?;
        written.validated().map_err(invalid)
    }

    fn with_environment(
        mut self,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        if let Some(kind) = env("GATEPOST_VAULT_KEY").filter(|v| !v.is_empty()) {
            if !KEY_KINDS.contains(&kind.as_str()) {
                return Err(ConfigError::Environment {
                    name: "GATEPOST_VAULT_KEY",
                    value: crate::domain::wording::safe(&kind),
                    expected: "write auto, keyring, file, passphrase or command",
                });
            }
            self.vault.key = kind;
        }
        self.endpoints.base = env("GATEPOST_ENDPOINTS").filter(|v| !v.is_empty());
        if self.consent.browser.is_none() {
            self.consent.browser = env("BROWSER").filter(|v| !v.trim().is_empty());
        }
        Ok(self)
    }
}

impl Written {
    fn validated(self) -> Result<Config, String> {
        let mut config = Config::default();
        config.vault.key_command = self.vault.key_command;
        if let Some(key) = self.vault.key {
            if !KEY_KINDS.contains(&key.as_str()) {
                return Err(format!(
                    "vault.key is `{key}`; write auto, keyring, file, passphrase or command"
                ));
            }
            if key == "command" && config.vault.key_command.is_empty() {
                return Err("vault.key is `command`, but vault.key_command names none".into());
            }
            config.vault.key = key;
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
                    .any(|s| s.is_empty() || s.contains(char::is_whitespace))
            {
                return Err("consent.scopes is a list of scopes, each without spaces".into());
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

fn check_keys(table: &toml::Table, path: &Path) -> Result<(), ConfigError> {
    let unknown = |key: String, known: &mut dyn Iterator<Item = String>| ConfigError::UnknownKey {
        path: path.to_owned(),
        nearest: known
            .max_by(|a, b| likeness(a, &key).total_cmp(&likeness(b, &key)))
            .filter(|n| likeness(n, &key) > 0.7),
        key,
    };
    for (section, value) in table {
        let Some((_, keys)) = KEYS.iter().find(|(name, _)| name == section) else {
            // A key without its section is as near as a section misspelt.
            let homeless = KEYS
                .iter()
                .find(|(_, keys)| keys.contains(&section.as_str()));
            let whole = homeless.map(|(name, _)| format!("{name}.{section}"));
            let sections = KEYS.iter().map(|(name, _)| (*name).to_owned());
            return Err(match whole {
                Some(whole) => ConfigError::UnknownKey {
                    path: path.to_owned(),
                    key: section.clone(),
                    nearest: Some(whole),
                },
                None => unknown(section.clone(), &mut { sections }),
            });
        };
        let Some(inner) = value.as_table() else {
            return Err(ConfigError::Invalid {
                path: path.to_owned(),
                what: format!("`{section}` is a section; write `[{section}]` above its keys"),
            });
        };
        if let Some(key) = inner.keys().find(|key| !keys.contains(&key.as_str())) {
            let mut known = keys.iter().map(|known| format!("{section}.{known}"));
            return Err(unknown(format!("{section}.{key}"), &mut known));
        }
    }
    Ok(())
}

fn likeness(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(a, b)
}

/// toml's message in one line, with the line it means.
fn located(error: &toml::de::Error, text: &str) -> String {
    let line = error
        .span()
        .map(|span| text[..span.start.min(text.len())].lines().count().max(1));
    let what = error
        .message()
        .lines()
        .next()
        .unwrap_or("not TOML")
        .to_owned();
    line.map_or(what.clone(), |line| format!("line {line}: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text, Path::new("config.toml")).map_err(|e| e.to_string())
    }

    #[test]
    fn an_empty_file_is_the_defaults() {
        assert_eq!(parse("").unwrap(), Config::default());
    }

    #[test]
    fn the_contract_s_example_is_read() {
        let config = parse(
            "[refresh]\nauto = false\nlead = \"10m\"\nconcurrency = 4\n[consent]\nscopes = [\"https://mail.google.com/\"]\n\
             port = 4711\n[endpoints]\ntoken = \"http://127.0.0.1:1/token\"\nca_file = \"\"\n[ui]\nascii = true\n",
        )
        .unwrap();
        assert!(!config.policy.auto && config.ui.ascii);
        assert_eq!(config.policy.lead, Span::minutes(10));
        assert_eq!(config.consent.port, 4711);
        assert!(
            config.consent.scopes.contains("openid"),
            "identity scopes are always added"
        );
        assert_eq!(config.endpoints.ca_file, None);
    }

    #[test]
    fn a_typo_is_named_with_the_nearest_key() {
        let error = parse("[refresh]\nlaed = \"5m\"").unwrap_err();
        assert_eq!(
            error,
            "unknown key `refresh.laed` in `config.toml`; did you mean `refresh.lead`?"
        );
        let error = parse("[refesh]\n").unwrap_err();
        assert_eq!(
            error,
            "unknown key `refesh` in `config.toml`; did you mean `refresh`?"
        );
    }

    #[test]
    fn a_key_without_its_section_is_shown_the_way() {
        let error = parse("lead = \"5m\"").unwrap_err();
        assert_eq!(
            error,
            "unknown key `lead` in `config.toml`; did you mean `refresh.lead`?"
        );
    }

    #[test]
    fn bad_values_are_named_in_one_line() {
        for (text, culprit) in [
            ("vault = 3", "`[vault]`"),
            ("[[refresh]]", "`[refresh]`"),
            ("[refresh]\nlead = \"soon\"", "refresh.lead"),
            ("[refresh]\nconcurrency = 0", "refresh.concurrency"),
            ("[vault]\nkey = \"magic\"", "vault.key"),
            ("[vault]\nkey = \"command\"", "vault.key_command"),
            ("[ui]\nascii = 3", "line 2"),
            ("[ui", "line 1"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(
                error.contains(culprit) && !error.contains('\n'),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn the_environment_wins() {
        let env = |name: &str| match name {
            "GATEPOST_VAULT_KEY" => Some("command".to_owned()),
            "GATEPOST_ENDPOINTS" => Some("http://127.0.0.1:9".to_owned()),
            "BROWSER" => Some("firefox".to_owned()),
            _ => None,
        };
        let config = Config::default().with_environment(&env).unwrap();
        assert_eq!(config.vault.key, "command");
        assert_eq!(config.endpoints.base.as_deref(), Some("http://127.0.0.1:9"));
        assert_eq!(config.consent.browser.as_deref(), Some("firefox"));
        assert!(
            Config::default()
                .with_environment(&|_| Some("nonsense".into()))
                .is_err()
        );
    }
}
