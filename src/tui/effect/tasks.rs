//! The tasks themselves: each asks the service for one thing and returns what came of it.

use crate::domain::account::AccountId;
use crate::domain::mail::Protocol;
use crate::domain::wording::safe;
use crate::service::Gate;
use crate::service::ask::{Finding, MailStep, Step};
use crate::service::error::GateError;
use crate::tui::message::{Failure, Op};

pub(super) async fn one(gate: &Gate, op: Op, account: AccountId) -> Result<String, Failure> {
    let done = match op {
        Op::Refresh => gate.refresh(account).await.map(|()| String::new()),
        Op::Pause => gate.set_paused(account, true).await.map(|()| String::new()),
        Op::Resume => gate
            .set_paused(account, false)
            .await
            .map(|()| String::new()),
        Op::Forget => gate.remove(account).await.map(|()| String::new()),
        // Of files, which the intake takes in.
        Op::Import => Err(GateError::Cancelled),
        Op::Verify => {
            let found = gate.verify(account).await?;
            let differs = |step: &&Step| step.finding == Finding::Differs;
            match found.steps.iter().find(differs) {
                Some(step) => Ok(format!(
                    "{}: {} differs: {}",
                    found.email, step.name, step.words
                )),
                None => Ok(format!(
                    "{}: Google agrees with what is stored",
                    found.email
                )),
            }
        }
        Op::Revoke => {
            let ended = gate.revoke(account).await?;
            let was = if ended.was_dead {
                "was dead at Google already"
            } else {
                "revoked at Google"
            };
            let with = if ended.died_with_it.is_empty() {
                String::new()
            } else {
                format!("; with it: {}", ended.died_with_it.join(", "))
            };
            Ok(format!("{} {was}{with}", ended.email))
        }
        Op::Mail(protocol) => return sign_in(gate, protocol, account).await,
    };
    done.map_err(Failure::from)
}

/// As mail programs do it.
async fn sign_in(gate: &Gate, protocol: Protocol, account: AccountId) -> Result<String, Failure> {
    let steps = gate.sign_in(account, &[protocol]).await?;
    let snapshot = gate.snapshot();
    let email = snapshot.account(account).map_or("", |view| &view.email);
    let told = |step: MailStep| {
        let title = step.protocol.title();
        match step.result {
            Ok(found) => {
                let (server, method) = (found.server, found.mechanism.name());
                let words = format!("{email}: signed in to {title} at {server} by {method}");
                Ok(safe(&format!("{words}: {}", found.found)))
            }
            Err(trouble) => Err(Failure {
                message: safe(&format!("{email}: {title}: {}", trouble.message)),
                hint: Some(safe(&trouble.remedy)),
            }),
        }
    };
    let told: Result<Vec<_>, _> = steps.into_iter().map(told).collect();
    told.map(|lines| lines.join("; "))
}

impl From<GateError> for Failure {
    fn from(error: GateError) -> Self {
        // The row counts down to the next try; a date in UTC would only be harder to read.
        let message = match &error {
            GateError::Temporary { email, what, .. } => format!("{email}: {what}"),
            _ => error.to_string(),
        };
        Self {
            message: safe(&message),
            hint: error.hint().map(|hint| safe(&hint)),
        }
    }
}
