//! Which turn of an account was told last, for each hook: whoever writes the mark calls the hook,
//! and nobody else does.

use rusqlite::params;

use super::Vault;
use super::error::VaultError;
use crate::domain::account::AccountId;
use crate::domain::hook::{Hook, Turn};
use crate::domain::time::{Timestamp, millis};

impl Vault {
    /// Of these turns, those that nobody was told of yet; from now on somebody was.
    pub fn claim_turns(
        &mut self,
        turns: Vec<(AccountId, Turn)>,
        now: Timestamp,
    ) -> Result<Vec<(AccountId, Hook)>, VaultError> {
        self.writing(|conn, _| {
            let mut claim = conn.prepare(
                "INSERT INTO told (account, hook, mark, at) \
                 SELECT id, ?2, ?3, ?4 FROM account WHERE id = ?1 \
                 ON CONFLICT (account, hook) DO UPDATE SET mark = excluded.mark, at = excluded.at \
                 WHERE mark <> excluded.mark",
            )?;
            let mut claimed = Vec::new();
            for (account, Turn { hook, mark }) in turns {
                if claim.execute(params![account.0, hook.key(), mark, millis(now)])? == 1 {
                    claimed.push((account, hook));
                }
            }
            Ok(claimed)
        })
    }
}
