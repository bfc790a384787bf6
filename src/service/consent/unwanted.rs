//! A grant that Google made and nobody wants any more: the sign-in was called off after the code
//! had left. It is ended at Google, lest it lives on with nobody to hold it; unless ending it would
//! end a sign-in that is kept, since Google ends them all together.

use std::future::Future;
use std::time::Duration;

use super::ConsentError;
use super::round::Round;
use crate::domain::account::Email;
use crate::domain::secret::Secret;
use crate::google::TokenGrant;

/// Whoever called it off has seen it end; this is how long it goes on unseen.
const LONGEST: Duration = Duration::from_secs(15);

impl Round {
    /// The code is on its way and cannot be called back: what it brings is waited for and ended.
    pub(super) async fn let_go(
        &self,
        exchange: impl Future<Output = Result<TokenGrant, ConsentError>>,
    ) {
        let ending = async {
            if let Ok(grant) = exchange.await {
                let claims = grant.claims.as_ref();
                let owner =
                    claims.map(|c| (c.sub.as_str(), c.email.as_deref().unwrap_or_default()));
                let token = grant.refresh_token.as_ref().unwrap_or(&grant.access_token);
                self.end_unless_shared(owner, token).await;
            }
        };
        if tokio::time::timeout(LONGEST, ending).await.is_err() {
            tracing::warn!("a sign-in was called off, and Google did not say what became of it");
        }
    }

    /// `owner` is Google's number for the account, and its address, as far as they are known.
    pub(super) async fn end_unless_shared(&self, owner: Option<(&str, &str)>, token: &Secret) {
        if self.is_shared(owner) {
            return;
        }
        if let Err(fault) = self.google.revoke(token, Some(&self.auth)).await {
            let why = fault.words();
            tracing::warn!(why, "a sign-in was called off and may live on at Google");
        }
    }

    /// Of an owner who is not known the worst is assumed.
    fn is_shared(&self, owner: Option<(&str, &str)>) -> bool {
        let Some((sub, email)) = owner else {
            return !self.held.is_empty();
        };
        let mailbox = Email::parse(email).ok();
        self.held.iter().any(|(held, address)| {
            let same =
                |mailbox: &Email| Email::parse(address).is_ok_and(|a| a.same_mailbox(mailbox));
            (!sub.is_empty() && held == sub) || mailbox.as_ref().is_some_and(same)
        })
    }
}
