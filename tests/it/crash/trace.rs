//! What `strace -xx` writes down, read back: one call after the other, with its data.

use std::collections::HashMap;

/// What changes files, what makes that last, and what tells somebody.
const CALLS: &str = "trace=openat,close,write,writev,pwrite64,pwritev,sendto,ftruncate,fallocate,\
    fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,exit_group";

pub(super) const OPTIONS: [&str; 5] = ["-xx", "-s", "99999999", "-e", CALLS];

pub(super) struct Call {
    pub(super) name: String,
    /// Strings as their bytes, all else as it is written.
    pub(super) arguments: Vec<Vec<u8>>,
    pub(super) result: i64,
}

impl Call {
    pub(super) fn number(&self, at: usize) -> i64 {
        self.text(at).parse().unwrap()
    }

    pub(super) fn text(&self, at: usize) -> &str {
        std::str::from_utf8(&self.arguments[at]).unwrap()
    }
}

/// Those that succeeded, in the order in which they ended.
pub(super) fn read(trace: &str) -> Vec<Call> {
    let mut begun = HashMap::new();
    let mut calls = Vec::new();
    for line in trace.lines() {
        let (thread, rest) = line.split_once(' ').unwrap();
        let rest = rest.trim_start();
        if let Some(start) = rest.strip_suffix(" <unfinished ...>") {
            begun.insert(thread, start);
        } else if let Some((_, end)) = rest.split_once(" resumed>") {
            let start = begun.remove(thread).unwrap();
            calls.extend(call(&format!("{start}{end}")));
        } else {
            calls.extend(call(rest));
        }
    }
    calls
}

fn call(text: &str) -> Option<Call> {
    let (name, rest) = text.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(") ")?;
    let result = result.trim_start().strip_prefix("= ")?;
    let result = result.split(' ').next()?.parse().unwrap_or(0);
    (result >= 0).then(|| Call {
        name: name.to_owned(),
        arguments: arguments.split(", ").map(value).collect(),
        result,
    })
}

/// Between quotation marks every byte is written as `\x` and two digits.
fn value(text: &str) -> Vec<u8> {
    match text.split('"').nth(1) {
        Some(bytes) => bytes
            .split("\\x")
            .skip(1)
            .map(|digits| u8::from_str_radix(digits, 16).unwrap())
            .collect(),
        None => text.as_bytes().to_vec(),
    }
}
