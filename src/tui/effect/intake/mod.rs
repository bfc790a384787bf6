//! Files and clients on their way in: looked for, read, tested with Google, stored. A client that
//! was read waits here for the person's word; the state never sees its secret.

use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use super::{News, Performer};
use crate::domain::account::ClientId;
use crate::domain::client::{ClientKind, Publishing};
use crate::service::Gate;
use crate::service::ask::{ClientAsk, ClientStored, Wishes};
use crate::service::error::GateError;
use crate::service::files::{self, Completion, Folders};
use crate::tui::message::{Failure, Msg, Serial};
use crate::tui::setup::{self, Ask, Card, Given, Stored};

/// A download shows up this soon.
const LOOK_EVERY: Duration = Duration::from_secs(2);

#[derive(Debug, Default)]
pub(super) struct Intake {
    folders: Folders,
    candidate: Option<(Serial, ClientAsk)>,
    watching: Option<AbortHandle>,
    trying: Option<AbortHandle>,
}

impl Performer {
    /// Where files are looked for, and what `~` means.
    pub(in crate::tui) fn looking_in(mut self, folders: Folders) -> Self {
        self.intake.folders = folders;
        self
    }

    pub(super) fn candidate(&mut self, serial: Serial, ask: ClientAsk) {
        self.intake.candidate = Some((serial, ask));
    }

    /// A client that is stored needs its secret here no more.
    pub(super) fn settle(&mut self, msg: &Msg) {
        if let Msg::Setup(setup::News::Kept { result: Ok(_), .. }) = msg {
            self.intake.candidate = None;
        }
    }

    pub(super) fn set_up(&mut self, ask: Ask) {
        match ask {
            Ask::Watch => self.watch_files(),
            Ask::Leave => {
                self.intake.candidate = None;
                let tasks = [self.intake.watching.take(), self.intake.trying.take()];
                tasks.into_iter().flatten().for_each(|task| task.abort());
            }
            Ask::Complete(asked) => {
                let folders = self.intake.folders.clone();
                self.spawn(async move {
                    let text = asked.clone();
                    let complete = move || Ok(files::complete(&text, &folders));
                    let completion = aside(complete).await.unwrap_or_else(|_| Completion {
                        text: asked.clone(),
                        offers: Vec::new(),
                    });
                    told(setup::News::Completed { asked, completion })
                });
            }
            Ask::Try { serial, given } => self.try_client(serial, given),
            Ask::Keep { serial, publishing } => self.keep_client(serial, publishing),
        }
    }

    /// Looks until the set-up is left, and tells when something has changed.
    fn watch_files(&mut self) {
        let (folders, news) = (self.intake.folders.clone(), self.news.clone());
        let watching = self.tasks.spawn(async move {
            let mut before = None;
            loop {
                let folders = folders.clone();
                let found = aside(move || Ok(files::look_around(&folders))).await.ok();
                if let Some(found) = found.filter(|found| before.as_ref() != Some(found)) {
                    before = Some(found.clone());
                    let _ = news.send(told(setup::News::Found(found))).await;
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        });
        if let Some(before) = self.intake.watching.replace(watching) {
            before.abort();
        }
    }

    fn try_client(&mut self, serial: Serial, given: Given) {
        let (gate, news) = (self.gate.clone(), self.news.clone());
        let folders = self.intake.folders.clone();
        let same = self.intake.candidate.as_ref().map(|(_, ask)| ask.clone());
        let trying = self.tasks.spawn(async move {
            let ask = match (given, same) {
                (Given::Path(text), _) => {
                    aside(move || files::client(&files::path_of(&text, &folders))).await
                }
                (Given::Pair { client_id, secret }, _) => Ok(typed(client_id, secret)),
                (Given::Same, Some(ask)) => Ok(ask),
                (Given::Same, None) => Err(GateError::Cancelled),
            };
            let tried = async |result| {
                let _ = news.send(told(setup::News::Tried { serial, result })).await;
            };
            let ask = match ask {
                Ok(ask) => ask,
                Err(error) => return tried(Err(error.into())).await,
            };
            let card = Card::of(&ask);
            let _ = news
                .send(News::Candidate(serial, Box::new(ask.clone())))
                .await;
            let _ = news.send(told(setup::News::Read { serial, card })).await;
            tried(Ok(gate.try_client(&ask).await)).await;
        });
        if let Some(before) = self.intake.trying.replace(trying) {
            before.abort();
        }
    }

    fn keep_client(&mut self, serial: Serial, publishing: Option<Publishing>) {
        let gate = self.gate.clone();
        let candidate = self
            .intake
            .candidate
            .clone()
            .filter(|(of, _)| *of == serial);
        self.spawn(async move {
            let result = match candidate {
                Some((_, ask)) => store(&gate, ClientAsk { publishing, ..ask }).await,
                None => Err(GateError::Cancelled),
            };
            let result = result.map_err(Failure::from);
            told(setup::News::Kept { serial, result })
        });
    }

    pub(super) fn add_client(&mut self, path: String, name: Option<String>) {
        let (gate, folders) = (self.gate.clone(), self.intake.folders.clone());
        self.spawn(async move {
            let result = async {
                let read = aside(move || files::client(&files::path_of(&path, &folders)));
                let ask = read.await?;
                store(&gate, ClientAsk { name, ..ask }).await
            };
            told(setup::News::Added(result.await.map_err(Failure::from)))
        });
    }

    pub(super) fn check_client(&mut self, client: ClientId) {
        let gate = self.gate.clone();
        self.spawn(async move {
            let result = gate.check_client(client).await.map_err(Failure::from);
            told(setup::News::Checked { client, result })
        });
    }

    /// One file after another; what is not begun yet can be stopped.
    pub(super) fn import(&mut self, work: Serial, paths: Vec<String>) {
        let (gate, news) = (self.gate.clone(), self.news.clone());
        let (stop, folders) = (self.stop_of(work), self.intake.folders.clone());
        self.tasks.spawn(async move {
            for text in paths {
                if *stop.borrow() {
                    break;
                }
                let path = files::path_of(&text, &folders);
                let shown = files::shown(&path, &folders);
                import(&gate, &news, work, path, shown).await;
            }
            // A closed inbox means that the screen is gone.
            let _ = news.send(News::Msg(Msg::WorkOver(work))).await;
        });
    }
}

async fn import(
    gate: &Gate,
    news: &mpsc::Sender<News>,
    work: Serial,
    path: PathBuf,
    shown: String,
) {
    let begun = setup::News::Importing {
        work,
        path: path.clone(),
        shown: shown.clone(),
    };
    let _ = news.send(told(begun)).await;
    let file = path.clone();
    let result = async {
        // Whatever has to be asked would be asked on this screen.
        let contents = aside(move || files::contents(&file, files::Ask::MayNot)).await?;
        gate.take_in(contents, &Wishes::default()).await
    };
    let result = result.await.map_err(Failure::from);
    let ended = setup::News::Imported {
        work,
        path,
        shown,
        result,
    };
    let _ = news.send(told(ended)).await;
}

/// Files are read off the loop: a folder on a slow disk must not hold up the screen.
async fn aside<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, GateError> + Send + 'static,
) -> Result<T, GateError> {
    let done = tokio::task::spawn_blocking(job).await;
    done.unwrap_or(Err(GateError::Stopped))
}

async fn store(gate: &Gate, ask: ClientAsk) -> Result<Stored, GateError> {
    let name = ask.name.clone();
    let name = name.or_else(|| gate.name_for_client(&ask.client_id));
    let stored = gate.put_client(ClientAsk { name, ..ask }).await?;
    let (new, client) = match stored {
        ClientStored::Added(client) => (true, client),
        ClientStored::Updated(client) => (false, client),
    };
    Ok(Stored {
        name: client.name,
        new,
        publishing: client.publishing,
    })
}

fn typed(client_id: String, secret: crate::domain::secret::Secret) -> ClientAsk {
    ClientAsk {
        name: None,
        client_id,
        secret: Some(secret),
        // Whoever types has no list of redirect addresses; the Desktop kind needs none.
        kind: ClientKind::Installed,
        project: None,
        auth_uri: None,
        token_uri: None,
        redirect_uris: Vec::new(),
        publishing: None,
    }
}

fn told(news: setup::News) -> News {
    News::Msg(Msg::Setup(news))
}

impl Card {
    fn of(ask: &ClientAsk) -> Self {
        Self {
            client_id: ask.client_id.clone(),
            kind: ask.kind,
            project: ask.project.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
