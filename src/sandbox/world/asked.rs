//! The authorization request, read and judged: everything that can be wrong with it in itself,
//! before a person comes into it.

use url::Url;

use super::super::message::Params;
use super::World;
use super::directory::{ClientKey, Standing};
use super::error_page::ErrorPage;
use super::grants::Challenge;
use super::scopes::Scopes;
use crate::domain::client::ClientKind;

/// A request that is fit to be shown to a person.
#[derive(Clone)]
pub(crate) struct Asked {
    /// As it came, for the pages to carry along.
    pub(crate) query: String,
    pub(crate) client: ClientKey,
    pub(super) redirect_uri: Url,
    /// As the client wrote it: the exchange has to repeat it to the letter.
    pub(super) redirect_text: String,
    pub(super) state: Option<String>,
    pub(crate) scopes: Scopes,
    pub(super) challenge: Option<Challenge>,
    pub(super) offline: bool,
    prompt: Vec<String>,
    pub(crate) login_hint: Option<String>,
    pub(crate) hosted_domain: Option<String>,
    pub(super) nonce: Option<String>,
}

impl Asked {
    pub(crate) fn prompts(&self, what: &str) -> bool {
        self.prompt.iter().any(|prompt| prompt == what)
    }
}

impl World {
    pub(crate) fn read_request(&self, query: &str) -> Result<Asked, ErrorPage> {
        let params = Params::parse(query.as_bytes());
        let text = |name: &str| params.get(name).map(str::to_owned);
        let client = self.asking_client(&params)?;
        let redirect_text =
            text("redirect_uri").ok_or_else(|| ErrorPage::missing("redirect_uri"))?;
        let redirect_uri = self.check_redirect(client, &redirect_text)?;
        check_response_type(&params)?;
        Ok(Asked {
            query: query.to_owned(),
            client,
            redirect_uri,
            redirect_text,
            state: text("state"),
            scopes: read_scopes(&params)?,
            challenge: read_challenge(&params)?,
            offline: params.get("access_type") == Some("offline"),
            prompt: read_prompt(&params)?,
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
            ErrorPage::invalid(words)
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
}

fn check_response_type(params: &Params) -> Result<(), ErrorPage> {
    match params.get("response_type") {
        Some("code") => Ok(()),
        Some(other) => Err(ErrorPage::invalid(format!(
            "Invalid response_type: {other}"
        ))),
        None => Err(ErrorPage::invalid(
            "Required parameter is missing: response_type",
        )),
    }
}

fn read_prompt(params: &Params) -> Result<Vec<String>, ErrorPage> {
    let words = params.get("prompt").unwrap_or_default().split_whitespace();
    let prompt: Vec<String> = words.map(str::to_owned).collect();
    if prompt.len() > 1 && prompt.iter().any(|p| p == "none") {
        let words = "Invalid parameter value for prompt: none cannot be combined";
        return Err(ErrorPage::invalid(words));
    }
    Ok(prompt)
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
            Err(ErrorPage::invalid(words))
        }
    }
}
