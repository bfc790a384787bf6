//! What Google's answer to a code that cannot exist says about the client that offered it. Only a
//! client that was accepted hears that the code is bad.

use super::is_about_the_code;
use crate::domain::client_check::ClientCheck;
use crate::domain::fault::Fault;

/// Error, words, what it means. Read as the big table is: the first row that fits decides.
const TABLE: &[(&str, &str, ClientCheck)] = &[
    ("deleted_client", "*", ClientCheck::Deleted),
    ("disabled_client", "*", ClientCheck::Disabled),
    ("invalid_client", "not found", ClientCheck::UnknownId),
    ("invalid_client", "secret", ClientCheck::WrongSecret),
    ("invalid_client", "unauthorized", ClientCheck::WrongSecret),
    (
        "invalid_request",
        "client_secret is missing",
        ClientCheck::NoSecret,
    ),
];

/// `fault` is the answer to the bogus code.
pub(in crate::google) fn judge_client(fault: &Fault) -> ClientCheck {
    let words = fault.words();
    if fault.diagnosis.is_transient() {
        return ClientCheck::NoAnswer { words };
    }
    if is_about_the_code(fault) {
        return ClientCheck::Good;
    }
    let said = words.to_lowercase();
    let row = TABLE
        .iter()
        .find(|(error, part, _)| *error == fault.code && (*part == "*" || said.contains(part)));
    match row {
        Some((.., meaning)) => meaning.clone(),
        None => ClientCheck::Refused { words },
    }
}
