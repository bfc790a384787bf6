//! Settings: defaults, then the file, then the environment. Plain data, validated once; no code
//! reads the environment later. It knows words and numbers, not what they are used for.

mod hooks;
mod known;
mod themes;
mod written;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

pub use self::themes::{ThemeFile, theme_files};

use self::known::{check_keys, located};
use self::written::{KEY_KINDS, Written};
use crate::domain::hook::Hook;
use crate::domain::schedule::Policy;
use crate::domain::scope::{MAIL, Scopes};
use crate::domain::wording::why;
use crate::reading::{self, Pipes};

/// Whatever is longer was named by mistake.
const LONGEST: usize = 1024 * 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub vault: VaultConfig,
    pub policy: Policy,
    pub consent: ConsentConfig,
    pub endpoints: EndpointConfig,
    pub ui: UiConfig,
    pub hooks: HooksConfig,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultConfig {
    /// `auto`, `keyring`, `file`, `passphrase` or `command`.
    pub key: String,
    pub key_command: Vec<String>,
    /// How long the kernel may remember what was made of a passphrase.
    pub remember: Option<Duration>,
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
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in the file"
)]
pub struct UiConfig {
    pub theme: String,
    pub ascii: bool,
    /// Something may turn, and seconds may run.
    pub motion: bool,
    /// Whether the mouse is taken at the start.
    pub mouse: bool,
    /// Whether the window gets a title.
    pub title: bool,
    /// `[keys]`: an action's name, and the keys it shall have.
    pub keys: BTreeMap<String, Vec<String>>,
    pub clipboard: Clipboard,
}

/// By which road text leaves for the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Clipboard {
    /// The first of them that works.
    #[default]
    Auto,
    Tmux,
    Native,
    Osc52,
    None,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HooksConfig {
    /// The program to run, and its arguments.
    pub commands: BTreeMap<Hook, Vec<String>>,
    /// Whether the desktop shows what needs a person.
    pub notify: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the configuration `{}`: {}", path.display(), why(.source))]
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
                remember: None,
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
                motion: true,
                mouse: true,
                title: true,
                keys: BTreeMap::new(),
                clipboard: Clipboard::Auto,
            },
            hooks: HooksConfig::default(),
        }
    }
}

impl Config {
    /// Reads `path` if it exists (it must when it was `named` by the person), then the environment.
    pub fn load(
        path: &Path,
        named: bool,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let text = match read(path) {
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

    /// Without the file.
    pub fn of_environment(env: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        Self::default().with_environment(env)
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

/// No pipe: what reads it is not read by one alone.
fn read(path: &Path) -> std::io::Result<String> {
    let bytes = reading::read(path, LONGEST, Pipes::Refused)?;
    if bytes.len() > LONGEST {
        return Err(std::io::Error::other("it has more than 1 MiB"));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| std::io::ErrorKind::InvalidData)?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Span;

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
             port = 4711\n[endpoints]\ntoken = \"http://127.0.0.1:1/token\"\nca_file = \"\"\n[ui]\nascii = true\nclipboard = \"osc52\"\n",
        )
        .unwrap();
        assert!(!config.policy.auto && config.ui.ascii);
        assert_eq!(config.ui.clipboard, Clipboard::Osc52);
        assert_eq!(config.policy.lead, Span::minutes(10));
        assert_eq!(config.consent.port, 4711);
        assert!(
            config.consent.scopes.contains("openid"),
            "identity scopes are always added"
        );
        assert_eq!(config.endpoints.ca_file, None);
    }

    #[test]
    fn the_screen_s_switches_and_keys_are_read() {
        let text = "[ui]\nmotion = false\nmouse = false\ntitle = false\n[keys]\nrefresh = [\"f5\", \"ctrl-r\"]\nlog = []\n";
        let ui = parse(text).unwrap().ui;
        assert!(!ui.motion && !ui.mouse && !ui.title);
        assert_eq!(ui.keys["refresh"], ["f5", "ctrl-r"]);
        assert!(ui.keys["log"].is_empty());
        let error = parse("[keys]\nrefresh = \"r\"\n").unwrap_err();
        assert!(error.contains("line 2"), "{error}");
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
            ("[ui]\nclipboard = \"x11\"", "`osc52`"),
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
