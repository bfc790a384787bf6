//! What each term lets through, what it says when it means nothing, and that no text breaks it.

use proptest::prelude::*;

use super::*;
use crate::domain::account::{AccountId, ClientId, GrantId};
use crate::domain::fault::{Diagnosis, Fault};
use crate::domain::grant::{Access, Facts, Grant};
use crate::domain::schedule::Policy;
use crate::domain::scope::{MAIL, Scopes};
use crate::domain::snapshot::{AccountView, Busy};
use crate::domain::time::{Timestamp, from_millis};

fn now() -> Timestamp {
    from_millis(1_800_000_000_000)
}

fn account(email: &str) -> AccountView {
    AccountView {
        id: AccountId(1),
        email: email.into(),
        sub: String::new(),
        label: Some("Two Words".into()),
        client: Some("Work-Desktop".into()),
        facts: Facts {
            grant: Some(Grant {
                id: GrantId(1),
                client: ClientId(1),
                requested: Scopes::parse(MAIL).with_identity(),
                granted: Scopes::parse(MAIL).with_identity(),
                token_endpoint: String::new(),
                granted_at: None,
                expires_at: Some(now() + Span::days(2)),
                has_refresh_token: true,
                verified: true,
            }),
            access: Some(Access {
                obtained_at: now() - Span::minutes(20),
                expires_at: now() + Span::minutes(40),
            }),
            ..Facts::default()
        },
        cause: None,
        busy: None,
        next_refresh_at: None,
        recent: Vec::new(),
        handed_out: Vec::new(),
        checked: None,
        dies_with: Vec::new(),
    }
}

fn admits_at(text: &str, account: &AccountView, now: Timestamp) -> bool {
    let filter = Filter::parse(text);
    let state = account.state(&Policy::default(), now);
    Sieve::new(&filter).admits(account, state, now)
}

fn admits(text: &str) -> bool {
    admits_at(text, &account("lab.testing@gmail.com"), now())
}

fn means(text: &str) -> String {
    let complaints = Filter::parse(text).complaints;
    complaints.into_iter().map(|c| c.means).collect()
}

#[test]
fn words_are_found_when_their_letters_are_close() {
    for found in [
        "lab", "LAB", "labtes", "lt", "tstng", "gmail", "two", "desktop", "l.t",
    ] {
        assert!(admits(found), "{found}");
    }
    // All of these letters are there, in this order.
    for scattered in ["ana", "agc", "bgl", "zebra"] {
        assert!(!admits(scattered), "{scattered}");
    }
    assert!(admits("lab gmail") && !admits("lab zebra"));
}

#[test]
fn quotes_mean_exactly_this() {
    assert!(admits("\"two words\""));
    assert!(admits("label:\"two w\""));
    assert!(admits("\"two wo"), "it is still being typed");
    assert!(!admits("\"labtes\""));
    assert!(admits("!\"two  words\""));
    assert!(admits("\"\""), "nothing was asked for");
    assert!(!admits("\"state:ready\""), "quoted, it is a word");
}

#[test]
fn states_by_the_start_of_their_word() {
    assert!(admits("state:ending") && admits("state:end") && admits("STATE:End"));
    assert!(!admits("state:ready") && admits("!state:ready"));
    assert!(admits("ending") && !admits("!ending"), "a whole state word");
    assert!(!admits("state:sign"));
    let mut dead = account("old@x.com");
    dead.facts.fault = Some(Fault {
        diagnosis: Diagnosis::Reauth,
        code: "invalid_grant".into(),
        message: String::new(),
        at: now(),
        retry_after: None,
    });
    let mut out = account("new@x.com");
    out.facts.grant = None;
    for one in [&dead, &out] {
        for text in ["state:sign", "state:sign-in"] {
            assert!(admits_at(text, one, now()), "{text} {}", one.email);
        }
    }
    let mut busy = account("busy@x.com");
    busy.busy = Some(Busy::Verifying);
    assert!(admits_at("state:check", &busy, now()) && admits_at("checking", &busy, now()));
}

#[test]
fn scopes_clients_and_labels() {
    assert!(admits("scope:mail") && admits("scope:google") && admits("scope:openid"));
    assert!(!admits("scope:gmail") && !admits("scope:ail"));
    let mut little = account("x@y.com");
    little.facts.grant.as_mut().unwrap().granted = Scopes::parse("openid email");
    assert!(
        !admits_at("scope:mail", &little, now()),
        "`email` does not begin so"
    );
    assert!(admits("client:work") && admits("client:desk") && !admits("client:home"));
    assert!(admits("label:two") && !admits("label:lab"));
}

#[test]
fn times_run_out() {
    assert!(admits("ending<3d") && !admits("ending<1d"));
    assert!(admits("ending>1d") && !admits("ending>3d"));
    assert!(admits("access<1h") && !admits("access<=5m") && admits("access>5m"));
    let mut none = account("x@y.com");
    none.facts.access = None;
    none.facts.grant.as_mut().unwrap().expires_at = None;
    for text in ["ending<9d", "ending>9d", "access<9d", "access>9d"] {
        assert!(
            !admits_at(text, &none, now()),
            "{text}: there is no time to compare"
        );
    }
}

#[test]
fn a_time_term_says_when_it_changes_and_then_does() {
    let one = account("x@y.com");
    for (text, at) in [
        ("access<5m", now() + Span::minutes(35)),
        ("ending>1d", now() + Span::days(1)),
    ] {
        let filter = Filter::parse(text);
        assert_eq!(Sieve::new(&filter).next_boundary(&one, now()), Some(at));
        let just_before = at - Span::milliseconds(1);
        assert_ne!(
            admits_at(text, &one, just_before),
            admits_at(text, &one, at)
        );
        assert_eq!(Sieve::new(&filter).next_boundary(&one, at), None);
    }
}

#[test]
fn what_means_nothing_says_what_would_and_filters_nothing() {
    for (text, said) in [
        ("ending<soon", "write a time"),
        ("ending<", "write a time"),
        ("ending:3d", "write ending<3d"),
        ("colour:red", "try state: scope:"),
        ("state:purple", "there is ready"),
        ("state:", "write a state"),
        ("!label:", "write a part"),
        ("client<3d", "write client:word"),
        ("a<b", "try state: scope:"),
    ] {
        assert!(means(text).contains(said), "{text}: {}", means(text));
        assert!(admits(text), "{text}");
        assert!(!admits(&format!("{text} zebra")), "the other term works on");
    }
    assert_eq!(means("ana !x \"a:b\" state:ready !"), "");
    assert!(admits("!") && Filter::parse(" ! \" ").is_empty());
}

#[test]
fn found_letters_are_told() {
    let letters = |text: &str, address: &str| {
        let filter = Filter::parse(text);
        let mut at = Sieve::new(&filter).letters(address);
        at.sort_unstable();
        at
    };
    assert_eq!(letters("lab", "lab.testing@gmail.com"), [0, 1, 2]);
    assert_eq!(letters("lt", "lab.testing@gmail.com"), [0, 4]);
    assert_eq!(letters("\"b.t\"", "LAB.testing@gmail.com"), [2, 3, 4]);
    assert!(letters("!lab state:ready two", "lab.testing@gmail.com").is_empty());
    assert_eq!(letters("x", "über@x.com"), [6], "bytes, not letters");
}

#[test]
fn bare_words_are_hidden_and_named_terms_are_not() {
    assert_eq!(
        masked("ana.work state:end  !\"b c\"", '*'),
        "a**.**** state:end  !\"b *\""
    );
}

fn any_filter() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,60}",
        "[!\"':<>=a-z0-9. ]{0,40}",
        "(state|scope|client|label|ending|access|foo)[:<>][a-z0-9\"]{0,8}",
        "[a-z]{3000,5000}",
        Just("東京 שלום e\u{301} 👩‍👩‍👧‍👦 \"".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_a_filter(text in any_filter(), email in "\\PC{0,80}", wait in -90_000_000i64..90_000_000) {
        let at = now() + Span::milliseconds(wait);
        let one = account(&email);
        let _ = admits_at(&text, &one, at);
        let filter = Filter::parse(&text);
        let mut sieve = Sieve::new(&filter);
        let _ = sieve.next_boundary(&one, at);
        for at in sieve.letters(&one.email) {
            prop_assert!(at < one.email.len());
        }
        prop_assert_eq!(masked(&text, '*').chars().count(), text.chars().count());
    }

    #[test]
    fn a_term_and_its_negation_part_the_accounts(text in any_filter(), email in "\\PC{0,40}", wait in -9_000i64..9_000) {
        let filter = Filter::parse(&text);
        prop_assume!(filter.terms.len() == 1 && filter.complaints.is_empty());
        let text = text.trim();
        prop_assume!(parse::tokens(text).count() == 1);
        let at = now() + Span::seconds(wait);
        let one = account(&email);
        let negated = format!("!{text}");
        prop_assert_ne!(admits_at(text, &one, at), admits_at(&negated, &one, at));
    }

    /// Between two boundaries nothing changes by itself.
    #[test]
    fn boundaries_are_complete(text in "(ending|access)[<>][0-9]{1,3}[smhd]", wait in 0i64..400_000) {
        let one = account("x@y.com");
        let filter = Filter::parse(&text);
        let until = Sieve::new(&filter).next_boundary(&one, now());
        let at = now() + Span::seconds(wait);
        if until.is_none_or(|until| at < until) {
            prop_assert_eq!(admits_at(&text, &one, now()), admits_at(&text, &one, at));
        }
    }
}
