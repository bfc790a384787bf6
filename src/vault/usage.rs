//! Usage: which program was given a token, and when. Written after the token was printed, in a
//! file of its own, not durably; whatever goes wrong here is ignored, because nobody's mail should
//! wait for a statistic.
//!
//! A mark is a line, `milliseconds TAB address TAB program`, added at the end in one write, so that
//! processes need no lock among them. Who adds one reads only the end, where the last minute is.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::error::{During, VaultError};
use super::{Paths, private};
use crate::domain::snapshot::Handout;
use crate::domain::time::{Span, Timestamp, from_millis, millis};
use crate::domain::wording::safe;

/// A program that asks in a loop leaves one mark a minute.
const AT_MOST_EVERY: Span = Span::minutes(1);

/// Programs per account: shown and kept.
const SHOWN: usize = 5;
const KEPT: usize = 20;

/// A longer file is rewritten to half of this or less; some 2,500 marks are left.
const LONGEST: u64 = 256 * 1024;

/// Holds the last minute's marks of anyone with fewer than eighty callers.
const RECENT: u64 = 4 * 1024;

/// What each account's tokens were handed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage(HashMap<String, Vec<Handout>>);

impl Usage {
    /// Most recent first, one per program, at most five.
    pub fn handouts(&self, email: &str) -> &[Handout] {
        self.0.get(email).map_or(&[], Vec::as_slice)
    }

    pub fn last_used_at(&self, email: &str) -> Option<Timestamp> {
        self.handouts(email).first().map(|handout| handout.at)
    }
}

pub fn record(paths: &Paths, email: &str, program: &str, now: Timestamp) {
    let mark = Mark {
        at: now,
        email,
        program: &safe(program),
    };
    let _ = add(&paths.usage, &mark);
}

/// Empty on any trouble.
pub fn read(paths: &Paths) -> Usage {
    read_all(&paths.usage).unwrap_or_default()
}

fn read_all(path: &Path) -> Result<Usage, VaultError> {
    let mut usage = Usage::default();
    let Some(file) = private::open(path)? else {
        return Ok(usage);
    };
    let length = file.metadata().during("look at", path)?.len();
    let text = end_of(&file, length, 2 * LONGEST).during("read", path)?;
    for mark in latest_first(&text) {
        let handouts = usage.0.entry(mark.email.to_owned()).or_default();
        let is_known = handouts.iter().any(|known| known.program == mark.program);
        if !is_known && handouts.len() < SHOWN {
            handouts.push(Handout {
                program: mark.program.to_owned(),
                at: mark.at,
            });
        }
    }
    for handouts in usage.0.values_mut() {
        handouts.sort_by_key(|handout| std::cmp::Reverse(handout.at));
    }
    Ok(usage)
}

#[derive(Clone, Copy)]
struct Mark<'a> {
    at: Timestamp,
    email: &'a str,
    program: &'a str,
}

impl<'a> Mark<'a> {
    fn parse(line: &'a [u8]) -> Option<Self> {
        let mut fields = std::str::from_utf8(line).ok()?.split('\t');
        let mark = Self {
            at: from_millis(fields.next()?.parse().ok()?),
            email: fields.next()?,
            program: fields.next()?,
        };
        fields.next().is_none().then_some(mark)
    }

    fn is_about_the_same(&self, other: &Mark<'_>) -> bool {
        self.email == other.email && self.program == other.program
    }
}

impl fmt::Display for Mark<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\t{}\t{}", millis(self.at), self.email, self.program)
    }
}

fn add(path: &Path, mark: &Mark<'_>) -> Result<(), VaultError> {
    let (mut file, length) = match private::open_to_append(path)? {
        Some(opened) => opened,
        None => {
            private::directory(private::parent(path))?;
            private::open_to_append(path)?.ok_or(VaultError::Gone { what: "directory" })?
        }
    };
    let recent = end_of(&file, length, RECENT).during("read", path)?;
    let last = latest_first(&recent).find(|other| other.is_about_the_same(mark));
    // A mark from the future was made before the clock was set back.
    if last.is_some_and(|last| (Span::zero()..AT_MOST_EVERY).contains(&(mark.at - last.at))) {
        return Ok(());
    }
    // A write that a full disk cut short must not spoil the next one.
    let break_off = match recent.last() {
        None | Some(b'\n') => "",
        Some(_) => "\n",
    };
    file.write_all(format!("{break_off}{mark}").as_bytes())
        .during("write", path)?;
    if length > LONGEST {
        shorten(path, &file, length)?;
    }
    Ok(())
}

/// Keeps what is shown, written aside and then named. A mark that another process adds meanwhile
/// is lost, which is allowed here.
fn shorten(path: &Path, file: &File, length: u64) -> Result<(), VaultError> {
    let text = end_of(file, length, 2 * LONGEST).during("read", path)?;
    let mut programs: HashMap<&str, Vec<&str>> = HashMap::new();
    let (mut kept, mut size) = (Vec::new(), 0);
    for mark in latest_first(&text) {
        let known = programs.entry(mark.email).or_default();
        if known.len() < KEPT && !known.contains(&mark.program) {
            known.push(mark.program);
            let line = mark.to_string();
            size += line.len() as u64;
            if size > LONGEST / 2 {
                break;
            }
            kept.push(line);
        }
    }
    kept.reverse();
    let directory = private::parent(path);
    let mut aside = tempfile::Builder::new()
        .prefix(".usage-")
        .tempfile_in(directory)
        .during("create a file in", directory)?;
    aside
        .write_all(kept.concat().as_bytes())
        .during("write", path)?;
    aside.persist(path).map(drop).during("replace", path)
}

/// The whole lines among the last `most` bytes.
fn end_of(file: &File, length: u64, most: u64) -> io::Result<Vec<u8>> {
    let start = length.saturating_sub(most);
    let mut text = vec![0; (length - start) as usize];
    let read = file.read_at(&mut text, start)?;
    text.truncate(read);
    if start > 0 {
        let first = text.iter().position(|&byte| byte == b'\n');
        text.drain(..first.map_or(text.len(), |at| at + 1));
    }
    Ok(text)
}

/// What is not a mark is overlooked.
fn latest_first(text: &[u8]) -> impl Iterator<Item = Mark<'_>> {
    text.rsplit(|&byte| byte == b'\n').filter_map(Mark::parse)
}
