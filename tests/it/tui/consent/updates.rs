//! What keys and news do to the dialog, and which effects they ask for.

use std::sync::Arc;

use gatepost::domain::account::AccountId;
use gatepost::domain::scope::MAIL;
use gatepost::domain::secret::Secret;
use gatepost::domain::time::Span;
use gatepost::service::consent::{Part, Stage, Typed};
use gatepost::tui::app::App;
use gatepost::tui::consent::{Phase, Road, Sheet};
use gatepost::tui::message::{CalledOff, ConsentEnd, Effect, Msg, Tone};

use super::super::sample::{app, now, picture, press};
use super::{URL, by, done, end, opened, remote, serial, stage, update, waiting};

fn open(app: &mut App) -> u64 {
    opened(app, by("firefox"));
    serial(app)
}

fn consented(id: i64) -> ConsentEnd {
    done(id, "", false)
}

#[test]
fn a_consent_from_its_link_to_its_end() {
    let mut app = app();
    match &press(&mut app, "c")[..] {
        [Effect::Consent { ask, .. }] => assert_eq!(ask.account, Some(AccountId(1))),
        other => panic!("{other:?}"),
    }
    let serial = open(&mut app);
    assert!(matches!(
        &press(&mut app, "u")[..],
        [Effect::CopyText { what: "link", .. }]
    ));
    assert!(matches!(
        &press(&mut app, "o")[..],
        [Effect::OpenBrowser(_)]
    ));
    let end = consented(1);
    app.update(Msg::ConsentEnded { serial, end }, now());
    assert!(app.modals.is_empty());
    assert!(
        app.toasts
            .iter()
            .any(|t| t.text.contains("signed in again"))
    );
}

#[test]
fn any_paste_while_a_consent_is_open_is_its_address() {
    let mut app = app();
    let address = "http://127.0.0.1:4711/?state=x&code=4/0Asecret";
    assert!(
        app.update(Msg::Paste(Secret::new(address)), now())
            .is_empty()
    );
    press(&mut app, "c");
    open(&mut app);
    match &app.update(Msg::Paste(Secret::new(address)), now())[..] {
        [Effect::Redirected(given)] => assert_eq!(given.expose(), address),
        other => panic!("{other:?}"),
    }
    assert!(!picture(&mut app, 120, 32).contains("secret"));
    // Without bracketed paste the same arrives as keys, and `h` is the first of them.
    match &press(&mut app, &format!("{address}<Enter>"))[..] {
        [.., Effect::Redirected(given)] => assert_eq!(given.expose(), address),
        other => panic!("{other:?}"),
    }
    assert!(app.consent().unwrap().field.is_empty());
}

#[test]
fn escape_cancels_a_consent_and_late_news_of_it_is_ignored() {
    let mut app = app();
    press(&mut app, "c");
    let serial = open(&mut app);
    assert!(matches!(
        press(&mut app, "<Esc>")[..],
        [Effect::CancelConsent]
    ));
    press(&mut app, "c");
    app.update(
        Msg::ConsentStage {
            serial,
            stage: Stage::Verifying,
        },
        now(),
    );
    app.update(
        Msg::ConsentEnded {
            serial,
            end: ConsentEnd::TimedOut,
        },
        now(),
    );
    assert!(matches!(app.consent().unwrap().phase, Phase::Starting));
}

#[test]
fn another_account_is_a_choice_and_cancel_is_first() {
    for (keys, kept) in [("<Enter>", false), ("<Down><Enter>", true)] {
        let mut app = app();
        press(&mut app, "c");
        let serial = open(&mut app);
        let end = ConsentEnd::Other {
            expected: "a@x.com".into(),
            got: "b@x.com".into(),
        };
        app.update(Msg::ConsentEnded { serial, end }, now());
        match &press(&mut app, keys)[..] {
            [Effect::KeepOther] => assert!(kept),
            [Effect::CancelConsent] => assert!(!kept && app.modals.is_empty()),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn marked_accounts_are_signed_in_one_after_another() {
    let mut app = app();
    press(&mut app, "  c");
    let serial = open(&mut app);
    let effects = app.update(
        Msg::ConsentEnded {
            serial,
            end: consented(1),
        },
        now(),
    );
    match &effects[..] {
        [Effect::Consent { ask, .. }] => assert_eq!(ask.account, Some(AccountId(2))),
        other => panic!("{other:?}"),
    }
    let serial = open(&mut app);
    let effects = app.update(
        Msg::ConsentEnded {
            serial,
            end: consented(2),
        },
        now(),
    );
    assert!(effects.is_empty() && app.modals.is_empty() && app.marks.is_empty());
}

#[test]
fn a_timeout_offers_to_start_again() {
    let mut app = app();
    press(&mut app, "c");
    let serial = open(&mut app);
    app.update(
        Msg::ConsentEnded {
            serial,
            end: ConsentEnd::TimedOut,
        },
        now(),
    );
    match &press(&mut app, "<Enter>")[..] {
        [Effect::Consent { serial: new, ask }] => {
            assert_ne!(*new, serial);
            assert_eq!(ask.account, Some(AccountId(1)));
        }
        other => panic!("{other:?}"),
    }
}

fn said(app: &App) -> Vec<&str> {
    app.toasts.iter().map(|toast| toast.text.as_str()).collect()
}

#[test]
fn what_is_typed_is_sent_to_be_checked_and_only_the_last_word_counts() {
    let mut app = waiting();
    let effects = press(&mut app, "co");
    let [
        Effect::CheckTyped { edit: first, .. },
        Effect::CheckTyped {
            edit, typed: text, ..
        },
    ] = &effects[..]
    else {
        panic!("{effects:?}");
    };
    assert_eq!(text.expose(), "co");
    let typed = Typed {
        wrong: None,
        state: Part::Right,
        code: Part::Right,
        denied: false,
    };
    let serial = serial(&mut app);
    let checked = |edit, typed: &Typed| Msg::ConsentChecked {
        serial,
        edit,
        typed: typed.clone(),
    };
    update(&mut app, checked(*first, &typed));
    assert_eq!(app.consent().unwrap().typed, None, "it is out of date");
    update(&mut app, checked(*edit, &typed));
    assert!(picture(&mut app, 80, 24).contains("right state"));
}

#[test]
fn while_an_address_is_typed_letters_are_letters() {
    let mut app = waiting();
    let effects = press(&mut app, "http://localhost/?u=o&g=w");
    let is_check = |effect: &Effect| matches!(effect, Effect::CheckTyped { .. });
    assert!(effects.iter().all(is_check), "{effects:?}");
    assert_eq!(
        app.consent().unwrap().field.text(),
        "http://localhost/?u=o&g=w"
    );
    assert!(picture(&mut app, 120, 32).contains("Esc clear"));
    // The first Esc takes back what was typed, the second one the sign-in.
    assert!(press(&mut app, "<Esc>").is_empty());
    assert!(app.consent().unwrap().field.is_empty());
    assert!(matches!(
        press(&mut app, "<Esc>")[..],
        [Effect::CancelConsent]
    ));
}

#[test]
fn an_address_is_taken_while_it_is_waited_for_and_no_longer() {
    let mut app = waiting();
    stage(&mut app, Stage::Exchanging);
    let paste = || Msg::Paste(Secret::new("http://127.0.0.1/?state=x&code=y"));
    assert!(update(&mut app, paste()).is_empty());
    assert!(said(&app)[0].contains("nothing was taken"));
    // Over a sheet it is taken all the same.
    for keys in ["?", "g", "z"] {
        let mut app = waiting();
        press(&mut app, keys);
        let effects = update(&mut app, paste());
        assert!(matches!(effects.last(), Some(Effect::Redirected(_))));
        assert_eq!(app.consent().unwrap().sheet, None);
    }
}

#[test]
fn the_keys_of_the_link() {
    let mut app = remote();
    assert!(matches!(
        &press(&mut app, "u")[..],
        [Effect::CopyText { what: "link", text }] if text == URL
    ));
    assert!(matches!(
        &press(&mut app, "y")[..],
        [Effect::CopyText { what: "ssh line", text }] if text == "ssh -L 43117:127.0.0.1:43117 ana@box"
    ));
    assert!(matches!(&press(&mut app, "w")[..], [Effect::WriteLink { url, .. }] if url == URL));
    let result = Ok("/run/user/1000/gatepost-link-x.txt".into());
    let serial = serial(&mut app);
    update(&mut app, Msg::LinkWritten { serial, result });
    assert!(said(&app)[0].contains("/run/user/1000/gatepost-link-x.txt"));
    assert!(press(&mut app, "w").is_empty(), "one file is enough");
    assert!(picture(&mut app, 80, 24).contains("gatepost-link-x"));
}

#[test]
fn the_roads_go_round_and_a_new_link_keeps_the_road() {
    let mut app = waiting();
    assert_eq!(app.consent().unwrap().road, Road::Here);
    press(&mut app, "tt");
    assert_eq!(app.consent().unwrap().road, Road::Tunnel);
    let before = serial(&mut app);
    match &press(&mut app, "n")[..] {
        [Effect::Consent { serial, ask }] => {
            assert_ne!(*serial, before);
            assert_eq!(ask.account, Some(AccountId(2)));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(app.consent().unwrap().road, Road::Tunnel);
    assert_eq!(remote().consent().unwrap().road, Road::Paste);
}

#[test]
fn the_whole_link_lends_the_mouse_to_the_terminal() {
    let mut app = waiting();
    assert!(matches!(press(&mut app, "z")[..], [Effect::Mouse(false)]));
    assert!(matches!(
        press(&mut app, "<Esc>")[..],
        [Effect::Mouse(true)]
    ));
    press(&mut app, "z");
    // However the sheet goes, the mouse comes back.
    let serial = serial(&mut app);
    let stage = Stage::Exchanging;
    let effects = update(&mut app, Msg::ConsentStage { serial, stage });
    assert!(matches!(effects[..], [Effect::Mouse(true)]));
    let mut app = waiting();
    press(&mut app, "z");
    let effects = end(&mut app, consented(2));
    assert!(matches!(effects[..], [Effect::Mouse(true)]));
}

#[test]
fn help_scrolls_to_its_end_and_back_at_any_size() {
    for size in [(50, 15), (20, 3)] {
        let mut app = waiting();
        update(&mut app, Msg::Resize(size.0, size.1));
        press(&mut app, "?G");
        assert!(picture(&mut app, size.0, size.1).contains("owner"));
        press(&mut app, "k");
        let top = app.consent().unwrap().scroll.top;
        press(&mut app, "jj");
        assert_eq!(app.consent().unwrap().scroll.top, top + 1, "it stops there");
        press(&mut app, "<Esc>");
        assert_eq!(app.consent().unwrap().sheet, None::<Sheet>);
    }
}

#[test]
fn what_is_missing_stays_on_the_screen_until_it_was_read() {
    let mut app = waiting();
    assert!(end(&mut app, done(2, MAIL, false)).is_empty());
    let seen = picture(&mut app, 80, 24);
    assert!(seen.contains("mail programs (IMAP, POP, SMTP)"), "{seen}");
    match &press(&mut app, "c")[..] {
        [Effect::Consent { ask, .. }] => assert_eq!(ask.account, Some(AccountId(2))),
        other => panic!("{other:?}"),
    }
    let mut app = waiting();
    end(&mut app, done(2, "", true));
    assert!(picture(&mut app, 80, 24).contains("no refresh token"));
    assert!(press(&mut app, "<Enter>").is_empty() && app.modals.is_empty());
}

#[test]
fn a_no_in_the_browser_is_said_in_words() {
    let mut app = waiting();
    end(&mut app, ConsentEnd::Denied("access_denied".into()));
    let seen = picture(&mut app, 80, 24);
    assert!(seen.contains("pressed Cancel on Google's page"), "{seen}");
    assert!(matches!(
        press(&mut app, "<Enter>")[..],
        [Effect::Consent { .. }]
    ));
    let mut app = waiting();
    end(&mut app, ConsentEnd::Denied("access_not_configured".into()));
    assert!(picture(&mut app, 80, 24).contains("administrator"));
}

#[test]
fn skipping_goes_on_with_the_next_and_cancelling_names_the_rest() {
    let mut app = app();
    press(&mut app, "   c");
    open(&mut app);
    assert!(picture(&mut app, 80, 24).contains("Sign in 1 of 3"));
    match &press(&mut app, ">")[..] {
        [Effect::Consent { ask, .. }] => assert_eq!(ask.account, Some(AccountId(2))),
        other => panic!("{other:?}"),
    }
    open(&mut app);
    assert!(picture(&mut app, 80, 24).contains("Sign in 2 of 3"));
    app.toasts.clear();
    assert!(matches!(
        press(&mut app, "<Esc>")[..],
        [Effect::CancelConsent]
    ));
    assert_eq!(said(&app), ["the queue ends here: 1 account not signed in"]);
    // The last one has nobody to skip to.
    let mut app = waiting();
    assert!(press(&mut app, ">").is_empty() && app.consent().is_some());
}

#[test]
fn a_cancel_says_what_it_left_behind() {
    let mut app = waiting();
    press(&mut app, "<Esc>");
    assert!(said(&app).is_empty(), "nobody knows yet");
    update(&mut app, Msg::ConsentCancelled(CalledOff::Nothing));
    assert_eq!(said(&app), ["sign-in cancelled; nothing was stored"]);
    let ConsentEnd::Done(done) = consented(2) else {
        unreachable!()
    };
    update(&mut app, Msg::ConsentCancelled(CalledOff::TooLate(done)));
    let toast = app.toasts.last().unwrap();
    assert!(toast.tone == Tone::Warning && toast.text.contains("it is stored"));
}

#[test]
fn whoever_is_known_already_is_renewed_and_not_kept_as_new() {
    let mut app = waiting();
    let other = |got: &str| ConsentEnd::Other {
        expected: "lab.testing@gmail.com".into(),
        got: got.into(),
    };
    end(&mut app, other("ana@gmail.com"));
    assert!(picture(&mut app, 80, 24).contains("Renew ana@gmail.com"));
    let mut app = waiting();
    end(&mut app, other("bob@gmail.com"));
    assert!(picture(&mut app, 80, 24).contains("Keep bob@gmail.com as a new account"));
    assert!(matches!(
        press(&mut app, "<Down><Down><Enter>")[..],
        [Effect::Consent { .. }]
    ));
}

#[test]
fn each_step_tells_how_long_it_took() {
    let mut app = waiting();
    let serial = serial(&mut app);
    for (stage, after) in [(Stage::Exchanging, 12_000), (Stage::Verifying, 12_181)] {
        let at = now() + Span::milliseconds(after);
        app.update(Msg::ConsentStage { serial, stage }, at);
    }
    let seen = picture(&mut app, 80, 24);
    for told in ["300 ms", "21.0 s", "181 ms"] {
        assert!(seen.contains(told), "{told}:\n{seen}");
    }
}

/// The dialog may end before the list knows the account, and while a filter hides it.
#[test]
fn the_cursor_goes_to_whoever_signed_in() {
    let mut app = app();
    press(&mut app, "<Down><Down>c");
    opened(&mut app, by("firefox"));
    let before = app.cursor;
    end(&mut app, consented(4_711));
    assert_eq!(app.cursor, before, "nobody to point at yet");
    let mut snapshot = (*app.snapshot).clone();
    let mut newcomer = (*snapshot.accounts[0]).clone();
    newcomer.id = AccountId(4_711);
    newcomer.email = "newcomer@gmail.com".into();
    snapshot.accounts.push(Arc::new(newcomer));
    update(&mut app, Msg::Snapshot(Arc::new(snapshot)));
    assert_eq!(app.cursor, Some(AccountId(4_711)));

    press(&mut app, "gg/newcomer<Enter>c");
    opened(&mut app, by("firefox"));
    end(&mut app, consented(1));
    assert_eq!(app.cursor, Some(AccountId(1)));
    assert!(app.row().is_some() && app.filter.is_empty());
}
