//! A client's ID and secret, tested without a user: the sandbox answers as Google does, and what
//! it answers is told apart.

use gatepost::domain::client::ClientKind;
use gatepost::domain::client_check::ClientCheck;
use gatepost::domain::secret::Secret;
use gatepost::sandbox::Standing;
use gatepost::service::ask::ClientAsk;
use gatepost::service::files;

use crate::support::bench::Bench;

/// The stored client, as one that is not stored yet.
fn ask(bench: &Bench) -> ClientAsk {
    let card = &bench.sandbox.clients()[0];
    ClientAsk {
        name: None,
        client_id: card.client_id.clone(),
        secret: Some(card.secret.clone()),
        kind: ClientKind::Installed,
        project: None,
        auth_uri: None,
        token_uri: None,
        redirect_uris: vec!["http://localhost".into()],
        publishing: None,
    }
}

#[tokio::test]
async fn a_good_pair_and_each_way_to_be_wrong() {
    let bench = Bench::new().await;
    let good = ask(&bench);
    let check = async |ask: ClientAsk| bench.gate.try_client(&ask).await;
    assert_eq!(check(good.clone()).await, ClientCheck::Good);
    let with_id = ClientAsk {
        client_id: "1-nobody.apps.googleusercontent.com".into(),
        ..good.clone()
    };
    assert_eq!(check(with_id).await, ClientCheck::UnknownId);
    let with_secret = ClientAsk {
        secret: Some(Secret::new("GOCSPX-wrong")),
        ..good.clone()
    };
    assert_eq!(check(with_secret).await, ClientCheck::WrongSecret);
    let without = ClientAsk {
        secret: None,
        ..good.clone()
    };
    assert_eq!(check(without).await, ClientCheck::NoSecret);
    bench
        .control()
        .set_client("default", Standing::Deleted)
        .unwrap();
    assert_eq!(check(good.clone()).await, ClientCheck::Deleted);
    bench
        .control()
        .set_client("default", Standing::Disabled)
        .unwrap();
    assert_eq!(check(good).await, ClientCheck::Disabled);
}

#[tokio::test]
async fn a_stored_client_is_tested_with_its_stored_secret() {
    let bench = Bench::new().await;
    let id = bench.gate.snapshot().clients[0].id;
    assert_eq!(
        bench.gate.check_client(id).await.unwrap(),
        ClientCheck::Good
    );
    bench.control().rotate_secret("default").unwrap();
    assert_eq!(
        bench.gate.check_client(id).await.unwrap(),
        ClientCheck::WrongSecret
    );
    assert!(
        bench.gate.snapshot().clients[0].fault.is_none(),
        "a test changes nothing"
    );
}

#[tokio::test]
async fn without_an_answer_there_is_no_verdict() {
    let bench = Bench::new().await;
    let id = bench.gate.snapshot().clients[0].id;
    bench.control().set_offline(true);
    let check = bench.gate.check_client(id).await.unwrap();
    assert!(matches!(check, ClientCheck::NoAnswer { .. }), "{check:?}");
    assert!(!check.is_bad() && !check.is_good());
}

#[tokio::test]
async fn a_client_file_is_found_where_browsers_put_it_newest_first() {
    let bench = Bench::new().await;
    let home = tempfile::tempdir().unwrap();
    let downloads = home.path().join("Downloads");
    std::fs::create_dir_all(&downloads).unwrap();
    let text = bench.sandbox.credentials_json("default").unwrap();
    let write = |name: &str, text: &str, age: u64| {
        let path = downloads.join(name);
        std::fs::write(&path, text).unwrap();
        let file = std::fs::File::options().append(true).open(&path).unwrap();
        let base =
            std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_800_000_000);
        file.set_modified(base - std::time::Duration::from_secs(age))
            .unwrap();
    };
    write("credentials.json", &text, 60);
    write("client_secret_1.apps.googleusercontent.com.json", &text, 5);
    write("credentials (2).json", "{\"not\":\"a client\"}", 1);
    write("notes.json", &text, 1);
    write("client_secret_big.json", &"x".repeat(2 << 20), 1);
    std::fs::write(
        home.path().join("token.json"),
        r#"{"client_id":"1-a","client_secret":"s","refresh_token":"1//x","account":"ana@gmail.com"}"#,
    )
    .unwrap();
    let folders = files::Folders {
        home: Some(home.path().to_owned()),
        downloads: Some(downloads),
        current: Some(home.path().to_owned()),
        ..files::Folders::default()
    };
    let found = files::look_around(&folders);
    let names: Vec<_> = found
        .clients
        .iter()
        .map(|c| files::shown(&c.path, &folders))
        .collect();
    assert_eq!(
        names,
        [
            "~/Downloads/client_secret_1.apps.googleusercontent.com.json",
            "~/Downloads/credentials.json",
        ]
    );
    assert_eq!(found.grants.len(), 1);
    assert_eq!(found.grants[0].account.as_deref(), Some("ana@gmail.com"));
}
