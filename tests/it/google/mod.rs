//! The Google client against small servers that answer one thing each, well or badly.

#![expect(
    clippy::unwrap_used,
    reason = "in a test a failed expectation is a panic"
)]

mod mail;
mod peer;
mod probe;
pub(crate) mod tls;
mod token;
mod transport;

use std::time::Duration;

use gatepost::clock::Clock;
use gatepost::domain::secret::Secret;
use gatepost::domain::time::{Timestamp, from_millis};
use gatepost::google::{ClientAuth, Endpoints, Google, HttpOptions};

/// What must never be seen in an error.
const REFRESH: &str = "1//0gREFRESH-do-not-show";
const SECRET: &str = "GOCSPX-do-not-show";

fn at() -> Timestamp {
    from_millis(1_800_000_000_000)
}

fn google(base: &str) -> Google {
    google_with(base, Duration::from_secs(5))
}

/// A client with a time limit of the test's own, so that a stall need not be waited out.
fn google_with(base: &str, timeout: Duration) -> Google {
    let options = HttpOptions {
        timeout,
        ..HttpOptions::default()
    };
    let clock = Clock::following_tokio(at());
    Google::new(Endpoints::under(base).unwrap(), options, clock)
}

fn client(base: &str) -> ClientAuth {
    ClientAuth {
        client_id: "1-a.apps.googleusercontent.com".into(),
        secret: Some(Secret::new(SECRET)),
        token_endpoint: format!("{base}/token"),
    }
}

fn refresh_token() -> Secret {
    Secret::new(REFRESH)
}
