//! Python with google-auth: credentials that ask gatepost whenever a token is needed.

use super::quoting::strings;
use super::{Check, Facts, Needs, Program, Refusal, Snippet};

pub(super) const PYTHON: Program = Program {
    name: "python",
    also: &["google-auth", "python3"],
    does: "use Google's libraries in a script",
    ask_version: &[],
    comment: "#",
    needs: Needs::Anything,
    write,
    check: Check::Cannot("run the script; `gatepost verify ACCOUNT` asks Google about the token"),
};

#[expect(clippy::unnecessary_wraps, reason = "the table's signature")]
fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    // The library wants its time without a zone, in UTC, and a token good for some minutes.
    let text = format!(
        r#"import json
import subprocess
from datetime import datetime

from google.oauth2.credentials import Credentials


def from_gatepost(request, scopes):
    command = [{}]
    token = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    expiry = datetime.strptime(token["expires_at"], "%Y-%m-%dT%H:%M:%SZ")
    return token["access_token"], expiry


credentials = Credentials(token=None, refresh_handler=from_gatepost)
"#,
        strings(&facts.call(&["token", "--json", "--min-valid", "5m"]))
    );
    Ok(
        Snippet::new("the script, in place of its token.json", text).note(format!(
            "or leave a script that uses google.auth.default() as it is: {}",
            facts.exec("python3 SCRIPT")
        )),
    )
}
