//! Where Google is, or what stands in for it. Knows Google's URLs and who may override them:
//! settings made by hand over the client's file over Google's own. Knows nothing of HTTP.

use url::Url;

use crate::domain::address;
use crate::domain::client::Client;
use crate::domain::mail::Protocol;

const GOOGLE_AUTHORIZATION: &str = "https://accounts.google.com/o/oauth2/v2/auth";
const GOOGLE_TOKEN: &str = "https://oauth2.googleapis.com/token";
const GOOGLE_ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];

/// Spellings that old configurations and Google's own `credentials.json` still carry.
const AUTHORIZATION_ALIASES: [&str; 2] = [
    GOOGLE_AUTHORIZATION,
    "https://accounts.google.com/o/oauth2/auth",
];
const TOKEN_ALIASES: [&str; 6] = [
    GOOGLE_TOKEN,
    "https://accounts.google.com/o/oauth2/token",
    "https://www.googleapis.com/oauth2/v4/token",
    "https://www.googleapis.com/oauth2/v3/token",
    "https://oauth2.mtls.googleapis.com/token",
    "https://accounts.google.com/o/oauth2/v2/token",
];

/// The places to ask. Built from Google's, then changed by whoever has a say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    pub authorization: String,
    pub token: String,
    pub revocation: String,
    pub tokeninfo: String,
    pub userinfo: String,
    /// The Gmail API's base address.
    pub gmail: String,
    /// `host:port`, TLS from the first byte.
    pub imap: String,
    pub smtp: String,
    pub pop: String,
    authorization_by_hand: bool,
    token_by_hand: bool,
    /// One base stands for all of Google, and it has no mail servers.
    is_stand_in: bool,
    mail_by_hand: Vec<Protocol>,
}

impl Endpoints {
    pub fn google() -> Self {
        Self {
            authorization: GOOGLE_AUTHORIZATION.into(),
            token: GOOGLE_TOKEN.into(),
            revocation: "https://oauth2.googleapis.com/revoke".into(),
            tokeninfo: "https://oauth2.googleapis.com/tokeninfo".into(),
            userinfo: "https://openidconnect.googleapis.com/v1/userinfo".into(),
            gmail: "https://gmail.googleapis.com".into(),
            imap: "imap.gmail.com:993".into(),
            smtp: "smtp.gmail.com:465".into(),
            pop: "pop.gmail.com:995".into(),
            authorization_by_hand: false,
            token_by_hand: false,
            is_stand_in: false,
            mail_by_hand: Vec::new(),
        }
    }

    /// Every HTTP endpoint under one base, with Google's own paths.
    pub fn under(base: &str) -> Result<Self, BadEndpoint> {
        address::endpoint(base).map_err(|why| BadEndpoint::new("endpoints", &why))?;
        let base = base.trim().trim_end_matches('/');
        Ok(Self {
            authorization: format!("{base}/o/oauth2/v2/auth"),
            token: format!("{base}/token"),
            revocation: format!("{base}/revoke"),
            tokeninfo: format!("{base}/tokeninfo"),
            userinfo: format!("{base}/v1/userinfo"),
            gmail: base.to_owned(),
            authorization_by_hand: true,
            token_by_hand: true,
            is_stand_in: true,
            ..Self::google()
        })
    }

    /// The same with the mail servers of another set: a base names none.
    #[must_use]
    pub fn with_mail_of(self, other: Self) -> Self {
        Self {
            imap: other.imap,
            smtp: other.smtp,
            pop: other.pop,
            mail_by_hand: other.mail_by_hand,
            ..self
        }
    }

    /// Sets one endpoint by its name in the configuration file.
    pub fn set(&mut self, name: &str, address: &str) -> Result<(), BadEndpoint> {
        let address = address.trim();
        if matches!(name, "imap" | "smtp" | "pop") {
            check_host_and_port(name, address)?;
        } else {
            address::endpoint(address).map_err(|why| BadEndpoint::new(name, &why))?;
        }
        let place = match name {
            "authorization" => {
                self.authorization_by_hand = true;
                &mut self.authorization
            }
            "token" => {
                self.token_by_hand = true;
                &mut self.token
            }
            "revocation" => &mut self.revocation,
            "tokeninfo" => &mut self.tokeninfo,
            "userinfo" => &mut self.userinfo,
            "gmail" => &mut self.gmail,
            "imap" => &mut self.imap,
            "smtp" => &mut self.smtp,
            "pop" => &mut self.pop,
            _ => return Err(BadEndpoint::new(name, &"there is no endpoint of that name")),
        };
        // Only the Gmail endpoint is a base, to which paths are added.
        let address = match name {
            "gmail" => address.trim_end_matches('/'),
            _ => address,
        };
        address.clone_into(place);
        let mail = Protocol::ALL.into_iter().find(|p| p.key() == name);
        self.mail_by_hand.extend(mail);
        Ok(())
    }

    /// Where a browser is sent for this client.
    pub fn authorization_for(&self, client: &Client) -> String {
        let file = client.auth_uri.as_deref();
        choose(
            self.authorization_by_hand,
            &self.authorization,
            file,
            &AUTHORIZATION_ALIASES,
        )
    }

    /// Where this client's codes and refresh tokens are traded.
    pub fn token_for(&self, client: &Client) -> String {
        let file = client.token_uri.as_deref();
        choose(self.token_by_hand, &self.token, file, &TOKEN_ALIASES)
    }

    /// The names that the issuer of this client's redirects and ID tokens may go by.
    pub fn issuer_for(&self, client: &Client) -> Vec<String> {
        issuers(&self.authorization_for(client))
    }

    /// The names that may stand in an ID token that came from this token endpoint: the endpoint's
    /// own, and those of the authorization endpoint it works for.
    pub(super) fn issuers_at(&self, token_endpoint: &str) -> Vec<String> {
        let mut names = issuers(&self.authorization);
        names.extend(issuers(token_endpoint));
        names
    }

    /// `host:port` of the mail server.
    pub fn mail(&self, protocol: Protocol) -> &str {
        match protocol {
            Protocol::Imap => &self.imap,
            Protocol::Smtp => &self.smtp,
            Protocol::Pop => &self.pop,
        }
    }

    /// Whether tokens come from a stand-in for Google and nobody said that Gmail's own server
    /// shall see them.
    pub fn mail_is_foreign(&self, protocol: Protocol) -> bool {
        self.is_stand_in && !self.mail_by_hand.contains(&protocol)
    }

    pub(super) fn profile(&self) -> String {
        format!("{}/gmail/v1/users/me/profile", self.gmail)
    }

    /// Whether two spellings are one place, so that a refusal from the one counts for the other.
    pub fn same_token_endpoint(a: &str, b: &str) -> bool {
        match (normal(a), normal(b)) {
            (Some(a), Some(b)) => {
                a == b
                    || (TOKEN_ALIASES.contains(&a.as_str()) && TOKEN_ALIASES.contains(&b.as_str()))
            }
            _ => a == b,
        }
    }
}

/// By hand over the client's file over Google's. An old alias of Google's in the file means no
/// more than "Google", so it becomes the current spelling.
fn choose(by_hand: bool, ours: &str, file: Option<&str>, aliases: &[&str]) -> String {
    match file {
        Some(file) if !by_hand && !aliases.contains(&file.trim_end_matches('/')) => file.to_owned(),
        _ => ours.to_owned(),
    }
}

fn issuers(endpoint: &str) -> Vec<String> {
    let Ok(url) = Url::parse(endpoint) else {
        return Vec::new();
    };
    let host = url.host_str().unwrap_or_default();
    let is_google = url.scheme() == "https"
        && (host == "accounts.google.com" || host.ends_with(".googleapis.com"));
    if is_google {
        GOOGLE_ISSUERS.map(str::to_owned).to_vec()
    } else {
        vec![url.origin().ascii_serialization()]
    }
}

fn normal(endpoint: &str) -> Option<String> {
    let url = Url::parse(endpoint.trim()).ok()?;
    Some(url.as_str().trim_end_matches('/').to_owned())
}

fn check_host_and_port(name: &str, address: &str) -> Result<(), BadEndpoint> {
    let plausible = address.rsplit_once(':').is_some_and(|(host, port)| {
        url::Host::parse(host).is_ok() && port.parse::<u16>().is_ok_and(|p| p != 0)
    });
    if plausible {
        Ok(())
    } else {
        Err(BadEndpoint::new(name, &"write it as host:port"))
    }
}

/// Names the endpoint and never repeats the address, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("endpoint `{name}`: {reason}")]
pub struct BadEndpoint {
    name: String,
    reason: String,
}

impl BadEndpoint {
    fn new(name: &str, reason: &impl ToString) -> Self {
        Self {
            name: crate::domain::wording::safe(name),
            reason: reason.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::ClientId;
    use crate::domain::client::{ClientKind, Publishing};

    fn client(auth_uri: Option<&str>, token_uri: Option<&str>) -> Client {
        Client {
            id: ClientId(1),
            name: "default".into(),
            client_id: "1-a.apps.googleusercontent.com".into(),
            kind: ClientKind::Installed,
            project: None,
            publishing: Publishing::Unknown,
            auth_uri: auth_uri.map(str::to_owned),
            token_uri: token_uri.map(str::to_owned),
            redirect_uris: Vec::new(),
            fault: None,
            added_at: crate::domain::time::from_millis(0),
        }
    }

    const FILE: (&str, &str) = ("http://127.0.0.1:9/o/auth", "http://127.0.0.1:9/tok");

    #[test]
    fn by_hand_over_the_file_over_google() {
        let plain = client(None, None);
        let file = client(Some(FILE.0), Some(FILE.1));
        let mut endpoints = Endpoints::google();
        assert_eq!(endpoints.token_for(&plain), GOOGLE_TOKEN);
        assert_eq!(endpoints.authorization_for(&plain), GOOGLE_AUTHORIZATION);
        assert_eq!(endpoints.token_for(&file), FILE.1);
        assert_eq!(endpoints.authorization_for(&file), FILE.0);
        endpoints
            .set("token", "https://proxy.example/token")
            .unwrap();
        assert_eq!(endpoints.token_for(&file), "https://proxy.example/token");
        assert_eq!(
            endpoints.authorization_for(&file),
            FILE.0,
            "only the token endpoint was set"
        );
        let all = Endpoints::under("http://127.0.0.1:7/").unwrap();
        assert_eq!(all.token_for(&file), "http://127.0.0.1:7/token");
        assert_eq!(
            all.authorization_for(&file),
            "http://127.0.0.1:7/o/oauth2/v2/auth"
        );
        assert_eq!(all.revocation, "http://127.0.0.1:7/revoke");
        assert_eq!(all.tokeninfo, "http://127.0.0.1:7/tokeninfo");
        assert_eq!(all.userinfo, "http://127.0.0.1:7/v1/userinfo");
        assert_eq!(
            all.profile(),
            "http://127.0.0.1:7/gmail/v1/users/me/profile"
        );
    }

    #[test]
    fn old_aliases_of_googles_are_google() {
        let old = client(
            Some("https://accounts.google.com/o/oauth2/auth"),
            Some("https://accounts.google.com/o/oauth2/token"),
        );
        let endpoints = Endpoints::google();
        assert_eq!(endpoints.authorization_for(&old), GOOGLE_AUTHORIZATION);
        assert_eq!(endpoints.token_for(&old), GOOGLE_TOKEN);
        let same = Endpoints::same_token_endpoint;
        for alias in TOKEN_ALIASES {
            assert!(same(alias, GOOGLE_TOKEN), "{alias}");
        }
        assert!(same(
            "https://x.example/token/",
            "HTTPS://X.example:443/token"
        ));
        assert!(!same(
            "http://127.0.0.1:1/token",
            "http://127.0.0.1:2/token"
        ));
        assert!(!same("https://evil.example/token", GOOGLE_TOKEN));
    }

    #[test]
    fn issuers_follow_the_authorization_endpoint() {
        let endpoints = Endpoints::google();
        assert_eq!(endpoints.issuer_for(&client(None, None)), GOOGLE_ISSUERS);
        let file = client(Some(FILE.0), Some(FILE.1));
        assert_eq!(endpoints.issuer_for(&file), ["http://127.0.0.1:9"]);
        assert_eq!(
            issuers("https://oauth2.googleapis.com.evil.example/x").len(),
            1
        );
    }

    #[test]
    fn a_stand_in_has_the_mail_servers_that_were_named() {
        let mut ours = Endpoints::google();
        ours.set("imap", "imap.gmail.com:993").unwrap();
        assert!(!ours.mail_is_foreign(Protocol::Pop));
        let all = Endpoints::under("http://127.0.0.1:7").unwrap();
        assert!(all.mail_is_foreign(Protocol::Imap));
        let all = all.with_mail_of(ours);
        let foreign = Protocol::ALL.map(|protocol| all.mail_is_foreign(protocol));
        assert_eq!(foreign, [false, true, true]);
    }

    #[test]
    fn addresses_that_secrets_must_not_be_sent_to() {
        let mut endpoints = Endpoints::google();
        for (name, bad) in [
            ("token", "http://example.com/token"),
            ("token", "https://ana:hunter2@example.com/"),
            ("gmail", "ftp://x"),
            ("imap", "imap.gmail.com"),
            ("smtp", "smtp.gmail.com:0"),
            ("pop", "pop3s://pop.gmail.com"),
            ("tokn", "https://example.com/"),
        ] {
            let error = endpoints.set(name, bad).unwrap_err().to_string();
            assert!(
                error.contains(name) && !error.contains("hunter2"),
                "{error}"
            );
        }
        assert_eq!(
            endpoints,
            Endpoints::google(),
            "a refused setting changes nothing"
        );
        assert!(Endpoints::under("http://10.0.0.1:80").is_err());
        endpoints.set("imap", "[::1]:1143").unwrap();
        endpoints.set("gmail", "https://gmail.example/").unwrap();
        assert_eq!(
            endpoints.profile(),
            "https://gmail.example/gmail/v1/users/me/profile"
        );
    }
}
