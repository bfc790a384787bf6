//! The set-up: every page at every size, and what keys, pastes and answers do to it.

use std::sync::Arc;

use gatepost::domain::account::{AccountId, ClientId};
use gatepost::domain::client::{Client, ClientKind, Publishing};
use gatepost::domain::client_check::ClientCheck;
use gatepost::domain::secret::Secret;
use gatepost::domain::service_account::KeyStored;
use gatepost::domain::snapshot::Snapshot;
use gatepost::domain::time::Span;
use gatepost::service::ask::{Consented, Imported, KeyTaken, TakenIn};
use gatepost::service::files::{Completion, Found, FoundClient, FoundGrant};
use gatepost::tui::app::App;
use gatepost::tui::glyphs;
use gatepost::tui::message::{ConsentEnd, Effect, Failure, Msg, Tone};
use gatepost::tui::modal::Modal;
use gatepost::tui::setup::{Ask, Card, Doubt, Given, News, Page, Setup, Stage, Stored};

use super::gallery::{SIZES, gallery};
use super::sample::{app, app_of, client, now, picture, press, snapshot};

const LONG: &str =
    "client_secret_407718192204-8d1k3v0q9s2m7x5c1b6n4a0z.apps.googleusercontent.com.json";

/// A first start: a vault with nothing in it.
fn nothing() -> App {
    let mut app = app_of(Snapshot {
        vault: snapshot().vault,
        ..Snapshot::default()
    });
    let effects = app.begin();
    assert!(matches!(effects[..], [Effect::Setup(Ask::Watch)]));
    app
}

fn tell(app: &mut App, news: News) -> Vec<Effect> {
    app.update(Msg::Setup(news), now())
}

fn found(names: &[&str]) -> Found {
    let clients = names.iter().enumerate().map(|(i, name)| FoundClient {
        path: format!("/home/ana/Downloads/{name}").into(),
        shown: format!("~/Downloads/{name}"),
        client_id: format!("{i}-a.apps.googleusercontent.com"),
        kind: ClientKind::Installed,
        written_at: Some(now() - Span::minutes(2 + 90 * i as i64)),
    });
    Found {
        clients: clients.collect(),
        grants: Vec::new(),
    }
}

fn with_found(names: &[&str]) -> App {
    let mut app = nothing();
    tell(&mut app, News::Found(found(names)));
    app
}

fn setup(app: &App) -> &Setup {
    let found = app.modals.iter().find_map(|modal| match modal {
        Modal::Setup(setup) => Some(setup.as_ref()),
        _ => None,
    });
    found.expect("the set-up is open")
}

fn is_open(app: &App) -> bool {
    app.modals.iter().any(|m| matches!(m, Modal::Setup(_)))
}

fn card() -> Card {
    Card {
        client_id: "407718192204-8d1k3v0q9s2m7x5c1b6n4a0z.apps.googleusercontent.com".into(),
        kind: ClientKind::Installed,
        project: Some("mail-desk".into()),
    }
}

/// A file was chosen and read; Google is being asked.
fn on_trial() -> (App, u64) {
    let mut app = with_found(&[LONG]);
    let effects = press(&mut app, "<Enter>");
    let serial = match effects.as_slice() {
        [
            Effect::Setup(Ask::Try {
                serial,
                given: Given::Path(path),
            }),
        ] => {
            assert_eq!(*path, format!("~/Downloads/{LONG}"));
            *serial
        }
        other => panic!("{other:?}"),
    };
    tell(
        &mut app,
        News::Read {
            serial,
            card: card(),
        },
    );
    (app, serial)
}

fn judged(check: ClientCheck) -> App {
    let (mut app, serial) = on_trial();
    let result = Ok(check);
    tell(&mut app, News::Tried { serial, result });
    app
}

fn stored() -> Client {
    Client {
        publishing: Publishing::Production,
        ..client()
    }
}

/// The client is in; no account is.
fn with_client() -> App {
    let mut app = nothing();
    let world = Snapshot {
        clients: vec![stored()],
        vault: snapshot().vault,
        ..Snapshot::default()
    };
    app.update(Msg::Snapshot(Arc::new(world)), now());
    app
}

fn failure(message: &str, hint: Option<&str>) -> Failure {
    Failure {
        message: message.into(),
        hint: hint.map(str::to_owned),
    }
}

fn imported() -> TakenIn {
    let imported = Imported {
        account: AccountId(9),
        email: "ana@gmail.com".into(),
        verified: true,
        client: "project-407718192204".into(),
        client_added: true,
    };
    TakenIn {
        accounts: vec![imported],
        ..TakenIn::default()
    }
}

/// Two files of other programs, one taken in and one not.
fn taking_over() -> App {
    let mut app = nothing();
    let grant = |path: &str, shown: &str, format, account: Option<&str>| FoundGrant {
        path: path.into(),
        shown: shown.into(),
        format,
        account: account.map(str::to_owned),
        accounts: 1,
    };
    let adc = "/home/ana/.config/gcloud/application_default_credentials.json";
    let adc_shown = "~/.config/gcloud/application_default_credentials.json";
    let grants = vec![
        grant(adc, adc_shown, "gcloud credentials", None),
        grant(
            "/home/ana/mail/token.json",
            "~/mail/token.json",
            "google-auth token.json",
            Some("ana@gmail.com"),
        ),
    ];
    tell(
        &mut app,
        News::Found(Found {
            clients: Vec::new(),
            grants,
        }),
    );
    press(&mut app, "m");
    let refused = failure(
        "`~/.config/gcloud/application_default_credentials.json`: Google refused the refresh token (invalid_grant: “Token has been expired or revoked.”)",
        Some("sign in afresh with `gatepost add`; nothing was stored"),
    );
    for (path, shown, result) in [
        (adc, adc_shown, Err(refused)),
        (
            "/home/ana/mail/token.json",
            "~/mail/token.json",
            Ok(imported()),
        ),
    ] {
        let (path, shown) = (path.into(), shown.to_owned());
        tell(
            &mut app,
            News::Imported {
                work: 0,
                path,
                shown,
                result,
            },
        );
    }
    app
}

#[test]
fn every_page() {
    gallery("setup_nothing_found", || with_found(&[]));
    gallery("setup_found", || with_found(&[LONG, "credentials.json"]));
    gallery("setup_with_client", with_client);
    gallery("setup_done", || {
        let mut app = app();
        press(&mut app, "W");
        app
    });
    gallery("setup_secrets", || after(nothing(), "k"));
    gallery("setup_secrets_scrolled", || after(nothing(), "kG"));
    gallery("setup_secrets_command", || {
        let mut app = with_client();
        let mut world = (*app.snapshot).clone();
        world.vault.key = "key command";
        world.vault.key_file = None;
        app.update(Msg::Snapshot(Arc::new(world)), now());
        after(app, "k")
    });
    gallery("setup_guide", || after(nothing(), "wjjj"));
    gallery("setup_path", || {
        let mut app = after(nothing(), "jDownloads/cl");
        let asked = "~/Downloads/cl".to_owned();
        let completion = Completion {
            text: "~/Downloads/client_secret_".into(),
            offers: vec!["client_secret_1.json".into(), "client_secret_2.json".into()],
        };
        tell(&mut app, News::Completed { asked, completion });
        app
    });
    gallery("setup_pair", || {
        after(nothing(), "i1234-abc<Enter><Enter>GOCSPX-hidden")
    });
    gallery("setup_pair_warned", || after(nothing(), "i1234-abc<Enter>"));
    gallery("setup_testing", || on_trial().0);
    gallery("setup_good", || judged(ClientCheck::Good));
    gallery("setup_wrong_secret", || judged(ClientCheck::WrongSecret));
    gallery("setup_no_answer", || {
        let words = "oauth2.googleapis.com: its name could not be looked up".into();
        judged(ClientCheck::NoAnswer { words })
    });
    gallery("setup_unreadable", || {
        let (mut app, serial) = on_trial();
        let why = "`notes.json`: the file is not JSON (line 1, column 2)";
        let result = Err(failure(why, None));
        tell(&mut app, News::Tried { serial, result });
        app
    });
    gallery("setup_import", taking_over);
    gallery("empty_with_client", || after(with_client(), "<Esc>"));
}

fn after(mut app: App, keys: &str) -> App {
    press(&mut app, keys);
    app
}

#[test]
fn ascii_means_ascii_and_masked_means_masked() {
    let pages: [&dyn Fn() -> App; 6] = [
        &|| with_found(&[LONG, "credentials.json"]),
        &with_client,
        &|| judged(ClientCheck::WrongSecret),
        &|| judged(ClientCheck::Good),
        &taking_over,
        &|| after(nothing(), "w"),
    ];
    for make in pages {
        for (width, height) in SIZES {
            let mut app = make();
            app.look.glyphs = &glyphs::ASCII;
            let shown = picture(&mut app, width, height);
            assert!(shown.is_ascii(), "{shown}");
            let mut app = make();
            app.masked = true;
            let shown = picture(&mut app, width, height);
            assert!(!shown.contains("ana@gmail.com"), "{shown}");
        }
    }
}

#[test]
fn a_first_start_shows_the_way_and_a_later_one_the_list() {
    assert!(is_open(&nothing()));
    let mut later = app();
    assert!(later.begin().is_empty() && !is_open(&later));
    // Without a client nobody can sign in: the key leads to where it begins.
    let mut left = nothing();
    let effects = press(&mut left, "<Esc>");
    assert!(matches!(effects[..], [Effect::Setup(Ask::Leave)]) && !is_open(&left));
    for key in ["a", "<Enter>", "W"] {
        let effects = press(&mut left, key);
        assert!(is_open(&left), "{key}");
        assert!(matches!(effects[..], [Effect::Setup(Ask::Watch)]), "{key}");
        press(&mut left, "<Esc>");
    }
}

#[test]
fn enter_takes_the_file_that_is_chosen_or_shows_how_to_come_by_one() {
    let mut app = with_found(&["a.json", "b.json"]);
    let effects = press(&mut app, "<Down><Down><Enter>");
    let Effect::Setup(Ask::Try {
        given: Given::Path(path),
        ..
    }) = &effects[0]
    else {
        panic!("{effects:?}")
    };
    assert_eq!(path, "~/Downloads/b.json");
    // A file that went away takes the choice with it.
    press(&mut app, "<Esc>");
    tell(&mut app, News::Found(found(&["a.json"])));
    assert_eq!(setup(&app).at, 0);
    let mut app = with_found(&[]);
    assert!(press(&mut app, "<Enter>").is_empty());
    assert!(matches!(setup(&app).page, Page::Guide(_)));
}

#[test]
fn a_good_client_is_asked_about_and_stored() {
    let mut app = judged(ClientCheck::Good);
    // In production is what the guide leads to; one down is Testing.
    let effects = press(&mut app, "<Down><Enter>");
    let [Effect::Setup(Ask::Keep { serial, publishing })] = effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(publishing, Some(Publishing::Testing));
    assert!(press(&mut app, "<Enter>").is_empty(), "once is enough");
    let result = Ok(Stored {
        name: "default".into(),
        new: true,
        publishing: Publishing::Testing,
    });
    tell(&mut app, News::Kept { serial, result });
    assert!(matches!(setup(&app).page, Page::Steps));
    assert_eq!(
        app.toasts[0].text,
        "client `default` added; in Testing, every sign-in ends after 7 days"
    );
}

#[test]
fn a_known_client_keeps_its_status_unless_another_is_chosen() {
    let mut app = with_client();
    let effects = app.update(Msg::Paste(Secret::new("/tmp/x.json")), now());
    let [Effect::Setup(Ask::Try { serial, .. })] = effects[..] else {
        panic!("{effects:?}")
    };
    let card = Card {
        client_id: client().client_id,
        ..card()
    };
    tell(&mut app, News::Read { serial, card });
    let result = Ok(ClientCheck::Good);
    tell(&mut app, News::Tried { serial, result });
    let effects = press(&mut app, "<Enter>");
    assert!(
        matches!(
            effects[..],
            [Effect::Setup(Ask::Keep {
                publishing: Some(Publishing::Production),
                ..
            })]
        ),
        "{effects:?}"
    );
}

#[test]
fn a_client_that_fails_is_not_stored_without_a_clear_word() {
    let mut app = judged(ClientCheck::Deleted);
    assert!(press(&mut app, "<Enter>").is_empty());
    assert!(
        matches!(setup(&app).page, Page::Steps),
        "the safe choice comes first"
    );
    let mut app = judged(ClientCheck::Deleted);
    let effects = press(&mut app, "<Down><Enter>");
    assert!(
        matches!(effects[..], [Effect::Setup(Ask::Try { .. })]),
        "test again: {effects:?}"
    );
    let mut app = judged(ClientCheck::Deleted);
    assert!(press(&mut app, "<Down><Down><Enter>").is_empty());
    let effects = press(&mut app, "<Down><Down><Down><Enter>");
    assert!(
        matches!(
            effects[..],
            [Effect::Setup(Ask::Keep {
                publishing: None,
                ..
            })]
        ),
        "{effects:?}"
    );
}

#[test]
fn a_file_that_cannot_be_read_cannot_be_kept() {
    let (mut app, serial) = on_trial();
    let result = Err(failure("cannot read it", None));
    tell(&mut app, News::Tried { serial, result });
    let Page::Trial(trial) = &setup(&app).page else {
        panic!()
    };
    assert!(!trial.doubts().contains(&Doubt::Anyway));
    assert_eq!((trial.stage, trial.doubts().len()), (Stage::Doubt, 3));
}

#[test]
fn news_of_a_trial_that_was_left_changes_nothing() {
    let (mut app, serial) = on_trial();
    press(&mut app, "<Esc>");
    press(&mut app, "<Enter>");
    let result = Ok(ClientCheck::Good);
    tell(&mut app, News::Tried { serial, result });
    let Page::Trial(trial) = &setup(&app).page else {
        panic!()
    };
    assert_eq!(trial.stage, Stage::Testing);
}

#[test]
fn a_path_is_typed_completed_or_pasted() {
    let mut app = nothing();
    let effects = press(&mut app, "jDow<Tab>");
    assert!(matches!(&effects[..], [Effect::Setup(Ask::Complete(text))] if text == "~/Dow"));
    // What was typed meanwhile is not overwritten.
    press(&mut app, "n");
    let asked = "~/Dow".to_owned();
    let completion = Completion {
        text: "~/Dowager/".into(),
        offers: Vec::new(),
    };
    tell(&mut app, News::Completed { asked, completion });
    let effects = press(&mut app, "<Enter>");
    assert!(
        matches!(&effects[..], [Effect::Setup(Ask::Try { given: Given::Path(path), .. })] if path == "~/Down"),
        "{effects:?}"
    );
    // Into the field, it takes the place of what stands there.
    let mut app = after(nothing(), "j");
    app.update(Msg::Paste(Secret::new("/tmp/c.json")), now());
    let effects = press(&mut app, "<Enter>");
    assert!(
        format!("{effects:?}").contains("Path(\"/tmp/c.json\")"),
        "{effects:?}"
    );
    let mut app = nothing();
    let effects = app.update(Msg::Paste(Secret::new("'/tmp/a b.json'\n")), now());
    assert!(
        matches!(&effects[..], [Effect::Setup(Ask::Try { given: Given::Path(path), .. })] if path == "'/tmp/a b.json'"),
        "{effects:?}"
    );
}

#[test]
fn id_and_secret_are_checked_before_google_is_asked() {
    const ID: &str = "1-a.apps.googleusercontent.com";
    let mut app = nothing();
    assert!(press(&mut app, "i<Enter>").is_empty());
    press(&mut app, ID);
    assert!(
        press(&mut app, "<Enter>").is_empty(),
        "the secret is missing"
    );
    app.update(Msg::Paste(Secret::new("GOCSPX-é")), now());
    assert!(press(&mut app, "<Enter>").is_empty());
    assert!(picture(&mut app, 80, 24).contains("no spaces and no accents"));
    let state = format!("{app:?}");
    assert!(!state.contains("GOCSPX"), "{state}");
    app.update(super::sample::ctrl('u'), now());
    app.update(Msg::Paste(Secret::new(" GOCSPX-right ")), now());
    assert!(!picture(&mut app, 80, 24).contains("GOCSPX"));
    let effects = press(&mut app, "<Enter>");
    let [
        Effect::Setup(Ask::Try {
            given: Given::Pair { client_id, secret },
            ..
        }),
    ] = &effects[..]
    else {
        panic!("{effects:?}")
    };
    assert_eq!((client_id.as_str(), secret.expose()), (ID, "GOCSPX-right"));
}

#[test]
fn each_step_of_the_guide_opens_and_copies_its_page() {
    let mut app = nothing();
    press(&mut app, "wjj");
    let page = "https://console.cloud.google.com/auth/overview";
    for key in ["o", "<Enter>"] {
        let effects = press(&mut app, key);
        assert!(matches!(&effects[..], [Effect::OpenBrowser(url)] if url == page));
    }
    let effects = press(&mut app, "u");
    assert!(matches!(&effects[..], [Effect::CopyText { text, .. }] if text == page));
}

#[test]
fn the_first_account_leads_to_the_list() {
    let mut app = with_client();
    let effects = press(&mut app, "a");
    let [Effect::Consent { serial, .. }] = effects[..] else {
        panic!("{effects:?}")
    };
    assert!(is_open(&app), "a cancelled sign-in comes back here");
    app.update(Msg::Snapshot(Arc::new(snapshot())), now());
    let done = Consented {
        account: AccountId(6),
        email: "ana@gmail.com".into(),
        renewed: false,
        missing: gatepost::domain::scope::Scopes::default(),
        without_refresh_token: false,
        grant_expires_at: None,
    };
    let end = ConsentEnd::Done(Box::new(done));
    let effects = app.update(Msg::ConsentEnded { serial, end }, now());
    assert!(app.modals.is_empty(), "{:?}", app.modals);
    assert!(matches!(effects[..], [Effect::Setup(Ask::Leave)]));
    // From the set-up itself, with accounts, Enter goes there too.
    press(&mut app, "W<Enter>");
    assert!(app.modals.is_empty());
}

#[test]
fn files_of_other_programs_are_taken_in_once_and_told_wherever_one_is() {
    let mut app = taking_over();
    let effects = press(&mut app, "j<Enter>");
    assert!(
        matches!(&effects[..], [Effect::Import { paths, .. }] if paths[0] == "~/mail/token.json")
    );
    let begun = |shown: &str| News::Importing {
        work: 0,
        path: "/home/ana/mail/token.json".into(),
        shown: shown.into(),
    };
    tell(&mut app, begun("~/mail/token.json"));
    assert!(
        press(&mut app, "<Enter>").is_empty(),
        "it is being asked about"
    );
    let effects = press(&mut app, "j<Enter>mail.json<Enter>");
    assert!(matches!(&effects[..], [Effect::Import { paths, .. }] if paths[0] == "~/mail.json"));
    // The palette imports without the set-up: a line says so, and another one how it ended.
    let mut app = super::sample::app();
    tell(&mut app, begun("t.json"));
    assert_eq!(app.toasts[0].text, "taking in t.json: asking Google…");
    let refused = failure("`t.json`: refused", Some("sign in afresh"));
    for (result, text) in [
        (Err(refused), "`t.json`: refused; sign in afresh"),
        (
            Ok(imported()),
            "ana@gmail.com imported: one refresh went well; its client was added as `project-407718192204`",
        ),
    ] {
        let (path, shown) = ("t.json".into(), "t.json".to_owned());
        tell(
            &mut app,
            News::Imported {
                work: 0,
                path,
                shown,
                result,
            },
        );
        assert_eq!(app.toasts.last().unwrap().text, text);
    }
    assert!(app.toasts.iter().all(|t| !t.text.contains("asking")));
}

/// It came in, and is no sign-in all the same.
#[test]
fn a_service_account_s_key_is_no_success() {
    let mut app = app();
    tell(
        &mut app,
        News::Imported {
            work: 0,
            path: "key.json".into(),
            shown: "key.json".into(),
            result: Ok(TakenIn {
                keys: vec![KeyTaken {
                    email: "robot@p.iam.gserviceaccount.com".into(),
                    key_id: "0123".into(),
                    stored: KeyStored::Added,
                }],
                ..TakenIn::default()
            }),
        },
    );
    let toast = app.toasts.last().unwrap();
    assert_eq!(toast.tone, Tone::Warning);
    assert_eq!(
        toast.text,
        "key of robot@p.iam.gserviceaccount.com stored; a service account's key is not usable yet: \
         gatepost cannot get tokens with it; for a mailbox, make an OAuth client of type Desktop app"
    );
}

#[test]
fn a_stored_client_is_tested_from_its_page() {
    let mut app = app();
    let effects = press(&mut app, "ot");
    assert!(
        matches!(effects[..], [Effect::CheckClient(ClientId(1))]),
        "{effects:?}"
    );
    let result = Ok(ClientCheck::WrongSecret);
    let client = ClientId(1);
    tell(&mut app, News::Checked { client, result });
    let said = &app.toasts.last().unwrap().text;
    assert!(
        said.starts_with("default: The client ID is right, the secret is not."),
        "{said}"
    );
}

#[test]
fn the_sandbox_is_offered_where_there_is_none_yet() {
    let mut app = nothing();
    assert!(matches!(press(&mut app, "e")[..], [Effect::Sandbox]));
    let mut inside = nothing();
    inside.sandbox = Some(gatepost::tui::app::Sandbox {
        title: "Sandbox".into(),
        entries: Vec::new(),
    });
    assert!(press(&mut inside, "e").is_empty());
    assert!(!picture(&mut inside, 80, 24).contains("only looking"));
}

/// News of every kind, with whatever text in it, for whichever trial is open.
pub(crate) fn any_news(app: &App, kind: u8, text: &str) -> Msg {
    let open = app.modals.iter().find_map(|modal| match modal {
        Modal::Setup(setup) => match &setup.page {
            Page::Trial(trial) => Some(trial.serial),
            _ => None,
        },
        _ => None,
    });
    let serial = open.unwrap_or(1);
    let (path, shown) = (text.into(), text.to_owned());
    let words = text.to_owned();
    let trouble = failure(text, Some(text));
    Msg::Setup(match kind {
        0 => News::Found(Found {
            grants: vec![FoundGrant {
                path,
                shown,
                format: "gcloud credentials",
                account: Some(words),
                accounts: 1,
            }],
            ..found(&[text, "b", "c", "d", "e"])
        }),
        1 => News::Found(Found::default()),
        2 => News::Completed {
            asked: "~/".into(),
            completion: Completion {
                text: words,
                offers: vec![shown; 9],
            },
        },
        3 => News::Read {
            serial,
            card: Card {
                client_id: words,
                project: Some(shown),
                ..card()
            },
        },
        4 => News::Tried {
            serial,
            result: Ok(ClientCheck::Refused { words }),
        },
        5 => News::Tried {
            serial,
            result: Ok(ClientCheck::Good),
        },
        6 => News::Tried {
            serial,
            result: Err(trouble),
        },
        7 => News::Kept {
            serial,
            result: Err(trouble),
        },
        8 => News::Importing {
            work: serial,
            path,
            shown,
        },
        _ => News::Imported {
            work: 0,
            path,
            shown,
            result: Err(trouble),
        },
    })
}

#[test]
fn the_page_about_the_key_gives_the_command_that_changes_it() {
    let mut app = nothing();
    let mut world = (*app.snapshot).clone();
    world.vault.passed_over = Some("the keyring is locked".into());
    app.update(Msg::Snapshot(Arc::new(world)), now());
    assert!(picture(&mut app, 80, 24).contains("as no keyring"));
    let effects = press(&mut app, "ku");
    assert!(
        matches!(&effects[..], [Effect::CopyText { what: "command", text }] if text == "gatepost vault rekey --key passphrase"),
        "{effects:?}"
    );
    assert!(press(&mut app, "o").is_empty(), "there is no page to open");
    let words = picture(&mut app, 120, 32);
    assert!(words.contains("keyring is locked."), "{words}");
    assert!(words.contains("file, the one you have"), "{words}");
}

#[test]
fn a_path_that_cannot_be_read_is_changed_where_it_stands() {
    let mut app = nothing();
    press(&mut app, "jgone.json<Enter>");
    let Page::Trial(trial) = &setup(&app).page else {
        panic!("nothing was tried")
    };
    let serial = trial.serial;
    let result = Err(failure("cannot read `gone.json`", None));
    tell(&mut app, News::Tried { serial, result });
    press(&mut app, "<Enter>");
    let Page::Path(form) = &setup(&app).page else {
        panic!("the path cannot be changed")
    };
    assert_eq!(form.field.text(), "~/gone.json");
}
