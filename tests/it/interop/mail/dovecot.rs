//! Dovecot in a folder of its own: its files, its ports, its process.

use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::geteuid;
use tempfile::TempDir;

use super::super::process::Process;
use super::{ANA, Mechanisms, SUBJECT};
use crate::google::tls::fixture;

/// Debian's, outside of an ordinary user's search path.
const DOVECOT: &str = "/usr/sbin/dovecot";

/// A port that was free may be taken before Dovecot binds it.
const TRIES: usize = 5;

/// Whom root becomes: Dovecot gives mail to no user 0.
const NOBODY: (u32, u32) = (65534, 65534);

pub(super) struct Dovecot {
    // Before the folder, so that it ends first.
    process: Process,
    folder: TempDir,
    pub(super) ports: Ports,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Ports {
    pub(super) imap: u16,
    pub(super) imap_starttls: u16,
    pub(super) smtp: u16,
    pub(super) smtp_starttls: u16,
    pub(super) pop: u16,
}

impl Dovecot {
    #[track_caller]
    pub(super) fn start(mechanisms: Mechanisms, sandbox: &str, relay: u16) -> Self {
        let folder = TempDir::new().unwrap();
        furnish(folder.path(), sandbox);
        let mut said = String::new();
        for _ in 0..TRIES {
            let ports = Ports::free();
            let config = folder.path().join("dovecot.conf");
            let text = settings(folder.path(), mechanisms, relay, &ports);
            std::fs::write(&config, text).unwrap();
            hand_over(folder.path());
            let mut command = Command::new(DOVECOT);
            command.arg("-F").arg("-c").arg(config);
            if geteuid().is_root() {
                command.uid(NOBODY.0).gid(NOBODY.1);
            }
            let mut process = Process::start(&mut command);
            // It says so when every port is bound.
            if process.says("master: Info: Dovecot") {
                return Self {
                    process,
                    folder,
                    ports,
                };
            }
            said = process.said();
        }
        panic!("Dovecot does not start:\n{said}");
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn log(&self) -> String {
        self.process.said()
    }
}

impl Ports {
    fn free() -> Self {
        // Held together, so that no two are the same.
        let held = [(); 5].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [imap, imap_starttls, smtp, smtp_starttls, pop] =
            held.map(|listener| listener.local_addr().unwrap().port());
        Self {
            imap,
            imap_starttls,
            smtp,
            smtp_starttls,
            pop,
        }
    }
}

fn furnish(folder: &Path, sandbox: &str) {
    let inbox = format!("mail/{ANA}/Maildir/new");
    for made in ["run", &inbox] {
        std::fs::create_dir_all(folder.join(made)).unwrap();
    }
    for (theirs, ours) in [("good.pem", "server.pem"), ("ca.pem", "ca.pem")] {
        std::fs::copy(fixture(theirs), folder.join(ours)).unwrap();
    }
    let oauth2 = format!(
        "tokeninfo_url = {sandbox}/tokeninfo?access_token=\n\
         scope = https://mail.google.com/\n\
         username_attribute = email\n"
    );
    std::fs::write(folder.join("oauth2.conf"), oauth2).unwrap();
    let message = format!(
        "From: Ben <ben@example.com>\nTo: {ANA}\nSubject: {SUBJECT}\n\
         Date: Sun, 1 Nov 2026 12:00:00 +0000\nMessage-ID: <1@example.com>\n\nThe boat is in.\n"
    );
    std::fs::write(folder.join(inbox).join("1.mail"), message).unwrap();
}

fn settings(folder: &Path, mechanisms: Mechanisms, relay: u16, ports: &Ports) -> String {
    let (user, group) = names();
    let mechanisms = match mechanisms {
        Mechanisms::Both => "xoauth2 oauthbearer",
        Mechanisms::Xoauth2 => "xoauth2",
        Mechanisms::Oauthbearer => "oauthbearer",
    };
    let mut text = include_str!("dovecot.conf").to_owned();
    for (name, value) in [
        ("{folder}", folder.to_str().unwrap()),
        ("{user}", &user),
        ("{group}", &group),
        ("{mechanisms}", mechanisms),
        ("{relay}", &relay.to_string()),
        ("{imap}", &ports.imap.to_string()),
        ("{imap_starttls}", &ports.imap_starttls.to_string()),
        ("{smtp}", &ports.smtp.to_string()),
        ("{smtp_starttls}", &ports.smtp_starttls.to_string()),
        ("{pop}", &ports.pop.to_string()),
    ] {
        text = text.replace(name, value);
    }
    text
}

/// The user and the group that the server runs as.
fn names() -> (String, String) {
    let name = |of: &str| {
        let mut id = Command::new("id");
        id.arg(of);
        if geteuid().is_root() {
            id.arg("nobody");
        }
        String::from_utf8(id.output().unwrap().stdout)
            .unwrap()
            .trim()
            .to_owned()
    };
    (name("-un"), name("-gn"))
}

/// Gives everything to the server where root made it.
fn hand_over(path: &Path) {
    if !geteuid().is_root() {
        return;
    }
    chown(path, Some(NOBODY.0), Some(NOBODY.1)).unwrap();
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            hand_over(&entry.unwrap().path());
        }
    }
}
