//! What can be learnt of this machine without asking anyone: who called us, its name, whether a
//! browser opened here would be seen.

#[cfg(target_os = "linux")]
use std::io::Read;

use crate::domain::wording::safe;

/// The name of the program that called us.
pub(super) fn caller() -> String {
    #[cfg(target_os = "linux")]
    if let Some(parent) = rustix::process::getppid() {
        // The kernel keeps 15 bytes of a name: one read, no buffer to grow.
        let mut name = [0; 32];
        let file = std::fs::File::open(format!("/proc/{}/comm", parent.as_raw_pid()));
        if let Ok(length) = file.and_then(|mut file| file.read(&mut name)) {
            return safe(&String::from_utf8_lossy(&name[..length]));
        }
    }
    safe("unknown")
}

/// This machine's name, where it can be had without asking anyone.
pub(super) fn host() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(safe(&name)).filter(|name| !name.is_empty())
}

/// Whether this is the inside of a container, where no browser of the person's runs.
pub(super) fn is_container() -> bool {
    ["/.dockerenv", "/run/.containerenv"]
        .iter()
        .any(|mark| std::path::Path::new(mark).exists())
}

/// Why a browser opened here would be seen by nobody.
pub(super) fn no_browser() -> Option<String> {
    let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    if set("SSH_CONNECTION") && !set("DISPLAY") {
        return Some("this is an SSH session".into());
    }
    let graphical = set("DISPLAY") || set("WAYLAND_DISPLAY") || set("WSL_DISTRO_NAME");
    (cfg!(target_os = "linux") && !graphical).then(|| "there is no graphical session".into())
}
