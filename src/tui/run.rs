//! The loop: whatever comes first is a message, the state takes it in, the effects are started,
//! the screen is drawn. The only `select!` of this floor.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use futures_util::future::join;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use super::app::{App, Look, Place, Sandbox};
use super::clipboard::{Cleared, Clipboard, Reach};
use super::dress;
use super::effect::{News, Performer};
use super::ground::LateAnswer;
use super::keymap::Keymap;
use super::message::{Effect, Msg, Tone};
use super::signals::Signals;
use super::surroundings::local_offset;
use super::terminal::{Screen, has_shell, restore, restore_on_panic, stop};
use super::theme::Theme;
use super::view::{rest, view, wake};
use super::{Left, Options, Playground, glyphs, hangup, input};
use crate::clock::Clock;
use crate::domain::snapshot::Snapshot;
use crate::service::Gate;

/// News of the service in a burst is drawn at most this often.
const LULL: Duration = Duration::from_millis(50);
/// Longer than it takes a signal to be delivered.
const STOPPED_BY_NOW: Duration = Duration::from_millis(500);
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
pub async fn run(gate: Gate, clock: Clock, options: Options) -> Result<Left, TuiError> {
    restore_on_panic();
    let (play, said) = match options.playground.as_ref() {
        Some(playground) => (Some(playground.choose.clone()), true),
        None => (None, false),
    };
    let around = &options.surroundings;
    let reach = Reach {
        tmux: around.tmux,
        display: around.display,
        ssh: around.ssh,
    };
    let clipboard = Clipboard::new(options.ui.clipboard, reach);
    let folders = options.link_folders.clone();
    let (performer, news) = Performer::new(gate.clone(), clipboard, folders, play);
    let performer = performer.looking_in(options.folders.clone());
    // From here on a signal ends the loop and not the program: the terminal may be in a mode of ours.
    let signals = Signals::new()?;
    // While the terminal thinks about its answer, the rest is made ready.
    let ready = async { app(&gate, &clock, &options) };
    let ((theme, late), mut app) = join(dress::choose(&options), ready).await;
    dress::put_on(&mut app, &options, &theme, clock.now());
    let titled = options.ui.title && options.surroundings.titled;
    let screen = Screen::take(app.mouse, titled)?;
    app.size = screen.size()?;
    let mut session = Session {
        app,
        clock,
        screen,
        performer,
        keys: Some(EventStream::new()),
        late,
        ended: None,
        wants_the_shell: false,
    };
    let said = options
        .playground
        .filter(|_| said)
        .map(|Playground { said, .. }| said);
    let result = session.turn(signals, gate.watch(), news, said).await;
    session.leave().await;
    // What could not be drawn on a terminal that is gone is no fault of ours.
    result.map_err(|error| {
        if hangup::has_happened() {
            TuiError::Gone
        } else {
            error
        }
    })?;
    Ok(session.ended.unwrap_or(Left::Quit))
}

fn app(gate: &Gate, clock: &Clock, options: &Options) -> App {
    let now = clock.now();
    let around = &options.surroundings;
    let look = Look {
        theme: Theme::ansi(),
        glyphs: if options.ui.ascii || around.ascii {
            &glyphs::ASCII
        } else {
            &glyphs::UNICODE
        },
        motion: around.motion && options.ui.motion,
    };
    let place = Place {
        offset: local_offset(now),
        remote: around.remote,
        login: around.login.clone(),
    };
    let mut app = App::new(gate.snapshot(), look, place, now);
    app.masked = options.masked;
    // The same terminals that show no more than ASCII would show a link's target as rubbish.
    app.links = !around.ascii;
    app.saves.clone_from(&options.saves);
    app.sandbox = options.playground.as_ref().map(|p| Sandbox {
        title: p.title.clone(),
        entries: p.entries.clone(),
    });
    app.mouse = options.ui.mouse;
    let (keymap, clashes) = Keymap::built_in().with(&options.ui.keys);
    app.keymap = Arc::new(keymap);
    for clash in clashes {
        app.toast(Tone::Warning, clash.to_string(), now);
    }
    app
}

/// What the window is called: never an address, which a shared screen would show.
fn title(app: &App) -> String {
    match app.rows.needing_a_person() {
        0 => "gatepost".to_owned(),
        1 => "gatepost: 1 needs you".to_owned(),
        n => format!("gatepost: {n} need you"),
    }
}

struct Session {
    app: App,
    clock: Clock,
    screen: Screen,
    performer: Performer,
    /// Dropped while the shell has the terminal: nobody else may read its keys.
    keys: Option<EventStream>,
    late: LateAnswer,
    ended: Option<Left>,
    wants_the_shell: bool,
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
        mut signals: Signals,
        mut snapshots: watch::Receiver<Arc<Snapshot>>,
        mut news: mpsc::Receiver<News>,
        mut said: Option<mpsc::UnboundedReceiver<String>>,
    ) -> Result<(), TuiError> {
        let mut hung_up = hangup::watch();
        let mut lull = pin!(sleep(Duration::ZERO));
        let mut is_lull = false;
        for effect in self.app.begin() {
            self.start(effect)?;
        }
        while self.ended.is_none() {
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
                Some(()) = hung_up.recv() => Turn::Key(None),
            };
            match turn {
                Turn::Key(Some(Ok(event))) if self.late.takes(&event) => {}
                Turn::Key(Some(Ok(event))) => self.take(input::message(event))?,
                // An error or an end of the input means that the terminal is gone; asking again
                // would only spin.
                Turn::Key(_) => return Err(TuiError::Gone),
                Turn::News(Some(news)) => self.take_news(news)?,
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
                Turn::Woke => {
                    self.app.place.offset = local_offset(self.clock.now());
                    self.take(Some(Msg::Tick))?;
                }
                Turn::Signal(name) => return Err(TuiError::Signal(name)),
                Turn::Continued => self.screen.retake()?,
            }
            if std::mem::take(&mut self.wants_the_shell) {
                self.suspend(&mut signals).await?;
            }
        }
        Ok(())
    }

    fn draw(&mut self) -> io::Result<()> {
        let now = self.clock.now();
        let app = &self.app;
        self.screen.draw(|frame| view(app, now, frame), rest(app))?;
        self.screen.set_title(&title(app))
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
            Effect::Quit => self.ended = Some(Left::Quit),
            Effect::Sandbox => self.ended = Some(Left::ForSandbox),
            Effect::Redraw => self.screen.forget()?,
            Effect::Mouse(on) => self.screen.set_mouse(on)?,
            Effect::Suspend => self.wants_the_shell = true,
            other => self.performer.perform(other),
        }
        Ok(())
    }

    async fn suspend(&mut self, signals: &mut Signals) -> io::Result<()> {
        if !has_shell() {
            let now = self.clock.now();
            self.app
                .toast(Tone::Notice, "there is no shell to go back to".into(), now);
            return Ok(());
        }
        self.keys = None;
        restore();
        stop()?;
        // The signal may stop us a moment later: the terminal is the shell's until we are woken. It
        // may also not stop us at all, where no shell looks after this process.
        let _ = timeout(STOPPED_BY_NOW, signals.continued.recv()).await;
        self.screen.retake()?;
        self.keys = Some(EventStream::new());
        Ok(())
    }

    fn take_news(&mut self, news: News) -> io::Result<()> {
        let msg = match news {
            News::Clipboard { what, put, secret } => {
                let to_terminal = Screen::to_clipboard;
                Some(self.performer.copied(what, put, secret, to_terminal))
            }
            News::Cleared(cleared) => {
                if cleared == Cleared::AskTerminal {
                    Screen::to_clipboard("")?;
                }
                Some(self.performer.cleared(cleared))
            }
            other => self.performer.absorb(other),
        };
        self.take(msg)
    }

    async fn leave(&mut self) {
        if self.performer.leave_clipboard().await == Some(Cleared::AskTerminal) {
            let _ = Screen::to_clipboard("");
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

pub(super) async fn next_line(
    said: &mut Option<mpsc::UnboundedReceiver<String>>,
) -> Option<String> {
    match said {
        Some(said) => said.recv().await,
        None => std::future::pending().await,
    }
}
