//! Certificates: whom we believe, and how a refusal is worded. `certificates/` holds a CA of a
//! made-up hotel, and what it signed: a good one, one for another name, an old and an early one.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use gatepost::clock::Clock;
use gatepost::domain::fault::{Diagnosis, Fault};
use gatepost::google::{Endpoints, Google, HttpOptions, TokenGrant};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::peer::message;
use super::transport::in_child;
use super::{client, refresh_token};

pub(crate) fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/certificates")
        .join(name)
}

pub(crate) fn server_config(certificate: &str) -> rustls::ServerConfig {
    let pem = std::fs::read(fixture(certificate)).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(&pem).unwrap()],
            PrivateKeyDer::from_pem_slice(&pem).unwrap(),
        )
        .unwrap()
}

/// An https server on a thread of its own; one answer for each connection that gets through.
pub(crate) fn serve(certificate: &str) -> String {
    use std::io::{Read, Write};
    let config = server_config(certificate);
    let config = Arc::new(config);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut tls = rustls::StreamOwned::new(connection, stream.unwrap());
            if matches!(tls.read(&mut [0; 4096]), Ok(1..)) {
                let answer = message(
                    "200 OK",
                    "Content-Type: application/json\r\n",
                    r#"{"access_token":"t"}"#,
                );
                let _ = tls.write_all(&answer);
                tls.conn.send_close_notify();
                let _ = tls.flush();
            }
        }
    });
    format!("https://localhost:{port}")
}

async fn ask(certificate: &str, ca_file: Option<&str>) -> Result<TokenGrant, Fault> {
    let base = serve(certificate);
    let options = HttpOptions {
        ca_file: ca_file.map(fixture),
        timeout: Duration::from_secs(5),
    };
    let google = Google::new(Endpoints::under(&base).unwrap(), options, Clock::system());
    google.refresh(&client(&base), &refresh_token()).await
}

#[tokio::test]
async fn a_ca_file_of_ones_own_is_believed() {
    let answer = ask("good.pem", Some("ca.pem")).await;
    assert!(answer.is_ok(), "{answer:?}");
}

#[tokio::test]
async fn refusals_say_why() {
    for (certificate, ca_file, diagnosis, words) in [
        (
            "good.pem",
            None,
            Diagnosis::Network,
            "intercepted by `Harbour Hotel Inspection CA`",
        ),
        (
            "other.pem",
            Some("ca.pem"),
            Diagnosis::Network,
            "for another name",
        ),
        (
            "old.pem",
            Some("ca.pem"),
            Diagnosis::Clock,
            "has run out by this computer's clock",
        ),
        (
            "early.pem",
            Some("ca.pem"),
            Diagnosis::Clock,
            "not valid yet by this computer's clock",
        ),
        (
            "good.pem",
            Some("nowhere.pem"),
            Diagnosis::Network,
            "nowhere.pem cannot be read",
        ),
    ] {
        let fault = ask(certificate, ca_file).await.unwrap_err();
        assert_eq!(
            (fault.diagnosis, fault.code.as_str()),
            (diagnosis, "tls"),
            "{fault:?}"
        );
        assert!(fault.message.contains(words), "{}", fault.message);
        assert!(fault.message.starts_with("localhost:"), "{}", fault.message);
    }
}

#[tokio::test]
async fn the_environments_certificates_are_asked_when_ours_know_nothing() {
    let ca = fixture("ca.pem").to_str().unwrap().to_owned();
    in_child(
        "google::tls::child_asks_the_hotel",
        vec![("SSL_CERT_FILE", ca)],
    )
    .await;
}

#[tokio::test]
#[ignore = "run by the test above with an environment of its own"]
async fn child_asks_the_hotel() {
    let answer = ask("good.pem", None).await;
    assert!(answer.is_ok(), "{answer:?}");
}

#[tokio::test]
async fn http_2_is_spoken_where_it_is_understood() {
    let mut config = server_config("good.pem");
    config.alpn_protocols = vec![b"h2".to_vec()];
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    let first_words = std::thread::spawn(move || {
        let stream = listener.accept().unwrap().0;
        let connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        let mut words = [0; 14];
        let mut tls = rustls::StreamOwned::new(connection, stream);
        std::io::Read::read_exact(&mut tls, &mut words).unwrap();
        String::from_utf8(words.to_vec()).unwrap()
    });
    let options = HttpOptions {
        ca_file: Some(fixture("ca.pem")),
        timeout: Duration::from_secs(5),
    };
    let google = Google::new(Endpoints::under(&base).unwrap(), options, Clock::system());
    let _ = google.refresh(&client(&base), &refresh_token()).await;
    assert_eq!(first_words.join().unwrap(), "PRI * HTTP/2.0");
}
