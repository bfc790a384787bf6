//! A page in the language of man(7): paragraphs, headings and lists, from plain text in which
//! backticks mark what is typed. It knows nothing of commands.

use std::fmt::Write;

/// The first line of every page of ours.
pub(super) const MARK: &str = ".\\\" Written by `gatepost man`.\n";

/// What a line of the source may be long.
const WIDTH: usize = 78;

pub(super) struct Roff(String);

impl Roff {
    pub(super) fn new(title: &str) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let mut roff = Self(MARK.to_owned());
        let title = escape(&title.to_uppercase());
        // No date: the same program writes the same page.
        roff.line(&format!(
            ".TH {title} 1 \"\" \"gatepost {version}\" \"gatepost manual\""
        ));
        roff
    }

    pub(super) fn heading(&mut self, name: &str) {
        self.line(&format!(".SH {}", quoted(name)));
    }

    pub(super) fn subheading(&mut self, name: &str) {
        self.line(&format!(".SS {}", quoted(name)));
    }

    /// Paragraphs, separated by empty lines.
    pub(super) fn text(&mut self, text: &str) {
        for (index, paragraph) in text.split("\n\n").enumerate() {
            if index > 0 {
                self.line(".PP");
            }
            self.filled(paragraph);
        }
    }

    /// A word and what it means. `head` is escaped already.
    pub(super) fn item(&mut self, head: &str, text: &str) {
        self.line(".TP");
        self.line(head);
        for (index, paragraph) in text.split("\n\n").enumerate() {
            if index > 0 {
                self.line(".IP");
            }
            self.filled(paragraph);
        }
    }

    /// A paragraph that is not the first below its heading.
    pub(super) fn another(&mut self, text: &str) {
        self.line(".PP");
        self.text(text);
    }

    /// Line by line, as typed.
    pub(super) fn verbatim(&mut self, text: &str) {
        self.line(".nf");
        self.line(".RS");
        for line in text.lines() {
            self.line(&guarded(&escape(line).replace('-', "\\-")));
        }
        self.line(".RE");
        self.line(".fi");
    }

    pub(super) fn line(&mut self, line: &str) {
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }

    fn filled(&mut self, text: &str) {
        let mut line = String::new();
        for word in prose(text).split_whitespace() {
            if !line.is_empty() && line.len() + 1 + word.len() > WIDTH {
                self.line(&guarded(&line));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        if !line.is_empty() {
            self.line(&guarded(&line));
        }
    }
}

/// As typed, in bold.
pub(super) fn bold(text: &str) -> String {
    format!("\\fB{}\\fR", escape(text).replace('-', "\\-"))
}

/// To be replaced by the reader.
pub(super) fn italic(text: &str) -> String {
    format!("\\fI{}\\fR", escape(text).replace('-', "\\-"))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escape(text).replace('"', "\\(dq"))
}

/// Backticks become bold; options keep their hyphens, to be copied.
fn prose(text: &str) -> String {
    let mut said = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            said.push_str(&bold(part));
            continue;
        }
        let mut before = ' ';
        for word in part.split_inclusive(char::is_whitespace) {
            let escaped = escape(word);
            if word.trim_start_matches('(').starts_with('-') && before.is_whitespace() {
                said.push_str(&escaped.replace('-', "\\-"));
            } else {
                said.push_str(&escaped);
            }
            before = word.chars().last().unwrap_or(' ');
        }
    }
    said
}

/// Without what would be taken for an instruction.
fn escape(text: &str) -> String {
    let mut said = String::new();
    for c in text.chars() {
        match c {
            '\\' => said.push_str("\\e"),
            '\'' => said.push_str("\\(aq"),
            '`' => said.push_str("\\(ga"),
            '^' => said.push_str("\\(ha"),
            '~' => said.push_str("\\(ti"),
            c if c.is_ascii() => said.push(c),
            // A `String` takes all that is written to it.
            c => drop(write!(said, "\\[u{:04X}]", u32::from(c))),
        }
    }
    said
}

/// A dot at the beginning of a line is an instruction.
fn guarded(line: &str) -> String {
    if line.starts_with('.') {
        format!("\\&{line}")
    } else {
        line.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> String {
        let mut roff = Roff(String::new());
        roff.text(text);
        roff.into_text()
    }

    #[test]
    fn nothing_in_a_text_is_taken_for_an_instruction() {
        assert_eq!(page(".SH a"), "\\&.SH a\n");
        assert_eq!(page("it's a \\ b"), "it\\(aqs a \\e b\n");
        assert_eq!(page("a · b"), "a \\[u00B7] b\n");
    }

    #[test]
    fn what_is_typed_can_be_copied() {
        assert_eq!(page("use `a --b` now"), "use \\fBa \\-\\-b\\fR now\n");
        assert_eq!(
            page("with --imap, in-process"),
            "with \\-\\-imap, in-process\n"
        );
    }
}
