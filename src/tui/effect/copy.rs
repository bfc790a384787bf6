//! Copies on their way out, and the taking back of those that are secret. The only place of the
//! screen that holds a token, and only on its way from the service to the clipboard.

use std::time::Duration;

use base64::Engine;
use tokio::task::AbortHandle;

use super::{News, Performer};
use crate::domain::account::AccountId;
use crate::domain::secret::Secret;
use crate::service::ask::{Token, TokenAsk};
use crate::tui::clipboard::{Cleared, Held, Put};
use crate::tui::message::{Failure, Msg, TokenForm, Tone};

const CLEARED_AFTER: Duration = Duration::from_secs(30);

/// A secret of ours that lies in a clipboard, and the task that will take it back.
#[derive(Debug)]
pub(super) struct Owed {
    held: Held,
    clearing: AbortHandle,
}

impl Performer {
    pub(super) fn copy_token(&mut self, id: AccountId, form: TokenForm) {
        let (gate, clipboard) = (self.gate.clone(), self.clipboard.clone());
        self.spawn(async move {
            match gate.token(id, TokenAsk::default()).await {
                Ok(token) => News::Clipboard {
                    what: form.as_str(),
                    put: clipboard.put(shaped(&token, form)).await,
                    secret: true,
                },
                Err(error) => News::Msg(Msg::Copied {
                    what: form.as_str(),
                    result: Err(error.into()),
                }),
            }
        });
    }

    pub(super) fn copy(&mut self, what: &'static str, text: Secret) {
        let clipboard = self.clipboard.clone();
        self.spawn(async move {
            News::Clipboard {
                what,
                put: clipboard.put(text).await,
                secret: false,
            }
        });
    }

    /// Takes note of a copy that went out. `terminal` writes what only the loop may write.
    pub(in crate::tui) fn copied(
        &mut self,
        what: &'static str,
        put: Put,
        secret: bool,
        terminal: impl FnOnce(&str) -> std::io::Result<()>,
    ) -> Msg {
        let held = match put {
            Put::Taken(held) => Ok(held),
            Put::ForTerminal(text, held) => terminal(text.expose())
                .map(|()| held)
                .map_err(|error| error.to_string()),
            Put::Nowhere => Err("the road that `ui.clipboard` names is closed here".into()),
        };
        if let Ok(held) = held {
            self.settle_debt(held, secret);
        }
        let result = held.map(|held| held.by).map_err(|message| Failure {
            message,
            hint: None,
        });
        Msg::Copied { what, result }
    }

    /// A later copy takes the place of an earlier one by the same road, and with it its time.
    fn settle_debt(&mut self, held: Held, secret: bool) {
        if let Some(owed) = self.owed.take_if(|owed| secret || owed.held.by == held.by) {
            owed.clearing.abort();
        }
        if !secret {
            return;
        }
        let clipboard = self.clipboard.clone();
        let clearing = self.spawn(async move {
            tokio::time::sleep(CLEARED_AFTER).await;
            News::Cleared(clipboard.clear(held).await)
        });
        self.owed = Some(Owed { held, clearing });
    }

    /// What is told of a clearing that took place.
    pub(in crate::tui) fn cleared(&mut self, cleared: Cleared) -> Msg {
        self.owed = None;
        let words = match cleared {
            Cleared::Gone => "the copied token was cleared from the clipboard",
            Cleared::NotOurs => "the clipboard holds something else by now; it was left alone",
            Cleared::AskTerminal => "your terminal was asked to clear the clipboard (unconfirmed)",
        };
        Msg::Note(Tone::Done, words.into())
    }

    /// A token must not outlive the program in a clipboard; what it takes is told.
    pub(in crate::tui) async fn leave_clipboard(&mut self) -> Option<Cleared> {
        let cleared = match self.owed.take() {
            Some(owed) => {
                owed.clearing.abort();
                Some(self.clipboard.clear(owed.held).await)
            }
            None => None,
        };
        self.clipboard.close().await;
        cleared
    }
}

/// The token as the other end wants it.
fn shaped(token: &Token, form: TokenForm) -> Secret {
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
