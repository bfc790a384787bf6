//! A program's version: the first number with dots in what it prints, compared part by part.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(Vec<u32>);

impl Version {
    /// Finds it in the program's own words: `Mutt 2.2.12 (2023-09-09)`, `NeoMutt 20220429`. What it
    /// says on two streams comes in any order, and other things have versions too: a line that
    /// names the program is believed first.
    pub fn find(name: &str, said: &str) -> Option<Self> {
        let in_line = |line: &str| {
            let mut words = line.split(|c: char| c.is_whitespace() || c == ',' || c == '+');
            words.find_map(Self::parse)
        };
        let lines = || {
            let is_warning = |line: &&str| line.to_lowercase().contains("warning");
            said.lines().filter(move |line| !is_warning(line))
        };
        let names_it = |line: &&str| line.to_lowercase().contains(name);
        let named = lines().filter(names_it).find_map(in_line);
        named.or_else(|| lines().find_map(in_line))
    }

    fn parse(word: &str) -> Option<Self> {
        let digits = word.trim_start_matches(['v', 'V', '(']);
        if !digits.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let number = |part: &str| {
            let end = part.find(|c: char| !c.is_ascii_digit());
            part[..end.unwrap_or(part.len())].parse().ok()
        };
        let parts: Vec<u32> = digits.split('.').map_while(number).collect();
        // A lone small number is a year, a copyright or a count.
        let is_version = parts.len() > 1 || parts.first().is_some_and(|n| *n > 10_000_000);
        is_version.then_some(Self(parts))
    }

    /// Part by part; what is not written counts as nothing.
    pub(super) fn is_before(&self, other: &[u32]) -> bool {
        let part = |parts: &[u32], i| parts.get(i).copied().unwrap_or(0);
        let length = self.0.len().max(other.len());
        let ordering = (0..length).map(|i| part(&self.0, i).cmp(&part(other, i)));
        ordering.into_iter().find(|o| o.is_ne()) == Some(std::cmp::Ordering::Less)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&parts.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(said: &str) -> String {
        Version::find("fetchmail", said).map_or("none".into(), |version| version.to_string())
    }

    #[test]
    fn versions_as_programs_print_them() {
        for (said, version) in [
            (
                "Mutt 2.2.12 (2023-09-09)\nCopyright (C) 1996-2023",
                "2.2.12",
            ),
            ("NeoMutt 20220429\n", "20220429"),
            ("s-nail v14.9.24, 2022-03-26 (built for Linux)", "14.9.24"),
            ("aerc 0.14.0 +notmuch (go1.19.8 amd64 linux)", "0.14.0"),
            (
                "fetchmail: WARNING: Running as root\nThis is fetchmail release 6.4.37+GSS",
                "6.4.37",
            ),
            ("This is fetchmail release 7.0.0-alpha10+SSL", "7.0.0"),
            (
                "No mailservers set up\nLinux 6.18.44\nThis is fetchmail release 6.4.37+GSS",
                "6.4.37",
            ),
            ("isync 1.5.0\n", "1.5.0"),
            ("8.0.0\n", "8.0.0"),
            ("himalaya v2.2.1 +imap", "2.2.1"),
            ("no version here, since 2023", "none"),
            ("", "none"),
        ] {
            assert_eq!(found(said), version, "{said}");
        }
    }

    #[test]
    fn part_by_part() {
        let version = Version::find("x", "x 1.10.2").unwrap();
        assert!(version.is_before(&[1, 11]) && version.is_before(&[2]));
        assert!(!version.is_before(&[1, 9, 9]) && !version.is_before(&[1, 10, 2]));
        assert!(!version.is_before(&[1, 10, 2, 0]));
    }
}
