//! What a server's certificate says about itself, for words to a person. Whether it is to be
//! believed is webpki's business; nothing here decides anything.

use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::name::Name;
use x509_cert::time::Time;

use crate::domain::time::{Timestamp, from_millis};
use crate::domain::wording::safe;

/// Who signed it and from when until when it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Papers {
    pub issuer: Option<String>,
    pub from: Timestamp,
    pub until: Timestamp,
}

pub(super) fn read(certificate: &[u8]) -> Option<Papers> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let body = certificate.tbs_certificate();
    Some(Papers {
        issuer: shown(body.issuer()),
        from: moment(body.validity().not_before),
        until: moment(body.validity().not_after),
    })
}

/// By common name or else organisation: it betrays an inspecting proxy.
fn shown(name: &Name) -> Option<String> {
    let named = name.common_name().ok().flatten();
    let named = named.or_else(|| name.organization().ok().flatten())?;
    Some(safe(&String::from(named))).filter(|text| !text.is_empty())
}

fn moment(time: Time) -> Timestamp {
    let since_epoch = time.to_unix_duration().as_millis();
    from_millis(i64::try_from(since_epoch).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    use super::*;
    use crate::domain::time::rfc3339;

    #[test]
    fn issuer_and_dates_are_read() {
        let pem = include_bytes!("../../tests/it/certificates/old.pem");
        let der = CertificateDer::from_pem_slice(pem).unwrap();
        let papers = read(&der).unwrap();
        assert_eq!(
            papers.issuer.as_deref(),
            Some("Harbour Hotel Inspection CA")
        );
        assert!(papers.from < papers.until);
        assert_eq!(rfc3339(papers.until), "2021-01-01T00:00:00Z");
    }

    #[test]
    fn what_is_no_certificate_says_nothing() {
        for bytes in [&b""[..], b"0", &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]] {
            assert_eq!(read(bytes), None);
        }
    }
}
