//! A session's D-Bus of its own, that starts nothing by itself.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::process::Process;

pub(super) struct Bus {
    folder: TempDir,
    _daemon: Process,
    pub(super) address: String,
}

impl Bus {
    pub(super) fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let address = format!("unix:path={}", folder.path().join("bus").display());
        let config = folder.path().join("bus.conf");
        let text = format!(
            "<busconfig><type>session</type><listen>{address}</listen><auth>EXTERNAL</auth>\
             <policy context='default'><allow send_destination='*' eavesdrop='true'/>\
             <allow eavesdrop='true'/><allow own='*'/></policy>\
             </busconfig>"
        );
        std::fs::write(&config, text).unwrap();
        let mut command = Command::new("dbus-daemon");
        command
            .args(["--nofork", "--print-address=1"])
            .arg(format!("--config-file={}", config.display()));
        let mut daemon = Process::start(&mut command);
        daemon.line("unix:path=");
        Self {
            folder,
            _daemon: daemon,
            address,
        }
    }

    /// Goes with it.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }
}
