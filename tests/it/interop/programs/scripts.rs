//! What is printed for one's own programs, compiled and run by the real tools; and a program that
//! is too old for any of it.

use super::super::process::{Home, Process, Ran};
use super::super::sandbox::{ANA, Sandbox};
use super::super::tool;

/// Debian's sources of golang.org/x/oauth2 lie here; nothing is fetched.
const GO: &str = "/usr/share/gocode";

const GO_BEFORE: &str = "package main\n\nimport (\n\t\"encoding/json\"\n\t\"fmt\"\n\t\"os/exec\"\n\t\"time\"\n\n\t\"golang.org/x/oauth2\"\n)\n\n";

const GO_AFTER: &str = "\nfunc main() {\n\ttoken, err := source.Token()\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\tfmt.Print(token.Valid(), \" \", token.AccessToken)\n}\n";

const GO_UNCHANGED: &str = r#"package main

import (
	"context"
	"fmt"

	"golang.org/x/oauth2/google"
)

func main() {
	found, err := google.FindDefaultCredentials(context.Background(), "https://mail.google.com/")
	if err != nil {
		panic(err)
	}
	token, err := found.TokenSource.Token()
	if err != nil {
		panic(err)
	}
	fmt.Print(token.Valid() && token.RefreshToken == "", " ", token.AccessToken)
}
"#;

struct Desk {
    sandbox: Sandbox,
    home: Home,
}

impl Desk {
    fn new() -> Self {
        let sandbox = Sandbox::serve();
        let path = std::env::var("PATH").unwrap();
        let home = sandbox.another_home(&[("PATH", &path)]);
        sandbox.sign_in(&home);
        Self { sandbox, home }
    }

    fn run(&self, argv: &[&str]) -> Ran {
        let mut command = self.home.command(argv[0]);
        command
            .args(&argv[1..])
            .env("GO111MODULE", "off")
            .env("GOPATH", format!("{}:{GO}", self.home.path("go").display()));
        Process::start(&mut command).finish()
    }

    #[track_caller]
    fn is_ana_s(&self, said: &str) {
        let token = said.trim().strip_prefix("true ").expect("a valid token");
        assert_eq!(self.sandbox.whose(token), ANA);
    }
}

#[test]
#[ignore = "needs Go and its oauth2; .ci/run installs them and runs this"]
fn go_s_printed_source_compiles_and_brings_a_token() {
    let desk = Desk::new();
    let printed = desk.home.run(&["setup", "go", "ana"]).good();
    let whole = format!("{GO_BEFORE}{printed}{GO_AFTER}");
    desk.home.write("printed.go", &whole);
    assert_eq!(desk.run(&["gofmt", "-l", "printed.go"]).good(), "");
    desk.is_ana_s(&desk.run(&["go", "run", "printed.go"]).good());
}

#[test]
#[ignore = "needs Go and its oauth2; .ci/run installs them and runs this"]
fn go_s_default_credentials_are_found_under_exec() {
    let desk = Desk::new();
    desk.home.write("unchanged.go", GO_UNCHANGED);
    desk.run(&["go", "build", "-o", "unchanged", "unchanged.go"])
        .good();
    let ran = desk.home.run(&["exec", "ana", "--", "./unchanged"]);
    desk.is_ana_s(&ran.good());
}

#[test]
#[ignore = "needs google-auth-library; .ci/run installs it and runs this"]
fn node_s_printed_client_brings_a_token() {
    let desk = Desk::new();
    let printed = desk.home.run(&["setup", "node", "ana"]).good();
    let after = "const { token } = await auth.getAccessToken();\n\
                 console.log(Boolean(token), token);\n";
    desk.home.write("script.mjs", &format!("{printed}{after}"));
    let modules = tool("oidc/node_modules");
    std::os::unix::fs::symlink(modules, desk.home.path("node_modules")).unwrap();
    let node = tool("oidc/node_modules/.bin/node");
    let argv = [node.to_str().unwrap(), "script.mjs"];
    desk.is_ana_s(&desk.run(&argv).good());
}

#[test]
#[ignore = "needs fetchmail 6; .ci/run installs it and runs this"]
fn a_fetchmail_that_is_too_old_is_refused() {
    let desk = Desk::new();
    let ran = desk.home.run(&["setup", "fetchmail", "ana"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
    assert!(ran.err.contains("fetchmail 6."), "{}", ran.err);
    assert!(
        ran.err.contains("has no OAuth; version 7 has"),
        "{}",
        ran.err
    );
}
