//! Key hints on one line: the first and the last always stay, the others while there is room.

use super::text;

/// One hint, in the order in which it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    pub key: String,
    pub does: String,
    /// Lower stays longer.
    pub rank: u8,
}

impl Hint {
    fn width(&self) -> usize {
        text::width(&self.key) + 1 + text::width(&self.does)
    }
}

const GAP: usize = 2;

/// The hints that fit into `room` columns, in their order.
pub fn that_fit(hints: &[Hint], room: usize) -> Vec<&Hint> {
    let mut by_rank: Vec<usize> = (0..hints.len()).collect();
    by_rank.sort_by_key(|&i| hints[i].rank);
    let mut used = 0;
    let mut kept = Vec::new();
    for i in by_rank {
        let need = hints[i].width() + if kept.is_empty() { 0 } else { GAP };
        if used + need > room {
            break;
        }
        used += need;
        kept.push(i);
    }
    kept.sort_unstable();
    kept.into_iter().map(|i| &hints[i]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_outlives_everything_else() {
        let hint = |key: &str, does: &str, rank| Hint {
            key: key.into(),
            does: does.into(),
            rank,
        };
        let all = [
            hint("?", "help", 0),
            hint("a", "add", 2),
            hint("R", "refresh all", 9),
            hint("q", "quit", 1),
        ];
        let keys = |room| -> Vec<&str> {
            that_fit(&all, room)
                .iter()
                .map(|h| h.key.as_str())
                .collect()
        };
        assert_eq!(keys(80), ["?", "a", "R", "q"]);
        assert_eq!(keys(22), ["?", "a", "q"]);
        assert_eq!(keys(14), ["?", "q"]);
        assert_eq!(keys(6), ["?"]);
        assert!(keys(3).is_empty());
    }
}
