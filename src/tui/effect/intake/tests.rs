//! Files taken in by effects alone, as the palette does it: a service on a fresh vault, and the
//! sandbox over HTTP.

use tempfile::TempDir;

use super::*;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::domain::schedule::Policy;
use crate::google::{Endpoints, Google, HttpOptions};
use crate::sandbox::{self, Options, Sandbox, Scenario};
use crate::service::{Hooks, Parts, Role};
use crate::tui::clipboard::{Clipboard, Reach};
use crate::tui::message::Effect;
use crate::vault::{KeyChoice, Paths, Vault};

struct Desk {
    performer: Performer,
    news: mpsc::Receiver<News>,
    sandbox: Sandbox,
    home: TempDir,
}

impl Desk {
    async fn new() -> Self {
        let clock = Clock::system();
        let options = Options {
            port: 0,
            seed: Some(7),
            scenario: Scenario::minimal(),
            clock: clock.clone(),
        };
        let sandbox = sandbox::start(options).await.unwrap();
        let home = TempDir::new().unwrap();
        let below = |name: &str| home.path().join("vault").join(name);
        let paths = Paths {
            db: below("vault.db"),
            key_file: below("vault.key"),
            usage: below("usage.db"),
            locks: below("locks"),
        };
        let endpoints = Endpoints::under(&sandbox.base_url()).unwrap();
        let gate = Gate::start(Parts {
            vault: Vault::open(&paths, &KeyChoice::default(), clock.now()).unwrap(),
            paths,
            google: Google::new(endpoints, HttpOptions::default(), clock.clone()),
            policy: Policy::default(),
            consent: Config::default().consent,
            no_browser: None,
            clock,
            role: Role::OneShot,
            hooks: Hooks::default(),
        });
        let clipboard = Clipboard::new(config::Clipboard::None, Reach::default());
        let (performer, news) = Performer::new(gate.await.unwrap(), clipboard, Vec::new(), None);
        let performer = performer.looking_in(Folders {
            home: Some(home.path().to_owned()),
            ..Folders::default()
        });
        Self {
            performer,
            news,
            sandbox,
            home,
        }
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.home.path().join(name), text).unwrap();
    }

    async fn told(&mut self) -> setup::News {
        loop {
            let news = self.news.recv().await.unwrap();
            if let Some(Msg::Setup(news)) = self.performer.absorb(news) {
                return news;
            }
        }
    }
}

#[tokio::test]
async fn a_client_file_is_added_and_a_second_one_is_named_for_it() {
    let mut desk = Desk::new().await;
    let first = desk.sandbox.credentials_json("default").unwrap();
    desk.write("c.json", &first);
    desk.write("d.json", &first.replace("407718192204-", "999-"));
    for (file, expected) in [("~/c.json", "default"), ("~/d.json", "project-999")] {
        desk.performer.perform(Effect::AddClient {
            path: file.into(),
            name: None,
        });
        let setup::News::Added(Ok(stored)) = desk.told().await else {
            panic!("{file} was not added")
        };
        assert_eq!((stored.name.as_str(), stored.new), (expected, true));
    }
    desk.performer.perform(Effect::AddClient {
        path: "~/nowhere.json".into(),
        name: None,
    });
    let setup::News::Added(Err(failure)) = desk.told().await else {
        panic!("a file that is not there was added")
    };
    assert!(failure.message.contains("nowhere.json"), "{failure:?}");
}

#[tokio::test]
async fn an_import_says_when_it_begins_and_what_would_help() {
    let mut desk = Desk::new().await;
    let tokens = r#"{"registration":"google","authflow":"authcode","refresh_token":"1//x"}"#;
    desk.write("c.json", tokens);
    let paths = vec!["~/c.json".to_owned()];
    desk.performer.perform(Effect::Import { work: 1, paths });
    let begun = desk.told().await;
    assert!(
        matches!(&begun, setup::News::Importing { shown, .. } if shown == "~/c.json"),
        "{begun:?}"
    );
    let setup::News::Imported {
        result: Err(failure),
        ..
    } = desk.told().await
    else {
        panic!("tokens came in without their client")
    };
    assert!(failure.message.contains("not the OAuth client"));
    assert!(failure.hint.is_some_and(|hint| hint.contains("--client")));
}

#[tokio::test]
async fn several_files_come_in_one_after_another_until_they_are_stopped() {
    let mut desk = Desk::new().await;
    let paths: Vec<String> = (0..200).map(|n| format!("~/nowhere{n}.json")).collect();
    desk.performer.perform(Effect::Import { work: 3, paths });
    let mut came = Vec::new();
    loop {
        match desk.news.recv().await.unwrap() {
            News::Msg(Msg::Setup(setup::News::Imported { work: 3, shown, .. })) => came.push(shown),
            News::Msg(Msg::WorkOver(3)) => break,
            _ => {}
        }
        desk.performer.perform(Effect::StopWork(3));
    }
    assert_eq!(came[0], "~/nowhere0.json");
    assert!(came.len() < 200, "the rest was not read: {}", came.len());
}

#[tokio::test]
async fn a_client_waits_for_the_word_and_is_forgotten_without_it() {
    let mut desk = Desk::new().await;
    let client = desk.sandbox.credentials_json("default").unwrap();
    desk.write("c.json", &client);
    let give = Given::Path("~/c.json".into());
    let ask = Ask::Try {
        serial: 5,
        given: give,
    };
    desk.performer.perform(Effect::Setup(ask));
    assert!(matches!(
        desk.told().await,
        setup::News::Read { serial: 5, .. }
    ));
    let setup::News::Tried {
        result: Ok(check), ..
    } = desk.told().await
    else {
        panic!("it was not tested")
    };
    assert!(check.is_good());
    assert!(desk.performer.gate.snapshot().clients.is_empty());
    let keep = || {
        Effect::Setup(Ask::Keep {
            serial: 5,
            publishing: Some(Publishing::Testing),
        })
    };
    desk.performer.perform(Effect::Setup(Ask::Leave));
    desk.performer.perform(keep());
    assert!(
        matches!(desk.told().await, setup::News::Kept { result: Err(_), .. }),
        "the set-up was left: its secret is gone"
    );
}
