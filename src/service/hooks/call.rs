//! One program of a hook: without a shell, without a terminal, in a process group of its own, and
//! not for long. Knows nothing of what the hook is about.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};
use tokio::sync::{Semaphore, oneshot};

use crate::domain::hook::Told;
use crate::domain::wording::{safe, why};

/// Whatever takes longer is ended, so that one that hangs does not hold up the others. It reaches
/// only as far as this process lives: a command does not stay for it.
const LIMIT: Duration = Duration::from_secs(10);

/// What a shell may have exported of `gatepost token --format env`: a hook gets no token.
const TOKENS: [&str; 3] = [
    "GATEPOST_ACCESS_TOKEN",
    "GATEPOST_EMAIL",
    "GATEPOST_EXPIRES_AT",
];

/// Runs it to its end. Says what went wrong, in words; `started` hears when it is under way.
pub(super) async fn call(
    words: &[String],
    told: &Told,
    seats: &Semaphore,
    started: &mut Option<oneshot::Sender<()>>,
) -> Result<(), String> {
    let Some((name, arguments)) = words.split_first() else {
        return Ok(());
    };
    let _seat = seats.acquire().await;
    let mut command = Command::new(name);
    command
        .args(arguments)
        .envs(told.variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    for token in TOKENS {
        command.env_remove(token);
    }
    let name = safe(name);
    let spawned = command.spawn();
    let mut child = spawned.map_err(|error| format!("`{name}` cannot be run: {}", why(&error)))?;
    // Nobody may be waiting any more.
    let _ = started.take().map(|started| started.send(()));
    match tokio::time::timeout(LIMIT, child.wait()).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("`{name}` {}", ended(status))),
        Ok(Err(error)) => Err(format!("`{name}`: {}", why(&error))),
        Err(_) => {
            end(&mut child).await;
            let seconds = LIMIT.as_secs();
            Err(format!("`{name}` was ended, it took more than {seconds} s"))
        }
    }
}

fn ended(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with exit code {code}"),
        None => "was killed by a signal".into(),
    }
}

/// With whatever it started.
async fn end(child: &mut Child) {
    let group = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(group) = group.and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.wait().await;
}
