//! The real program in a real pseudo-terminal, read through a terminal emulator.

use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Long enough for a debug build on a busy machine; a test that waits for text waits no longer
/// than the text takes.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    emulator: Arc<Mutex<vt100::Parser>>,
    /// Every byte the program wrote, for tests of what it leaves behind.
    written: Arc<Mutex<Vec<u8>>>,
    home: tempfile::TempDir,
}

impl Terminal {
    /// Starts gatepost in a sealed environment: a home of its own and nothing of ours.
    pub(crate) fn start(
        columns: u16,
        rows: u16,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let program = env!("CARGO_BIN_EXE_gatepost");
        Self::program(program, columns, rows, arguments, environment)
    }

    /// The same for another program, which may start gatepost in its turn.
    pub(crate) fn program(
        program: &str,
        columns: u16,
        rows: u16,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let home = tempfile::tempdir().unwrap();
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(home.path());
        command.env_clear();
        command.env("HOME", home.path());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("BROWSER", "true");
        // Never the keyring of whoever runs the tests.
        command.env("GATEPOST_VAULT_KEY", "file");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let emulator = Arc::new(Mutex::new(vt100::Parser::new(
            cells(rows),
            cells(columns),
            0,
        )));
        let written = Arc::new(Mutex::new(Vec::new()));
        follow(pair.master.try_clone_reader().unwrap(), &emulator, &written);
        let keys = pair.master.take_writer().unwrap();
        Self {
            master: pair.master,
            keys,
            child,
            emulator,
            written,
            home,
        }
    }

    pub(crate) fn text(&self) -> String {
        self.emulator.lock().unwrap().screen().contents()
    }

    pub(crate) fn with_screen<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.emulator.lock().unwrap().screen())
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.written.lock().unwrap().clone()
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// As a terminal does it: its own cells first, and then the program hears of it. The other way
    /// round the program's new picture could reach cells of the old size.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        let mut emulator = self.emulator.lock().unwrap();
        emulator.screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(size(columns, rows)).unwrap();
    }

    /// Waits until the screen shows what `wanted` looks for; the whole screen is in the failure.
    pub(crate) fn wait_until(&self, what: &str, wanted: impl Fn(&str) -> bool) {
        let begun = Instant::now();
        while !wanted(&self.text()) {
            assert!(
                begun.elapsed() < PATIENCE,
                "waited for {what}; the screen is\n{}",
                self.text()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn wait_for(&self, text: &str) {
        self.wait_until(text, |screen| screen.contains(text));
    }

    pub(crate) fn home(&self) -> &std::path::Path {
        self.home.path()
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Waits for the end and returns the exit code.
    pub(crate) fn wait(&mut self) -> u32 {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                // What it wrote last is still on its way through the pty.
                std::thread::sleep(Duration::from_millis(100));
                return status.exit_code();
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "still running; the screen is\n{}",
                self.text()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn follow(
    mut output: Box<dyn Read + Send>,
    emulator: &Arc<Mutex<vt100::Parser>>,
    written: &Arc<Mutex<Vec<u8>>>,
) {
    let (emulator, written) = (Arc::clone(emulator), Arc::clone(written));
    std::thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(n @ 1..) = output.read(&mut buffer) {
            written.lock().unwrap().extend_from_slice(&buffer[..n]);
            emulator.lock().unwrap().process(&buffer[..n]);
        }
    });
}

fn cells(n: u16) -> std::num::NonZeroU16 {
    std::num::NonZeroU16::new(n).expect("a terminal has cells")
}
