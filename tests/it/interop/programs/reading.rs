//! Reading mail: the programs that `--check` drives, and two that it cannot.

use super::super::tool;
use super::{ANA, MailLab, Stage, holds_no_token};
use crate::support::pty::Terminal;

const CHECKED: [&str; 9] = [
    "mutt",
    "neomutt",
    "s-nail",
    "mbsync",
    "offlineimap",
    "getmail",
    "imapfilter",
    "curl",
    "msmtp",
];

#[test]
#[ignore = "needs Dovecot and mail programs; .ci/run installs them and runs this"]
fn programs_sign_in_by_check_and_leave_nothing() {
    for program in CHECKED {
        // A server of its own each, so that a sign-in in its log is this program's.
        let stage = Stage::new();
        let temporary = stage.home.path("tmp");
        std::fs::create_dir(&temporary).unwrap();
        let gatepost = env!("CARGO_BIN_EXE_gatepost");
        let argv = [gatepost, "setup", program, "ana", "--check"];
        let mut command = stage.command(&argv);
        command.env("TMPDIR", &temporary);
        let ran = super::Process::start(&mut command).finish();
        assert_eq!(ran.good(), format!("ok: {program} signed in as {ANA}\n"));
        let protocol = if program == "msmtp" {
            "submission"
        } else {
            "imap"
        };
        stage.report(program, protocol, "setup --check");
        let left: Vec<_> = std::fs::read_dir(&temporary).unwrap().collect();
        assert!(left.is_empty(), "{program} left {left:?}");
        assert!(stage.lab.sent().is_empty(), "{program} sent something");
        holds_no_token(&stage.home.path("."));
    }
}

#[test]
#[ignore = "needs Dovecot and himalaya 2; .ci/run installs them and runs this"]
fn himalaya_signs_in_by_check() {
    let himalaya = tool("himalaya/bin/himalaya");
    let stage = Stage::with(himalaya.parent().unwrap());
    let ran = stage.check("himalaya");
    assert_eq!(ran.good(), format!("ok: himalaya signed in as {ANA}\n"));
    stage.report("himalaya", "imap", "setup --check");
}

#[test]
#[ignore = "needs Dovecot and mail programs; .ci/run installs them and runs this"]
fn a_refused_sign_in_is_told_in_the_program_s_own_words() {
    let stage = Stage::new();
    // A server that is not there.
    let config = stage.lab.config().replace(&stage.lab.imap(), "localhost:1");
    stage.home.write(".config/gatepost/config.toml", &config);
    for program in ["mbsync", "getmail", "mutt"] {
        let ran = stage.check(program);
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{}", ran.err);
        assert!(ran.err.contains(&format!("{program}: ")), "{}", ran.err);
        assert!(
            ran.err.contains("did not sign in, though there is a token"),
            "{}",
            ran.err
        );
    }
}

#[test]
#[ignore = "needs Dovecot and mail programs; .ci/run installs them and runs this"]
fn mbsync_and_offlineimap_bring_the_mail() {
    let stage = Stage::new();
    std::fs::create_dir_all(stage.home.path(format!("Mail/{ANA}").as_str())).unwrap();
    stage.home.write("rc", &stage.printed("mbsync"));
    stage.run(&["mbsync", "-c", "rc", "-a"]).good();
    let folder = stage.home.path(format!("Mail/{ANA}/INBOX/new").as_str());
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
    stage.report("mbsync", "imap", "fetched the message");

    let stage = Stage::new();
    stage.home.write("rc", &stage.printed("offlineimap"));
    stage.run(&["offlineimap", "-c", "rc", "-o"]).good();
    let folder = stage.home.path(format!("Mail/{ANA}/INBOX/new").as_str());
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
    stage.report("offlineimap", "imap", "fetched the message");
}

#[test]
#[ignore = "needs Dovecot and aerc; .ci/run installs them and runs this"]
fn aerc_shows_the_mailbox() {
    let stage = Stage::new();
    let accounts = ".config/aerc/accounts.conf";
    stage.home.write(accounts, &stage.printed("aerc"));
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(stage.home.path(accounts), private).unwrap();
    let home = stage.home.path("");
    let endpoints = stage.command(&["true"]);
    let endpoints = endpoints
        .get_envs()
        .find(|(name, _)| *name == "GATEPOST_ENDPOINTS");
    let endpoints = endpoints
        .and_then(|(_, value)| value)
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    let mut terminal = Terminal::program(
        "aerc",
        100,
        30,
        &[],
        &[
            ("HOME", home.to_str().unwrap()),
            ("PATH", &stage.search_path),
            ("GATEPOST_ENDPOINTS", &endpoints),
            ("SSL_CERT_FILE", stage.lab.ca_file().to_str().unwrap()),
        ],
    );
    terminal.wait_for("The harbour");
    terminal.press(":quit\r");
    terminal.wait();
    stage.report("aerc", "imap", "shows the mailbox");
}

/// The printed lines, and then Python's own library with the token that they bring.
#[test]
#[ignore = "needs Dovecot and google-auth; .ci/run installs them and runs this"]
fn pythons_imaplib_signs_in_with_google_auth_s_credentials() {
    let stage = Stage::new();
    let sign_in = "import imaplib, ssl, sys\n\
                   credentials.refresh(None)\n\
                   assert credentials.valid and credentials.expiry\n\
                   tls = ssl.create_default_context(cafile=sys.argv[1])\n\
                   box = imaplib.IMAP4_SSL('localhost', int(sys.argv[2]), ssl_context=tls)\n\
                   answer = f'user=ana@gmail.com\\1auth=Bearer {credentials.token}\\1\\1'\n\
                   box.authenticate('XOAUTH2', lambda challenge: answer.encode())\n\
                   print(box.select('INBOX', readonly=True)[0])\n";
    let script = format!("{}\n{sign_in}", stage.printed("python"));
    stage.home.write("script.py", &script);
    let python = tool("venv/bin/python");
    let (ca_file, port) = (stage.lab.ca_file(), port(&stage.lab));
    let argv = [
        python.to_str().unwrap(),
        "script.py",
        ca_file.to_str().unwrap(),
        &port,
    ];
    assert_eq!(stage.run(&argv).good(), "OK\n");
    stage.report("python", "imap", "google-auth's credentials, imaplib");
}

fn port(lab: &MailLab) -> String {
    lab.imap().rsplit(':').next().unwrap().to_owned()
}
