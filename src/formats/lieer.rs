//! lieer's `.credentials.gmailieer.json`, in the folder of the mail: a file of `oauth2client` up to
//! 1.3, google-auth's `token.json` later. Neither reader minds the other's fields, so one file is both.

use super::{Export, oauth2client, token_json};
use crate::domain::scope::Scopes;

/// What lieer names at every refresh. Google refuses a name that was never granted, even where a
/// greater scope would allow as much.
const NEEDED: [&str; 3] = [
    "https://www.googleapis.com/auth/gmail.readonly",
    "https://www.googleapis.com/auth/gmail.labels",
    "https://www.googleapis.com/auth/gmail.modify",
];

/// Those of lieer's scopes that a sign-in lacks.
pub fn missing_from(granted: &Scopes) -> Scopes {
    let lacking = NEEDED.into_iter().filter(|scope| !granted.contains(scope));
    lacking.collect()
}

pub fn write(export: &Export) -> String {
    let mut file = token_json::fields(export);
    oauth2client::add_fields(&mut file, export);
    format!("{file:#}\n")
}
