//! Files that somebody has to unlock first. Only the first bytes are looked at.

/// By whom a file is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealed {
    Pgp,
    Age,
}

const ARMOUR: &[u8] = b"-----BEGIN PGP MESSAGE-----";
const AGE: [&[u8]; 2] = [
    b"age-encryption.org/",
    b"-----BEGIN AGE ENCRYPTED FILE-----",
];

/// What a message of `OpenPGP` can begin with (RFC 9580, 5.1 and 5.3): a session key for a public key
/// or a passphrase, in the old and in the new way of writing packets.
const FIRST_PACKETS: [u8; 8] = [0x84, 0x85, 0x86, 0x8c, 0x8d, 0x8e, 0xc1, 0xc3];

/// `None` for a file that can be read as it stands.
pub fn sealed(bytes: &[u8]) -> Option<Sealed> {
    let begun = bytes.trim_ascii_start();
    if begun.starts_with(ARMOUR) {
        return Some(Sealed::Pgp);
    }
    if AGE.iter().any(|mark| begun.starts_with(mark)) {
        return Some(Sealed::Age);
    }
    let binary = bytes.first().is_some_and(|b| FIRST_PACKETS.contains(b));
    (binary && std::str::from_utf8(bytes).is_err()).then_some(Sealed::Pgp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seals_are_known_by_their_first_bytes() {
        let armoured = b"\n-----BEGIN PGP MESSAGE-----\n\nhQ";
        assert_eq!(sealed(armoured), Some(Sealed::Pgp));
        assert_eq!(sealed(&[0x85, 0x01, 0x0c, 0x03]), Some(Sealed::Pgp));
        assert_eq!(sealed(b"age-encryption.org/v1\n-> X"), Some(Sealed::Age));
        for plain in [&b"{}"[..], b"", "\u{e9}t\u{e9}".as_bytes(), &[0, 159]] {
            assert_eq!(sealed(plain), None, "{plain:?}");
        }
    }
}
