//! The last stretch: from tokens to an account. Stored as a candidate, asked about, and only then
//! in the place of the old grant; called off before that, it leaves nothing behind.

use super::super::ask::Consented;
use super::super::error::{GateError, temporary};
use super::super::gate::{Arrival, Entry};
use super::round::{Round, called_off};
use super::{ConsentError, Kept};
use crate::domain::account::{Email, GrantId};
use crate::domain::event::What;
use crate::domain::fault::{Diagnosis, Fault};
use crate::domain::health::State;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;
use crate::google::TokenGrant;
use crate::vault::NewGrant;

impl Round {
    /// From tokens to an account.
    pub(super) async fn settle(
        mut self,
        mut answer: TokenGrant,
    ) -> Result<Consented, ConsentError> {
        if let Some(doubt) = answer.doubt.take() {
            let token = answer.refresh_token.as_ref();
            let token = token.unwrap_or(&answer.access_token);
            self.end_unless_shared(None, token).await;
            return Err(failed(&doubt).into());
        }
        let mut grant = self.new_grant(answer);
        let named = !grant.sub.is_empty();
        if named && self.is_someone_else(&grant) {
            return Err(self.other_account(grant));
        }
        let mut candidate = self
            .tell(|reply| Entry::Candidate(Box::new(grant.clone()), reply))
            .await?;
        let token = grant
            .access
            .as_ref()
            .map_or_else(|| Secret::new(""), |(_, token)| token.clone());
        let owner = tokio::select! {
            // First: an answer that comes at the same moment must not keep what was called off.
            biased;
            () = called_off(&mut self.cancelled) => return self.take_back(candidate, &grant).await,
            owner = self.google.userinfo(&token) => owner,
        };
        match owner {
            Ok(owner) => {
                let email = owner.email.unwrap_or_else(|| grant.email.clone());
                if owner.sub != grant.sub || email != grant.email {
                    grant.sub = owner.sub;
                    grant.email = email;
                    let named = grant.clone();
                    let unnamed = candidate;
                    candidate = self
                        .tell(|reply| Entry::Candidate(Box::new(named), reply))
                        .await?;
                    self.tell(|reply| Entry::Discard(unnamed, reply)).await?;
                }
            }
            // The id token came over the same connection as the grant: it is proof enough.
            Err(_) if named => {}
            Err(fault) if fault.diagnosis.is_transient() => {
                return Err(temporary(
                    "the sign-in is stored and will be checked at the next start",
                    &fault,
                    None,
                )
                .into());
            }
            Err(fault) => {
                self.tell(|reply| Entry::Discard(candidate, reply)).await?;
                return Err(failed(&fault).into());
            }
        }
        if self.is_someone_else(&grant) {
            self.tell(|reply| Entry::Discard(candidate, reply)).await?;
            return Err(self.other_account(grant));
        }
        if grant.email.is_empty() {
            self.tell(|reply| Entry::Discard(candidate, reply)).await?;
            return Err(GateError::NobodyNamed.into());
        }
        if *self.cancelled.borrow() {
            return self.take_back(candidate, &grant).await;
        }
        let arrival = Arrival {
            by: What::Consent,
            label: self.ask.label.clone(),
        };
        Ok(self
            .tell(|reply| Entry::Promote(candidate, Box::new(grant), arrival, reply))
            .await?)
    }

    /// Called off halfway: nothing of it may come back at the next start, or live on at Google.
    async fn take_back(
        &self,
        candidate: GrantId,
        grant: &NewGrant,
    ) -> Result<Consented, ConsentError> {
        self.tell(|reply| Entry::Discard(candidate, reply)).await?;
        let owner = Some((grant.sub.as_str(), grant.email.as_str()))
            .filter(|(sub, email)| !sub.is_empty() || !email.is_empty());
        let access = grant.access.as_ref().map(|(_, token)| token);
        if let Some(token) = grant.refresh_token.as_ref().or(access) {
            self.end_unless_shared(owner, token).await;
        }
        Err(GateError::Cancelled.into())
    }

    fn new_grant(&self, answer: TokenGrant) -> NewGrant {
        let (sub, email) = match &answer.claims {
            Some(claims) => (claims.sub.clone(), claims.email.clone()),
            None => (String::new(), None),
        };
        let expected = self
            .expected
            .as_ref()
            .map(|(email, _)| email.as_str().to_owned());
        NewGrant {
            account: self.ask.account,
            email: email.or(expected).unwrap_or_default(),
            sub,
            client: self.client.id,
            granted: answer
                .scopes
                .clone()
                .unwrap_or_else(|| self.requested.clone()),
            requested: self.requested.clone(),
            token_endpoint: self.auth.token_endpoint.clone(),
            granted_at: Some(answer.access.obtained_at),
            expires_at: answer.grant_expires_at,
            refresh_token: answer.refresh_token,
            access: Some((answer.access, answer.access_token)),
            verified: true,
        }
    }

    /// Google's number decides where it is known, the mailbox where it is not.
    fn is_someone_else(&self, grant: &NewGrant) -> bool {
        let Some((email, sub)) = &self.expected else {
            return false;
        };
        if !sub.is_empty() && !grant.sub.is_empty() {
            return sub != &grant.sub;
        }
        Email::parse(&grant.email).is_ok_and(|got| !got.same_mailbox(email))
    }

    fn other_account(&self, mut grant: NewGrant) -> ConsentError {
        let expected = self
            .expected
            .as_ref()
            .map(|(email, _)| email.as_str().to_owned())
            .unwrap_or_default();
        grant.account = None;
        ConsentError::OtherAccount {
            expected,
            got: grant.email.clone(),
            kept: Box::new(Kept(grant)),
        }
    }
}

pub(super) fn failed(fault: &Fault) -> GateError {
    let message = if fault.message.is_empty() {
        fault.code.clone()
    } else {
        format!("{}: {}", fault.code, fault.message)
    };
    // A wrong secret or a policy is no fault of the person's: signing in once more would not help.
    let blocked =
        fault.diagnosis.state() == State::Blocked && fault.diagnosis != Diagnosis::Request;
    let remedy = if fault.diagnosis == Diagnosis::Clock {
        "set this computer's clock, then sign in again"
    } else if blocked {
        "run `gatepost client add FILE` with the client's current JSON, or ask who manages the project"
    } else {
        "start the sign-in again and finish it within a few minutes"
    };
    let problem = Box::new(Problem {
        code: fault.code.clone(),
        message,
        at: Some(fault.at),
        cause: None,
        remedy: remedy.into(),
    });
    if blocked {
        return GateError::Refused {
            email: "the sign-in could not be completed".into(),
            state: State::Blocked,
            problem,
        };
    }
    GateError::ConsentFailed(problem)
}
