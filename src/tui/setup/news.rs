//! What comes back from outside, and what it changes: files found, a client tested or stored, a
//! sign-in taken in. What nobody waits for any more is told in a line, or not at all.

use std::path::PathBuf;

use super::{News, Page, Setup, Stage, Stored, Taken, Takeover, Trial};
use crate::domain::account::ClientId;
use crate::domain::client::Publishing;
use crate::domain::client_check::ClientCheck;
use crate::domain::service_account::{KeyStored, NOT_USABLE_YET};
use crate::domain::time::Timestamp;
use crate::service::ask::{ClientTaken, Imported, KeyTaken, TakenIn};
use crate::tui::app::App;
use crate::tui::message::{Failure, Serial, Tone};

impl App {
    pub(in crate::tui) fn setup_news(&mut self, news: News, now: Timestamp) {
        match news {
            News::Found(found) => {
                if let Some(setup) = self.setup() {
                    setup.at = setup.at.min(found.clients.len().saturating_sub(1));
                    setup.found = Some(found);
                }
            }
            News::Completed { asked, completion } => {
                if let Some(Page::Path(form)) = self.setup().map(|setup| &mut setup.page)
                    && form.field.text() == asked
                {
                    form.field.clear();
                    form.field.append(&completion.text);
                    form.offers = completion.offers;
                }
            }
            News::Read { serial, card } => {
                if let Some(trial) = self.trial(serial) {
                    trial.client = Some(card);
                }
            }
            News::Tried { serial, result } => self.tried(serial, result),
            News::Kept { serial, result } => self.kept_client(serial, result, now),
            News::Added(Ok(stored)) => self.toast(Tone::Done, stored.words(), now),
            News::Added(Err(failure)) => self.toast(Tone::Error, failure.with_hint(), now),
            News::Checked { client, result } => self.checked(client, result, now),
            News::Importing { work, path, shown } => self.importing(work, path, shown, now),
            News::Imported {
                work,
                path,
                shown,
                result,
            } => {
                self.came_in(path, &shown, &result);
                self.tell_imported(work, &result, now);
                let result = result.map(|taken| said(&taken));
                self.tally(work, None, shown, result, now);
            }
        }
    }

    fn trial(&mut self, serial: Serial) -> Option<&mut Trial> {
        match &mut self.setup()?.page {
            Page::Trial(trial) if trial.serial == serial => Some(trial),
            _ => None,
        }
    }

    fn tried(&mut self, serial: Serial, result: Result<ClientCheck, Failure>) {
        let clients = self.snapshot.clone();
        let Some(trial) = self.trial(serial) else {
            return;
        };
        trial.at = 0;
        match result {
            Ok(check) => {
                trial.stage = if check.is_good() {
                    Stage::Status
                } else {
                    Stage::Doubt
                };
                trial.check = Some(check);
            }
            Err(failure) => {
                trial.stage = Stage::Doubt;
                trial.trouble = Some(failure);
            }
        }
        // A new secret for a known client says nothing new about its project.
        let known = trial.client.as_ref().and_then(|card| {
            let mut known = clients.clients.iter();
            known.find(|c| c.client_id == card.client_id)
        });
        if let Some(known) = known.filter(|_| trial.stage == Stage::Status) {
            trial.choose_status(known.publishing);
        }
    }

    fn kept_client(&mut self, serial: Serial, result: Result<Stored, Failure>, now: Timestamp) {
        match result {
            Ok(stored) => {
                if self.trial(serial).is_some()
                    && let Some(setup) = self.setup()
                {
                    setup.page = Page::Steps;
                }
                self.toast(Tone::Done, stored.words(), now);
            }
            Err(failure) => match self.trial(serial) {
                Some(trial) => {
                    trial.stage = Stage::Doubt;
                    trial.at = 0;
                    trial.trouble = Some(failure);
                }
                None => self.toast(Tone::Error, failure.with_hint(), now),
            },
        }
    }

    fn checked(&mut self, client: ClientId, result: Result<ClientCheck, Failure>, now: Timestamp) {
        let named = self.snapshot.clients.iter().find(|c| c.id == client);
        let name = named.map_or_else(|| "a removed client".to_owned(), |c| c.name.clone());
        let (tone, words) = match result {
            Ok(check) => {
                let tone = match &check {
                    ClientCheck::Good => Tone::Done,
                    ClientCheck::NoAnswer { .. } => Tone::Warning,
                    _ => Tone::Error,
                };
                let words = [Some(check.words()), check.remedy().map(str::to_owned)];
                let words: Vec<_> = words.into_iter().flatten().collect();
                (tone, words.join(" "))
            }
            Err(failure) => (Tone::Error, failure.with_hint()),
        };
        self.toast(tone, format!("{name}: {words}"), now);
    }

    fn importing(&mut self, work: Serial, path: PathBuf, shown: String, now: Timestamp) {
        let words = asking(&shown);
        let alone = self.is_of_one(work);
        match self.setup() {
            Some(setup) => setup.took(path, shown, Taken::Asking),
            None if alone => self.toast(Tone::Notice, words, now),
            // Several have their bar.
            None => {}
        }
    }

    fn came_in(&mut self, path: PathBuf, shown: &str, result: &Result<TakenIn, Failure>) {
        let over = asking(shown);
        self.toasts.retain(|toast| toast.text != over);
        if let Some(imported) = result.as_ref().ok().and_then(|taken| taken.accounts.last()) {
            self.cursor = Some(imported.account);
            self.looking_elsewhere = false;
        }
        if let Some(setup) = self.setup() {
            let taken = match result {
                Ok(taken) => Taken::Done(taken.clone()),
                Err(failure) => Taken::Failed(failure.clone()),
            };
            setup.took(path, shown.to_owned(), taken);
        }
    }

    /// A single file's end is told here, where the set-up does not show it; of several, what is
    /// unverified, which the sum would hide.
    fn tell_imported(&mut self, work: Serial, result: &Result<TakenIn, Failure>, now: Timestamp) {
        if self.setup().is_some() {
            return;
        }
        let alone = self.is_of_one(work);
        match result {
            Ok(taken) if !taken.is_whole() => self.toast(Tone::Warning, said(taken), now),
            Ok(taken) if alone => self.toast(Tone::Done, said(taken), now),
            Err(failure) if alone => self.toast(Tone::Error, failure.with_hint(), now),
            Ok(_) | Err(_) => {}
        }
    }

    fn is_of_one(&self, work: Serial) -> bool {
        let mut works = self.works.iter();
        works
            .find(|w| w.serial == work)
            .is_none_or(|w| w.total == 1)
    }
}

fn asking(shown: &str) -> String {
    format!("taking in {shown}: asking Google…")
}

/// How an import ended that went well, at least in part.
pub fn said(taken: &TakenIn) -> String {
    let accounts = taken.accounts.iter().map(said_of_one);
    let clients = taken.clients.iter().map(said_of_client);
    let keys = taken.keys.iter().map(said_of_key);
    let refused = taken
        .refused
        .iter()
        .map(|why| format!("not taken in: {why}"));
    let all: Vec<String> = accounts.chain(clients).chain(keys).chain(refused).collect();
    all.join("; ")
}

fn said_of_one(imported: &Imported) -> String {
    let client = if imported.client_added {
        format!("; its client was added as `{}`", imported.client)
    } else {
        String::new()
    };
    let verified = if imported.verified {
        "one refresh went well"
    } else {
        "Google could not be asked, so it is unverified"
    };
    format!("{} imported: {verified}{client}", imported.email)
}

fn said_of_client(client: &ClientTaken) -> String {
    let done = if client.new { "added" } else { "known already" };
    let next = client.account.as_ref();
    let next = next.map(|who| format!("; {who} has to sign in once more"));
    format!(
        "client `{}` {done}{}",
        client.name,
        next.unwrap_or_default()
    )
}

fn said_of_key(key: &KeyTaken) -> String {
    let done = match &key.stored {
        KeyStored::Added => "stored",
        KeyStored::Replaced(_) => "replaced",
        KeyStored::Known => "here already",
    };
    format!("key of {} {done}; {NOT_USABLE_YET}", key.email)
}

impl Setup {
    /// News about a file takes the place of older news about it.
    fn took(&mut self, path: PathBuf, shown: String, taken: Taken) {
        let same = self.taken.iter_mut().find(|t| t.path == path);
        match same {
            Some(same) => same.taken = taken,
            None => self.taken.push(Takeover { path, shown, taken }),
        }
    }

    pub(super) fn is_asking(&self, path: &std::path::Path) -> bool {
        let mut taken = self.taken.iter();
        taken.any(|t| t.path == path && matches!(t.taken, Taken::Asking))
    }
}

impl Trial {
    fn choose_status(&mut self, known: Publishing) {
        let wanted = (known != Publishing::Unknown).then_some(known);
        let place = super::STATUSES.iter().position(|(s, _)| *s == wanted);
        self.at = place.unwrap_or(0);
    }
}

impl Stored {
    pub(in crate::tui) fn words(&self) -> String {
        let done = if self.new { "added" } else { "updated" };
        let end = if self.publishing == Publishing::Testing {
            "; in Testing, every sign-in ends after 7 days"
        } else {
            ""
        };
        format!("client `{}` {done}{end}", self.name)
    }
}
