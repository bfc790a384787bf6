//! The runner of a desktop notification: a process of its own like that of a hook, started by the
//! service with the same environment and nothing more. No desktop is a line in the log. No verb:
//! nobody but gatepost calls it.

mod desktop;

use std::ffi::OsString;
use std::time::Duration;

use rustix::process::setsid;
use tokio::time::timeout;

use super::exit::Exit;
use super::hook::{MARK, complain};
use crate::domain::checkup::{Check, Mark, Topic};
use crate::domain::hook::Hook;
use crate::domain::notice::{Notice, Told, notice};
use crate::domain::wording::{safe, why};

/// The first word of what starts it; the log follows.
pub(super) const FLAG: &str = "--run-notification";
/// For the bus, and for a desktop that is only now started by it.
const LIMIT: Duration = Duration::from_secs(10);

/// `None` means: nobody wants a notification.
pub(super) fn run(arguments: &[OsString]) -> Option<Exit> {
    let [_, flag, log] = arguments else {
        return None;
    };
    if flag != FLAG {
        return None;
    }
    let notice = told()?;
    // Away from the terminal and its ^C; fails only where that is so already.
    let _ = setsid();
    let Err(failure) = attempt(&notice) else {
        return Some(Exit::Done);
    };
    complain(log, &format!("notification not shown: {}", safe(&failure)));
    Some(Exit::Unexpected)
}

/// What the doctor says of the desktop.
pub(super) async fn check() -> Check {
    let asked = timeout(LIMIT, desktop::server()).await;
    let check = match asked.unwrap_or_else(|_| Err(no_answer())) {
        Ok(name) => {
            let words = format!("`{}` shows notifications", safe(&name));
            Check::new(Topic::Configuration, Mark::Ok, words)
        }
        Err(why) => {
            let words = format!("nobody shows notifications: {}", safe(&why));
            Check::new(Topic::Configuration, Mark::Warn, words).with_remedy(
                "start a notification daemon in this session, or take `notify` out of `[hooks]`",
            )
        }
    };
    check.about("hooks.notify")
}

fn no_answer() -> String {
    format!("no answer within {} s", LIMIT.as_secs())
}

fn told() -> Option<Notice> {
    let value = |name| std::env::var(name).unwrap_or_default();
    notice(&Told {
        hook: Hook::parse(&value(MARK))?,
        account: &value("GATEPOST_ACCOUNT"),
        state: &value("GATEPOST_STATE"),
        reason: &value("GATEPOST_REASON"),
        remedy: &value("GATEPOST_REMEDY"),
    })
}

fn attempt(notice: &Notice) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| why(&error))?;
    runtime.block_on(async {
        let shown = timeout(LIMIT, desktop::show(notice)).await;
        shown.unwrap_or_else(|_| Err(no_answer()))
    })
}
