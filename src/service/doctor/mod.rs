//! Looks at everything that signing in and refreshing rest on, and says of each whether it holds
//! and what helps. Changes nothing but what opening the vault repairs anyway; every look has a
//! time limit, and those that need a network are taken at once.

mod books;
mod files;
mod machine;
mod network;

use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::clock::Clock;
use crate::config::ConsentConfig;
use crate::domain::checkup::Check;
use crate::domain::client::Client;
use crate::domain::schedule::Policy;
use crate::google::Google;
use crate::vault::{KeyChoice, Paths};
use network::Found;

pub use files::Watched;

/// For each look by itself.
const LIMIT: Duration = Duration::from_secs(5);

/// What is looked at. The composition root puts it together, as it does a service's parts.
#[derive(Debug)]
pub struct Patient {
    pub google: Google,
    pub paths: Paths,
    pub key: KeyChoice,
    pub policy: Policy,
    pub consent: ConsentConfig,
    /// Why no browser opened here would be seen, if so.
    pub no_browser: Option<String>,
    /// Whether the mail servers belong to this Google.
    pub has_mail: bool,
    pub files: Vec<Watched>,
    pub clock: Clock,
}

/// How far the examination is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many looks at once begin.
    Begun(usize),
    OneDone,
}

/// One look's outcome; what the network showed is judged together.
enum Look {
    Checks(Vec<Check>),
    Reached(Box<Found>),
}

impl Patient {
    /// Every check, in the order of the report.
    pub async fn examine(&self, mut progress: impl FnMut(Progress)) -> Vec<Check> {
        let loose = files::loose(&self.files);
        let (opened, mut checks) = books::open(self).await;
        checks.extend(files::checks(&self.files, &loose));
        checks.extend(files::drafts(&self.paths, self.clock.now()));
        let clients = opened.clients();
        let mut looks = self.looks(&clients);
        for (client, auth) in opened.asked(self) {
            looks.push(Box::pin(async move {
                Look::Checks(vec![books::client(&self.google, &client, auth).await])
            }));
        }
        progress(Progress::Begun(looks.len()));
        let mut running: FuturesUnordered<_> = looks.into_iter().collect();
        let mut found = Vec::new();
        while let Some(look) = running.next().await {
            progress(Progress::OneDone);
            match look {
                Look::Checks(more) => checks.extend(more),
                Look::Reached(one) => found.push(*one),
            }
        }
        checks.extend(network::checks(self, found).await);
        checks.extend(opened.accounts(self));
        checks.sort_by(|a, b| (a.topic, &a.subject).cmp(&(b.topic, &b.subject)));
        checks
    }

    fn looks(&self, clients: &[Client]) -> Vec<BoxFuture<'_, Look>> {
        let mut looks: Vec<BoxFuture<'_, Look>> = Vec::new();
        for target in network::targets(self, clients) {
            looks.push(Box::pin(async move {
                Look::Reached(Box::new(network::reach(&self.google, target).await))
            }));
        }
        looks.push(Box::pin(async {
            Look::Checks(vec![machine::browser(self)])
        }));
        for port in machine::ports(&self.consent, clients) {
            looks.push(Box::pin(async move {
                Look::Checks(vec![machine::listener(&port)])
            }));
        }
        looks
    }
}
