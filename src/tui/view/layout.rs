//! The plan of the main screen: which parts there are at a given size, and where. Pure, and shared
//! by drawing, paging and the mouse, so that they agree.
//!
//! ```text
//!  header                                             110 x 24 and more: everything
//!  attention: who needs a person, why, which key      80 x 20: details as a strip, one event
//! ┏ Accounts ━━━━━━━━━━━━━━━━━┓┌ details ──────┐      56: a strip without a border
//! ┃ rows                      ┃│               │      41: no borders at all
//! ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━┛└───────────────┘      30: short names, one line of details
//! ┌ Events ────────────────────────────────────┐      less: mark, name and countdown
//! └────────────────────────────────────────────┘
//!  footer
//! ```

use ratatui::layout::Rect;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub header: Option<Rect>,
    pub attention: Option<Rect>,
    /// With its border or its rule.
    pub table: Rect,
    pub frame: Frame,
    /// The rows alone.
    pub rows: Rect,
    pub details: Option<(Details, Rect)>,
    pub events: Option<Rect>,
    /// The latest event, on one line.
    pub latest: Option<Rect>,
    /// How far something long is.
    pub work: Option<Rect>,
    pub footer: Option<Rect>,
}

/// What stands around the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// A border and the columns' names.
    Boxed,
    /// A rule on top.
    Ruled,
    Bare,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Details {
    Side,
    Strip,
    /// A few lines without a border.
    Lines,
}

/// What there is to be shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Need {
    pub attention: bool,
    pub zoomed: bool,
    pub work: bool,
}

pub fn plan((width, height): (u16, u16), need: Need) -> Plan {
    let mut rest = Rect::new(0, 0, width, height);
    let footer = (height >= 2).then(|| from_bottom(&mut rest, 1));
    // A tiny window has no line to spare, and gives the hints for it.
    let work = footer.filter(|_| need.work).map(|footer| match height {
        ..6 => footer,
        _ => from_bottom(&mut rest, 1),
    });
    let header = (height >= 5).then(|| from_top(&mut rest, 1));
    let attention = (need.attention && height >= 10 && width >= 30).then(|| from_top(&mut rest, 1));
    let wide = width >= 110 && height >= 24 && !need.zoomed;
    let events = wide.then(|| from_bottom(&mut rest, 7));
    let latest = (!wide && !need.zoomed && !need.work && height >= 15 && width >= 30)
        .then(|| from_bottom(&mut rest, 1));
    let details = (!need.zoomed)
        .then(|| details(&mut rest, (width, height), wide))
        .flatten();
    let frame = match (width, height) {
        (56.., 12..) => Frame::Boxed,
        (41.., 12..) => Frame::Ruled,
        _ => Frame::Bare,
    };
    let rows = match frame {
        // Two for the border, one for the columns' names.
        Frame::Boxed => Rect {
            x: rest.x + 1,
            y: rest.y + 2,
            width: rest.width - 2,
            height: rest.height.saturating_sub(3),
        },
        Frame::Ruled => Rect {
            y: rest.y + 1,
            height: rest.height.saturating_sub(1),
            ..rest
        },
        Frame::Bare => rest,
    };
    Plan {
        header,
        attention,
        table: rest,
        frame,
        rows,
        details,
        events,
        latest,
        work,
        footer,
    }
}

fn details(rest: &mut Rect, (width, height): (u16, u16), wide: bool) -> Option<(Details, Rect)> {
    if wide {
        let side = if width > 160 { 60 } else { 41 };
        rest.width -= side;
        return Some((
            Details::Side,
            Rect {
                x: rest.right(),
                width: side,
                ..*rest
            },
        ));
    }
    match (width, height) {
        (80.., 20..) => Some((Details::Strip, from_bottom(rest, 7))),
        (41.., 14..) => Some((Details::Lines, from_bottom(rest, 4))),
        (30.., 8..) => Some((Details::Lines, from_bottom(rest, 1))),
        _ => None,
    }
}

fn from_bottom(rest: &mut Rect, lines: u16) -> Rect {
    rest.height -= lines;
    Rect {
        y: rest.bottom(),
        height: lines,
        ..*rest
    }
}

fn from_top(rest: &mut Rect, lines: u16) -> Rect {
    let top = Rect {
        height: lines,
        ..*rest
    };
    rest.y += lines;
    rest.height -= lines;
    top
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(outer: (u16, u16), part: Rect) {
        let screen = Rect::new(0, 0, outer.0, outer.1);
        assert_eq!(screen.intersection(part), part, "{part:?} leaves {outer:?}");
    }

    #[test]
    fn at_every_size_the_parts_fit_and_a_row_is_left() {
        for width in 1..=240 {
            for height in 1..=60 {
                for attention in [false, true] {
                    for (zoomed, work) in [(false, false), (true, false), (false, true)] {
                        let size = (width, height);
                        let need = Need {
                            attention,
                            zoomed,
                            work,
                        };
                        let plan = plan(size, need);
                        let parts = [
                            plan.header,
                            plan.attention,
                            plan.events,
                            plan.latest,
                            plan.work,
                            plan.footer,
                        ];
                        for part in parts.into_iter().flatten().chain(plan.details.map(|d| d.1)) {
                            inside(size, part);
                        }
                        inside(size, plan.rows);
                        assert!(plan.rows.height >= 1, "no row at {size:?}");
                        assert!(plan.footer.is_some() || height < 2);
                    }
                }
            }
        }
    }

    #[test]
    fn the_breakpoints_are_those_of_the_drawing() {
        let at = |width, height| plan((width, height), Need::default());
        assert!(at(120, 32).events.is_some());
        assert_eq!(at(120, 32).details.map(|d| d.0), Some(Details::Side));
        assert_eq!(at(80, 24).details.map(|d| d.0), Some(Details::Strip));
        assert_eq!(at(50, 15).frame, Frame::Ruled);
        assert_eq!(at(40, 10).rows.height, 7);
        assert_eq!(at(20, 3).rows.height, 2);
        assert!(at(20, 3).header.is_none());
    }
}
