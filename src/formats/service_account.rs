//! A service account's key: no mailbox of a person's, and nothing to sign in to. It is recognised,
//! so that whoever has one hears what to do instead.

use super::json::Object;
use super::{Held, Part};

pub(super) fn looks_like(file: &Object) -> bool {
    file.bare("type") == Some("service_account")
}

pub(super) fn read(file: &Object) -> Vec<Part> {
    let why = "a service account's key is nobody's sign-in; for a mailbox, make an OAuth client of type Desktop app";
    vec![Part {
        name: file.text("client_email"),
        held: Held::Nothing(why.into()),
    }]
}
