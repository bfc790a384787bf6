//! That the server is worth testing with: curl and Python's own libraries sign in with what
//! `gatepost token` prints, and are refused with anything else.

use std::process::Command;

use super::super::process::{Process, Ran};
use super::super::{beside, sandbox::ANA};
use super::{MailLab, Mechanisms, SUBJECT, Sandbox};

const BEN: &str = "ben@gmail.com";

fn curl(lab: &MailLab, user: &str, token: &str, arguments: &[&str]) -> Ran {
    let mut command = Command::new("curl");
    command
        .args(["--silent", "--show-error", "--max-time", "60"])
        .arg("--cacert")
        .arg(lab.ca_file())
        .args(["--user", user, "--oauth2-bearer", token])
        .args(arguments);
    Process::start(&mut command).finish()
}

#[test]
#[ignore = "needs Dovecot and curl; .ci/run installs them and runs this"]
fn curl_signs_in_by_each_protocol_and_each_mechanism() {
    let sandbox = Sandbox::serve();
    for (mechanisms, method) in [
        (Mechanisms::Xoauth2, "XOAUTH2"),
        (Mechanisms::Oauthbearer, "OAUTHBEARER"),
    ] {
        let lab = MailLab::offering(mechanisms, &sandbox);
        let home = lab.home(&sandbox);
        let token = home.run(&["token", ANA]).good();
        let as_ana = |arguments: &[&str]| curl(&lab, ANA, token.trim(), arguments);
        let read = as_ana(&[&format!("imaps://{}/INBOX;MAILINDEX=1", lab.imap())]);
        assert!(read.good().contains(SUBJECT));
        assert_eq!(lab.signed_in("imap", ANA), method);
        let read = as_ana(&["--ssl-reqd", &format!("imap://{}/", lab.imap_starttls())]);
        assert!(read.good().contains("INBOX"));
        let read = as_ana(&[&format!("pop3s://{}/1", lab.pop())]);
        assert!(read.good().contains(SUBJECT));
        assert_eq!(lab.signed_in("pop3", ANA), method);
        home.write("letter", "Subject: From curl\n\nHello.\n");
        let letter = home.path("letter");
        let letter_to_ben = [
            "--mail-from",
            ANA,
            "--mail-rcpt",
            BEN,
            "-T",
            letter.to_str().unwrap(),
        ];
        for way in [
            vec![format!("smtps://{}/", lab.smtp())],
            vec![
                format!("smtp://{}/", lab.smtp_starttls()),
                "--ssl-reqd".into(),
            ],
        ] {
            let way: Vec<_> = way.iter().map(String::as_str).collect();
            as_ana(&[letter_to_ben.as_slice(), &way].concat()).good();
            assert_eq!(lab.signed_in("submission", ANA), method);
        }
        let sent = lab.sent();
        assert_eq!(sent.len(), 2);
        assert!(
            sent.iter().all(|m| m.contains("Subject: From curl")),
            "{sent:?}"
        );
        let as_ben = curl(
            &lab,
            BEN,
            token.trim(),
            &[&format!("imaps://{}/", lab.imap())],
        );
        assert_eq!(as_ben.code, Some(67), "refused: {}", as_ben.err);
    }
}

#[test]
#[ignore = "needs Dovecot; .ci/run installs it and runs this"]
fn pythons_libraries_sign_in_with_the_printed_strings() {
    let sandbox = Sandbox::serve();
    let lab = MailLab::start(&sandbox);
    let home = lab.home(&sandbox);
    let python = |format: &str, method: &str| {
        let answer = home.run(&["token", ANA, "--format", format]).good();
        let mut command = Command::new("python3");
        command
            .arg(beside("mail/sign_in.py"))
            .arg(lab.ca_file())
            .args([lab.imap(), lab.smtp(), lab.pop()])
            .args([method, answer.trim()]);
        let said = Process::start(&mut command).finish().good();
        assert_eq!(said, "imap INBOX\nsmtp 235\npop 1 message\n", "{method}");
        for protocol in ["imap", "submission", "pop3"] {
            assert_eq!(lab.signed_in(protocol, ANA), method);
        }
    };
    python("xoauth2", "XOAUTH2");
    python("oauthbearer", "OAUTHBEARER");
}
