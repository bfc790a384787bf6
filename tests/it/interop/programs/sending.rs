//! Sending mail: what arrives at the other end is what was written.

use std::io::Write;
use std::process::Stdio;

use super::super::tool;
use super::Stage;

const LETTER: &str = "Subject: From a program\n\nHello.\n";

impl Stage {
    /// Runs it with this on its standard input.
    #[track_caller]
    fn send(&self, argv: &[&str], environment: &[(&str, &str)], letter: &str) {
        let mut command = self.command(argv);
        command
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", argv[0]));
        child
            .stdin
            .take()
            .unwrap()
            .write_all(letter.as_bytes())
            .unwrap();
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{argv:?}: {said}");
    }

    #[track_caller]
    fn sent_one(&self, subject: &str) {
        let sent = self.lab.sent();
        assert!(sent.len() == 1 && sent[0].contains(subject), "{sent:?}");
    }
}

#[test]
#[ignore = "needs Dovecot and mail programs; .ci/run installs them and runs this"]
fn msmtp_sends() {
    let stage = Stage::new();
    stage.home.write("rc", &stage.printed("msmtp"));
    // It refuses a file that others can read only where a password is in it.
    let argv = ["msmtp", "-C", "rc", "-a", "ana@gmail.com", "ben@gmail.com"];
    stage.send(&argv, &[], LETTER);
    stage.sent_one("Subject: From a program");
    stage.report("msmtp", "submission", "sent a message");
}

#[test]
#[ignore = "needs Dovecot and himalaya 2; .ci/run installs them and runs this"]
fn himalaya_sends() {
    let himalaya = tool("himalaya/bin/himalaya");
    let stage = Stage::with(himalaya.parent().unwrap());
    stage.home.write("rc", &stage.printed("himalaya"));
    let argv = [
        himalaya.to_str().unwrap(),
        "-c",
        "rc",
        "-a",
        "ana@gmail.com",
        "message",
        "send",
    ];
    let letter = format!("From: ana@gmail.com\nTo: ben@gmail.com\n{LETTER}");
    stage.send(&argv, &[], &letter);
    stage.sent_one("Subject: From a program");
    stage.report("himalaya", "submission", "sent a message");
}

#[test]
#[ignore = "needs Dovecot and mail programs; .ci/run installs them and runs this"]
fn curl_sends() {
    let stage = Stage::new();
    let printed = stage.home.run(&["setup", "curl", "ana"]);
    let said = printed.err.clone();
    let note = said.split_once("in place of the address: ").unwrap().1;
    let note = note.lines().next().unwrap();
    let line = printed.good();
    let (before, _) = line.rsplit_once(' ').unwrap();
    let line = format!("{before} {note}\n")
        .replace(" TO ", " ben@gmail.com ")
        .replace("LETTER", "letter");
    stage.home.write("letter", LETTER);
    stage.home.write("line", &line);
    stage.run(&["sh", "line"]).good();
    stage.sent_one("Subject: From a program");
    stage.report("curl", "submission", "sent a message");
}

#[test]
#[ignore = "needs Dovecot and mail programs; .ci/run installs them and runs this"]
fn mutt_and_neomutt_send() {
    for program in ["mutt", "neomutt"] {
        let stage = Stage::new();
        stage.home.write("rc", &stage.printed(program));
        let argv = [
            program,
            "-n",
            "-F",
            "rc",
            "-s",
            "From a program",
            "ben@gmail.com",
        ];
        stage.send(&argv, &[], "Hello.\n");
        stage.sent_one("Subject: From a program");
        stage.report(program, "submission", "sent a message");
    }
}

#[test]
#[ignore = "needs Dovecot and mail programs; .ci/run installs them and runs this"]
fn s_nail_sends() {
    let stage = Stage::new();
    stage.home.write("rc", &stage.printed("s-nail"));
    let rc = stage.home.path("rc");
    let argv = [
        "s-nail",
        "-:u",
        "-A",
        "ana@gmail.com",
        "-s",
        "From a program",
        "ben@gmail.com",
    ];
    stage.send(&argv, &[("MAILRC", rc.to_str().unwrap())], "Hello.\n");
    stage.sent_one("Subject: From a program");
    stage.report("s-nail", "submission", "sent a message");
}

#[test]
#[ignore = "needs Dovecot, git send-email and msmtp; .ci/run installs them and runs this"]
fn git_sends_a_patch() {
    let stage = Stage::new();
    stage
        .home
        .write(".gitconfig", &stage.printed("git-send-email"));
    stage.home.write("work/file", "text\n");
    let git = |arguments: &[&str]| {
        let mut argv = vec![
            "git",
            "-C",
            "work",
            "-c",
            "user.name=Ana",
            "-c",
            "user.email=ana@gmail.com",
        ];
        argv.extend(arguments);
        stage.run(&argv).good()
    };
    git(&["init", "-q"]);
    git(&["add", "file"]);
    git(&["commit", "-q", "-m", "A first patch"]);
    git(&["format-patch", "-q", "--root", "-1"]);
    git(&[
        "send-email",
        "--confirm=never",
        "--to",
        "ben@gmail.com",
        "0001-A-first-patch.patch",
    ]);
    stage.sent_one("Subject: [PATCH] A first patch");
    stage.report("git-send-email", "submission", "sent a patch");
}

/// One batch run: smtpmail sends, and Gnus opens the inbox.
#[test]
#[ignore = "needs Dovecot and Emacs; .ci/run installs them and runs this"]
fn emacs_sends_and_reads() {
    let stage = Stage::new();
    stage.home.write("printed.el", &stage.printed("emacs"));
    let trial = "(setq user-mail-address \"ana@gmail.com\")\n\
                 (load (expand-file-name \"printed.el\"))\n\
                 (with-temp-buffer\n\
                   (insert \"To: ben@gmail.com\\nSubject: From a program\\n\" mail-header-separator \"\\nHello.\\n\")\n\
                   (smtpmail-send-it))\n\
                 (require 'gnus)\n(require 'nnimap)\n\
                 (unless (nnimap-open-server (cadr gnus-select-method) (cddr gnus-select-method))\n\
                   (kill-emacs 3))\n";
    stage.home.write("trial.el", trial);
    stage
        .run(&["emacs", "--batch", "-Q", "-l", "trial.el"])
        .good();
    stage.sent_one("Subject: From a program");
    stage.report("emacs", "submission", "smtpmail sent a message");
    stage.report("emacs", "imap", "Gnus opened the server");
}
