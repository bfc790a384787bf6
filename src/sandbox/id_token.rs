//! ID tokens: RS256, signed with a key that is public and worthless on purpose. It lies in the
//! repository for everyone to see, so nothing that it signed proves anything to anyone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Not a secret: see the module's first words.
const PUBLIC_ON_PURPOSE: &[u8] = include_bytes!("../../assets/sandbox/signing-key.der");
/// The same key's self-signed certificate.
const CERTIFICATE: &str = include_str!("../../assets/sandbox/signing-cert.pem");
const KEY_ID: &str = "gatepost-sandbox-1";

#[derive(Debug)]
pub(crate) struct Signer(RsaKeyPair);

impl Signer {
    pub(crate) fn new() -> Self {
        Self(RsaKeyPair::from_pkcs8(PUBLIC_ON_PURPOSE).expect("the key in assets is well-formed"))
    }

    /// A compact JWT over `claims`.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let header = json!({"alg": "RS256", "kid": KEY_ID, "typ": "JWT"});
        let signed = format!("{}.{}", encoded(&header), encoded(claims));
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(
                &RSA_PKCS1_SHA256,
                &ring::rand::SystemRandom::new(),
                signed.as_bytes(),
                &mut signature,
            )
            .expect("the buffer has the modulus' length");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The claims of a token that was signed here.
    pub(crate) fn verify(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.components()
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
            .ok()?;
        let (_, claims) = signed.split_once('.')?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }

    /// The key set of `/oauth2/v3/certs`.
    pub(crate) fn jwks(&self) -> Value {
        let key = self.components();
        json!({"keys": [{
            "alg": "RS256",
            "kid": KEY_ID,
            "kty": "RSA",
            "use": "sig",
            "n": URL_SAFE_NO_PAD.encode(key.n),
            "e": URL_SAFE_NO_PAD.encode(key.e),
        }]})
    }

    /// The certificates of `/oauth2/v1/certs`, by key ID.
    #[expect(
        clippy::unused_self,
        reason = "the certificate belongs to this signer's key"
    )]
    pub(crate) fn certificates(&self) -> Value {
        json!({ KEY_ID: CERTIFICATE })
    }

    fn components(&self) -> PublicKeyComponents<Vec<u8>> {
        PublicKeyComponents::from(self.0.public())
    }
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// `at_hash`: the left half of the access token's SHA-256.
pub(crate) fn access_token_hash(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_signed_verifies_and_nothing_else() {
        let signer = Signer::new();
        let token = signer.sign(&json!({"sub": "1034"}));
        assert_eq!(signer.verify(&token), Some(json!({"sub": "1034"})));
        let (header, rest) = token.split_once('.').unwrap();
        let (_, signature) = rest.split_once('.').unwrap();
        let forged = format!("{header}.{}.{signature}", encoded(&json!({"sub": "1035"})));
        assert_eq!(signer.verify(&forged), None);
    }

    #[test]
    fn the_published_key_is_a_2048_bit_one() {
        let keys = Signer::new().jwks();
        let modulus = URL_SAFE_NO_PAD
            .decode(keys["keys"][0]["n"].as_str().unwrap())
            .unwrap();
        assert_eq!(modulus.len(), 256);
        assert_eq!(keys["keys"][0]["e"], "AQAB");
    }
}
