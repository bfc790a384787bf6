//! Service accounts' keys through the real binary: kept, listed, told to be of no use yet, and
//! never printed.

use std::fs;

use serde_json::{Value, json};

use super::sealed::{Ran, Sealed};

pub(crate) const ROBOT: &str = "robot@my-project.iam.gserviceaccount.com";
const KEY: &str = "aaaabbbbccccdddd";
const OTHER: &str = "eeeeffffgggghhhh";

pub(crate) const PEM: &str = include_str!("../service_account.pem");

/// As the console hands it out.
pub(crate) fn key_file(key_id: &str) -> Value {
    json!({
        "type": "service_account", "project_id": "my-project", "private_key_id": key_id,
        "private_key": PEM, "client_email": ROBOT, "client_id": "103456789012345678901",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
        "client_x509_cert_url": "https://www.googleapis.com/robot/v1/metadata/x509/robot",
        "universe_domain": "googleapis.com",
    })
}

/// With two keys of one service account in files; nothing is stored.
fn with_files() -> Sealed {
    let sealed = Sealed::new();
    sealed.write("key.json", &key_file(KEY).to_string());
    sealed.write("other.json", &key_file(OTHER).to_string());
    sealed
}

fn without_key(ran: Ran) -> Ran {
    for line in PEM.lines().chain(["PRIVATE KEY"]) {
        let shown = ran.stdout.contains(line) || ran.stderr.contains(line);
        assert!(!shown, "`{line}` was printed:\n{ran}");
    }
    ran
}

/// What all of these print, one after the other.
fn said(sealed: &Sealed, commands: &[&[&str]]) -> String {
    let ran = commands.iter().map(|arguments| {
        let ran = without_key(sealed.run(arguments));
        format!("$ {}\n{ran}", arguments.join(" "))
    });
    ran.collect()
}

#[test]
fn a_key_is_stored_once_and_its_worth_is_told_each_time() {
    let sealed = with_files();
    let dry = said(&sealed, &[&["import", "key.json", "--dry-run"]]);
    assert!(!sealed.db().exists());
    let wet: &[&[&str]] = &[
        &["import", "key.json"],
        &["import", "key.json"],
        &["import", "key.json", "--dry-run"],
        &["log"],
    ];
    insta::assert_snapshot!(dry + &said(&sealed, wet), @r#"
    $ import key.json --dry-run
    exit 0
    out: would store the key aaaabbbbcccc of robot@my-project.iam.gserviceaccount.com, from key.json (service account key); a service account's key is not usable yet: gatepost cannot get tokens with it; for a mailbox, make an OAuth client of type Desktop app
    $ import key.json
    exit 0
    err: stored the key aaaabbbbcccc of robot@my-project.iam.gserviceaccount.com
    err: warning: a service account's key is not usable yet: gatepost cannot get tokens with it; for a mailbox, make an OAuth client of type Desktop app
    $ import key.json
    exit 0
    err: the key aaaabbbbcccc of robot@my-project.iam.gserviceaccount.com is here already; nothing was changed
    err: warning: a service account's key is not usable yet: gatepost cannot get tokens with it; for a mailbox, make an OAuth client of type Desktop app
    $ import key.json --dry-run
    exit 0
    out: would change nothing: the key aaaabbbbcccc of robot@my-project.iam.gserviceaccount.com, from key.json (service account key), is here already; a service account's key is not usable yet: gatepost cannot get tokens with it; for a mailbox, make an OAuth client of type Desktop app
    $ log
    exit 0
    out: TIME                  ACCOUNT                                   WHAT    RESULT  DETAIL
    out: #-#-#T#:#:#Z  robot@my-project.iam.gserviceaccount.com  client  done    key aaaabbbbcccc of a service account stored
    "#);
}

#[test]
fn another_key_of_the_same_account_waits_to_be_asked_for() {
    let sealed = with_files();
    let commands: &[&[&str]] = &[
        &["import", "key.json", "-q"],
        &["import", "other.json", "--dry-run"],
        &["import", "other.json"],
        &["client", "list"],
        &["import", "other.json", "--dry-run", "--force"],
        &["import", "other.json", "--force"],
        &["import", "other.json", "--force"],
        &["client", "list"],
        &["log"],
    ];
    insta::assert_snapshot!(said(&sealed, commands), @r#"
    $ import key.json -q
    exit 0
    err: warning: a service account's key is not usable yet: gatepost cannot get tokens with it; for a mailbox, make an OAuth client of type Desktop app
    $ import other.json --dry-run
    exit 2
    out: would refuse robot@my-project.iam.gserviceaccount.com from other.json (service account key): it is stored with another key (aaaabbbbcccc); `--force` replaces it
    $ import other.json
    exit 2
    err: gatepost: robot@my-project.iam.gserviceaccount.com is stored with another key (aaaabbbbcccc); `--force` replaces it
    $ client list
    exit 0
    out: NAME                                      STATUS   KIND             ACCOUNTS  PROBLEM         CLIENT ID
    out: robot@my-project.iam.gserviceaccount.com  unknown  service_account  #         not-usable-yet  #
    err: a service account's key is not usable yet: gatepost cannot get tokens with it; for a mailbox, make an OAuth client of type Desktop app
    $ import other.json --dry-run --force
    exit 0
    out: would store the key eeeeffffgggg of robot@my-project.iam.gserviceaccount.com in place of aaaabbbbcccc, from other.json (service account key); a service account's key is not usable yet: gatepost cannot get tokens with it; for a mailbox, make an OAuth client of type Desktop app
    $ import other.json --force
    exit 0
    err: stored the key eeeeffffgggg of robot@my-project.iam.gserviceaccount.com in place of aaaabbbbcccc
    err: warning: a service account's key is not usable yet: gatepost cannot get tokens with it; for a mailbox, make an OAuth client of type Desktop app
    $ import other.json --force
    exit 0
    err: stored the key eeeeffffgggg of robot@my-project.iam.gserviceaccount.com
    err: warning: a service account's key is not usable yet: gatepost cannot get tokens with it; for a mailbox, make an OAuth client of type Desktop app
    $ client list
    exit 0
    out: NAME                                      STATUS   KIND             ACCOUNTS  PROBLEM         CLIENT ID
    out: robot@my-project.iam.gserviceaccount.com  unknown  service_account  #         not-usable-yet  #
    err: a service account's key is not usable yet: gatepost cannot get tokens with it; for a mailbox, make an OAuth client of type Desktop app
    $ log
    exit 0
    out: TIME                  ACCOUNT                                   WHAT    RESULT  DETAIL
    out: #-#-#T#:#:#Z  robot@my-project.iam.gserviceaccount.com  client  done    key eeeeffffgggg of a service account stored
    out: #-#-#T#:#:#Z  robot@my-project.iam.gserviceaccount.com  client  done    key eeeeffffgggg of a service account stored in place of aaaabbbbcccc
    out: #-#-#T#:#:#Z  robot@my-project.iam.gserviceaccount.com  client  done    key aaaabbbbcccc of a service account stored
    "#);
    let listed = sealed.run(&["client", "list", "--json"]).json();
    assert_eq!(listed[0]["key_id"], OTHER);
}

#[test]
fn a_program_is_told_which_key_and_that_it_is_not_usable() {
    let sealed = with_files();
    let row = |arguments: &[&str]| {
        let ran = sealed.run(&[&["import", "--json"], arguments].concat());
        let row = &without_key(ran).json()[0];
        assert_eq!(row["email"], ROBOT);
        (row["outcome"].clone(), row["service_account"].clone())
    };
    let key = |id: &str, replaced: Option<&str>| json!({"key_id": id, "replaced": replaced, "usable": false});
    assert_eq!(
        row(&["key.json", "--dry-run"]),
        ("would-store-key".into(), key(KEY, None))
    );
    assert_eq!(row(&["key.json"]), ("key-stored".into(), key(KEY, None)));
    assert_eq!(row(&["key.json"]), ("key-known".into(), key(KEY, None)));
    assert_eq!(
        row(&["other.json", "--force"]),
        ("key-stored".into(), key(OTHER, Some(KEY)))
    );
}

/// Whoever reads the list of clients goes on reading it: the shape is theirs, the kind is new.
#[test]
fn it_stands_among_the_clients_as_one_more_kind() {
    let sealed = with_files();
    sealed.credentials();
    assert_eq!(
        sealed.run(&["client", "add", "credentials.json"]).code,
        Some(0)
    );
    assert_eq!(sealed.run(&["import", "key.json"]).code, Some(0));
    let listed = without_key(sealed.run(&["client", "list", "--json"])).json();
    let keys = |entry: &Value| {
        entry
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&listed[0]), keys(&listed[1]));
    let mut robot = listed[1].clone();
    robot["added_at"] = Value::Null;
    assert_eq!(
        robot,
        json!({
            "name": ROBOT, "client_id": "103456789012345678901", "kind": "service_account",
            "project": "my-project", "status": "unknown", "accounts": [],
            "problem": "not-usable-yet", "added_at": null, "key_id": KEY,
        })
    );
    assert_eq!(listed[0]["kind"], "installed");
    assert_eq!(listed[0]["key_id"], Value::Null);
}

#[test]
fn what_is_no_key_is_refused_and_changes_nothing() {
    let sealed = Sealed::new();
    let cases = [
        ("cut", "private_key", json!(&PEM[..900])),
        ("escaped", "private_key", json!(PEM.replace('\n', "\\n"))),
        ("none", "private_key", Value::Null),
        ("nobody", "client_email", Value::Null),
        ("nameless", "private_key_id", Value::Null),
        ("cloud", "universe_domain", json!("other.cloud")),
        (
            "elsewhere",
            "token_uri",
            json!("https://evil.example/token"),
        ),
    ];
    let mut all = String::new();
    for (name, field, value) in cases {
        let mut file = key_file(KEY);
        file[field] = value;
        sealed.write(name, &file.to_string());
        for arguments in [&["import", name][..], &["import", name, "--dry-run"]] {
            let ran = without_key(sealed.run(arguments));
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran}");
            assert_eq!(ran.stderr.lines().count(), 1, "{ran}");
            if arguments.len() == 2 {
                all += &ran.stderr;
            }
        }
    }
    insta::assert_snapshot!(all, @r#"
    gatepost: `cut`: `private_key` is no RSA key of at least 2048 bits (PKCS #8 in PEM); copy the file anew, or make a new key
    gatepost: `escaped`: `private_key` is no RSA key of at least 2048 bits (PKCS #8 in PEM); copy the file anew, or make a new key
    gatepost: `none`: `private_key` is missing
    gatepost: `nobody`: `client_email` is missing
    gatepost: `nameless`: `private_key_id` is missing
    gatepost: `cloud`: the file is for another cloud than googleapis.com
    gatepost: `elsewhere`: it is for evil.example, not for Google
    "#);
    assert!(!sealed.db().exists());
}

#[test]
fn whoever_asks_it_for_a_token_hears_why_there_is_none() {
    let sealed = with_files();
    assert_eq!(sealed.run(&["import", "key.json"]).code, Some(0));
    let mut all = String::new();
    for arguments in [
        &["token", ROBOT][..],
        &["token", ROBOT, "--format", "json"],
        &["refresh", ROBOT],
        &["reauth", ROBOT],
        &["status", ROBOT],
        &["revoke", ROBOT, "--yes"],
        &["exec", ROBOT, "--", "true"],
    ] {
        let ran = without_key(sealed.run(arguments));
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(3), ""), "{ran}");
        all += &[arguments[0], ": ", &ran.stderr].concat();
    }
    insta::assert_snapshot!(all, @r#"
    token: gatepost: robot@my-project.iam.gserviceaccount.com is a service account: its key is stored, but not usable yet
    hint: for a mailbox, make an OAuth client of type Desktop app, then `gatepost add`
    token: gatepost: robot@my-project.iam.gserviceaccount.com is a service account: its key is stored, but not usable yet
    hint: for a mailbox, make an OAuth client of type Desktop app, then `gatepost add`
    refresh: gatepost: robot@my-project.iam.gserviceaccount.com is a service account: its key is stored, but not usable yet
    hint: for a mailbox, make an OAuth client of type Desktop app, then `gatepost add`
    reauth: gatepost: robot@my-project.iam.gserviceaccount.com is a service account: its key is stored, but not usable yet
    hint: for a mailbox, make an OAuth client of type Desktop app, then `gatepost add`
    status: gatepost: robot@my-project.iam.gserviceaccount.com is a service account: its key is stored, but not usable yet
    hint: for a mailbox, make an OAuth client of type Desktop app, then `gatepost add`
    revoke: gatepost: robot@my-project.iam.gserviceaccount.com is a service account: its key is stored, but not usable yet
    hint: for a mailbox, make an OAuth client of type Desktop app, then `gatepost add`
    exec: gatepost: robot@my-project.iam.gserviceaccount.com is a service account: its key is stored, but not usable yet
    hint: for a mailbox, make an OAuth client of type Desktop app, then `gatepost add`
    "#);
    // A name that is nobody's stays one.
    let ran = sealed.run(&["token", "robot@elsewhere"]);
    assert!(ran.stderr.contains("no account is called"), "{ran}");
}

#[test]
fn it_is_removed_by_its_address_and_its_history_stays() {
    let sealed = with_files();
    let commands: &[&[&str]] = &[
        &["import", "key.json", "-q"],
        &["client", "remove", "robot"],
        &[
            "client",
            "remove",
            "Robot@my-project.iam.gserviceaccount.com",
        ],
        &["client", "remove", ROBOT],
        &["client", "list"],
        &["token", ROBOT],
        &["log", ROBOT],
    ];
    insta::assert_snapshot!(said(&sealed, commands), @r#"
    $ import key.json -q
    exit 0
    err: warning: a service account's key is not usable yet: gatepost cannot get tokens with it; for a mailbox, make an OAuth client of type Desktop app
    $ client remove robot
    exit 3
    err: gatepost: no OAuth client is called `robot`
    err: hint: `gatepost client list` shows every client
    $ client remove Robot@my-project.iam.gserviceaccount.com
    exit 0
    err: removed the key aaaabbbbcccc of robot@my-project.iam.gserviceaccount.com; at Google it goes on until it is deleted there
    $ client remove robot@my-project.iam.gserviceaccount.com
    exit 3
    err: gatepost: no OAuth client is called `robot@my-project.iam.gserviceaccount.com`
    err: hint: `gatepost client list` shows every client
    $ client list
    exit 0
    err: no OAuth clients yet; `gatepost client add FILE` adds one
    $ token robot@my-project.iam.gserviceaccount.com
    exit 3
    err: gatepost: no account is called `robot@my-project.iam.gserviceaccount.com`
    err: hint: `gatepost list` shows every account
    $ log robot@my-project.iam.gserviceaccount.com
    exit 0
    out: TIME                  ACCOUNT                                   WHAT    RESULT  DETAIL
    out: #-#-#T#:#:#Z  robot@my-project.iam.gserviceaccount.com  client  done    key of a service account removed; it goes on at Google
    out: #-#-#T#:#:#Z  robot@my-project.iam.gserviceaccount.com  client  done    key aaaabbbbcccc of a service account stored
    "#);
    assert_eq!(sealed.run(&["import", "other.json"]).code, Some(0));
}

#[test]
fn it_goes_along_with_the_vault() {
    let sealed = with_files();
    sealed.write("passphrase", "correct horse\n");
    assert_eq!(sealed.run(&["import", "key.json"]).code, Some(0));
    let vault = |arguments: &[&str]| {
        let mut command = sealed.command(&[&["vault"], arguments].concat());
        command.env("GATEPOST_PASSPHRASE_FILE", sealed.path("passphrase"));
        without_key(sealed.finish(command.spawn().unwrap()))
    };
    let status = vault(&["status"]);
    let holds = status.stdout.lines().find(|line| line.starts_with("holds"));
    assert_eq!(
        holds,
        Some("holds      0 accounts, 0 clients, 1 service account key")
    );
    assert_eq!(vault(&["status", "--json"]).json()["service_accounts"], 1);
    let made = vault(&["backup", "backup"]);
    assert_eq!(
        made.stderr,
        "`backup` holds 0 accounts, 1 service account key; nothing but its passphrase opens it\n"
    );
    let refused = vault(&["restore", "backup"]);
    assert_eq!(refused.code, Some(2), "{refused}");
    assert!(
        refused
            .stderr
            .contains("holds a service account's key; `--force` sets it aside"),
        "{refused}"
    );
    fs::remove_dir_all(sealed.path(".local")).unwrap();
    fs::remove_dir_all(sealed.path(".config")).unwrap();
    let back = vault(&["restore", "backup"]);
    assert_eq!(
        back.stderr,
        "restored 0 accounts, 1 service account key, locked with a key file\n"
    );
    let listed = sealed.run(&["client", "list", "--json"]).json();
    assert_eq!(
        (&listed[0]["name"], &listed[0]["key_id"]),
        (&json!(ROBOT), &json!(KEY))
    );
    assert_eq!(vault(&["check"]).code, Some(0));
}

/// GAM keeps one beside its sign-in; gcloud's default credentials may be one.
#[test]
fn those_in_the_usual_places_are_found() {
    let sealed = with_files();
    sealed.write(".gam/oauth2service.json", &key_file(KEY).to_string());
    let gcloud = ".config/gcloud/application_default_credentials.json";
    sealed.write(gcloud, &key_file(OTHER).to_string());
    let commands: &[&[&str]] = &[&["import", "--scan"], &["import", "--scan", "--yes"]];
    insta::assert_snapshot!(said(&sealed, commands), @r#"
    $ import --scan
    exit 0
    out: ~/.config/gcloud/application_default_credentials.json (service account key of robot@my-project.iam.gserviceaccount.com)
    out:     gatepost import HOME/.config/gcloud/application_default_credentials.json
    out: ~/.gam/oauth#service.json (service account key of robot@my-project.iam.gserviceaccount.com)
    out:     gatepost import HOME/.gam/oauth#service.json
    $ import --scan --yes
    exit 2
    err: stored the key eeeeffffgggg of robot@my-project.iam.gserviceaccount.com
    err: warning: a service account's key is not usable yet: gatepost cannot get tokens with it; for a mailbox, make an OAuth client of type Desktop app
    err: gatepost: robot@my-project.iam.gserviceaccount.com is stored with another key (eeeeffffgggg); `--force` replaces it
    "#);
}
