//! Go with golang.org/x/oauth2: a token source that asks gatepost.

use super::quoting::strings;
use super::{Check, Facts, Needs, Program, Refusal, Snippet};

pub(super) const GO: Program = Program {
    name: "go",
    also: &["golang"],
    does: "use Google's libraries in a program",
    ask_version: &[],
    comment: "//",
    needs: Needs::Anything,
    write,
    check: Check::Cannot("run the program; `gatepost verify ACCOUNT` asks Google about the token"),
};

#[expect(clippy::unnecessary_wraps, reason = "the table's signature")]
fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    let text = format!(
        r#"type gatepost struct{{}}

func (gatepost) Token() (*oauth2.Token, error) {{
	said, err := exec.Command({}).Output()
	if err != nil {{
		return nil, err
	}}
	var token struct {{
		AccessToken string    `json:"access_token"`
		ExpiresAt   time.Time `json:"expires_at"`
	}}
	if err := json.Unmarshal(said, &token); err != nil {{
		return nil, err
	}}
	return &oauth2.Token{{AccessToken: token.AccessToken, Expiry: token.ExpiresAt}}, nil
}}

var source = oauth2.ReuseTokenSource(nil, gatepost{{}})
"#,
        strings(&facts.call(&["token", "--json"]))
    );
    Ok(Snippet::new(
        "the program; it imports encoding/json, os/exec, time and golang.org/x/oauth2",
        text,
    )
    .note("give the source to a service by option.WithTokenSource")
    .note(format!(
        "or leave a program that uses google.FindDefaultCredentials as it is: {}",
        facts.exec("./PROGRAM")
    )))
}
