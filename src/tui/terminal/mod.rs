//! The terminal, taken over and given back. One `restore` undoes everything and may be called any
//! number of times: on leaving, on an error, in a panic, on a signal, before the shell gets a turn.

mod frame;

use std::io::{self, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{MoveTo, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
    EnableFocusChange, EnableMouseCapture,
};
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::Frame;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect};

use frame::{BEGIN, END, FrameWriter};

/// Whether the terminal is ours at the moment. Global, because a panic hook can hold nothing.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether the window's own title is laid aside.
static TITLED: AtomicBool = AtomicBool::new(false);

/// The window's title, without its icon's, is laid on the terminal's stack and taken from it.
const LAY_TITLE_ASIDE: &[u8] = b"\x1b[22;2t";
const PUT_TITLE_BACK: &[u8] = b"\x1b[23;2t";

/// Gives the terminal back as it was found. Idempotent, and safe in a panic hook.
pub fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    // In reverse of `take`; a terminal that is gone cannot be told anything, and need not be.
    let _ = execute!(
        out,
        EndSynchronizedUpdate,
        DisableFocusChange,
        DisableBracketedPaste,
        DisableMouseCapture,
        LeaveAlternateScreen,
        Show
    );
    if TITLED.swap(false, Ordering::SeqCst) {
        let _ = out.write_all(PUT_TITLE_BACK).and_then(|()| out.flush());
    }
    let _ = disable_raw_mode();
}

/// Restores before the message of a panic is printed. A panic of a task elsewhere does not end
/// the screen, so only the thread that draws counts.
pub fn restore_on_panic() {
    let screen = std::thread::current().id();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() == screen || !TAKEN.load(Ordering::SeqCst) {
            restore();
            before(panic);
        } else {
            // The payload may quote anything; the place is enough to find the fault.
            tracing::error!(
                at = panic.location().map(tracing::field::display),
                "a task panicked"
            );
        }
    }));
}

/// The terminal while it is ours.
#[derive(Debug)]
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<FrameWriter<Stdout>>>,
    mouse: bool,
    titled: bool,
    title: String,
}

impl Screen {
    /// Must be dropped, or [`restore`] called, to give the terminal back.
    pub(super) fn take(mouse: bool, titled: bool) -> io::Result<Self> {
        // Our theme decides about colour: crossterm's own NO_COLOR turns colours into full resets,
        // which would take bold and reverse with them.
        crossterm::style::force_color_output(true);
        enter(mouse, titled)?;
        let terminal = Terminal::new(CrosstermBackend::new(FrameWriter::new(io::stdout())))
            .inspect_err(|_| restore())?;
        Ok(Self {
            terminal,
            mouse,
            titled,
            title: String::new(),
        })
    }

    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// `rest` is where the cursor goes in a frame that does not show it.
    pub(super) fn draw(
        &mut self,
        view: impl FnOnce(&mut Frame<'_>),
        rest: Option<Position>,
    ) -> io::Result<()> {
        self.terminal.backend_mut().write_all(BEGIN)?;
        let drawn = self.terminal.draw(view).map(|_| ());
        let out = self.terminal.backend_mut();
        if let Some(rest) = rest {
            queue!(out, MoveTo(rest.x, rest.y))?;
        }
        // The end is written whatever happened, or the terminal would wait for it.
        out.write_all(END)?;
        Write::flush(out)?;
        drawn
    }

    /// The next draw starts from an empty screen. Never `Terminal::clear`, which asks the terminal
    /// where its cursor is and reads the answer from under the event stream.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        let size = self.terminal.size()?;
        self.terminal
            .resize(Rect::new(0, 0, size.width, size.height))
    }

    pub(super) fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        let mut out = io::stdout();
        if on {
            execute!(out, EnableMouseCapture)
        } else {
            execute!(out, DisableMouseCapture)
        }
    }

    /// Writes something only when it is not there already.
    pub(super) fn set_title(&mut self, title: &str) -> io::Result<()> {
        if !self.titled || self.title == title {
            return Ok(());
        }
        title.clone_into(&mut self.title);
        let mut out = io::stdout();
        out.write_all(format!("\x1b]2;{title}\x1b\\").as_bytes())?;
        out.flush()
    }

    /// Takes the terminal again, after the shell had it.
    pub(super) fn retake(&mut self) -> io::Result<()> {
        // crossterm believes that the terminal is still as it left it; the shell may have changed it.
        disable_raw_mode()?;
        enter(self.mouse, self.titled)?;
        self.title.clear();
        self.forget()
    }

    pub(super) fn is_taken() -> bool {
        TAKEN.load(Ordering::SeqCst)
    }

    /// Asks the terminal to put `text` into the clipboard. It does not say whether it did.
    pub(super) fn to_clipboard(text: &str) -> io::Result<()> {
        let mut out = io::stdout();
        execute!(out, CopyToClipboard::to_clipboard_from(text))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

fn enter(mouse: bool, titled: bool) -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    execute!(
        out,
        EnterAlternateScreen,
        EnableBracketedPaste,
        EnableFocusChange
    )?;
    // Taken twice without being given back, the title that lies aside is still the right one.
    if titled && !TITLED.swap(true, Ordering::SeqCst) {
        out.write_all(LAY_TITLE_ASIDE)?;
    }
    if mouse {
        execute!(out, EnableMouseCapture)?;
    }
    Ok(())
}

/// Stops the whole process group, as the shell's own Ctrl-Z would. May return before it has.
pub(super) fn stop() -> io::Result<()> {
    rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
    Ok(())
}

/// A session leader has no shell to go back to: stopping would only hang the window.
pub(super) fn has_shell() -> bool {
    rustix::process::getsid(None).is_ok_and(|session| session != rustix::process::getpid())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs one ignored test of this binary as a child whose terminal is a new pty, and returns what
    /// it wrote and whether the terminal echoes whole lines again.
    fn in_a_terminal(test: &str) -> (String, bool) {
        use std::io::Read;
        let pair = portable_pty::native_pty_system()
            .openpty(portable_pty::PtySize::default())
            .unwrap();
        let mut command = portable_pty::CommandBuilder::new(std::env::current_exe().unwrap());
        command.args(["--exact", test, "--ignored", "--nocapture"]);
        let mut child = pair.slave.spawn_command(command).unwrap();
        let mut output = pair.master.try_clone_reader().unwrap();
        let path = pair.master.tty_name().unwrap();
        let reader = std::thread::spawn(move || {
            let mut written = Vec::new();
            // A pty whose other end is closed ends with an error.
            let _ = output.read_to_end(&mut written);
            String::from_utf8_lossy(&written).into_owned()
        });
        assert!(!child.wait().unwrap().success());
        let terminal = std::fs::File::open(path).unwrap();
        let modes = rustix::termios::tcgetattr(&terminal).unwrap().local_modes;
        let cooked = rustix::termios::LocalModes::ICANON | rustix::termios::LocalModes::ECHO;
        drop((terminal, pair));
        (reader.join().unwrap(), modes.contains(cooked))
    }

    #[test]
    #[ignore = "a child of the test below: it breaks off in the middle of a frame"]
    fn a_frame_that_panics() {
        restore_on_panic();
        let mut screen = Screen::take(true, false).unwrap();
        screen
            .draw(|_| panic!("in the middle of a frame"), None)
            .unwrap();
    }

    #[test]
    fn a_panic_gives_the_terminal_back_before_it_says_why() {
        let (written, is_cooked) = in_a_terminal("tui::terminal::tests::a_frame_that_panics");
        let why = written.find("in the middle of a frame").unwrap();
        for code in ["?2026l", "?1004l", "?2004l", "?1000l", "?1049l", "?25h"] {
            let last = written.rfind(code);
            assert!(last.is_some_and(|at| at < why), "{code} in {written:?}");
        }
        assert!(is_cooked, "keys are lines again");
    }
}
