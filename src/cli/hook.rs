//! The runner of a hook: a process of its own, started by the service with what the hook is to
//! know, away from the terminal. It waits for the hook, ends it when its time is over, and logs
//! what went wrong. No verb: nobody but gatepost calls it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group, setsid};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::exit::Exit;
use super::trace;
use crate::domain::checkup::{Check, Mark, Topic};
use crate::domain::hook::Hook;
use crate::domain::wording::{safe, why};
use crate::reading::on_search_path;

/// The first word of what starts it; the log and the hook's own words follow.
pub(super) const FLAG: &str = "--run-hook";
/// In the environment of a hook, so that gatepost called by one runs none.
pub(super) const MARK: &str = "GATEPOST_HOOK";
/// For the hook as a whole.
const LIMIT: Duration = Duration::from_secs(10);
/// To put its things away when it is told to end.
const GRACE: Duration = Duration::from_secs(1);

/// `None` means: nobody wants a hook run.
pub(super) fn run(arguments: &[OsString]) -> Option<Exit> {
    let [_, flag, log, program, rest @ ..] = arguments else {
        return None;
    };
    if flag != FLAG || std::env::var_os(MARK).is_none() {
        return None;
    }
    // Away from the terminal and its ^C; fails only where that is so already.
    let _ = setsid();
    let Some(failure) = attempt(program, rest) else {
        return Some(Exit::Done);
    };
    let program = safe(&program.to_string_lossy());
    complain(log, &format!("hook failed: `{program}` {failure}"));
    Some(Exit::Unexpected)
}

/// Into the log: there is nobody else to tell.
pub(super) fn complain(log: &OsStr, words: &str) {
    if trace::start(Path::new(log), 1).is_ok() {
        let hook = std::env::var(MARK).unwrap_or_default();
        let account = std::env::var("GATEPOST_ACCOUNT").unwrap_or_default();
        tracing::warn!(hook = safe(&hook), account = safe(&account), "{words}");
    }
}

fn attempt(program: &OsString, arguments: &[OsString]) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(accompany(program, arguments)).err(),
        Err(error) => Some(format!("was not started: {}", why(&error))),
    }
}

/// What the doctor says of hooks that cannot run.
pub(super) fn checks(hooks: &BTreeMap<Hook, Vec<String>>) -> Vec<Check> {
    let programs = hooks
        .iter()
        .filter_map(|(hook, words)| Some((hook, words.first()?)));
    let lost = programs.filter(|(_, program)| !can_run(program));
    lost.map(|(hook, program)| {
        let words = format!("`{}` is not there or cannot be executed", safe(program));
        Check::new(Topic::Configuration, Mark::Warn, words)
            .about(format!("hooks.{}", hook.as_str()))
            .with_remedy("install it, write its whole path, or make it executable: chmod +x FILE")
    })
    .collect()
}

fn can_run(program: &str) -> bool {
    let is_executable = |path: &Path| {
        path.metadata()
            .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
    };
    on_search_path(program).is_some_and(|path| is_executable(&path))
}

async fn accompany(program: &OsString, arguments: &[OsString]) -> Result<(), String> {
    let mut child = Command::new(program)
        .args(arguments)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("was not started: {}", why(&error)))?;
    match timeout(LIMIT, child.wait()).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("ended with {status}")),
        Ok(Err(error)) => Err(format!("was lost: {}", why(&error))),
        Err(_) => {
            end(&mut child).await;
            Err(format!(
                "took more than {} s and was ended",
                LIMIT.as_secs()
            ))
        }
    }
}

/// It and all that it started in its group.
async fn end(child: &mut Child) {
    let group = child.id().and_then(|id| i32::try_from(id).ok());
    let Some(group) = group.and_then(Pid::from_raw) else {
        return;
    };
    let _ = kill_process_group(group, Signal::TERM);
    // Not waited for: the group keeps its number until its leader was.
    tokio::time::sleep(GRACE).await;
    let _ = kill_process_group(group, Signal::KILL);
    let _ = child.wait().await;
}
