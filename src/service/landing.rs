//! What happens when trips come home: learn, store all of them in one transaction, publish, tell,
//! answer, and only then let go of the locks.

use std::sync::Arc;

use super::actor::Actor;
use super::ask::{Finding, Step};
use super::error::{GateError, Kind};
use super::flights::Flight;
use super::trips::{Landed, Report, random};
use super::unsaved::is_only_copy;
use crate::domain::account::AccountId;
use crate::domain::event::{self, Event, What};
use crate::domain::fault::{Diagnosis, Fault};
use crate::domain::grant::{Outcome, Renewal};
use crate::domain::hook::Hook;
use crate::domain::secret::Secret;
use crate::domain::snapshot::Checked;
use crate::domain::time::countdown;
use crate::google::{Revoked, TokenGrant};
use crate::vault::{Account, AccountLock, Change, Vault};

/// How a trip ended, in the form that every waiter can be answered from.
#[derive(Debug, Clone)]
pub(super) enum Ending {
    Renewed(Secret),
    Adopted,
    Failed(Fault),
    Refused,
    Foreign {
        used: String,
        own: String,
        code: String,
    },
    LockBusy,
    VaultBusy(String),
    Gone,
    NotStored(String),
    Verified {
        steps: Vec<Step>,
        token_refused: bool,
    },
    Revoked {
        was_dead: bool,
        died_with_it: Vec<String>,
    },
    NotRevoked(Fault),
}

/// A landing on its way through the books.
struct Settled {
    id: AccountId,
    flight: Flight,
    ending: Ending,
    event: Option<Event>,
    /// Held until the end: dropping it lets the next process in.
    lock: Option<AccountLock>,
}

impl Actor {
    pub(super) async fn land(&mut self, batch: Vec<(AccountId, Flight, Option<Landed>)>) {
        let mut changes = Vec::new();
        let mut settled = Vec::new();
        for (id, flight, landed) in batch {
            let landed = landed.unwrap_or_else(|| Report::Broke(GateError::Stopped).into());
            let (ending, event) = self.settle(id, landed.report, &mut changes);
            if let Some(event) = &event {
                changes.push(Change::Happened(event.clone()));
            }
            settled.push(Settled {
                id,
                flight,
                ending,
                event,
                lock: landed.lock,
            });
        }
        let spreads = settled.iter().any(|one| self.spreads(one));
        let ids: Vec<_> = settled.iter().map(|s| s.id).collect();
        let changes = Arc::new(changes);
        match self.store_landed(Arc::clone(&changes), ids).await {
            Ok(accounts) => self.take_in(accounts),
            Err(error) => {
                let why = error.to_string();
                for one in &mut settled {
                    let (event, lock) = (one.event.take(), one.lock.take());
                    one.ending =
                        Ending::NotStored(self.rescue(one.id, &changes, event, lock, &why));
                }
            }
        }
        let reread = spreads && self.reload().await.is_ok();
        for event in settled.iter_mut().filter_map(|s| s.event.take()) {
            if reread {
                self.announce(event);
            } else {
                self.tell(event);
            }
        }
        self.publish();
        for one in settled {
            let renewed = matches!(one.ending, Ending::Renewed(_));
            self.answer(one.id, one.flight, one.ending);
            if renewed {
                self.run_hook(one.id, Hook::Refreshed);
            }
        }
        self.notice().await;
    }

    /// Stores what was learnt, and reads the accounts as they are now. What exists nowhere else is
    /// not given up at the first failure.
    async fn store_landed(
        &self,
        changes: Arc<Vec<Change>>,
        ids: Vec<AccountId>,
    ) -> Result<Vec<(AccountId, Option<Account>)>, GateError> {
        let store = &self.crew.store;
        let is_precious = changes.iter().any(is_only_copy);
        let is_news = !changes.is_empty();
        let commit = move |vault: &mut Vault| vault.commit(&changes);
        if is_precious {
            store.insist(commit).await?;
        } else if is_news {
            store.with(commit).await?;
        }
        let read = move |vault: &mut Vault| {
            let read = |id| Ok((id, vault.read_account(id)?));
            ids.into_iter().map(read).collect()
        };
        store.with(read).await
    }

    /// Whether other accounts change with this one: siblings of a revoked grant, and every account
    /// of a client that was refused, or that works again.
    fn spreads(&self, settled: &Settled) -> bool {
        let account = self.roster.account(settled.id);
        match settled.ending {
            Ending::Revoked { .. } | Ending::Refused => true,
            Ending::Renewed(_) => account.is_some_and(|a| a.facts.client.fault.is_some()),
            _ => false,
        }
    }

    pub(super) fn take_in(&mut self, accounts: Vec<(AccountId, Option<Account>)>) {
        let (busy, now) = (self.flights.busy(), self.crew.clock.now());
        for (id, account) in accounts {
            self.roster.put(id, account, &busy, now);
        }
    }

    /// Turns a report into what is to be stored and what is to be said.
    fn settle(
        &self,
        id: AccountId,
        report: Report,
        changes: &mut Vec<Change>,
    ) -> (Ending, Option<Event>) {
        match report {
            Report::Renewed {
                account,
                grant,
                took,
            } => {
                let event = self.event(&account, What::Refresh, event::Result::Done, "", || {
                    let good = countdown(grant.access.left(self.crew.clock.now()));
                    format!("in {} ms, good for {good}", took.as_millis())
                });
                (learn_renewal(*account, *grant, changes), Some(event))
            }
            Report::Failed { account, fault } => {
                let result = if fault.diagnosis.is_transient() {
                    event::Result::Failed
                } else {
                    event::Result::Refused
                };
                let event = self.event(&account, What::Refresh, result, &fault.code, || {
                    fault.message.clone()
                });
                (learn_failure(*account, fault, changes), Some(event))
            }
            Report::Foreign {
                account,
                fault,
                used,
                own,
            } => {
                let detail = || {
                    format!(
                        "by {used}, which is not this sign-in's own endpoint; nothing was changed"
                    )
                };
                let event = self.event(
                    &account,
                    What::Refresh,
                    event::Result::Failed,
                    &fault.code,
                    detail,
                );
                (
                    Ending::Foreign {
                        used,
                        own,
                        code: fault.code,
                    },
                    Some(event),
                )
            }
            Report::Adopted => (Ending::Adopted, None),
            Report::HeldBack(fault) => (fault.map_or(Ending::Adopted, Ending::Failed), None),
            Report::SignedOut => (Ending::Refused, None),
            Report::Gone => (Ending::Gone, None),
            Report::LockBusy => (Ending::LockBusy, None),
            Report::Broke(error) if error.kind() == Kind::Temporary => {
                (Ending::VaultBusy(error.to_string()), None)
            }
            Report::Broke(error) => (Ending::NotStored(error.to_string()), None),
            Report::Verified {
                steps,
                token_refused,
            } => self.settle_verification(id, steps, token_refused, changes),
            Report::Revoked(revoked) => self.settle_revocation(id, revoked, changes),
            Report::NotRevoked(fault) => {
                let event = self.roster.account(id).map(|account| {
                    self.event(
                        account,
                        What::Revoke,
                        event::Result::Failed,
                        &fault.code,
                        || fault.message.clone(),
                    )
                });
                (Ending::NotRevoked(fault), event)
            }
        }
    }

    fn settle_verification(
        &self,
        id: AccountId,
        steps: Vec<Step>,
        token_refused: bool,
        changes: &mut Vec<Change>,
    ) -> (Ending, Option<Event>) {
        let Some(account) = self.roster.account(id) else {
            return (Ending::Gone, None);
        };
        let differs = steps.iter().find(|s| s.finding == Finding::Differs);
        let told = differs
            .or_else(|| steps.iter().find(|s| s.finding == Finding::Unknown))
            .or(steps.first());
        let line = told
            .map(|s| format!("{}: {}", s.name, s.words))
            .unwrap_or_default();
        changes.push(Change::Checked {
            id,
            checked: Checked {
                at: self.crew.clock.now(),
                ok: differs.is_none(),
                line: line.clone(),
            },
        });
        let result = if differs.is_none() {
            event::Result::Done
        } else {
            event::Result::Refused
        };
        let event = self.event(account, What::Verify, result, "", || line);
        (
            Ending::Verified {
                steps,
                token_refused,
            },
            Some(event),
        )
    }

    fn settle_revocation(
        &self,
        id: AccountId,
        revoked: Revoked,
        changes: &mut Vec<Change>,
    ) -> (Ending, Option<Event>) {
        let Some(account) = self.roster.account(id) else {
            return (Ending::Gone, None);
        };
        let now = self.crew.clock.now();
        changes.push(Change::SignedOut { id, at: now });
        let was_dead = revoked == Revoked::AlreadyDead;
        let mut died_with_it = Vec::new();
        // A token may have died by itself (pushed out, unused, run out); only the end of the whole
        // grant takes the others with it.
        for sibling in self.roster.siblings(account).filter(|_| !was_dead) {
            let Some(grant) = sibling.facts.grant.as_ref() else {
                continue;
            };
            let message = format!("revoked together with {}", account.email);
            let fault = Fault {
                diagnosis: Diagnosis::Reauth,
                code: "invalid_grant".into(),
                message,
                at: now,
                retry_after: None,
            };
            changes.push(Change::Refused {
                id: sibling.id,
                grant: grant.id,
                fault,
            });
            died_with_it.push(sibling.email.clone());
        }
        let event = self.event(account, What::Revoke, event::Result::Done, "", || {
            if was_dead {
                "Google knew it no more".into()
            } else {
                "confirmed by Google".into()
            }
        });
        (
            Ending::Revoked {
                was_dead,
                died_with_it,
            },
            Some(event),
        )
    }

    pub(super) fn event(
        &self,
        account: &Account,
        what: What,
        result: event::Result,
        code: &str,
        detail: impl FnOnce() -> String,
    ) -> Event {
        Event {
            at: self.crew.clock.now(),
            account: Some(account.id),
            email: Some(account.email.clone()),
            what,
            result,
            code: code.to_owned(),
            detail: detail(),
        }
    }
}

fn learn_renewal(account: Account, grant: TokenGrant, changes: &mut Vec<Change>) -> Ending {
    let renewal = Renewal {
        access: grant.access,
        granted: grant.scopes.clone(),
        grant_expires_at: grant.grant_expires_at,
    };
    let mut facts = account.facts;
    facts.learn(&Outcome::Renewed(renewal), 0.0);
    let token = grant.access_token.clone();
    changes.push(Change::Learnt {
        id: account.id,
        facts,
        access_token: Some(grant.access_token),
        refresh_token: grant.refresh_token,
    });
    Ending::Renewed(token)
}

fn learn_failure(account: Account, fault: Fault, changes: &mut Vec<Change>) -> Ending {
    let mut facts = account.facts;
    facts.learn(&Outcome::Failed(fault.clone()), random());
    changes.push(Change::Learnt {
        id: account.id,
        facts,
        access_token: None,
        refresh_token: None,
    });
    if fault.diagnosis.is_transient() {
        Ending::Failed(fault)
    } else {
        Ending::Refused
    }
}
