//! What can be ordered over HTTP: one variant per action, each a single call of `Control`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::consent::{AllowScopes, ConsentChoice};
use super::control::{Control, Unknown};
use super::faults::Fault;
use super::issued::IssueSpec;
use super::scenario::text;
use super::world::{ErrorPage, Standing};
use crate::domain::client::Publishing;
use crate::domain::time::{Span, rfc3339};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Order {
    Revoke {
        email: String,
    },
    EndSignIns {
        email: String,
    },
    ChangePassword {
        email: String,
    },
    SessionControl {
        email: String,
        on: bool,
    },
    Account {
        email: String,
        standing: Standing,
    },
    Mailbox {
        email: String,
        exists: bool,
    },
    ExpireAccess {
        email: String,
    },
    Client {
        client: String,
        standing: Standing,
    },
    RotateSecret {
        client: String,
    },
    AddSecret {
        client: String,
    },
    Publish {
        client: String,
        #[serde(deserialize_with = "text::publishing")]
        status: Publishing,
    },
    TestUser {
        client: String,
        email: String,
    },
    GmailApi {
        client: String,
        enabled: bool,
    },
    Restrict {
        client: String,
        domain: String,
        on: bool,
    },
    StepClock {
        #[serde(deserialize_with = "text::span")]
        by: Span,
    },
    Habits(Changes),
    Fault(Fault),
    ClearFaults,
    Offline {
        seconds: u32,
    },
    ClearRequests,
    Issue(Wanted),
    Consent {
        url: String,
        email: String,
        /// Every box if absent.
        scopes: Option<Vec<String>>,
        #[serde(default)]
        deny: bool,
    },
}

/// Habits to change; what is absent stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    google_issuer: Option<bool>,
    rotates: Option<bool>,
    single_scope_without_box: Option<bool>,
    token_limit: Option<usize>,
    access_life_seconds: Option<u32>,
    code_life_seconds: Option<u32>,
    sign_in_life_seconds: Option<u32>,
    revoke_delay_seconds: Option<u32>,
    date_offset_seconds: Option<i32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    email: String,
    client: String,
    scopes: String,
    #[serde(default, deserialize_with = "text::some_span")]
    granted_ago: Option<Span>,
    #[serde(default, deserialize_with = "text::some_span")]
    ends_in: Option<Span>,
    #[serde(default, deserialize_with = "text::some_span")]
    access_left: Option<Span>,
}

#[derive(Debug)]
pub(super) enum Refused {
    Unknown(Unknown),
    Page(ErrorPage),
}

impl From<Unknown> for Refused {
    fn from(unknown: Unknown) -> Self {
        Self::Unknown(unknown)
    }
}

impl Order {
    pub(super) fn carry_out(self, control: &Control) -> Result<Value, Refused> {
        match self {
            Self::Revoke { email } => control.revoke(&email)?,
            Self::EndSignIns { email } => control.end_sign_ins(&email)?,
            Self::ChangePassword { email } => control.change_password(&email)?,
            Self::SessionControl { email, on } => control.session_control(&email, on)?,
            Self::Account { email, standing } => control.set_account(&email, standing)?,
            Self::Mailbox { email, exists } => control.set_mailbox(&email, exists)?,
            Self::ExpireAccess { email } => control.expire_access(&email)?,
            Self::Client { client, standing } => control.set_client(&client, standing)?,
            Self::RotateSecret { client } => {
                return Ok(json!({"client_secret": control.rotate_secret(&client)?.expose()}));
            }
            Self::AddSecret { client } => {
                return Ok(json!({"client_secret": control.add_secret(&client)?.expose()}));
            }
            Self::Publish { client, status } => control.publish(&client, status)?,
            Self::TestUser { client, email } => control.add_test_user(&client, &email)?,
            Self::GmailApi { client, enabled } => control.set_gmail_api(&client, enabled)?,
            Self::Restrict { client, domain, on } => control.restrict(&client, &domain, on)?,
            Self::StepClock { by } => control.step_clock(by),
            Self::Habits(changes) => changes.make(control),
            Self::Fault(fault) => control.add_fault(fault),
            Self::ClearFaults => control.clear_faults(),
            Self::Offline { seconds } => control.go_offline_for(Span::seconds(seconds.into())),
            Self::ClearRequests => control.clear_requests(),
            Self::Issue(wanted) => return Ok(wanted.issue(control)?),
            Self::Consent {
                url,
                email,
                scopes,
                deny,
            } => {
                let allow_scopes = match scopes {
                    _ if deny => AllowScopes::Deny,
                    Some(scopes) => AllowScopes::Only(scopes),
                    None => AllowScopes::All,
                };
                let choice = ConsentChoice {
                    email,
                    allow_scopes,
                };
                let redirect = control.consent(&url, choice).map_err(Refused::Page)?;
                return Ok(json!({ "redirect": redirect }));
            }
        }
        Ok(json!({}))
    }
}

impl Changes {
    fn make(self, control: &Control) {
        let span = |seconds: u32| Span::seconds(seconds.into());
        control.habits(|habits| {
            let set = |habit: &mut bool, change: Option<bool>| *habit = change.unwrap_or(*habit);
            set(&mut habits.google_issuer, self.google_issuer);
            set(&mut habits.rotates, self.rotates);
            set(
                &mut habits.single_scope_without_box,
                self.single_scope_without_box,
            );
            let time = |habit: &mut Span, change: Option<u32>| *habit = change.map_or(*habit, span);
            time(&mut habits.access_life, self.access_life_seconds);
            time(&mut habits.code_life, self.code_life_seconds);
            time(&mut habits.revoke_delay, self.revoke_delay_seconds);
            habits.token_limit = self.token_limit.unwrap_or(habits.token_limit);
            habits.sign_in_life = self.sign_in_life_seconds.map(span).or(habits.sign_in_life);
            if let Some(seconds) = self.date_offset_seconds {
                habits.date_offset = Span::seconds(seconds.into());
            }
        });
    }
}

impl Wanted {
    fn issue(self, control: &Control) -> Result<Value, Unknown> {
        let now = control.now();
        let spec = IssueSpec {
            ends_at: self.ends_in.map(|left| now + left),
            access_expires_at: self.access_left.map(|left| now + left),
            ..IssueSpec::new(
                &self.email,
                &self.client,
                &self.scopes,
                now - self.granted_ago.unwrap_or_default(),
            )
        };
        let issued = control.issue(&spec)?;
        Ok(json!({
            "email": issued.email,
            "sub": issued.sub,
            "scope": issued.scopes,
            "refresh_token": issued.refresh_token.expose(),
            "refresh_expires_at": issued.refresh_expires_at.map(rfc3339),
            "access_token": issued.access_token.expose(),
            "access_expires_at": rfc3339(issued.access_expires_at),
        }))
    }
}
