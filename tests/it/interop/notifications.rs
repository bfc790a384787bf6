//! Desktop notifications over a real D-Bus, to a desktop of the test's own that keeps what it was
//! sent. Only what gatepost was built with the feature can do.

use std::collections::HashMap;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gatepost::sandbox::{Endpoint, Fault, FaultKind};
use tokio::runtime::Runtime;
use zbus::zvariant::OwnedValue;

use super::bus::Bus;
use super::process::wait_for;
use crate::cli::sealed::{Ran, Sealed};

const ANA: &str = "ana@gmail.com";
const LOG: &str = ".local/state/gatepost/gatepost.log";
const CONFIG: &str = ".config/gatepost/config.toml";

#[derive(Debug, Clone, PartialEq)]
struct Shown {
    app: String,
    icon: String,
    summary: String,
    body: String,
    urgency: u8,
    replaces: u32,
    actions: Vec<String>,
    expires: i32,
}

type Screen = Arc<Mutex<Vec<Shown>>>;

struct Desktop {
    name: &'static str,
    screen: Screen,
    /// Never answers.
    is_stuck: bool,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Desktop {
    #[expect(
        clippy::too_many_arguments,
        reason = "the specification's call has these"
    )]
    async fn notify(
        &self,
        app: String,
        replaces: u32,
        icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        expires: i32,
    ) -> u32 {
        if self.is_stuck {
            std::future::pending::<()>().await;
        }
        let mut screen = self.screen.lock().unwrap();
        screen.push(Shown {
            app,
            icon,
            summary,
            body,
            urgency: u8::try_from(&hints["urgency"]).unwrap(),
            replaces,
            actions,
            expires,
        });
        u32::try_from(screen.len()).unwrap()
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let [name, vendor, version] = [self.name, "nobody", "1"].map(str::to_owned);
        (name, vendor, version, "1.2".into())
    }
}

/// An account, and a desktop it is told to.
struct Session {
    sealed: Sealed,
    bus: Bus,
    screen: Screen,
    _desktop: Option<(zbus::Connection, Runtime)>,
}

impl Session {
    fn new(desktop: Option<Desktop>) -> Self {
        let bus = Bus::start();
        let screen = desktop
            .as_ref()
            .map_or_else(Screen::default, |desktop| Arc::clone(&desktop.screen));
        let desktop = desktop.map(|desktop| {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap();
            let connection = runtime.block_on(serve(&bus.address, desktop));
            (connection, runtime)
        });
        let sealed = Sealed::with_account(ANA);
        sealed.write(CONFIG, "[hooks]\nnotify = true\n");
        Self {
            sealed,
            bus,
            screen,
            _desktop: desktop,
        }
    }

    fn with_desktop() -> Self {
        Self::new(Some(Desktop {
            name: "wall",
            screen: Screen::default(),
            is_stuck: false,
        }))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.sealed.command(arguments);
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.bus.address);
        command
    }

    #[track_caller]
    fn run(&self, arguments: &[&str], code: i32) -> Ran {
        let ran = self.sealed.finish(self.command(arguments).spawn().unwrap());
        assert_eq!(ran.code, Some(code), "{ran}");
        ran
    }

    /// All that came, once nobody is on the way to it.
    fn shown(&self) -> Vec<Shown> {
        let home = self.sealed.home.path().to_str().unwrap();
        let runs = |entry: std::fs::DirEntry| {
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line);
            line.contains("--run-notification") && line.contains(home)
        };
        wait_for("the last notification", || {
            let over = !std::fs::read_dir("/proc").unwrap().flatten().any(runs);
            over.then(|| self.screen.lock().unwrap().clone())
        })
    }

    fn log(&self) -> String {
        self.shown();
        std::fs::read_to_string(self.sealed.path(LOG)).unwrap_or_default()
    }
}

async fn serve(address: &str, desktop: Desktop) -> zbus::Connection {
    zbus::connection::Builder::address(address)
        .unwrap()
        .serve_at("/org/freedesktop/Notifications", desktop)
        .unwrap()
        .name("org.freedesktop.Notifications")
        .unwrap()
        .build()
        .await
        .unwrap()
}

#[test]
#[ignore = "needs dbus-daemon: `.ci/run` installs and runs it"]
fn a_death_is_shown_once_however_many_meet_it() {
    let session = Session::with_desktop();
    session.run(&["refresh", ANA], 0);
    session.run(&["token", ANA], 0);
    let report = session.run(&["doctor"], 0).stdout;
    assert!(
        report.contains("hooks.notify: `wall` shows notifications"),
        "{report}"
    );
    assert_eq!(session.shown(), [], "what went well is no news");
    session.sealed.control().revoke(ANA).unwrap();
    let crowd: Vec<_> = (0..6)
        .map(|_| session.command(&["refresh", ANA]).spawn().unwrap())
        .collect();
    for child in crowd {
        assert_eq!(session.sealed.finish(child).code, Some(4));
    }
    session.run(&["token", ANA, "--force-refresh"], 4);
    let shown = session.shown();
    assert_eq!(shown.len(), 1, "{shown:?}");
    let Shown { body, .. } = &shown[0];
    assert!(
        body.starts_with("Google no longer accepts this sign-in")
            && body.ends_with("\nSign in again: run `gatepost reauth ana@gmail.com`"),
        "{body}"
    );
    let expected = Shown {
        app: "gatepost".into(),
        icon: "gatepost".into(),
        summary: "ana@gmail.com: a sign-in is needed".into(),
        body: body.clone(),
        urgency: 2,
        replaces: 0,
        actions: Vec::new(),
        expires: -1,
    };
    assert_eq!(shown[0], expected);
}

#[test]
#[ignore = "needs dbus-daemon: `.ci/run` installs and runs it"]
fn one_claim_runs_the_hook_and_shows_the_notification() {
    let session = Session::with_desktop();
    session.sealed.write(
        CONFIG,
        "[hooks]\nnotify = true\non_signin_needed = [\"sh\", \"-c\", \"echo ran >> runs\"]\n",
    );
    session.sealed.control().revoke(ANA).unwrap();
    for _ in 0..2 {
        session.run(&["refresh", ANA], 4);
    }
    assert_eq!(session.shown().len(), 1);
    let runs = wait_for("the hook", || {
        std::fs::read_to_string(session.sealed.path("runs")).ok()
    });
    assert_eq!(runs, "ran\n");
}

#[test]
#[ignore = "needs dbus-daemon: `.ci/run` installs and runs it"]
fn a_sign_in_that_nears_its_end_is_shown_once() {
    let session = Session::with_desktop();
    let near = "[hooks]\nnotify = true\n[refresh]\nending_within = \"30d\"\n";
    session.sealed.write(CONFIG, near);
    session.run(&["client", "set", "default", "--status", "testing"], 0);
    for _ in 0..2 {
        session.run(&["refresh", ANA], 0);
    }
    let shown = session.shown();
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert_eq!(shown[0].summary, "ana@gmail.com: the sign-in ends soon");
    assert!(
        shown[0]
            .body
            .contains("run `gatepost reauth ana@gmail.com`")
    );
    assert_eq!(shown[0].urgency, 1);
}

#[test]
#[ignore = "needs dbus-daemon: `.ci/run` installs and runs it"]
fn what_google_says_is_no_markup_and_no_token() {
    let session = Session::with_desktop();
    let words = "<a href='http://x.test'>R&D</a> ya29.abcdefghijklmnop";
    let refusal = FaultKind::Reply {
        status: 400,
        content_type: "application/json".into(),
        body: format!(r#"{{"error":"org_internal","error_description":"{words}"}}"#),
    };
    let fault = Fault::at(Endpoint::Token, refusal);
    session.sealed.control().add_fault(fault);
    let ran = session
        .sealed
        .finish(session.command(&["refresh", ANA]).spawn().unwrap());
    assert_ne!(ran.code, Some(0), "{ran}");
    let shown = session.shown();
    assert_eq!(shown.len(), 1, "{ran}");
    let body = &shown[0].body;
    assert_eq!(shown[0].summary, "ana@gmail.com: blocked");
    assert!(
        body.contains("&lt;a href='http://x.test'>R&amp;D&lt;/a>"),
        "{body}"
    );
    assert!(!body.contains("ya29."), "{body}");
}

#[test]
#[ignore = "needs dbus-daemon: `.ci/run` installs and runs it"]
fn without_a_desktop_or_a_bus_there_is_a_line_in_the_log() {
    let mut session = Session::new(None);
    session.sealed.control().revoke(ANA).unwrap();
    session.run(&["refresh", ANA], 4);
    let report = session.run(&["doctor"], 4).stdout;
    let line = "hooks.notify: nobody shows notifications";
    assert!(report.contains(line), "{report}");
    let log = session.log();
    assert!(log.contains("notification not shown: "), "{log}");
    assert!(log.contains("org.freedesktop.Notifications"), "{log}");

    let ran = session.sealed.sign_in(&["reauth", ANA], ANA);
    assert_eq!(ran.code, Some(0), "{ran}");
    session.bus.address = format!("unix:path={}", session.sealed.path("none").display());
    session.sealed.control().revoke(ANA).unwrap();
    let ran = session.run(&["token", ANA, "--force-refresh"], 4);
    assert!(!ran.stderr.contains("notification"), "{ran}");
    let log = session.log();
    assert!(log.contains("D-Bus cannot be reached"), "{log}");
}

#[test]
#[ignore = "needs dbus-daemon: `.ci/run` installs and runs it"]
fn a_desktop_that_hangs_holds_nobody_up() {
    let session = Session::new(Some(Desktop {
        name: "wall",
        screen: Screen::default(),
        is_stuck: true,
    }));
    session.sealed.control().revoke(ANA).unwrap();
    let begun = Instant::now();
    session.run(&["token", ANA, "--force-refresh"], 4);
    let log = || std::fs::read_to_string(session.sealed.path(LOG)).unwrap_or_default();
    assert!(!log().contains("no answer within"), "the command waited");
    let log = session.log();
    assert!(log.contains("no answer within 10 s"), "{log}");
    assert!(begun.elapsed() >= Duration::from_secs(10));
}
