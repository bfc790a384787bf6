//! A passphrase turned into a key by Argon2id, with a salt and costs that are recorded beside what
//! the key opens. Who is asked, and how, is the caller's affair; what was derived once is
//! remembered, so that nobody is asked twice in one run.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroize;

use super::super::error::VaultError;
use super::super::seal::{KEY_LENGTH, Key, random};
use crate::domain::secret::Secret;

/// Memory in KiB and passes: about a third of a second on a small machine, and RFC 9106's second
/// choice but for its four lanes, which we would compute one after the other.
const MEMORY: u32 = 64 * 1024;
const PASSES: u32 = 3;

/// What is read from a file is not obeyed beyond these: nobody waits a year, nor needs 1 TiB.
const MOST_MEMORY: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 64;

const SALT_LENGTH: usize = 16;
const SHORTEST: usize = 8;

/// How often a person may mistype.
const TRIES: usize = 3;

/// What a passphrase is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassphraseFor {
    /// To open the vault; `true` after one that did not fit.
    Vault {
        again: bool,
    },
    /// To lock the vault with from now on.
    NewVault,
    /// The same, where the old one is a passphrase as well.
    ChangedVault,
    Backup {
        again: bool,
    },
    NewBackup,
}

impl PassphraseFor {
    /// Why one is needed.
    pub(in super::super) fn need(self) -> &'static str {
        match self {
            Self::Vault { .. } => "the vault is locked with a passphrase",
            Self::NewVault | Self::ChangedVault => "the vault needs a new passphrase",
            Self::Backup { .. } => "the backup is locked with a passphrase",
            Self::NewBackup => "a backup needs a passphrase",
        }
    }
}

/// What somebody answered.
#[derive(Debug)]
pub struct Answer {
    pub passphrase: Secret,
    /// A person typed it, and may have mistyped.
    pub typed: bool,
}

type Ask = dyn Fn(PassphraseFor) -> Result<Answer, VaultError> + Send + Sync;

/// Who knows passphrases. By default nobody does.
#[derive(Clone, Default)]
pub struct Passphrases {
    ask: Option<Arc<Ask>>,
    derived: Arc<Mutex<Vec<Derived>>>,
}

/// Kept for the rest of the run.
struct Derived {
    recipe: Recipe,
    /// In one place, and wiped there.
    key: Box<Key>,
    /// Keeps it out of swap where that is allowed; let go after the key is wiped.
    _page: Option<region::LockGuard>,
}

impl Derived {
    fn new(recipe: Recipe, key: &Key) -> Self {
        let key = Box::new(key.clone());
        let page = region::lock(key.as_ptr(), KEY_LENGTH).ok();
        Self {
            recipe,
            key,
            _page: page,
        }
    }
}

impl Passphrases {
    pub fn from(
        ask: impl Fn(PassphraseFor) -> Result<Answer, VaultError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            ask: Some(Arc::new(ask)),
            derived: Arc::default(),
        }
    }

    fn ask(&self, what: PassphraseFor) -> Result<Answer, VaultError> {
        match &self.ask {
            Some(ask) => ask(what),
            None => Err(VaultError::NoPassphrase(what)),
        }
    }

    /// The key that fits, or the last one that did not.
    pub(in super::super) fn derive(
        &self,
        recipe: &Recipe,
        purpose: fn(bool) -> PassphraseFor,
        fits: &dyn Fn(&Key) -> bool,
    ) -> Result<Key, VaultError> {
        let mut derived = self.derived.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = derived.iter().find(|known| known.recipe == *recipe) {
            return Ok((*known.key).clone());
        }
        let mut tries = 1;
        loop {
            let answer = self.ask(purpose(tries > 1))?;
            let key = recipe.key(&answer.passphrase)?;
            if fits(&key) {
                derived.push(Derived::new(recipe.clone(), &key));
                return Ok(key);
            }
            if !answer.typed || tries == TRIES {
                return Ok(key);
            }
            tries += 1;
        }
    }

    /// A new key from a new passphrase, and how to come by it again.
    pub(in super::super) fn establish(
        &self,
        what: PassphraseFor,
    ) -> Result<(Key, Recipe), VaultError> {
        let answer = self.ask(what)?;
        if answer.passphrase.expose().chars().count() < SHORTEST {
            return Err(VaultError::ShortPassphrase { least: SHORTEST });
        }
        let recipe = Recipe::new()?;
        let key = recipe.key(&answer.passphrase)?;
        let mut derived = self.derived.lock().unwrap_or_else(PoisonError::into_inner);
        derived.push(Derived::new(recipe.clone(), &key));
        Ok((key, recipe))
    }
}

impl fmt::Debug for Passphrases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrases(••••)")
    }
}

/// Salt and costs: with the passphrase they make the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Recipe {
    memory: u32,
    passes: u32,
    salt: [u8; SALT_LENGTH],
}

impl Recipe {
    pub(in super::super) fn new() -> Result<Self, VaultError> {
        Ok(Self {
            memory: MEMORY,
            passes: PASSES,
            salt: random()?,
        })
    }

    /// `None` for what is no recipe, or one that nobody should follow.
    pub(in super::super) fn parse(text: &str) -> Option<Self> {
        let mut fields = text.strip_prefix("argon2id ")?.split(' ');
        let mut field = |name| fields.next()?.strip_prefix(name)?.strip_prefix('=');
        let memory = field("m")?.parse().ok()?;
        let passes = field("t")?.parse().ok()?;
        let salt = BASE64_STANDARD.decode(field("salt")?).ok()?;
        let possible = (8..=MOST_MEMORY).contains(&memory) && (1..=MOST_PASSES).contains(&passes);
        possible.then_some(Self {
            memory,
            passes,
            salt: salt.try_into().ok()?,
        })
    }

    pub(in super::super) fn words(&self) -> String {
        let (memory, passes) = (self.memory / 1024, self.passes);
        format!("Argon2id with {memory} MiB and {passes} passes")
    }

    fn key(&self, passphrase: &Secret) -> Result<Key, VaultError> {
        let failed = |_: argon2::Error| VaultError::Derivation;
        let params = Params::new(self.memory, self.passes, 1, Some(KEY_LENGTH)).map_err(failed)?;
        let mut memory = Vec::new();
        memory
            .try_reserve_exact(params.block_count())
            .map_err(|_| VaultError::Derivation)?;
        memory.resize(params.block_count(), Block::default());
        let mut key = Key::new([0; KEY_LENGTH]);
        let done = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(
                passphrase.expose().as_bytes(),
                &self.salt,
                key.as_mut_slice(),
                &mut memory,
            );
        memory.iter_mut().for_each(Zeroize::zeroize);
        done.map(|()| key).map_err(failed)
    }
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let salt = BASE64_STANDARD.encode(self.salt);
        write!(
            f,
            "argon2id m={} t={} salt={salt}",
            self.memory, self.passes
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quick() -> Recipe {
        Recipe {
            memory: 8,
            passes: 1,
            salt: [3; SALT_LENGTH],
        }
    }

    fn answering(words: &'static [&'static str], typed: bool) -> (Passphrases, Arc<Mutex<usize>>) {
        let asked = Arc::new(Mutex::new(0));
        let count = Arc::clone(&asked);
        let source = Passphrases::from(move |_| {
            let mut count = count.lock().unwrap();
            *count += 1;
            Ok(Answer {
                passphrase: Secret::new(words[(*count - 1).min(words.len() - 1)]),
                typed,
            })
        });
        (source, asked)
    }

    fn vault(again: bool) -> PassphraseFor {
        PassphraseFor::Vault { again }
    }

    #[test]
    fn a_recipe_survives_writing_and_absurd_ones_are_not_followed() {
        let recipe = quick();
        assert_eq!(Recipe::parse(&recipe.to_string()), Some(recipe));
        let real = Recipe::new().unwrap().to_string();
        assert!(real.starts_with("argon2id m=65536 t=3 salt="), "{real}");
        for bad in [
            "",
            "argon2id",
            "argon2id m=4294967295 t=1 salt=AwMDAwMDAwMDAwMDAwMDAw==",
            "argon2id m=64 t=4294967295 salt=AwMDAwMDAwMDAwMDAwMDAw==",
            "argon2id m=64 t=0 salt=AwMDAwMDAwMDAwMDAwMDAw==",
            "argon2id m=64 t=1 salt=AwMD",
            "scrypt m=64 t=1 salt=AwMDAwMDAwMDAwMDAwMDAw==",
        ] {
            assert_eq!(Recipe::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn salt_and_passphrase_make_the_key() {
        let key = |recipe: &Recipe, word: &str| recipe.key(&Secret::new(word)).unwrap();
        let other_salt = Recipe {
            salt: [4; SALT_LENGTH],
            ..quick()
        };
        assert_eq!(
            key(&quick(), "correct horse"),
            key(&quick(), "correct horse")
        );
        assert_ne!(
            key(&quick(), "correct horse"),
            key(&quick(), "correct house")
        );
        assert_ne!(
            key(&quick(), "correct horse"),
            key(&other_salt, "correct horse")
        );
    }

    #[test]
    fn a_person_may_mistype_and_is_asked_once_in_a_run() {
        let right = quick().key(&Secret::new("right")).unwrap();
        let fits = |key: &Key| *key == right;
        let (source, asked) = answering(&["wrong", "right"], true);
        assert_eq!(source.derive(&quick(), vault, &fits).unwrap(), right);
        assert_eq!(
            source.clone().derive(&quick(), vault, &fits).unwrap(),
            right
        );
        assert_eq!(*asked.lock().unwrap(), 2);

        let (source, asked) = answering(&["wrong"], true);
        assert_ne!(source.derive(&quick(), vault, &fits).unwrap(), right);
        assert_eq!(*asked.lock().unwrap(), TRIES);

        let (source, asked) = answering(&["wrong"], false);
        assert_ne!(source.derive(&quick(), vault, &fits).unwrap(), right);
        assert_eq!(*asked.lock().unwrap(), 1, "a file says the same again");
    }

    #[test]
    fn nobody_to_ask_and_too_short_are_said() {
        let nobody = Passphrases::default();
        assert!(matches!(
            nobody.derive(&quick(), vault, &|_| true),
            Err(VaultError::NoPassphrase(_))
        ));
        let (source, _) = answering(&["1234567"], true);
        assert!(matches!(
            source.establish(PassphraseFor::NewVault),
            Err(VaultError::ShortPassphrase { .. })
        ));
    }
}
