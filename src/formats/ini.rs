//! Sections of `name = value` lines, as Python's `configparser` and rclone write them. Values stay
//! in the text that was read: a secret among them is copied nowhere.

pub(super) struct Section<'a> {
    pub(super) name: &'a str,
    lines: Vec<(&'a str, &'a str)>,
}

impl<'a> Section<'a> {
    /// The last one counts, as it does for those who wrote it; an empty one is none.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        let mut lines = self.lines.iter().rev();
        let found = lines.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| *value).filter(|v| !v.is_empty())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }
}

/// What stands before the first section belongs to none.
pub(super) fn sections(text: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for line in text.lines() {
        // An indented line goes on with the value above it; no value of interest does.
        if line.starts_with([' ', '\t', '#', ';']) {
            continue;
        }
        let line = line.trim_end();
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            sections.push(Section {
                name,
                lines: Vec::new(),
            });
        } else if let Some(section) = sections.last_mut()
            && let Some((key, value)) = line.split_once(['=', ':'])
        {
            section.lines.push((key.trim(), value.trim()));
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_their_values() {
        let text = "stray = 1\n# [no]\n[one]\na = 1=2\nA: 3\n; b = 4\nc =\n  c = 5\r\n[two]\r\nd = {\"e\": 1}\r\n";
        let sections = sections(text);
        let names: Vec<_> = sections.iter().map(|s| s.name).collect();
        assert_eq!(names, ["one", "two"]);
        assert_eq!(sections[0].value("a"), Some("3"));
        assert_eq!(
            (sections[0].value("b"), sections[0].value("c")),
            (None, None)
        );
        assert_eq!(sections[1].value("d"), Some("{\"e\": 1}"));
        assert!(super::sections("[").is_empty());
    }
}
