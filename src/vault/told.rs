//! What hooks have been run for. Whoever claims a matter first runs its hook; for everybody else
//! it has been told, also after the first one was killed before it ran.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};

use super::Vault;
use super::error::VaultError;
use crate::domain::account::AccountId;
use crate::domain::hook::Standing;

/// A hook can wait for the next look, and nothing else should wait for a hook.
const PATIENCE: Duration = Duration::from_millis(500);

type Asked = (AccountId, Standing);

impl Vault {
    /// Of what is `asked` about, what nobody was told of. From now on it counts as told, and that
    /// is durable. Nothing is written where there is no news.
    pub fn claim(&mut self, asked: &[Asked]) -> Result<Vec<Asked>, VaultError> {
        let news = self.reading(|conn, _| untold(conn, asked))?;
        if news.is_empty() {
            return Ok(news);
        }
        self.writing_within(PATIENCE, |conn, _| {
            // Another process may have been faster.
            let news = untold(conn, &news)?;
            for (id, standing) in &news {
                conn.execute(
                    "INSERT OR REPLACE INTO told (account, matter, which) VALUES (?, ?, ?)",
                    params![id.0, standing.matter.as_str(), standing.which],
                )?;
            }
            Ok(news)
        })
    }
}

/// An account that is gone has nothing to tell.
fn untold(conn: &Connection, asked: &[Asked]) -> Result<Vec<Asked>, VaultError> {
    let mut news = Vec::new();
    for (id, standing) in asked {
        let told: Option<Option<String>> = conn
            .query_row(
                "SELECT which FROM account LEFT JOIN told \
                 ON told.account = account.id AND matter = ?2 WHERE account.id = ?1",
                params![id.0, standing.matter.as_str()],
                |row| row.get(0),
            )
            .optional()?;
        if told.is_some_and(|which| which.as_ref() != Some(&standing.which)) {
            news.push((*id, standing.clone()));
        }
    }
    Ok(news)
}
