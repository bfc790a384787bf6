//! Signing in to mail servers that answer as Gmail's do, well or badly.

use std::net::TcpListener;
use std::time::Duration;

use gatepost::clock::Clock;
use gatepost::domain::fault::{Diagnosis, Fault};
use gatepost::domain::mail::{Protocol, Refusal};
use gatepost::domain::sasl::Mechanism;
use gatepost::domain::secret::Secret;
use gatepost::google::{Endpoints, Google, HttpOptions, SignedIn, Snag};

use super::tls::fixture;
use crate::support::gmail::{Closed, EXPLANATION, Gmail, IMAP, POP, SMTP};

const TOKEN: &str = "ya29.EXAMPLE-do-not-show";

async fn sign_in_within(
    limit: Duration,
    protocol: Protocol,
    server: &str,
) -> Result<SignedIn, Snag> {
    let mut endpoints = Endpoints::google();
    endpoints.set(protocol.key(), server).unwrap();
    let options = HttpOptions {
        ca_file: Some(fixture("ca.pem")),
        timeout: limit,
    };
    let google = Google::new(endpoints, options, Clock::system());
    google
        .sign_in(protocol, "ana@gmail.com", &Secret::new(TOKEN))
        .await
}

async fn sign_in(protocol: Protocol, server: &str) -> Result<SignedIn, Snag> {
    sign_in_within(Duration::from_secs(30), protocol, server).await
}

/// The script is played to its end.
async fn play(protocol: Protocol, script: &str) -> Result<SignedIn, Snag> {
    let gmail = Gmail::play(script);
    let result = sign_in(protocol, &gmail.address()).await;
    assert_eq!(gmail.end(), Ok(()), "{result:?}");
    result
}

fn fault(result: Result<SignedIn, Snag>) -> Fault {
    match result {
        Err(Snag::Failed(fault)) => fault,
        other => panic!("no failure: {other:?}"),
    }
}

#[tokio::test]
async fn gmails_own_dialogues_succeed() {
    let welcomes = [
        (
            Protocol::Imap,
            IMAP,
            "S: * CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS COMPRESS=DEFLATE ENABLE MOVE CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584
            S: a2 OK ana@gmail.com authenticated (Success)
            C: a3 LIST
            S: * LIST (\\HasNoChildren) \"/\" \"INBOX\"
            S: * LIST (\\HasChildren \\Noselect) \"/\" \"[Gmail]\"
            S: a3 OK Success
            C: a4 LOGOUT
            S: * BYE LOGOUT Requested
            S: a4 OK 73 good day (Success)",
            "2 folders",
        ),
        (
            Protocol::Smtp,
            SMTP,
            "S: 235 2.7.0 Accepted
            C: NOOP
            S: 250 2.0.0 OK x1 - gsmtp
            C: QUIT
            S: 221 2.0.0 closing connection x1 - gsmtp",
            "ready to send",
        ),
        (
            Protocol::Pop,
            POP,
            "S: +OK Welcome.
            C: STAT
            S: +OK 1 4096
            C: QUIT
            S: +OK Farewell.",
            "1 message",
        ),
    ];
    for (protocol, opening, welcome, found) in welcomes {
        let signed_in = play(protocol, &format!("{opening}{welcome}"))
            .await
            .unwrap();
        assert_eq!(
            (signed_in.mechanism, signed_in.found.as_str()),
            (Mechanism::Xoauth2, found)
        );
    }
}

#[tokio::test]
async fn a_refusal_is_heard_to_its_end() {
    let refusals = [
        (
            Protocol::Imap,
            IMAP,
            "S: + EXPLANATION
            C:
            S: a2 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)",
            "Invalid credentials (Failure)",
        ),
        (
            Protocol::Smtp,
            SMTP,
            "S: 334 EXPLANATION
            C:
            S: 535-5.7.8 Username and Password not accepted. For more information, go to
            S: 535 5.7.8 https://support.google.com/mail/?p=BadCredentials x1 - gsmtp",
            "535 5.7.8 Username and Password not accepted. For more information, go to https://support.google.com/mail/?p=BadCredentials x1 - gsmtp",
        ),
        (
            Protocol::Pop,
            POP,
            "S: + EXPLANATION
            C:
            S: -ERR [AUTH] Username and password not accepted.",
            "[AUTH] Username and password not accepted.",
        ),
    ];
    for (protocol, opening, refusal, words) in refusals {
        let refusal = refusal.replace("EXPLANATION", EXPLANATION);
        let result = play(protocol, &format!("{opening}{refusal}")).await;
        let expected = Refusal {
            status: Some("400".into()),
            words: words.into(),
        };
        assert_eq!(result, Err(Snag::Refused(expected)), "{protocol:?}");
    }
}

#[tokio::test]
async fn the_standard_mechanism_is_acknowledged_in_its_own_way() {
    let explanation =
        "eyJzdGF0dXMiOiJpbnZhbGlkX3JlcXVlc3QiLCJzY29wZSI6Imh0dHBzOi8vbWFpbC5nb29nbGUuY29tLyJ9";
    let script = format!(
        "S: * OK ready
        C: a1 CAPABILITY
        S: * CAPABILITY IMAP4rev1 AUTH=OAUTHBEARER
        S: a1 OK done
        C: a2 AUTHENTICATE OAUTHBEARER
        S: +\u{20}
        C: bixhPWFuYUBnbWFpbC5jb20sAWhvc3Q9bG9jYWxob3N0AXBvcnQ9
        S: + {explanation}
        C: AQ==
        S: a2 NO no"
    );
    let result = play(Protocol::Imap, &script).await;
    let Err(Snag::Refused(refusal)) = result else {
        panic!("not refused: {result:?}");
    };
    assert_eq!(refusal.status.as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn what_a_server_repeats_of_the_token_is_not_shown() {
    let script = format!("{SMTP}S: 535 5.7.8 I do not like {TOKEN}");
    let shown = format!("{:?}", play(Protocol::Smtp, &script).await.unwrap_err());
    assert!(
        shown.contains("I do not like ••••") && !shown.contains("do-not-show"),
        "{shown}"
    );
}

#[tokio::test]
async fn what_is_no_mail_server_is_called_so() {
    for protocol in Protocol::ALL {
        for greeting in [
            "S: HTTP/1.1 400 Bad Request",
            "S: SSH-2.0-OpenSSH_9.2",
            "S: \u{0}\u{1}\u{2}",
        ] {
            let gmail = Gmail::play(greeting);
            let fault = fault(sign_in(protocol, &gmail.address()).await);
            assert_eq!(
                (fault.diagnosis, fault.code.as_str()),
                (Diagnosis::Portal, "not-a-mail-server"),
                "{protocol:?} {greeting}: {fault:?}"
            );
        }
        let endless = Gmail::play(&format!("S: {}", "x".repeat(2 * 1024 * 1024)));
        let fault = fault(sign_in(protocol, &endless.address()).await);
        assert_eq!(
            fault.diagnosis,
            Diagnosis::Portal,
            "{protocol:?}: {fault:?}"
        );
    }
}

#[tokio::test]
async fn a_server_without_our_mechanisms_is_a_matter_of_settings() {
    let script = "S: +OK hello
        C: CAPA
        S: +OK
        S: SASL PLAIN LOGIN
        S: .";
    let fault = fault(play(Protocol::Pop, script).await);
    assert_eq!(
        (fault.diagnosis, fault.code.as_str()),
        (Diagnosis::Request, "no-oauth")
    );
}

#[tokio::test]
async fn nobody_waits_for_a_server_that_hangs() {
    // It takes the call and never says a word, not even of TLS.
    let deaf = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("localhost:{}", deaf.local_addr().unwrap().port());
    let limit = Duration::from_millis(200);
    for protocol in Protocol::ALL {
        let deaf = fault(sign_in_within(limit, protocol, &address).await);
        assert_eq!(
            (deaf.diagnosis, deaf.code.as_str()),
            (Diagnosis::Network, "timeout")
        );
    }
    // It shakes hands and greets, and then waits for something that never comes.
    let slow = Gmail::play("S: +OK hello\nC: CAPA\nC: never");
    let limit = Duration::from_secs(2);
    let slow = fault(sign_in_within(limit, Protocol::Pop, &slow.address()).await);
    assert_eq!(slow.code, "timeout");
    assert!(slow.message.starts_with("localhost:") && slow.message.ends_with("within 4s"));
}

#[tokio::test]
async fn the_way_there_fails_by_name() {
    let closed = Closed::keep();
    let refused = fault(sign_in(Protocol::Imap, &closed.address()).await);
    assert_eq!(refused.code, "unreachable");
    assert!(
        refused.message.ends_with("the connection was refused"),
        "{refused:?}"
    );
    let nowhere = fault(sign_in(Protocol::Imap, "mail.invalid:993").await);
    assert_eq!(nowhere.code, "dns");
    for (certificate, diagnosis, words) in [
        ("other.pem", Diagnosis::Network, "for another name"),
        ("old.pem", Diagnosis::Clock, "has run out"),
    ] {
        let gmail = Gmail::with_certificate(certificate, IMAP);
        let fault = fault(sign_in(Protocol::Imap, &gmail.address()).await);
        assert_eq!((fault.diagnosis, fault.code.as_str()), (diagnosis, "tls"));
        assert!(fault.message.contains(words), "{fault:?}");
    }
    // In the clear, nothing is said to it.
    let clear = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("localhost:{}", clear.local_addr().unwrap().port());
    let heard = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let mut stream = clear.accept().unwrap().0;
        stream.write_all(b"* OK ready, and no TLS\r\n").unwrap();
        let mut heard = Vec::new();
        let _ = stream.read_to_end(&mut heard);
        heard
    });
    let fault = fault(sign_in(Protocol::Imap, &address).await);
    assert_eq!(fault.code, "tls");
    let heard = String::from_utf8_lossy(&heard.join().unwrap()).into_owned();
    assert!(
        !heard.contains("AUTHENTICATE") && !heard.contains("ya29"),
        "{heard}"
    );
}
