//! Copying, by the first road that works: tmux's own command where we are inside it, since its
//! defaults drop what programs send; the desktop's clipboard; else asking the terminal (OSC 52),
//! which works over SSH and never answers. Knows how sure each of them is, and how to take back
//! what it put there, as long as it is still ours.

mod native;
mod tmux;

use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};

use self::native::Native;
use super::message::Copied;
use crate::config::Clipboard as Wish;
use crate::domain::secret::Secret;

/// Stands for a text, so that the text itself need not be kept.
type Digest = [u8; 32];

/// Where it is possible to copy to at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Reach {
    pub(super) tmux: bool,
    /// A graphical session is there, whoever sits in front of it.
    pub(super) display: bool,
    /// A shell on another machine: its clipboard is not the person's.
    pub(super) ssh: bool,
}

#[derive(Debug)]
pub(super) struct Clipboard {
    roads: Vec<Copied>,
    /// Made at the first use.
    native: OnceLock<Native>,
}

/// What became of a text.
#[derive(Debug)]
pub(super) enum Put {
    Taken(Held),
    /// For the terminal, which only the loop may write to.
    ForTerminal(Secret, Held),
    Nowhere,
}

/// A text of ours that lies in a clipboard.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) by: Copied,
    digest: Digest,
}

/// How taking a text back ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cleared {
    Gone,
    /// Somebody copied something else since; that is theirs.
    NotOurs,
    /// The terminal has to be asked, and will not say.
    AskTerminal,
}

/// The roads to try, first one first.
fn roads(wish: Wish, reach: Reach) -> Vec<Copied> {
    let desktop = reach.display && !reach.ssh;
    match wish {
        Wish::Auto => [
            (reach.tmux, Copied::Tmux),
            (desktop, Copied::Native),
            (true, Copied::Sent),
        ]
        .into_iter()
        .filter_map(|(there, road)| there.then_some(road))
        .collect(),
        Wish::Tmux => vec![Copied::Tmux],
        Wish::Native => vec![Copied::Native],
        Wish::Osc52 => vec![Copied::Sent],
        Wish::None => Vec::new(),
    }
}

impl Clipboard {
    pub(super) fn new(wish: Wish, reach: Reach) -> Self {
        Self {
            roads: roads(wish, reach),
            native: OnceLock::new(),
        }
    }

    pub(super) async fn put(&self, text: Secret) -> Put {
        let digest = digest(text.expose().as_bytes());
        for by in self.roads.iter().copied() {
            let held = Held { by, digest };
            let taken = match by {
                Copied::Tmux => tmux::put(&text).await,
                Copied::Native => self.native.get_or_init(Native::start).put(&text).await,
                Copied::Sent => return Put::ForTerminal(text, held),
            };
            if taken {
                return Put::Taken(held);
            }
        }
        Put::Nowhere
    }

    /// Takes the text back, if it is still there.
    pub(super) async fn clear(&self, held: Held) -> Cleared {
        let gone = match held.by {
            Copied::Tmux => tmux::clear(held.digest).await,
            Copied::Native => match self.native.get() {
                Some(native) => native.clear(held.digest).await,
                None => false,
            },
            Copied::Sent => return Cleared::AskTerminal,
        };
        if gone {
            Cleared::Gone
        } else {
            Cleared::NotOurs
        }
    }

    /// Lets the desktop take over what it can, so that a copied link outlives the program.
    pub(super) async fn close(&self) {
        if let Some(native) = self.native.get() {
            native.close().await;
        }
    }
}

fn digest(text: &[u8]) -> Digest {
    Sha256::digest(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESKTOP: Reach = Reach {
        tmux: false,
        display: true,
        ssh: false,
    };

    #[test]
    fn the_first_road_that_is_there_is_taken_and_the_terminal_is_the_last() {
        let auto = |reach| roads(Wish::Auto, reach);
        assert_eq!(auto(DESKTOP), [Copied::Native, Copied::Sent]);
        let tmux = Reach {
            tmux: true,
            ..DESKTOP
        };
        assert_eq!(auto(tmux), [Copied::Tmux, Copied::Native, Copied::Sent]);
        let remote = Reach {
            ssh: true,
            ..DESKTOP
        };
        assert_eq!(auto(remote), [Copied::Sent]);
    }

    #[test]
    fn who_names_a_road_gets_that_one_or_none() {
        let remote = Reach {
            ssh: true,
            ..DESKTOP
        };
        assert_eq!(roads(Wish::Native, remote), [Copied::Native]);
        assert_eq!(roads(Wish::Tmux, DESKTOP), [Copied::Tmux]);
        assert_eq!(roads(Wish::Osc52, DESKTOP), [Copied::Sent]);
        assert!(roads(Wish::None, DESKTOP).is_empty());
    }

    #[tokio::test]
    async fn where_no_road_is_left_nothing_leaves() {
        let none = Clipboard::new(Wish::None, DESKTOP);
        assert!(matches!(
            none.put(Secret::new("ya29.x")).await,
            Put::Nowhere
        ));
    }
}
