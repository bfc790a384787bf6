//! What every theme must keep: a look for each role, words that can be read on its ground, and no
//! file that is refused as a whole.

use std::path::PathBuf;

use super::palette::nearest;
use super::*;
use crate::config::ThemeFile;
use crate::domain::health::State;

fn names() -> Vec<String> {
    let themes = Themes::default();
    themes.entries().map(|(name, _)| name.to_owned()).collect()
}

fn with(name: &str, text: &str) -> Themes {
    Themes::new(vec![file(name, text)], Depth::Full)
}

fn file(name: &str, text: &str) -> ThemeFile {
    ThemeFile {
        name: name.into(),
        path: PathBuf::from(format!("themes/{name}.toml")),
        text: Ok(text.into()),
    }
}

/// By the book: WCAG 2.2, relative luminance and contrast ratio.
fn luminance(colour: Color) -> f64 {
    let Color::Rgb(red, green, blue) = colour else {
        panic!("{colour} has no brightness of its own");
    };
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

fn contrast(one: Color, other: Color) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Lines and bars carry no words.
const WORDLESS: [Role; 4] = [
    Role::Border,
    Role::GaugeFull,
    Role::GaugeLow,
    Role::GaugeEmpty,
];

#[test]
fn contrast_is_measured_as_the_book_says() {
    let grey = Color::Rgb(0x77, 0x77, 0x77);
    let [black, white] = [Color::Rgb(0, 0, 0), Color::Rgb(255, 255, 255)];
    assert!((contrast(black, white) - 21.0).abs() < 0.01);
    assert!((contrast(grey, white) - 4.48).abs() < 0.01);
}

#[test]
fn every_word_can_be_read_on_its_ground_and_under_the_cursor() {
    let mut measured = 0;
    for name in names() {
        let theme = Theme::named(&name).unwrap();
        let Some(ground) = theme.style(Role::Text).bg else {
            continue;
        };
        let text = theme.style(Role::Text).fg.unwrap();
        let cursor = theme.style(Role::Cursor).bg.unwrap();
        for role in Role::ALL.iter().filter(|role| !WORDLESS.contains(role)) {
            let style = theme.style(*role);
            let unders = style.bg.map_or(vec![ground, cursor], |own| vec![own]);
            for under in unders {
                let ratio = contrast(style.fg.unwrap_or(text), under);
                assert!(ratio >= 4.5, "{name}: {} has {ratio:.1}", role.name());
                measured += 1;
            }
        }
        for role in [Role::Focus, Role::GaugeFull, Role::GaugeLow] {
            let ratio = contrast(theme.style(role).fg.unwrap(), ground);
            assert!(ratio >= 3.0, "{name}: {} has {ratio:.1}", role.name());
        }
    }
    assert!(measured > 4 * (Role::ALL.len() - WORDLESS.len()));
}

#[test]
fn two_hundred_colours_are_enough_to_read_by() {
    for name in names() {
        let full = Theme::named(&name).unwrap();
        let few = Themes::new(Vec::new(), Depth::Indexed).open(&name).unwrap();
        for role in Role::ALL {
            let (before, after) = (full.style(*role), few.theme.style(*role));
            assert_eq!(after.fg, before.fg.map(nearest), "{name}: {}", role.name());
            assert!(!matches!(after.fg, Some(Color::Rgb(..))));
        }
    }
}

#[test]
fn the_built_in_files_are_free_of_mistakes_and_complete() {
    for name in names() {
        let opened = Themes::default().open(&name).unwrap();
        assert_eq!(opened.complaints, Vec::<String>::new(), "{name}");
        assert_eq!(opened.theme.name, name);
    }
    let ansi = include_str!("../../../assets/themes/ansi.toml");
    for role in Role::ALL {
        let said = ansi.contains(&format!("\n{} = ", role.name()));
        assert!(said, "ansi, on which all build, lacks {}", role.name());
    }
}

#[test]
fn mono_has_no_colour_and_still_tells_the_cursor() {
    let mono = Theme::mono();
    for role in Role::ALL {
        let style = mono.style(*role);
        assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
    }
    let cursor = mono.style(Role::Cursor).add_modifier;
    assert!(cursor.contains(Modifier::REVERSED));
    let only = Themes::colourless();
    assert_eq!(only.entries().count(), 1);
    assert_eq!(only.open("mono").unwrap().theme, mono);
}

#[test]
fn words_have_no_colour_of_their_own() {
    for name in names() {
        let theme = Theme::named(&name).unwrap();
        for state in State::ALL {
            if Role::of_word(state) != Role::Text {
                assert_eq!(theme.style(Role::of_word(state)).fg, None);
            }
        }
    }
}

#[test]
fn a_theme_of_ones_own_says_only_what_differs() {
    let themes = with(
        "mine",
        "extends = \"dark\"\nground = \"#000000\"\n[roles]\nkey = \"#ffffff\"\n\"state.ok\" = { fg = 2, mods = [\"bold\"] }\n",
    );
    let opened = themes.open("mine").unwrap();
    assert_eq!(opened.complaints, Vec::<String>::new());
    let (mine, dark) = (opened.theme, Theme::named("dark").unwrap());
    assert_eq!(mine.style(Role::Key).fg, Some(Color::Rgb(255, 255, 255)));
    assert_eq!(mine.style(Role::Ok).fg, Some(Color::Indexed(2)));
    assert_eq!(mine.style(Role::Text).bg, Some(Color::Rgb(0, 0, 0)));
    assert_eq!(mine.style(Role::Bad), dark.style(Role::Bad));
    let plain = with("mine", "").open("mine").unwrap().theme;
    assert_eq!(plain.styles, Theme::ansi().styles);
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_the_rest_is_used() {
    for (text, told) in [
        (
            "[roles]\nstate-okay = \"red\"",
            "line 2: there is no role `state-okay`; did you mean `state-ok`?",
        ),
        (
            "[roles]\nkey = \"redd\"",
            "line 2: key: `redd` is not a colour; write",
        ),
        ("\nkey = \"red\"", "line 2: `key` belongs under [roles]"),
        (
            "colour = 3",
            "line 1: `colour` means nothing here; a theme has extends, ground and [roles]",
        ),
        (
            "[roles]\nkey = { mods = [\"fat\"] }",
            "line 2: `fat` is no weight; there are bold,",
        ),
        (
            "[roles]\nkey = { mods = \"bold\" }",
            "line 2: mods is a list such as",
        ),
        (
            "[roles]\nkey = { color = 3 }",
            "line 2: `color` means nothing; a role has fg, bg and mods",
        ),
        (
            "extends = \"drak\"",
            "there is no theme `drak` to extend; did you mean `dark`?",
        ),
        ("extends = \"mine\"", "`extends` leads back to itself"),
        ("extends = 3", "line 1: `extends` names a theme"),
        ("[roles]\nkey = = 3", "line 2: "),
    ] {
        let whole = format!("{text}\n");
        let opened = with("mine", &whole).open("mine").unwrap();
        let complaints = opened.complaints.join("\n");
        assert!(
            complaints.starts_with("themes/mine.toml") && complaints.contains(told),
            "{text:?}: {complaints}"
        );
    }
    let broken = "[roles]\nkey = = 3\nmark = \"blue\"\n";
    let used = with("mine", broken).open("mine").unwrap().theme;
    assert_eq!(used.style(Role::Mark).fg, Some(Color::Blue));
}

#[test]
fn names_that_mean_something_already_are_refused() {
    let files = vec![file("auto", ""), file("dark", "")];
    let themes = Themes::new(files, Depth::Full);
    assert_eq!(themes.complaints.len(), 2, "{:?}", themes.complaints);
    assert!(themes.complaints[0].contains("themes/auto.toml: `auto` asks the terminal"));
    assert_eq!(themes.entries().count(), names().len());
    assert!(themes.offers("auto") && !themes.offers("drak"));
    assert_eq!(themes.nearest("drak"), Some("dark"));
}

#[test]
fn the_most_direct_wish_wins() {
    let all = Wishes {
        option: Some("light"),
        config: "dark",
        environment: Some("ansi"),
        colour: true,
        poor_terminal: false,
    };
    let named = |name: &str| Choice::Named(name.to_owned());
    assert_eq!(all.choice(), named("light"));
    let file = Wishes {
        option: None,
        ..all
    };
    assert_eq!(file.choice(), named("dark"));
    let environment = Wishes {
        config: "auto",
        ..file
    };
    assert_eq!(environment.choice(), named("ansi"));
    let nobody = Wishes {
        environment: Some(""),
        ..environment
    };
    assert_eq!(nobody.choice(), Choice::Ask);
    let overruled = Wishes {
        option: Some("auto"),
        ..all
    };
    assert_eq!(overruled.choice(), Choice::Ask);
    for wishes in [all, file, environment, nobody] {
        let colourless = Wishes {
            colour: false,
            ..wishes
        };
        assert_eq!(colourless.choice(), Choice::Mono);
    }
    let poor = |wishes| Wishes {
        poor_terminal: true,
        ..wishes
    };
    assert_eq!(poor(nobody).choice(), Choice::Mono);
    assert_eq!(poor(file).choice(), named("dark"), "who names one gets it");
}
