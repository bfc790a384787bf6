//! Secrets that can be recognised: put into a document where it keeps its own, and looked for in
//! everything that is said about it afterwards.

use std::fmt::{Debug, Display};

use gatepost::domain::wording::is_terminal_safe;
use serde_json::Value;

/// Looks like any token, and is in no corpus file.
pub const MARK: &str = "1//0gMARKED-7f3c9d1e";

const SECRET_FIELDS: [&str; 8] = [
    "token",
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "secret",
    "password",
    "private_key",
];

/// The same document with the mark in place of each secret.
pub fn planted(text: &str) -> String {
    match serde_json::from_str::<Value>(text) {
        Ok(mut document) => {
            plant(&mut document);
            document.to_string()
        }
        Err(_) => text.lines().map(planted_line).collect(),
    }
}

fn plant(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if SECRET_FIELDS.contains(&name.as_str()) => {
                        MARK.clone_into(text);
                    }
                    other => plant(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(plant),
        _ => {}
    }
}

/// `refresh_token = "…"`, `refresh_token: …`: whatever the format, the rest of the line.
fn planted_line(line: &str) -> String {
    let name_end = line.find(['=', ':']).unwrap_or(line.len());
    let name = line[..name_end].trim().trim_matches('"');
    if !SECRET_FIELDS.contains(&name) || name_end == line.len() {
        return format!("{line}\n");
    }
    let quote = if line[name_end..].contains('"') {
        "\""
    } else {
        ""
    };
    let sign = &line[..=name_end];
    format!("{sign} {quote}{MARK}{quote}\n")
}

/// Nothing that is logged of it has the mark.
pub fn assert_hidden(what: &impl Debug) {
    let said = format!("{what:?}");
    assert!(!said.contains(MARK), "a secret shows: {said}");
}

/// A sentence: one line, safe for a terminal, not endless, without a secret.
pub fn assert_sentence(what: &impl Display) {
    let said = what.to_string();
    assert!(!said.is_empty(), "nothing is said");
    assert!(is_terminal_safe(&said), "not safe to print: {said:?}");
    assert!(!said.contains(MARK), "a secret shows: {said}");
    assert!(said.len() < 4_096, "endless: {} bytes", said.len());
}
