//! What is interrupted, and what must be true afterwards. `holds` answers whether the newest token
//! was on its way and nobody had been told of it: Google had changed it, and its answer died with
//! the program, which nobody can undo.

use gatepost::domain::secret::Secret;

use super::home::{ANA, CAROL, Home, Stage};
use super::steps::Ended;

pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) arguments: &'static [&'static str],
    /// No vault, no key, no folder.
    pub(super) starts_empty: bool,
    /// Somebody consents in the browser meanwhile.
    pub(super) with_consent: Option<&'static str>,
    pub(super) holds: fn(&Stage, &Home, &Ended) -> Result<bool, String>,
}

const PLAIN: Operation = Operation {
    name: "",
    arguments: &[],
    starts_empty: false,
    with_consent: None,
    holds: as_it_was,
};

pub(super) static OPERATIONS: [Operation; 10] = [
    Operation {
        name: "client add, from nothing",
        arguments: &["client", "add", "credentials.json"],
        starts_empty: true,
        holds: |_, _, _| Ok(false),
        ..PLAIN
    },
    Operation {
        name: "add",
        arguments: &["add", CAROL, "--no-browser"],
        with_consent: Some(CAROL),
        holds: a_newcomer_is_whole,
        ..PLAIN
    },
    Operation {
        name: "reauth",
        arguments: &["reauth", ANA, "--no-browser"],
        with_consent: Some(ANA),
        holds: |stage, home, _| {
            let token = present(stage, home, ANA)?;
            works(stage, &token).map(|()| false)
        },
        ..PLAIN
    },
    Operation {
        name: "import",
        arguments: &["import", "token.json"],
        holds: an_import_is_whole,
        ..PLAIN
    },
    Operation {
        name: "refresh, token rotates",
        arguments: &["token", ANA, "--force-refresh"],
        holds: rotated,
        ..PLAIN
    },
    Operation {
        name: "revoke",
        arguments: &["revoke", ANA, "--yes"],
        holds: revoked,
        ..PLAIN
    },
    Operation {
        name: "remove",
        arguments: &["remove", ANA, "--yes"],
        holds: |stage, home, ended| match (home.stored(stage, ANA)?, ended.code) {
            (Some(_), Some(0)) => Err("said to be forgotten, and still there".into()),
            (Some(token), _) => same(&token, home).map(|()| false),
            (None, _) => Ok(false),
        },
        ..PLAIN
    },
    Operation {
        name: "vault rekey",
        arguments: &["vault", "rekey", "--key", "file"],
        ..PLAIN
    },
    Operation {
        name: "vault backup",
        arguments: &["vault", "backup", "copy"],
        holds: |stage, home, ended| {
            if ended.code == Some(0) && !home.root.path().join("copy").exists() {
                return Err("said to be written, and is not there".into());
            }
            as_it_was(stage, home, ended)
        },
        ..PLAIN
    },
    Operation {
        name: "vault restore",
        arguments: &["vault", "restore", "backup", "--force"],
        holds: |stage, home, ended| match home.holds_backup(stage)? {
            true => Ok(false),
            false if ended.code == Some(0) => Err("said to be restored, and is not".into()),
            false => as_it_was(stage, home, ended),
        },
        ..PLAIN
    },
];

fn present(stage: &Stage, home: &Home, email: &str) -> Result<Secret, String> {
    let stored = home.stored(stage, email)?;
    stored.ok_or_else(|| format!("{email} has no grant any more"))
}

fn same(token: &Secret, home: &Home) -> Result<(), String> {
    let before = &home.ana.as_ref().unwrap().refresh_token;
    if token.expose() == before.expose() {
        Ok(())
    } else {
        Err("another refresh token than before".into())
    }
}

fn works(stage: &Stage, token: &Secret) -> Result<(), String> {
    if stage.takes(token) {
        Ok(())
    } else {
        Err("the stored refresh token is dead".into())
    }
}

fn as_it_was(stage: &Stage, home: &Home, _: &Ended) -> Result<bool, String> {
    same(&present(stage, home, ANA)?, home).map(|()| false)
}

/// Ana keeps hers, whatever becomes of the newcomer.
fn a_newcomer_is_whole(stage: &Stage, home: &Home, ended: &Ended) -> Result<bool, String> {
    same(&present(stage, home, ANA)?, home)?;
    match home.stored(stage, CAROL)? {
        Some(token) => works(stage, &token).map(|()| false),
        None if ended.code == Some(0) => Err("said to be signed in, and is not there".into()),
        None => Ok(false),
    }
}

/// The import tries the token, and thereby makes it rotate. Until that is stored the file is all
/// that there is; the trial may have spent it, and then its answer was in flight.
fn an_import_is_whole(stage: &Stage, home: &Home, ended: &Ended) -> Result<bool, String> {
    same(&present(stage, home, ANA)?, home)?;
    match home.stored(stage, CAROL)? {
        Some(token) if stage.takes(&token) => Ok(false),
        Some(token) if token.expose() == home.carol.refresh_token.expose() => unconfirmed(ended),
        Some(_) => Err("the stored refresh token is dead".into()),
        None if ended.code == Some(0) => Err("said to be imported, and is not there".into()),
        None => Ok(false),
    }
}

/// An access token that was printed is a promise that the refresh token beside it is stored.
fn rotated(stage: &Stage, home: &Home, ended: &Ended) -> Result<bool, String> {
    let token = present(stage, home, ANA)?;
    if stage.takes(&token) {
        return Ok(false);
    }
    same(&token, home)?;
    unconfirmed(ended)
}

fn unconfirmed(ended: &Ended) -> Result<bool, String> {
    if ended.stdout.is_empty() && ended.code != Some(0) {
        Ok(true)
    } else {
        Err("confirmed, and the rotated refresh token is lost".into())
    }
}

/// Tokens go only when Google has confirmed that they are dead.
fn revoked(stage: &Stage, home: &Home, ended: &Ended) -> Result<bool, String> {
    let before = home.ana.as_ref().unwrap().refresh_token.clone();
    match home.stored(stage, ANA)? {
        Some(_) if ended.code == Some(0) => Err("said to be revoked, and still stored".into()),
        Some(token) => same(&token, home).map(|()| false),
        None if stage.takes(&before) => Err("dropped, and alive at Google".into()),
        None => Ok(false),
    }
}
