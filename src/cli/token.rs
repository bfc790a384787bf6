//! `gatepost token`: a valid access token, alone on stdout. The full road; the short one for a
//! token that is still live is in `fast`, and both print through `Form`.

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;

use super::context::Context;
use super::exit::Exit;
use super::fast::{self, Asked};
use super::machine;
use super::report::Failure;
use super::settings::Settings;
use super::{Outcome, span};
use crate::domain::grant::Access;
use crate::domain::mail::Protocol;
use crate::domain::sasl;
use crate::domain::scope::Scopes;
use crate::domain::secret::Secret;
use crate::domain::time::{Span, Timestamp, rfc3339};
use crate::service::ask::TokenAsk;

/// Print a valid access token, alone on one line
///
/// A live token is printed at once; otherwise one refresh is made, shared by all who ask at the
/// same time. It never opens a browser. Exit code 4 means that a person must sign in again, 5
/// that a later try may succeed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An address, a label, or the beginning of an address
    account: String,
    /// How long the token must still be good [default: 60s, if it can be had]
    #[arg(long, value_name = "DUR", value_parser = span)]
    min_valid: Option<Span>,
    /// How long to wait for it
    #[arg(long, value_name = "DUR", value_parser = span, default_value = "30s")]
    max_wait: Span,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Which mail server an OAUTHBEARER answer is for [default: imap]
    #[arg(long, value_name = "PROTOCOL", value_parser = protocols())]
    protocol: Option<Protocol>,
    /// The host that an OAUTHBEARER answer names, in place of the configured server's
    #[arg(long, value_name = "HOST", value_parser = host)]
    host: Option<String>,
    /// The port that an OAUTHBEARER answer names, in place of the configured server's
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Ask Google for a new one even if the stored one is good
    #[arg(long)]
    force_refresh: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// The token itself
    #[default]
    Bare,
    /// `Authorization: Bearer TOKEN`
    Header,
    /// Base64 for AUTH XOAUTH2
    Xoauth2,
    /// Base64 for AUTH OAUTHBEARER
    Oauthbearer,
    /// A document with the token and its dates
    Json,
    /// Shell assignments: `GATEPOST_ACCESS_TOKEN`, `GATEPOST_EMAIL`, `GATEPOST_EXPIRES_AT`
    Env,
}

/// Which server a string is for, as far as it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Server<'a> {
    pub(super) protocol: Protocol,
    pub(super) host: Option<&'a str>,
    pub(super) port: Option<u16>,
}

impl Server<'_> {
    pub(super) const IMAP: Self = Self {
        protocol: Protocol::Imap,
        host: None,
        port: None,
    };

    /// What was said over what is configured.
    pub(super) fn resolve(self, settings: &Settings) -> Result<(String, u16), Failure> {
        let (host, port) = settings.mail_server(self.protocol)?;
        let host = self.host.map_or(host, str::to_owned);
        Ok((host, self.port.unwrap_or(port)))
    }
}

/// By their keys, so that help and completions know them.
fn protocols() -> impl TypedValueParser<Value = Protocol> {
    PossibleValuesParser::new(Protocol::ALL.map(Protocol::key)).try_map(|word| {
        let mut known = Protocol::ALL.into_iter();
        let found = known.find(|protocol| protocol.key() == word);
        found.ok_or("there is no such protocol")
    })
}

/// It ends up between control characters that separate it from the token.
fn host(word: &str) -> Result<String, String> {
    match url::Host::parse(word) {
        Ok(_) => Ok(word.to_owned()),
        Err(_) => Err("it is no host name".to_owned()),
    }
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let ask = TokenAsk {
        min_valid: args.min_valid.unwrap_or(TokenAsk::default().min_valid),
        insists: args.min_valid.is_some(),
        max_wait: args.max_wait,
        force: args.force_refresh,
    };
    let format = if args.json { Format::Json } else { args.format };
    let server = args.server(format)?;
    let asked = Asked {
        account: &args.account,
        config: None,
        min_valid: ask.min_valid,
        format,
        server,
    };
    if !ask.force
        && let Some(served) = fast::serve(context.settings(), &asked, &context.out, context.now())
    {
        return served;
    }
    let patient = context.with_patience(args.max_wait);
    let token = patient.with_account(&args.account, async |gate, id| {
        Ok(gate.token(id, ask).await?)
    })?;
    let form = Form {
        email: &token.email,
        secret: &token.secret,
        access: token.access,
        scopes: &token.scopes,
        server: &server.resolve(context.settings())?,
        now: context.now(),
    };
    context.out.secret(&form.render(format)?)?;
    context.record_use(&token.email, &machine::caller());
    Ok(Exit::Done)
}

impl Args {
    fn server(&self, format: Format) -> Result<Server<'_>, Failure> {
        let server = Server {
            protocol: self.protocol.unwrap_or(Protocol::Imap),
            host: self.host.as_deref(),
            port: self.port,
        };
        let said = self.protocol.is_some() || server.host.is_some() || server.port.is_some();
        if said && !matches!(format, Format::Xoauth2 | Format::Oauthbearer) {
            return Err(Failure::Usage {
                what: "--protocol, --host and --port say which mail server a SASL answer is for"
                    .into(),
                hint: Some("add `--format oauthbearer` or `--format xoauth2`".into()),
            });
        }
        Ok(server)
    }
}

/// A token and what the forms say about it.
pub(super) struct Form<'a> {
    pub(super) email: &'a str,
    pub(super) secret: &'a Secret,
    pub(super) access: Access,
    pub(super) scopes: &'a Scopes,
    /// Host and port that OAUTHBEARER names.
    pub(super) server: &'a (String, u16),
    pub(super) now: Timestamp,
}

#[derive(Serialize)]
struct Document<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_at: String,
    expires_in: i64,
    email: &'a str,
    scope: String,
}

impl Form<'_> {
    pub(super) fn render(&self, format: Format) -> Result<Secret, Failure> {
        Ok(match format {
            Format::Bare => self.secret.clone(),
            Format::Header => sasl::header(self.secret),
            Format::Xoauth2 => sasl::xoauth2(self.email, self.secret),
            Format::Oauthbearer => {
                let (host, port) = self.server;
                sasl::oauthbearer(self.email, host, *port, self.secret)
            }
            Format::Json => self.document()?,
            Format::Env => self.assignments()?,
        })
    }

    /// For `eval` in a shell; each value is quoted as far as it needs to be.
    fn assignments(&self) -> Result<Secret, Failure> {
        let quoted = |text: &str| {
            let quoted = shlex::try_quote(text).map(Secret::new);
            quoted.map_err(|_| Failure::Unexpected("a value that no shell can take".into()))
        };
        let (token, email) = (quoted(self.secret.expose())?, quoted(self.email)?);
        let expires_at = rfc3339(self.access.expires_at);
        Ok(Secret::new(format!(
            "GATEPOST_ACCESS_TOKEN={}\nGATEPOST_EMAIL={}\nGATEPOST_EXPIRES_AT={expires_at}",
            token.expose(),
            email.expose()
        )))
    }

    fn document(&self) -> Result<Secret, Failure> {
        let document = Document {
            access_token: self.secret.expose(),
            token_type: "Bearer",
            expires_at: rfc3339(self.access.expires_at),
            expires_in: self.access.left(self.now).num_seconds(),
            email: self.email,
            scope: self.scopes.to_string(),
        };
        serde_json::to_string_pretty(&document)
            .map(Secret::new)
            .map_err(|error| Failure::Unexpected(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::from_millis;

    #[test]
    fn no_value_escapes_its_assignment() {
        let at = from_millis(1_800_000_000_000);
        let form = Form {
            email: "o'hara$(id)@gmail.com",
            secret: &Secret::new("ya29.EXAMPLE"),
            access: Access {
                obtained_at: at,
                expires_at: at,
            },
            scopes: &Scopes::default(),
            server: &("imap.gmail.com".into(), 993),
            now: at,
        };
        assert_eq!(
            form.render(Format::Env).unwrap().expose(),
            "GATEPOST_ACCESS_TOKEN=ya29.EXAMPLE\n\
             GATEPOST_EMAIL=\"o'hara\"'$(id)@gmail.com'\n\
             GATEPOST_EXPIRES_AT=2027-01-15T08:00:00Z"
        );
    }
}
