//! The terminal, taken over and given back. One `restore` undoes everything and may be called any
//! number of times: on leaving, on an error, in a panic, on a signal, before the shell gets a turn.

use std::io::{self, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
    EnableFocusChange, EnableMouseCapture,
};
use crossterm::execute;
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use ratatui::Frame;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;

/// Whether the terminal is ours at the moment. Global, because a panic hook can hold nothing.
static TAKEN: AtomicBool = AtomicBool::new(false);

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

/// Collects one frame and sends it in one piece, between the marks of a synchronized update. The
/// same marks, written into it, tell it where the frame begins and ends.
#[derive(Debug)]
pub(super) struct FrameWriter<W> {
    out: W,
    frame: Vec<u8>,
    is_open: bool,
    /// The cursor was hidden by what was sent last.
    is_hidden: bool,
}

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";
/// All that a frame without a changed cell consists of.
const HIDE: &[u8] = b"\x1b[?25l";

impl<W: Write> FrameWriter<W> {
    fn new(out: W) -> Self {
        Self {
            out,
            frame: Vec::with_capacity(16 * 1024),
            is_open: false,
            is_hidden: false,
        }
    }

    fn send(&mut self) -> io::Result<()> {
        let is_quiet = self.frame.is_empty() || (self.is_hidden && self.frame == HIDE);
        if !is_quiet {
            self.is_hidden = self.frame.ends_with(HIDE);
            let whole = [BEGIN, &self.frame, END].concat();
            self.out.write_all(&whole)?;
            self.out.flush()?;
        }
        self.frame.clear();
        Ok(())
    }
}

impl<W: Write> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match bytes {
            BEGIN => self.is_open = true,
            END => self.is_open = false,
            _ => self.frame.extend_from_slice(bytes),
        }
        Ok(bytes.len())
    }

    /// ratatui flushes several times a frame; the frame goes out when it is whole.
    fn flush(&mut self) -> io::Result<()> {
        if self.is_open { Ok(()) } else { self.send() }
    }
}

/// The terminal while it is ours.
#[derive(Debug)]
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<FrameWriter<Stdout>>>,
    mouse: bool,
}

impl Screen {
    /// Must be dropped, or [`restore`] called, to give the terminal back.
    pub(super) fn take(mouse: bool) -> io::Result<Self> {
        // Our theme decides about colour: crossterm's own NO_COLOR turns colours into full resets,
        // which would take bold and reverse with them.
        crossterm::style::force_color_output(true);
        enter(mouse)?;
        let terminal = Terminal::new(CrosstermBackend::new(FrameWriter::new(io::stdout())))
            .inspect_err(|_| restore())?;
        Ok(Self { terminal, mouse })
    }

    pub(super) fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    pub(super) fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.backend_mut().write_all(BEGIN)?;
        let drawn = self.terminal.draw(view).map(|_| ());
        // The end is written whatever happened, or the terminal would wait for it.
        let out = self.terminal.backend_mut();
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

    /// Takes the terminal again, after the shell had it.
    pub(super) fn retake(&mut self) -> io::Result<()> {
        // crossterm believes that the terminal is still as it left it; the shell may have changed it.
        disable_raw_mode()?;
        enter(self.mouse)?;
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

fn enter(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    execute!(
        out,
        EnterAlternateScreen,
        EnableBracketedPaste,
        EnableFocusChange
    )?;
    if mouse {
        execute!(out, EnableMouseCapture)?;
    }
    Ok(())
}

/// Stops the whole process group, as the shell's own Ctrl-Z would. Returns when someone says `fg`.
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

    fn frame(writer: &mut FrameWriter<Vec<u8>>, parts: &[&[u8]]) {
        writer.write_all(BEGIN).unwrap();
        for part in parts {
            writer.write_all(part).unwrap();
            writer.flush().unwrap();
        }
        writer.write_all(END).unwrap();
        writer.flush().unwrap();
    }

    #[test]
    fn a_frame_is_sent_whole_between_its_marks() {
        let mut writer = FrameWriter::new(Vec::new());
        frame(&mut writer, &[b"abc", HIDE]);
        assert_eq!(writer.out, [BEGIN, b"abc", HIDE, END].concat());
    }

    #[test]
    fn a_frame_that_changes_nothing_sends_nothing() {
        let mut writer = FrameWriter::new(Vec::new());
        frame(&mut writer, &[HIDE]);
        let sent = writer.out.len();
        frame(&mut writer, &[HIDE]);
        assert_eq!(writer.out.len(), sent);
        // A cursor that was shown in between has to be hidden again.
        frame(&mut writer, &[b"\x1b[?25h"]);
        frame(&mut writer, &[HIDE]);
        assert!(writer.out.ends_with(&[BEGIN, HIDE, END].concat()));
    }
}
