//! From a scenario to a world that agrees with it, and the tokens of the accounts that gatepost
//! should already know.

use super::super::issued::{IssueSpec, Issued};
use super::super::world::{Project, World};
use super::{AccountSpec, ProjectSpec, Scenario};
use crate::domain::account::Email;
use crate::domain::time::Timestamp;

/// An account of the scenario, with what Google gave for it.
#[derive(Debug, Clone)]
pub struct Sample {
    pub spec: AccountSpec,
    pub sub: String,
    /// `None` where the scenario has no grant.
    pub issued: Option<Issued>,
}

impl Scenario {
    pub(in crate::sandbox) fn build(
        self,
        base_url: String,
        seed: Option<u64>,
        now: Timestamp,
    ) -> (World, Vec<Sample>) {
        let mut world = World::new(base_url, seed);
        for project in self.projects {
            add_project(&mut world, project);
        }
        // Known accounts come first, as they are the ones a chooser is opened for.
        let known = self.accounts.iter().map(|account| &account.email);
        for email in known.chain(&self.people) {
            if let Ok(email) = Email::parse(email) {
                world.directory.persona(&email);
            }
        }
        let samples = self
            .accounts
            .into_iter()
            .filter_map(|spec| sample(&mut world, spec, now))
            .collect();
        for fault in self.faults {
            world.faults.add(fault, now);
        }
        (world, samples)
    }
}

fn add_project(world: &mut World, spec: ProjectSpec) {
    let lower = |words: Vec<String>| words.iter().map(|word| word.to_lowercase()).collect();
    let key = world.directory.add_project(Project {
        name: spec.name,
        number: spec.number,
        publishing: spec.publishing,
        verified: spec.verified,
        organization: spec.organization,
        test_users: lower(spec.test_users),
        gmail_enabled: spec.gmail_enabled,
        restricted: lower(spec.restricted),
    });
    for client in spec.clients {
        let added =
            world
                .directory
                .add_client(key, &client.name, client.kind, client.redirect_uris);
        world.directory[added].standing = client.standing;
    }
}

/// `None` for an address or a client that nobody knows.
fn sample(world: &mut World, spec: AccountSpec, now: Timestamp) -> Option<Sample> {
    let account = world.directory.account(&spec.email)?;
    let sub = world.directory[account].sub.clone();
    let Some(grant) = &spec.grant else {
        return Some(Sample {
            spec,
            sub,
            issued: None,
        });
    };
    let access_expires_at = now + grant.access_left;
    let issue = IssueSpec {
        ends_at: grant.ends_in.map(|left| now + left),
        access_expires_at: Some(access_expires_at),
        // The access token came from the last use of the refresh token.
        last_used_at: Some(access_expires_at - world.habits.access_life),
        ..IssueSpec::new(
            &spec.email,
            &spec.client,
            grant.granted.as_deref().unwrap_or(&grant.requested),
            now - grant.granted_ago,
        )
    };
    let issued = issue.carry_out(world, now).ok()?;
    if grant.revoked {
        let client = world.directory.client_called(&spec.client)?;
        let project = world.directory[client].project;
        world.grants.revoke(account, project, now);
    }
    if grant.session_over {
        world.directory[account].session_limit = Some(now);
    }
    Some(Sample {
        spec,
        sub,
        issued: Some(issued),
    })
}
