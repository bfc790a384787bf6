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

use super::certificate;
use crate::reading::{self, Pipes};

/// A machine's whole collection of roots has a few hundred kilobytes.
const LONGEST_CA_FILE: usize = 16 * 1024 * 1024;

static PROVIDER: LazyLock<Arc<CryptoProvider>> =
    LazyLock::new(|| Arc::new(ring::default_provider()));

/// A configuration that costs nothing until a certificate arrives.
pub(super) fn config(ca_file: Option<&Path>) -> Result<ClientConfig, String> {
    let mut config = config_judged_by(Arc::new(Roots::new(ca_file)))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

pub(super) fn config_judged_by(judge: Arc<dyn ServerCertVerifier>) -> Result<ClientConfig, String> {
    let config = ClientConfig::builder_with_provider(PROVIDER.clone())
        .with_safe_default_protocol_versions()
        .map_err(|_| "TLS could not be set up".to_owned())?
        .dangerous()
        .with_custom_certificate_verifier(judge)
        .with_no_client_auth();
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
pub(super) struct Roots {
    ca_file: Option<PathBuf>,
    own: OnceLock<Arc<WebPkiServerVerifier>>,
    system: OnceLock<Option<Arc<WebPkiServerVerifier>>>,
}

impl Roots {
    pub(super) fn new(ca_file: Option<&Path>) -> Self {
        Self {
            ca_file: ca_file.map(Path::to_owned),
            own: OnceLock::new(),
            system: OnceLock::new(),
        }
    }

    /// Blind for the system's store, to tell who vouches.
    pub(super) fn without_system(ca_file: Option<&Path>) -> Self {
        Self {
            system: OnceLock::from(None),
            ..Self::new(ca_file)
        }
    }

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
    let pem =
        reading::read(path, LONGEST_CA_FILE, Pipes::Refused).map_err(|_| bad("cannot be read"))?;
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
            Err(error) if error == unknown => Err(
                match certificate::read(end_entity).and_then(|papers| papers.issuer) {
                    Some(issuer) => Refusal::UnknownIssuer { issuer }.into(),
                    None => error,
                },
            ),
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
