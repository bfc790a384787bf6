//! Sealing: each secret is encrypted by itself (XChaCha20-Poly1305), and bound to its vault,
//! table, column and row, so that a sealed value moved elsewhere does not open. Knows bytes and
//! places, not what they mean.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::error::VaultError;
use crate::domain::account::{ClientId, GrantId};
use crate::domain::secret::Secret;

pub(super) const KEY_LENGTH: usize = 32;
pub(super) type Key = Zeroizing<[u8; KEY_LENGTH]>;
pub(super) type VaultId = [u8; 16];

/// The layout `version ‖ nonce ‖ ciphertext and tag`.
const VERSION: u8 = 1;
const NONCE_LENGTH: usize = 24;

/// Where a sealed value lives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    table: &'static str,
    column: &'static str,
    row: i64,
}

impl Place {
    pub(super) fn data_key(slot: i64) -> Self {
        Self {
            table: "key_slot",
            column: "data_key",
            row: slot,
        }
    }

    pub(super) fn client_secret(id: ClientId) -> Self {
        Self {
            table: "client",
            column: "secret",
            row: id.0,
        }
    }

    pub(super) fn refresh_token(id: GrantId) -> Self {
        Self {
            table: "grant",
            column: "refresh_token",
            row: id.0,
        }
    }

    pub(super) fn access_token(id: GrantId) -> Self {
        Self {
            table: "grant",
            column: "access_token",
            row: id.0,
        }
    }

    pub(super) fn private_key(service_account: i64) -> Self {
        Self {
            table: "service_account",
            column: "private_key",
            row: service_account,
        }
    }

    /// The error of a value that does not open here.
    pub(super) fn broken(self) -> VaultError {
        VaultError::Sealed {
            table: self.table,
            column: self.column,
            row: self.row,
        }
    }
}

/// Seals and opens with one key, in one vault.
pub(super) struct Seal {
    /// In one place for its whole life, and wiped there.
    cipher: Box<XChaCha20Poly1305>,
    vault: VaultId,
    /// Keeps the cipher's page out of swap; let go after the key is wiped.
    _page: Option<region::LockGuard>,
}

impl Seal {
    pub(super) fn new(key: &Key, vault: VaultId) -> Self {
        Self {
            cipher: Box::new(XChaCha20Poly1305::new((&**key).into())),
            vault,
            _page: None,
        }
    }

    /// For a key that stays as long as the program does. Where locking memory is not allowed, the
    /// key is as safe from swap as everything else.
    pub(super) fn in_locked_memory(key: &Key, vault: VaultId) -> Self {
        let Self { cipher, .. } = Self::new(key, vault);
        let page = region::lock(&raw const *cipher, size_of_val(&*cipher)).ok();
        Self {
            cipher,
            vault,
            _page: page,
        }
    }

    pub(super) fn seal(&self, place: Place, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let nonce: [u8; NONCE_LENGTH] = random()?;
        let payload = Payload {
            msg: plain,
            aad: &self.bound_to(place),
        };
        let ciphertext = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| place.broken())?;
        Ok([&[VERSION], nonce.as_slice(), &ciphertext].concat())
    }

    pub(super) fn open(
        &self,
        place: Place,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (nonce, ciphertext) = sealed
            .split_first()
            .filter(|(version, _)| **version == VERSION)
            .and_then(|(_, rest)| rest.split_first_chunk::<NONCE_LENGTH>())
            .ok_or_else(|| place.broken())?;
        let payload = Payload {
            msg: ciphertext,
            aad: &self.bound_to(place),
        };
        self.cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| place.broken())
    }

    pub(super) fn seal_secret(&self, place: Place, secret: &Secret) -> Result<Vec<u8>, VaultError> {
        self.seal(place, secret.expose().as_bytes())
    }

    pub(super) fn open_secret(&self, place: Place, sealed: &[u8]) -> Result<Secret, VaultError> {
        let mut plain = self.open(place, sealed)?;
        // Moved, not copied, so that the only plain text is the one `Secret` wipes.
        String::from_utf8(std::mem::take(&mut *plain))
            .map(Secret::new)
            .map_err(|_| place.broken())
    }

    fn bound_to(&self, place: Place) -> Vec<u8> {
        [
            &[VERSION],
            self.vault.as_slice(),
            place.table.as_bytes(),
            &[0],
            place.column.as_bytes(),
            &[0],
            &place.row.to_be_bytes(),
        ]
        .concat()
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(••••)")
    }
}

/// Bytes from the operating system's generator.
pub(super) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| VaultError::Io {
        doing: "draw random numbers from",
        path: "the operating system".into(),
        source: std::io::Error::other(error.to_string()),
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        Seal::new(&Key::new([7; KEY_LENGTH]), [1; 16])
    }

    #[test]
    fn a_value_opens_only_where_it_was_sealed() {
        let seal = seal();
        let home = Place::refresh_token(GrantId(3));
        let sealed = seal.seal_secret(home, &Secret::new("1//token")).unwrap();
        assert_eq!(
            seal.open_secret(home, &sealed).unwrap().expose(),
            "1//token"
        );
        let elsewhere = [
            Place::refresh_token(GrantId(4)),
            Place::access_token(GrantId(3)),
            Place::client_secret(ClientId(3)),
        ];
        for place in elsewhere {
            assert!(seal.open(place, &sealed).is_err(), "opened at {place:?}");
        }
        let other_vault = Seal::new(&Key::new([7; KEY_LENGTH]), [2; 16]);
        assert!(other_vault.open(home, &sealed).is_err());
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let seal = seal();
        let place = Place::data_key(1);
        let sealed = seal.seal(place, b"secret").unwrap();
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert!(seal.open(place, &damaged).is_err(), "byte {at}");
            assert!(seal.open(place, &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn the_same_value_is_never_sealed_to_the_same_bytes() {
        let seal = seal();
        let place = Place::data_key(1);
        assert_ne!(
            seal.seal(place, b"x").unwrap(),
            seal.seal(place, b"x").unwrap()
        );
    }
}
