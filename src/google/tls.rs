//! Whom to believe over https: the compiled-in roots and the person's own CA file first, the
//! system's store only when those do not know the issuer, since loading it costs more than the
//! rest of a start. Nothing is loaded before the first certificate is to be judged.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore,
    SignatureScheme,
};

use crate::domain::wording::safe;

static PROVIDER: LazyLock<Arc<CryptoProvider>> =
    LazyLock::new(|| Arc::new(ring::default_provider()));

/// A configuration that costs nothing until a certificate arrives.
pub(super) fn config(ca_file: Option<&Path>) -> Result<ClientConfig, String> {
    let roots = Roots {
        ca_file: ca_file.map(Path::to_owned),
        own: OnceLock::new(),
        system: OnceLock::new(),
    };
    let mut config = ClientConfig::builder_with_provider(PROVIDER.clone())
        .with_safe_default_protocol_versions()
        .map_err(|_| "TLS could not be set up".to_owned())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(roots))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Why a certificate was refused, where rustls has no word for it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("the connection is intercepted by `{issuer}`, whom nobody here vouches for")]
    UnknownIssuer { issuer: String },
    #[error("the CA file {} {why}", .path.display())]
    CaFile { path: PathBuf, why: &'static str },
    #[error("no root certificates could be set up")]
    NoRoots,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(refusal))))
    }
}

/// Two sets of roots behind one verifier. All judging is webpki's.
#[derive(Debug)]
struct Roots {
    ca_file: Option<PathBuf>,
    own: OnceLock<Arc<WebPkiServerVerifier>>,
    system: OnceLock<Option<Arc<WebPkiServerVerifier>>>,
}

impl Roots {
    fn own(&self) -> Result<&Arc<WebPkiServerVerifier>, Refusal> {
        if let Some(own) = self.own.get() {
            return Ok(own);
        }
        let mut store = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        if let Some(path) = &self.ca_file {
            add_file(&mut store, path)?;
        }
        let own = verifier(store).ok_or(Refusal::NoRoots)?;
        Ok(self.own.get_or_init(|| own))
    }

    /// The platform's store, or what `SSL_CERT_FILE` and `SSL_CERT_DIR` name in its place.
    fn system(&self) -> Option<&Arc<WebPkiServerVerifier>> {
        let load = || {
            let mut store = RootCertStore::empty();
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            verifier(store)
        };
        self.system.get_or_init(load).as_ref()
    }
}

fn add_file(store: &mut RootCertStore, path: &Path) -> Result<(), Refusal> {
    let bad = |why| Refusal::CaFile {
        path: path.to_owned(),
        why,
    };
    let pem = std::fs::read(path).map_err(|_| bad("cannot be read"))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let certificates = certificates.map_err(|_| bad("is not valid PEM"))?;
    let (added, _) = store.add_parsable_certificates(certificates);
    if added == 0 {
        return Err(bad("holds no certificate"));
    }
    Ok(())
}

fn verifier(store: RootCertStore) -> Option<Arc<WebPkiServerVerifier>> {
    WebPkiServerVerifier::builder_with_provider(Arc::new(store), PROVIDER.clone())
        .build()
        .ok()
}

impl ServerCertVerifier for Roots {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let judge = |by: &WebPkiServerVerifier| {
            by.verify_server_cert(end_entity, intermediates, server_name, ocsp, now)
        };
        let unknown = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let mut verdict = judge(self.own()?);
        if verdict.as_ref().err() == Some(&unknown)
            && let Some(system) = self.system()
        {
            verdict = judge(system);
        }
        match verdict {
            Err(error) if error == unknown => Err(match issuer(end_entity) {
                Some(issuer) => Refusal::UnknownIssuer { issuer }.into(),
                None => error,
            }),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &PROVIDER.signature_verification_algorithms;
        verify_tls12_signature(message, cert, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &PROVIDER.signature_verification_algorithms;
        verify_tls13_signature(message, cert, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        PROVIDER
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Who signed a certificate, by common name or else organisation: it betrays an inspecting proxy.
/// Reads just enough DER: certificate, to-be-signed part, version, serial, algorithm, issuer.
fn issuer(certificate: &[u8]) -> Option<String> {
    let (certificate, _) = value(certificate)?;
    let (mut rest, _) = value(certificate)?;
    if rest.first() == Some(&0xa0) {
        rest = value(rest)?.1;
    }
    let rest = value(rest)?.1;
    let rest = value(rest)?.1;
    let (names, _) = value(rest)?;
    attribute(names, 3).or_else(|| attribute(names, 10))
}

/// The value of the name attribute 2.5.4.`kind`.
fn attribute(names: &[u8], kind: u8) -> Option<String> {
    let oid = [0x06, 0x03, 0x55, 0x04, kind];
    let at = names.windows(oid.len()).position(|w| w == oid)?;
    let (text, _) = value(&names[at + oid.len()..])?;
    let text = safe(&String::from_utf8_lossy(text));
    (!text.is_empty()).then_some(text)
}

/// The first element's contents, and what follows it.
fn value(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let first = usize::from(*der.get(1)?);
    let (length, start) = if first < 0x80 {
        (first, 2)
    } else {
        let count = first & 0x7f;
        let bytes = der
            .get(2..2 + count)
            .filter(|b| (1..=3).contains(&b.len()))?;
        let length = bytes.iter().fold(0, |n, b| n << 8 | usize::from(*b));
        (length, 2 + count)
    };
    let end = start + length;
    Some((der.get(start..end)?, &der[end..]))
}
