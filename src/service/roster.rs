//! What the service believes of every account, and the snapshot made of it. Synchronous; the
//! vault is the truth, and this is its latest reading.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use crate::domain::account::{AccountId, Email};
use crate::domain::cause::{self, Evidence, SAME_MOMENT};
use crate::domain::client::{Client, Publishing};
use crate::domain::event::Event;
use crate::domain::schedule::{Policy, next_refresh};
use crate::domain::service_account::ServiceAccount;
use crate::domain::snapshot::{AccountView, Busy, Snapshot, VaultView};
use crate::domain::time::{Span, Timestamp};
use crate::vault::{Account, Contents, Usage};

/// As many events as a person scrolls through; the rest is in `gatepost log`.
const EVENTS_KEPT: usize = 500;

#[derive(Debug)]
pub(super) struct Roster {
    accounts: BTreeMap<AccountId, Account>,
    /// Who shares a mailbox, found by any of its [`names`]: a thousand accounts are too many to
    /// compare each with each.
    by_mailbox: HashMap<String, BTreeSet<AccountId>>,
    views: BTreeMap<AccountId, Arc<AccountView>>,
    clients: Vec<Client>,
    service_accounts: Vec<ServiceAccount>,
    events: VecDeque<Arc<Event>>,
    usage: Usage,
    vault: VaultView,
    policy: Policy,
}

impl Roster {
    pub(super) fn new(vault: VaultView, policy: Policy) -> Self {
        Self {
            accounts: BTreeMap::new(),
            by_mailbox: HashMap::new(),
            views: BTreeMap::new(),
            clients: Vec::new(),
            service_accounts: Vec::new(),
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
        self.accounts.clear();
        self.by_mailbox.clear();
        for account in contents.accounts {
            self.insert(account);
        }
        self.clients = contents.clients;
        self.service_accounts = contents.service_accounts;
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
                self.forget(id);
                self.insert(account);
                self.look_again(id, busy.get(&id).copied(), now);
            }
            None => {
                self.forget(id);
                self.views.remove(&id);
            }
        }
    }

    fn insert(&mut self, account: Account) {
        for name in names(&account) {
            self.by_mailbox.entry(name).or_default().insert(account.id);
        }
        self.accounts.insert(account.id, account);
    }

    fn forget(&mut self, id: AccountId) {
        let gone = self.accounts.remove(&id);
        for name in gone.iter().flat_map(names) {
            if let Some(sharing) = self.by_mailbox.get_mut(&name) {
                sharing.remove(&id);
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
            service_accounts: self.service_accounts.clone(),
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
        let sharing: BTreeSet<_> = names(account)
            .filter_map(|name| self.by_mailbox.get(&name))
            .flatten()
            .collect();
        let sharing = sharing.into_iter().filter_map(|id| self.accounts.get(id));
        sharing.filter(move |other| {
            let theirs = other
                .client
                .and_then(|id| self.clients.iter().find(|c| c.id == id));
            other.id != account.id
                && other.facts.grant.is_some()
                && mine
                    .zip(theirs)
                    .is_some_and(|(mine, theirs)| mine.shares_project(theirs))
        })
    }

    /// When a revoke from here took this one with it.
    fn revoked_with(&self, account: &Account, died_at: Timestamp) -> Option<Timestamp> {
        let ends = |other: &Account| other.facts.revoked_here_at.filter(|at| *at == died_at);
        self.accounts
            .values()
            .filter(|other| other.id != account.id && same_mailbox(account, other))
            .find_map(ends)
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
            revoked_here_at: facts
                .revoked_here_at
                .or_else(|| self.revoked_with(account, died_at)),
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

fn same_mailbox(a: &Account, b: &Account) -> bool {
    names(a).any(|mine| names(b).any(|theirs| mine == theirs))
}

/// What a mailbox goes by: Google's number for its owner, and the address.
fn names(account: &Account) -> impl Iterator<Item = String> {
    let address = match Email::parse(&account.email) {
        Ok(email) => email.mailbox(),
        Err(_) => account.email.clone(),
    };
    let sub = Some(account.sub.clone()).filter(|sub| !sub.is_empty());
    sub.into_iter().chain([address])
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::{ClientId, GrantId};
    use crate::domain::client::ClientKind;
    use crate::domain::grant::{Facts, Grant};
    use crate::domain::scope::{MAIL, Scopes};

    fn client() -> Client {
        Client {
            id: ClientId(1),
            name: "default".into(),
            client_id: "1-a.apps.googleusercontent.com".into(),
            kind: ClientKind::Installed,
            project: None,
            publishing: Publishing::Production,
            auth_uri: None,
            token_uri: None,
            redirect_uris: Vec::new(),
            fault: None,
            added_at: Timestamp::default(),
        }
    }

    fn account(id: i64, email: &str, sub: &str) -> Account {
        let grant = Grant {
            id: GrantId(id),
            client: ClientId(1),
            requested: Scopes::parse(MAIL),
            granted: Scopes::parse(MAIL),
            token_endpoint: "https://oauth2.googleapis.com/token".into(),
            granted_at: None,
            expires_at: None,
            has_refresh_token: true,
            verified: true,
        };
        Account {
            id: AccountId(id),
            email: email.into(),
            sub: sub.into(),
            label: None,
            client: Some(ClientId(1)),
            facts: Facts {
                grant: Some(grant),
                ..Facts::default()
            },
            checked: None,
            grants_issued: 0,
            recent: Vec::new(),
        }
    }

    fn siblings(roster: &Roster, id: i64) -> Vec<i64> {
        let account = roster.account(AccountId(id)).unwrap();
        roster.siblings(account).map(|other| other.id.0).collect()
    }

    #[test]
    fn siblings_share_an_owner_or_an_address_and_come_and_go() {
        let vault = VaultView {
            path: "vault.db".into(),
            key: "key file",
            key_file: None,
            passed_over: None,
        };
        let mut roster = Roster::new(vault, Policy::default());
        let contents = Contents {
            accounts: vec![
                account(1, "ana@gmail.com", "42"),
                account(2, "A.na@googlemail.com", ""),
                account(3, "ana@example.com", "42"),
                account(4, "bob@gmail.com", ""),
            ],
            clients: vec![client()],
            ..Contents::default()
        };
        let (busy, now) = (HashMap::new(), Timestamp::default());
        roster.reload(contents, Usage::default(), &busy, now);
        assert_eq!(siblings(&roster, 1), [2, 3]);
        assert_eq!(siblings(&roster, 2), [1]);
        assert!(siblings(&roster, 4).is_empty());

        roster.put(AccountId(2), None, &busy, now);
        roster.put(
            AccountId(3),
            Some(account(3, "ana@example.com", "7")),
            &busy,
            now,
        );
        assert!(siblings(&roster, 1).is_empty());
        roster.put(
            AccountId(4),
            Some(account(4, "bob@gmail.com", "42")),
            &busy,
            now,
        );
        assert_eq!(siblings(&roster, 1), [4]);
    }
}
