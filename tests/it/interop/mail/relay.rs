//! Where Dovecot's submission server passes messages on to: it takes every one and keeps it.
//! Nobody signs in here, so it may be this small.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

pub(super) struct Relay {
    pub(super) port: u16,
    messages: Arc<Mutex<Vec<String>>>,
}

impl Relay {
    /// Its thread waits for the end of the test run; it owns nothing but a port.
    pub(super) fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let messages = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&messages);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || take(&stream.unwrap(), &kept));
            }
        });
        Self { port, messages }
    }

    pub(super) fn messages(&self) -> Vec<String> {
        self.messages.lock().unwrap().clone()
    }
}

fn take(stream: &TcpStream, kept: &Mutex<Vec<String>>) -> Option<()> {
    let mut lines = BufReader::new(stream).lines();
    let say = |line: &str| {
        let mut stream = stream;
        stream.write_all(line.as_bytes()).ok()
    };
    say("220 relay\r\n")?;
    loop {
        let line = lines.next()?.ok()?.to_ascii_uppercase();
        match line.get(..4)? {
            "EHLO" => say("250-relay\r\n250-8BITMIME\r\n250 SIZE\r\n")?,
            "DATA" => {
                say("354 go on\r\n")?;
                let mut message = String::new();
                loop {
                    let line = lines.next()?.ok()?;
                    if line == "." {
                        break;
                    }
                    message += line.strip_prefix('.').unwrap_or(&line);
                    message.push('\n');
                }
                kept.lock().unwrap().push(message);
                say("250 kept\r\n")?;
            }
            "QUIT" => {
                say("221 bye\r\n")?;
                return None;
            }
            _ => say("250 fine\r\n")?,
        }
    }
}
