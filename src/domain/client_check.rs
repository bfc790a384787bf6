//! What came of testing a client's ID and secret without a user, and how it is told to a person.
//! Trouble on the way to Google is a case of its own: it says nothing about the client.

/// Google's opinion of a client ID and its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientCheck {
    Good,
    UnknownId,
    WrongSecret,
    /// Google wants a secret from Desktop clients too.
    NoSecret,
    Deleted,
    Disabled,
    /// For a reason that is none of these, in Google's words.
    Refused {
        words: String,
    },
    /// Nobody answered, or somebody who is not Google: no verdict.
    NoAnswer {
        words: String,
    },
}

impl ClientCheck {
    pub fn is_good(&self) -> bool {
        *self == Self::Good
    }

    /// Whether Google has spoken against it.
    pub fn is_bad(&self) -> bool {
        !matches!(self, Self::Good | Self::NoAnswer { .. })
    }

    /// What is the case, in one sentence.
    pub fn words(&self) -> String {
        match self {
            Self::Good => "Google knows this client ID and its secret.".into(),
            Self::UnknownId => "Google does not know this client ID.".into(),
            Self::WrongSecret => "The client ID is right, the secret is not.".into(),
            Self::NoSecret => "The client ID is right, but there is no secret.".into(),
            Self::Deleted => "This client was deleted in the Google console.".into(),
            Self::Disabled => "This client is switched off in the Google console.".into(),
            Self::Refused { words } => format!("Google refuses this client: {words}"),
            Self::NoAnswer { words } => format!("It could not be tested: {words}"),
        }
    }

    /// What helps.
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Good => None,
            Self::UnknownId => Some(
                "Copy the whole ID again, or download the JSON again. A client made just now may take a few minutes.",
            ),
            Self::WrongSecret | Self::NoSecret => Some(
                "In Google Auth Platform > Clients, open the client, add a secret and download the JSON: an old secret is never shown again.",
            ),
            Self::Deleted => Some(
                "Google Auth Platform > Clients restores it within 30 days; after that, make a new one.",
            ),
            Self::Disabled => {
                Some("Switch it on in Google Auth Platform > Clients, or make a new one.")
            }
            Self::Refused { .. } => Some("See Google Auth Platform > Clients, or make a new one."),
            Self::NoAnswer { .. } => {
                Some("This says nothing about the client. Test again once the network is there.")
            }
        }
    }
}
