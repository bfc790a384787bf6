//! A vault that is opened once and looked at as often as one likes: its key may have to be asked
//! for. Schedules nothing, changes nothing, and makes no vault by looking.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use super::context::Context;
use super::report::Failure;
use crate::domain::snapshot::{Snapshot, VaultView};
use crate::service;
use crate::vault::{self, Vault};

pub(super) struct Lookout<'a> {
    context: &'a Context,
    opened: Option<(FileId, Vault)>,
}

/// Device and number. A vault that is put back from a backup is another file at the same place.
type FileId = (u64, u64);

impl<'a> Lookout<'a> {
    pub(super) fn of(context: &'a Context) -> Self {
        Self {
            context,
            opened: None,
        }
    }

    /// One reading.
    pub(super) fn look(&mut self) -> Result<Snapshot, Failure> {
        let (policy, now) = (self.context.config().policy, self.context.now());
        let paths = &self.context.settings().places.vault;
        let found = paths.db.metadata().ok().map(|file| id(&file));
        if !Vault::exists(paths) {
            self.opened = None;
        } else if self.opened.as_ref().map(|(id, _)| *id) != found || found.is_none() {
            let vault = self.context.vault()?;
            self.opened = Some((found.unwrap_or_default(), vault));
        }
        let Some((_, vault)) = &self.opened else {
            return Ok(Snapshot {
                policy,
                ..Snapshot::default()
            });
        };
        let usage = vault::usage::read(paths);
        let contents = vault.read()?;
        let mut snapshot = service::look(contents, usage, vault.view(), policy, now);
        // A command that looks schedules nothing, so it must not promise a time.
        for view in &mut snapshot.accounts {
            Arc::make_mut(view).next_refresh_at = None;
        }
        Ok(snapshot)
    }
}

/// One reading without the vault's key, and with nothing written: what a prompt shows must not
/// ask for a passphrase.
pub(super) fn peek(context: &Context) -> Result<Snapshot, Failure> {
    let (policy, now) = (context.config().policy, context.now());
    let paths = &context.settings().places.vault;
    if !Vault::exists(paths) {
        return Ok(Snapshot {
            policy,
            ..Snapshot::default()
        });
    }
    context.complain_of_loose_files();
    let contents = vault::peek(paths)?;
    let usage = vault::usage::read(paths);
    Ok(service::look(
        contents,
        usage,
        VaultView::default(),
        policy,
        now,
    ))
}

fn id(file: &Metadata) -> FileId {
    (file.dev(), file.ino())
}
