//! POP: CAPA, AUTH, STAT. By hand, and no more than a sign-in needs: of the crates for POP none is
//! kept up that takes a TLS connection of ours and lets a refusal be read to its end.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Dialogue, Snag};
use crate::domain::mail::Protocol;
use crate::domain::sasl::{Mechanism, encoded};
use crate::domain::secret::Secret;
use crate::domain::wording::count;

/// RFC 1939 allows 512; servers explain themselves at more length.
const LONGEST_LINE: usize = 8 * 1024;

struct Pop<'a> {
    dialogue: Dialogue<'a>,
    /// What came and was not read yet.
    rest: Vec<u8>,
}

pub(super) async fn sign_in(dialogue: Dialogue<'_>) -> Result<(Mechanism, String), Snag> {
    let mut pop = Pop {
        dialogue,
        rest: Vec::new(),
    };
    pop.welcome().await?;
    let offered = pop.mechanisms().await?;
    let mechanism = pop.dialogue.choose(|ours| {
        offered
            .iter()
            .any(|name| name.eq_ignore_ascii_case(ours.name()))
    })?;
    pop.authenticate(mechanism).await?;
    // Gmail lets in whom it then refuses the mailbox, where POP is switched off.
    let found = pop.ask("STAT").await?;
    let messages = found.split(' ').next().and_then(|n| n.parse().ok());
    let messages = messages.ok_or_else(|| pop.nonsense())?;
    // Manners; whether the goodbye is heard changes nothing.
    let _ = pop.ask("QUIT").await;
    Ok((mechanism, count(messages, "message")))
}

impl Pop<'_> {
    async fn welcome(&mut self) -> Result<(), Snag> {
        let line = self.line().await?;
        self.good(&line).map(drop)
    }

    async fn mechanisms(&mut self) -> Result<Vec<String>, Snag> {
        self.ask("CAPA").await?;
        let mut offered = Vec::new();
        loop {
            let line = self.line().await?;
            if line == "." {
                return Ok(offered);
            }
            let mut words = line.split(' ');
            if words
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case("SASL"))
            {
                offered.extend(words.map(str::to_owned));
            }
        }
    }

    /// The answer goes on a line of its own: with it, the command would be longer than RFC 5034
    /// lets it be.
    async fn authenticate(&mut self, mechanism: Mechanism) -> Result<(), Snag> {
        let answer = encoded(&self.dialogue.answer(mechanism));
        self.say(&format!("AUTH {}", mechanism.name())).await?;
        let mut line = self.line().await?;
        if line.starts_with('+') && !line.starts_with("+OK") {
            self.say(answer.expose()).await?;
            line = self.line().await?;
        }
        let mut explanation = None;
        if let Some(challenge) = line.strip_prefix("+ ") {
            explanation = STANDARD.decode(challenge.trim()).ok();
            let understood = encoded(&Secret::new(mechanism.acknowledgement()));
            self.say(understood.expose()).await?;
            line = self.line().await?;
        }
        match self.good(&line) {
            Err(Snag::Refused(_)) => {
                let words = line.strip_prefix("-ERR").unwrap_or(&line);
                Err(self.dialogue.refusal(explanation.as_deref(), words))
            }
            other => other.map(drop),
        }
    }

    /// Asks, and gives what stands behind `+OK`.
    async fn ask(&mut self, command: &str) -> Result<String, Snag> {
        self.say(command).await?;
        let line = self.line().await?;
        Ok(self.good(&line)?.to_owned())
    }

    fn good<'l>(&self, line: &'l str) -> Result<&'l str, Snag> {
        if let Some(rest) = line.strip_prefix("+OK") {
            return Ok(rest.trim());
        }
        Err(match line.strip_prefix("-ERR") {
            Some(words) => self.dialogue.refusal(None, words),
            None => self.nonsense(),
        })
    }

    async fn say(&mut self, line: &str) -> Result<(), Snag> {
        let line = Secret::new(format!("{line}\r\n"));
        Ok(self.dialogue.line.say(line.expose().as_bytes()).await?)
    }

    async fn line(&mut self) -> Result<String, Snag> {
        loop {
            if let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.rest.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.rest.len() > LONGEST_LINE {
                return Err(self.nonsense());
            }
            let heard = self.dialogue.line.hear().await?;
            self.rest.extend_from_slice(heard);
        }
    }

    fn nonsense(&self) -> Snag {
        self.dialogue.not_a_mail_server(Protocol::Pop)
    }
}
