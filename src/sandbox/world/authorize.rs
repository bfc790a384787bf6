//! The authorization request: read, judged, and in the end answered by a redirect. What happens
//! in between, in front of the person, is `consent`'s.

use url::Url;

use super::super::http::Params;
use super::World;
use super::directory::{AccountKey, ClientKey, Project, Standing};
use super::grants::{Challenge, Code};
use super::scopes::Scopes;
use crate::domain::client::{ClientKind, Publishing};
use crate::domain::time::Timestamp;

/// A request that is fit to be shown to a person.
#[derive(Clone)]
pub(crate) struct Asked {
    /// As it came, for the pages to carry along.
    pub(crate) query: String,
    pub(crate) client: ClientKey,
    redirect_uri: Url,
    /// As the client wrote it: the exchange has to repeat it to the letter.
    redirect_text: String,
    state: Option<String>,
    pub(crate) scopes: Scopes,
    challenge: Option<Challenge>,
    offline: bool,
    pub(crate) prompt: Vec<String>,
    pub(crate) login_hint: Option<String>,
    pub(crate) hosted_domain: Option<String>,
    nonce: Option<String>,
}

/// What Google shows in the browser and never tells the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorPage {
    pub status: u16,
    pub error: &'static str,
    pub words: String,
}

impl ErrorPage {
    fn new(status: u16, error: &'static str, words: impl Into<String>) -> Self {
        Self {
            status,
            error,
            words: words.into(),
        }
    }

    fn missing(name: &str) -> Self {
        Self::new(
            400,
            "invalid_request",
            format!("Missing required parameter: {name}"),
        )
    }
}

impl std::fmt::Display for ErrorPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Error {}: {}: {}", self.status, self.error, self.words)
    }
}

impl std::error::Error for ErrorPage {}

impl World {
    pub(crate) fn read_request(&self, query: &str) -> Result<Asked, ErrorPage> {
        let params = Params::parse(query.as_bytes());
        let text = |name: &str| params.get(name).map(str::to_owned);
        let client = self.asking_client(&params)?;
        let redirect_text =
            text("redirect_uri").ok_or_else(|| ErrorPage::missing("redirect_uri"))?;
        let redirect_uri = self.check_redirect(client, &redirect_text)?;
        match params.get("response_type") {
            Some("code") => {}
            Some(other) => {
                let words = format!("Invalid response_type: {other}");
                return Err(ErrorPage::new(400, "invalid_request", words));
            }
            None => {
                let words = "Required parameter is missing: response_type";
                return Err(ErrorPage::new(400, "invalid_request", words));
            }
        }
        let prompt: Vec<String> = params
            .get("prompt")
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        if prompt.len() > 1 && prompt.iter().any(|p| p == "none") {
            let words = "Invalid parameter value for prompt: none cannot be combined";
            return Err(ErrorPage::new(400, "invalid_request", words));
        }
        Ok(Asked {
            query: query.to_owned(),
            client,
            redirect_uri,
            redirect_text,
            state: text("state"),
            scopes: read_scopes(&params)?,
            challenge: read_challenge(&params)?,
            offline: params.get("access_type") == Some("offline"),
            prompt,
            login_hint: text("login_hint"),
            hosted_domain: text("hd"),
            nonce: text("nonce"),
        })
    }

    fn asking_client(&self, params: &Params) -> Result<ClientKey, ErrorPage> {
        let id = params
            .get("client_id")
            .ok_or_else(|| ErrorPage::missing("client_id"))?;
        let unknown = || ErrorPage::new(401, "invalid_client", "The OAuth client was not found.");
        let key = self.directory.client(id).ok_or_else(unknown)?;
        let gone = |error, words| Err(ErrorPage::new(401, error, words));
        match self.directory[key].standing {
            Standing::Active => Ok(key),
            Standing::Deleted => gone("deleted_client", "The OAuth client was deleted."),
            Standing::Disabled => gone("disabled_client", "The OAuth client was disabled."),
        }
    }

    /// Desktop clients may use any port and path of the loopback; Web clients only what is
    /// registered, to the letter.
    fn check_redirect(&self, client: ClientKey, text: &str) -> Result<Url, ErrorPage> {
        let client = &self.directory[client];
        let mismatch = || {
            let words = "You can't sign in to this app because it sent an invalid request. \
                         The redirect URI is not registered for this client.";
            ErrorPage::new(400, "redirect_uri_mismatch", words)
        };
        let blocked = || {
            let words = "Access blocked: this app's request is invalid. The redirect method is not allowed.";
            ErrorPage::new(400, "invalid_request", words)
        };
        let uri = Url::parse(text).map_err(|_| blocked())?;
        match client.kind {
            ClientKind::Web if client.redirect_uris.iter().any(|known| known == text) => Ok(uri),
            ClientKind::Web => Err(mismatch()),
            ClientKind::Installed => match (uri.scheme(), uri.host_str()) {
                ("http", Some("127.0.0.1" | "localhost" | "[::1]")) => Ok(uri),
                ("http" | "https", _) => Err(mismatch()),
                _ => Err(blocked()),
            },
        }
    }

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
        if *publishing == Publishing::Internal && account.hosted_domain != *organization {
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
    pub(crate) fn prompts(&self, what: &str) -> bool {
        self.prompt.iter().any(|prompt| prompt == what)
    }

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

fn read_scopes(params: &Params) -> Result<Scopes, ErrorPage> {
    let text = params
        .get("scope")
        .ok_or_else(|| ErrorPage::missing("scope"))?;
    let scopes = Scopes::parse(text);
    let unknown = scopes.unknown();
    if unknown.is_empty() {
        return Ok(scopes.with_openid());
    }
    let valid: Vec<_> = scopes.iter().filter(|s| !unknown.contains(s)).collect();
    let words = format!(
        "Some requested scopes were invalid. {{valid=[{}], invalid=[{}]}}",
        valid.join(", "),
        unknown.join(", ")
    );
    Err(ErrorPage::new(400, "invalid_scope", words))
}

fn read_challenge(params: &Params) -> Result<Option<Challenge>, ErrorPage> {
    let Some(challenge) = params.get("code_challenge").map(str::to_owned) else {
        return Ok(None);
    };
    match params.get("code_challenge_method") {
        None | Some("plain") => Ok(Some(Challenge::Plain(challenge))),
        Some("S256") => Ok(Some(Challenge::S256(challenge))),
        Some(other) => {
            let words = format!("Invalid parameter value for code_challenge_method: {other}");
            Err(ErrorPage::new(400, "invalid_request", words))
        }
    }
}
