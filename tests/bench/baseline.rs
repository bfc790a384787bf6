//! The yardsticks of `processes.py`, built with `rustc -O`: the least a program can do.
//!
//! `baseline file PATH` prints a 0600 file. `baseline refresh HOST:PORT FORM PATH` posts a form
//! over bare HTTP/1.1 and stores the answer, durably, in place of the old one.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[1..] {
        ["file", path] => print_file(path),
        ["refresh", address, form, path] => refresh(address, form, path),
        _ => Err(std::io::Error::other("baseline file PATH | refresh HOST:PORT FORM PATH")),
    }
}

fn print_file(path: &str) -> std::io::Result<()> {
    let text = fs::read(path)?;
    std::io::stdout().write_all(&text)
}

fn refresh(address: &str, form: &str, path: &str) -> std::io::Result<()> {
    let body = fs::read_to_string(form)?;
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "POST /token HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let json = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    if !json.contains("access_token") {
        return Err(std::io::Error::other(answer));
    }
    let new = format!("{path}.new");
    let mut file = fs::File::create(&new)?;
    file.write_all(json.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)
}
