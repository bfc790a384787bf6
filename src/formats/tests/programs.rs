//! One file of each program, as its source says that it writes them. Those that can be installed
//! are asked themselves, under `tests/it/interop`.

use super::*;

/// The end of the access token in all of them.
const END: i64 = 1_800_000_000_000;

fn parts(text: &str, format: &str) -> Vec<Part> {
    let reading = detect(text).unwrap();
    assert_eq!(reading.format, format, "{text}");
    assert!(!format!("{reading:?}").contains(HUSH), "{reading:?}");
    reading.parts
}

/// The client and its secret, the end of the access token, and whose it is.
fn said(grant: &TokenFile) -> (Option<&str>, bool, Option<i64>, Option<&str>) {
    assert_eq!(grant.refresh_token.expose(), "1//do-not-show");
    (
        grant.client_id.as_deref(),
        grant.client_secret.is_some(),
        grant.access.as_ref().map(|(_, end)| end.timestamp_millis()),
        grant.account.as_deref(),
    )
}

const TOKENS: &str = r#""access_token": "ya29.do-not-show", "refresh_token": "1//do-not-show""#;
const CLIENT: &str = r#""client_id": "1-a", "client_secret": "GOCSPX-do-not-show""#;
const ANA: Option<&str> = Some("ana@gmail.com");

#[test]
fn programs_that_keep_one_grant_in_a_file() {
    let own = (Some("1-a"), true);
    let without = (None, false);
    let cases = [
        (
            "GAM oauth2.txt",
            format!(
                r#"{{{CLIENT}, "token": "ya29.do-not-show", "refresh_token": "1//do-not-show",
                "id_token": "e.y.J", "decoded_id_token": {{"email": "ana@gmail.com", "sub": "1"}},
                "token_expiry": "2027-01-15T08:00:00Z", "token_uri": "https://oauth2.googleapis.com/token"}}"#
            ),
            own,
            Some(END),
            ANA,
        ),
        (
            "oauth2client",
            format!(
                r#"{{{CLIENT}, {TOKENS}, "token_expiry": "2027-01-15T08:00:00Z", "id_token": {{"email": "ana@gmail.com"}},
                "token_uri": "https://oauth2.googleapis.com/token", "scopes": ["https://mail.google.com/"],
                "_class": "OAuth2Credentials", "_module": "oauth2client.client"}}"#
            ),
            own,
            Some(END),
            ANA,
        ),
        (
            "getmail",
            format!(
                r#"{{{CLIENT}, {TOKENS}, "scope": "https://mail.google.com/", "user": "ana@gmail.com",
                "token_uri": "https://accounts.google.com/o/oauth2/token", "expires_at": 1800000000.25}}"#
            ),
            own,
            Some(END + 250),
            ANA,
        ),
        (
            "oama",
            format!(
                r#"{{{TOKENS}, "email": "ana@gmail.com", "service": "google", "scope": "https://mail.google.com/",
                "token_type": "Bearer", "exp_date": "2027-01-15 08:00 UTC", "expires_in": 3599}}"#
            ),
            without,
            Some(END),
            ANA,
        ),
        (
            "ortie",
            format!(
                r#"{{{TOKENS}, "token_type": "Bearer", "expires_in": 3600, "scope": "https://mail.google.com/",
                "issued_at": 1799996400}}"#
            ),
            without,
            Some(END),
            None,
        ),
        (
            "gogcli export",
            r#"{"email": "ana@gmail.com", "client": "default", "services": ["gmail"], "scopes": ["https://mail.google.com/"],
                "created_at": "2026-01-01T00:00:00Z", "refresh_token": "1//do-not-show"}"#
                .into(),
            without,
            None,
            ANA,
        ),
        (
            "sasl-xoauth2",
            format!(r#"{{{TOKENS}, "expiry": "1800000000"}}"#),
            without,
            Some(END),
            None,
        ),
        (
            "sasl-xoauth2",
            format!(r#"{{{CLIENT}, {TOKENS}, "expiry": "1800000000", "user": "ana@gmail.com"}}"#),
            own,
            Some(END),
            ANA,
        ),
        (
            "Go oauth2 token",
            format!(r#"{{{TOKENS}, "token_type": "Bearer", "expiry": "2027-01-15T10:00:00.000000001+02:00"}}"#),
            without,
            Some(END),
            None,
        ),
        (
            "mutt_oauth2.py",
            format!(
                r#"{{{TOKENS}, "registration": "google", "authflow": "authcode", "email": "ana@gmail.com",
                "access_token_expiration": ""}}"#
            ),
            without,
            None,
            ANA,
        ),
    ];
    for (format, text, (client, secret), end, account) in cases {
        let grant = grant_in(&text, format).unwrap();
        assert_eq!(said(&grant), (client, secret, end, account), "{format}");
    }
}

#[test]
fn what_is_not_google_s_is_told_apart() {
    for text in [
        r#"{"registration": "microsoft", "authflow": "devicecode", "refresh_token": "1//do-not-show"}"#,
        r#"{"exp_date": "", "service": "microsoft", "refresh_token": "1//do-not-show"}"#,
        r#"{"user": "a@b.c", "client_id": "x", "token_uri": "https://login.microsoftonline.com/token"}"#,
        r#"{"access_token": "a", "refresh_token": "b", "token_endpoint": "https://evil-google.com/token"}"#,
    ] {
        let [part] = detect(text).unwrap().parts.try_into().unwrap();
        assert!(matches!(part.held, Held::Nothing(_)), "{text}: {part:?}");
    }
}

const RCLONE: &str = r#"# rclone
[gm]
type = drive
client_id = 1-a
client_secret = GOCSPX-do-not-show
scope = drive.readonly,drive.file
token = {"access_token":"ya29.do-not-show","token_type":"Bearer","refresh_token":"1//do-not-show","expiry":"2027-01-15T09:00:00+01:00"}
team_drive =

[own]
type = drive
token = {"access_token":"ya29.do-not-show","refresh_token":"1//do-not-show","expiry":"2027-01-15T08:00:00Z"}

[one]
type = onedrive
token = {"access_token":"do-not-show","refresh_token":"do-not-show"}

[broken]
type = drive
client_id = 1-a
token = {"access_token":"do-not-show

[local]
type = alias
remote = /tmp
"#;

#[test]
fn rclone_s_remotes_one_by_one() {
    let parts = parts(RCLONE, "rclone");
    let names: Vec<_> = parts
        .iter()
        .map(|part| part.name.as_deref().unwrap())
        .collect();
    assert_eq!(names, ["gm", "own", "one", "broken"]);
    let Held::Grant(grant) = &parts[0].held else {
        panic!("{:?}", parts[0])
    };
    assert_eq!(said(grant), (Some("1-a"), true, Some(END), None));
    let scopes =
        "https://www.googleapis.com/auth/drive.readonly https://www.googleapis.com/auth/drive.file";
    assert_eq!(grant.scopes, Some(Scopes::parse(scopes)));
    for (part, words) in parts[1..]
        .iter()
        .zip(["rclone's own", "onedrive", "not JSON"])
    {
        let Held::Nothing(why) = &part.held else {
            panic!("{part:?}")
        };
        assert!(why.contains(words), "{why}");
    }
    let sealed = "# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\nabc=";
    let why = detect(sealed).unwrap_err().to_string();
    assert!(why.contains("rclone config show"), "{why}");
}

const PIZAUTH: &str = r#"
// comment with "quotes" and account
auth_notify_cmd = "notify-send $PIZAUTH_ACCOUNT";
refresh_retry = 40s;
account "work" { // the first
    auth_uri = "https://accounts.google.com/o/oauth2/auth";
    token_uri = "https://oauth2.googleapis.com/token";
    client_id = "1-a";
    client_secret = "GOCSPX-do-not-show";
    scopes = ["https://mail.google.com/", "openid"];
    auth_uri_fields = { "prompt": "consent", "login_hint": "ana@gmail.com" };
}
account "ben@gmail.com" {
    token_uri = "https://oauth2.googleapis.com/token";
    client_id = "1-a"; client_secret = "quo\"ted";
}
account "office" {
    token_uri = "https://login.microsoftonline.com/common/oauth2/v2.0/token";
    client_id = "x";
}
account "bare" { token_uri = "https://oauth2.googleapis.com/token"; client_id = "x"; }
"#;

#[test]
fn pizauth_s_accounts_and_their_clients() {
    let parts = parts(PIZAUTH, "pizauth");
    let clients: Vec<_> = parts
        .iter()
        .filter_map(|part| match &part.held {
            Held::Client { client, account } => Some((
                client.client_id.as_str(),
                client.secret.expose(),
                account.as_deref().unwrap(),
            )),
            _ => None,
        })
        .collect();
    assert_eq!(
        clients,
        [
            ("1-a", "GOCSPX-do-not-show", "ana@gmail.com"),
            ("1-a", "quo\"ted", "ben@gmail.com"),
        ]
    );
    assert_eq!(
        parts[2].held,
        Held::Nothing("it is for login.microsoftonline.com, not for Google".into())
    );
    assert_eq!(
        parts[3].held,
        Held::Nothing("`client_secret` is missing".into())
    );
    for (cut, line) in [
        ("account \"a", 1),
        ("account \"a\" {\n x = \"", 2),
        ("\naccount \"a\" = 5;", 2),
    ] {
        let text = format!("{cut} token_uri");
        assert_eq!(
            detect(&text),
            Err(FormatError::Syntax {
                what: "a configuration of pizauth",
                line
            }),
            "{cut}"
        );
    }
}

#[test]
fn email_oauth2_proxy_s_clients() {
    let text = r"[Server setup]
[IMAP-1993]
server_address = imap.gmail.com
[ana@gmail.com]
permission_url = https://accounts.google.com/o/oauth2/auth
token_url = https://oauth2.googleapis.com/token
oauth2_scope = https://mail.google.com/
redirect_uri = http://localhost
client_id = 1-a
client_secret = GOCSPX-do-not-show
token_salt = x
refresh_token = gAAAA-do-not-show
[ben@gmail.com]
token_url = https://oauth2.googleapis.com/token
oauth2_scope = https://mail.google.com/
client_id = 1-a
client_secret_encrypted = gAAAA-do-not-show
[eve@outlook.com]
token_url = https://login.microsoftonline.com/common/oauth2/v2.0/token
oauth2_scope = x
client_id = x
[new@gmail.com]
token_url = https://oauth2.googleapis.com/token
oauth2_scope = https://mail.google.com/
client_id = *** your client id here ***
client_secret = *** your client secret here ***
";
    let parts = parts(text, "email-oauth2-proxy");
    assert_eq!(parts.len(), 4);
    let Held::Client { client, account } = &parts[0].held else {
        panic!("{parts:?}")
    };
    assert_eq!(
        (client.client_id.as_str(), account.as_deref()),
        ("1-a", ANA)
    );
    for (part, words) in parts[1..]
        .iter()
        .zip(["mail password", "microsoftonline", "not usable"])
    {
        let Held::Nothing(why) = &part.held else {
            panic!("{part:?}")
        };
        assert!(why.contains(words), "{why}");
    }
}

#[test]
fn mfauth_s_cache() {
    let text = r#"
[accounts.mail]
access_token = "ya29.do-not-show"
expiration = 1800000000
refresh_token = "1//do-not-show"
[accounts."ana@gmail.com"]
access_token = ""
expiration = 0
refresh_token = "1//do-not-show"
[accounts.half]
access_token = "x"
"#;
    let parts = parts(text, "mfauth");
    let by_name = |name: &str| {
        let mut parts = parts.iter();
        &parts
            .find(|part| part.name.as_deref() == Some(name))
            .unwrap()
            .held
    };
    let (Held::Grant(mail), Held::Grant(ana)) = (by_name("mail"), by_name("ana@gmail.com")) else {
        panic!("{parts:?}")
    };
    assert_eq!(said(mail), (None, false, Some(END), None));
    assert_eq!(said(ana), (None, false, None, ANA));
    assert_eq!(
        by_name("half"),
        &Held::Nothing("`refresh_token` is missing".into())
    );
    let broken = "[accounts.a]\nrefresh_token = \"do-not-show";
    assert_eq!(
        detect(broken),
        Err(FormatError::Syntax {
            what: "TOML",
            line: 2
        })
    );
}

#[test]
fn oauth2l_s_cache() {
    use base64::Engine;
    let key = |credentials: &str| {
        json!({"CredentialsJSON": credentials, "Scope": "https://mail.google.com/", "Audience": "", "Email": ""})
            .to_string()
    };
    let value = |token: &str| base64::prelude::BASE64_STANDARD.encode(token);
    let client = format!(r#"{{"installed": {{{CLIENT}}}}}"#);
    let token =
        format!(r#"{{{TOKENS}, "token_type": "Bearer", "expiry": "2027-01-15T08:00:00Z"}}"#);
    let cache = json!({
        key(&client): value(&token),
        key("{}"): value(r#"{"access_token": "do-not-show"}"#),
        key("{"): value(&token),
        key("[]"): "do-not-show!",
    });
    let parts = parts(&cache.to_string(), "oauth2l cache");
    let grants: Vec<_> = parts
        .iter()
        .filter_map(|part| match &part.held {
            Held::Grant(grant) => Some(grant),
            _ => None,
        })
        .collect();
    let [grant] = grants.as_slice() else {
        panic!("{parts:?}")
    };
    assert_eq!(said(grant), (Some("1-a"), true, Some(END), None));
    assert_eq!(
        grant.scopes,
        Some(Scopes::parse("https://mail.google.com/"))
    );
    assert_eq!(parts.len(), 4);
}

#[test]
fn what_is_written_for_other_programs_is_read_back() {
    let export = export();
    let all = (Some("1-a"), Some("ana@gmail.com"), Some(END));
    for (text, format, known) in [
        (mutt::write(&export), "mutt_oauth2.py", all),
        (
            sasl_xoauth2::write(&export),
            "sasl-xoauth2",
            (Some("1-a"), None, Some(END)),
        ),
        (lieer::write(&export), "oauth2client", all),
        (
            rclone::write(&export),
            "rclone",
            (Some("1-a"), None, Some(END)),
        ),
    ] {
        let grant = grant_in(&text, format).unwrap();
        let end = grant.access.as_ref().map(|(_, end)| end.timestamp_millis());
        assert_eq!(
            (grant.client_id.as_deref(), grant.account.as_deref(), end),
            known,
            "{format}"
        );
        assert_eq!(
            (grant.refresh_token, grant.client_secret),
            (export.refresh_token.clone(), export.client_secret.clone()),
            "{format}"
        );
    }
}

#[test]
fn too_many_accounts_and_names_that_are_no_names() {
    use std::fmt::Write;
    let remote = |name: &str| {
        format!(
            "[{name}]\ntype = drive\nclient_id = 1-a\ntoken = {{\"refresh_token\":\"1//do-not-show\"}}\n"
        )
    };
    let mut many = String::new();
    for i in 0..=MOST_PARTS {
        write!(many, "{}", remote(&i.to_string())).unwrap();
    }
    assert_eq!(detect(&many), Err(FormatError::TooMany));
    let odd = &parts(&remote("a\u{1b}[31m\u{202e}b"), "rclone")[0];
    assert!(crate::domain::wording::is_terminal_safe(
        odd.name.as_deref().unwrap()
    ));
}

proptest::proptest! {
    #[test]
    fn a_file_that_was_cut_or_mixed_up_panics_nowhere(
        which in 0_usize..3, from in 0_usize..900, to in 0_usize..900, junk in "[\\[\\]{}\"\\\\=;:/a-z\u{e9}\n]{0,8}",
    ) {
        let text = [RCLONE, PIZAUTH, "[accounts.a]\nrefresh_token = \"1//do-not-show\"\n"][which];
        let at = |n: usize| text.floor_char_boundary(n.min(text.len()));
        let mixed = format!("{}{junk}{}", &text[..at(from)], &text[at(to)..]);
        if let Err(why) = detect(&mixed) {
            proptest::prop_assert!(!why.to_string().contains(HUSH));
        }
    }
}
