//! imapfilter: a Lua program that sorts mail on the server.

use super::quoting::string;
use super::{Check, Facts, Good, Needs, Program, Refusal, Snippet, Trial, words};

pub(super) const IMAPFILTER: Program = Program {
    name: "imapfilter",
    also: &[],
    does: "sort mail on the server",
    ask_version: &["imapfilter", "-V"],
    comment: "--",
    needs: Needs::Mail,
    write,
    check: Check::Can(sign_in),
};

fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    if let Some(found) = facts.version.as_ref().filter(|v| v.is_before(&[2, 6, 11])) {
        return Err(Refusal::TooOld {
            program: "imapfilter",
            found: found.clone(),
            needed: "2.6.11",
        });
    }
    let text = format!(
        "local status, token = pipe_from({})\n\
         if status ~= 0 then error(\"gatepost has no token\") end\n\
         account = IMAP {{\n  server = {},\n  port = {},\n  ssl = \"auto\",\n  username = {},\n  oauth2 = (token:gsub(\"%s+$\", \"\")),\n}}\n",
        string(&facts.shell(&["token", "--format", "xoauth2"])),
        string(facts.imap.bare_host()),
        facts.imap.port,
        string(&facts.account),
    );
    let snippet = Snippet::new("~/.imapfilter/config.lua", text);
    Ok(match &facts.ca_file {
        Some(file) => snippet.note(format!("start it with -t {file}")),
        None => snippet,
    })
}

fn sign_in(facts: &Facts, snippet: &Snippet, _folder: &str) -> Trial {
    let mut argv = words(&["imapfilter", "-n", "-c", "config.lua"]);
    if let Some(file) = &facts.ca_file {
        argv.extend(["-t".to_owned(), file.clone()]);
    }
    let asked = "account:list_all()\nprint(\"gatepost-check: signed in\")\n";
    Trial {
        files: vec![("config.lua", format!("{}{asked}", snippet.text))],
        argv,
        good: Good::Says(&["gatepost-check: signed in"]),
        ..Trial::default()
    }
}
