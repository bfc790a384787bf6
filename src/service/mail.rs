//! Signing in to the mail servers with an account's token, as its mail programs do. Nothing is
//! written: what is found is for the person who asked.

use futures_util::future::join_all;

use super::ask::{MailStep, Token, TokenAsk};
use super::error::GateError;
use super::gate::Gate;
use crate::domain::account::AccountId;
use crate::domain::mail::{Asker, Protocol, Trouble, Worth};
use crate::google::{SignedIn, Snag};

impl Gate {
    /// Signs in over each of these at once. A token that Google itself has dropped is renewed
    /// first, as it would be at the next use.
    pub async fn sign_in(
        &self,
        id: AccountId,
        protocols: &[Protocol],
    ) -> Result<Vec<MailStep>, GateError> {
        self.check_servers(protocols)?;
        let _seat = self.mail_seats.acquire().await;
        let mut token = self.token(id, TokenAsk::default()).await?;
        let mut tries = self.try_each(protocols, &token).await;
        let mut worth = Worth::Unknown;
        if was_refused(&tries) {
            worth = self.worth_of(&token).await;
        }
        if worth == Worth::Nothing {
            let ask = TokenAsk {
                force: true,
                ..TokenAsk::default()
            };
            token = self.token(id, ask).await?;
            tries = self.try_each(protocols, &token).await;
            if was_refused(&tries) {
                worth = self.worth_of(&token).await;
            }
        }
        let snapshot = self.snapshot();
        let name = snapshot
            .account(id)
            .map(|view| view.shell_name().to_owned());
        let steps = tries.into_iter().map(|(protocol, result)| {
            let asker = Asker {
                protocol,
                email: &token.email,
                name: name.as_deref().unwrap_or(&token.email),
            };
            let result = result.map_err(|snag| trouble(asker, &snag, &worth));
            MailStep { protocol, result }
        });
        Ok(steps.collect())
    }

    /// A stand-in's tokens mean nothing to Gmail, and are none of its business.
    fn check_servers(&self, protocols: &[Protocol]) -> Result<(), GateError> {
        let endpoints = self.google.endpoints();
        let mut protocols = protocols.iter();
        match protocols.find(|protocol| endpoints.mail_is_foreign(**protocol)) {
            None => Ok(()),
            Some(protocol) => Err(GateError::NoMailServer {
                protocol: protocol.key(),
            }),
        }
    }

    async fn try_each(
        &self,
        protocols: &[Protocol],
        token: &Token,
    ) -> Vec<(Protocol, Result<SignedIn, Snag>)> {
        let one = async |protocol| {
            let google = &self.google;
            let result = google.sign_in(protocol, &token.email, &token.secret).await;
            (protocol, result)
        };
        join_all(protocols.iter().map(|protocol| one(*protocol))).await
    }

    async fn worth_of(&self, token: &Token) -> Worth {
        match self.google.tokeninfo(&token.secret).await {
            Ok(info) => Worth::Good {
                email: info.email,
                scopes: info.scopes,
            },
            Err(fault) if fault.diagnosis.is_transient() => Worth::Unknown,
            Err(_) => Worth::Nothing,
        }
    }
}

fn was_refused(tries: &[(Protocol, Result<SignedIn, Snag>)]) -> bool {
    let mut results = tries.iter().map(|(_, result)| result);
    results.any(|result| matches!(result, Err(Snag::Refused(_))))
}

fn trouble(asker: Asker<'_>, snag: &Snag, worth: &Worth) -> Trouble {
    let (trouble, status) = match snag {
        Snag::Refused(refusal) => (asker.refused(refusal, worth), refusal.status.as_deref()),
        Snag::Failed(fault) => (asker.failed(fault), None),
    };
    tracing::info!(
        protocol = asker.protocol.key(),
        code = trouble.code,
        status,
        "a mail server did not let us in"
    );
    trouble
}
