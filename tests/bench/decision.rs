//! What is decided over and over: what an answer of Google's means, and how an account stands.
//!
//!     cargo bench --bench decision

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use gatepost::domain::account::{ClientId, GrantId};
use gatepost::domain::client::Publishing;
use gatepost::domain::fault::Diagnosis;
use gatepost::domain::grant::{Access, ClientFacts, Facts, Grant};
use gatepost::domain::health::State;
use gatepost::domain::schedule::Policy;
use gatepost::domain::scope::{MAIL, Scopes};
use gatepost::domain::time::{Span, from_millis};
use gatepost::google::{Asked, judge};

const JSON: Option<&str> = Some("application/json; charset=utf-8");

fn decision_table(c: &mut Criterion) {
    let answers = [
        (
            "a good answer",
            200,
            r#"{"access_token":"ya29.a","expires_in":3599}"#,
            None,
        ),
        (
            "a dead grant",
            400,
            r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#,
            Some(Diagnosis::Reauth),
        ),
        (
            "an error nobody knows, the last row",
            400,
            r#"{"error":"out_of_cheese","error_description":"Redo from start."}"#,
            Some(Diagnosis::Unknown),
        ),
    ];
    let mut group = c.benchmark_group("decision table");
    for (name, status, body, expected) in answers {
        let judged = || {
            judge(
                Asked::Refresh,
                status,
                black_box(JSON),
                black_box(body.as_bytes()),
            )
        };
        assert_eq!(judged().map(|finding| finding.diagnosis), expected);
        group.bench_function(name, |b| b.iter(judged));
    }
    group.finish();
}

fn state(c: &mut Criterion) {
    let now = from_millis(1_800_000_000_000);
    let facts = Facts {
        grant: Some(Grant {
            id: GrantId(1),
            client: ClientId(1),
            requested: Scopes::parse(MAIL).with_identity(),
            granted: Scopes::parse(MAIL).with_identity(),
            token_endpoint: "https://oauth2.googleapis.com/token".into(),
            granted_at: Some(now - Span::days(2)),
            expires_at: None,
            has_refresh_token: true,
            verified: true,
        }),
        access: Some(Access {
            obtained_at: now - Span::minutes(10),
            expires_at: now + Span::minutes(50),
        }),
        client: ClientFacts {
            publishing: Publishing::Testing,
            fault: None,
        },
        ..Facts::default()
    };
    let policy = Policy::default();
    assert_eq!(facts.state(&policy, now), State::Ready);
    c.bench_function("Facts::state", |b| {
        b.iter(|| black_box(&facts).state(black_box(&policy), black_box(now)));
    });
}

criterion_group!(benches, decision_table, state);
criterion_main!(benches);
