//! Looks at this machine for the recipes: which version of a program is here, how gatepost is
//! reached from other programs, and what else they need.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::context::Context;
use super::super::report::Failure;
use super::process;
use crate::domain::mail::Protocol;
use crate::domain::wording::safe;
use crate::programs::{Facts, Machine, Program, Server, System, Version};
use crate::reading::on_search_path;

/// A program that takes longer to say its version is written for as if it were not here.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where Cyrus SASL looks for plugins.
const SASL_FOLDERS: &[&str] = &[
    "/usr/lib/sasl2",
    "/usr/lib64/sasl2",
    "/usr/local/lib/sasl2",
    "/opt/homebrew/lib/sasl2",
];

pub(super) struct Survey {
    pub(super) facts: Facts,
    /// What a person should know of how it was found.
    pub(super) note: Option<String>,
}

pub(super) fn look(program: &Program, email: &str, context: &Context) -> Result<Survey, Failure> {
    let server = |protocol| {
        let (host, port) = context.settings().mail_server(protocol)?;
        Ok::<_, Failure>(Server { host, port })
    };
    let (gatepost, on_path) = gatepost()?;
    let mut words = vec![gatepost];
    words.extend(context.repeated_options()?);
    let ca_file = context.config().endpoints.ca_file.as_deref();
    Ok(Survey {
        facts: Facts {
            account: email.to_owned(),
            gatepost: words,
            imap: server(Protocol::Imap)?,
            smtp: server(Protocol::Smtp)?,
            ca_file: ca_file.map(text_of).transpose()?,
            version: installed(program),
            machine: Machine {
                system: system(),
                has_sasl_xoauth2: has_sasl_xoauth2(),
                has_msmtp: on_search_path("msmtp").is_some(),
            },
        },
        note: (!on_path).then(|| {
            "gatepost is not on the search path, so its whole path is written; it must stay there"
                .into()
        }),
    })
}

/// `gatepost` where that word alone means this very program, else its whole path.
fn gatepost() -> Result<(String, bool), Failure> {
    let me = std::env::current_exe().map_err(|error| {
        Failure::Unexpected(format!("cannot tell where gatepost itself is: {error}"))
    })?;
    let same = |found: PathBuf| found.canonicalize().ok() == me.canonicalize().ok();
    if on_search_path("gatepost").is_some_and(same) {
        return Ok(("gatepost".into(), true));
    }
    Ok((text_of(&me)?, false))
}

fn text_of(path: &Path) -> Result<String, Failure> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.to_str().map(str::to_owned).ok_or_else(|| {
        let shown = safe(&path.to_string_lossy());
        Failure::usage(format!(
            "`{shown}` is no text, and no configuration can hold it"
        ))
    })
}

fn installed(program: &Program) -> Option<Version> {
    let (name, arguments) = program.ask_version.split_first()?;
    on_search_path(name)?;
    let order = process::Order {
        argv: std::iter::once(name)
            .chain(arguments)
            .map(|word| (*word).to_owned())
            .collect(),
        limit: PATIENCE,
        ..process::Order::default()
    };
    let ended = process::run(&order).ok()?;
    Version::find(name, &ended.said)
}

fn has_sasl_xoauth2() -> bool {
    let triplets = std::fs::read_dir("/usr/lib").into_iter().flatten();
    let triplets = triplets.flatten().map(|entry| entry.path().join("sasl2"));
    let folders = SASL_FOLDERS.iter().map(PathBuf::from).chain(triplets);
    folders.into_iter().any(|folder| {
        let plugins = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let names = plugins.map(|plugin| plugin.file_name().to_string_lossy().into_owned());
        names.into_iter().any(|name| name.contains("oauth2"))
    })
}

fn system() -> System {
    if cfg!(target_os = "macos") {
        return System::MacOs;
    }
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let kin = release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or(line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split_whitespace());
    kin.into_iter()
        .find_map(|name| match name {
            "debian" | "ubuntu" => Some(System::Debian),
            "fedora" | "rhel" => Some(System::Fedora),
            "arch" => Some(System::Arch),
            _ => None,
        })
        .unwrap_or(System::Other)
}
