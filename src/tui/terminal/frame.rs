//! One frame, sent in one piece: what the terminal is spared of what ratatui writes. Knows escape
//! sequences, and nothing of what they draw.

use std::borrow::Cow;
use std::io::{self, Write};

/// Collects one frame and sends it in one piece, between the marks of a synchronized update. The
/// same marks, written into it, tell it where the frame begins and ends.
#[derive(Debug)]
pub(super) struct FrameWriter<W> {
    out: W,
    frame: Vec<u8>,
    is_open: bool,
    /// What the frame that was sent last ended with: whether the cursor is seen, and where it is.
    cursor: Vec<u8>,
}

pub(super) const BEGIN: &[u8] = b"\x1b[?2026h";
pub(super) const END: &[u8] = b"\x1b[?2026l";
/// Hiding the cursor and showing it begin alike. A frame without a changed cell consists of that
/// and of the cursor's place.
const CURSOR: &[u8] = b"\x1b[?25";
/// How a hyperlink begins, and the one that leads nowhere: its end.
const LINK: &[u8] = b"\x1b]8;";
const UNLINK: &[u8] = b"\x1b]8;;\x1b\\";

impl<W: Write> FrameWriter<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            frame: Vec::with_capacity(16 * 1024),
            is_open: false,
            cursor: Vec::new(),
        }
    }

    /// A frame that would leave everything as it is costs no byte.
    fn send(&mut self) -> io::Result<()> {
        if !self.frame.is_empty() && self.frame != self.cursor {
            let mut places = self.frame.windows(CURSOR.len());
            let at = places.rposition(|place| place == CURSOR);
            self.cursor = self.frame.split_off(at.unwrap_or(self.frame.len()));
            let whole = [BEGIN, &joined(&self.frame), &self.cursor, END].concat();
            self.out.write_all(&whole)?;
            self.out.flush()?;
        }
        self.frame.clear();
        Ok(())
    }
}

/// Every cell of a hyperlink opens and closes its own. Where one cell's follows the other's without
/// anything between, they are one: a link of a screenful would be a hundred times as long.
fn joined(frame: &[u8]) -> Cow<'_, [u8]> {
    if !frame.windows(LINK.len()).any(|bytes| bytes == LINK) {
        return Cow::Borrowed(frame);
    }
    let mut whole = Vec::with_capacity(frame.len());
    let mut open: &[u8] = &[];
    let mut is_closing = false;
    let mut rest = frame;
    while let [first, after @ ..] = rest {
        let sequence = rest.starts_with(LINK).then(|| {
            let end = rest.windows(2).position(|bytes| bytes == b"\x1b\\");
            rest.split_at(end.map_or(rest.len(), |end| end + 2))
        });
        if let Some((sequence, after)) = sequence {
            rest = after;
            if sequence == UNLINK {
                is_closing = true;
            } else if is_closing && sequence == open {
                is_closing = false;
            } else {
                if std::mem::take(&mut is_closing) {
                    whole.extend_from_slice(UNLINK);
                }
                whole.extend_from_slice(sequence);
                open = sequence;
            }
            continue;
        }
        if std::mem::take(&mut is_closing) {
            whole.extend_from_slice(UNLINK);
        }
        whole.push(*first);
        rest = after;
    }
    if is_closing {
        whole.extend_from_slice(UNLINK);
    }
    Cow::Owned(whole)
}

impl<W: Write> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match bytes {
            BEGIN => self.is_open = true,
            END => self.is_open = false,
            _ => self.frame.extend_from_slice(bytes),
        }
        Ok(bytes.len())
    }

    /// ratatui flushes several times a frame; the frame goes out when it is whole.
    fn flush(&mut self) -> io::Result<()> {
        if self.is_open { Ok(()) } else { self.send() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(writer: &mut FrameWriter<Vec<u8>>, parts: &[&[u8]]) {
        writer.write_all(BEGIN).unwrap();
        for part in parts {
            writer.write_all(part).unwrap();
            writer.flush().unwrap();
        }
        writer.write_all(END).unwrap();
        writer.flush().unwrap();
    }

    const HIDE: &[u8] = b"\x1b[?25l";
    const SHOW: &[u8] = b"\x1b[?25h";

    #[test]
    fn a_frame_is_sent_whole_between_its_marks() {
        let mut writer = FrameWriter::new(Vec::new());
        frame(&mut writer, &[b"abc", HIDE]);
        assert_eq!(writer.out, [BEGIN, b"abc", HIDE, END].concat());
    }

    #[test]
    fn cells_of_one_link_are_joined_and_nothing_else_is() {
        let link = |to: &str, text: &str| format!("\x1b]8;id=a;{to}\x1b\\{text}\x1b]8;;\x1b\\");
        let sent = |text: String| String::from_utf8(joined(text.as_bytes()).into_owned()).unwrap();
        assert_eq!(
            sent(format!(
                "x{}{}{}y",
                link("u", "a"),
                link("u", "b"),
                link("u", "c")
            )),
            format!("x{}y", link("u", "abc"))
        );
        for kept in [
            format!("{}\x1b[1m{}", link("u", "a"), link("u", "b")),
            format!("{}{}", link("u", "a"), link("v", "b")),
            link("u", "a"),
            "no link".into(),
            "\x1b]8;broken".into(),
        ] {
            assert_eq!(sent(kept.clone()), kept);
        }
    }

    #[test]
    fn a_frame_that_changes_nothing_sends_nothing() {
        let mut writer = FrameWriter::new(Vec::new());
        let here: &[u8] = b"\x1b[5;20H";
        frame(&mut writer, &[b"abc", HIDE, here]);
        let sent = writer.out.len();
        frame(&mut writer, &[HIDE, here]);
        assert_eq!(writer.out.len(), sent, "an idle tick is free");
        // The cursor went elsewhere, and was shown in between.
        for cursor in [[HIDE, b"\x1b[6;20H"], [SHOW, here], [HIDE, here]] {
            frame(&mut writer, &cursor);
            let last = [BEGIN, cursor[0], cursor[1], END].concat();
            assert!(writer.out.ends_with(&last));
        }
        // After cells it is somewhere else and has to be put back.
        frame(&mut writer, &[b"x", HIDE, here]);
        assert!(
            writer
                .out
                .ends_with(&[BEGIN, b"x", HIDE, here, END].concat())
        );
    }

    #[test]
    fn a_hidden_cursor_rests_where_it_is_put() {
        let mut writer = FrameWriter::new(Vec::new());
        frame(&mut writer, &[b"abc", HIDE, b"\x1b[5;1H"]);
        let sent = writer.out.len();
        frame(&mut writer, &[HIDE, b"\x1b[5;1H"]);
        assert_eq!(writer.out.len(), sent);
        frame(&mut writer, &[HIDE, b"\x1b[6;1H"]);
        assert!(
            writer
                .out
                .ends_with(&[BEGIN, HIDE, b"\x1b[6;1H", END].concat())
        );
    }
}
