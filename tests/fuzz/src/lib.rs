//! What must hold for any input, one function for each door that foreign text comes in by. The
//! fuzzers call these, and so does `cargo test` with every file of the corpus. Knows nothing of
//! fuzzing.

mod backup;
mod config;
mod google;
mod import;
mod looks;
mod marks;
mod metadata;
mod redirect;
mod typed;

type Check = fn(&[u8]);

/// Each has its binary in `targets` and its folder in `corpus`.
pub const TARGETS: [(&str, Check); 13] = [
    ("backup", backup::header),
    ("config", config::file),
    ("filter", typed::filter),
    ("id_token", google::id_token),
    ("identity", google::identity),
    ("import", import::file),
    ("metadata", metadata::request),
    ("palette", typed::palette),
    ("pasted", redirect::pasted),
    ("redirect", redirect::request),
    ("theme", looks::theme),
    ("token", google::token),
    ("wording", looks::wording),
];

/// Panics if something does not hold.
pub fn run(target: &str, bytes: &[u8]) {
    let found = TARGETS.iter().find(|(name, _)| *name == target);
    let (_, check) = found.expect("the table has every target");
    check(bytes);
}
