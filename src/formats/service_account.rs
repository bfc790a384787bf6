//! A service account's key: no mailbox of a person's, and nothing to sign in to. It is recognised,
//! so that whoever has one hears what to do instead.

use super::json::Object;
use super::{FormatError, Held, Part};

pub(super) fn looks_like(file: &Object) -> bool {
    file.bare("type") == Some("service_account")
}

pub(super) fn read(file: &Object) -> Result<Vec<Part>, FormatError> {
    let why = "a service account's key is nobody's sign-in; there is nothing to import. \
               To read a mailbox, make an OAuth client of type Desktop app";
    Ok(vec![Part {
        name: file.text("client_email"),
        held: Held::Nothing(why.into()),
    }])
}
