//! A terminal's screen as SVG, cell by cell, for the README.

use std::fmt::Write;

/// Width and height of a cell at 14 px in the common monospace fonts: at these the lines of boxes meet.
const CELL: (f32, f32) = (8.43, 16.4);
const MARGIN: f32 = 14.0;

/// Foreground, background and the sixteen colours of a terminal.
pub(crate) struct Palette {
    pub(crate) text: &'static str,
    pub(crate) ground: &'static str,
    pub(crate) colours: [&'static str; 16],
}

pub(crate) const DARK: Palette = Palette {
    text: "#e6e6e6",
    ground: "#16181d",
    colours: [
        "#2b3340", "#ff8a7a", "#7fd88f", "#e8b04b", "#79c0ff", "#c8a2ff", "#6fd3d9", "#d0d4da",
        "#5a6472", "#ff8a7a", "#7fd88f", "#e8b04b", "#79c0ff", "#c8a2ff", "#6fd3d9", "#ffffff",
    ],
};

pub(crate) const LIGHT: Palette = Palette {
    text: "#1b1f24",
    ground: "#ffffff",
    colours: [
        "#1b1f24", "#a40e26", "#116329", "#7d4e00", "#0550ae", "#6639ba", "#0a6a72", "#57606a",
        "#8c959f", "#a40e26", "#116329", "#7d4e00", "#0550ae", "#6639ba", "#0a6a72", "#1b1f24",
    ],
};

/// How a cell is painted. Neighbours with the same look are one piece of text.
#[derive(PartialEq, Clone)]
struct Look {
    ink: String,
    ground: String,
    style: &'static str,
}

pub(crate) fn svg(screen: &vt100::Screen, palette: &Palette) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let width = f32::from(columns) * CELL.0 + 2.0 * MARGIN;
    let height = f32::from(rows) * CELL.1 + 2.0 * MARGIN;
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"14\">\n\
         <style>text{{white-space:pre}}.b{{font-weight:700}}.d{{opacity:.65}}.u{{text-decoration:underline}}</style>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n",
        palette.ground
    );
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            column = piece(&mut picture, screen, (row, column), columns, palette);
        }
    }
    picture.push_str("</svg>\n");
    picture
}

/// Draws the cells from here on that look alike; returns where the next piece begins.
fn piece(
    picture: &mut String,
    screen: &vt100::Screen,
    (row, from): (u16, u16),
    columns: u16,
    palette: &Palette,
) -> u16 {
    let at = |column| screen.cell(row, column);
    let Some(first) = at(from) else {
        return from + 1;
    };
    let look = look(first, palette);
    let mut text = String::new();
    let mut to = from;
    while let Some(cell) = at(to).filter(|_| to < columns) {
        if self::look(cell, palette) != look {
            break;
        }
        if !cell.is_wide_continuation() {
            let shown = cell.contents();
            text.push_str(if shown.is_empty() { " " } else { shown });
        }
        to += 1;
    }
    draw(picture, &look, &text, (row, from, to), palette);
    to
}

fn draw(
    picture: &mut String,
    look: &Look,
    text: &str,
    (row, from, to): (u16, u16, u16),
    palette: &Palette,
) {
    let x = MARGIN + f32::from(from) * CELL.0;
    let y = MARGIN + f32::from(row) * CELL.1;
    let width = f32::from(to - from) * CELL.0;
    let ground = &look.ground;
    if ground != palette.ground {
        // A hair wider than its cells, or the seams between pieces show.
        let (w, h) = (width + 0.3, CELL.1 + 0.3);
        let _ = writeln!(
            picture,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h}\" fill=\"{ground}\"/>"
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let class = match look.style {
        "" => String::new(),
        style => format!(" class=\"{style}\""),
    };
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let (ink, baseline) = (&look.ink, y + 12.8);
    // Whatever font the reader has, a piece is as wide as its cells.
    let _ = writeln!(
        picture,
        "<text x=\"{x:.1}\" y=\"{baseline:.1}\" textLength=\"{width:.1}\" fill=\"{ink}\"{class}>{text}</text>"
    );
}

fn look(cell: &vt100::Cell, palette: &Palette) -> Look {
    let (mut ink, mut ground) = (
        colour(cell.fgcolor(), palette, palette.text),
        colour(cell.bgcolor(), palette, palette.ground),
    );
    if cell.inverse() {
        std::mem::swap(&mut ink, &mut ground);
    }
    let style = match (cell.bold(), cell.dim(), cell.underline()) {
        (false, false, false) => "",
        (true, false, false) => "b",
        (false, true, false) => "d",
        (true, true, false) => "b d",
        (false, false, true) => "u",
        (true, false, true) => "b u",
        (false, true, true) => "d u",
        (true, true, true) => "b d u",
    };
    Look { ink, ground, style }
}

fn colour(colour: vt100::Color, palette: &Palette, default: &str) -> String {
    match colour {
        vt100::Color::Default => default.to_owned(),
        vt100::Color::Idx(n @ 0..16) => palette.colours[usize::from(n)].to_owned(),
        vt100::Color::Idx(n @ 16..232) => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let n = n - 16;
            format!(
                "#{:02x}{:02x}{:02x}",
                level(n / 36),
                level(n / 6 % 6),
                level(n % 6)
            )
        }
        vt100::Color::Idx(n) => {
            let grey = 8 + 10 * (n - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
        vt100::Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
    }
}
