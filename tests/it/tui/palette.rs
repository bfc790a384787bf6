//! The command palette: what is offered, what a line asks for, and that a wrong one does nothing.

use crossterm::event::KeyCode;
use gatepost::domain::account::ClientId;
use gatepost::domain::client::Publishing;
use gatepost::domain::mail::Protocol;
use gatepost::domain::secret::Secret;
use gatepost::domain::snapshot::Snapshot;
use gatepost::domain::time::Span;
use gatepost::tui::app::App;
use gatepost::tui::glyphs;
use gatepost::tui::message::{Effect, Msg, Op, TokenForm};
use gatepost::tui::modal::Modal;
use gatepost::tui::palette::Palette;
use gatepost::tui::palette::verbs::{VERBS, of_the_shell};

use super::gallery::gallery;
use super::sample::{account, app, app_of, client, key, now, picture, press, press_at, snapshot};

fn after(keys: &str) -> App {
    let mut app = app();
    press(&mut app, keys);
    app
}

fn palette(app: &App) -> &Palette {
    match app.modals.last() {
        Some(Modal::Palette(palette)) => palette,
        other => panic!("the palette is not open: {other:?}"),
    }
}

fn complaint(app: &App) -> &str {
    palette(app).complaint.as_deref().unwrap_or("none")
}

/// Runs a line in a fresh world and returns what it asks for.
fn ran(line: &str) -> (App, Vec<Effect>) {
    let mut app = app();
    let effects = press(&mut app, &format!(":{line}<Enter>"));
    (app, effects)
}

fn work(effects: &[Effect]) -> (Op, Vec<i64>) {
    match effects {
        [Effect::Do { op, accounts, .. }] => (*op, accounts.iter().map(|a| a.0).collect()),
        other => panic!("expected one piece of work, got {other:?}"),
    }
}

#[test]
fn palette_screens() {
    gallery("palette", || after(":"));
    gallery("palette_typing", || after(":re"));
    gallery("palette_accounts", || after(":refresh an"));
    gallery("palette_complaint", || after(":refresh ana<Enter>"));
    gallery("palette_marked", || after("  :verify"));
}

#[test]
fn an_account_is_named_as_on_the_command_line() {
    assert_eq!(work(&ran("refresh work").1), (Op::Refresh, vec![5]));
    assert_eq!(
        work(&ran("verify sh BILLING@example.com").1),
        (Op::Verify, vec![3, 4])
    );
    assert_eq!(work(&ran("refresh --all").1).1.len(), 7);
    assert_eq!(work(&ran("pause lab").1), (Op::Pause, vec![2]));
    let imap = Op::Mail(Protocol::Imap);
    assert_eq!(work(&ran("verify --imap sh").1), (imap, vec![3]));
    assert_eq!(work(&ran("verify --imap --all").1).1.len(), 7);
    assert!(matches!(
        ran("token ana@gmail.com").1[..],
        [Effect::CopyToken(id, TokenForm::Bare)] if id.0 == 6
    ));
}

#[test]
fn without_a_name_the_marked_or_the_selected_are_meant_and_it_says_so() {
    assert_eq!(work(&ran("refresh").1), (Op::Refresh, vec![1]));
    let mut app = after("  :refresh");
    let seen = picture(&mut app, 80, 24);
    assert!(seen.contains("the 2 accounts marked"), "{seen}");
    let effects = press(&mut app, "<Enter>");
    assert_eq!(work(&effects), (Op::Refresh, vec![1, 2]));
    let mut app = after("  :token<Enter>");
    assert!(complaint(&app).contains("2 are marked: name one"));
    press(&mut app, "<Esc>");
    assert!(app.modals.is_empty());
}

#[test]
fn a_wrong_word_names_the_culprit_and_the_remedy_and_does_nothing() {
    for (line, said) in [
        (
            "refresh ana",
            "`ana` could be ana.work@example.com or ana@gmail.com",
        ),
        ("refresh nobody", "no account is called `nobody`"),
        (
            "refersh",
            "there is no command `refersh`; did you mean `refresh`?",
        ),
        ("pause --all", "`pause` has no --all"),
        ("refresh --force", "`--force` is no option here"),
        ("import --scan x", "`x` is one word too many"),
        ("refresh --all lab", "--all or names, not both"),
        ("quit now", "`now` is one word too many"),
        ("revoke lab.t", "write `lab.testing@gmail.com` in full"),
        ("label lab", "and the name?"),
        ("label lab a@b", "a label cannot contain `@`"),
        (
            "label lab work",
            "`work` is ana.work@example.com's name already",
        ),
        (
            "client set default --status beta",
            "`beta` is no status: testing, production, internal",
        ),
        (
            "client set nope testing",
            "no client is called `nope`; there is default",
        ),
        ("client set default", "which status?"),
        ("refresh \"lab", "a quote is open"),
        ("export lab", "gatepost export ACCOUNT"),
        ("doctor", "`doctor` is for the shell: gatepost doctor"),
        ("man", "`man` is for the shell"),
        ("setup mutt lab", "gatepost setup PROGRAM ACCOUNT"),
        ("import t.json --dry-run", "`--dry-run` is no option here"),
        ("client add c.json --name", "`--name` is no option here"),
        ("verify --imap --smtp lab", "one server at a time"),
    ] {
        let (app, effects) = ran(line);
        assert!(effects.is_empty(), "{line} did something: {effects:?}");
        let heard = complaint(&app);
        assert!(heard.contains(said), "{line}: {heard}");
        assert_eq!(
            palette(&app).field.text(),
            line,
            "the line is there to be mended"
        );
    }
}

#[test]
fn what_destroys_is_asked_about_as_ever() {
    for (line, op) in [("revoke work", Op::Revoke), ("remove lab", Op::Forget)] {
        let (mut app, effects) = ran(line);
        assert!(effects.is_empty());
        match app.modals.last() {
            Some(Modal::Confirm(confirm)) => {
                assert_eq!((confirm.op, confirm.on_cancel), (op, true));
            }
            other => panic!("{line} asked nothing: {other:?}"),
        }
        // Typed ahead, Enter is not meant for the question; later it presses Cancel.
        let soon = press_at(&mut app, "<Tab><Enter>", now() + Span::milliseconds(100));
        assert!(soon.is_empty() && matches!(app.modals.last(), Some(Modal::Confirm(_))));
        let later = press_at(&mut app, "<Enter>", now() + Span::seconds(1));
        assert!(later.is_empty() && app.modals.is_empty());
    }
}

#[test]
fn half_a_verb_runs_the_first_offer_and_one_that_needs_more_waits_for_it() {
    assert_eq!(work(&ran("refr").1), (Op::Refresh, vec![1]));
    let mut app = after(":lab<Enter>");
    assert_eq!(palette(&app).field.text(), "label ");
    assert_eq!(complaint(&app), "none");
    press(&mut app, "work<Enter>");
    assert!(complaint(&app).contains("and the name?"));
    let effects = press(&mut app, " post office<Enter>");
    assert!(matches!(
        &effects[..],
        [Effect::Label(id, Some(label))] if id.0 == 5 && label == "post office"
    ));
    assert!(matches!(
        ran("label work \"\"").1[..],
        [Effect::Label(_, None)]
    ));
}

#[test]
fn nothing_typed_runs_nothing() {
    let (app, effects) = ran("");
    assert!(effects.is_empty() && complaint(&app).contains("type a command"));
    let mut app = after(":<Down><Down><Down><Enter>");
    assert!(
        app.consent().is_some(),
        "the third line was chosen: sign in again"
    );
}

#[test]
fn tab_completes_and_walks_on() {
    let mut app = after(":refresh an<Tab>");
    assert_eq!(palette(&app).field.text(), "refresh ana.work@example.com ");
    press(&mut app, "<Tab>");
    assert_eq!(palette(&app).field.text(), "refresh ana@gmail.com ");
    app.update(key(KeyCode::BackTab), now());
    assert_eq!(palette(&app).field.text(), "refresh ana.work@example.com ");
    let effects = press(&mut app, "lab<Enter>");
    assert_eq!(work(&effects), (Op::Refresh, vec![5, 2]));
    let app = after(":verify --i<Tab>");
    assert_eq!(palette(&app).field.text(), "verify --imap");
    let mut app = after(":verify --sm<Enter>");
    assert!(app.modals.is_empty(), "the only one that it can be");
    let effects = press(&mut app, ":refresh --al<Enter>");
    assert_eq!(work(&effects).0, Op::Refresh);
    let effects = press(&mut app, ":verify lab --imap<Enter>");
    assert_eq!(work(&effects), (Op::Mail(Protocol::Imap), vec![2]));
    let mut app = after(":status shp<Tab>");
    assert_eq!(palette(&app).field.text(), "status shop@example.com ");
    press(&mut app, "<Enter>");
    assert!(matches!(app.modals[..], [Modal::Details(_)]));
    assert_eq!(app.cursor.map(|id| id.0), Some(3));
}

#[test]
fn a_status_is_declared_whichever_way_it_is_written() {
    for line in [
        "client set default --status testing",
        "client set default --status=testing",
        "client set default testing",
        "client set d<Tab>--status t<Tab>",
    ] {
        let (_, effects) = ran(line);
        assert!(
            matches!(
                effects[..],
                [Effect::SetPublishing(ClientId(1), Publishing::Testing)]
            ),
            "{line}: {effects:?}"
        );
    }
}

#[test]
fn up_brings_earlier_commands_back_and_down_the_draft() {
    let mut app = after(":freeze<Enter>:list<Enter>:ver");
    let up = |app: &mut App| drop(app.update(key(KeyCode::Up), now()));
    up(&mut app);
    assert_eq!(palette(&app).field.text(), "list");
    up(&mut app);
    up(&mut app);
    assert_eq!(
        palette(&app).field.text(),
        "freeze",
        "there is nothing before it"
    );
    press(&mut app, "<Down><Down>");
    assert_eq!(palette(&app).field.text(), "ver");
    press(&mut app, "<Down>");
    up(&mut app);
    assert_eq!(
        palette(&app).field.text(),
        "ver",
        "down the list and up again"
    );
}

#[test]
fn a_filter_does_not_hide_who_is_asked_for() {
    let mut app = after("/work<Enter>:status shop<Enter>");
    assert_eq!(app.cursor.map(|id| id.0), Some(3));
    assert!(app.filter.is_empty());
    let mut world = snapshot();
    world.accounts.remove(0);
    let mut without = app_of(world);
    press(&mut without, ":log OLD.archive@gmail.com<Enter>");
    let seen = picture(&mut without, 80, 24);
    assert!(
        seen.contains("Events (1)") && seen.contains("refused"),
        "{seen}"
    );
    press(&mut app, "<Esc>:log lab<Enter>");
    let seen = picture(&mut app, 80, 24);
    assert!(
        seen.contains("Events of lab.testing@gmail.com (1)"),
        "{seen}"
    );
}

#[test]
fn hidden_addresses_stay_hidden_while_they_are_typed() {
    let mut app = after(".:refresh lab<Tab>");
    let seen = picture(&mut app, 80, 24);
    assert!(
        !seen.contains("lab.testing") && !seen.contains("gmail.com"),
        "{seen}"
    );
    assert_eq!(palette(&app).field.text(), "refresh lab.testing@gmail.com ");
    let mut app = after(".:refresh ana<Enter>");
    assert!(!picture(&mut app, 120, 32).contains("ana.work"));
}

#[test]
fn ascii_is_ascii() {
    for keys in [":", ":refresh an", ":nonsense<Enter>", "e", "o", "?"] {
        for (width, height) in [(120, 32), (50, 15), (20, 3)] {
            let mut app = after(keys);
            app.look.glyphs = &glyphs::ASCII;
            let seen = picture(&mut app, width, height);
            assert!(seen.is_ascii(), "{keys}: {seen}");
        }
    }
}

#[test]
fn a_pasted_line_is_one_line() {
    let mut app = after(":");
    app.update(Msg::Paste(Secret::new("refresh\nlab\u{1b}[31m")), now());
    assert_eq!(palette(&app).field.text(), "refresh lab");
}

#[test]
fn an_empty_world_has_a_palette_too() {
    let mut app = app_of(Snapshot::default());
    press(&mut app, ":refresh<Enter>");
    assert!(complaint(&app).contains("there is no account yet"));
}

#[test]
fn a_client_in_use_stays_and_an_unused_one_is_asked_about() {
    let (app, effects) = ran("client remove default");
    assert!(effects.is_empty() && app.modals.is_empty());
    let said = &app.toasts[0].text;
    assert!(
        said.contains("old.archive@gmail.com") && said.contains("and 4 more"),
        "{said}"
    );
    let mut world = snapshot();
    let mut spare = client();
    (spare.id, spare.name) = (ClientId(2), "spare".into());
    world.clients.push(spare);
    let mut app = app_of(world);
    assert!(press(&mut app, ":client remove spare<Enter><Enter>").is_empty());
    assert!(app.modals.is_empty(), "Cancel is first");
    let effects = press(&mut app, ":client remove spare<Enter><Down><Enter>");
    assert!(matches!(effects[..], [Effect::RemoveClient(ClientId(2))]));
}

#[test]
fn what_is_completed_is_understood_whatever_is_in_it() {
    let mut world = snapshot();
    world
        .accounts
        .push(std::sync::Arc::new(account(8, "o'brien@example.com", 600)));
    let mut spare = client();
    (spare.id, spare.name) = (ClientId(2), "my own client".into());
    world.clients.push(spare);
    let mut app = app_of(world);
    let effects = press(&mut app, ":refresh brien<Tab><Enter>");
    assert_eq!(work(&effects), (Op::Refresh, vec![8]));
    let effects = press(&mut app, ":client set own<Tab>--status i<Tab><Enter>");
    assert!(
        matches!(
            effects[..],
            [Effect::SetPublishing(ClientId(2), Publishing::Internal)]
        ),
        "{effects:?}: {:?}",
        app.modals
    );
}

#[test]
fn each_command_of_the_shell_is_here_or_said_to_be_there() {
    let help = std::process::Command::new(env!("CARGO_BIN_EXE_gatepost"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let commands = help.split("Commands:").nth(1).unwrap();
    let commands = commands.split("\n\n").next().unwrap().lines();
    let names: Vec<_> = commands
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.len() > 20, "{help}");
    for name in names {
        let is_here = VERBS.iter().any(|verb| {
            let rest = verb.name.strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        });
        let in_the_shell = of_the_shell(&format!("{name} x")).is_some();
        assert!(is_here != in_the_shell, "{name}");
    }
}

#[test]
fn whoever_only_looked_for_imports_is_back_where_they_were() {
    let mut app = after(":import --scan<Enter>");
    assert!(matches!(app.modals.last(), Some(Modal::Setup(_))));
    press(&mut app, "<Esc>");
    assert!(app.modals.is_empty());
}
