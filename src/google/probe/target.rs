//! What there is to reach: every server that the endpoints name, each once, with the question
//! that shows best whether it is Google who answers.

use url::{Host, Url};

use super::super::Endpoints;
use crate::domain::client::Client;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// A name or an address, without brackets.
    pub host: String,
    pub port: u16,
    pub speaks: Speaks,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Speaks {
    /// In the clear: this machine's own, or no more than a look at a clock.
    Http {
        path: String,
        expects: Expects,
    },
    Https {
        path: String,
        expects: Expects,
    },
    /// TLS and then a mail protocol, which is not spoken here.
    Tls,
}

/// What an answer must look like to be the server's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    /// JSON whenever it succeeds, and no redirect anywhere.
    Json,
    /// A page is as good as anything.
    Anything,
}

impl Target {
    /// A server's clock, seen without TLS: a clock of ours that is far off breaks TLS first.
    pub fn clock_of(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            port: 80,
            speaks: Speaks::Http {
                path: "/".into(),
                expects: Expects::Anything,
            },
        }
    }

    /// The host, with its port where that is not the usual one.
    pub fn name(&self) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        match (&self.speaks, self.port) {
            (Speaks::Https { .. }, 443) | (Speaks::Http { .. }, 80) => host,
            (_, port) => format!("{host}:{port}"),
        }
    }

    fn of_web(address: &str, expects: Expects) -> Option<Self> {
        let url = Url::parse(address).ok()?;
        let path = url.path().to_owned();
        let speaks = match url.scheme() {
            "https" => Speaks::Https { path, expects },
            _ => Speaks::Http { path, expects },
        };
        Some(Self {
            host: bare(url.host()?),
            port: url.port_or_known_default()?,
            speaks,
        })
    }

    pub(in crate::google) fn of_mail(address: &str) -> Option<Self> {
        let (host, port) = address.rsplit_once(':')?;
        Some(Self {
            host: bare(Host::parse(host).ok()?),
            port: port.parse().ok()?,
            speaks: Speaks::Tls,
        })
    }
}

fn bare<S: ToString>(host: Host<S>) -> String {
    match host {
        Host::Domain(name) => name.to_string(),
        Host::Ipv4(ip) => ip.to_string(),
        Host::Ipv6(ip) => ip.to_string(),
    }
}

impl Endpoints {
    /// Every web server that these endpoints and these clients' files name, each once.
    pub fn web_targets(&self, clients: &[Client]) -> Vec<Target> {
        let json = |address: &str| Target::of_web(address, Expects::Json);
        // Of several endpoints on one server the first here is asked: what it says without a
        // token is known best.
        let mut wanted = vec![
            json(&self.tokeninfo),
            json(&self.profile()),
            json(&self.userinfo),
            json(&self.token),
            json(&self.revocation),
            authorization(&self.authorization),
        ];
        for client in clients {
            wanted.push(json(&self.token_for(client)));
            wanted.push(authorization(&self.authorization_for(client)));
        }
        let mut targets: Vec<Target> = Vec::new();
        for target in wanted.into_iter().flatten() {
            let known = |t: &Target| (&t.host, t.port) == (&target.host, target.port);
            if !targets.iter().any(known) {
                targets.push(target);
            }
        }
        targets
    }

    /// The mail servers that mail programs talk to most.
    pub fn mail_targets(&self) -> Vec<Target> {
        let servers = [&self.imap, &self.smtp, &self.pop];
        servers.iter().filter_map(|s| Target::of_mail(s)).collect()
    }
}

/// Google's own has a document to ask for; what others show a browser is their affair.
fn authorization(address: &str) -> Option<Target> {
    let mut target = Target::of_web(address, Expects::Anything)?;
    if let Speaks::Https { path, expects } = &mut target.speaks
        && target.host == "accounts.google.com"
    {
        "/.well-known/openid-configuration".clone_into(path);
        *expects = Expects::Json;
    }
    Some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(targets: &[Target]) -> Vec<String> {
        targets.iter().map(Target::name).collect()
    }

    #[test]
    fn each_server_is_asked_once() {
        let google = Endpoints::google();
        assert_eq!(
            names(&google.web_targets(&[])),
            [
                "oauth2.googleapis.com",
                "gmail.googleapis.com",
                "openidconnect.googleapis.com",
                "accounts.google.com"
            ]
        );
        assert_eq!(
            names(&google.mail_targets()),
            [
                "imap.gmail.com:993",
                "smtp.gmail.com:465",
                "pop.gmail.com:995"
            ]
        );
        let here = Endpoints::under("http://[::1]:9").unwrap();
        let targets = here.web_targets(&[]);
        assert_eq!(names(&targets), ["[::1]:9"]);
        assert_eq!(
            targets[0].speaks,
            Speaks::Http {
                path: "/tokeninfo".into(),
                expects: Expects::Json
            }
        );
    }
}
