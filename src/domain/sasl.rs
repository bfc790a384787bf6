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
    encoded(format!(
        "user={email}\u{1}auth=Bearer {}\u{1}\u{1}",
        token.expose()
    ))
}

/// RFC 7628. Host and port name the server that will read it.
pub fn oauthbearer(email: &str, host: &str, port: u16, token: &Secret) -> Secret {
    // RFC 5801: in the first field a comma would end the name and an equals sign start an escape.
    let name = email.replace('=', "=3D").replace(',', "=2C");
    encoded(format!(
        "n,a={name},\u{1}host={host}\u{1}port={port}\u{1}auth=Bearer {}\u{1}\u{1}",
        token.expose()
    ))
}

fn encoded(plain: String) -> Secret {
    let plain = Secret::new(plain);
    Secret::new(STANDARD.encode(plain.expose()))
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
    fn a_comma_cannot_end_the_name() {
        let odd = oauthbearer("a,b=c@example.com", "h", 1, &token());
        let plain = STANDARD.decode(odd.expose()).unwrap();
        assert!(plain.starts_with(b"n,a=a=2Cb=3Dc@example.com,\x01host=h"));
    }
}
