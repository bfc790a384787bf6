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

pub(crate) fn svg(screen: &vt100::Screen, palette: &Palette) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let width = f32::from(columns) * CELL.0 + 2.0 * MARGIN;
    let height = f32::from(rows) * CELL.1 + 2.0 * MARGIN;
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n",
        palette.ground
    );
    for row in 0..rows {
        for column in 0..columns {
            let Some(cell) = screen.cell(row, column) else {
                continue;
            };
            draw(&mut picture, cell, (row, column), palette);
        }
    }
    picture.push_str("</svg>\n");
    picture
}

fn draw(picture: &mut String, cell: &vt100::Cell, (row, column): (u16, u16), palette: &Palette) {
    let (mut ink, mut ground) = (
        colour(cell.fgcolor(), palette, palette.text),
        colour(cell.bgcolor(), palette, palette.ground),
    );
    if cell.inverse() {
        std::mem::swap(&mut ink, &mut ground);
    }
    let x = MARGIN + f32::from(column) * CELL.0;
    let y = MARGIN + f32::from(row) * CELL.1;
    if ground != palette.ground {
        // A hair wider than the cell, or the seams between cells show.
        let (w, h) = (CELL.0 + 0.3, CELL.1 + 0.3);
        let _ = writeln!(
            picture,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w}\" height=\"{h}\" fill=\"{ground}\"/>"
        );
    }
    let text = cell.contents();
    if text.trim().is_empty() {
        return;
    }
    let mut style = String::new();
    if cell.bold() {
        style.push_str(" font-weight=\"700\"");
    }
    if cell.dim() {
        style.push_str(" opacity=\"0.65\"");
    }
    if cell.underline() {
        style.push_str(" text-decoration=\"underline\"");
    }
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let baseline = y + 12.8;
    let _ = writeln!(
        picture,
        "<text x=\"{x:.1}\" y=\"{baseline:.1}\" fill=\"{ink}\"{style}>{text}</text>"
    );
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
