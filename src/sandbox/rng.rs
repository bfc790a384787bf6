//! Where the sandbox's tokens come from: a small seeded generator, so that a run can be repeated
//! to the letter. What it makes is worthless by design; nothing real may ever be drawn from it.

/// `SplitMix64`: eight bytes of state, and good enough for names that must not collide.
#[derive(Debug)]
pub(crate) struct Rng(u64);

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl Rng {
    /// Without a seed every run differs.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self(seed.unwrap_or_else(|| getrandom::u64().unwrap_or(0x5EED)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// `prefix` continued with random characters until it is `length` long.
    pub(crate) fn token(&mut self, prefix: &str, length: usize) -> String {
        let mut token = String::with_capacity(length);
        token.push_str(prefix);
        while token.len() < length {
            let bits = self.next();
            for shift in (0..60).step_by(6).take(length - token.len()) {
                token.push(char::from(ALPHABET[(bits >> shift & 63) as usize]));
            }
        }
        token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_nothing_else_does() {
        let draw = |seed| Rng::new(seed).token("1//0SANDBOX", 103);
        assert_eq!(draw(Some(7)), draw(Some(7)));
        assert_ne!(draw(Some(7)), draw(Some(8)));
        assert_ne!(draw(None), draw(None));
        assert_eq!(draw(Some(7)).len(), 103);
    }
}
