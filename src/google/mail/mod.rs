//! Signing in to Gmail's mail servers as a mail program does: TLS from the first byte, the token,
//! one harmless question, goodbye. IMAP and SMTP are spoken by crates that touch no socket; what
//! passes, how much of it and for how long is decided here. What a refusal means is not.

mod imap;
mod line;
mod pop;
mod smtp;

use std::time::Duration;

use tokio::time::timeout;

use super::probe::Target;
use super::{Google, shown};
use crate::domain::fault::{Diagnosis, Fault};
use crate::domain::mail::{Protocol, Refusal};
use crate::domain::sasl::{Mechanism, encoded};
use crate::domain::secret::Secret;
use line::Line;

/// A sign-in takes several round trips where a request takes one.
const PATIENCE: u32 = 2;

/// The server let us in and answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    pub server: String,
    pub mechanism: Mechanism,
    /// What it answered to the harmless question, in words.
    pub found: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Snag {
    /// The server said no.
    Refused(Refusal),
    /// Nobody said anything of use.
    Failed(Fault),
}

impl From<Fault> for Snag {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

/// One sign-in: who, with what, and over which line.
struct Dialogue<'a> {
    google: &'a Google,
    target: Target,
    email: &'a str,
    token: &'a Secret,
    line: Line<'a>,
}

impl Google {
    /// Signs in with this token as this user.
    pub async fn sign_in(
        &self,
        protocol: Protocol,
        email: &str,
        token: &Secret,
    ) -> Result<SignedIn, Snag> {
        let limit = self.time_limit() * PATIENCE;
        let server = self.endpoints().mail(protocol).to_owned();
        let dialogue = self.dialogue(protocol, email, token);
        timeout(limit, dialogue).await.unwrap_or_else(|_| {
            let words = format!("{server}: the sign-in was not over within {limit:?}");
            Err(self.fault(Diagnosis::Network, "timeout", words).into())
        })
    }

    async fn dialogue(
        &self,
        protocol: Protocol,
        email: &str,
        token: &Secret,
    ) -> Result<SignedIn, Snag> {
        let server = self.endpoints().mail(protocol);
        let target = Target::of_mail(server).ok_or_else(|| {
            let words = format!("endpoints.{} is not host:port", protocol.key());
            self.fault(Diagnosis::Request, "bad-endpoint", words)
        })?;
        let line = Line::dial(self, &target).await?;
        let dialogue = Dialogue {
            google: self,
            target,
            email,
            token,
            line,
        };
        let (mechanism, found) = match protocol {
            Protocol::Imap => imap::sign_in(dialogue).await?,
            Protocol::Smtp => smtp::sign_in(dialogue).await?,
            Protocol::Pop => pop::sign_in(dialogue).await?,
        };
        Ok(SignedIn {
            server: server.to_owned(),
            mechanism,
            found,
        })
    }

    fn time_limit(&self) -> Duration {
        self.shared.transport.timeout()
    }
}

impl Dialogue<'_> {
    /// The first mechanism of ours that the server has.
    fn choose(&self, offers: impl Fn(Mechanism) -> bool) -> Result<Mechanism, Snag> {
        let mut ours = Mechanism::BY_PREFERENCE.into_iter();
        ours.find(|mechanism| offers(*mechanism)).ok_or_else(|| {
            let words = format!(
                "{}: it offers neither XOAUTH2 nor OAUTHBEARER",
                self.target.name()
            );
            let fault = self.google.fault(Diagnosis::Request, "no-oauth", words);
            fault.into()
        })
    }

    /// What the client says, before base64.
    fn answer(&self, mechanism: Mechanism) -> Secret {
        let Target { host, port, .. } = &self.target;
        mechanism.answer(self.email, host, *port, self.token)
    }

    /// The server's no. Should it repeat what it was sent, that stops here.
    fn refusal(&self, explanation: Option<&[u8]>, words: &str) -> Snag {
        let sent = Mechanism::BY_PREFERENCE.map(|mechanism| encoded(&self.answer(mechanism)));
        let secrets = [self.token, &sent[0], &sent[1]];
        let status = explanation
            .and_then(|json| serde_json::from_slice::<serde_json::Value>(json).ok())
            .and_then(|json| Some(shown(json.get("status")?.as_str()?, &secrets)));
        Snag::Refused(Refusal {
            status,
            words: shown(words.trim(), &secrets),
        })
    }

    /// Whoever answered, it was not a mail server of this kind.
    fn not_a_mail_server(&self, protocol: Protocol) -> Snag {
        let (place, title) = (self.target.name(), protocol.title());
        let words = format!("{place}: what answers there does not speak {title}");
        let code = "not-a-mail-server";
        self.google.fault(Diagnosis::Portal, code, words).into()
    }
}
