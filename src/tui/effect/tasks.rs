//! The tasks themselves: each asks the service for one thing and returns what came of it.

use base64::Engine;
use tokio::sync::mpsc;

use super::News;
use crate::domain::account::AccountId;
use crate::domain::secret::Secret;
use crate::domain::wording::safe;
use crate::service::Gate;
use crate::service::ask::{ConsentAsk, Finding, Step, Token};
use crate::service::consent::ConsentError;
use crate::service::error::GateError;
use crate::tui::clipboard;
use crate::tui::message::{ConsentEnd, Failure, Msg, Op, Serial, TokenForm};

pub(super) async fn one(gate: &Gate, op: Op, account: AccountId) -> Result<String, GateError> {
    match op {
        Op::Refresh => gate.refresh(account).await.map(|()| String::new()),
        Op::Pause => gate.set_paused(account, true).await.map(|()| String::new()),
        Op::Resume => gate
            .set_paused(account, false)
            .await
            .map(|()| String::new()),
        Op::Forget => gate.remove(account).await.map(|()| String::new()),
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
    }
}

/// One consent from its link to its end. Its stages are passed on as they come.
pub(super) async fn consent(
    gate: &Gate,
    serial: Serial,
    ask: ConsentAsk,
    news: &mpsc::Sender<News>,
) -> News {
    let ended = |end| News::Msg(Msg::ConsentEnded { serial, end });
    let consent = match gate.consent(ask).await {
        Ok(consent) => consent,
        Err(error) => return ended(ConsentEnd::Failed(error.into())),
    };
    let open = Msg::ConsentOpen {
        serial,
        url: consent.url.clone(),
        port: consent.port,
        deadline: consent.deadline,
    };
    let _ = news
        .send(News::Pasting(serial, consent.pasted.clone()))
        .await;
    let _ = news.send(News::Msg(open)).await;
    let mut stages = consent.stages.clone();
    let watch = async {
        loop {
            let stage = stages.borrow_and_update().clone();
            let _ = news
                .send(News::Msg(Msg::ConsentStage { serial, stage }))
                .await;
            if stages.changed().await.is_err() {
                return;
            }
        }
    };
    // The watching ends with the consent's task, which owns the other side.
    let (end, ()) = futures_util::future::join(consent.finish(), watch).await;
    match end {
        Ok(done) => ended(ConsentEnd::Done(Box::new(done))),
        Err(ConsentError::OtherAccount {
            expected,
            got,
            kept,
        }) => News::Other {
            serial,
            expected,
            got,
            kept,
        },
        Err(ConsentError::Gate(GateError::TimedOut)) => ended(ConsentEnd::TimedOut),
        Err(ConsentError::Gate(error)) => ended(ConsentEnd::Failed(error.into())),
    }
}

pub(super) async fn copied(what: &'static str, text: Secret, secret: bool, tmux: bool) -> News {
    let taken = tmux && clipboard::to_tmux(&text).await;
    News::Clipboard {
        what,
        text: (!taken).then_some(text),
        secret,
    }
}

/// The token as the other end wants it.
pub(super) fn shaped(token: &Token, form: TokenForm) -> Secret {
    let bare = token.secret.expose();
    match form {
        TokenForm::Bare => token.secret.clone(),
        TokenForm::Header => Secret::new(format!("Authorization: Bearer {bare}")),
        TokenForm::Xoauth2 => {
            let plain = Secret::new(format!(
                "user={}\u{1}auth=Bearer {bare}\u{1}\u{1}",
                token.email
            ));
            Secret::new(base64::engine::general_purpose::STANDARD.encode(plain.expose()))
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::grant::Access;
    use crate::domain::scope::Scopes;
    use crate::domain::time::from_millis;

    #[test]
    fn a_token_is_shaped_as_the_protocols_want_it() {
        let at = from_millis(0);
        let token = Token {
            email: "ana@gmail.com".into(),
            secret: Secret::new("ya29.x"),
            access: Access {
                obtained_at: at,
                expires_at: at,
            },
            scopes: Scopes::default(),
        };
        let text = |form| shaped(&token, form).expose().to_owned();
        assert_eq!(text(TokenForm::Bare), "ya29.x");
        assert_eq!(text(TokenForm::Header), "Authorization: Bearer ya29.x");
        let plain = base64::engine::general_purpose::STANDARD
            .decode(text(TokenForm::Xoauth2))
            .unwrap();
        assert_eq!(plain, b"user=ana@gmail.com\x01auth=Bearer ya29.x\x01\x01");
    }
}
