//! The variables and files that pages share.

use super::Item;

pub(super) const VAULT: &[Item] = &[
    (
        "GATEPOST_CONFIG",
        "The configuration file, where `--config` names none.",
    ),
    (
        "GATEPOST_VAULT_KEY",
        "The kind of the vault's key: `auto`, `keyring`, `file`, `passphrase` or `command`.",
    ),
    (
        "GATEPOST_PASSPHRASE_FILE",
        "A file to read the vault's passphrase from, in place of asking.",
    ),
];

pub(super) const NETWORK: &[Item] = &[
    (
        "HTTPS_PROXY, ALL_PROXY, NO_PROXY",
        "The way to Google. Loopback addresses never go through a proxy.",
    ),
    (
        "SSL_CERT_FILE",
        "Certificates to trust, in place of the system's.",
    ),
    (
        "GATEPOST_ENDPOINTS",
        "Stands for all of Google's addresses, as the one that `gatepost sandbox` prints.",
    ),
];

pub(super) const BROWSER: &[Item] = &[(
    "BROWSER",
    "The program that opens the link, with its arguments; `%s` stands for the link.",
)];

pub(super) const LOOK: &[Item] = &[
    ("NO_COLOR", "Set to anything: no colours."),
    ("ACCESSIBLE", "Set to 1: as `--plain`, for screen readers."),
];

pub(super) const STORE: &[Item] = &[
    (
        "~/.config/gatepost/config.toml",
        "The configuration. It need not exist.",
    ),
    ("~/.local/share/gatepost/vault.db", "The vault."),
];

pub(super) const KEY_FILE: &[Item] = &[(
    "~/.config/gatepost/vault.key",
    "The vault's key, where it is kept in a file.",
)];

pub(super) const STATE: &[Item] = &[
    (
        "~/.local/state/gatepost/gatepost.log",
        "What went on, without a secret.",
    ),
    (
        "~/.local/state/gatepost/usage.db",
        "Which program took a token when. It may be lost.",
    ),
];
