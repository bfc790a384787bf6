//! The dialog's own help: why the last address was refused, the keys, and Google's error pages.

use super::pages::PAGES;
use crate::service::consent::Stage;
use crate::tui::app::App;
use crate::tui::consent::ConsentDialog;
use crate::tui::keymap::{Action, Context};
use crate::tui::theme::Role;
use crate::tui::view::ink::{Ink, Piece, popup_room};
use crate::tui::widget::frame::wipe;
use crate::tui::widget::text::{width, wrap};
use ratatui::layout::Rect;

use super::page::WIDTH;

/// A border takes two lines, which a low window needs for text.
const BORDERED: u16 = 8;

pub(super) fn draw(ink: &mut Ink<'_>, dialog: &ConsentDialog) {
    let lines = lines(ink.app, dialog, ink.buffer.area);
    let screen = popup_room(ink.buffer.area);
    let page = page(screen);
    let top = dialog.scroll.top.min(lines.len().saturating_sub(page));
    let inner = if screen.height >= BORDERED {
        let seen = (top + page).min(lines.len());
        let back = ink.app.keymap.key(Action::Back);
        let right = format!("{seen} of {}  {back} back", lines.len());
        ink.popup(WIDTH, lines.len() as u16, "Sign-in help", &right)
    } else {
        let text = ink.style(Role::Text);
        wipe(ink.buffer, screen, text);
        screen
    };
    for (row, line) in lines.iter().skip(top).take(page).enumerate() {
        ink.line(inner, row as u16, line);
    }
    marks(ink, inner, top > 0, top + page < lines.len());
}

/// At the right edge: there is more above, or below.
fn marks(ink: &mut Ink<'_>, area: Rect, above: bool, below: bool) {
    let edge = Rect {
        x: area.right().saturating_sub(1),
        width: 1.min(area.width),
        ..area
    };
    let (up, down) = (ink.glyphs().up, ink.glyphs().down);
    if above {
        ink.put(edge, 0, up, Role::Key);
    }
    if below && area.height > 1 {
        ink.put(edge, area.height - 1, down, Role::Key);
    }
}

/// How many lines there are, and how many are in sight.
pub(super) fn length(app: &App, dialog: &ConsentDialog) -> (usize, usize) {
    let screen = Rect::new(0, 0, app.size.0, app.size.1);
    (lines(app, dialog, screen).len(), page(popup_room(screen)))
}

fn page(screen: Rect) -> usize {
    let border = if screen.height >= BORDERED { 2 } else { 0 };
    usize::from(screen.height.saturating_sub(border)).max(1)
}

fn lines(app: &App, dialog: &ConsentDialog, screen: Rect) -> Vec<Vec<Piece>> {
    // The last column is for the marks.
    let room = usize::from(WIDTH.min(screen.width).saturating_sub(6)).max(8);
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    let para = |lines: &mut Vec<Vec<Piece>>, indent: &str, words: &str, role| {
        let folded = wrap(words, room.saturating_sub(width(indent)).max(1));
        lines.extend(
            folded
                .into_iter()
                .map(|w| vec![(format!("{indent}{w}"), role)]),
        );
    };
    if let Some(Stage::BadPaste { why, .. }) = dialog.round().map(|round| &round.stage) {
        para(
            &mut lines,
            "",
            "The last address was refused:",
            Role::Strong,
        );
        para(&mut lines, "  ", why, Role::Text);
        lines.push(Vec::new());
    }
    para(
        &mut lines,
        "",
        "Keys here (any paste is taken as the address):",
        Role::Strong,
    );
    let bindings = app.keymap.bindings(Context::Consent);
    for binding in bindings.filter(|b| b.context == Context::Consent) {
        let keys = format!("{:6}", binding.keys.join(" "));
        let folded = wrap(&binding.does, room.saturating_sub(width(&keys) + 3).max(1));
        for (i, words) in folded.into_iter().enumerate() {
            let key = if i == 0 {
                keys.clone()
            } else {
                " ".repeat(width(&keys))
            };
            lines.push(vec![(format!("  {key} "), Role::Key), (words, Role::Text)]);
        }
    }
    lines.push(Vec::new());
    para(
        &mut lines,
        "",
        "An error page in the browser never comes back here. What each one means:",
        Role::Strong,
    );
    for (page, means) in PAGES {
        para(&mut lines, "  ", page, Role::Strong);
        para(&mut lines, "    ", means, Role::Text);
    }
    lines
}
