//! A small Google: its state and how it answers. Pure: a request and the time go in, an answer
//! comes out; no sockets, no clock.

mod asked;
mod authorize;
mod device;
mod directory;
mod discovery;
mod error_page;
mod exchange;
mod gmail;
mod grants;
mod identity;
mod issue;
mod refresh;
mod refusal;
mod revoke;
mod route;
mod scopes;
mod token;
mod tokeninfo;

#[cfg(test)]
mod tests;

use crate::domain::time::{Span, Timestamp};

use super::faults::Faults;
use super::id_token::Signer;
use super::log::Log;
use super::rng::Rng;

pub(crate) use asked::Asked;
pub use directory::Standing;
pub(crate) use directory::{Account, AccountKey, ClientKey, Directory, Project};
pub use error_page::ErrorPage;
pub(crate) use grants::Claim;
use grants::Grants;
pub(crate) use issue::Style;
pub(crate) use route::Answer;
pub use route::Endpoint;
pub(crate) use scopes::{Scopes, describe};

/// Everything there is.
pub(crate) struct World {
    /// `http://127.0.0.1:PORT`, as the world is known outside.
    pub(crate) base_url: String,
    pub(crate) habits: Habits,
    pub(crate) directory: Directory,
    pub(crate) grants: Grants,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
    rng: Rng,
    signer: Signer,
}

/// Where Google's behaviour varies, or is not known for certain.
#[derive(Debug, Clone)]
pub struct Habits {
    /// The issuer in redirects and ID tokens is Google's instead of the sandbox's address.
    pub google_issuer: bool,
    /// Every refresh hands out a new refresh token and ends the old one.
    pub rotates: bool,
    /// Live refresh tokens per account and client.
    pub token_limit: usize,
    pub access_life: Span,
    pub code_life: Span,
    /// Time-limited access: every new sign-in ends after this.
    pub sign_in_life: Option<Span>,
    /// How long access tokens outlive their grant.
    pub revoke_delay: Span,
    /// A single scope beyond sign-in is asked for without a box to tick.
    pub single_scope_without_box: bool,
    /// Added to the time in the `Date` header, to play a wrong clock.
    pub date_offset: Span,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            google_issuer: false,
            rotates: false,
            token_limit: 100,
            access_life: Span::seconds(3_599),
            code_life: Span::minutes(10),
            sign_in_life: None,
            revoke_delay: Span::zero(),
            single_scope_without_box: false,
            date_offset: Span::zero(),
        }
    }
}

impl World {
    pub(crate) fn new(base_url: String, seed: Option<u64>) -> Self {
        Self {
            base_url,
            habits: Habits::default(),
            directory: Directory::default(),
            grants: Grants::default(),
            faults: Faults::default(),
            log: Log::default(),
            rng: Rng::new(seed),
            signer: Signer::new(),
        }
    }

    pub(crate) fn issuer(&self) -> &str {
        if self.habits.google_issuer {
            "https://accounts.google.com"
        } else {
            &self.base_url
        }
    }

    /// What the `Date` header says at `now`.
    pub(crate) fn shown_time(&self, now: Timestamp) -> Timestamp {
        now + self.habits.date_offset
    }
}
