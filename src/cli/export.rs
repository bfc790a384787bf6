//! `gatepost export`: a grant for another program, which then refreshes by itself.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use zeroize::Zeroizing;

use super::Outcome;
use super::context::Context;
use super::exit::Exit;
use super::report::Failure;
use crate::domain::account::Naming;
use crate::domain::scope::Scopes;
use crate::domain::secret::Secret;
use crate::formats::{self, adc, lieer, mutt, rclone, sasl_xoauth2, token_json};
use crate::service::ask;

/// Write an account's sign-in for another program
///
/// The refresh token is in it: whoever has the file can read the mail. Without `-o`, or with
/// `-o -`, it goes to stdout. A file is made readable by you alone, and is never overwritten
/// without `--force`. To hand out short-lived tokens only, use `gatepost token`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An address or a label, in full
    account: String,
    /// For which program
    #[arg(long, value_enum)]
    format: Format,
    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// google-auth's `token.json`, as Google's quickstarts write it
    TokenJson,
    /// gcloud's application default credentials
    Adc,
    /// What `mutt_oauth2.py` keeps, for you to encrypt as it is set up to
    Mutt,
    /// A token file of sasl-xoauth2, for Postfix
    SaslXoauth2,
    /// `.credentials.gmailieer.json`, for the folder of the mail
    Lieer,
    /// A section of `rclone.conf`, for Google Drive
    Rclone,
}

impl Format {
    /// For the history.
    fn name(self) -> &'static str {
        match self {
            Self::TokenJson => "token-json",
            Self::Adc => "adc",
            Self::Mutt => "mutt",
            Self::SaslXoauth2 => "sasl-xoauth2",
            Self::Lieer => "lieer",
            Self::Rclone => "rclone",
        }
    }

    /// What the program needs and this sign-in was not granted.
    fn lack(self, granted: &Scopes) -> Option<String> {
        match self {
            Self::Lieer => {
                let missing = lieer::missing_from(granted);
                let names = missing.iter().collect::<Vec<_>>().join(" ");
                (!missing.is_empty())
                    .then(|| format!("lieer asks for {names}, which was not granted"))
            }
            Self::Rclone if !rclone::reaches_drive(granted) => {
                Some("rclone is for Google Drive, and no scope of Drive was granted".into())
            }
            _ => None,
        }
    }

    fn next(self, path: &Path) -> Option<String> {
        let path = path.display();
        match self {
            Self::Mutt => Some(format!(
                "next: `gpg --encrypt --recipient YOU {path}`, and remove {path}"
            )),
            Self::Rclone => Some(format!(
                "next: add it to rclone's own: `cat {path} >> $(rclone config file | tail -n 1)`"
            )),
            _ => None,
        }
    }
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let file = args
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"));
    if let Some(path) = file {
        check_place(path)?;
    }
    if let Some(path) = file.filter(|path| !args.force && path.symlink_metadata().is_ok()) {
        return Err(occupied(path));
    }
    let id = context
        .look()?
        .find(&args.account, Naming::Exact)
        .map_err(|unknown| Failure::Gate(unknown.into()))?;
    let format = args.format.name();
    let export = context.with_gate(async |gate| Ok(gate.export(id, format).await?))?;
    let email = export.email.clone();
    if let Some(lack) = args.format.lack(&export.granted) {
        context.out.warn(&format!("{email}: {lack}"));
    }
    let text = written(args.format, export);
    match file {
        Some(path) => {
            save(path, &text, args.force)?;
            context.out.note(&format!(
                "wrote the sign-in of {email} to {}; keep it as you would a password",
                path.display()
            ));
            if let Some(next) = args.format.next(path) {
                context.out.note(&next);
            }
        }
        None => {
            if context.out.stdout_is_terminal() {
                context
                    .out
                    .warn("this is a secret: whoever sees it can read the mail");
            }
            context.out.secret(&text)?;
        }
    }
    Ok(Exit::Done)
}

fn written(format: Format, export: ask::Export) -> Secret {
    let export = formats::Export {
        client_id: export.client_id,
        client_secret: export.client_secret,
        refresh_token: export.refresh_token,
        access: export
            .access
            .map(|(access, secret)| (secret, access.expires_at)),
        scopes: export.granted,
        token_uri: export.token_endpoint,
        account: export.email,
    };
    let text = Zeroizing::new(match format {
        Format::TokenJson => token_json::write(&export),
        Format::Adc => adc::write(&export),
        Format::Mutt => mutt::write(&export),
        Format::SaslXoauth2 => sasl_xoauth2::write(&export),
        Format::Lieer => lieer::write(&export),
        Format::Rclone => rclone::write(&export),
    });
    Secret::new(text.trim_end())
}

/// Before the grant is taken out and the history says so.
fn check_place(path: &Path) -> Result<(), Failure> {
    let directory = directory_of(path);
    let what = if path.is_dir() {
        format!("`{}` is a directory", path.display())
    } else if !directory.is_dir() {
        format!("there is no directory `{}`", directory.display())
    } else if let Ok(there) = path.symlink_metadata()
        && !there.is_file()
    {
        // A new name would take its place, and whoever listens there would wait for ever.
        return Err(Failure::Usage {
            what: format!("`{}` is no file of its own", path.display()),
            hint: Some(
                "name the file that it leads to, or write to a pipe or device with `-o - >`".into(),
            ),
        });
    } else {
        return Ok(());
    };
    Err(Failure::usage(what))
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Whole and private from the first moment: written aside, then given its name.
fn save(path: &Path, text: &Secret, force: bool) -> Result<(), Failure> {
    let directory = directory_of(path);
    let write = || -> io::Result<tempfile::NamedTempFile> {
        // tempfile makes it 0600.
        let mut file = tempfile::Builder::new()
            .prefix(".gatepost-")
            .tempfile_in(directory)?;
        file.write_all(text.expose().as_bytes())?;
        file.write_all(b"\n")?;
        file.as_file().sync_all()?;
        Ok(file)
    };
    let unwritable = |source| Failure::Unwritable {
        path: path.to_owned(),
        source,
    };
    let file = write().map_err(unwritable)?;
    let named = if force {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    match named {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(occupied(path)),
        Err(error) => Err(unwritable(error.error)),
    }
}

fn occupied(path: &Path) -> Failure {
    Failure::Usage {
        what: format!("`{}` exists already", path.display()),
        hint: Some("`--force` replaces it".into()),
    }
}
