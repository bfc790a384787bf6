//! Every screen at every size of the drawing, in words and in weights: one snapshot for each
//! screen. Under the words stands what `ansi` does with each cell that is not plain; without
//! colours the words have to be the same, and what is left of the weights stands below.

use std::collections::BTreeMap;
use std::fmt::Write;

use gatepost::tui::app::App;
use gatepost::tui::theme::Theme;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::sample::{drawn, text};

pub(crate) const SIZES: [(u16, u16); 5] = [(120, 32), (80, 24), (50, 15), (40, 10), (20, 3)];

/// Compares `make`'s screen, at all sizes, with `snapshots/…__NAME.snap`.
pub(crate) fn gallery(name: &str, make: impl Fn() -> App) {
    let mut shown = String::new();
    for (width, height) in SIZES {
        let mut app = make();
        app.look.theme = Theme::ansi();
        let colour = drawn(&mut app, width, height);
        let mut app = make();
        app.look.theme = Theme::mono();
        let plain = drawn(&mut app, width, height);
        assert_eq!(
            text(&colour),
            text(&plain),
            "{name} says something by colour alone"
        );
        let is_colourless = |cell: &Cell| cell.fg == Color::Reset && cell.bg == Color::Reset;
        assert!(
            plain.content().iter().all(is_colourless),
            "{name} has colour at {width}x{height} without colours"
        );
        let words = text(&colour);
        let _ = writeln!(shown, "== {width}x{height}\n{words}");
        let _ = writeln!(shown, "-- in colour\n{}", weights(&colour));
        let _ = writeln!(shown, "-- without\n{}", weights(&plain));
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, shown);
    });
}

/// Runs of cells that are not plain, row by row: `4: 0-11 bold, 30-39 yellow`.
pub(crate) fn weights(buffer: &Buffer) -> String {
    let mut rows: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let look = look(&buffer[(x, y)]);
            let from = x;
            while x < buffer.area.width && self::look(&buffer[(x, y)]) == look {
                x += 1;
            }
            if !look.is_empty() {
                rows.entry(y)
                    .or_default()
                    .push(format!("{from}-{} {look}", x - 1));
            }
        }
    }
    let line = |(y, runs): (u16, Vec<String>)| format!("{y}: {}", runs.join(", "));
    rows.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

fn look(cell: &Cell) -> String {
    let mut words = Vec::new();
    for (weight, word) in [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::UNDERLINED, "underlined"),
        (Modifier::REVERSED, "reversed"),
    ] {
        if cell.modifier.contains(weight) {
            words.push(word.to_owned());
        }
    }
    if cell.fg != Color::Reset {
        words.push(cell.fg.to_string().to_lowercase());
    }
    if cell.bg != Color::Reset {
        words.push(format!("on {}", cell.bg.to_string().to_lowercase()));
    }
    words.join(" ")
}
