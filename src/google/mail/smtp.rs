//! SMTP: EHLO, AUTH, NOOP. `smtp-proto` reads the answers; what is said in between are four lines.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use smtp_proto::response::parser::ResponseReceiver;
use smtp_proto::{AUTH_OAUTHBEARER, AUTH_XOAUTH2, EhloResponse, Error, Response};

use super::{Dialogue, Snag};
use crate::domain::mail::Protocol;
use crate::domain::sasl::{Mechanism, encoded};
use crate::domain::secret::Secret;

struct Smtp<'a> {
    dialogue: Dialogue<'a>,
    /// What came and was not read yet.
    rest: Vec<u8>,
}

pub(super) async fn sign_in(dialogue: Dialogue<'_>) -> Result<(Mechanism, String), Snag> {
    let mut smtp = Smtp {
        dialogue,
        rest: Vec::new(),
    };
    let greeting = smtp.reply().await?;
    smtp.expect(220, &greeting)?;
    let offered = smtp.hello().await?;
    let mechanism = smtp.dialogue.choose(|ours| offered & bit(ours) != 0)?;
    smtp.authenticate(mechanism).await?;
    let answer = smtp.ask(b"NOOP\r\n").await?;
    smtp.expect(250, &answer)?;
    // Manners; whether the goodbye is heard changes nothing.
    let _ = smtp.ask(b"QUIT\r\n").await;
    Ok((mechanism, "ready to send".to_owned()))
}

impl Smtp<'_> {
    /// Says who we are, and hears which mechanisms there are, as bits.
    async fn hello(&mut self) -> Result<u64, Snag> {
        // A client without a name of its own says its address (RFC 5321, 4.1.3).
        self.dialogue.line.say(b"EHLO [127.0.0.1]\r\n").await?;
        loop {
            // Its own refusals have one line and another code, which the list's parser leaves.
            if !self.rest.is_empty() && !self.rest.starts_with(b"250") {
                let answer = self.reply().await?;
                self.expect(250, &answer)?;
            }
            let mut bytes = self.rest.iter();
            match EhloResponse::parse(&mut bytes) {
                Ok(answer) => {
                    self.rest = bytes.as_slice().to_vec();
                    return Ok(answer.auth_mechanisms);
                }
                Err(Error::NeedsMoreData { .. }) => {
                    let heard = self.dialogue.line.hear().await?;
                    self.rest.extend_from_slice(heard);
                }
                Err(_) => return Err(self.nonsense()),
            }
        }
    }

    async fn authenticate(&mut self, mechanism: Mechanism) -> Result<(), Snag> {
        let answer = encoded(&self.dialogue.answer(mechanism));
        let command = format!("AUTH {} {}\r\n", mechanism.name(), answer.expose());
        let command = Secret::new(command);
        let mut reply = self.ask(command.expose().as_bytes()).await?;
        let mut explanation = None;
        if reply.code == 334 {
            explanation = STANDARD.decode(reply.message.trim()).ok();
            let understood = encoded(&Secret::new(mechanism.acknowledgement()));
            let line = format!("{}\r\n", understood.expose());
            reply = self.ask(line.as_bytes()).await?;
        }
        if reply.code == 235 {
            return Ok(());
        }
        Err(self.refused(explanation.as_deref(), &reply))
    }

    async fn ask(&mut self, line: &[u8]) -> Result<Response<String>, Snag> {
        self.dialogue.line.say(line).await?;
        self.reply().await
    }

    async fn reply(&mut self) -> Result<Response<String>, Snag> {
        let mut receiver = ResponseReceiver::default();
        loop {
            let mut bytes = self.rest.iter();
            let parsed = receiver.parse(&mut bytes);
            self.rest = bytes.as_slice().to_vec();
            match parsed {
                Ok(reply) => return Ok(reply),
                Err(Error::NeedsMoreData { .. }) => {
                    let heard = self.dialogue.line.hear().await?;
                    self.rest.extend_from_slice(heard);
                }
                Err(_) => return Err(self.nonsense()),
            }
        }
    }

    fn expect(&self, code: u16, reply: &Response<String>) -> Result<(), Snag> {
        if reply.code == code {
            return Ok(());
        }
        Err(self.refused(None, reply))
    }

    fn refused(&self, explanation: Option<&[u8]>, reply: &Response<String>) -> Snag {
        let [class, subject, detail] = reply.esc;
        let words = match class {
            0 => format!("{} {}", reply.code, reply.message),
            _ => format!(
                "{} {class}.{subject}.{detail} {}",
                reply.code, reply.message
            ),
        };
        self.dialogue.refusal(explanation, &words)
    }

    fn nonsense(&self) -> Snag {
        self.dialogue.not_a_mail_server(Protocol::Smtp)
    }
}

fn bit(mechanism: Mechanism) -> u64 {
    match mechanism {
        Mechanism::Xoauth2 => AUTH_XOAUTH2,
        Mechanism::Oauthbearer => AUTH_OAUTHBEARER,
    }
}
