//! The sample shows what it promises: in gatepost's own judgement, and in this Google's.

use super::super::world::{Endpoint, World};
use super::*;
use crate::domain::account::{ClientId, GrantId};
use crate::domain::fault::Fault as Failure;
use crate::domain::grant::{Access, Backoff, ClientFacts, Facts, Grant};
use crate::domain::schedule::Policy;
use crate::domain::scope::Scopes;
use crate::domain::time::{Timestamp, from_millis};
use crate::sandbox::message::Request;

const NOW: i64 = 1_790_000_000_000;

/// The facts that a vault filled from the sample would hold.
fn facts(sample: &Sample, publishing: Publishing, now: Timestamp) -> Facts {
    let spec = &sample.spec;
    let trouble = spec.trouble.as_ref();
    let grant = spec.grant.as_ref().zip(sample.issued.as_ref());
    Facts {
        grant: grant.map(|(grant, issued)| Grant {
            id: GrantId(1),
            client: ClientId(1),
            requested: Scopes::parse(&grant.requested),
            granted: Scopes::parse(&issued.scopes),
            token_endpoint: String::new(),
            granted_at: Some(now - grant.granted_ago),
            expires_at: issued.refresh_expires_at,
            has_refresh_token: true,
            verified: true,
        }),
        access: grant.map(|(_, issued)| Access {
            obtained_at: issued.access_expires_at - Span::hours(1),
            expires_at: issued.access_expires_at,
        }),
        fault: trouble.map(|trouble| Failure {
            diagnosis: trouble.diagnosis,
            code: trouble.code.clone(),
            message: trouble.words.clone(),
            at: now - trouble.ago,
            retry_after: None,
        }),
        backoff: trouble.and_then(|trouble| {
            trouble.retry_in.map(|wait| Backoff {
                failures: trouble.failures,
                next_try_at: now + wait,
            })
        }),
        paused: spec.paused,
        client: ClientFacts {
            publishing,
            fault: None,
        },
        ..Facts::default()
    }
}

fn world() -> (World, Vec<Sample>) {
    Scenario::sample().build("http://127.0.0.1:1".into(), Some(1), from_millis(NOW))
}

fn refresh(world: &mut World, sample: &Sample) -> Option<(u16, String)> {
    let client = world.directory.client_called(&sample.spec.client)?;
    let client = &world.directory[client];
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "refresh_token")
        .append_pair("client_id", &client.id)
        .append_pair("client_secret", &client.secrets[0])
        .append_pair(
            "refresh_token",
            sample.issued.as_ref()?.refresh_token.expose(),
        )
        .finish();
    let request = Request {
        method: http::Method::POST,
        path: "/token".into(),
        query: String::new(),
        headers: http::HeaderMap::new(),
        body: form.into_bytes(),
    };
    let reply = world.answer(&request, from_millis(NOW)).reply;
    let error = reply.object()?.get("error")?.as_str().map(str::to_owned);
    Some((reply.status, error.unwrap_or_default()))
}

#[test]
fn the_sample_shows_every_state() {
    let sample = Scenario::sample();
    for state in State::ALL {
        let shown = sample.accounts.iter().any(|account| account.state == state);
        assert!(shown, "no account is {}", state.as_str());
    }
}

#[test]
fn every_account_is_in_the_state_it_claims() {
    let (world, samples) = world();
    assert_eq!(samples.len(), Scenario::sample().accounts.len());
    for sample in &samples {
        let client = world.directory.client_called(&sample.spec.client).unwrap();
        let publishing = world.directory[world.directory[client].project].publishing;
        let facts = facts(sample, publishing, from_millis(NOW));
        let state = facts.state(&Policy::default(), from_millis(NOW));
        assert_eq!(state, sample.spec.state, "{}", sample.spec.email);
    }
}

#[test]
fn google_agrees_with_what_the_vault_would_believe() {
    let (mut world, samples) = world();
    for sample in &samples {
        let answer = refresh(&mut world, sample);
        let expected = match sample.spec.state {
            State::Revoked | State::Reauth => Some((400, "invalid_grant".to_owned())),
            State::Blocked => Some((400, "admin_policy_enforced".to_owned())),
            State::Retrying => Some((503, "temporarily_unavailable".to_owned())),
            _ => None,
        };
        assert_eq!(answer, expected, "{}", sample.spec.email);
    }
}

#[test]
fn the_fault_of_the_retrying_account_passes() {
    let (mut world, samples) = world();
    let email = samples
        .iter()
        .find(|sample| sample.spec.state == State::Retrying)
        .map(|sample| sample.spec.email.clone());
    let subject = crate::sandbox::faults::Subject {
        email,
        client_id: None,
    };
    let mut struck = |after| {
        let now = from_millis(NOW) + Span::seconds(after);
        let stroke = world.faults.strike(Endpoint::Token, &subject, now);
        stroke.instead.is_some()
    };
    assert!(struck(10));
    assert!(!struck(60));
}

#[test]
fn unknown_words_are_refused_with_the_word() {
    let error =
        Scenario::parse("[[project]]\nname='x'\nnumber='1'\npublishing='public'\nclient=[]");
    assert!(error.unwrap_err().to_string().contains("public"));
}
