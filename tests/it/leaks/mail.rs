//! A mail server is shown the token, and may say it back.

use super::{Stdout, Watched};
use crate::google::tls::fixture;
use crate::support::gmail::{EXPLANATION, Gmail, IMAP, POP, SMTP};

#[test]
fn no_sign_in_to_a_mail_server_lets_a_secret_out() {
    let mut home = Watched::new();
    let ana = "ana@gmail.com";
    let mut said = String::new();
    for format in ["bare", "xoauth2"] {
        let token = home.run_with(&["token", ana, "--format", format], Stdout::ItsOwn, 0);
        home.marks.add(format, token.stdout.trim());
        said = format!("{said} {}", token.stdout.trim());
    }
    let imap = Gmail::play(&format!("{IMAP}S: + {EXPLANATION}\nC:\nS: a2 NO{said}"));
    let smtp = Gmail::play(&format!("{SMTP}S: 535{said}"));
    let pop = Gmail::play(&format!("{POP}S: -ERR{said}"));
    let config = format!(
        "[endpoints]\nimap = \"{}\"\nsmtp = \"{}\"\npop = \"{}\"\nca_file = \"{}\"\n",
        imap.address(),
        smtp.address(),
        pop.address(),
        fixture("ca.pem").display()
    );
    home.sealed.write(".config/gatepost/config.toml", &config);
    let ran = home.run(&["verify", ana, "--imap", "--smtp", "--pop"], 7);
    assert_eq!(ran.stdout.matches("“").count(), 3, "all were heard: {ran}");
    assert_eq!([imap, smtp, pop].map(Gmail::end), [Ok(()), Ok(()), Ok(())]);
    let log = std::fs::read_to_string(home.sealed.path(".local/state/gatepost/gatepost.log"));
    let told = r#"protocol="imap" code="mail-refused" status="400""#;
    assert!(
        log.unwrap().contains(told),
        "what was refused is in the log"
    );
    // The settings are the person's own; what gatepost wrote is what is searched.
    std::fs::remove_file(home.sealed.path(".config/gatepost/config.toml")).unwrap();
    home.search_files();
}
