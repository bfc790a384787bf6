//! Where things are on this machine: the platform's own directories, or one throw-away directory
//! for the sandbox. Makes nothing.

use std::path::{Path, PathBuf};

use directories::{ProjectDirs, UserDirs};

use super::report::Failure;
use crate::service::doctor::Watched;
use crate::service::files::Folders;
pub(super) use crate::vault::Names;
use crate::vault::{self, Others};

#[derive(Debug, Clone)]
pub(super) struct Places {
    pub(super) config: PathBuf,
    /// The person named the configuration, so it has to exist.
    pub(super) config_named: bool,
    /// The folder of the person's own themes.
    pub(super) themes: PathBuf,
    pub(super) vault: vault::Paths,
    pub(super) log: PathBuf,
    /// The person's own, where files to be taken in may lie; looked for when asked, since a cached
    /// token has no use for them.
    pub(super) folders: fn() -> Folders,
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
            themes: dirs.config_dir().join("themes"),
            vault: vault::Paths {
                db: dirs.data_dir().join("vault.db"),
                // Beside the usual configuration whichever one is read: the key belongs to the
                // vault, and that does not move with `--config`.
                key_file: dirs.config_dir().join("vault.key"),
                usage: state.join("usage.db"),
                locks: dirs.data_dir().join("locks"),
            },
            log: state.join("gatepost.log"),
            folders,
        })
    }

    /// Everything under one directory, which is removed with all that is in it.
    pub(super) fn under(root: &Path) -> Self {
        Self {
            config: root.join("config.toml"),
            config_named: false,
            themes: root.join("config").join("themes"),
            vault: vault::Paths {
                db: root.join("data").join("vault.db"),
                key_file: root.join("config").join("vault.key"),
                usage: root.join("state").join("usage.db"),
                locks: root.join("data").join("locks"),
            },
            log: root.join("state").join("gatepost.log"),
            // A stand-in for Google has no use for the person's real files.
            folders: Folders::default,
        }
    }

    /// What is in the vault by name; nothing where it is not there or cannot be read.
    pub(super) fn names(&self) -> Names {
        vault::names(&self.vault).unwrap_or_default()
    }

    /// Everything of ours on disk that other users have no business with.
    pub(super) fn watched(&self) -> Vec<Watched> {
        let parent = |path: &Path| path.parent().map(Path::to_owned);
        let beside = |ending: &str| {
            let mut name = self.vault.db.clone().into_os_string();
            name.push(ending);
            PathBuf::from(name)
        };
        // Where a person's own file lies is their affair; the key is where it always is.
        let around = parent(&self.vault.key_file);
        let settings = [around, Some(self.config.clone())];
        let ours = [
            Some(self.vault.key_file.clone()),
            parent(&self.vault.db),
            Some(self.vault.db.clone()),
            Some(beside("-wal")),
            Some(beside("-shm")),
            Some(beside("-journal")),
            Some(self.vault.locks.clone()),
            parent(&self.log),
            Some(self.vault.usage.clone()),
            Some(self.log.clone()),
        ];
        let watched = |others| move |path| Watched { path, others };
        let settings = settings.into_iter().flatten().map(watched(Others::Read));
        let ours = ours.into_iter().flatten().map(watched(Others::Nothing));
        settings.chain(ours).collect()
    }
}

fn folders() -> Folders {
    let dirs = UserDirs::new();
    let home = dirs.as_ref().map(|dirs| dirs.home_dir().to_owned());
    let downloads = dirs.as_ref().and_then(|dirs| dirs.download_dir());
    let below_home = |name: &str| home.as_ref().map(|home| home.join(name));
    // Programs with a terminal keep to these on macOS too.
    let config = named("XDG_CONFIG_HOME").or_else(|| below_home(".config"));
    let in_config = |name: &str| config.as_ref().map(|config| config.join(name));
    Folders {
        downloads: downloads
            .map(Path::to_owned)
            .or_else(|| below_home("Downloads")),
        current: std::env::current_dir().ok(),
        gcloud: named("CLOUDSDK_CONFIG").or_else(|| below_home(".config/gcloud")),
        gam: named("GAMCFGDIR").or_else(|| below_home(".gam")),
        rclone: named("RCLONE_CONFIG").or_else(|| in_config("rclone/rclone.conf")),
        state: named("XDG_STATE_HOME").or_else(|| below_home(".local/state")),
        cache: named("XDG_CACHE_HOME").or_else(|| below_home(".cache")),
        config,
        home,
    }
}

fn named(variable: &str) -> Option<PathBuf> {
    let value = std::env::var_os(variable).filter(|value| !value.is_empty());
    value.map(PathBuf::from)
}
