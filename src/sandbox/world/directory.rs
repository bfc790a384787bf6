//! Who exists: projects, their clients, and accounts. Nothing is ever taken out, only marked, so
//! that a key stays good for the life of the world.

use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::domain::account::Email;
use crate::domain::client::{ClientKind, Publishing};
use crate::domain::time::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ProjectKey(usize);
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ClientKey(usize);
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct AccountKey(usize);

pub(crate) struct Project {
    /// What the consent page calls the app.
    pub(crate) name: String,
    pub(crate) number: String,
    pub(crate) publishing: Publishing,
    /// Google has looked at the app: no warning page.
    pub(crate) verified: bool,
    /// Whose members an Internal app serves.
    pub(crate) organization: Option<String>,
    /// In Testing only these may consent.
    pub(crate) test_users: BTreeSet<String>,
    pub(crate) gmail_enabled: bool,
    /// Workspace domains whose administrator restricts this app.
    pub(crate) restricted: BTreeSet<String>,
}

pub(crate) struct Client {
    /// Where a test or a person looks it up; Google has no such name.
    pub(crate) name: String,
    pub(crate) id: String,
    /// Two while a secret is being rotated.
    pub(crate) secrets: Vec<String>,
    pub(crate) kind: ClientKind,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) project: ProjectKey,
    pub(crate) standing: Standing,
}

/// Of clients and of accounts, where disabled means suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    #[default]
    Active,
    Disabled,
    Deleted,
}

pub(crate) struct Account {
    pub(crate) email: String,
    pub(crate) sub: String,
    pub(crate) name: String,
    /// Set for Workspace accounts only.
    pub(crate) hosted_domain: Option<String>,
    pub(crate) standing: Standing,
    /// Counts password changes.
    pub(crate) password_epoch: u32,
    /// Session control: sign-ins up to this moment have to be repeated.
    pub(crate) session_limit: Option<Timestamp>,
    pub(crate) has_mailbox: bool,
}

impl Account {
    pub(crate) fn domain(&self) -> &str {
        self.email.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    pub(crate) fn given_name(&self) -> &str {
        self.name.split(' ').next().unwrap_or_default()
    }

    pub(crate) fn family_name(&self) -> &str {
        self.name.split_once(' ').map_or("", |(_, family)| family)
    }
}

#[derive(Default)]
pub(crate) struct Directory {
    projects: Vec<Project>,
    clients: Vec<Client>,
    accounts: Vec<Account>,
    by_email: HashMap<String, AccountKey>,
}

impl Directory {
    pub(crate) fn add_project(&mut self, project: Project) -> ProjectKey {
        self.projects.push(project);
        ProjectKey(self.projects.len() - 1)
    }

    /// The ID starts with the project's number, as Google's do.
    pub(crate) fn add_client(
        &mut self,
        project: ProjectKey,
        name: &str,
        kind: ClientKind,
        redirect_uris: Vec<String>,
    ) -> ClientKey {
        let number = &self[project].number;
        let fate = format!("{number}/{name}");
        self.clients.push(Client {
            name: name.to_owned(),
            id: format!(
                "{number}-{}.apps.googleusercontent.com",
                &hex_digest(&fate)[..32]
            ),
            secrets: vec![format!("GOCSPX-SANDBOX{}", &hex_digest(&fate)[32..53])],
            kind,
            redirect_uris,
            project,
            standing: Standing::Active,
        });
        ClientKey(self.clients.len() - 1)
    }

    /// The account of that address, made up on the spot if need be: a name from the address, a
    /// `sub` that is the same in every run, and a Workspace domain unless it is Gmail's own.
    pub(crate) fn persona(&mut self, email: &Email) -> AccountKey {
        let lower = email.as_str().to_lowercase();
        if let Some(key) = self.by_email.get(&lower) {
            return *key;
        }
        let domain = lower.rsplit_once('@').map_or("", |(_, domain)| domain);
        let hosted = !matches!(domain, "gmail.com" | "googlemail.com");
        self.accounts.push(Account {
            sub: sub_of(&lower),
            name: name_from(email.local_part()),
            hosted_domain: hosted.then(|| domain.to_owned()),
            email: email.as_str().to_owned(),
            standing: Standing::Active,
            password_epoch: 0,
            session_limit: None,
            has_mailbox: true,
        });
        let key = AccountKey(self.accounts.len() - 1);
        self.by_email.insert(lower, key);
        key
    }

    /// By address or `sub`, as `login_hint` allows both.
    pub(crate) fn account(&self, hint: &str) -> Option<AccountKey> {
        self.by_email
            .get(&hint.to_lowercase())
            .copied()
            .or_else(|| self.accounts().find(|key| self[*key].sub == hint))
    }

    pub(crate) fn client(&self, id: &str) -> Option<ClientKey> {
        self.clients().find(|key| self[*key].id == id)
    }

    /// By client ID, or by the name the scenario gave it.
    pub(crate) fn client_called(&self, id_or_name: &str) -> Option<ClientKey> {
        self.client(id_or_name)
            .or_else(|| self.clients().find(|key| self[*key].name == id_or_name))
    }

    pub(crate) fn accounts(&self) -> impl Iterator<Item = AccountKey> + use<> {
        (0..self.accounts.len()).map(AccountKey)
    }

    pub(crate) fn clients(&self) -> impl Iterator<Item = ClientKey> + use<> {
        (0..self.clients.len()).map(ClientKey)
    }
}

macro_rules! keyed {
    ($key:ty, $thing:ty, $field:ident) => {
        impl std::ops::Index<$key> for Directory {
            type Output = $thing;
            fn index(&self, key: $key) -> &$thing {
                &self.$field[key.0]
            }
        }
        impl std::ops::IndexMut<$key> for Directory {
            fn index_mut(&mut self, key: $key) -> &mut $thing {
                &mut self.$field[key.0]
            }
        }
    };
}
keyed!(ProjectKey, Project, projects);
keyed!(ClientKey, Client, clients);
keyed!(AccountKey, Account, accounts);

fn hex_digest(text: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(text)
        .iter()
        .fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// 21 digits, as Google's user IDs have.
fn sub_of(email: &str) -> String {
    let digits = Sha256::digest(email)
        .iter()
        .take(20)
        .map(|byte| char::from(b'0' + byte % 10))
        .collect::<String>();
    format!("1{digits}")
}

/// `ana.berg+x` becomes `Ana Berg`.
fn name_from(local: &str) -> String {
    let local = local.split('+').next().unwrap_or_default();
    let words = local.split(['.', '_', '-']).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars
            .next()
            .map(|first| first.to_uppercase().chain(chars).collect::<String>())
    };
    words.filter_map(capital).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persona_is_made_once_and_looks_like_somebody() {
        let mut directory = Directory::default();
        let email = Email::parse("Ana.berg+mail@example.com").unwrap();
        let key = directory.persona(&email);
        assert_eq!(
            directory.persona(&Email::parse("ana.Berg+mail@example.com").unwrap()),
            key
        );
        let account = &directory[key];
        assert_eq!(account.name, "Ana Berg");
        assert_eq!(account.hosted_domain.as_deref(), Some("example.com"));
        assert_eq!(account.sub.len(), 21);
        assert_eq!(directory.account(&account.sub), Some(key));
    }
}
