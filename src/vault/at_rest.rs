//! Opening a SQLite file that nobody is writing, as it is: no locks, no log, no shared memory, so
//! nothing is made beside it and a read-only disk will do. Whether it truly is at rest is the
//! caller's affair.

use std::fmt::Write;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, Result};

pub(super) fn open(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(uri(path), flags)
}

fn uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/.-_".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri.push_str("?immutable=1");
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_can_add_a_parameter_of_its_own() {
        let uri = uri(Path::new("/home/a b/ü?mode=rw#x%41.db"));
        assert_eq!(
            uri,
            "file:/home/a%20b/%C3%BC%3Fmode%3Drw%23x%2541.db?immutable=1"
        );
    }
}
