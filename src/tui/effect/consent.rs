//! A consent as this floor runs it: one at a time, from its link to its end, with the ways to feed
//! it an address, to have what is typed checked, and to call it off. The only place that holds
//! another account's kept grant.

use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::pin::pin;

use futures_util::future::{Either, join, select};
use tempfile::NamedTempFile;
use tokio::sync::{mpsc, oneshot};

use super::{News, Performer};
use crate::domain::secret::Secret;
use crate::domain::wording::safe;
use crate::service::Gate;
use crate::service::ask::ConsentAsk;
use crate::service::consent::{Checker, Consent, ConsentError, Kept};
use crate::service::error::GateError;
use crate::tui::message::{CalledOff, ConsentEnd, Failure, Msg, Serial};

#[derive(Debug)]
pub(super) struct Underway {
    serial: Serial,
    stop: oneshot::Sender<Stop>,
    /// Its port is free again when this comes.
    over: oneshot::Receiver<()>,
    way_in: Option<WayIn>,
    /// Removed when this is dropped.
    link: Option<NamedTempFile>,
}

/// How addresses reach an open consent.
#[derive(Debug)]
pub(in crate::tui) struct WayIn {
    pasted: mpsc::Sender<Secret>,
    checker: Checker,
}

/// Why a consent is called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// The person wants no sign-in, and to know what became of it.
    Cancelled,
    /// The next one takes its place.
    Replaced,
}

impl Performer {
    pub(super) fn start_consent(&mut self, serial: Serial, ask: ConsentAsk) {
        let before = self.stop_consent(Stop::Replaced);
        let (gate, news) = (self.gate.clone(), self.news.clone());
        let (stop, stopped) = oneshot::channel();
        let (ended, over) = oneshot::channel();
        self.tasks.spawn(async move {
            if let Some(before) = before {
                // An error is an end as well.
                let _ = before.await;
            }
            let last = walk(&gate, serial, ask, stopped, &news).await;
            drop(ended);
            if let Some(last) = last {
                let _ = news.send(last).await;
            }
        });
        self.consent = Some(Underway {
            serial,
            stop,
            over,
            way_in: None,
            link: None,
        });
    }

    pub(super) fn cancel_consent(&mut self) {
        self.stop_consent(Stop::Cancelled);
    }

    fn stop_consent(&mut self, stop: Stop) -> Option<oneshot::Receiver<()>> {
        self.kept = None;
        let consent = self.consent.take()?;
        // One that has ended by itself needs no telling.
        let _ = consent.stop.send(stop);
        Some(consent.over)
    }

    pub(super) fn forget_consent(&mut self, serial: Serial) {
        if self.consent.as_ref().is_some_and(|c| c.serial == serial) {
            self.consent = None;
        }
    }

    pub(super) fn let_in(&mut self, serial: Serial, way_in: WayIn) {
        if let Some(consent) = self.consent.as_mut().filter(|c| c.serial == serial) {
            consent.way_in = Some(way_in);
        }
    }

    pub(super) fn keep_for_later(
        &mut self,
        serial: Serial,
        expected: String,
        got: String,
        kept: Box<Kept>,
    ) -> Msg {
        self.forget_consent(serial);
        self.kept = Some(kept);
        let end = ConsentEnd::Other { expected, got };
        Msg::ConsentEnded { serial, end }
    }

    fn way_in(&self) -> Option<&WayIn> {
        self.consent.as_ref()?.way_in.as_ref()
    }

    pub(super) fn redirected(&mut self, address: Secret) {
        let Some(pasted) = self.way_in().map(|way| way.pasted.clone()) else {
            return;
        };
        self.tasks.spawn(async move {
            // A round that ended meanwhile needs no address any more.
            let _ = pasted.send(address).await;
        });
    }

    pub(super) fn check_typed(&mut self, serial: Serial, edit: usize, typed: &Secret) {
        let Some(way) = self.way_in() else { return };
        let msg = Msg::ConsentChecked {
            serial,
            edit,
            typed: way.checker.check(typed),
        };
        self.spawn(async { News::Msg(msg) });
    }

    pub(super) fn keep_other(&mut self) {
        let Some(kept) = self.kept.take() else { return };
        let gate = self.gate.clone();
        self.spawn(async move {
            News::Msg(Msg::Kept(
                gate.keep(*kept, None).await.map_err(Failure::from),
            ))
        });
    }

    pub(super) fn write_link(&mut self, serial: Serial, url: String) {
        let folders = self.link_folders.clone();
        self.spawn(async move {
            let made = tokio::task::spawn_blocking(move || {
                let mut made = Err(io::Error::other("there is no folder for it"));
                for folder in &folders {
                    made = write_link(folder, &url);
                    if made.is_ok() {
                        break;
                    }
                }
                made
            });
            News::LinkFile(serial, made.await.unwrap_or_else(|e| Err(e.into())))
        });
    }

    pub(super) fn keep_link(
        &mut self,
        serial: Serial,
        made: io::Result<NamedTempFile>,
    ) -> Option<Msg> {
        let result = match made {
            Ok(file) => {
                let place = file.path().display().to_string();
                let consent = self.consent.as_mut().filter(|c| c.serial == serial)?;
                consent.link = Some(file);
                Ok(safe(&place))
            }
            Err(error) => Err(Failure {
                message: safe(&error.to_string()),
                hint: None,
            }),
        };
        Some(Msg::LinkWritten { serial, result })
    }
}

/// A new file, 0600, never one that is there already: somebody could have laid it out.
fn write_link(folder: &Path, url: &str) -> io::Result<NamedTempFile> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix("gatepost-link-")
        .rand_bytes(4)
        .suffix(".txt")
        .tempfile_in(folder)?;
    io::Write::write_all(&mut file, format!("{url}\n").as_bytes())?;
    Ok(file)
}

/// One consent from its link to its end, or to its being called off; what is to be told last.
async fn walk(
    gate: &Gate,
    serial: Serial,
    ask: ConsentAsk,
    mut stopped: oneshot::Receiver<Stop>,
    news: &mpsc::Sender<News>,
) -> Option<News> {
    let told = |end| Some(News::Msg(Msg::ConsentEnded { serial, end }));
    let consent = match select(pin!(gate.consent(ask)), &mut stopped).await {
        Either::Left((Ok(consent), _)) => consent,
        Either::Left((Err(error), _)) => return told(ConsentEnd::Failed(error.into())),
        Either::Right((stop, _)) => return last_word(stop.ok(), CalledOff::Nothing),
    };
    let cancel = consent.cancel.clone();
    let watched = watch(consent, serial, news);
    let end = match select(pin!(watched), &mut stopped).await {
        Either::Left((end, _)) => end,
        Either::Right((stop, watched)) => {
            cancel.cancel();
            // It may be too late, and whoever cancelled has to know.
            let left = match watched.await {
                Ok(done) => CalledOff::TooLate(Box::new(done)),
                Err(_) => CalledOff::Nothing,
            };
            return last_word(stop.ok(), left);
        }
    };
    match end {
        Ok(done) => told(ConsentEnd::Done(Box::new(done))),
        Err(ConsentError::OtherAccount {
            expected,
            got,
            kept,
        }) => Some(News::Other {
            serial,
            expected,
            got,
            kept,
        }),
        Err(ConsentError::Gate(GateError::TimedOut)) => told(ConsentEnd::TimedOut),
        Err(ConsentError::Gate(GateError::Denied(why))) => told(ConsentEnd::Denied(why)),
        Err(ConsentError::Gate(error)) => told(ConsentEnd::Failed(error.into())),
    }
}

/// Nobody needs to hear that what was replaced left nothing.
fn last_word(stop: Option<Stop>, left: CalledOff) -> Option<News> {
    let is_quiet = stop != Some(Stop::Cancelled) && matches!(left, CalledOff::Nothing);
    (!is_quiet).then_some(News::Msg(Msg::ConsentCancelled(left)))
}

/// Passes the stages on as they come. The watching ends with the consent's task, which owns the
/// other side.
async fn watch(
    consent: Consent,
    serial: Serial,
    news: &mpsc::Sender<News>,
) -> Result<crate::service::ask::Consented, ConsentError> {
    let way_in = WayIn {
        pasted: consent.pasted.clone(),
        checker: consent.checker.clone(),
    };
    let open = Msg::ConsentOpen {
        serial,
        url: consent.url.clone(),
        port: consent.port,
        deadline: consent.deadline,
    };
    let _ = news.send(News::Consenting(serial, way_in)).await;
    let _ = news.send(News::Msg(open)).await;
    let mut stages = consent.stages.clone();
    let stages = async {
        loop {
            let stage = stages.borrow_and_update().clone();
            let msg = Msg::ConsentStage { serial, stage };
            let _ = news.send(News::Msg(msg)).await;
            if stages.changed().await.is_err() {
                return;
            }
        }
    };
    join(consent.finish(), stages).await.0
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_link_is_for_this_person_s_eyes_and_gone_with_its_consent() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("state");
        let file = write_link(&inner, "https://a/?b=c").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(file.path()), mode(&inner)), (0o600, 0o700));
        let path = file.path().to_owned();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "https://a/?b=c\n");
        drop(file);
        assert!(!path.exists());
    }
}
