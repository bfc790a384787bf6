//! A service account's key as Google's console hands it out: proved to be an RSA key before it is
//! believed, because nothing is asked with it that would show a damaged one.

use ring::rsa::KeyPair;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;

use super::json::Object;
use super::token_json::UNIVERSE;
use super::{FormatError, Held, Part};
use crate::domain::account::Email;
use crate::domain::secret::Secret;
use crate::domain::service_account::ServiceAccountKey;

pub(super) fn looks_like(file: &Object) -> bool {
    file.bare("type") == Some("service_account")
}

pub(super) fn read(file: &Object) -> Result<Vec<Part>, FormatError> {
    if file
        .text("universe_domain")
        .is_some_and(|at| at != UNIVERSE)
    {
        return Err(FormatError::OtherUniverse);
    }
    let needed = |field| file.text(field).ok_or(FormatError::Missing(field));
    let email = needed("client_email")?;
    let email = Email::parse(&email).map_err(|_| FormatError::BadValue("client_email"))?;
    let key = ServiceAccountKey {
        email: email.to_string(),
        key_id: needed("private_key_id")?,
        private_key: private_key(file)?,
        project: file.text("project_id"),
        client_id: file.client_id_if_any()?.unwrap_or_default(),
        token_uri: file.address("token_uri")?,
    };
    Ok(Part::only(Held::ServiceAccount(key)))
}

fn private_key(file: &Object) -> Result<Secret, FormatError> {
    let field = "private_key";
    let key = file.secret(field).ok_or(FormatError::Missing(field))?;
    let der = PrivatePkcs8KeyDer::from_pem_slice(key.expose().as_bytes()).ok();
    let proven = der.and_then(|der| KeyPair::from_pkcs8(der.secret_pkcs8_der()).ok());
    proven.map(|_| key).ok_or(FormatError::BadPrivateKey)
}
