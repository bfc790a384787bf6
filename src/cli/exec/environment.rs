//! What a child must find in its environment, and what it must not, so that Google's libraries look
//! for credentials at one place only.

use std::ffi::{OsStr, OsString};
use std::net::SocketAddrV4;
use std::path::{Path, PathBuf};

use tokio::process::Command;

/// Each would lead a library elsewhere.
const ABSENT: [&str; 8] = [
    "GOOGLE_APPLICATION_CREDENTIALS",
    // Node's library reads this spelling too.
    "google_application_credentials",
    "NO_GCE_CHECK",
    // To gcloud these count for more than any machine it runs on.
    "CLOUDSDK_AUTH_ACCESS_TOKEN",
    "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE",
    "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE",
    "CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT",
    "CLOUDSDK_CORE_ACCOUNT",
];

/// Which programs are Node, or start it.
const NODES: [&str; 7] = ["node", "nodejs", "npm", "npx", "pnpm", "yarn", "tsx"];

/// `empty` stands in for gcloud's folder, in which Python, Go and Java would find other credentials.
pub(super) fn lead_to(command: &mut Command, server: SocketAddrV4, empty: &Path) {
    let server = server.to_string();
    // All ask the first; Python finds out where it is by the second; its older versions read the third.
    for name in ["GCE_METADATA_HOST", "GCE_METADATA_IP", "GCE_METADATA_ROOT"] {
        command.env(name, &server);
    }
    command
        .env("METADATA_SERVER_DETECTION", "assume-present")
        .env("GCE_METADATA_MTLS_MODE", "none")
        .env("CLOUDSDK_CONFIG", empty);
    for name in ABSENT {
        command.env_remove(name);
    }
    // Python and Node would send even this through a proxy.
    let now = ["no_proxy", "NO_PROXY"]
        .into_iter()
        .find_map(std::env::var_os);
    let direct = without_proxy(now.unwrap_or_default());
    command.env("no_proxy", &direct).env("NO_PROXY", &direct);
}

fn without_proxy(mut now: OsString) -> OsString {
    // Alone it means every host; in a list it means none.
    if now == "*" {
        return now;
    }
    if !now.is_empty() {
        now.push(",");
    }
    now.push("127.0.0.1,localhost");
    now
}

/// A file that Node's library prefers, and that no variable hides from it.
pub(super) fn overlooked(program: &OsStr) -> Option<PathBuf> {
    let name = Path::new(program).file_name()?;
    let file = Path::new(&std::env::var_os("HOME")?)
        .join(".config/gcloud/application_default_credentials.json");
    (NODES.iter().any(|node| name == *node) && file.exists()).then_some(file)
}

/// A name that every shell can read.
pub(super) fn name(word: &str) -> Result<String, String> {
    let plain = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric();
    let digit_first = word.as_bytes().first().is_none_or(u8::is_ascii_digit);
    if digit_first || !word.bytes().all(plain) {
        return Err(
            "a variable's name is of letters, digits and _, and begins with no digit".into(),
        );
    }
    Ok(word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_past_the_proxy_still_does() {
        for (now, then) in [
            ("", "127.0.0.1,localhost"),
            ("corp.example", "corp.example,127.0.0.1,localhost"),
            ("*", "*"),
        ] {
            assert_eq!(without_proxy(now.into()), then);
        }
    }
}
