//! Files as Google's console, google-auth and gcloud write them, and as people mangle them.

use serde_json::{Value, json};

mod programs;

use super::*;
use crate::domain::address::BadAddress;
use crate::domain::client::ClientKind;
use crate::domain::time::from_millis;

const HUSH: &str = "do-not-show";

fn client(change: impl FnOnce(&mut Value)) -> Result<ClientFile, FormatError> {
    let mut file = json!({"installed": {
        "client_id": "123456789012-abc.apps.googleusercontent.com", "project_id": "my-project",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
        "client_secret": "GOCSPX-do-not-show", "redirect_uris": ["http://localhost"],
    }});
    change(&mut file);
    credentials::parse(&file.to_string())
}

fn token(change: impl FnOnce(&mut Value)) -> Result<TokenFile, FormatError> {
    let mut file = json!({
        "token": "ya29.do-not-show", "refresh_token": "1//do-not-show",
        "token_uri": "https://oauth2.googleapis.com/token", "client_id": "1-a", "client_secret": "s",
        "scopes": ["https://mail.google.com/"], "universe_domain": "googleapis.com", "account": "",
        "expiry": "2027-01-15T08:00:00.123456Z",
    });
    change(&mut file);
    grant_in(&file.to_string(), "google-auth token.json")
}

/// The one grant in a file of that kind.
fn grant_in(text: &str, format: &str) -> Result<TokenFile, FormatError> {
    let Reading {
        format: found,
        parts,
    } = detect(text)?;
    assert_eq!(found, format, "{text}");
    match <[Part; 1]>::try_from(parts).map(|[part]| part.held) {
        Ok(Held::Grant(grant)) => Ok(grant),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_client_file_from_the_console() {
    let file = client(|_| {}).unwrap();
    assert_eq!(file.kind, ClientKind::Installed);
    assert_eq!(
        file.client_id,
        "123456789012-abc.apps.googleusercontent.com"
    );
    assert_eq!(file.secret.expose(), "GOCSPX-do-not-show");
    assert_eq!(file.project.as_deref(), Some("my-project"));
    assert_eq!(
        file.token_uri.as_deref(),
        Some("https://oauth2.googleapis.com/token")
    );
    assert_eq!(file.redirect_uris, ["http://localhost"]);
    assert!(!format!("{file:?}").contains(HUSH));
    let web = client(|f| *f = json!({"web": f["installed"]})).unwrap();
    assert_eq!(web.kind, ClientKind::Web);
    let bare = client(|f| {
        let fields = f["installed"].as_object_mut().unwrap();
        fields.retain(|name, _| name.starts_with("client_"));
    });
    assert_eq!(bare.unwrap().auth_uri, None);
    assert!(client(|f| f["installed"]["token_uri"] = "http://127.0.0.1:9/token".into()).is_ok());
}

#[test]
fn client_files_that_will_not_do() {
    type Change = fn(&mut Value);
    let cases: [(Change, FormatError); 11] = [
        (
            |f| f["installed"]["client_id"] = "".into(),
            FormatError::Missing("client_id"),
        ),
        (
            |f| f["installed"]["client_id"] = "a\u{1b}[31m".into(),
            FormatError::Missing("client_id"),
        ),
        (
            |f| f["installed"]["client_id"] = "a b".into(),
            FormatError::BadValue("client_id"),
        ),
        (
            |f| f["installed"]["client_secret"] = Value::Null,
            FormatError::MissingSecret,
        ),
        (
            |f| f["installed"]["client_secret"] = "****".into(),
            FormatError::MissingSecret,
        ),
        (
            |f| f["installed"]["client_secret"] = "do-not-show\n1".into(),
            FormatError::BadValue("client_secret"),
        ),
        (
            |f| f["installed"]["token_uri"] = "http://evil.example/do-not-show".into(),
            FormatError::BadAddress {
                field: "token_uri",
                why: BadAddress::PlainHttp,
            },
        ),
        (
            |f| f["installed"]["auth_uri"] = "https://a:do-not-show@b.example/".into(),
            FormatError::BadAddress {
                field: "auth_uri",
                why: BadAddress::Login,
            },
        ),
        (
            |f| *f = json!({"refresh_token": HUSH}),
            FormatError::TokenInstead,
        ),
        (
            |f| *f = json!({"type": "service_account"}),
            FormatError::ServiceAccountInstead,
        ),
        (|f| *f = json!({"installed": 7}), FormatError::NoClient),
    ];
    for (change, why) in cases {
        let error = client(change).unwrap_err();
        assert_eq!(error, why);
        assert!(
            !error.to_string().contains(HUSH) && !error.to_string().contains('\n'),
            "{error}"
        );
    }
}

#[test]
fn what_is_not_json_at_all() {
    const UNKNOWN: &str = "the file is none that gatepost knows: no client, no token, no key in it";
    let deep = "{\"a\":".repeat(100_000);
    for (text, words) in [
        (
            "{\n  \"a\": do-not-show",
            "the file is not JSON (line 2, column 8)",
        ),
        ("", UNKNOWN),
        ("do-not-show", UNKNOWN),
        ("[1]", "the file is JSON, but not an object"),
        (deep.as_str(), "the file is not JSON (line 1, column 636)"),
        ("{}", UNKNOWN),
    ] {
        assert_eq!(detect(text).unwrap_err().to_string(), words);
    }
    assert_eq!(detect(&" ".repeat(LONGEST + 1)), Err(FormatError::TooLarge));
}

#[test]
fn each_kind_is_told_apart() {
    let is = |text: Value| detect(&text.to_string());
    let client = is(json!({"installed": {"client_id": "a", "client_secret": "b"}})).unwrap();
    assert_eq!(client.format, "OAuth client");
    assert!(matches!(client.parts[0].held, Held::Client { .. }));
    let adc = json!({"type": "authorized_user", "client_id": "a", "client_secret": "b", "refresh_token": "c",
        "account": "ana@gmail.com"});
    let file = grant_in(&adc.to_string(), "gcloud credentials").unwrap();
    assert_eq!(
        (file.account.as_deref(), file.access),
        (Some("ana@gmail.com"), None)
    );
    let key = is(service_account_key()).unwrap();
    assert_eq!(key.format, "service account key");
    assert!(matches!(key.parts[0].held, Held::ServiceAccount(_)));
    assert_eq!(
        is(json!({"type": "external_account"})),
        Err(FormatError::OtherKind)
    );
    let marked = format!(
        "\u{feff}{}",
        json!({"refresh_token": "r", "client_id": "c"})
    );
    assert!(grant_in(&marked, "google-auth token.json").is_ok());
}

const PEM: &str = include_str!("../../../tests/it/service_account.pem");

fn service_account_key() -> Value {
    json!({
        "type": "service_account", "project_id": "my-project", "private_key_id": "0123",
        "private_key": PEM, "client_email": "bot@my-project.iam.gserviceaccount.com",
        "client_id": "1034", "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token", "universe_domain": "googleapis.com",
    })
}

fn key_in(change: impl FnOnce(&mut Value)) -> Result<Held, FormatError> {
    let mut file = service_account_key();
    change(&mut file);
    let mut parts = detect(&file.to_string())?.parts;
    assert_eq!((parts.len(), &parts[0].name), (1, &None));
    Ok(parts.remove(0).held)
}

#[test]
fn a_service_account_s_key_is_taken_as_it_stands() {
    let key = ServiceAccountKey {
        email: "bot@my-project.iam.gserviceaccount.com".into(),
        key_id: "0123".into(),
        private_key: Secret::new(PEM.trim()),
        project: Some("my-project".into()),
        client_id: "1034".into(),
        token_uri: Some("https://oauth2.googleapis.com/token".into()),
    };
    let found = key_in(|_| {}).unwrap();
    assert!(!format!("{found:?}").contains("PRIVATE"));
    assert_eq!(found, Held::ServiceAccount(key.clone()));
    // What google-auth can do without.
    let bare = key_in(|f| {
        for field in ["project_id", "client_id", "auth_uri", "universe_domain"] {
            f.as_object_mut().unwrap().remove(field);
        }
    });
    let bare_key = ServiceAccountKey {
        project: None,
        client_id: String::new(),
        ..key
    };
    assert_eq!(bare, Ok(Held::ServiceAccount(bare_key)));
}

#[test]
fn a_service_account_s_key_that_could_not_sign_is_refused() {
    type Change = fn(&mut Value);
    let one_letter = |text: &str| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines[12] = lines[12].chars().rev().collect();
        lines.join("\n")
    };
    let elliptic = include_str!("../../../tests/it/certificates/good.pem");
    for text in [
        HUSH,
        &PEM[..900],
        &PEM.replace('\n', "\\n"),
        &PEM.replace("PRIVATE KEY", "RSA PRIVATE KEY"),
        &one_letter(PEM),
        elliptic,
    ] {
        let error = key_in(|f| f["private_key"] = text.into()).unwrap_err();
        assert_eq!(error, FormatError::BadPrivateKey, "{text}");
        assert!(!error.to_string().contains(HUSH));
    }
    let cases: [(Change, FormatError); 7] = [
        (
            |f| f["private_key"] = Value::Null,
            FormatError::Missing("private_key"),
        ),
        (
            |f| f["private_key"] = " ".into(),
            FormatError::Missing("private_key"),
        ),
        (
            |f| f["private_key_id"] = "a\nb".into(),
            FormatError::Missing("private_key_id"),
        ),
        (
            |f| f["client_email"] = Value::Null,
            FormatError::Missing("client_email"),
        ),
        (
            |f| f["client_email"] = "do-not-show".into(),
            FormatError::BadValue("client_email"),
        ),
        (
            |f| f["universe_domain"] = "other.cloud".into(),
            FormatError::OtherUniverse,
        ),
        (
            |f| f["token_uri"] = "http://evil.example/do-not-show".into(),
            FormatError::BadAddress {
                field: "token_uri",
                why: BadAddress::PlainHttp,
            },
        ),
    ];
    for (change, why) in cases {
        assert_eq!(key_in(change), Err(why));
    }
    let elsewhere = key_in(|f| f["token_uri"] = "https://evil.example/token".into());
    assert_eq!(
        elsewhere,
        Ok(Held::Nothing(
            "it is for evil.example, not for Google".into()
        ))
    );
}

#[test]
fn a_token_file_and_its_dates() {
    let file = token(|_| {}).unwrap();
    assert_eq!(file.refresh_token.expose(), "1//do-not-show");
    assert_eq!(file.account, None, "an empty account is none");
    assert_eq!(file.scopes, Some(Scopes::parse("https://mail.google.com/")));
    assert!(!format!("{file:?}").contains(HUSH));
    let eight = 1_800_000_000_000;
    for (text, millis) in [
        ("2027-01-15T08:00:00Z", Some(eight)),
        ("2027-01-15T08:00:00", Some(eight)),
        ("2027-01-15T08:00:00.123456Z", Some(eight + 123)),
        ("2027-01-15T08:00:00.123456789Z", Some(eight + 123)),
        ("2027-01-15T08:00:00.123456+00:00", Some(eight + 123)),
        ("2027-01-15T08:00:00+00:00", Some(eight)),
        ("2027-01-15T10:00:00+02:00", Some(eight)),
        ("2027-01-15 08:00:00", Some(eight)),
        ("", None),
        ("tomorrow", None),
    ] {
        let file = token(|f| f["expiry"] = text.into()).unwrap();
        let end = file.access.map(|(_, end)| end.timestamp_millis());
        assert_eq!(end, millis, "{text}");
    }
    assert_eq!(
        token(|f| f["expiry"] = 1_800_000_000.into())
            .unwrap()
            .access,
        None
    );
    let spaced = token(|f| f["scopes"] = "openid https://mail.google.com/".into()).unwrap();
    assert_eq!(
        spaced.scopes,
        Some(Scopes::parse("https://mail.google.com/ openid"))
    );
}

#[test]
fn token_files_that_will_not_do() {
    type Change = fn(&mut Value);
    let cases: [(Change, FormatError); 5] = [
        (
            |f| f["refresh_token"] = Value::Null,
            FormatError::Missing("refresh_token"),
        ),
        (
            |f| f["refresh_token"] = "do not show".into(),
            FormatError::BadValue("refresh_token"),
        ),
        (
            |f| f["client_id"] = 5.into(),
            FormatError::Missing("client_id"),
        ),
        (
            |f| f["universe_domain"] = "other.cloud".into(),
            FormatError::OtherUniverse,
        ),
        (
            |f| f["token_uri"] = "http://evil.example/".into(),
            FormatError::BadAddress {
                field: "token_uri",
                why: BadAddress::PlainHttp,
            },
        ),
    ];
    for (change, why) in cases {
        assert_eq!(token(change).unwrap_err(), why);
    }
}

fn export() -> Export {
    Export {
        client_id: "1-a".into(),
        client_secret: Some(Secret::new("GOCSPX-x")),
        refresh_token: Secret::new("1//r"),
        access: Some((Secret::new("ya29.t"), from_millis(1_800_000_000_000))),
        scopes: Scopes::parse("https://mail.google.com/ openid"),
        token_uri: "https://oauth2.googleapis.com/token".into(),
        account: "ana@gmail.com".into(),
    }
}

#[test]
fn what_is_written_is_read_back() {
    let written = token_json::write(&export());
    let json: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(
        json["expiry"], "2027-01-15T08:00:00.000000Z",
        "google-auth knows no other form"
    );
    assert_eq!(
        json["scopes"],
        json!(["https://mail.google.com/", "openid"])
    );
    assert_eq!(json["universe_domain"], "googleapis.com");
    assert_eq!(json.get("type"), None);
    let file = grant_in(&written, "google-auth token.json").unwrap();
    let export = export();
    assert_eq!(file.access, export.access);
    assert_eq!(
        (file.client_id, file.client_secret),
        (Some(export.client_id), export.client_secret)
    );
    assert_eq!(
        (file.refresh_token, file.scopes),
        (export.refresh_token, Some(export.scopes))
    );
    assert_eq!(
        (file.token_uri, file.account),
        (Some(export.token_uri), Some(export.account))
    );
}

#[test]
fn adc_names_its_type_and_carries_no_access_token() {
    let written = adc::write(&export());
    assert!(!written.contains("ya29.t"));
    let json: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(json["type"], "authorized_user");
    let file = grant_in(&written, "gcloud credentials").unwrap();
    assert_eq!(file.refresh_token, Secret::new("1//r"));
    assert_eq!(file.account.as_deref(), Some("ana@gmail.com"));
}

#[test]
fn without_an_access_token_there_is_no_date() {
    let bare = Export {
        access: None,
        client_secret: None,
        ..export()
    };
    let json: Value = serde_json::from_str(&token_json::write(&bare)).unwrap();
    assert_eq!((json.get("token"), json.get("expiry")), (None, None));
    assert_eq!(
        json["client_secret"], "",
        "google-auth insists on the field"
    );
}

proptest::proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,200}") {
        let _ = detect(&text);
        let _ = credentials::parse(&text);
    }
}
