//! What callers are told once a trip has landed and the books are shut. Everything here reads the
//! roster as it is after the landing; a caller that has its answer finds the snapshot saying so.

use super::actor::{Actor, PATIENT_ATTEMPTS, refuse, unknown};
use super::ask::{Revocation, Token, TokenAsk, Verification};
use super::decide::serves_in_need;
use super::error::{GateError, temporary};
use super::flights::{Flight, Waiter};
use super::gate::Reply;
use super::landing::Ending;
use crate::domain::account::AccountId;
use crate::domain::secret::Secret;

impl Actor {
    pub(super) fn answer(&mut self, id: AccountId, flight: Flight, ending: Ending) {
        match flight {
            Flight::Refresh(waiters) => {
                for waiter in waiters {
                    self.answer_waiter(id, waiter, &ending);
                }
            }
            Flight::Verify {
                renewed: false,
                reply,
            } if matches!(
                ending,
                Ending::Verified {
                    token_refused: true,
                    ..
                }
            ) =>
            {
                // Google refused the access token: the token endpoint knows whether the grant lives.
                let ask = TokenAsk {
                    force: true,
                    ..TokenAsk::default()
                };
                self.renew(id, ask, PATIENT_ATTEMPTS, Some(Waiter::Verify(reply)));
            }
            Flight::Verify { reply, .. } => match ending {
                Ending::Verified { steps, .. } => {
                    let email = self
                        .roster
                        .account(id)
                        .map(|a| a.email.clone())
                        .unwrap_or_default();
                    let _ = reply.send(Ok(Verification { email, steps }));
                }
                ending => refuse(reply, self.error_of(id, &ending)),
            },
            Flight::Revoke(reply) => match ending {
                Ending::Revoked {
                    was_dead,
                    died_with_it,
                } => {
                    let email = self
                        .roster
                        .account(id)
                        .map(|a| a.email.clone())
                        .unwrap_or_default();
                    let _ = reply.send(Ok(Revocation {
                        email,
                        was_dead,
                        died_with_it,
                    }));
                }
                ending => refuse(reply, self.error_of(id, &ending)),
            },
        }
    }

    fn answer_waiter(&mut self, id: AccountId, waiter: Waiter, ending: &Ending) {
        let good = match ending {
            Ending::Renewed(_) => true,
            Ending::Adopted => self.roster.account(id).is_some_and(|a| {
                a.facts.refusal().is_none()
                    && a.facts
                        .access
                        .is_some_and(|access| access.is_live(self.crew.clock.now()))
            }),
            _ => false,
        };
        match waiter {
            Waiter::Refresh(reply) if good => drop(reply.send(Ok(()))),
            Waiter::Refresh(reply) => refuse(reply, self.error_of(id, ending)),
            Waiter::Verify(reply) if good => self.verify(id, true, reply),
            Waiter::Verify(reply) => refuse(reply, self.error_of(id, ending)),
            Waiter::Token(_, reply) if good => match ending {
                Ending::Renewed(secret) => {
                    let token = self.token_of(id, secret.clone());
                    let _ = reply.send(token);
                }
                _ => self.serve(id, reply),
            },
            Waiter::Token(ask, reply) => {
                let error = self.error_of(id, ending);
                self.serve_in_need(id, &ask, reply, error);
            }
        }
    }

    /// What a waiter is told when it cannot have what it wanted.
    fn error_of(&self, id: AccountId, ending: &Ending) -> GateError {
        let account = self.roster.account(id);
        let email = account.map(|a| a.email.clone()).unwrap_or_default();
        match ending {
            Ending::Failed(fault) => {
                let now = self.crew.clock.now();
                let next = account.and_then(|a| a.facts.held_back_until(now));
                temporary(&email, fault, next)
            }
            Ending::Foreign { used, own, code } => GateError::ForeignEndpoint {
                email,
                endpoint: used.clone(),
                own: own.clone(),
                code: code.clone(),
            },
            Ending::LockBusy => GateError::Temporary {
                email,
                what: format!(
                    "{} is busy with this account and did not finish in time",
                    self.crew.store.holder(id)
                ),
                next_try_at: None,
            },
            Ending::VaultBusy(what) => GateError::Temporary {
                email,
                what: what.clone(),
                next_try_at: None,
            },
            Ending::NotStored(what) => GateError::NotStored(what.clone()),
            Ending::NotRevoked(fault) => GateError::Unconfirmed {
                email,
                what: fault.words(),
            },
            Ending::Gone => unknown(),
            Ending::Adopted => match account.and_then(|a| a.facts.fault.as_ref()) {
                Some(fault) if fault.diagnosis.is_transient() => temporary(&email, fault, None),
                _ => self.refusal(id),
            },
            _ => self.refusal(id),
        }
    }

    fn token_of(&self, id: AccountId, secret: Secret) -> Result<Token, GateError> {
        let account = self.roster.account(id).ok_or_else(unknown)?;
        let access = account.facts.access.ok_or(GateError::Stopped)?;
        let scopes = account
            .facts
            .grant
            .as_ref()
            .map(|g| g.granted.clone())
            .unwrap_or_default();
        Ok(Token {
            email: account.email.clone(),
            secret,
            access,
            scopes,
        })
    }

    /// Answers with the stored token; the reading happens off the actor.
    pub(super) fn serve(&self, id: AccountId, reply: Reply<Token>) {
        let Some(account) = self.roster.account(id) else {
            return refuse(reply, unknown());
        };
        let email = account.email.clone();
        let scopes = account
            .facts
            .grant
            .as_ref()
            .map(|g| g.granted.clone())
            .unwrap_or_default();
        let store = self.crew.store.clone();
        // Ends by itself after one read; its answer goes straight to the caller.
        tokio::spawn(async move {
            let token = store.with(move |vault| vault.access_token(id)).await;
            let _ = reply.send(match token {
                Ok(Some((access, secret))) => Ok(Token {
                    email,
                    secret,
                    access,
                    scopes,
                }),
                Ok(None) => Err(unknown()),
                Err(error) => Err(error),
            });
        });
    }

    pub(super) fn serve_in_need(
        &self,
        id: AccountId,
        ask: &TokenAsk,
        reply: Reply<Token>,
        error: GateError,
    ) {
        let now = self.crew.clock.now();
        match self.roster.account(id) {
            Some(account) if serves_in_need(&account.facts, ask, now) => self.serve(id, reply),
            _ => refuse(reply, error),
        }
    }
}
