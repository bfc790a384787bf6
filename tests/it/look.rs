//! The look and the keys of the real program, as the configuration, the environment and the
//! terminal itself ask for them.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::pty::Terminal;

/// What a terminal says of itself: its colours, and that it is one.
const DARK: &str = "\u{1b}]10;rgb:e6e6/e6e6/e6e6\u{7}\u{1b}]11;rgb:1616/1818/1d1d\u{7}\u{1b}[?62;c";
const LIGHT: &str =
    "\u{1b}]10;rgb:0000/0000/0000\u{1b}\\\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\\u{1b}[?62;c";
const QUESTION: &str = "\u{1b}]11;?";

/// The ground of the themes, as it is written.
const DARK_GROUND: &str = "48;2;22;24;29";
const LIGHT_GROUND: &str = "48;2;255;255;255";

/// A place for settings, and the screen that reads them.
struct Person {
    home: tempfile::TempDir,
}

impl Person {
    fn with(config: &str) -> Self {
        let person = Self {
            home: tempfile::tempdir().unwrap(),
        };
        person.write("config.toml", config);
        person
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.home.path().join("gatepost").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn start(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Terminal {
        let home = self.home.path().to_str().unwrap();
        let arguments = [&["--sandbox"], arguments].concat();
        let own = [("XDG_CONFIG_HOME", home), ("COLORTERM", "truecolor")];
        Terminal::start(120, 32, &arguments, &[&own, environment].concat())
    }

    fn open(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Terminal {
        let terminal = self.start(arguments, environment);
        terminal.wait_for("jonas.berg");
        terminal
    }
}

fn written(terminal: &Terminal) -> String {
    String::from_utf8_lossy(&terminal.bytes()).into_owned()
}

#[test]
fn a_terminal_that_says_dark_or_light_gets_that() {
    for (answer, ground) in [(DARK, DARK_GROUND), (LIGHT, LIGHT_GROUND)] {
        let person = Person::with("");
        let mut terminal = person.start(&[], &[]);
        // On the way before it is asked for: no slow machine can miss the moment.
        terminal.press(answer);
        terminal.wait_for("jonas.berg");
        let bytes = written(&terminal);
        assert!(bytes.contains(QUESTION), "it was asked");
        assert!(bytes.contains(ground), "no {ground}");
        terminal.press("q");
        assert_eq!(terminal.wait(), 0);
    }
}

#[test]
fn a_silent_terminal_gets_its_own_colours_and_a_late_answer_is_no_key() {
    let mut terminal = Person::with("").open(&[], &[]);
    assert!(written(&terminal).contains(QUESTION));
    assert!(!written(&terminal).contains(DARK_GROUND));
    for answer in [DARK, LIGHT] {
        terminal.press(answer);
    }
    // `/` of the answer would have opened the filter, which would take this as text.
    terminal.press("?");
    terminal.wait_for("━ Keys: accounts ━");
    terminal.press("\u{1b}");
    terminal.wait_until("the help to close", |screen| {
        !screen.contains("━ Keys: accounts ━")
    });
    let screen = terminal.text();
    assert!(
        !screen.contains("FROZEN") && screen.contains("Accounts (14)"),
        "{screen}"
    );
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
}

#[test]
fn whoever_names_a_theme_spares_the_question() {
    let dark = Person::with("[ui]\ntheme = \"dark\"\n");
    for (person, arguments, environment, ground) in [
        (&dark, &[][..], &[][..], DARK_GROUND),
        (&dark, &["--theme", "light"], &[], LIGHT_GROUND),
        (&dark, &[], &[("GATEPOST_THEME", "light")], DARK_GROUND),
        (
            &Person::with(""),
            &[],
            &[("GATEPOST_THEME", "light")],
            LIGHT_GROUND,
        ),
    ] {
        let terminal = person.open(arguments, environment);
        let bytes = written(&terminal);
        assert!(bytes.contains(ground), "{arguments:?} {environment:?}");
        assert!(!bytes.contains(QUESTION), "{arguments:?} {environment:?}");
    }
}

#[test]
fn no_colours_means_none_whatever_theme_is_named() {
    for environment in [
        &[("NO_COLOR", "1"), ("GATEPOST_THEME", "dark")][..],
        &[("TERM", "vt100")],
    ] {
        let arguments: &[&str] = if environment.len() == 2 {
            &["--theme", "dark"]
        } else {
            &[]
        };
        let bytes = written(&Person::with("").open(arguments, environment));
        for colour in ["[38;", "[48;", ";38;", ";48;", QUESTION] {
            assert!(!bytes.contains(colour), "{environment:?}: {colour}");
        }
    }
}

#[test]
fn a_theme_of_ones_own_is_worn_and_its_mistakes_are_told() {
    let person = Person::with("[ui]\ntheme = \"sea\"\n");
    person.write(
        "themes/sea.toml",
        "extends = \"dark\"\nground = \"#001b2e\"\n[roles]\nstate-okay = 3\n",
    );
    let mut terminal = person.open(&[], &[]);
    terminal.wait_for("themes/sea.toml, line 4");
    assert!(written(&terminal).contains("48;2;0;27;46"));
    terminal.press("T");
    terminal.wait_for("yours: sea.toml");
    terminal.press("k");
    terminal.press("\u{1b}");
    terminal.wait_until("the menu to close", |screen| !screen.contains("yours: sea"));
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
}

#[test]
fn few_colours_are_enough() {
    let terminal = Person::with("").open(&["--theme", "dark"], &[("COLORTERM", "")]);
    let bytes = written(&terminal);
    assert!(bytes.contains("48;5;234") && !bytes.contains("48;2;"));
}

#[test]
fn a_theme_that_is_not_there_is_an_error_or_a_warning() {
    let person = Person::with("");
    let mut named = person.start(&["--theme", "drak"], &[]);
    assert_eq!(named.wait(), 2);
    let said = named.text();
    assert!(
        said.contains("no theme `drak`; did you mean `dark`?"),
        "{said}"
    );
    let configured = Person::with("[ui]\ntheme = \"drak\"\n").open(&[], &[]);
    configured.wait_for("there is no theme `drak`");
}

#[test]
fn keys_of_ones_own_work_and_are_named_everywhere() {
    let person = Person::with("[keys]\nlog = [\"K\"]\nquit = [\"ctrl-x\"]\nback = [\"f9\"]\n");
    let mut terminal = person.open(&[], &[]);
    terminal.wait_for("K all events");
    terminal.wait_for("^x quit");
    terminal.press("K");
    terminal.wait_for("following");
    terminal.press("\u{1b}[20~");
    terminal.wait_for("Accounts (14)");
    terminal.press("?");
    terminal.wait_for("! F9");
    terminal.press("q\u{1b}[20~\u{18}");
    assert_eq!(terminal.wait(), 0);
}

#[test]
fn keys_that_clash_are_told_and_stay_as_they_were() {
    let mut terminal = Person::with("[keys]\npause = [\"e\"]\n").open(&[], &[]);
    terminal.wait_until("the clash", |screen| {
        screen.contains("e cannot be both log and pause")
    });
    terminal.press("e");
    terminal.wait_for("following");
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
}

#[test]
fn settings_that_make_no_sense_end_the_sandbox_too() {
    for (config, said) in [
        (
            "[keys]\nrefersh = [\"r\"]\n",
            "did you mean `keys.refresh`?",
        ),
        ("[keys]\nrefresh = [\"hyper-r\"]\n", "is not a key"),
        ("[keys]\nquit = []\n", "name a key"),
        ("[ui]\nmuose = false\n", "did you mean `ui.mouse`?"),
    ] {
        let person = Person::with(config);
        let mut terminal = person.start(&[], &[]);
        assert_eq!(terminal.wait(), 2, "{config}");
        let text = terminal.text().replace('\n', "");
        assert!(text.contains(said), "{config}: {text}");
    }
}

#[test]
fn nothing_moves_where_it_must_not() {
    for (config, environment) in [
        ("", &[("NO_MOTION", "1")][..]),
        ("[ui]\nmotion = false\n", &[]),
    ] {
        let terminal = Person::with(config).open(&[], environment);
        terminal.wait_for("ready");
        let screen = terminal.text();
        let row = |name: &str| screen.lines().find(|line| line.contains(name)).unwrap();
        let ready = row("ready").split_whitespace();
        let left =
            |word: &&str| word.ends_with('m') && word[..word.len() - 1].parse::<u8>().is_ok();
        assert!(ready.clone().any(|word| left(&word)), "{screen}");
        assert!(!ready.clone().any(|word| word.contains(':')), "{screen}");
    }
}

#[test]
fn the_mouse_stays_free_when_it_is_told_to() {
    let bytes = written(&Person::with("[ui]\nmouse = false\n").open(&[], &[]));
    assert!(!bytes.contains("\u{1b}[?1000h"));
    let bytes = written(&Person::with("").open(&[], &[]));
    assert!(bytes.contains("\u{1b}[?1000h"), "the check would see it");
}

#[test]
fn the_window_says_how_many_need_a_person_and_gets_its_title_back() {
    let mut terminal = Person::with("").open(&[], &[]);
    let titled = || written(&terminal).contains("\u{1b}]2;gatepost: 6 need you\u{1b}\\");
    while !titled() {
        std::thread::sleep(Duration::from_millis(20));
    }
    // Stopped and continued by somebody else, it takes the terminal once more.
    let process = Pid::from_raw(terminal.process_id().cast_signed()).unwrap();
    kill_process(process, Signal::CONT).unwrap();
    while written(&terminal).matches("\u{1b}]2;").count() < 2 {
        std::thread::sleep(Duration::from_millis(20));
    }
    terminal.press("q");
    assert_eq!(terminal.wait(), 0);
    let bytes = written(&terminal);
    let at = |code: &str| bytes.find(code).unwrap_or_else(|| panic!("no {code:?}"));
    assert!(at("\u{1b}[22;2t") < at("\u{1b}]2;") && at("\u{1b}]2;") < at("\u{1b}[23;2t"));
    for (code, times) in [("\u{1b}]2;", 2), ("\u{1b}[22;2t", 1), ("\u{1b}[23;2t", 1)] {
        assert_eq!(bytes.matches(code).count(), times, "{code:?}");
    }

    for (config, environment) in [
        ("[ui]\ntitle = false\n", &[][..]),
        ("", &[("TERM", "linux")]),
    ] {
        let mut terminal = Person::with(config).open(&[], environment);
        terminal.press("q");
        terminal.wait();
        let bytes = written(&terminal);
        assert!(!bytes.contains("\u{1b}]2;") && !bytes.contains(";2t"));
    }
}
