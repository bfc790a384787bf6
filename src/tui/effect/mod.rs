//! Effects, carried out against the service. Each runs as a task that this file owns, and its news
//! comes back as messages.

mod consent;
mod copy;
mod intake;
mod records;
mod tasks;

use std::collections::HashMap;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use tempfile::NamedTempFile;
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};

use self::consent::{Underway, WayIn};
use self::copy::Owed;
use self::intake::Intake;
use self::tasks::one;
use crate::domain::account::AccountId;
use crate::domain::secret::Secret;
use crate::domain::wording::safe;
use crate::service::Gate;
use crate::service::ask::ClientAsk;
use crate::service::consent::{Kept, Opened};
use crate::tui::PlaygroundChoice;
use crate::tui::clipboard::{Cleared, Clipboard, Put};
use crate::tui::message::{Effect, Msg, Op, Serial, Tone};

/// How many the service is given for each request it may have in the air: it is never idle, and
/// a work that is stopped has little left to land.
const AHEAD: usize = 2;
/// News waits here for the next turn of the loop; a burst of ten thousand must not pile up.
const NEWS: usize = 256;

/// What comes back from a task.
#[derive(Debug)]
pub(in crate::tui) enum News {
    Msg(Msg),
    /// A consent is open: this is the way to give it an address.
    Consenting(Serial, WayIn),
    LinkFile(Serial, std::io::Result<NamedTempFile>),
    Other {
        serial: Serial,
        expected: String,
        got: String,
        kept: Box<Kept>,
    },
    /// Some of it for the terminal, which only the loop may write to.
    Clipboard {
        what: &'static str,
        put: Put,
        secret: bool,
    },
    Cleared(Cleared),
    /// A client was read; it may be stored once the person says so.
    Candidate(Serial, Box<ClientAsk>),
}

#[derive(Debug)]
pub(in crate::tui) struct Performer {
    gate: Gate,
    tasks: JoinSet<()>,
    news: mpsc::Sender<News>,
    /// Raised to stop a piece of work.
    stops: HashMap<Serial, watch::Sender<bool>>,
    consent: Option<Underway>,
    kept: Option<Box<Kept>>,
    clipboard: Arc<Clipboard>,
    /// A secret lies in the clipboard.
    owed: Option<Owed>,
    /// Where a link may be written, first choice first.
    link_folders: Vec<PathBuf>,
    play: Option<mpsc::UnboundedSender<PlaygroundChoice>>,
    intake: Intake,
}

impl Performer {
    pub(in crate::tui) fn new(
        gate: Gate,
        clipboard: Clipboard,
        link_folders: Vec<PathBuf>,
        play: Option<mpsc::UnboundedSender<PlaygroundChoice>>,
    ) -> (Self, mpsc::Receiver<News>) {
        let (news, inbox) = mpsc::channel(NEWS);
        let performer = Self {
            gate,
            tasks: JoinSet::new(),
            news,
            stops: HashMap::new(),
            consent: None,
            kept: None,
            clipboard: Arc::new(clipboard),
            owed: None,
            link_folders,
            play,
            intake: Intake::default(),
        };
        (performer, inbox)
    }

    /// Starts what needs no terminal; the rest is the loop's own.
    pub(in crate::tui) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Do { work, op, accounts } => self.work(work, op, accounts),
            Effect::StopWork(work) => {
                if let Some(stop) = self.stops.get(&work) {
                    stop.send_replace(true);
                }
            }
            Effect::SuspendAuto(suspended) => {
                let gate = self.gate.clone();
                self.tasks
                    .spawn(async move { gate.suspend_auto(suspended).await });
            }
            Effect::Consent { serial, ask } => self.start_consent(serial, *ask),
            Effect::CancelConsent => self.cancel_consent(),
            Effect::Redirected(address) => self.redirected(address),
            Effect::CheckTyped {
                serial,
                edit,
                typed,
            } => self.check_typed(serial, edit, &typed),
            Effect::WriteLink { serial, url } => self.write_link(serial, url),
            Effect::KeepOther => self.keep_other(),
            Effect::OpenBrowser(url) => self.open_browser(url),
            Effect::CopyToken(id, form) => self.copy_token(id, form),
            Effect::CopyText { what, text } => self.copy(what, Secret::new(text)),
            Effect::Play { entry, email } => {
                if let Some(play) = &self.play {
                    // Nobody listening means that the sandbox is gone, and the program with it.
                    let _ = play.send(PlaygroundChoice { entry, email });
                }
            }
            Effect::AddClient { path, name } => self.add_client(path, name),
            Effect::Import { work, paths } => self.import(work, paths),
            Effect::CheckClient(client) => self.check_client(client),
            Effect::Setup(ask) => self.set_up(ask),
            Effect::Label(id, label) => self.note(records::label(self.gate.clone(), id, label)),
            Effect::SetPublishing(id, to) => {
                self.note(records::set_publishing(self.gate.clone(), id, to));
            }
            Effect::RemoveClient(id) => self.note(records::remove_client(self.gate.clone(), id)),
            Effect::History => self.note(records::history(self.gate.clone())),
            Effect::SaveText { path, text } => self.note(records::save(path, text)),
            Effect::Mouse(_)
            | Effect::Suspend
            | Effect::Redraw
            | Effect::Quit
            | Effect::Sandbox => {}
        }
    }

    /// Takes in what a task sent; what is left is for the state.
    pub(in crate::tui) fn absorb(&mut self, news: News) -> Option<Msg> {
        match news {
            News::Msg(msg) => {
                self.settle(&msg);
                if let Msg::ConsentEnded { serial, .. } = &msg {
                    self.forget_consent(*serial);
                }
                Some(msg)
            }
            News::Consenting(serial, way_in) => {
                self.let_in(serial, way_in);
                None
            }
            News::LinkFile(serial, made) => self.keep_link(serial, made),
            News::Other {
                serial,
                expected,
                got,
                kept,
            } => Some(self.keep_for_later(serial, expected, got, kept)),
            News::Candidate(serial, ask) => {
                self.candidate(serial, *ask);
                None
            }
            News::Clipboard { .. } | News::Cleared(_) => None,
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

    fn note(&mut self, task: impl Future<Output = Msg> + Send + 'static) {
        self.spawn(async move { News::Msg(task.await) });
    }

    fn work(&mut self, work: Serial, op: Op, accounts: Vec<AccountId>) {
        let (gate, news) = (self.gate.clone(), self.news.clone());
        let stop = self.stop_of(work);
        let at_once = AHEAD * gate.snapshot().policy.concurrency.max(1);
        self.tasks.spawn(async move {
            let is_stopped = stop.clone();
            let wanted = accounts
                .into_iter()
                .take_while(move |_| !*is_stopped.borrow());
            let each = futures_util::stream::iter(wanted).map(|account| {
                let (gate, stop) = (gate.clone(), stop.clone());
                async move {
                    let result = unless_dropped(op, stop, one(&gate, op, account)).await?;
                    Some(Msg::Did {
                        work,
                        account,
                        result,
                    })
                }
            });
            let mut done = each.buffer_unordered(at_once);
            while let Some(msg) = done.next().await {
                let Some(msg) = msg else { continue };
                if news.send(News::Msg(msg)).await.is_err() {
                    return;
                }
            }
            let _ = news.send(News::Msg(Msg::WorkOver(work))).await;
        });
    }

    /// What is raised when this work is to be stopped.
    fn stop_of(&mut self, work: Serial) -> watch::Receiver<bool> {
        // A work that is over listens no more.
        self.stops.retain(|_, stop| !stop.is_closed());
        let (stop, stopped) = watch::channel(false);
        self.stops.insert(work, stop);
        stopped
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
                    format!(
                        "no browser was opened: {}; copy the address instead",
                        safe(&why)
                    ),
                ),
            })
        });
    }
}

/// What came of a task; nothing where it could be let go of on its way, and was.
async fn unless_dropped<T>(
    op: Op,
    mut stop: watch::Receiver<bool>,
    task: impl Future<Output = T>,
) -> Option<T> {
    if !op.can_be_dropped() {
        return Some(task.await);
    }
    match select(pin!(task), pin!(stop.wait_for(|stopped| *stopped))).await {
        Either::Left((result, _)) => Some(result),
        Either::Right(_) => None,
    }
}
