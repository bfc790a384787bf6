//! The consent dialog: the link, each step as it happens, the time left, and the field for the
//! redirect address, all at once, because nobody knows beforehand which of them will be needed.

use ratatui::layout::{Position, Rect};

use super::ink::{Ink, Piece};
use crate::domain::time::{Timestamp, countdown};
use crate::service::consent::{Opened, Stage};
use crate::tui::glyphs::SPINNER;
use crate::tui::keymap::Action;
use crate::tui::modal::{ConsentDialog, Phase, Round};
use crate::tui::theme::Role;
use crate::tui::widget::text::{cut, wrap};

const WIDTH: u16 = 74;

/// What Google's own error pages mean: they are shown in the browser and never come back here.
pub const PAGES: [(&str, &str); 11] = [
    (
        "invalid_client",
        "The client ID is wrong or its client was deleted: add its JSON again.",
    ),
    (
        "deleted_client, disabled_client",
        "See Google Auth Platform > Clients; a deleted one can be restored for 30 days.",
    ),
    (
        "redirect_uri_mismatch",
        "A web client, or an address that is not registered: make a Desktop client.",
    ),
    (
        "invalid_request, Missing required parameter",
        "The link was cut or broken on its way: copy it whole.",
    ),
    (
        "invalid_request, Access blocked",
        "This kind of client may not sign in this way: make a Desktop client.",
    ),
    (
        "invalid_scope",
        "A permission is misspelt: see consent.scopes in the configuration.",
    ),
    (
        "access_denied, has not completed verification",
        "The app is in Testing: add the address under Audience > Test users.",
    ),
    (
        "org_internal",
        "The app is for its own organisation only: External audience, or another account.",
    ),
    (
        "admin_policy_enforced, access_not_configured",
        "The organisation's administrator has to trust the client ID.",
    ),
    (
        "rate_limit_exceeded",
        "Too many new sign-ins for this project: wait.",
    ),
    (
        "restricted_client",
        "The project may not ask for these permissions: ask its owner.",
    ),
];

pub(super) fn draw(ink: &mut Ink<'_>, dialog: &ConsentDialog) -> Option<Position> {
    let whose = match &dialog.email {
        Some(email) => ink.address(email),
        None => dialog.whose(),
    };
    let more = if dialog.queue.is_empty() {
        String::new()
    } else {
        format!(" ({} more after this)", dialog.queue.len())
    };
    let title = format!("Sign in: {whose}{more}");
    if dialog.explaining {
        explain(ink, dialog, &title);
        return None;
    }
    match &dialog.phase {
        Phase::Starting => plain(ink, &title, "", &["Making the link…".into()]),
        Phase::Open(round) => return open(ink, dialog, round, &title),
        Phase::Other { expected, got, at } => other(ink, &title, expected, got, *at),
        Phase::TimedOut => {
            let text = [
                "Nobody finished the sign-in in time; nothing was stored.".into(),
                String::new(),
                "Enter starts again".into(),
            ];
            plain(ink, &title, "Esc closes", &text);
        }
        Phase::Failed(failure) => {
            let mut text = vec![failure.message.clone(), String::new()];
            text.extend(failure.hint.clone());
            text.push("Enter starts again".into());
            plain(ink, &title, "Esc closes", &text);
        }
    }
    None
}

fn plain(ink: &mut Ink<'_>, title: &str, right: &str, text: &[String]) {
    let room = usize::from(WIDTH.min(ink.buffer.area.width).saturating_sub(4));
    let mut lines = Vec::new();
    for paragraph in text {
        if paragraph.is_empty() {
            lines.push(String::new());
        }
        lines.extend(wrap(&ink.words(paragraph), room));
    }
    let inner = ink.popup(WIDTH, lines.len() as u16, title, right);
    for (row, line) in lines.iter().enumerate() {
        ink.put(inner, row as u16, line, Role::Text);
    }
}

fn other(ink: &mut Ink<'_>, title: &str, expected: &str, got: &str, at: usize) {
    let inner = ink.popup(WIDTH, 5, title, "");
    let (expected, got) = (ink.address(expected), ink.address(got));
    ink.put(inner, 0, &format!("You asked for {expected},"), Role::Text);
    ink.put(
        inner,
        1,
        &format!("but the browser signed in {got}."),
        Role::Strong,
    );
    let choices = [
        "Cancel, store nothing".to_owned(),
        format!("Keep {got} as a new account"),
    ];
    for (i, words) in choices.iter().enumerate() {
        let row = 3 + i as u16;
        let mark = if i == at { ink.glyphs().cursor } else { " " };
        ink.put(inner, row, &format!("{mark} {words}"), Role::Text);
        if i == at {
            ink.fill(
                Rect {
                    y: inner.y + row,
                    height: 1,
                    ..inner
                }
                .intersection(inner),
                Role::Cursor,
            );
        }
    }
}

fn explain(ink: &mut Ink<'_>, dialog: &ConsentDialog, title: &str) {
    let room = usize::from(WIDTH.min(ink.buffer.area.width).saturating_sub(6));
    let mut lines: Vec<Piece> = vec![(
        "When the browser shows an error, it never comes back here:".into(),
        Role::Text,
    )];
    for (page, means) in PAGES {
        lines.push((page.to_owned(), Role::Strong));
        lines.extend(
            wrap(means, room)
                .into_iter()
                .map(|words| (format!("  {words}"), Role::Text)),
        );
    }
    let inner = ink.popup(WIDTH, lines.len() as u16, title, "Esc back");
    let top = dialog
        .scroll
        .top
        .min(lines.len().saturating_sub(usize::from(inner.height)));
    for (row, piece) in lines
        .iter()
        .skip(top)
        .take(usize::from(inner.height))
        .enumerate()
    {
        ink.line(inner, row as u16, std::slice::from_ref(piece));
    }
}

fn open(ink: &mut Ink<'_>, dialog: &ConsentDialog, round: &Round, title: &str) -> Option<Position> {
    let left = countdown(round.deadline - ink.now);
    let screen = ink.buffer.area;
    let room = usize::from(WIDTH.min(screen.width).saturating_sub(4));
    let tight = screen.height < 24 || screen.width < 60;
    let mut lines = steps(ink, round);
    if !tight {
        lines.push(Vec::new());
        lines.push(said(
            "In the browser: choose the account, then allow every box.",
        ));
        lines.push(said(
            "If Google says the app is not verified: Advanced, then continue.",
        ));
        lines.push(Vec::new());
    }
    lines.push(vec![
        ("Link     ".into(), Role::Dim),
        (link(ink, round, room.saturating_sub(9)), Role::Text),
    ]);
    if !tight {
        lines.push(Vec::new());
        lines.push(said(if ink.app.place.remote {
            "The browser is on another machine:"
        } else {
            "Browser on another machine?"
        }));
        lines.push(vec![
            ("  there, first:  ".into(), Role::Text),
            (tunnel(ink, round.port), Role::Strong),
        ]);
        lines.push(said(
            "  or sign in there, let the last page fail to load, and paste its",
        ));
        lines.push(said(
            "  address here (any paste in this window is taken as that)",
        ));
        lines.push(Vec::new());
    }
    let field_row = lines.len() as u16;
    lines.push(vec![("Address  ".into(), Role::Dim)]);
    lines.extend(below_field(ink, dialog, round, room));
    if !tight {
        lines.push(Vec::new());
        lines.push(vec![(
            "Other accounts go on being refreshed while this window is open.".into(),
            Role::Dim,
        )]);
    }
    let inner = ink.popup(WIDTH, lines.len() as u16, title, &format!("{left} left"));
    // Where not all fits, the field and what is above it win over the first steps.
    let skip = (lines.len() as u16)
        .saturating_sub(inner.height)
        .min(field_row);
    for (row, line) in lines.iter().skip(usize::from(skip)).enumerate() {
        ink.line(inner, row as u16, line);
    }
    field(ink, dialog, inner, field_row - skip)
}

fn said(words: &str) -> Vec<Piece> {
    vec![(words.to_owned(), Role::Text)]
}

/// The five steps, with a tick at each one that is behind us.
fn steps(ink: &Ink<'_>, round: &Round) -> Vec<Vec<Piece>> {
    let at = match &round.stage {
        Stage::Opening => 1,
        Stage::Waiting { .. } | Stage::BadPaste { .. } => 2,
        Stage::Exchanging => 3,
        Stage::Verifying => 4,
    };
    let (browser, opened) = match &round.browser {
        Some(Opened::By(program)) => (format!("Browser opened ({})", ink.words(program)), true),
        Some(Opened::Not(why)) => (format!("No browser: {}", ink.words(why)), false),
        None => ("Opening the browser".into(), false),
    };
    let steps = [
        "Link made".to_owned(),
        browser,
        format!(
            "Waiting for Google to come back to 127.0.0.1:{}",
            round.port
        ),
        "Trade the code for tokens".into(),
        "Ask Google whose account it is, and whether the grant works".into(),
    ];
    let glyphs = ink.glyphs();
    let busy = if ink.app.look.motion {
        SPINNER[ink.now.timestamp().rem_euclid(4) as usize]
    } else {
        glyphs.busy
    };
    let line = |(i, words): (usize, String)| {
        let (mark, role) = match i {
            1 if at > 1 && !opened => ("!", Role::Warn),
            _ if i < at => (glyphs.done, Role::Ok),
            _ if i == at => (busy, Role::Busy),
            _ => (" ", Role::Dim),
        };
        let weight = if i > at { Role::Dim } else { Role::Text };
        vec![
            (format!("{} ", i + 1), Role::Dim),
            (format!("{mark} "), role),
            (words, weight),
        ]
    };
    steps.into_iter().enumerate().map(line).collect()
}

/// The link with its end cut; an address in it is hidden along with all the others.
fn link(ink: &Ink<'_>, round: &Round, room: usize) -> String {
    let shown = if ink.app.masked {
        round.url.split('?').next().unwrap_or_default()
    } else {
        &round.url
    };
    cut(shown, room, ink.glyphs().cut).into_owned()
}

fn tunnel(ink: &Ink<'_>, port: u16) -> String {
    let login = ink
        .app
        .place
        .login
        .as_deref()
        .unwrap_or("USER@THIS-MACHINE");
    format!("ssh -L {port}:127.0.0.1:{port} {}", ink.words(login))
}

/// What stands under the field. Why a paste was refused is told whole: it says what to paste instead.
fn below_field(
    ink: &Ink<'_>,
    dialog: &ConsentDialog,
    round: &Round,
    room: usize,
) -> Vec<Vec<Piece>> {
    const INDENT: usize = 9;
    let keymap = &ink.app.keymap;
    if let Stage::BadPaste { why, .. } = &round.stage {
        let why = ink.words(why);
        let told = wrap(&why, room.saturating_sub(INDENT + 2)).into_iter();
        let line = |(i, words): (usize, String)| {
            let mark = if i == 0 { ink.glyphs().failed } else { " " };
            vec![
                (format!("{:INDENT$}{mark} ", ""), Role::Bad),
                (words, Role::BadWord),
            ]
        };
        return told.enumerate().map(line).collect();
    }
    let words = if dialog.typing {
        format!("{:INDENT$}{} uses it", "", keymap.key(Action::Submit))
    } else {
        format!(
            "{:INDENT$}paste it, or {} to type",
            "",
            keymap.key(Action::ToField)
        )
    };
    vec![vec![(words, Role::Dim)]]
}

fn field(ink: &mut Ink<'_>, dialog: &ConsentDialog, inner: Rect, row: u16) -> Option<Position> {
    const LABEL: u16 = 9;
    if inner.width <= LABEL || row >= inner.height {
        return None;
    }
    let place = Rect {
        x: inner.x + LABEL,
        width: inner.width - LABEL,
        ..inner
    };
    let input = ink.style(Role::Input);
    let shown = hidden_code(dialog.field.text(), ink.glyphs().masked);
    let mut pen = ink.pen(place, row);
    let at = dialog.field.draw(
        &mut pen,
        Position::new(place.x, place.y + row),
        &shown,
        input,
    );
    dialog.typing.then_some(at)
}

/// A code is worth a grant to whoever reads it off the screen first; four letters tell it apart.
fn hidden_code(text: &str, dot: &str) -> String {
    let Some(start) = text.find("code=").map(|at| at + 5) else {
        return text.to_owned();
    };
    let code = text[start..].split('&').next().unwrap_or_default();
    let hidden: String = code
        .chars()
        .enumerate()
        .map(|(i, c)| if i < 4 { c.to_string() } else { dot.to_owned() })
        .collect();
    format!("{}{hidden}{}", &text[..start], &text[start + code.len()..])
}

/// Whether the dialog shows a time that runs.
pub(super) fn ticks(dialog: &ConsentDialog, now: Timestamp) -> bool {
    matches!(&dialog.phase, Phase::Open(round) if round.deadline > now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::widget::text::width;

    #[test]
    fn a_typed_code_is_hidden_after_four_letters() {
        let text = "http://127.0.0.1:1/?code=4/0AbcDef&state=xyz";
        assert_eq!(
            hidden_code(text, "*"),
            "http://127.0.0.1:1/?code=4/0A*****&state=xyz"
        );
        assert_eq!(hidden_code("http://127.0.0.1", "*"), "http://127.0.0.1");
        assert_eq!(width(&hidden_code(text, "•")), width(text));
    }
}
