//! The answer to an authorization request: who may consent, and the redirect at the end. What
//! happens in between, in front of the person, is `consent`'s.

use url::Url;

use super::World;
use super::asked::Asked;
use super::directory::{AccountKey, Project, Standing};
use super::error_page::ErrorPage;
use super::grants::Code;
use super::scopes::Scopes;
use crate::domain::client::Publishing;
use crate::domain::time::Timestamp;

impl World {
    /// Whether this account may consent to this project at all.
    pub(crate) fn check_audience(
        &self,
        asked: &Asked,
        account: AccountKey,
    ) -> Result<(), ErrorPage> {
        let Project {
            name,
            publishing,
            test_users,
            organization,
            restricted,
            ..
        } = &self.directory[self.directory[asked.client].project];
        let account = &self.directory[account];
        if account.standing != Standing::Active {
            let words = format!(
                "Couldn't sign {} in: the account is disabled or was deleted.",
                account.email
            );
            return Err(ErrorPage::new(403, "account_disabled", words));
        }
        if *publishing == Publishing::Testing && !test_users.contains(&account.email.to_lowercase())
        {
            let words = format!(
                "{name} has not completed the Google verification process. The app is currently being \
                 tested, and can only be accessed by developer-approved testers."
            );
            return Err(ErrorPage::new(403, "access_denied", words));
        }
        let member = organization.is_some() && account.hosted_domain == *organization;
        if *publishing == Publishing::Internal && !member {
            let words = format!("{name} is restricted to users within its organization.");
            return Err(ErrorPage::new(403, "org_internal", words));
        }
        if restricted.contains(account.domain()) {
            let words = format!(
                "Access to your account's data is restricted by policies within your organization. \
                 Ask the administrator of {} to trust this app.",
                account.domain()
            );
            return Err(ErrorPage::new(400, "admin_policy_enforced", words));
        }
        Ok(())
    }

    /// Whether everything asked for was agreed to before.
    pub(crate) fn is_agreed(&self, asked: &Asked, account: AccountKey) -> bool {
        let project = self.directory[asked.client].project;
        self.grants
            .current(account, project)
            .is_some_and(|grant| grant.scopes.covers(&asked.scopes))
    }

    /// The redirect that carries a code for `scopes`.
    pub(crate) fn approve(
        &mut self,
        asked: &Asked,
        account: AccountKey,
        scopes: Scopes,
        consented: bool,
        now: Timestamp,
    ) -> String {
        let project = self.directory[asked.client].project;
        let grant = self.grants.agree(account, project, &scopes);
        let text = self.mint_code();
        let mut uri = asked.back();
        let mut query = uri.query_pairs_mut();
        query.append_pair("iss", self.issuer());
        query.append_pair("code", &text);
        query.append_pair("scope", &scopes.to_string());
        if scopes.identify() {
            query.append_pair("authuser", "0");
            if let Some(domain) = &self.directory[account].hosted_domain {
                query.append_pair("hd", domain);
            }
            query.append_pair("prompt", if consented { "consent" } else { "none" });
        }
        drop(query);
        let code = Code {
            account,
            client: asked.client,
            grant,
            scopes,
            redirect_uri: asked.redirect_text.clone(),
            challenge: asked.challenge.clone(),
            nonce: asked.nonce.clone(),
            offline: asked.offline,
            consented,
            issued_at: now,
            redeemed: false,
        };
        self.grants.codes.insert(text, code);
        uri.into()
    }
}

impl Asked {
    /// The redirect that says no.
    pub(crate) fn deny(&self) -> String {
        let mut uri = self.back();
        uri.query_pairs_mut().append_pair("error", "access_denied");
        uri.into()
    }

    /// What `prompt=none` gets where a person would have had to do something.
    pub(crate) fn interaction_required(&self) -> String {
        let mut uri = self.back();
        uri.query_pairs_mut()
            .append_pair("error_subtype", "access_denied")
            .append_pair("error", "interaction_required");
        uri.into()
    }

    fn back(&self) -> Url {
        let mut uri = self.redirect_uri.clone();
        if let Some(state) = &self.state {
            uri.query_pairs_mut().append_pair("state", state);
        }
        uri
    }
}
