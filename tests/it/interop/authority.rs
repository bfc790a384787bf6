//! `oidc-provider`, an authority that nobody here wrote: PKCE, a redirect to the loopback, refresh
//! tokens good for one use, and a grant that dies when a used one comes back.

use std::process::Command;

use serde_json::json;

use super::process::{Home, Process, Ran, wait_for};
use super::web::{Page, Web};
use super::{beside, tool};

const ANA: &str = "ana@example.org";

/// The authority, and somebody with an account there.
struct Authority {
    _server: Process,
    issuer: String,
    web: Web,
    home: Home,
}

impl Authority {
    /// Knows the client; nothing is agreed to.
    fn open() -> Self {
        let mut command = Command::new(tool("oidc/node_modules/.bin/node"));
        command
            .arg(beside("oidc-provider.mjs"))
            .arg(tool("oidc"))
            .env_remove("NODE_OPTIONS");
        let mut server = Process::start(&mut command);
        let issuer = server.line("http://127.0.0.1:");
        let home = Home::new(&[]);
        // What a client's file cannot say stands in the configuration.
        let endpoints = format!(
            "[endpoints]\nrevocation = \"{issuer}/token/revocation\"\nuserinfo = \"{issuer}/me\"\n\
             tokeninfo = \"{issuer}/tokeninfo\"\ngmail = \"{issuer}/gmail\"\n"
        );
        home.write(".config/gatepost/config.toml", &endpoints);
        let client = json!({ "installed": {
            "client_id": "desktop-client",
            "client_secret": "not-very-secret",
            "auth_uri": format!("{issuer}/auth"),
            "token_uri": format!("{issuer}/token"),
            "redirect_uris": ["http://127.0.0.1"],
        }});
        home.write("credentials.json", &client.to_string());
        home.run(&["client", "add", "credentials.json"]).good();
        Self {
            _server: server,
            issuer,
            web: Web::new(),
            home,
        }
    }

    fn with_ana() -> Self {
        let authority = Self::open();
        authority.consent(&["add", "--scope", "mail.read", "--scope", "offline_access"]);
        authority
    }

    /// Walks the authority's own pages to the page that gatepost shows in the end.
    #[track_caller]
    fn consent(&self, arguments: &[&str]) {
        let mut gatepost = self.home.start(&[arguments, &["--no-browser"]].concat());
        let link = gatepost.line(&self.issuer);
        // A fresh jar: nobody is signed in there from an earlier consent.
        let web = Web::new();
        let page = web.follow(web.get(&link));
        let page = web.submit(
            &page,
            &[("prompt", "login"), ("login", "ana"), ("password", "any")],
        );
        assert!(page.text.contains("mail.read"), "{}", page.text);
        let page = web.submit(&page, &[("prompt", "consent")]);
        assert!(page.text.contains("Google has answered"), "{}", page.text);
        gatepost.finish().good();
    }

    /// How often this happened there.
    fn count(&self, what: &str) -> usize {
        let log = self.web.get(&format!("{}/log", self.issuer)).json();
        let entries = log.as_array().unwrap().iter();
        entries.filter(|entry| entry["what"] == what).count()
    }

    fn account(&self) -> serde_json::Value {
        self.home.run(&["list", "--json"]).json()[0].clone()
    }

    fn whose(&self, access_token: &str) -> Page {
        let url = format!("{}/me", self.issuer);
        self.web.get_with_token(&url, access_token)
    }

    /// Presents a refresh token as somebody else would who got hold of it.
    fn replay(&self, refresh_token: &str) -> Page {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
            ("client_id", "desktop-client"),
            ("client_secret", "not-very-secret"),
        ];
        self.web.post(&format!("{}/token", self.issuer), &form)
    }

    fn refresh_token(&self) -> String {
        let export = self.home.run(&["export", ANA, "--format", "adc"]).json();
        export["refresh_token"].as_str().unwrap().to_owned()
    }
}

#[test]
#[ignore = "needs node and oidc-provider; .ci/run installs them and runs this"]
fn twenty_ask_at_once_and_one_refresh_is_made() {
    let authority = Authority::with_ana();
    let account = authority.account();
    assert_eq!(account["email"], ANA);
    assert_eq!(account["scopes"]["missing"], json!([]));
    wait_for("the access token's end", || {
        (authority.account()["state"] == "expired").then_some(())
    });
    assert_eq!(authority.count("refresh_token"), 0);
    let asking: Vec<Process> = (0..20)
        .map(|_| authority.home.start(&["token", ANA]))
        .collect();
    let mut tokens: Vec<String> = asking.into_iter().map(|one| one.finish().good()).collect();
    tokens.dedup();
    assert_eq!(tokens.len(), 1, "all twenty were given the same token");
    assert_eq!(authority.count("refresh_token"), 1);
    assert_eq!(authority.count("grant revoked"), 0);
    let answer = authority.whose(tokens[0].trim());
    assert_eq!(answer.json()["email"], ANA);
    // The refresh token that came with it was kept, and is good in its turn.
    authority
        .home
        .run(&["token", ANA, "--force-refresh"])
        .good();
    assert_eq!(authority.count("refresh_token"), 2);
    assert_eq!(authority.count("grant revoked"), 0);
}

#[test]
#[ignore = "needs node and oidc-provider; .ci/run installs them and runs this"]
fn a_used_refresh_token_ends_the_grant_and_consent_mends_it() {
    let authority = Authority::with_ana();
    let used = authority.refresh_token();
    authority.home.run(&["refresh", ANA]).good();
    assert_ne!(authority.refresh_token(), used, "it was rotated");
    assert_eq!(authority.replay(&used).json()["error"], "invalid_grant");
    assert_eq!(authority.count("grant revoked"), 1);
    let Ran { code, out, .. } = authority.home.run(&["token", ANA, "--force-refresh"]);
    assert_eq!((code, out.as_str()), (Some(4), ""));
    assert_eq!(authority.account()["state"], "revoked");
    authority.consent(&[
        "reauth",
        ANA,
        "--scope",
        "mail.read",
        "--scope",
        "offline_access",
    ]);
    let token = authority
        .home
        .run(&["token", ANA, "--force-refresh"])
        .good();
    assert_eq!(authority.whose(token.trim()).status, 200);
}

#[test]
#[ignore = "needs node and oidc-provider; .ci/run installs them and runs this"]
fn revoking_ends_the_grant_there() {
    let authority = Authority::with_ana();
    let refresh_token = authority.refresh_token();
    let token = authority
        .home
        .run(&["token", ANA, "--force-refresh"])
        .good();
    assert_eq!(authority.whose(token.trim()).status, 200);
    authority.home.run(&["revoke", ANA, "--yes"]).good();
    // The token alone, as Google wants it, was refused; then the client was named.
    assert_eq!(authority.count("revocation"), 2);
    assert_eq!(authority.count("grant revoked"), 1);
    assert_eq!(authority.whose(token.trim()).status, 401);
    let refused = authority.replay(&refresh_token).json();
    assert_eq!(refused["error"], "invalid_grant");
    assert_eq!(authority.account()["state"], "signed-out");
    assert_eq!(authority.home.run(&["token", ANA]).code, Some(4));
}
