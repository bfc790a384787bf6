//! A progress bar on stderr, for a person who waits for more than one account. Draws nothing when
//! nobody looks.

use super::output::Output;

const WIDTH: usize = 24;

pub(super) struct Progress<'a> {
    out: Option<&'a Output>,
    verb: &'static str,
    done: usize,
    all: usize,
}

impl<'a> Progress<'a> {
    pub(super) fn new(out: &'a Output, verb: &'static str, all: usize) -> Self {
        let progress = Self {
            out: (all > 1 && out.shows_progress()).then_some(out),
            verb,
            done: 0,
            all,
        };
        progress.draw();
        progress
    }

    pub(super) fn step(&mut self) {
        self.done += 1;
        self.draw();
    }

    fn draw(&self) {
        let Some(out) = self.out else { return };
        let full = WIDTH * self.done / self.all.max(1);
        let bar = format!("{}{}", "#".repeat(full), "-".repeat(WIDTH - full));
        out.raw(&format!(
            "\r\u{1b}[K{} [{bar}] {}/{}",
            self.verb, self.done, self.all
        ));
    }
}

/// However it ends, the line is left as if nothing had been there.
impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(out) = self.out {
            out.raw("\r\u{1b}[K");
        }
    }
}
