//! A world written in TOML: who exists when it begins, and, for a demonstration, the accounts
//! that gatepost should already know. Plain data; filling a vault from it is somebody else's.

mod build;
#[cfg(test)]
mod tests;
pub(super) mod text;

use serde::Deserialize;

use super::faults::Fault;
use super::world::Standing;
use crate::domain::client::{ClientKind, Publishing};
use crate::domain::event::{Result as Ending, What};
use crate::domain::fault::Diagnosis;
use crate::domain::health::State;
use crate::domain::time::Span;

pub use build::Sample;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    #[serde(rename = "project")]
    pub projects: Vec<ProjectSpec>,
    /// Accounts that exist at this Google, with nothing agreed to.
    #[serde(default)]
    pub people: Vec<String>,
    /// Accounts that gatepost knows, too.
    #[serde(default, rename = "account")]
    pub accounts: Vec<AccountSpec>,
    #[serde(default, rename = "fault")]
    pub faults: Vec<Fault>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectSpec {
    pub name: String,
    /// What client IDs begin with.
    pub number: String,
    #[serde(deserialize_with = "text::publishing")]
    pub publishing: Publishing,
    #[serde(default)]
    pub verified: bool,
    #[serde(default)]
    pub organization: Option<String>,
    #[serde(default)]
    pub test_users: Vec<String>,
    #[serde(default = "text::yes")]
    pub gmail_enabled: bool,
    /// Workspace domains whose administrator restricts this app.
    #[serde(default)]
    pub restricted: Vec<String>,
    #[serde(rename = "client")]
    pub clients: Vec<ClientSpec>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSpec {
    pub name: String,
    #[serde(deserialize_with = "text::kind")]
    pub kind: ClientKind,
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    #[serde(default)]
    pub standing: Standing,
}

/// An account as gatepost should find it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSpec {
    pub email: String,
    #[serde(default)]
    pub label: Option<String>,
    /// The client's name.
    pub client: String,
    /// The state it should show, for tests to check.
    #[serde(deserialize_with = "text::state")]
    pub state: State,
    #[serde(default)]
    pub paused: bool,
    #[serde(default)]
    pub grant: Option<GrantSpec>,
    #[serde(default)]
    pub trouble: Option<TroubleSpec>,
    /// What the log should tell, oldest first.
    #[serde(default)]
    pub history: Vec<PastSpec>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantSpec {
    #[serde(deserialize_with = "text::span")]
    pub granted_ago: Span,
    /// Space-separated, as every scope list is.
    pub requested: String,
    /// As requested if absent.
    #[serde(default)]
    pub granted: Option<String>,
    /// A stated end, apart from the one that Testing brings.
    #[serde(default, deserialize_with = "text::some_span")]
    pub ends_in: Option<Span>,
    /// Negative when the access token has run out.
    #[serde(deserialize_with = "text::span")]
    pub access_left: Span,
    /// Access was withdrawn at Google.
    #[serde(default)]
    pub revoked: bool,
    /// The organisation wants a new sign-in.
    #[serde(default)]
    pub session_over: bool,
}

/// The last failure that gatepost remembers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TroubleSpec {
    #[serde(deserialize_with = "text::diagnosis")]
    pub diagnosis: Diagnosis,
    pub code: String,
    #[serde(default)]
    pub words: String,
    #[serde(deserialize_with = "text::span")]
    pub ago: Span,
    /// For passing failures: how many in a row, and when the next try is due.
    #[serde(default)]
    pub failures: u32,
    #[serde(default, deserialize_with = "text::some_span")]
    pub retry_in: Option<Span>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastSpec {
    #[serde(deserialize_with = "text::span")]
    pub ago: Span,
    #[serde(deserialize_with = "text::what")]
    pub what: What,
    #[serde(deserialize_with = "text::ending", default = "text::done")]
    pub result: Ending,
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub words: String,
}

const SAMPLE: &str = include_str!("../../../assets/scenarios/sample.toml");
const MINIMAL: &str = include_str!("../../../assets/scenarios/minimal.toml");

impl Scenario {
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// About a dozen accounts, at least one in every state.
    pub fn sample() -> Self {
        Self::parse(SAMPLE).expect("the sample in assets is well-formed")
    }

    /// One Desktop client in production, ana@gmail.com and bob@example.com, nothing agreed to.
    pub fn minimal() -> Self {
        Self::parse(MINIMAL).expect("the minimal scenario in assets is well-formed")
    }
}
