//! What `gatepost setup` prints, program by program, and that no text of an account's can leave its
//! place in it: every syntax is read back here by a reader of our own.

use gatepost::programs::{ALL, Facts, Machine, Program, Server, System, Version, find, nearest};
use proptest::prelude::*;

fn facts(account: &str) -> Facts {
    let server = |host: &str, port| Server {
        host: host.into(),
        port,
    };
    Facts {
        account: account.into(),
        gatepost: vec!["gatepost".into()],
        imap: server("imap.gmail.com", 993),
        smtp: server("smtp.gmail.com", 465),
        ca_file: None,
        version: None,
        machine: Machine {
            system: System::Debian,
            has_sasl_xoauth2: true,
            has_msmtp: true,
        },
    }
}

fn program(name: &str) -> &'static Program {
    find(name).unwrap()
}

fn text(name: &str, facts: &Facts) -> String {
    program(name).snippet(facts).unwrap().text
}

#[test]
fn each_program_s_snippet() {
    for program in ALL {
        let snippet = program.snippet(&facts("ana@gmail.com")).unwrap();
        let shown = format!("{}\n{}", snippet.place, snippet.text);
        insta::assert_snapshot!(program.name, shown);
    }
}

/// A company's root, a configuration of one's own, a server with a number for a name.
#[test]
fn what_is_out_of_the_ordinary_is_carried_over() {
    let mut facts = facts("o'brien+x@example.com");
    facts.gatepost = [
        "/opt/my tools/gatepost",
        "--config",
        "/home/ana/it's mine.toml",
    ]
    .map(str::to_owned)
    .into();
    facts.ca_file = Some("/etc/company's root.pem".into());
    facts.imap.host = "[::1]".into();
    for program in ALL {
        let Ok(snippet) = program.snippet(&facts) else {
            panic!("{} refuses an apostrophe", program.name);
        };
        let told = format!("{}{}", snippet.text, snippet.notes.join("\n"));
        let whole = told.contains("mine.toml") && told.contains("/opt/my tools/gatepost");
        assert!(whole, "{} forgot something: {told}", program.name);
    }
}

#[test]
fn older_versions_get_their_own_words_or_a_refusal() {
    let of = |version: &str| Facts {
        version: Version::find("", version),
        ..facts("ana@gmail.com")
    };
    assert!(text("mbsync", &of("isync 1.4.4")).contains("SSLType IMAPS"));
    assert!(text("mbsync", &of("isync 1.5.0")).contains("TLSType IMAPS"));
    assert!(text("mbsync", &of("isync 1.3.0")).contains("Master :ana"));
    assert!(text("msmtp", &of("msmtp version 1.8.12")).contains("auth oauthbearer"));
    assert!(text("msmtp", &of("msmtp version 1.8.13")).contains("auth xoauth2"));
    assert!(text("mutt", &of("Mutt 1.14.7")).contains("'oauthbearer'\n"));
    assert!(text("neomutt", &of("NeoMutt 20220429")).contains("'oauthbearer:xoauth2'"));
    for (name, version, said) in [
        (
            "fetchmail",
            "fetchmail release 6.4.37",
            "fetchmail 6.4.37 has no OAuth; version 7 has",
        ),
        (
            "himalaya",
            "himalaya v1.2.0",
            "himalaya 1.2.0 has no OAuth; version 2 has",
        ),
        (
            "mutt",
            "Mutt 1.5.24",
            "mutt 1.5.24 has no OAuth; version 1.11 has",
        ),
        (
            "msmtp",
            "msmtp version 1.8.4",
            "msmtp 1.8.4 has no OAuth; version 1.8.5 has",
        ),
    ] {
        let refusal = program(name).snippet(&of(version)).unwrap_err();
        assert_eq!(refusal.to_string(), said);
    }
}

#[test]
fn what_is_missing_is_said_with_the_command_that_brings_it() {
    let mut bare = facts("ana@gmail.com");
    bare.machine.has_sasl_xoauth2 = false;
    bare.machine.has_msmtp = false;
    let missing = |name| program(name).snippet(&bare).unwrap().missing.join("\n");
    assert!(missing("mbsync").ends_with("apt install libsasl2-modules-kdexoauth2"));
    assert!(missing("git-send-email").ends_with("apt install msmtp"));
    assert!(
        program("mbsync")
            .snippet(&facts("a@b"))
            .unwrap()
            .missing
            .is_empty()
    );
}

#[test]
fn names_are_found_and_nearly_found() {
    for program in ALL {
        for name in program.names() {
            assert_eq!(find(name).map(|p| p.name), Some(program.name));
        }
    }
    assert_eq!(find("ISYNC").map(|p| p.name), Some("mbsync"));
    assert_eq!(nearest("neomut"), Some("neomutt"));
    assert_eq!(nearest("msmpt"), Some("msmtp"));
    assert_eq!(nearest("xyz"), None);
}

#[test]
fn what_no_file_can_hold_is_refused() {
    for bad in ["a\n@b", "a\u{1b}[31m@b", "-rf@b", "a\u{202e}@b"] {
        for program in ALL {
            assert!(program.snippet(&facts(bad)).is_err(), "{bad:?}");
        }
    }
    let mut odd = facts("ana@gmail.com");
    odd.imap.host = "h'; evil '".into();
    assert!(program("mutt").snippet(&odd).is_err());
}

/// Texts that a quoting mistake would let out of their place.
fn hostile() -> impl Strategy<Value = String> {
    let sharp = prop::sample::select(
        "'\"`\\$;#%&|<>(){}[]!*?~^=,: abé\u{2764}"
            .chars()
            .collect::<Vec<_>>(),
    );
    let local = prop::collection::vec(sharp, 1..12);
    local.prop_map(|local| format!("x{}@example.com", local.iter().collect::<String>()))
}

proptest! {
    #[test]
    fn an_account_stays_one_word(account in hostile()) {
        let facts = facts(&account);
        let wanted = ["gatepost".to_owned(), "token".into(), account.clone()];
        let plain = self::facts("ana@gmail.com");
        for program in ALL {
            let Ok(snippet) = program.snippet(&facts) else { continue };
            let lines = snippet.text.lines().count();
            prop_assert_eq!(lines, text(program.name, &plain).lines().count(), "{}", program.name);
            for found in read(program.name, &snippet.text) {
                let bare: Vec<_> = found.iter().filter(|word| !is_option(word)).cloned().collect();
                let run = if bare.get(1).is_some_and(|verb| verb == "exec") {
                    bare[..3].to_vec()
                } else {
                    bare
                };
                prop_assert_eq!(&run[0], &wanted[0], "{}: {}", program.name, &snippet.text);
                prop_assert_eq!(run.last(), wanted.last(), "{}: {}", program.name, &snippet.text);
                prop_assert_eq!(run.len(), 3, "{}: {}", program.name, &snippet.text);
            }
        }
    }

    /// Plain addresses are refused by none.
    #[test]
    fn addresses_as_people_have_them_are_refused_by_none(account in "[a-z0-9][a-z0-9._+'-]{0,20}@[a-z]{1,10}\\.com") {
        for program in ALL {
            prop_assert!(program.snippet(&facts(&account)).is_ok(), "{}", program.name);
        }
    }
}

fn is_option(word: &str) -> bool {
    let values = [
        "json",
        "xoauth2",
        "5m",
        "6m",
        "lieer",
        "adc",
        "sasl-xoauth2",
        "adc.json",
        ".credentials.gmailieer.json",
    ];
    word.starts_with("--") || values.contains(&word)
}

/// The commands in a snippet, as the program that reads it would run them.
fn read(program: &str, text: &str) -> Vec<Vec<String>> {
    let shell = |line: &str| shlex::split(line).unwrap_or_else(|| panic!("{program}: {line}"));
    let after = |key: &str| -> Vec<String> {
        let lines = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix(key));
        lines.map(str::to_owned).collect()
    };
    match program {
        // Single quotes as a shell has them: the value is one word, and that a command.
        "mutt" | "neomutt" => {
            let mut values = after("set imap_oauth_refresh_command = ");
            values.extend(after("set smtp_oauth_refresh_command = "));
            values.iter().map(|v| shell(&shell(v).concat())).collect()
        }
        "msmtp" => {
            let values = after("passwordeval ");
            let bare = |v: &String| v[1..v.len() - 1].to_owned();
            values.iter().map(|v| shell(&bare(v))).collect()
        }
        "mbsync" => after("PassCmd ")
            .iter()
            .map(|v| shell(&strings(v)[0]))
            .collect(),
        "aerc" => {
            let mut values = after("source-cred-cmd = ");
            values.extend(after("outgoing-cred-cmd = "));
            values.iter().map(|v| shell(v.trim_matches('`'))).collect()
        }
        "himalaya" => {
            let table: toml::Table = text.parse().unwrap();
            let (_, account) = table["accounts"].as_table().unwrap().iter().next().unwrap();
            let command = |protocol: &str| {
                let words = account[protocol]["sasl"]["xoauth2"]["token"]["command"].as_array();
                let words = words.unwrap().iter();
                words
                    .map(|word| word.as_str().unwrap().to_owned())
                    .collect()
            };
            vec![command("imap"), command("smtp")]
        }
        "getmail" => after("password_command = ")
            .iter()
            .map(|v| strings(v))
            .collect(),
        "offlineimap" => {
            let value = after("oauth2_access_token_eval = ")
                .concat()
                .replace("%%", "%");
            vec![strings(value.split_once('[').unwrap().1)]
                .into_iter()
                .map(|words| words[..3].to_vec())
                .collect()
        }
        "imapfilter" => {
            let value = after("local status, token = pipe_from(").concat();
            vec![shell(&strings(&value)[0])]
        }
        "s-nail" => {
            let value = after("vput ! password printf %s \"$(").concat();
            vec![shell(value.strip_suffix(")\"").unwrap())]
        }
        "git-send-email" => {
            let msmtp = shell(&strings(&after("sendmailCmd = ").concat())[0]);
            let value = msmtp
                .iter()
                .find_map(|word| word.strip_prefix("--passwordeval="));
            vec![shell(value.unwrap())]
        }
        "curl" => {
            let inner = text.split_once("\"$(").unwrap().1;
            vec![shell(inner.split_once(")\" |").unwrap().0)]
        }
        "emacs" => {
            let value = text.split_once("(process-lines ").unwrap().1;
            vec![strings(value.lines().next().unwrap())]
        }
        "python" => vec![strings(&after("command = ").concat())],
        "node" => vec![strings(&after("const { stdout } = await run(").concat())],
        "go" => vec![strings(&after("said, err := exec.Command(").concat())],
        "lieer" | "gcloud" => vec![shell(text.trim())],
        // Their command is not in the file.
        "fetchmail" | "postfix" => Vec::new(),
        other => panic!("no reader for {other}"),
    }
}

/// What stands between double quotes, backslashes undone.
fn strings(line: &str) -> Vec<String> {
    let (mut found, mut current, mut escaped) = (Vec::new(), None::<String>, false);
    for c in line.chars() {
        match (&mut current, c) {
            (None, '"') => current = Some(String::new()),
            (None, _) => {}
            (Some(text), c) if escaped => {
                assert!(c == '"' || c == '\\', "an unknown escape in {line}");
                text.push(c);
                escaped = false;
            }
            (Some(_), '\\') => escaped = true,
            (Some(_), '"') => found.extend(current.take()),
            (Some(text), c) => text.push(c),
        }
    }
    assert!(current.is_none(), "a string without an end in {line}");
    found
}
