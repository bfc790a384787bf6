//! Effects, carried out against the service. Each runs as a task that this file owns, and its news
//! comes back as messages. The only place of the screen that holds a token, and only on its way
//! from the service to the clipboard; the only one that holds another account's kept grant.

mod tasks;

use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use self::tasks::{consent, copied, one, shaped};
use crate::domain::account::AccountId;
use crate::domain::secret::Secret;
use crate::domain::wording::safe;
use crate::service::Gate;
use crate::service::ask::{ConsentAsk, TokenAsk};
use crate::service::consent::{Kept, Opened};
use crate::tui::PlaygroundChoice;
use crate::tui::clipboard;
use crate::tui::message::{ConsentEnd, Copied, Effect, Failure, Msg, Op, Serial, TokenForm, Tone};

/// Enough to keep the service busy; it has a limit of its own on what it sends to Google.
const AT_ONCE: usize = 64;
/// News waits here for the next turn of the loop; a burst of ten thousand must not pile up.
const NEWS: usize = 256;
const CLEARED_AFTER: Duration = Duration::from_secs(30);

/// What comes back from a task.
#[derive(Debug)]
pub(in crate::tui) enum News {
    Msg(Msg),
    /// A consent is open: this is the way to give it an address.
    Pasting(Serial, mpsc::Sender<Secret>),
    Other {
        serial: Serial,
        expected: String,
        got: String,
        kept: Box<Kept>,
    },
    /// For the terminal, which only the loop may write to.
    Clipboard {
        what: &'static str,
        /// `None` when tmux took it already.
        text: Option<Secret>,
        secret: bool,
    },
    ClearClipboard,
}

#[derive(Debug)]
pub(in crate::tui) struct Performer {
    gate: Gate,
    tasks: JoinSet<()>,
    news: mpsc::Sender<News>,
    consent: Option<Underway>,
    kept: Option<Box<Kept>>,
    tmux: bool,
    play: Option<mpsc::UnboundedSender<PlaygroundChoice>>,
    /// A secret lies in the clipboard until this has run.
    clearing: Option<AbortHandle>,
}

#[derive(Debug)]
struct Underway {
    serial: Serial,
    task: AbortHandle,
    pasted: Option<mpsc::Sender<Secret>>,
}

impl Performer {
    pub(in crate::tui) fn new(
        gate: Gate,
        tmux: bool,
        play: Option<mpsc::UnboundedSender<PlaygroundChoice>>,
    ) -> (Self, mpsc::Receiver<News>) {
        let (news, inbox) = mpsc::channel(NEWS);
        let performer = Self {
            gate,
            tasks: JoinSet::new(),
            news,
            consent: None,
            kept: None,
            tmux,
            play,
            clearing: None,
        };
        (performer, inbox)
    }

    /// Starts what needs no terminal; the rest is the loop's own.
    pub(in crate::tui) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Do { work, op, accounts } => self.work(work, op, accounts),
            Effect::SuspendAuto(suspended) => {
                let gate = self.gate.clone();
                self.tasks
                    .spawn(async move { gate.suspend_auto(suspended).await });
            }
            Effect::Consent { serial, ask } => self.start_consent(serial, *ask),
            Effect::CancelConsent => self.cancel_consent(),
            Effect::Redirected(address) => self.redirected(address),
            Effect::KeepOther => self.keep_other(),
            Effect::OpenBrowser(url) => self.open_browser(url),
            Effect::CopyToken(id, form) => self.copy_token(id, form),
            Effect::CopyText { what, text } => self.copy(what, Secret::new(text), false),
            Effect::Play { entry, email } => {
                if let Some(play) = &self.play {
                    // Nobody listening means that the sandbox is gone, and the program with it.
                    let _ = play.send(PlaygroundChoice { entry, email });
                }
            }
            Effect::Mouse(_) | Effect::Suspend | Effect::Redraw | Effect::Quit => {}
        }
    }

    /// Takes in what a task sent; what is left is for the state.
    pub(in crate::tui) fn absorb(&mut self, news: News) -> Option<Msg> {
        match news {
            News::Msg(msg) => Some(msg),
            News::Pasting(serial, pasted) => {
                if let Some(consent) = self.consent.as_mut().filter(|c| c.serial == serial) {
                    consent.pasted = Some(pasted);
                }
                None
            }
            News::Other {
                serial,
                expected,
                got,
                kept,
            } => {
                self.kept = Some(kept);
                Some(Msg::ConsentEnded {
                    serial,
                    end: ConsentEnd::Other { expected, got },
                })
            }
            News::Clipboard { .. } | News::ClearClipboard => None,
        }
    }

    /// Reaps finished tasks; says so when one of them broke.
    pub(in crate::tui) fn reap(&mut self) -> Option<Msg> {
        while let Some(ended) = self.tasks.try_join_next() {
            if ended.is_err_and(|e| e.is_panic()) {
                return Some(Msg::Note(
                    Tone::Error,
                    "something went wrong inside gatepost; see the log file".into(),
                ));
            }
        }
        None
    }

    fn spawn(&mut self, task: impl Future<Output = News> + Send + 'static) -> AbortHandle {
        let news = self.news.clone();
        self.tasks.spawn(async move {
            // A closed inbox means that the screen is gone.
            let _ = news.send(task.await).await;
        })
    }

    fn work(&mut self, work: Serial, op: Op, accounts: Vec<AccountId>) {
        let (gate, news) = (self.gate.clone(), self.news.clone());
        self.tasks.spawn(async move {
            let each = futures_util::stream::iter(accounts).map(|account| {
                let gate = gate.clone();
                async move {
                    Msg::Did {
                        work,
                        account,
                        result: one(&gate, op, account).await.map_err(Failure::from),
                    }
                }
            });
            let mut done = each.buffer_unordered(AT_ONCE);
            while let Some(msg) = done.next().await {
                if news.send(News::Msg(msg)).await.is_err() {
                    return;
                }
            }
        });
    }

    fn start_consent(&mut self, serial: Serial, ask: ConsentAsk) {
        self.cancel_consent();
        let (gate, news) = (self.gate.clone(), self.news.clone());
        let task = self.tasks.spawn(async move {
            let end = consent(&gate, serial, ask, &news).await;
            let _ = news.send(end).await;
        });
        self.consent = Some(Underway {
            serial,
            task,
            pasted: None,
        });
    }

    /// Dropping the consent is what cancels it.
    fn cancel_consent(&mut self) {
        self.kept = None;
        if let Some(consent) = self.consent.take() {
            consent.task.abort();
        }
    }

    fn redirected(&mut self, address: Secret) {
        let Some(pasted) = self.consent.as_ref().and_then(|c| c.pasted.clone()) else {
            return;
        };
        self.tasks.spawn(async move {
            // A round that ended meanwhile needs no address any more.
            let _ = pasted.send(address).await;
        });
    }

    fn keep_other(&mut self) {
        let Some(kept) = self.kept.take() else { return };
        let gate = self.gate.clone();
        self.spawn(async move {
            News::Msg(Msg::Kept(
                gate.keep(*kept, None).await.map_err(Failure::from),
            ))
        });
    }

    fn open_browser(&mut self, url: String) {
        let gate = self.gate.clone();
        self.spawn(async move {
            News::Msg(match gate.open_browser(url).await {
                Opened::By(program) => Msg::Note(
                    Tone::Done,
                    format!("{} was asked to open the link", safe(&program)),
                ),
                Opened::Not(why) => Msg::Note(
                    Tone::Error,
                    format!("no browser was opened: {}", safe(&why)),
                ),
            })
        });
    }

    fn copy_token(&mut self, id: AccountId, form: TokenForm) {
        let (gate, tmux) = (self.gate.clone(), self.tmux);
        self.spawn(async move {
            match gate.token(id, TokenAsk::default()).await {
                Ok(token) => copied(form.as_str(), shaped(&token, form), true, tmux).await,
                Err(error) => News::Msg(Msg::Copied {
                    what: form.as_str(),
                    result: Err(error.into()),
                }),
            }
        });
    }

    fn copy(&mut self, what: &'static str, text: Secret, secret: bool) {
        let tmux = self.tmux;
        self.spawn(copied(what, text, secret, tmux));
    }

    /// A later copy takes the place of an earlier one, and with it its time.
    pub(in crate::tui) fn clear_later(&mut self) {
        if let Some(clearing) = self.clearing.take() {
            clearing.abort();
        }
        let clearing = self.spawn(async {
            tokio::time::sleep(CLEARED_AFTER).await;
            News::ClearClipboard
        });
        self.clearing = Some(clearing);
    }

    /// Whether a token of ours still lies in the clipboard.
    pub(in crate::tui) fn owes_a_clearing(&self) -> bool {
        self.clearing.is_some()
    }

    pub(in crate::tui) async fn clear(&mut self) {
        if let Some(clearing) = self.clearing.take() {
            clearing.abort();
        }
        if self.tmux {
            clipboard::clear_tmux().await;
        }
    }
}

/// What the loop tells the state after a copy went out.
pub(in crate::tui) fn copy_message(what: &'static str, sent: std::io::Result<Copied>) -> Msg {
    let result = sent.map_err(|error| Failure {
        message: safe(&error.to_string()),
        hint: None,
    });
    Msg::Copied { what, result }
}
