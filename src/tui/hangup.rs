//! Notices that the terminal is gone, which need not come with a signal: the other end was closed by
//! somebody who is no session of ours, or SIGHUP is ignored. Costs nothing while nothing happens.
//!
//! The reader of keys does not notice: at the end of its input it reads on for ever, at full speed,
//! and if it does so on the thread that draws, nothing else runs there any more. So a thread of its
//! own waits for the hang-up, and if the screen does not leave when told, it ends the process.

use std::io;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::sync::mpsc;

use super::terminal::restore;

/// The screen needs a moment to leave its loop; what comes after that has limits of its own.
const GRACE: Duration = Duration::from_secs(1);
/// As a shell counts whom SIGHUP ended.
const EXIT_CODE: i32 = 129;

/// Hears of the hang-up, if there is one. To drop this says that the screen has left.
pub(super) type HungUp = mpsc::Receiver<()>;

pub(super) fn watch() -> HungUp {
    let (tell, hung_up) = mpsc::channel(1);
    std::thread::spawn(move || {
        if wait(None) {
            let _ = tell.blocking_send(());
            std::thread::sleep(GRACE);
            if !tell.is_closed() {
                end();
            }
        }
    });
    hung_up
}

/// Whether it has happened already.
pub(super) fn has_happened() -> bool {
    wait(Some(&Timespec::default()))
}

/// Nothing is asked for but the hang-up, of which `poll` tells unasked.
fn wait(time: Option<&Timespec>) -> bool {
    let terminal = io::stdin();
    let mut watched = [PollFd::new(&terminal, PollFlags::empty())];
    loop {
        match poll(&mut watched, time) {
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
            // A system that cannot watch terminals says `NVAL`: nothing is known then.
            Ok(_) => {
                let seen = watched[0].revents();
                return seen.intersects(PollFlags::HUP | PollFlags::ERR);
            }
        }
    }
}

#[expect(
    clippy::exit,
    reason = "the thread that could return from `main` is caught in the reader of keys"
)]
fn end() {
    restore();
    std::process::exit(EXIT_CODE);
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::os::unix::fs::OpenOptionsExt;
    use std::process::{Command, Stdio};
    use std::time::Instant;

    use rustix::fs::OFlags;

    use super::*;

    #[test]
    #[ignore = "a child of the test below: it hears nothing, like a thread caught in a read"]
    fn a_screen_that_hears_nothing() {
        let _unread = watch();
        std::thread::sleep(Duration::from_secs(20));
    }

    #[test]
    fn a_screen_that_does_not_leave_is_ended() {
        let pair = portable_pty::native_pty_system()
            .openpty(portable_pty::PtySize::default())
            .unwrap();
        // Opened without becoming anybody's controlling terminal: its end sends no signal.
        let terminal = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(OFlags::NOCTTY.bits().cast_signed())
            .open(pair.master.tty_name().unwrap())
            .unwrap();
        let test = "tui::hangup::tests::a_screen_that_hears_nothing";
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--ignored", "--nocapture"])
            .stdin(Stdio::from(terminal))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(500));
        assert!(
            child.try_wait().unwrap().is_none(),
            "nothing has happened yet"
        );
        let begun = Instant::now();
        drop(pair);
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(EXIT_CODE));
        assert!(begun.elapsed() < Duration::from_secs(3));
    }
}
