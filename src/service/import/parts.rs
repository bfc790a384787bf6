//! All that is in a file, part by part: sign-ins by one refresh each, clients as they are, and of
//! the rest why not. One that is refused is no fault of the others.

use crate::domain::client::Client;
use crate::service::ask::{
    ClientAsk, ClientStored, ClientTaken, ImportAsk, KeyTaken, Taken, TakenIn, Wishes,
};
use crate::service::error::GateError;
use crate::service::files::{Contents, Held, Part};
use crate::service::gate::Gate;

impl Gate {
    pub async fn take(&self, part: Part, wishes: &Wishes) -> Result<Taken, GateError> {
        match part.held {
            Held::Grant(ask) => {
                let ask = wishes.applied(*ask);
                self.import(ask).await.map(Taken::Account)
            }
            Held::Client { ask, account } => {
                let taken = self.take_client(*ask, account, wishes).await?;
                Ok(Taken::Client(taken))
            }
            Held::ServiceAccount(key) => {
                let (email, key_id) = (key.email.clone(), key.key_id.clone());
                let stored = self.put_service_account(*key, wishes.force).await?;
                Ok(Taken::ServiceAccount(KeyTaken {
                    email,
                    key_id,
                    stored,
                }))
            }
            Held::Nothing(why) => Err(GateError::Unusable {
                file: part.label,
                why,
            }),
        }
    }

    /// The whole file at once. It fails as its first part does, if no part goes well.
    pub async fn take_in(&self, contents: Contents, wishes: &Wishes) -> Result<TakenIn, GateError> {
        let mut taken = TakenIn::default();
        let mut first = None;
        for part in contents.parts {
            match self.take(part, wishes).await {
                Ok(Taken::Account(imported)) => taken.accounts.push(imported),
                Ok(Taken::Client(client)) => taken.clients.push(client),
                Ok(Taken::ServiceAccount(key)) => taken.keys.push(key),
                Err(error) => {
                    taken.refused.push(error.to_string());
                    first.get_or_insert(error);
                }
            }
        }
        match first {
            Some(error) if taken.is_empty() => Err(error),
            _ => Ok(taken),
        }
    }

    /// One that is known stays as it is: what is stored may be newer than what lies about.
    async fn take_client(
        &self,
        ask: ClientAsk,
        account: Option<String>,
        wishes: &Wishes,
    ) -> Result<ClientTaken, GateError> {
        let known = self.known_client(&ask.client_id);
        if let Some(Client { name, .. }) = known.filter(|_| !wishes.force) {
            let new = false;
            return Ok(ClientTaken { name, new, account });
        }
        let name = wishes.client.clone();
        let name = name.or_else(|| self.name_for_client(&ask.client_id));
        let (client, new) = match self.put_client(ClientAsk { name, ..ask }).await? {
            ClientStored::Added(client) => (client, true),
            ClientStored::Updated(client) => (client, false),
        };
        let name = client.name;
        Ok(ClientTaken { name, new, account })
    }
}

impl Wishes {
    pub fn applied(&self, ask: ImportAsk) -> ImportAsk {
        ImportAsk {
            email: self.email.clone().or(ask.email),
            client_name: self.client.clone(),
            force: self.force,
            ..ask
        }
    }
}

impl TakenIn {
    /// Everything in the file came in, and Google said that it is good.
    pub fn is_whole(&self) -> bool {
        self.refused.is_empty()
            && self.keys.is_empty()
            && self.accounts.iter().all(|account| account.verified)
    }

    fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.clients.is_empty() && self.keys.is_empty()
    }
}
