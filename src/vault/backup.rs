//! A backup: the whole vault and its data key in one file, sealed under a passphrase of its own,
//! so that it opens on another machine, whatever locks the vault there or here. Two lines say what
//! it is and how to come by the key; the rest is sealed and bound to those lines.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use zeroize::Zeroizing;

use super::error::{During, VaultError};
use super::key::{KeyChoice, PassphraseFor, Passphrases, Recipe};
use super::seal::{KEY_LENGTH, Key, random};
use super::{Paths, history, leftovers, opening, private, slot};
use crate::domain::time::Timestamp;
use crate::domain::wording::safe;

const NAME: &str = "gatepost backup ";
const VERSION: u32 = 1;
const NONCE_LENGTH: usize = 24;

/// A vault of ten thousand accounts is a tenth of this.
const LARGEST: u64 = 256 * 1024 * 1024;

/// What became of it.
#[derive(Debug)]
pub struct BackedUp {
    pub accounts: i64,
    pub service_accounts: i64,
    /// Why the history does not tell of it.
    pub untold: Option<VaultError>,
}

/// Writes the backup, whole or not at all, and never over another file.
pub fn backup(
    paths: &Paths,
    choice: &KeyChoice,
    to: &Path,
    now: Timestamp,
) -> Result<BackedUp, VaultError> {
    let make = || {
        if to.symlink_metadata().is_ok() {
            return Err(VaultError::Occupied {
                path: to.to_owned(),
            });
        }
        leftovers::sweep(paths, now);
        let conn = opening::open(&paths.db)?;
        let opened = slot::open(&conn, paths, choice)?;
        let (image, accounts, service_accounts) = image(&conn, private::parent(&paths.db))?;
        let (key, recipe) = choice.passphrases.establish(PassphraseFor::NewBackup)?;
        let text = seal(&key, &recipe, &opened.data, &image)?;
        put(to, &text)?;
        let told = tell(&conn, to, now).map_err(|error| error.at(&paths.db));
        Ok(BackedUp {
            accounts,
            service_accounts,
            untold: told.err(),
        })
    };
    make().map_err(|error: VaultError| error.at(&paths.db))
}

fn tell(conn: &Connection, to: &Path, now: Timestamp) -> Result<(), VaultError> {
    let detail = format!("backed up to {}", safe(&to.display().to_string()));
    let tx = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    history::tell(&tx, detail, now)?;
    Ok(tx.commit()?)
}

type Image = Zeroizing<Vec<u8>>;

/// The database as one file at one moment, without its key slots, and how many accounts and service
/// accounts it has.
fn image(conn: &Connection, directory: &Path) -> Result<(Image, i64, i64), VaultError> {
    let file = leftovers::draft(leftovers::BACKUP, directory)?.into_temp_path();
    let name = file.to_str().ok_or_else(|| VaultError::Unsafe {
        path: file.to_path_buf(),
        why: "its name is not UTF-8",
    })?;
    conn.execute("VACUUM INTO ?", [name])?;
    let copy = Connection::open(&file)?;
    let number = |sql| copy.query_row(sql, [], |row| row.get(0));
    let accounts = number("SELECT count(*) FROM account")?;
    let service_accounts = number("SELECT count(*) FROM service_account")?;
    copy.execute_batch("PRAGMA secure_delete = ON; DELETE FROM key_slot;")?;
    copy.close().map_err(|(_, error)| error)?;
    let image = std::fs::read(&file).during("read", &file)?;
    Ok((Zeroizing::new(image), accounts, service_accounts))
}

fn seal(key: &Key, recipe: &Recipe, data: &Key, image: &[u8]) -> Result<Vec<u8>, VaultError> {
    let head = format!("{NAME}{VERSION}\n{recipe}\n");
    let nonce: [u8; NONCE_LENGTH] = random()?;
    let plain = Zeroizing::new([data.as_slice(), image].concat());
    let payload = Payload {
        msg: &plain,
        aad: head.as_bytes(),
    };
    let sealed = XChaCha20Poly1305::new((&**key).into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| VaultError::Derivation)?;
    Ok([head.as_bytes(), &nonce, &sealed].concat())
}

fn put(path: &Path, text: &[u8]) -> Result<(), VaultError> {
    let directory = private::parent(path);
    let mut file = tempfile::Builder::new()
        .prefix(".gatepost-backup-")
        .tempfile_in(directory)
        .during("create a file in", directory)?;
    file.write_all(text)
        .and_then(|()| file.as_file().sync_all())
        .during("write", path)?;
    let written = file
        .persist_noclobber(path)
        .map_err(|failed| failed.error)
        .during("create", path)?;
    drop(written);
    private::sync_directory(directory)?;
    if std::fs::read(path).during("read", path)? == text {
        Ok(())
    } else {
        Err(VaultError::BackupDamaged {
            path: path.to_owned(),
        })
    }
}

/// What a backup holds.
pub(super) struct Unpacked {
    pub(super) data: Key,
    pub(super) image: Image,
}

pub(super) fn unpack(path: &Path, passphrases: &Passphrases) -> Result<Unpacked, VaultError> {
    let mut text = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST).read_to_end(&mut text))
        .during("read", path)?;
    let sealed = Sealed::parse(&text, path)?;
    let purpose = |again| PassphraseFor::Backup { again };
    let fits = |key: &Key| sealed.open(key).is_some();
    let key = passphrases.derive(&sealed.recipe, purpose, &fits)?;
    let damaged = || VaultError::BackupDamaged {
        path: path.to_owned(),
    };
    let plain = sealed.open(&key).ok_or_else(damaged)?;
    let (data, image) = plain
        .split_first_chunk::<KEY_LENGTH>()
        .ok_or_else(damaged)?;
    Ok(Unpacked {
        data: Key::new(*data),
        image: Zeroizing::new(image.to_vec()),
    })
}

/// The parts of the file.
struct Sealed<'a> {
    recipe: Recipe,
    head: &'a [u8],
    nonce: [u8; NONCE_LENGTH],
    ciphertext: &'a [u8],
}

impl<'a> Sealed<'a> {
    fn parse(text: &'a [u8], path: &Path) -> Result<Self, VaultError> {
        let not_ours = || VaultError::NotABackup {
            path: path.to_owned(),
        };
        let (first, rest) = line(text).ok_or_else(not_ours)?;
        let version = first.strip_prefix(NAME).ok_or_else(not_ours)?;
        if version.parse() != Ok(VERSION) {
            return Err(VaultError::NewerBackup {
                path: path.to_owned(),
            });
        }
        let (recipe, rest) = line(rest).ok_or_else(not_ours)?;
        let (nonce, ciphertext) = rest.split_first_chunk().ok_or_else(not_ours)?;
        Ok(Self {
            recipe: Recipe::parse(recipe).ok_or_else(not_ours)?,
            head: &text[..text.len() - rest.len()],
            nonce: *nonce,
            ciphertext,
        })
    }

    fn open(&self, key: &Key) -> Option<Zeroizing<Vec<u8>>> {
        let payload = Payload {
            msg: self.ciphertext,
            aad: self.head,
        };
        XChaCha20Poly1305::new((&**key).into())
            .decrypt(&XNonce::from(self.nonce), payload)
            .map(Zeroizing::new)
            .ok()
    }
}

fn line(text: &[u8]) -> Option<(&str, &[u8])> {
    let end = text.iter().take(200).position(|&byte| byte == b'\n')?;
    Some((std::str::from_utf8(&text[..end]).ok()?, &text[end + 1..]))
}
