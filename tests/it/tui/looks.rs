//! How the screen looks and which keys it listens to: the theme menu, the person's own keys, and
//! times that stand still.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use gatepost::config::ThemeFile;
use gatepost::domain::time::Span;
use gatepost::tui::app::App;
use gatepost::tui::glyphs;
use gatepost::tui::keymap::{Action, Context, Keymap, check};
use gatepost::tui::message::{Msg, Tone};
use gatepost::tui::theme::{Depth, Theme, Themes};
use gatepost::tui::view::wake;

use crate::support::cases;
use proptest::prelude::*;
use ratatui::style::Color;

use super::gallery::{SIZES, gallery, weights};
use super::sample::{app, app_of, drawn, now, picture, press, snapshot};

const SEA: &str =
    "extends = \"dark\"\nground = \"#001b2e\"\n[roles]\nkey = \"cyan\"\nstate-okay = 3\n";

fn with_sea() -> App {
    let mut app = app();
    let file = ThemeFile {
        name: "sea".into(),
        path: PathBuf::from("themes/sea.toml"),
        text: Ok(SEA.into()),
    };
    app.themes = Arc::new(Themes::new(vec![file], Depth::Full));
    app
}

fn keys(wanted: &[(&str, &[&str])]) -> App {
    let own = |keys: &[&str]| keys.iter().map(|k| (*k).to_owned()).collect();
    let wanted: BTreeMap<_, Vec<_>> = wanted
        .iter()
        .map(|(action, keys)| ((*action).to_owned(), own(keys)))
        .collect();
    let (keymap, clashes) = Keymap::built_in().with(&wanted);
    assert_eq!(clashes, []);
    let mut app = app();
    app.keymap = Arc::new(keymap);
    app
}

#[test]
fn theme_menu() {
    gallery("theme_menu", || {
        let mut app = with_sea();
        press(&mut app, "T");
        app
    });
}

#[test]
fn theme_menu_in_every_theme() {
    let mut shown = String::new();
    let names: Vec<_> = Themes::default()
        .entries()
        .map(|(n, _)| n.to_owned())
        .collect();
    for name in names {
        let mut app = app();
        app.look.theme = Theme::named(&name).unwrap();
        press(&mut app, "T");
        let seen = weights(&drawn(&mut app, 80, 24));
        let _ = writeln!(shown, "== {name}\n{seen}");
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("theme_menu_in_every_theme", shown);
    });
}

#[test]
fn the_menu_shows_a_theme_at_once_keeps_it_or_gives_the_old_one_back() {
    let mut app = with_sea();
    press(&mut app, "Tj");
    assert_eq!(app.look.theme.name, "dark");
    press(&mut app, "j");
    assert_eq!(app.look.theme.name, "light");
    press(&mut app, "<Esc>");
    assert_eq!(app.look.theme, Theme::ansi());
    assert!(app.modals.is_empty());
    press(&mut app, "Tjj<Enter>");
    assert_eq!(app.look.theme.name, "light");
    // The menu opens where one is.
    press(&mut app, "Tk<Enter>");
    assert_eq!(app.look.theme.name, "dark");
    assert!(app.toasts.is_empty());
}

#[test]
fn what_is_wrong_with_a_chosen_theme_is_told() {
    let mut app = with_sea();
    press(&mut app, "TG<Enter>");
    assert_eq!(app.look.theme.name, "sea");
    let told = &app.toasts[0];
    assert_eq!(told.tone, Tone::Warning);
    assert_eq!(
        told.text,
        "themes/sea.toml, line 5: there is no role `state-okay`; did you mean `state-ok`?"
    );
}

#[test]
fn without_colours_there_is_one_theme_and_the_menu_says_why() {
    let mut app = app();
    app.themes = Arc::new(Themes::colourless());
    app.look.theme = Theme::mono();
    press(&mut app, "T");
    let seen = picture(&mut app, 80, 24);
    assert!(
        seen.contains("NO_COLOR") && !seen.contains("dark"),
        "{seen}"
    );
    press(&mut app, "j<Enter>");
    assert_eq!(app.look.theme, Theme::mono());
}

#[test]
fn every_theme_leaves_the_words_alone() {
    for name in ["dark", "light", "cb-dark", "cb-light", "mono"] {
        for (width, height) in SIZES {
            let (mut plain, mut themed) = (app(), app());
            themed.look.theme = Theme::named(name).unwrap();
            let (plain, themed) = (
                picture(&mut plain, width, height),
                picture(&mut themed, width, height),
            );
            assert_eq!(plain, themed, "{name} at {width}x{height}");
        }
    }
}

fn luminance(colour: Color) -> Option<f64> {
    let Color::Rgb(red, green, blue) = colour else {
        return None;
    };
    let linear = |channel: u8| match f64::from(channel) / 255.0 {
        c if c <= 0.04045 => c / 12.92,
        c => ((c + 0.055) / 1.055).powf(2.4),
    };
    Some(0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue))
}

/// Of what is really drawn, whatever roles it came from.
#[test]
fn every_letter_on_every_screen_can_be_read() {
    let screens = [
        "", " jj<Tab>", "<Enter>", "ejj", "o", "?", "y", "T", "Xv", "*Xv", "c", "/ana", ".",
    ];
    for name in ["dark", "light", "cb-dark", "cb-light"] {
        for keys in screens {
            let mut app = app();
            app.look.theme = Theme::named(name).unwrap();
            press(&mut app, keys);
            app.update(Msg::Note(Tone::Error, "it failed".into()), now());
            let buffer = drawn(&mut app, 120, 32);
            let letters = buffer.content().iter();
            for cell in letters.filter(|c| c.symbol().chars().any(char::is_alphanumeric)) {
                let [ink, ground] = [cell.fg, cell.bg].map(|c| luminance(c).unwrap() + 0.05);
                let ratio = ink.max(ground) / ink.min(ground);
                assert!(
                    ratio >= 4.5,
                    "{name} {keys:?}: {:?} {ratio:.1}",
                    cell.symbol()
                );
            }
        }
    }
}

#[test]
fn the_help_marks_the_persons_own_keys() {
    gallery("help_remapped", || {
        let mut app = keys(&[("refresh", &["K", "f5"]), ("verify", &[])]);
        press(&mut app, "?");
        app
    });
}

/// Nothing on any screen names a key that is not there any more.
#[test]
fn no_text_names_a_key_that_was_given_away() {
    let usual = ["Esc", "Enter", "gg", "press c", "/ search"];
    let screens = [
        "", "K", "e", "ejj", "o", "?", "y", "s", "T", "Xv", "Xf", "/ana", "/zzz", "a",
    ];
    for screen in screens {
        let mut app = keys(&[
            ("back", &["f9"]),
            ("open", &["K"]),
            ("submit", &["f8"]),
            ("keep", &["f7"]),
            ("press", &["f6"]),
            ("first", &["home"]),
            ("consent", &["f4"]),
            ("help-filter", &["f3"]),
        ]);
        press(&mut app, screen);
        app.update(Msg::Note(Tone::Error, "it failed".into()), now());
        for (width, height) in SIZES {
            let seen = picture(&mut app, width, height);
            for key in usual {
                assert!(!seen.contains(key), "{screen:?} names {key}:\n{seen}");
            }
        }
    }
    let mut app = app();
    press(&mut app, "<Enter>");
    let seen = picture(&mut app, 120, 32);
    assert!(seen.contains("Esc") && seen.contains("press c"), "{seen}");
}

#[test]
fn where_nothing_may_move_times_are_told_in_minutes() {
    let calm = || {
        let mut app = app();
        app.look.motion = false;
        app
    };
    gallery("calm", calm);
}

#[test]
fn where_nothing_may_move_the_screen_wakes_once_a_minute() {
    let mut world = snapshot();
    world
        .accounts
        .retain(|account| account.email.starts_with("ana"));
    let mut app = app_of(world);
    drawn(&mut app, 120, 32);
    let wait = |app: &App| wake::next(app, now()) - now();
    assert_eq!(wait(&app), Span::seconds(1), "seconds run");
    app.look.motion = false;
    assert_eq!(wait(&app), Span::seconds(49), "until the next whole minute");
}

#[test]
fn the_theme_menu_is_ascii_where_it_must_be() {
    for (width, height) in SIZES {
        let mut app = with_sea();
        app.look.glyphs = &glyphs::ASCII;
        press(&mut app, "T");
        let seen = picture(&mut app, width, height);
        assert!(seen.is_ascii(), "{seen}");
    }
}

proptest! {
    #![proptest_config(cases(128))]

    /// However keys are dealt out, there is a way out, and nobody has two answers to one key.
    #[test]
    fn no_keys_of_ones_own_lock_anybody_in(
        dealt in prop::collection::btree_map(
            prop::sample::select(Action::ALL),
            prop::collection::vec("[a-zA-Z?!*/]|ctrl-[a-z]|f[1-9]|[a-z] [a-z]|esc|enter", 0..3),
            0..12,
        ),
    ) {
        let dealt: BTreeMap<_, _> = dealt
            .into_iter()
            .map(|(action, keys)| (action.name().to_owned(), keys))
            .filter(|(action, keys)| check(&BTreeMap::from([(action.clone(), keys.clone())])).is_ok())
            .collect();
        let usual = Keymap::built_in();
        let (mine, clashes) = usual.clone().with(&dealt);
        for action in [Action::Quit, Action::Back, Action::Help, Action::Interrupt] {
            prop_assert_ne!(mine.key(action), "(no key)");
        }
        for clash in clashes {
            for action in clash.fallen_back {
                prop_assert_eq!(mine.key(action), usual.key(action));
            }
        }
        let mut taken = BTreeMap::new();
        for binding in mine.bindings(Context::Table) {
            for key in &binding.keys {
                prop_assert_eq!(taken.insert(key.clone(), binding.action), None, "{}", key);
            }
        }
    }
}
