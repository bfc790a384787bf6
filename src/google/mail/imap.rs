//! IMAP: AUTHENTICATE, then the folders at the top. `imap-next` keeps the protocol's state and
//! reads its grammar; it asks for bytes and hands out bytes.

use imap_next::client::{Client, Event, Options};
use imap_next::imap_types::auth::{AuthMechanism, AuthenticateData};
use imap_next::imap_types::command::{Command, CommandBody};
use imap_next::imap_types::response::{
    Capability, CommandContinuationRequest, Data, GreetingKind, Status, StatusKind,
};
use imap_next::{Interrupt, Io, State};

use super::{Dialogue, Snag};
use crate::domain::mail::Protocol;
use crate::domain::sasl::Mechanism;
use crate::domain::wording::count;

/// A single answer; the whole talk has its own limit.
const LONGEST_ANSWER: u32 = 256 * 1024;

struct Imap<'a> {
    dialogue: Dialogue<'a>,
    client: Client,
    offered: Vec<AuthMechanism<'static>>,
    /// The answer may be sent along with the question.
    takes_first_answer: bool,
    folders: usize,
}

pub(super) async fn sign_in(dialogue: Dialogue<'_>) -> Result<(Mechanism, String), Snag> {
    let mut options = Options::default();
    options.max_response_size = LONGEST_ANSWER;
    let mut imap = Imap {
        dialogue,
        client: Client::new(options),
        offered: Vec::new(),
        takes_first_answer: false,
        folders: 0,
    };
    imap.greeting().await?;
    imap.ask("a1", CommandBody::Capability).await?;
    let mechanism = imap.authenticate().await?;
    let folders = CommandBody::list("", "%").map_err(|_| imap.nonsense())?;
    imap.ask("a3", folders).await?;
    let found = count(imap.folders, "folder");
    // Manners; whether the goodbye is heard changes nothing.
    let _ = imap.ask("a4", CommandBody::Logout).await;
    Ok((mechanism, found))
}

impl Imap<'_> {
    async fn greeting(&mut self) -> Result<(), Snag> {
        match self.event().await? {
            Event::GreetingReceived { greeting } if greeting.kind != GreetingKind::Bye => Ok(()),
            Event::GreetingReceived { greeting } => Err(self.refused(None, &greeting.text)),
            _ => Err(self.nonsense()),
        }
    }

    /// A command whose answers count; ends with its own OK.
    async fn ask(&mut self, tag: &'static str, body: CommandBody<'static>) -> Result<(), Snag> {
        self.enqueue(tag, body)?;
        loop {
            match self.event().await? {
                Event::StatusReceived { status } => match status {
                    Status::Tagged(tagged) if tagged.body.kind == StatusKind::Ok => return Ok(()),
                    Status::Tagged(tagged) => return Err(self.refused(None, &tagged.body.text)),
                    Status::Bye(bye) => return Err(self.refused(None, &bye.text)),
                    Status::Untagged(_) => {}
                },
                Event::DataReceived { data } => self.note(data),
                _ => {}
            }
        }
    }

    async fn authenticate(&mut self) -> Result<Mechanism, Snag> {
        let offered = std::mem::take(&mut self.offered);
        let mechanism = self
            .dialogue
            .choose(|ours| offered.contains(&spelled(ours)))?;
        let answer = self.dialogue.answer(mechanism);
        let answer = || answer.expose().as_bytes().to_vec();
        let mut answered = self.takes_first_answer;
        let body = if answered {
            CommandBody::authenticate_with_ir(spelled(mechanism), answer())
        } else {
            CommandBody::authenticate(spelled(mechanism))
        };
        self.enqueue("a2", body)?;
        let mut explanation = None;
        loop {
            match self.event().await? {
                Event::AuthenticateContinuationRequestReceived {
                    continuation_request,
                    ..
                } => {
                    let data = if answered {
                        explanation = said(continuation_request);
                        mechanism.acknowledgement().as_bytes().to_vec()
                    } else {
                        answered = true;
                        answer()
                    };
                    let data = AuthenticateData::r#continue(data);
                    let taken = self.client.set_authenticate_data(data);
                    taken.map_err(|_| self.nonsense())?;
                }
                Event::AuthenticateStatusReceived { status, .. }
                | Event::StatusReceived { status } => match status {
                    Status::Tagged(tagged) if tagged.body.kind == StatusKind::Ok => {
                        return Ok(mechanism);
                    }
                    Status::Tagged(tagged) => {
                        return Err(self.refused(explanation.as_deref(), &tagged.body.text));
                    }
                    Status::Bye(bye) => return Err(self.refused(explanation.as_deref(), &bye.text)),
                    Status::Untagged(_) => {}
                },
                _ => {}
            }
        }
    }

    fn note(&mut self, data: Data<'static>) {
        match data {
            Data::Capability(all) => {
                for one in all {
                    match one {
                        Capability::Auth(mechanism) => self.offered.push(mechanism),
                        Capability::SaslIr => self.takes_first_answer = true,
                        _ => {}
                    }
                }
            }
            Data::List { .. } => self.folders += 1,
            _ => {}
        }
    }

    fn enqueue(&mut self, tag: &'static str, body: CommandBody<'static>) -> Result<(), Snag> {
        let command: Command<'static> = body.tag(tag).map_err(|_| self.nonsense())?;
        self.client.enqueue_command(command);
        Ok(())
    }

    async fn event(&mut self) -> Result<Event, Snag> {
        loop {
            match self.client.next() {
                Ok(event) => return Ok(event),
                Err(Interrupt::Io(Io::Output(bytes))) => self.dialogue.line.say(&bytes).await?,
                Err(Interrupt::Io(Io::NeedMoreInput)) => {
                    let bytes = self.dialogue.line.hear().await?;
                    self.client.enqueue_input(bytes);
                }
                Err(Interrupt::Error(_)) => return Err(self.nonsense()),
            }
        }
    }

    fn refused(&self, explanation: Option<&[u8]>, words: &impl ToString) -> Snag {
        self.dialogue.refusal(explanation, &words.to_string())
    }

    fn nonsense(&self) -> Snag {
        self.dialogue.not_a_mail_server(Protocol::Imap)
    }
}

fn spelled(mechanism: Mechanism) -> AuthMechanism<'static> {
    match mechanism {
        Mechanism::Xoauth2 => AuthMechanism::XOAuth2,
        Mechanism::Oauthbearer => AuthMechanism::OAuthBearer,
    }
}

fn said(request: CommandContinuationRequest<'static>) -> Option<Vec<u8>> {
    match request {
        CommandContinuationRequest::Base64(bytes) => Some(bytes.into_owned()),
        CommandContinuationRequest::Basic(_) => None,
    }
}
