//! The desktop's clipboard. Whoever copies has to stay and hand the text out when somebody pastes,
//! so one connection lives as long as the program, on a thread of its own: a display that hangs
//! must hold nobody up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

#[cfg(target_os = "macos")]
use arboard::SetExtApple;
#[cfg(not(target_os = "macos"))]
use arboard::SetExtLinux;
use tokio::sync::oneshot;

use super::{Digest, digest};
use crate::domain::secret::Secret;

const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Native {
    jobs: mpsc::Sender<Job>,
    /// It did not answer in time once; it is not waited for a second time.
    hangs: AtomicBool,
}

#[derive(Debug)]
enum Job {
    Put(Secret, oneshot::Sender<bool>),
    Clear(Digest, oneshot::Sender<bool>),
    Close(oneshot::Sender<bool>),
}

impl Native {
    pub(super) fn start() -> Self {
        let (jobs, todo) = mpsc::channel();
        let started = std::thread::Builder::new()
            .name("clipboard".into())
            .spawn(move || work(&todo));
        Self {
            jobs,
            hangs: AtomicBool::new(started.is_err()),
        }
    }

    pub(super) async fn put(&self, text: &Secret) -> bool {
        self.ask(|reply| Job::Put(text.clone(), reply)).await
    }

    /// Whether it held our text, which is gone now.
    pub(super) async fn clear(&self, ours: Digest) -> bool {
        self.ask(|reply| Job::Clear(ours, reply)).await
    }

    pub(super) async fn close(&self) {
        self.ask(Job::Close).await;
    }

    async fn ask(&self, job: impl FnOnce(oneshot::Sender<bool>) -> Job) -> bool {
        if self.hangs.load(Ordering::Relaxed) {
            return false;
        }
        let (reply, answer) = oneshot::channel();
        if self.jobs.send(job(reply)).is_err() {
            return false;
        }
        let answer = tokio::time::timeout(PATIENCE, answer).await;
        if answer.is_err() {
            self.hangs.store(true, Ordering::Relaxed);
        }
        matches!(answer, Ok(Ok(true)))
    }
}

fn work(todo: &mpsc::Receiver<Job>) {
    let mut board = None;
    while let Ok(job) = todo.recv() {
        match job {
            Job::Put(text, reply) => {
                // Whoever asked may have gone another road by now.
                if reply.is_closed() {
                    continue;
                }
                if board.is_none() {
                    board = arboard::Clipboard::new().ok();
                }
                let taken = board.as_mut().is_some_and(|board| put(board, &text));
                if reply.send(taken).is_err()
                    && let Some(board) = board.as_mut()
                {
                    clear(board, digest(text.expose().as_bytes()));
                }
            }
            Job::Clear(ours, reply) => {
                let _ = reply.send(board.as_mut().is_some_and(|board| clear(board, ours)));
            }
            Job::Close(reply) => {
                drop(board);
                let _ = reply.send(true);
                return;
            }
        }
    }
}

/// The board keeps a copy of its own for as long as the text can be pasted.
fn put(board: &mut arboard::Clipboard, text: &Secret) -> bool {
    board
        .set()
        .exclude_from_history()
        .text(text.expose())
        .is_ok()
}

fn clear(board: &mut arboard::Clipboard, ours: Digest) -> bool {
    let text = board.get_text().map(zeroize::Zeroizing::new);
    text.is_ok_and(|text| digest(text.as_bytes()) == ours) && board.clear().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_display_that_hangs_is_given_up_once_and_for_all() {
        let (jobs, todo) = mpsc::channel();
        let native = Native {
            jobs,
            hangs: AtomicBool::new(false),
        };
        tokio::time::pause();
        assert!(!native.put(&Secret::new("ya29.x")).await);
        let Ok(Job::Put(_, reply)) = todo.recv() else {
            panic!("it was asked once");
        };
        assert!(reply.is_closed(), "so it will not put what nobody awaits");
        assert!(!native.put(&Secret::new("ya29.x")).await);
        assert!(todo.try_recv().is_err(), "it was not asked again");
    }
}
