//! The loop: whatever comes first is a message, the state takes it in, the effects are started,
//! the screen is drawn. The only `select!` of this floor.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::Offset;
use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use super::app::{App, Look, Place, Sandbox};
use super::effect::{News, Performer, copy_message};
use super::message::{Copied, Effect, Msg, Tone};
use super::terminal::{Screen, has_shell, restore, restore_on_panic, stop};
use super::theme::Theme;
use super::view::{view, wake};
use super::{Options, Playground, glyphs, input};
use crate::clock::Clock;
use crate::domain::snapshot::Snapshot;
use crate::service::Gate;

/// News of the service in a burst is drawn at most this often.
const LULL: Duration = Duration::from_millis(50);
/// A sleeping laptop's timers stand still, so no sleep is longer than this.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] io::Error),
    #[error("the terminal is gone")]
    Gone,
    #[error("ended by {0}")]
    Signal(&'static str),
    #[error("the service stopped")]
    Stopped,
}

/// Shows the screen until the person leaves. The terminal is as it was found when this returns.
pub async fn run(gate: Gate, clock: Clock, options: Options) -> Result<(), TuiError> {
    restore_on_panic();
    let (play, said) = match options.playground.as_ref() {
        Some(playground) => (Some(playground.choose.clone()), true),
        None => (None, false),
    };
    let (performer, news) = Performer::new(gate.clone(), options.surroundings.tmux, play);
    let mut app = app(&gate, &clock, &options);
    let screen = Screen::take(app.mouse)?;
    app.size = screen.size()?;
    let mut session = Session {
        app,
        clock,
        screen,
        performer,
        keys: Some(EventStream::new()),
        ended: false,
    };
    let said = options
        .playground
        .filter(|_| said)
        .map(|Playground { said, .. }| said);
    let result = session.turn(gate.watch(), news, said).await;
    session.leave().await;
    result
}

fn app(gate: &Gate, clock: &Clock, options: &Options) -> App {
    let now = clock.now();
    let around = &options.surroundings;
    let named = Theme::named(&options.ui.theme);
    let theme = if options.color {
        named.clone().unwrap_or_else(Theme::ansi)
    } else {
        Theme::mono()
    };
    let look = Look {
        theme,
        glyphs: if options.ui.ascii || around.ascii {
            &glyphs::ASCII
        } else {
            &glyphs::UNICODE
        },
        motion: around.motion,
    };
    let place = Place {
        offset: now.with_timezone(&chrono::Local).offset().fix(),
        remote: around.remote,
        login: around.login.clone(),
    };
    let mut app = App::new(gate.snapshot(), look, place, now);
    app.masked = options.masked;
    app.sandbox = options.playground.as_ref().map(|p| Sandbox {
        title: p.title.clone(),
        entries: p.entries.clone(),
    });
    if named.is_none() {
        let text = format!(
            "there is no theme `{}`; this is the terminal's own palette",
            options.ui.theme
        );
        app.toast(Tone::Warning, text, now);
    }
    app
}

struct Session {
    app: App,
    clock: Clock,
    screen: Screen,
    performer: Performer,
    /// Dropped while the shell has the terminal: nobody else may read its keys.
    keys: Option<EventStream>,
    ended: bool,
}

/// What happened first.
enum Turn {
    Key(Option<io::Result<Event>>),
    News(Option<News>),
    Snapshot(Result<(), watch::error::RecvError>),
    Said(Option<String>),
    Woke,
    Quiet,
    Signal(&'static str),
    Continued,
}

impl Session {
    async fn turn(
        &mut self,
        mut snapshots: watch::Receiver<Arc<Snapshot>>,
        mut news: mpsc::Receiver<News>,
        mut said: Option<mpsc::UnboundedReceiver<String>>,
    ) -> Result<(), TuiError> {
        let mut signals = Signals::new()?;
        let mut lull = pin!(sleep(Duration::ZERO));
        let mut is_lull = false;
        while !self.ended {
            self.draw()?;
            let alarm = self.sleep_for();
            let turn = tokio::select! {
                key = next_key(&mut self.keys) => Turn::Key(key),
                news = news.recv() => Turn::News(news),
                changed = snapshots.changed(), if !is_lull => Turn::Snapshot(changed),
                line = next_line(&mut said) => Turn::Said(line),
                () = &mut lull, if is_lull => Turn::Quiet,
                () = sleep(alarm) => Turn::Woke,
                _ = signals.terminate.recv() => Turn::Signal("SIGTERM"),
                _ = signals.hangup.recv() => Turn::Signal("SIGHUP"),
                _ = signals.interrupt.recv() => Turn::Signal("SIGINT"),
                _ = signals.continued.recv() => Turn::Continued,
            };
            match turn {
                Turn::Key(Some(Ok(event))) => self.take(input::message(event))?,
                // An error or an end of the input means that the terminal is gone; asking again
                // would only spin.
                Turn::Key(_) => return Err(TuiError::Gone),
                Turn::News(Some(news)) => self.take_news(news).await?,
                Turn::Snapshot(Ok(())) => {
                    is_lull = true;
                    lull.set(sleep(LULL));
                    let snapshot = snapshots.borrow_and_update().clone();
                    self.take(Some(Msg::Snapshot(snapshot)))?;
                }
                Turn::News(None) | Turn::Snapshot(Err(_)) => return Err(TuiError::Stopped),
                Turn::Said(Some(line)) => self.take(Some(Msg::Note(Tone::Notice, line)))?,
                Turn::Said(None) => said = None,
                Turn::Quiet => is_lull = false,
                Turn::Woke => self.take(Some(Msg::Tick))?,
                Turn::Signal(name) => return Err(TuiError::Signal(name)),
                Turn::Continued => self.screen.retake()?,
            }
        }
        Ok(())
    }

    fn draw(&mut self) -> io::Result<()> {
        let now = self.clock.now();
        let app = &self.app;
        self.screen.draw(|frame| view(app, now, frame))
    }

    /// Until something on the screen changes by itself.
    fn sleep_for(&self) -> Duration {
        let now = self.clock.now();
        let wait = wake::next(&self.app, now) - now;
        wait.to_std().unwrap_or_default().min(LONGEST_SLEEP)
    }

    fn take(&mut self, msg: Option<Msg>) -> io::Result<()> {
        let broken = self.performer.reap();
        if broken.is_some() && !Screen::is_taken() {
            self.screen.retake()?;
        }
        for msg in msg.into_iter().chain(broken) {
            let effects = self.app.update(msg, self.clock.now());
            for effect in effects {
                self.start(effect)?;
            }
        }
        Ok(())
    }

    fn start(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Quit => self.ended = true,
            Effect::Redraw => self.screen.forget()?,
            Effect::Mouse(on) => self.screen.set_mouse(on)?,
            Effect::Suspend => self.suspend()?,
            other => self.performer.perform(other),
        }
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        if !has_shell() {
            let now = self.clock.now();
            self.app
                .toast(Tone::Notice, "there is no shell to go back to".into(), now);
            return Ok(());
        }
        self.keys = None;
        restore();
        stop()?;
        self.screen.retake()?;
        self.keys = Some(EventStream::new());
        Ok(())
    }

    async fn take_news(&mut self, news: News) -> io::Result<()> {
        let msg = match news {
            News::Clipboard { what, text, secret } => {
                let sent = match text {
                    None => Ok(Copied::Tmux),
                    Some(text) => Screen::to_clipboard(text.expose()).map(|()| Copied::Sent),
                };
                if secret && sent.is_ok() {
                    self.performer.clear_later();
                }
                Some(copy_message(what, sent))
            }
            News::ClearClipboard => {
                self.clear_clipboard().await?;
                Some(Msg::Note(
                    Tone::Done,
                    "the copied token was cleared from the clipboard".into(),
                ))
            }
            other => self.performer.absorb(other),
        };
        self.take(msg)
    }

    async fn clear_clipboard(&mut self) -> io::Result<()> {
        self.performer.clear().await;
        Screen::to_clipboard("")
    }

    /// A token must not outlive the program in the clipboard.
    async fn leave(&mut self) {
        if self.performer.owes_a_clearing() {
            let _ = self.clear_clipboard().await;
        }
        restore();
    }
}

async fn next_key(keys: &mut Option<EventStream>) -> Option<io::Result<Event>> {
    match keys {
        Some(keys) => keys.next().await,
        None => std::future::pending().await,
    }
}

async fn next_line(said: &mut Option<mpsc::UnboundedReceiver<String>>) -> Option<String> {
    match said {
        Some(said) => said.recv().await,
        None => std::future::pending().await,
    }
}

struct Signals {
    terminate: Signal,
    hangup: Signal,
    interrupt: Signal,
    /// Someone else stopped us and let us go on: the terminal may be in any state.
    continued: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        let continued = rustix::process::Signal::CONT.as_raw();
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            continued: signal(SignalKind::from_raw(continued))?,
        })
    }
}
