//! The yardstick for a refresh over TLS: rustls alone posts a form and stores the answer durably.
//! Built by `processes.py`; `tls_floor PORT CA FORM PATH` talks to `localhost`.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::{env, fs};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [port, authority, form, path] = arguments.as_slice() else {
        return Err(Error::other("tls_floor PORT CA FORM PATH"));
    };
    let answer = post(port, &config(authority)?, &fs::read_to_string(form)?)?;
    if !answer.contains("access_token") {
        return Err(Error::other(answer));
    }
    let new = format!("{path}.new");
    let mut file = fs::File::create(&new)?;
    file.write_all(answer.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)
}

fn config(authority: &str) -> Result<Arc<ClientConfig>> {
    // What a client of Google's needs too: the compiled-in roots, and one of the person's own.
    let mut roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let own = CertificateDer::from_pem_file(authority).map_err(Error::other)?;
    roots.add(own).map_err(Error::other)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder
        .with_safe_default_protocol_versions()
        .map_err(Error::other)?;
    Ok(Arc::new(
        builder.with_root_certificates(roots).with_no_client_auth(),
    ))
}

fn post(port: &str, config: &Arc<ClientConfig>, form: &str) -> Result<String> {
    let name = ServerName::try_from("localhost").map_err(Error::other)?;
    let mut session = ClientConnection::new(config.clone(), name).map_err(Error::other)?;
    let mut socket = TcpStream::connect(format!("127.0.0.1:{port}"))?;
    let mut stream = Stream::new(&mut session, &mut socket);
    write!(
        stream,
        "POST /token HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        // The server closes without a farewell; the answer is whole all the same.
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => Err(error),
        _ => Ok(String::from_utf8_lossy(&answer).into_owned()),
    }
}
