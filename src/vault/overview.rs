//! What can be said of a vault without its key: where it is, how old its layout is, what locks it,
//! and who may read the files. Opens nothing and changes nothing.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use rusqlite::Connection;

use super::error::VaultError;
use super::key::{self, KeyChoice, KeyKind, Recipe};
use super::{Paths, at_rest, glance, private, rows, schema};
use crate::domain::time::{Timestamp, from_millis};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    pub path: PathBuf,
    pub layout: i64,
    pub created_at: Timestamp,
    pub accounts: i64,
    pub clients: i64,
    pub service_accounts: i64,
    /// More than one only while the key is being changed, or when that was cut short.
    pub slots: Vec<SlotView>,
    pub files: Vec<FileView>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotView {
    pub kind: KeyKind,
    /// Where the key is, in words.
    pub place: String,
    /// The kernel knows it for a while.
    pub is_remembered: bool,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    pub path: PathBuf,
    pub mode: u32,
    /// Why it will not be used as it is, or what will be repaired.
    pub trouble: Option<&'static str>,
}

pub fn overview(paths: &Paths, choice: &KeyChoice) -> Result<Overview, VaultError> {
    look(paths, choice).map_err(|error| error.at(&paths.db))
}

fn look(paths: &Paths, choice: &KeyChoice) -> Result<Overview, VaultError> {
    private::metadata(&paths.db)?;
    let conn = open(paths)?;
    let layout = schema::recognise(&conn, &paths.db)?;
    let number = |sql| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
    let slots = slots(&conn, layout, paths, choice)?;
    Ok(Overview {
        path: paths.db.clone(),
        layout,
        created_at: from_millis(number("SELECT created_at FROM meta")?),
        accounts: number("SELECT count(*) FROM account")?,
        clients: number("SELECT count(*) FROM client")?,
        service_accounts: if schema::has_service_accounts(layout) {
            number("SELECT count(*) FROM service_account")?
        } else {
            0
        },
        files: files(paths),
        slots,
    })
}

/// Has the kernel forget what was made of this vault's passphrase, and says whether it knew.
pub fn forget_passphrase(paths: &Paths) -> Result<bool, VaultError> {
    let forget = || {
        private::metadata(&paths.db)?;
        let conn = open(paths)?;
        let sources = sources(schema::recognise(&conn, &paths.db)?);
        let mut statement = conn.prepare(&format!("SELECT {sources} FROM key_slot"))?;
        let mut slots = statement.query([])?;
        let mut knew = false;
        while let Some(slot) = slots.next()? {
            knew |= key::forget(&slot.get::<_, String>(0)?)?;
        }
        Ok(knew)
    };
    forget().map_err(|error: VaultError| error.at(&paths.db))
}

/// For reading only; without a trace beside it where nobody is writing.
pub(super) fn open(paths: &Paths) -> rusqlite::Result<Connection> {
    if schema::is_at_rest(&paths.db) {
        at_rest::open(&paths.db)
    } else {
        glance::open_shared(&paths.db)
    }
}

fn slots(
    conn: &Connection,
    layout: i64,
    paths: &Paths,
    choice: &KeyChoice,
) -> rusqlite::Result<Vec<SlotView>> {
    let source = sources(layout);
    let sql = format!("SELECT kind, {source}, created_at FROM key_slot ORDER BY id");
    let mut statement = conn.prepare(&sql)?;
    let slots = statement.query_map([], |row| {
        let kind = rows::word(row, "kind", |word| word.parse().ok())?;
        let source: String = row.get(1)?;
        Ok(SlotView {
            kind,
            place: place(kind, &source, paths, choice),
            is_remembered: kind == KeyKind::Passphrase && key::is_remembered(&source),
            created_at: from_millis(row.get(2)?),
        })
    })?;
    slots.collect()
}

/// The first layout had no keys that need one.
fn sources(layout: i64) -> &'static str {
    if layout < 2 { "''" } else { "source" }
}

fn place(kind: KeyKind, source: &str, paths: &Paths, choice: &KeyChoice) -> String {
    match kind {
        KeyKind::File => paths.key_file.display().to_string(),
        KeyKind::Keyring => format!("service `gatepost`, user `{source}`"),
        KeyKind::Command => match choice.command.first() {
            Some(program) => format!("printed by `{program}`"),
            None => "printed by a command that the configuration does not name".into(),
        },
        KeyKind::Passphrase => match Recipe::parse(source) {
            Some(recipe) => format!("remembered by you ({})", recipe.words()),
            None => "remembered by you".into(),
        },
    }
}

impl FileView {
    /// Whether anybody else may look, and the next use ends that.
    pub fn is_loose(&self) -> bool {
        self.trouble == Some(private::LOOSE)
    }
}

/// The files that hold secrets, and the directory of the vault. What is not there is left out.
pub fn files(paths: &Paths) -> Vec<FileView> {
    let db = &paths.db;
    let directory = private::parent(db).to_owned();
    let view = |path: PathBuf, found: Metadata, trouble| FileView {
        mode: found.mode() & 0o7777,
        trouble,
        path,
    };
    // A whole directory may have moved to another disk; the files themselves may not be links.
    let around = directory.metadata().ok().map(|found| {
        let trouble = private::trouble_of_directory(&directory).ok().flatten();
        view(directory, found, trouble)
    });
    let files = [
        db.clone(),
        schema::log(db),
        schema::shared_memory(db),
        paths.key_file.clone(),
    ];
    let files = files.into_iter().filter_map(|path| {
        let found = path.symlink_metadata().ok()?;
        let trouble = private::trouble_of_file(&found);
        Some(view(path, found, trouble))
    });
    around.into_iter().chain(files).collect()
}
