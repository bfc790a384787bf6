//! The login of a proxy stands in an environment variable, and nowhere else: not in what is
//! printed at any verbosity, not in a report, not in a file.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

use super::sealed::{Ran, Sealed};

const LOGIN: &str = "ana:hunter2%2A";
/// As it is written, and as it goes over the line.
const PASSWORD: [&str; 2] = ["hunter2", "YW5hOmh1bnRlcjIq"];

const COMMANDS: [&[&str]; 8] = [
    &["refresh", "ana"],
    &["token", "ana", "--force-refresh", "--max-wait", "1s"],
    &["verify", "ana"],
    &["revoke", "ana@gmail.com", "--yes"],
    &["doctor"],
    &["doctor", "--json"],
    &["log", "--json"],
    &["status", "--json"],
];

#[test]
fn the_login_of_a_proxy_shows_nowhere() {
    let gate = wants_a_login();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = closed.local_addr().unwrap().to_string();
    drop(closed);
    let ways = [
        (
            "HTTPS_PROXY",
            format!("http://{LOGIN}@{gate}"),
            Some("proxy-auth"),
        ),
        (
            "https_proxy",
            format!("http://{LOGIN}@{nobody}"),
            Some("unreachable"),
        ),
        (
            "ALL_PROXY",
            format!("{LOGIN}@{nobody}"),
            Some("unreachable"),
        ),
        ("all_proxy", format!("socks5h://{LOGIN}@{nobody}"), None),
        ("HTTPS_PROXY", format!("http://{LOGIN}@no host:99999"), None),
        ("HTTPS_PROXY", format!("{LOGIN}@"), None),
    ];
    std::thread::scope(|scope| {
        for (variable, value, code) in &ways {
            scope.spawn(move || try_all(variable, value, *code));
        }
    });
}

/// Answers 407 to everybody.
fn wants_a_login() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4_096]);
            let _ = stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
        }
    });
    place
}

fn try_all(variable: &str, value: &str, code: Option<&str>) {
    let sealed = Sealed::with_account("ana@gmail.com");
    sealed.write(".config/gatepost/config.toml", &elsewhere());
    for arguments in COMMANDS {
        let ran = run(&sealed, arguments, variable, value);
        assert_hidden(&format!("{}{}", ran.stdout, ran.stderr), &ran.to_string());
    }
    let status = run(&sealed, &["status", "--json"], variable, value);
    if let Some(code) = code {
        assert_eq!(
            status.json()[0]["problem"]["code"],
            code,
            "{value}: {status}"
        );
    }
    search(sealed.home.path());
}

/// Addresses that a proxy is asked for. Nobody has them, should one be asked directly.
fn elsewhere() -> String {
    let base = "https://oauth2.gatepost.invalid";
    let names = [
        "authorization",
        "token",
        "revocation",
        "tokeninfo",
        "userinfo",
        "gmail",
    ];
    let lines = names.map(|name| format!("{name} = \"{base}/{name}\"\n"));
    format!("[endpoints]\n{}", lines.concat())
}

fn run(sealed: &Sealed, arguments: &[&str], variable: &str, value: &str) -> Ran {
    let mut command = sealed.command(arguments);
    command
        .arg("-vvv")
        .env_remove("GATEPOST_ENDPOINTS")
        .env(variable, value);
    sealed.finish(command.spawn().unwrap())
}

fn search(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            search(&path);
        } else if let Ok(bytes) = std::fs::read(&path) {
            assert_hidden(
                &String::from_utf8_lossy(&bytes),
                &path.display().to_string(),
            );
        }
    }
}

#[track_caller]
fn assert_hidden(text: &str, place: &str) {
    for secret in PASSWORD {
        assert!(!text.contains(secret), "`{secret}` shows in {place}");
    }
}
