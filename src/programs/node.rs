//! Node with google-auth-library: a client that asks gatepost whenever a token is needed.

use super::quoting::{string, strings};
use super::{Check, Facts, Needs, Program, Refusal, Snippet};

pub(super) const NODE: Program = Program {
    name: "node",
    also: &["nodejs", "google-auth-library"],
    does: "use Google's libraries in a script",
    ask_version: &[],
    comment: "//",
    needs: Needs::Anything,
    write,
    check: Check::Cannot("run the script; `gatepost verify ACCOUNT` asks Google about the token"),
};

#[expect(clippy::unnecessary_wraps, reason = "the table's signature")]
fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    let call = facts.call(&["token", "--json", "--min-valid", "6m"]);
    let (program, arguments) = call.split_at(1);
    let text = format!(
        r#"import {{ execFile }} from "node:child_process";
import {{ promisify }} from "node:util";
import {{ OAuth2Client }} from "google-auth-library";

const run = promisify(execFile);
const auth = new OAuth2Client();
auth.refreshHandler = async () => {{
  const {{ stdout }} = await run({}, [{}]);
  const token = JSON.parse(stdout);
  return {{ access_token: token.access_token, expiry_date: Date.parse(token.expires_at) }};
}};
"#,
        string(&program.concat()),
        strings(arguments)
    );
    Ok(
        Snippet::new("the script, where it made its client", text).note(format!(
            "or leave a script that uses GoogleAuth as it is: {}",
            facts.exec("node SCRIPT")
        )),
    )
}
