//! Who else may look into the files. Looked at before the vault is opened, because opening it
//! makes them private again, and that they were not is what a person must hear.

use std::path::PathBuf;

use crate::domain::checkup::{Blame, Check, Mark, Topic};
use crate::domain::time::Timestamp;
use crate::vault::{Others, Paths, Standing, leftovers, standing};

/// A file or directory of ours, and what others may do with it.
#[derive(Debug, Clone)]
pub struct Watched {
    pub path: PathBuf,
    pub others: Others,
}

/// Those that are not as they should be.
pub(super) fn loose(files: &[Watched]) -> Vec<(&Watched, Standing)> {
    let stand = |file| (file, look(file));
    let all = files.iter().map(stand);
    all.filter(|(_, found)| !matches!(found, Standing::Fine | Standing::Absent))
        .collect()
}

fn look(file: &Watched) -> Standing {
    standing(&file.path, file.others)
}

pub(super) fn checks(files: &[Watched], before: &[(&Watched, Standing)]) -> Vec<Check> {
    if before.is_empty() {
        let there = files.iter().filter(|f| look(f) != Standing::Absent).count();
        let words = match there {
            0 => "there are none yet".to_owned(),
            _ => "nobody else can read or change them".to_owned(),
        };
        return vec![Check::new(Topic::Files, Mark::Ok, words)];
    }
    let judged = before.iter().map(|(file, was)| judge(file, *was));
    judged.collect()
}

/// What was being written when its command was killed.
pub(super) fn drafts(paths: &Paths, now: Timestamp) -> Vec<Check> {
    let left = leftovers(paths, now).into_iter();
    left.map(|path| {
        let name = path.display().to_string();
        let words = "left of a backup, a restore or a change of key that was killed";
        let check = Check::new(Topic::Files, Mark::Warn, words).about(&name);
        check.with_remedy(format!("nothing reads it: rm '{name}'"))
    })
    .collect()
}

fn judge(file: &Watched, was: Standing) -> Check {
    let name = file.path.display().to_string();
    let check = |mark, words: String| Check::new(Topic::Files, mark, words).about(&name);
    match was {
        Standing::Loose(mode) => {
            let can = match file.others {
                Others::Nothing => "other users could look into it",
                Others::Read => "other users can change it",
            };
            let words = format!("{can} (mode {mode:04o})");
            if look(file) == Standing::Fine {
                return check(Mark::Warn, format!("{words}; it is private again"))
                    .with_remedy("find out what opened it: a copy, a restored backup, a umask");
            }
            // Where a link leads, nothing is changed by itself.
            let name = file.path.canonicalize().unwrap_or(file.path.clone());
            let name = name.display();
            let wanted = match (file.others, file.path.is_dir()) {
                (Others::Read, _) => "go-w",
                (Others::Nothing, true) => "700",
                (Others::Nothing, false) => "600",
            };
            check(Mark::Warn, words).with_remedy(format!("chmod {wanted} '{name}'"))
        }
        Standing::Foreign => check(
            Mark::Fail(Blame::Vault),
            "it belongs to another user, so it is not used".into(),
        )
        .with_remedy(format!(
            "move it away, or take it over: sudo chown \"$USER\" '{name}'"
        )),
        Standing::Link => check(
            Mark::Fail(Blame::Vault),
            "it is a symbolic link, so it is not used".into(),
        )
        .with_remedy("put the file itself there"),
        Standing::Odd => check(
            Mark::Fail(Blame::Vault),
            "it is no regular file, so it is not used".into(),
        )
        .with_remedy("move it away, and put the file itself there"),
        Standing::Hidden => check(Mark::Fail(Blame::Vault), "it cannot be looked at".into())
            .with_remedy("see who owns the directories above it"),
        Standing::Fine | Standing::Absent => check(Mark::Ok, "as it should be".into()),
    }
}
