//! Where the metadata server's tokens come from: the one service, which shares a refresh among all
//! who ask. Notes each that is handed out, and words why there is none.

use super::super::context::Context;
use crate::domain::account::AccountId;
use crate::domain::time::Span;
use crate::domain::wording::safe;
use crate::metadata::{Handed, Refused, Tokens};
use crate::service::Gate;
use crate::service::ask::{Token, TokenAsk};
use crate::service::error::{GateError, Kind};

/// The libraries ask again when less than five minutes are left (Node; the others wait longer). One
/// that is handed less would ask at every call.
const WORTH_HANDING_OUT: Span = Span::minutes(6);

pub(super) struct Source<'a> {
    pub(super) context: &'a Context,
    pub(super) gate: &'a Gate,
    pub(super) id: AccountId,
    /// Who takes them.
    pub(super) program: String,
}

impl Source<'_> {
    pub(super) async fn ask(&self) -> Result<Token, GateError> {
        let ask = TokenAsk {
            min_valid: WORTH_HANDING_OUT,
            ..TokenAsk::default()
        };
        self.gate.token(self.id, ask).await
    }

    pub(super) fn note(&self, token: &Token) {
        let program = safe(&self.program);
        tracing::info!(
            email = token.email,
            program,
            "an access token was handed out"
        );
        self.context.record_use(&token.email, &self.program);
    }
}

impl Tokens for Source<'_> {
    async fn token(&self) -> Result<Handed, Refused> {
        match self.ask().await {
            Ok(token) => {
                self.note(&token);
                Ok(Handed {
                    expires_in: token.access.left(self.context.now()).num_seconds(),
                    token: token.secret,
                })
            }
            Err(error) => {
                let hint = error.hint().map(|hint| format!("; {hint}"));
                let words = safe(&format!("gatepost: {error}{}", hint.unwrap_or_default()));
                Err(match error.kind() {
                    Kind::Temporary | Kind::Vault | Kind::Unexpected | Kind::Interrupted => {
                        Refused::ForNow(words)
                    }
                    Kind::Usage | Kind::NoSuch | Kind::ConsentNeeded | Kind::Blocked => {
                        Refused::ForGood(words)
                    }
                })
            }
        }
    }
}
