//! The certificates that were shown, kept also when they are refused, and who vouches for them.
//! All judging is that of `tls`, the same as for every request.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};

use super::super::certificate::{self, Papers};
use super::super::tls::Roots;

/// Whose word a certificate rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voucher {
    /// A root that everybody knows.
    Public,
    /// Only the person's own CA file.
    CaFile,
    /// Only this machine's store: a company's root, as a rule.
    Machine,
}

/// What there was to see.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) papers: Option<Papers>,
    pub(super) root: Option<String>,
    pub(super) voucher: Option<Voucher>,
}

#[derive(Debug)]
pub(super) struct Witness {
    all: Roots,
    own: Roots,
    public: Roots,
    seen: Mutex<Seen>,
}

impl Witness {
    pub(super) fn new(ca_file: Option<&Path>) -> Arc<Self> {
        Arc::new(Self {
            all: Roots::new(ca_file),
            own: Roots::without_system(ca_file),
            public: Roots::without_system(None),
            seen: Mutex::default(),
        })
    }

    pub(super) fn seen(&self) -> Seen {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.clone()
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let by = |roots: &Roots| {
            roots.verify_server_cert(end_entity, intermediates, server_name, ocsp, now)
        };
        let verdict = by(&self.all);
        let voucher = verdict.is_ok().then(|| {
            if by(&self.public).is_ok() {
                Voucher::Public
            } else if by(&self.own).is_ok() {
                Voucher::CaFile
            } else {
                Voucher::Machine
            }
        });
        let last = intermediates.last().unwrap_or(end_entity);
        let seen = Seen {
            papers: certificate::read(end_entity),
            root: certificate::read(last).and_then(|papers| papers.issuer),
            voucher,
        };
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.all.verify_tls12_signature(message, cert, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.all.verify_tls13_signature(message, cert, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.all.supported_verify_schemes()
    }
}
