//! tmux's buffers, by its own command. `-w` makes tmux hand the text on to the terminal outside.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::{Digest, digest};
use crate::domain::secret::Secret;

/// Ours alone, so that no one else's buffer is overwritten and ours can be deleted.
const BUFFER: &str = "gatepost";
const PATIENCE: Duration = Duration::from_secs(1);

/// The text goes through a pipe: arguments can be read by everyone on the machine.
pub(super) async fn put(text: &Secret) -> bool {
    let load = async {
        let mut child = command("load-buffer")
            .args(["-w", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
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

/// Whether the buffer held our text, which is gone now. A space takes its place outside tmux.
pub(super) async fn clear(ours: Digest) -> bool {
    if !holds(ours).await {
        return false;
    }
    put(&Secret::new(" ")).await;
    let delete = command("delete-buffer")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status();
    let deleted = tokio::time::timeout(PATIENCE, delete).await;
    matches!(deleted, Ok(Ok(status)) if status.success())
}

async fn holds(ours: Digest) -> bool {
    let show = command("show-buffer").stdin(Stdio::null()).output();
    match tokio::time::timeout(PATIENCE, show).await {
        Ok(Ok(shown)) => {
            let text = zeroize::Zeroizing::new(shown.stdout);
            digest(&text) == ours
        }
        _ => false,
    }
}

fn command(verb: &str) -> Command {
    let mut command = Command::new("tmux");
    command
        .args([verb, "-b", BUFFER])
        .stderr(Stdio::null())
        .kill_on_drop(true);
    command
}
