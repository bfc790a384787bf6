//! The journeys to Google: refresh, verify, revoke. Async, owned by the actor's `JoinSet`; they
//! read the vault and ask Google, and return what they learnt. They never write: the actor does,
//! after it has checked that the answer still belongs to what is stored.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

mod revoke;
mod verify;

use crate::clock::Clock;
use crate::domain::account::AccountId;
use crate::domain::fault::{Diagnosis, Fault};
use crate::domain::schedule::wait_after;
use crate::domain::time::Timestamp;
use crate::google::{ClientAuth, Endpoints, Google, Revoked, TokenGrant, in_time};
use crate::service::ask::{Step, TokenAsk};
use crate::service::decide::is_answered;
use crate::service::error::GateError;
use crate::service::store::Store;
use crate::vault::{Account, AccountLock, Material};

/// Quitting, and whoever would not wait any longer, still waits this long for answers in the air: a
/// rotated refresh token must not be lost.
pub(in crate::service) const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// What every trip needs. Cheap to clone.
#[derive(Clone, Debug)]
pub(in crate::service) struct Crew {
    pub(in crate::service) store: Store,
    pub(in crate::service) google: Google,
    pub(in crate::service) clock: Clock,
    /// At most `refresh.concurrency` trips at once.
    pub(in crate::service) seats: Arc<Semaphore>,
}

/// Why and how hard to ask.
#[derive(Debug, Clone, Copy)]
pub(in crate::service) struct Errand {
    pub(in crate::service) ask: TokenAsk,
    /// When the caller came: whatever was learnt since then is an answer.
    pub(in crate::service) began: Timestamp,
    /// How often a passing failure is tried again within this trip.
    pub(in crate::service) attempts: u32,
}

/// A trip that came home. The lock is held until what it learnt is stored.
#[derive(Debug)]
pub(in crate::service) struct Landed {
    pub(in crate::service) report: Report,
    pub(in crate::service) lock: Option<AccountLock>,
}

#[derive(Debug)]
pub(in crate::service) enum Report {
    Renewed {
        account: Box<Account>,
        grant: Box<TokenGrant>,
        took: Duration,
    },
    Failed {
        account: Box<Account>,
        fault: Fault,
    },
    /// Refused by an endpoint that is not the grant's own: worth telling, not worth storing.
    Foreign {
        account: Box<Account>,
        fault: Fault,
        used: String,
        own: String,
    },
    /// Another process had the answer already.
    Adopted,
    /// The shared back-off is not over: nobody was asked. Why, as it was learnt then.
    HeldBack(Option<Fault>),
    SignedOut,
    Gone,
    LockBusy,
    Verified {
        steps: Vec<Step>,
        token_refused: bool,
    },
    Revoked(Revoked),
    NotRevoked(Fault),
    Broke(GateError),
}

/// Where a refresh stands after its turn with the lock.
enum Leg {
    Over(Report),
    /// The shared back-off ends after this.
    HoldOff(Duration),
}

impl From<Report> for Landed {
    fn from(report: Report) -> Self {
        Self { report, lock: None }
    }
}

impl Crew {
    pub(in crate::service) async fn refresh(self, id: AccountId, errand: Errand) -> Landed {
        let mut deadline = None;
        loop {
            let Ok(seat) = self.seats.clone().acquire_owned().await else {
                return Report::Gone.into();
            };
            // From here on: whoever stood in line for a seat has not failed to reach Google.
            let deadline = *deadline.get_or_insert_with(|| {
                Instant::now() + errand.ask.max_wait.to_std().unwrap_or_default()
            });
            let lock = match self.store.lock(id, deadline).await {
                Ok(Some(lock)) => lock,
                Ok(None) => return Report::LockBusy.into(),
                Err(error) => return Report::Broke(error).into(),
            };
            let report = match self.refresh_locked(id, errand, deadline).await {
                Ok(Leg::Over(report)) => report,
                Ok(Leg::HoldOff(wait)) => {
                    // Slept out without seat and lock: a person who asks now is not held up.
                    drop((lock, seat));
                    tokio::time::sleep(wait).await;
                    continue;
                }
                Err(error) => Report::Broke(error),
            };
            return Landed {
                report,
                lock: Some(lock),
            };
        }
    }

    async fn refresh_locked(
        &self,
        id: AccountId,
        errand: Errand,
        deadline: Instant,
    ) -> Result<Leg, GateError> {
        let Some((mut account, material)) = self.read(id).await? else {
            return Ok(Leg::Over(Report::Gone));
        };
        if is_answered(&account.facts, &errand.ask, errand.began, self.clock.now()) {
            return Ok(Leg::Over(Report::Adopted));
        }
        let Some(mut material) = material else {
            return Ok(Leg::Over(Report::SignedOut));
        };
        if let Some(wait) = self.held_back(&account, &errand) {
            let too_long = Instant::now() + wait >= deadline;
            return Ok(if too_long {
                Leg::Over(Report::HeldBack(account.facts.fault))
            } else {
                Leg::HoldOff(wait)
            });
        }
        let started = Instant::now();
        let mut answer = self.ask_google(&material, errand.attempts, deadline).await;
        if matches!(&answer, Err(fault) if fault.diagnosis == Diagnosis::Reauth) {
            // Before believing that the grant is dead: is it still the one that is stored?
            if let Some((now_stored, Some(newer))) = self.read(id).await?
                && newer.refresh_token != material.refresh_token
            {
                answer = self.ask_google(&newer, 1, deadline).await;
                (account, material) = (now_stored, newer);
            }
        }
        let account = Box::new(account);
        let answer = answer.and_then(|grant| self.own(&account, grant));
        Ok(Leg::Over(match answer {
            Ok(grant) => Report::Renewed {
                account,
                grant: Box::new(grant),
                took: started.elapsed(),
            },
            Err(fault) => self.judge(account, &material, fault),
        }))
    }

    /// A token of somebody else's would open another mailbox under this one's name.
    fn own(&self, account: &Account, grant: TokenGrant) -> Result<TokenGrant, Fault> {
        let grant = grant.of_known_owner()?;
        let named = grant.claims.as_ref().map(|claims| claims.sub.as_str());
        if account.sub.is_empty() || named.is_none_or(|sub| sub == account.sub) {
            return Ok(grant);
        }
        Err(Fault {
            diagnosis: Diagnosis::Request,
            code: "id-token".into(),
            message: "the ID token is another account's".into(),
            at: self.clock.now(),
            retry_after: None,
        })
    }

    /// A permanent refusal counts only from the grant's own token endpoint.
    fn judge(&self, account: Box<Account>, material: &Material, fault: Fault) -> Report {
        let used = self.google.endpoints().token_for(&material.client);
        if fault.diagnosis.is_transient()
            || Endpoints::same_token_endpoint(&used, &material.token_endpoint)
        {
            return Report::Failed { account, fault };
        }
        Report::Foreign {
            account,
            fault,
            used,
            own: material.token_endpoint.clone(),
        }
    }

    async fn read(&self, id: AccountId) -> Result<Option<(Account, Option<Material>)>, GateError> {
        self.store
            .with(move |vault| {
                let Some(account) = vault.read_account(id)? else {
                    return Ok(None);
                };
                Ok(Some((account, vault.material(id)?)))
            })
            .await
    }

    /// Google or the network asked for a pause, and all processes share it; so long it still is. A
    /// person who asks for a refresh now is not held back.
    fn held_back(&self, account: &Account, errand: &Errand) -> Option<Duration> {
        let now = self.clock.now();
        let until = account.facts.held_back_until(now)?;
        (!errand.ask.force).then(|| (until - now).to_std().ok())?
    }

    /// How this grant's client shows who it is, and where.
    fn auth(&self, material: &Material) -> ClientAuth {
        ClientAuth {
            client_id: material.client.client_id.clone(),
            secret: material.client_secret.clone(),
            token_endpoint: self.google.endpoints().token_for(&material.client),
        }
    }

    pub(in crate::service) async fn ask_google(
        &self,
        material: &Material,
        attempts: u32,
        deadline: Instant,
    ) -> Result<TokenGrant, Fault> {
        let auth = self.auth(material);
        let mut attempt = 1;
        let mut reason = None;
        loop {
            let asked = self.google.refresh(&auth, &material.refresh_token);
            // Whoever asked is answered at the deadline; what is on its way then may be a refresh token
            // that comes only once, and is waited for a little longer.
            let fault = match in_time(deadline + LAST_ANSWERS, asked).await {
                Some(Ok(grant)) => return Ok(grant),
                Some(Err(fault)) => fault,
                // The last try, cut short, says less than the one before it.
                None => reason.unwrap_or_else(|| self.out_of_time()),
            };
            let wait = wait_after(&fault, attempt, random())
                .to_std()
                .unwrap_or_default();
            let hopeless = !fault.diagnosis.is_transient() || Instant::now() + wait >= deadline;
            if attempt >= attempts || hopeless {
                return Err(fault);
            }
            reason = Some(fault);
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    fn out_of_time(&self) -> Fault {
        Fault {
            diagnosis: Diagnosis::Network,
            code: "timeout".into(),
            message: "no answer within the time allowed".into(),
            at: self.clock.now(),
            retry_after: None,
        }
    }
}

/// A fresh random number in `0.0..1.0`, for jitter.
pub(in crate::service) fn random() -> f64 {
    f64::from(getrandom::u32().unwrap_or(u32::MAX / 2)) / f64::from(u32::MAX)
}
