//! A position in a list, and the window that follows it.

/// Which entry is chosen and which one is at the top of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scroll {
    pub at: usize,
    pub top: usize,
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Down(usize),
    Up(usize),
    First,
    Last,
}

impl Step {
    /// Where the step leads from `at` in a list of `len`.
    pub fn from(self, at: usize, len: usize) -> usize {
        let last = len.saturating_sub(1);
        match self {
            Self::Down(n) => at.saturating_add(n).min(last),
            Self::Up(n) => at.saturating_sub(n).min(last),
            Self::First => 0,
            Self::Last => last,
        }
    }
}

impl Scroll {
    pub fn go(&mut self, step: Step, len: usize, page: usize) {
        self.at = step.from(self.at, len);
        self.top = window(self.top, self.at, len, page);
    }

    /// For text without a chosen line: the window alone moves.
    pub fn slide(&mut self, step: Step, len: usize, page: usize) {
        let stops = len.saturating_sub(page) + 1;
        self.top = step.from(self.top, stops);
        self.at = self.top;
    }
}

/// The window's new top: moved as little as possible so that `at` is in it, and never past the end.
pub fn window(top: usize, at: usize, len: usize, page: usize) -> usize {
    let page = page.max(1);
    let top = top.min(at).max((at + 1).saturating_sub(page));
    top.min(len.saturating_sub(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_follows_and_stops_at_the_ends() {
        assert_eq!(window(0, 12, 20, 10), 3);
        assert_eq!(window(8, 2, 20, 10), 2);
        assert_eq!(window(15, 19, 20, 10), 10);
        assert_eq!(window(5, 0, 3, 10), 0);
        assert_eq!(window(0, 0, 0, 0), 0);
    }

    #[test]
    fn steps_stay_inside() {
        assert_eq!(Step::Down(5).from(18, 20), 19);
        assert_eq!(Step::Up(5).from(2, 20), 0);
        assert_eq!(Step::Last.from(0, 0), 0);
        let mut text = Scroll::default();
        text.slide(Step::Last, 30, 10);
        assert_eq!(text.top, 20);
        text.slide(Step::Up(3), 30, 10);
        assert_eq!(text.top, 17);
    }
}
