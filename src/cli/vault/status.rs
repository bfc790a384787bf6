//! `gatepost vault status`: what can be said of the vault without opening it.

use serde::Serialize;

use super::{NONE_YET, count, paths};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::output::{Role, printable};
use crate::cli::{Json, Outcome};
use crate::domain::time::rfc3339;
use crate::vault::{self, KeyKind, Overview, Vault};

/// Tell where the vault is, what locks it, and what that protects from
///
/// Asks for no key and opens nothing; `gatepost vault check` does.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    json: Json,
}

#[derive(Serialize)]
struct Document {
    path: String,
    layout: i64,
    created_at: String,
    key: Option<Slot>,
    slots: Vec<Slot>,
    accounts: i64,
    clients: i64,
    service_accounts: i64,
    protects_from: &'static str,
    does_not_protect_from: &'static str,
    files: Vec<File>,
}

#[derive(Clone, Serialize)]
struct Slot {
    kind: &'static str,
    place: String,
    /// Whether the kernel knows it for a while.
    remembered: bool,
    created_at: String,
}

#[derive(Serialize)]
struct File {
    path: String,
    mode: String,
    trouble: Option<&'static str>,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let paths = paths(context);
    if !Vault::exists(paths) {
        if args.json.json {
            context.out.json(&None::<Document>)?;
        } else {
            context.out.note(NONE_YET);
        }
        return Ok(Exit::Done);
    }
    let seen = vault::overview(paths, &context.settings().key)?;
    if args.json.json {
        context.out.json(&document(&seen))?;
    } else {
        context.out.data(&text(context, &seen))?;
    }
    Ok(Exit::Done)
}

fn text(context: &Context, seen: &Overview) -> String {
    let mut lines = Vec::new();
    let mut line = |name: &str, words: &str| {
        let name = context.out.paint(Role::Muted, &format!("{name:<9}"));
        lines.push(format!("{name}  {}\n", printable(words)));
    };
    line("vault", &seen.path.display().to_string());
    line(
        "made",
        &format!("{}, layout {}", rfc3339(seen.created_at), seen.layout),
    );
    let mut holds = vec![
        count(seen.accounts, "account"),
        count(seen.clients, "client"),
    ];
    if seen.service_accounts > 0 {
        holds.push(count(seen.service_accounts, "service account key"));
    }
    line("holds", &holds.join(", "));
    for slot in &seen.slots {
        line("key", &format!("{}: {}", slot.kind.words(), slot.place));
    }
    if is_remembered(seen) {
        let words = "and by the kernel for a while; `gatepost vault lock` ends that";
        line("", words);
    }
    if seen.slots.len() > 1 {
        let words =
            "either opens it: a change of key was cut short; `gatepost vault rekey` ends it";
        line("", words);
    }
    if let Some(kind) = seen.slots.first().map(|slot| slot.kind) {
        line("safe from", protects_from(kind));
        line("not from", does_not_protect_from(kind, is_remembered(seen)));
    }
    let troubled: Vec<_> = seen
        .files
        .iter()
        .filter(|file| file.trouble.is_some())
        .collect();
    if troubled.is_empty() {
        line("files", "yours alone to read");
    }
    for file in troubled {
        let (path, mode) = (file.path.display(), file.mode);
        let trouble = file.trouble.unwrap_or_default();
        line("files", &format!("{path} ({mode:04o}): {trouble}"));
    }
    lines.concat()
}

fn document(seen: &Overview) -> Document {
    let slots: Vec<_> = seen
        .slots
        .iter()
        .map(|slot| Slot {
            kind: slot.kind.as_str(),
            place: slot.place.clone(),
            remembered: slot.is_remembered,
            created_at: rfc3339(slot.created_at),
        })
        .collect();
    let kind = seen.slots.first().map_or(KeyKind::File, |slot| slot.kind);
    let remembered = is_remembered(seen);
    Document {
        path: seen.path.display().to_string(),
        layout: seen.layout,
        created_at: rfc3339(seen.created_at),
        key: slots.first().cloned(),
        slots,
        accounts: seen.accounts,
        clients: seen.clients,
        service_accounts: seen.service_accounts,
        protects_from: protects_from(kind),
        does_not_protect_from: does_not_protect_from(kind, remembered),
        files: seen
            .files
            .iter()
            .map(|file| File {
                path: file.path.display().to_string(),
                mode: format!("{:04o}", file.mode),
                trouble: file.trouble,
            })
            .collect(),
    }
}

fn protects_from(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::File => "whoever gets hold of the vault file alone",
        KeyKind::Keyring => "whoever gets hold of your files, while the keyring's password is good",
        KeyKind::Passphrase => "whoever gets hold of your files, while the passphrase is good",
        KeyKind::Command => "whoever gets hold of your files but cannot make the command answer",
    }
}

fn is_remembered(seen: &Overview) -> bool {
    seen.slots.iter().any(|slot| slot.is_remembered)
}

fn does_not_protect_from(kind: KeyKind, remembered: bool) -> &'static str {
    match kind {
        KeyKind::Passphrase if remembered => {
            "programs that run as you while the kernel remembers; forgetting the passphrase"
        }
        KeyKind::File => "programs that run as you, and copies of the whole home directory",
        KeyKind::Keyring => "programs that run as you while the keyring is unlocked",
        KeyKind::Passphrase => "programs that run as you and read what you type; forgetting it",
        KeyKind::Command => "programs that run as you and call the command themselves",
    }
}
