//! Where things are on this machine: the platform's own directories, or one throw-away directory
//! for the sandbox. Makes nothing.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::report::Failure;
use crate::vault;

#[derive(Debug, Clone)]
pub(super) struct Places {
    pub(super) config: PathBuf,
    /// The person named the configuration, so it has to exist.
    pub(super) config_named: bool,
    pub(super) vault: vault::Paths,
    pub(super) log: PathBuf,
}

impl Places {
    /// `named` is `--config`; it wins over `GATEPOST_CONFIG`.
    pub(super) fn of_platform(named: Option<&Path>) -> Result<Self, Failure> {
        let dirs = ProjectDirs::from("", "", "gatepost").ok_or_else(|| {
            Failure::usage("there is no home directory to keep a vault in; set HOME")
        })?;
        let from_environment = || std::env::var_os("GATEPOST_CONFIG").filter(|v| !v.is_empty());
        let named = named
            .map(Path::to_owned)
            .or_else(|| from_environment().map(PathBuf::from));
        let state = dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir());
        Ok(Self {
            config_named: named.is_some(),
            config: named.unwrap_or_else(|| dirs.config_dir().join("config.toml")),
            vault: vault::Paths {
                db: dirs.data_dir().join("vault.db"),
                // Beside the usual configuration whichever one is read: the key belongs to the
                // vault, and that does not move with `--config`.
                key_file: dirs.config_dir().join("vault.key"),
                usage: state.join("usage.db"),
                locks: dirs.data_dir().join("locks"),
            },
            log: state.join("gatepost.log"),
        })
    }

    /// Everything under one directory, which is removed with all that is in it.
    pub(super) fn under(root: &Path) -> Self {
        Self {
            config: root.join("config.toml"),
            config_named: false,
            vault: vault::Paths {
                db: root.join("data").join("vault.db"),
                key_file: root.join("config").join("vault.key"),
                usage: root.join("state").join("usage.db"),
                locks: root.join("data").join("locks"),
            },
            log: root.join("state").join("gatepost.log"),
        }
    }
}
