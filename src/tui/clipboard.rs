//! Copying: through tmux's own command where we are inside it, since its defaults drop what
//! programs send; else by asking the terminal (OSC 52), which works over SSH and never answers.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::domain::secret::Secret;

/// Ours alone, so that no one else's buffer is overwritten and ours can be deleted.
const BUFFER: &str = "gatepost";
const PATIENCE: Duration = Duration::from_secs(3);

/// The text goes through a pipe: arguments can be read by everyone on the machine.
pub(super) async fn to_tmux(text: &Secret) -> bool {
    let load = async {
        let mut child = quiet("load-buffer")
            .args(["-w", "-"])
            .stdin(Stdio::piped())
            .spawn()
            .ok()?;
        let mut stdin = child.stdin.take()?;
        stdin.write_all(text.expose().as_bytes()).await.ok()?;
        drop(stdin);
        child.wait().await.ok()
    };
    let ended = tokio::time::timeout(PATIENCE, load).await;
    matches!(ended, Ok(Some(status)) if status.success())
}

/// A space takes the secret's place outside tmux, then the buffer itself goes.
pub(super) async fn clear_tmux() {
    to_tmux(&Secret::new(" ")).await;
    let delete = quiet("delete-buffer").stdin(Stdio::null()).status();
    let _ = tokio::time::timeout(PATIENCE, delete).await;
}

fn quiet(verb: &str) -> Command {
    let mut command = Command::new("tmux");
    command
        .args([verb, "-b", BUFFER])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    command
}
