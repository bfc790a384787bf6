//! The strings in which a mail server wants to see an access token. Pure text: which server it is
//! for, and whether the token is any good, is the caller's business.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::secret::Secret;

/// `Authorization: Bearer …`, as HTTP wants it.
pub fn header(token: &Secret) -> Secret {
    Secret::new(format!("Authorization: Bearer {}", token.expose()))
}

/// Google's own mechanism, for IMAP, SMTP and POP alike.
pub fn xoauth2(email: &str, token: &Secret) -> Secret {
    encoded(&plain_xoauth2(email, token))
}

/// RFC 7628. Host and port name the server that will read it.
pub fn oauthbearer(email: &str, host: &str, port: u16, token: &Secret) -> Secret {
    encoded(&plain_oauthbearer(email, host, port, token))
}

/// How a bearer token is shown to a mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    Xoauth2,
    Oauthbearer,
}

impl Mechanism {
    /// Gmail documents the first, the second is the standard.
    pub const BY_PREFERENCE: [Self; 2] = [Self::Xoauth2, Self::Oauthbearer];

    pub fn name(self) -> &'static str {
        match self {
            Self::Xoauth2 => "XOAUTH2",
            Self::Oauthbearer => "OAUTHBEARER",
        }
    }

    /// What the client says, before base64.
    pub fn answer(self, email: &str, host: &str, port: u16, token: &Secret) -> Secret {
        match self {
            Self::Xoauth2 => plain_xoauth2(email, token),
            Self::Oauthbearer => plain_oauthbearer(email, host, port, token),
        }
    }

    /// What the client says, before base64, once a refusal was explained: without it the refusal
    /// itself never comes.
    pub fn acknowledgement(self) -> &'static str {
        match self {
            Self::Xoauth2 => "",
            Self::Oauthbearer => "\u{1}",
        }
    }
}

/// As it goes over the wire.
pub fn encoded(plain: &Secret) -> Secret {
    Secret::new(STANDARD.encode(plain.expose()))
}

fn plain_xoauth2(email: &str, token: &Secret) -> Secret {
    let token = token.expose();
    Secret::new(format!("user={email}\u{1}auth=Bearer {token}\u{1}\u{1}"))
}

fn plain_oauthbearer(email: &str, host: &str, port: u16, token: &Secret) -> Secret {
    // RFC 5801: in the first field a comma would end the name and an equals sign start an escape.
    let name = email.replace('=', "=3D").replace(',', "=2C");
    let token = token.expose();
    Secret::new(format!(
        "n,a={name},\u{1}host={host}\u{1}port={port}\u{1}auth=Bearer {token}\u{1}\u{1}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> Secret {
        Secret::new("ya29.EXAMPLE")
    }

    #[test]
    fn the_strings_that_gmail_accepts() {
        assert_eq!(
            header(&token()).expose(),
            "Authorization: Bearer ya29.EXAMPLE"
        );
        assert_eq!(
            xoauth2("alice@example.com", &token()).expose(),
            "dXNlcj1hbGljZUBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LkVYQU1QTEUBAQ=="
        );
        assert_eq!(
            oauthbearer("alice@example.com", "imap.gmail.com", 993, &token()).expose(),
            "bixhPWFsaWNlQGV4YW1wbGUuY29tLAFob3N0PWltYXAuZ21haWwuY29tAXBvcnQ9OTkzAWF1dGg9QmVhcmVyIHlhMjkuRVhBTVBMRQEB"
        );
    }

    #[test]
    fn a_refusal_is_acknowledged_as_each_mechanism_wants_it() {
        let wire = Mechanism::BY_PREFERENCE
            .map(|mechanism| encoded(&Secret::new(mechanism.acknowledgement())));
        assert_eq!(wire, [Secret::new(""), Secret::new("AQ==")]);
    }

    #[test]
    fn a_comma_cannot_end_the_name() {
        let odd = oauthbearer("a,b=c@example.com", "h", 1, &token());
        let plain = STANDARD.decode(odd.expose()).unwrap();
        assert!(plain.starts_with(b"n,a=a=2Cb=3Dc@example.com,\x01host=h"));
    }
}
