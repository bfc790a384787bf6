//! Which columns the table has at a given width, and how wide each is. Pure, and shared by drawing
//! and the mouse.

use crate::tui::rows::Widest;

/// How wide each column is; 0 means that it is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Columns {
    /// Between address and countdown instead of in front, where space is short.
    pub word_behind: bool,
    /// Spaces between two columns.
    pub gap: usize,
    pub word: usize,
    pub account: usize,
    pub label: usize,
    pub access: usize,
    pub gauge: usize,
    pub sign_in: usize,
    pub seen: usize,
    pub scopes: usize,
    pub client: usize,
}

/// Cursor, mark, state mark and a space.
pub const PREFIX: usize = 4;
/// Longer addresses give way to the other columns, and take what these leave.
const LONG_ADDRESS: usize = 32;
const GAUGE: (usize, usize) = (6, 10);
const WIDEST_GAP: usize = 3;

impl Columns {
    /// They leave in this order: scopes, client, label, gauge, last refresh, sign-in, word. An
    /// address is cut only when label, client and scopes are gone.
    pub fn that_fit(width: usize, widest: &Widest) -> Self {
        let mut left = width.saturating_sub(PREFIX + 8);
        let least = if width < 41 { 8 } else { 16 };
        let mut columns = Self {
            word_behind: width < 54,
            gap: 1,
            access: 7,
            account: least.min(left),
            ..Self::default()
        };
        left -= columns.account;
        let mut add = |column: &mut usize, room: usize, wanted: bool| {
            if wanted && left > room {
                *column = room;
                left -= room + 1;
            }
        };
        add(&mut columns.word, 10, true);
        add(&mut columns.sign_in, 13, columns.word > 0);
        add(&mut columns.seen, 5, columns.sign_in > 0);
        add(&mut columns.gauge, GAUGE.0, columns.seen > 0);
        let address = widest.account.min(LONG_ADDRESS);
        grow(&mut columns.account, address, &mut left);
        let has_all = columns.gauge > 0 && columns.account >= address;
        // As wide as what is in it, within bounds; the heading and its arrow have to fit as well.
        let mut add = |column: &mut usize, text: usize, least: usize, most: usize| {
            let room = text.clamp(least, most).min(left.saturating_sub(1));
            if has_all && text > 0 && room >= least {
                *column = room;
                left -= room + 1;
            }
        };
        add(&mut columns.label, widest.label, 6, 10);
        add(&mut columns.client, widest.client, 7, 18);
        add(&mut columns.scopes, widest.scopes, 10, 24);
        if columns.gauge > 0 {
            grow(&mut columns.gauge, GAUGE.1, &mut left);
        }
        if columns.label > 0 {
            grow(&mut columns.label, widest.label.min(14), &mut left);
        }
        if columns.word_behind {
            // The countdown belongs at the right edge.
            grow(&mut columns.account, usize::MAX, &mut left);
            return columns;
        }
        grow(&mut columns.account, widest.account, &mut left);
        columns.spread(left);
        columns
    }

    /// Where the addresses begin.
    pub fn address(&self) -> usize {
        let word = if self.word_behind || self.word == 0 {
            0
        } else {
            self.word + self.gap
        };
        PREFIX + word
    }

    /// What is left widens the gaps; crumbs go to the address, so that the right edge is straight.
    fn spread(&mut self, mut left: usize) {
        let gaps = self.count() - 1;
        while self.gap < WIDEST_GAP && left >= gaps {
            self.gap += 1;
            left -= gaps;
        }
        if left < gaps {
            self.account += left;
        }
    }

    fn count(&self) -> usize {
        let others = [
            self.word,
            self.label,
            self.sign_in,
            self.seen,
            self.scopes,
            self.client,
        ];
        2 + others.into_iter().filter(|room| *room > 0).count()
    }
}

fn grow(column: &mut usize, to: usize, left: &mut usize) {
    let more = to.saturating_sub(*column).min(*left);
    *column += more;
    *left -= more;
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDEST: Widest = Widest {
        account: 26,
        label: 9,
        client: 7,
        scopes: 15,
    };

    fn used(c: &Columns) -> usize {
        let gauge = if c.gauge > 0 { c.gauge + 1 } else { 0 };
        let others = [c.word, c.label, c.sign_in, c.seen, c.scopes, c.client];
        let rooms: usize = others.iter().sum();
        PREFIX + c.account + c.access + gauge + rooms + (c.count() - 1) * c.gap
    }

    #[test]
    fn columns_fill_the_width_and_never_exceed_it() {
        for width in 10..240 {
            for widest in [
                WIDEST,
                Widest::default(),
                Widest {
                    account: 200,
                    ..WIDEST
                },
            ] {
                let c = Columns::that_fit(width, &widest);
                assert!(used(&c) <= width.max(PREFIX + 8), "{width}: {c:?}");
            }
        }
    }

    #[test]
    fn they_leave_in_order() {
        for width in (12..240).rev() {
            let c = Columns::that_fit(width, &WIDEST);
            let order = [
                c.scopes, c.client, c.label, c.gauge, c.seen, c.sign_in, c.word,
            ];
            let gone = order.iter().take_while(|room| **room == 0).count();
            assert!(order[gone..].iter().all(|room| *room > 0), "{width}: {c:?}");
            assert!(
                c.account >= 26 || gone >= 3,
                "{width} cuts the address first: {c:?}"
            );
        }
    }

    #[test]
    fn the_widths_of_the_drawing() {
        let wide = Columns::that_fit(160, &WIDEST);
        assert!(wide.client > 0 && wide.label > 0 && wide.scopes > 0 && wide.gauge == 10);
        let middle = Columns::that_fit(57, &WIDEST);
        assert!(middle.sign_in > 0 && middle.gauge == 0 && !middle.word_behind);
        let narrow = Columns::that_fit(40, &WIDEST);
        assert!(narrow.word > 0 && narrow.sign_in == 0 && narrow.word_behind);
        assert_eq!(Columns::that_fit(20, &WIDEST).word, 0);
    }
}
