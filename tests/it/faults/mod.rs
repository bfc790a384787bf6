//! The fault matrix: each symptom at the token endpoint, as `google-oauth.md` section 13 lists
//! them, and every way an answer can be slow, cut off, huge or a lie. The real program asks over
//! HTTP; looked at are its exit code, its words, the state, and the grant on disk.

mod consent;
mod identity;
mod rows;
mod wire;

use std::path::Path;
use std::process::Command;

use gatepost::sandbox::{Endpoint, Fault, FaultKind};

use crate::cli::sealed::{Ran, Sealed};
use rows::{Ask, Row, Trouble};

/// As many homes at once; each works through its share of the rows.
const HOMES: usize = 8;

#[test]
fn every_row_of_the_decision_table() {
    play_all(rows::rows);
}

#[test]
fn no_odd_answer_costs_a_grant() {
    play_all(wire::rows);
}

fn play_all(rows: fn() -> Vec<Row>) {
    std::thread::scope(|scope| {
        for share in 0..HOMES {
            scope.spawn(move || {
                let bench = Bench::new();
                for row in rows().iter().skip(share).step_by(HOMES) {
                    bench.play(row);
                }
            });
        }
    });
}

/// A signed-in home, put back before each row.
struct Bench {
    sealed: Sealed,
    before: tempfile::TempDir,
    grant: Grant,
}

/// What must outlive every error: the sealed refresh token and what belongs to it.
#[derive(Debug, PartialEq)]
struct Grant {
    refresh_token: Vec<u8>,
    requested: String,
    granted_at: i64,
    expires_at: Option<i64>,
}

impl Bench {
    fn new() -> Self {
        let sealed = Sealed::with_account("ana@gmail.com");
        let before = tempfile::tempdir().unwrap();
        copy(sealed.home.path(), before.path());
        let grant = grant(&sealed);
        Self {
            sealed,
            before,
            grant,
        }
    }

    fn play(&self, row: &Row) {
        let name = row.name;
        self.put_back();
        self.sealed.control().clear_faults();
        let environment = self.arrange(row);
        let ran = self.ask(row, &environment);
        assert_eq!(ran.code, Some(row.exit), "{name}: {ran}");
        let said = format!("{}{}", ran.stderr, ran.stdout);
        assert!(said.contains(row.says), "{name}: {:?} in\n{ran}", row.says);
        self.look(row, &ran);
        if matches!(row.ask, Ask::Refresh) {
            // A dead grant serves nothing; whatever else is wrong, what still lives is served.
            let token = self.sealed.run(&["token", "ana", "--max-wait", "1s"]);
            let wanted = if row.state == "revoked" { 4 } else { 0 };
            assert_eq!(token.code, Some(wanted), "{name}: {token}");
            assert_eq!(token.stdout.starts_with("ya29."), wanted == 0);
        }
        self.sealed.control().clear_faults();
        let mended = self.sealed.run(&["refresh", "ana"]);
        assert_eq!(
            mended.code,
            Some(0),
            "{name}: one good answer mends it: {mended}"
        );
    }

    fn put_back(&self) {
        for entry in std::fs::read_dir(self.sealed.home.path())
            .unwrap()
            .flatten()
        {
            if entry.file_type().unwrap().is_dir() {
                std::fs::remove_dir_all(entry.path()).unwrap();
            } else {
                std::fs::remove_file(entry.path()).unwrap();
            }
        }
        copy(self.before.path(), self.sealed.home.path());
    }

    fn arrange(&self, row: &Row) -> Vec<(&'static str, String)> {
        let strike = |kind| {
            let fault = Fault::at(Endpoint::Token, kind);
            self.sealed.control().add_fault(fault);
            Vec::new()
        };
        match &row.trouble {
            Trouble::None => Vec::new(),
            Trouble::Json(status, body) => strike(FaultKind::Reply {
                status: *status,
                content_type: "application/json; charset=utf-8".into(),
                body: (*body).into(),
            }),
            Trouble::Page(status) => strike(FaultKind::Reply {
                status: *status,
                content_type: "text/html".into(),
                body: "<!DOCTYPE html><title>Harbour Hotel</title>".into(),
            }),
            Trouble::Huge => strike(FaultKind::Reply {
                status: 200,
                content_type: "application/json".into(),
                body: format!("{{\"access_token\":\"{}\"}}", "x".repeat(10 << 20)),
            }),
            Trouble::Fault(kind) => strike(kind.clone()),
            Trouble::Wire(answer) => vec![("GATEPOST_ENDPOINTS", wire::serve(answer))],
            Trouble::Elsewhere(base) => vec![("GATEPOST_ENDPOINTS", (*base).into())],
            Trouble::Nobody => {
                let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
                let place = listener.local_addr().unwrap();
                vec![("GATEPOST_ENDPOINTS", format!("http://{place}"))]
            }
            Trouble::Certificate { shown, ca } => {
                if let Some(ca) = ca {
                    let file = crate::google::tls::fixture(ca);
                    let settings = format!("[endpoints]\nca_file = \"{}\"\n", file.display());
                    self.sealed.write(".config/gatepost/config.toml", &settings);
                }
                let base = crate::google::tls::serve(shown);
                vec![("GATEPOST_ENDPOINTS", base)]
            }
        }
    }

    fn ask(&self, row: &Row, environment: &[(&'static str, String)]) -> Ran {
        let arguments: &[&str] = match row.ask {
            Ask::Refresh => &["refresh", "ana"],
            Ask::Token => {
                crate::cli::token::run_out(&self.sealed);
                &["token", "ana", "--max-wait", "2s"]
            }
        };
        let mut command = self.sealed.command(arguments);
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        self.sealed.finish(command.spawn().unwrap())
    }

    /// State, words and disk afterwards, read by another process.
    fn look(&self, row: &Row, ran: &Ran) {
        let name = row.name;
        let status = self.sealed.run(&["status", "ana", "--json"]);
        let account = &status.json()[0];
        assert_eq!(account["state"], row.state, "{name}: {status}");
        let problem = &account["problem"];
        assert_eq!(problem["code"].as_str().unwrap_or(""), row.code, "{name}");
        if row.exit != 0 && row.exit != 5 {
            let remedy = problem["remedy"].as_str().unwrap();
            assert!(ran.stderr.contains(remedy), "{name}: {remedy}\n{ran}");
            assert!(remedy.contains(row.remedy), "{name}: {remedy}");
        }
        let now = grant(&self.sealed);
        assert_eq!(now.expires_at.is_some(), row.is_given_an_end, "{name}");
        let now = Grant {
            expires_at: None,
            ..now
        };
        assert_eq!(now, self.grant, "{name}: the grant is not touched");
    }
}

fn grant(sealed: &Sealed) -> Grant {
    let conn = rusqlite::Connection::open(sealed.db()).unwrap();
    let sql = "SELECT refresh_token, requested, granted_at, expires_at FROM grant \
               WHERE stage = 'current'";
    conn.query_row(sql, [], |row| {
        Ok(Grant {
            refresh_token: row.get(0)?,
            requested: row.get(1)?,
            granted_at: row.get(2)?,
            expires_at: row.get(3)?,
        })
    })
    .unwrap()
}

fn copy(from: &Path, to: &Path) {
    let mut all = from.as_os_str().to_owned();
    all.push("/.");
    let copied = Command::new("cp").arg("-a").arg(all).arg(to).status();
    assert!(copied.unwrap().success());
}
