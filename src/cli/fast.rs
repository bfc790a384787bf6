//! The short road of `gatepost token`: a stored token that is still live goes out at once, without
//! clap, runtime, TLS or thread, because mail programs ask at every connection. Whatever it does
//! not recognise, and every error that may be mended on the way, is left to the full road, which
//! decides and words everything.

use std::ffi::OsString;
use std::path::Path;

use clap::ValueEnum;

use super::Outcome;
use super::exit::Exit;
use super::machine::caller;
use super::output::Output;
use super::passphrase;
use super::report;
use super::settings::Settings;
use super::token::{Form, Format, Server};
use crate::clock::Clock;
use crate::domain::grant::Access;
use crate::domain::scope::Scopes;
use crate::domain::time::{Span, Timestamp, parse_span};
use crate::service::ask::TokenAsk;
use crate::vault::{self, VaultError};

/// `None` means: take the full road. Nothing has been printed then.
pub(super) fn token(arguments: &[OsString]) -> Option<Exit> {
    let asked = Asked::read(arguments)?;
    let mut settings = Settings::load(asked.config.map(Path::new)).ok()?;
    settings.key.passphrases = passphrase::without_asking();
    let out = Output::plain();
    let served = serve(&settings, &asked, &out, Clock::system().now())?;
    Some(served.unwrap_or_else(|failure| report::failure(&out, &failure)))
}

/// Prints the stored token if it will do. It needs no more than to read the vault, so that it works
/// on a full or read-only disk.
pub(super) fn serve(
    settings: &Settings,
    asked: &Asked<'_>,
    out: &Output,
    now: Timestamp,
) -> Option<Outcome> {
    let named = asked.server.resolve(settings).ok()?;
    let places = &settings.places.vault;
    let serves = |access: Access| access.is_live(now) && access.left(now) >= asked.min_valid;
    let glance = match vault::glance(places, &settings.key, asked.account, &serves) {
        Ok(glance) => glance,
        // A second run would ask a person, or a device, a second time.
        Err(error @ VaultError::KeyCommand { .. }) => return Some(Err(error.into())),
        Err(_) => return None,
    };
    let (access, secret) = glance.access?;
    let form = Form {
        email: &glance.email,
        secret: &secret,
        access,
        scopes: &Scopes::parse(&glance.scopes),
        server: &named,
        now,
    };
    let line = form.render(asked.format).ok()?;
    if let Err(failure) = out.secret(&line) {
        return Some(Err(failure));
    }
    vault::usage::record(places, &glance.email, &caller(), now);
    Some(Ok(Exit::Done))
}

/// What is asked for; its plain forms are read by hand.
#[derive(Debug, PartialEq)]
pub(super) struct Asked<'a> {
    pub(super) account: &'a str,
    pub(super) config: Option<&'a str>,
    pub(super) min_valid: Span,
    pub(super) format: Format,
    pub(super) server: Server<'a>,
}

impl<'a> Asked<'a> {
    fn read(arguments: &'a [OsString]) -> Option<Self> {
        let mut words = arguments.iter().skip(1).map(|word| word.to_str());
        let mut asked = Self {
            account: "",
            config: None,
            min_valid: TokenAsk::default().min_valid,
            format: Format::Bare,
            // Whoever names one takes the full road.
            server: Server::IMAP,
        };
        let mut is_token = false;
        let mut format_given = false;
        while let Some(word) = words.next() {
            let word = word?;
            if !word.starts_with('-') {
                match (is_token, asked.account) {
                    (false, _) if word == "token" => is_token = true,
                    (true, "") if !word.is_empty() => asked.account = word,
                    _ => return None,
                }
                continue;
            }
            if word == "--json" && !format_given {
                format_given = true;
                asked.format = Format::Json;
                continue;
            }
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, value),
                None => (word, words.next()??),
            };
            match name {
                "--config" if asked.config.is_none() => asked.config = Some(value),
                "--min-valid" if is_token => asked.min_valid = parse_span(value).ok()?,
                // A token that is there needs no waiting.
                "--max-wait" if is_token => drop(parse_span(value).ok()?),
                "--format" if is_token && !format_given => {
                    format_given = true;
                    asked.format = Format::from_str(value, false).ok()?;
                }
                _ => return None,
            }
        }
        (is_token && !asked.account.is_empty()).then_some(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_plain_forms_are_read() {
        let plain = words("gatepost token ana@gmail.com");
        let asked = Asked::read(&plain).unwrap();
        assert_eq!(asked.account, "ana@gmail.com");
        assert_eq!(asked.min_valid, Span::seconds(60));
        let full = words(
            "gatepost --config=c.toml token --min-valid 5m ana --format=header --max-wait 1s",
        );
        let asked = Asked::read(&full).unwrap();
        assert_eq!(
            asked,
            Asked {
                account: "ana",
                config: Some("c.toml"),
                min_valid: Span::minutes(5),
                format: Format::Header,
                server: Server::IMAP,
            }
        );
    }

    #[test]
    fn anything_else_takes_the_full_road() {
        for line in [
            "gatepost",
            "gatepost list",
            "gatepost token",
            "gatepost token a b",
            "gatepost token a --force-refresh",
            "gatepost token a --min-valid soon",
            "gatepost token a --min-valid",
            "gatepost token a --format sasl",
            "gatepost token a --json --format bare",
            "gatepost token a --help",
            "gatepost token -- a",
            "gatepost --sandbox token a",
            "gatepost -v token a",
            "gatepost --min-valid 5m token a",
        ] {
            assert_eq!(Asked::read(&words(line)), None, "{line}");
        }
    }
}
