//! What the service believes of every account, and the snapshot made of it. Synchronous; the
//! vault is the truth, and this is its latest reading.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use crate::domain::account::{AccountId, Email};
use crate::domain::cause::{self, Evidence, SAME_MOMENT};
use crate::domain::client::{Client, Publishing};
use crate::domain::event::Event;
use crate::domain::schedule::{Policy, next_refresh};
use crate::domain::snapshot::{AccountView, Busy, Snapshot, VaultView};
use crate::domain::time::{Span, Timestamp};
use crate::vault::{Account, Contents, Usage};

/// As many events as a person scrolls through; the rest is in `gatepost log`.
const EVENTS_KEPT: usize = 500;

#[derive(Debug)]
pub(super) struct Roster {
    accounts: BTreeMap<AccountId, Account>,
    views: BTreeMap<AccountId, Arc<AccountView>>,
    clients: Vec<Client>,
    events: VecDeque<Arc<Event>>,
    usage: Usage,
    vault: VaultView,
    policy: Policy,
}

impl Roster {
    pub(super) fn new(vault: VaultView, policy: Policy) -> Self {
        Self {
            accounts: BTreeMap::new(),
            views: BTreeMap::new(),
            clients: Vec::new(),
            events: VecDeque::new(),
            usage: Usage::default(),
            vault,
            policy,
        }
    }

    /// Takes in everything anew: at the start, and when another process wrote.
    pub(super) fn reload(
        &mut self,
        contents: Contents,
        usage: Usage,
        busy: &HashMap<AccountId, Busy>,
        now: Timestamp,
    ) {
        self.accounts = contents
            .accounts
            .into_iter()
            .map(|account| (account.id, account))
            .collect();
        self.clients = contents.clients;
        self.events = contents.events.into_iter().map(Arc::new).collect();
        self.usage = usage;
        self.views.retain(|id, _| self.accounts.contains_key(id));
        self.look_again_at_all(busy, now);
    }

    /// Takes in one account that changed, or is gone.
    pub(super) fn put(
        &mut self,
        id: AccountId,
        account: Option<Account>,
        busy: &HashMap<AccountId, Busy>,
        now: Timestamp,
    ) {
        match account {
            Some(account) => {
                self.accounts.insert(id, account);
                self.look_again(id, busy.get(&id).copied(), now);
            }
            None => {
                self.accounts.remove(&id);
                self.views.remove(&id);
            }
        }
    }

    pub(super) fn happened(&mut self, event: Arc<Event>) {
        self.events.push_front(event);
        self.events.truncate(EVENTS_KEPT);
    }

    pub(super) fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id)
    }

    pub(super) fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    pub(super) fn clients(&self) -> &[Client] {
        &self.clients
    }

    pub(super) fn view(&self, id: AccountId) -> Option<&AccountView> {
        self.views.get(&id).map(AsRef::as_ref)
    }

    pub(super) fn views(&self) -> impl Iterator<Item = &AccountView> {
        self.views.values().map(AsRef::as_ref)
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Suspends or resumes automatic refresh for this session.
    pub(super) fn set_auto(&mut self, auto: bool, busy: &HashMap<AccountId, Busy>, now: Timestamp) {
        self.policy.auto = auto;
        self.look_again_at_all(busy, now);
    }

    pub(super) fn snapshot(&self, skew: Option<Span>) -> Snapshot {
        Snapshot {
            accounts: self.views.values().cloned().collect(),
            clients: self.clients.clone(),
            policy: self.policy,
            vault: self.vault.clone(),
            events: self.events.iter().cloned().collect(),
            skew,
        }
    }

    fn look_again_at_all(&mut self, busy: &HashMap<AccountId, Busy>, now: Timestamp) {
        let ids: Vec<_> = self.accounts.keys().copied().collect();
        for id in ids {
            self.look_again(id, busy.get(&id).copied(), now);
        }
    }

    /// Makes an account's view again; an equal one is kept, so that watchers can tell by address.
    pub(super) fn look_again(&mut self, id: AccountId, busy: Option<Busy>, now: Timestamp) {
        let Some(account) = self.accounts.get(&id) else {
            return;
        };
        let view = self.view_of(account, busy, now);
        if self.views.get(&id).is_none_or(|old| **old != view) {
            self.views.insert(id, Arc::new(view));
        }
    }

    fn view_of(&self, account: &Account, busy: Option<Busy>, now: Timestamp) -> AccountView {
        let handed_out = self.usage.handouts(&account.email).to_vec();
        let mut facts = account.facts.clone();
        facts.last_used_at = facts
            .last_used_at
            .max(handed_out.iter().map(|h| h.at).max());
        let client = account
            .client
            .and_then(|id| self.clients.iter().find(|c| c.id == id));
        AccountView {
            id: account.id,
            email: account.email.clone(),
            sub: account.sub.clone(),
            label: account.label.clone(),
            client: client.map(|c| c.name.clone()),
            cause: facts
                .is_dead()
                .then(|| cause::infer(&self.evidence(account))),
            busy,
            next_refresh_at: next_refresh(account.id, &facts, &self.policy, now),
            recent: account.recent.clone(),
            handed_out,
            checked: account.checked.clone(),
            dies_with: self
                .siblings(account)
                .map(|other| other.email.clone())
                .collect(),
            facts,
        }
    }

    /// Accounts whose grants end when this one's is revoked: same mailbox, same Google project.
    pub(super) fn siblings<'a>(
        &'a self,
        account: &'a Account,
    ) -> impl Iterator<Item = &'a Account> {
        let mine = account
            .client
            .and_then(|id| self.clients.iter().find(|c| c.id == id));
        self.accounts.values().filter(move |other| {
            let theirs = other
                .client
                .and_then(|id| self.clients.iter().find(|c| c.id == id));
            other.id != account.id
                && other.facts.grant.is_some()
                && same_mailbox(account, other)
                && mine
                    .zip(theirs)
                    .is_some_and(|(mine, theirs)| mine.shares_project(theirs))
        })
    }

    fn evidence(&self, account: &Account) -> Evidence {
        let facts = &account.facts;
        let died_at = facts.fault.as_ref().map(|f| f.at).unwrap_or_default();
        let grant = facts.grant.as_ref();
        let together = |other: &&Account| {
            other.id != account.id
                && other.facts.is_dead()
                && other
                    .facts
                    .fault
                    .as_ref()
                    .is_some_and(|f| (f.at - died_at).abs() <= SAME_MOMENT)
        };
        let others = || self.accounts.values().filter(together);
        Evidence {
            died_at,
            revoked_here_at: facts.revoked_here_at,
            granted_at: grant.and_then(|g| g.granted_at),
            expires_at: grant.and_then(|g| g.expires_at),
            reaches_mail: grant.is_some_and(|g| g.granted.reach_mail()),
            declared_testing: facts.client.publishing == Publishing::Testing,
            last_success_at: facts.last_refresh_at,
            newer_grants: account.grants_issued,
            siblings_died: others()
                .filter(|o| o.client == account.client && !same_mailbox(account, o))
                .count() as u32,
            other_clients_died: others()
                .filter(|o| o.client != account.client && same_mailbox(account, o))
                .count() as u32,
            access_still_works: account
                .checked
                .as_ref()
                .is_some_and(|c| c.ok && c.at > died_at),
        }
    }
}

pub(super) fn same_mailbox(a: &Account, b: &Account) -> bool {
    if !a.sub.is_empty() && a.sub == b.sub {
        return true;
    }
    match (Email::parse(&a.email), Email::parse(&b.email)) {
        (Ok(a), Ok(b)) => a.same_mailbox(&b),
        _ => a.email == b.email,
    }
}

/// One reading of the vault, for commands that only look: no task, no runtime.
pub fn look(
    contents: Contents,
    usage: Usage,
    vault: VaultView,
    policy: Policy,
    now: Timestamp,
) -> Snapshot {
    // Whoever only looks schedules nothing: a retry comes at the next use.
    let idle = Policy {
        auto: false,
        ..policy
    };
    let mut roster = Roster::new(vault, idle);
    roster.reload(contents, usage, &HashMap::new(), now);
    roster.snapshot(None)
}
