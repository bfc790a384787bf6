//! Asking Google whether what is stored is true: the token, its owner, the mailbox.

use super::{Crew, Landed, Report};
use crate::domain::account::AccountId;
use crate::domain::fault::Fault;
use crate::domain::scope::Scopes;
use crate::google::TokenInfo;
use crate::service::ask::{Finding, Step};
use crate::service::error::GateError;
use crate::vault::Account;

impl Crew {
    /// Asks Google whether what is stored is true.
    pub(in crate::service) async fn verify(self, id: AccountId) -> Landed {
        let Ok(_seat) = self.seats.clone().acquire_owned().await else {
            return Report::Gone.into();
        };
        match self.verify_stored(id).await {
            Ok(report) => report.into(),
            Err(error) => Report::Broke(error).into(),
        }
    }

    async fn verify_stored(&self, id: AccountId) -> Result<Report, GateError> {
        let read = move |vault: &mut crate::vault::Vault| {
            Ok((vault.read_account(id)?, vault.access_token(id)?))
        };
        let (Some(account), token) = self.store.with(read).await? else {
            return Ok(Report::Gone);
        };
        let Some((_, token)) = token else {
            return Ok(Report::SignedOut);
        };
        let (info, user, mailbox) = tokio::join!(
            self.google.tokeninfo(&token),
            self.google.userinfo(&token),
            self.google.gmail_profile(&token)
        );
        let token_refused = matches!(&info, Err(fault) if !fault.diagnosis.is_transient());
        let granted = account
            .facts
            .grant
            .as_ref()
            .map(|g| g.granted.clone())
            .unwrap_or_default();
        let steps = vec![
            info.map_or_else(
                |fault| not_asked("tokeninfo", &fault),
                |info| compare_token(&account, &granted, &info),
            ),
            user.map_or_else(
                |fault| not_asked("userinfo", &fault),
                |user| {
                    compare_owner(
                        "userinfo",
                        &account,
                        user.email.as_deref().unwrap_or(&account.email),
                    )
                },
            ),
            match mailbox {
                Ok(profile) => compare_owner("gmail", &account, &profile.email),
                Err(fault) => Step {
                    finding: Finding::Unknown,
                    ..not_asked("gmail", &fault)
                },
            },
        ];
        Ok(Report::Verified {
            steps,
            token_refused,
        })
    }
}

fn not_asked(name: &'static str, fault: &Fault) -> Step {
    let finding = if fault.diagnosis.is_transient() {
        Finding::Unknown
    } else {
        Finding::Differs
    };
    let words = if fault.message.is_empty() {
        fault.code.clone()
    } else {
        format!("{}: {}", fault.code, fault.message)
    };
    Step {
        name,
        finding,
        words,
    }
}

fn compare_owner(name: &'static str, account: &Account, email: &str) -> Step {
    if email.eq_ignore_ascii_case(&account.email) {
        return Step {
            name,
            finding: Finding::Agrees,
            words: format!("belongs to {email}"),
        };
    }
    Step {
        name,
        finding: Finding::Differs,
        words: format!("belongs to {email}, stored as {}", account.email),
    }
}

fn compare_token(account: &Account, granted: &Scopes, info: &TokenInfo) -> Step {
    let name = "tokeninfo";
    let stranger = info
        .sub
        .as_ref()
        .filter(|sub| !account.sub.is_empty() && **sub != account.sub);
    if let Some(sub) = stranger {
        let words = format!(
            "belongs to another Google account ({})",
            info.email.as_ref().unwrap_or(sub)
        );
        return Step {
            name,
            finding: Finding::Differs,
            words,
        };
    }
    let lost = granted.missing_from(&info.scopes);
    if !lost.is_empty() {
        return Step {
            name,
            finding: Finding::Differs,
            words: format!("lacks {lost}"),
        };
    }
    let left = info
        .expires_in
        .map(|left| format!(", {} min left", left.num_minutes()))
        .unwrap_or_default();
    Step {
        name,
        finding: Finding::Agrees,
        words: format!("accepted{left}, scopes as granted"),
    }
}
