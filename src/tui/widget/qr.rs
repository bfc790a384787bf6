//! A QR code made of letters: two modules to a cell as half blocks, or two columns to a module
//! where there is only ASCII. Knows nothing of what it says.

use fast_qr::{ECL, QRBuilder, QRCode};

/// Light modules around the code. Four are asked for; cameras get by with two, and windows are
/// small.
const QUIET: usize = 2;

pub struct Qr(QRCode);

impl std::fmt::Debug for Qr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Qr({0} x {0})", self.0.size)
    }
}

impl Qr {
    /// With the least redundancy: a screen has no stains, and each module counts.
    pub fn of(text: &str) -> Option<Self> {
        QRBuilder::new(text).ecl(ECL::L).build().ok().map(Self)
    }

    /// Columns and rows.
    pub fn size(&self, plain: bool) -> (u16, u16) {
        let side = self.0.size + 2 * QUIET;
        if plain {
            (2 * side as u16, side as u16)
        } else {
            (side as u16, side.div_ceil(2) as u16)
        }
    }

    /// Dark modules are drawn, light ones are left.
    pub fn lines(&self, plain: bool) -> Vec<String> {
        let side = self.0.size + 2 * QUIET;
        if plain {
            let cell = |dark| if dark { "##" } else { "  " };
            let line = |y| (0..side).map(|x| cell(self.is_dark(x, y))).collect();
            return (0..side).map(line).collect();
        }
        let line = |y: usize| {
            let cell = |x| match (self.is_dark(x, y), self.is_dark(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            };
            (0..side).map(cell).collect()
        };
        (0..side).step_by(2).map(line).collect()
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < self.0.size);
        match (inside(x), inside(y)) {
            (Some(x), Some(y)) => self.0[y][x].value(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corner_is_drawn_as_it_is_specified() {
        let code = Qr::of("https://example.com/").unwrap();
        let lines = code.lines(true);
        // Two light modules, then the seven dark ones of a finder pattern.
        assert!(lines[0].trim().is_empty() && lines[1].trim().is_empty());
        assert!(lines[2].starts_with("    ##############  "));
        assert!(lines[3].starts_with("    ##          ##  "));
        let (width, height) = code.size(true);
        assert_eq!((lines[0].len(), lines.len()), (width.into(), height.into()));
    }

    #[test]
    fn half_blocks_hold_two_rows_each() {
        let code = Qr::of("https://example.com/").unwrap();
        let (plain, half) = (code.lines(true), code.lines(false));
        for (y, line) in half.iter().enumerate() {
            for (x, cell) in line.chars().enumerate() {
                let dark = |row: usize| plain.get(row).is_some_and(|l| &l[2 * x..=2 * x] == "#");
                let drawn = match cell {
                    '█' => (true, true),
                    '▀' => (true, false),
                    '▄' => (false, true),
                    _ => (false, false),
                };
                assert_eq!(drawn, (dark(2 * y), dark(2 * y + 1)), "{x},{y}");
            }
        }
        let (width, height) = code.size(false);
        assert_eq!(
            (half[0].chars().count(), half.len()),
            (width.into(), height.into())
        );
    }

    #[test]
    fn what_is_too_long_is_refused() {
        assert!(Qr::of(&"x".repeat(5_000)).is_none());
    }
}
