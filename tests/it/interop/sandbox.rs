//! `gatepost sandbox`, served for programs that nobody here wrote.

use serde_json::{Value, json};

use super::process::{Home, Process};
use super::web::Web;

pub(super) const ANA: &str = "ana@gmail.com";

pub(super) struct Sandbox {
    _server: Process,
    pub(super) base: String,
    web: Web,
    /// A home in which nothing says where Google is: only what is in files counts.
    pub(super) home: Home,
}

impl Sandbox {
    pub(super) fn serve() -> Self {
        let home = Home::new(&[]);
        let mut server = home.start(&["sandbox"]);
        let line = server.line("base URL");
        let base = line.split_whitespace().last().unwrap().to_owned();
        let web = Web::new();
        let client = web.get(&format!("{base}/credentials.json"));
        home.write("credentials.json", &client.text);
        Self {
            _server: server,
            base,
            web,
            home,
        }
    }

    /// Another home, where this sandbox stands for Google and its client is known.
    pub(super) fn another_home(&self, environment: &[(&str, &str)]) -> Home {
        let google = [("GATEPOST_ENDPOINTS", self.base.as_str())];
        let home = Home::new(&[&google, environment].concat());
        let client = std::fs::read_to_string(self.home.path("credentials.json")).unwrap();
        home.write("credentials.json", &client);
        home.run(&["client", "add", "credentials.json"]).good();
        home
    }

    /// Signs ana in, by gatepost's own road.
    pub(super) fn sign_in(&self, home: &Home) {
        self.sign_in_with(home, &[]);
    }

    pub(super) fn sign_in_with(&self, home: &Home, options: &[&str]) {
        let mut adding = home.start(&[&["add", "--no-browser"], options].concat());
        let link = adding.line(&format!("{}/o/oauth2", self.base));
        let answer = self.order("consent", &json!({ "url": link, "email": ANA }));
        self.web.get(answer["redirect"].as_str().unwrap());
        adding.finish().good();
    }

    /// Moves the hand behind the scenes.
    pub(super) fn order(&self, action: &str, what: &Value) -> Value {
        let url = format!("{}/sandbox/{action}", self.base);
        let page = self.web.post_json(&url, what);
        assert_eq!(page.status, 200, "{page:?}");
        page.json()
    }

    /// How many refreshes were granted.
    pub(super) fn refreshes(&self) -> usize {
        let log = self.web.get(&format!("{}/sandbox/requests", self.base));
        let log = log.json();
        let entries = log.as_array().unwrap().iter();
        entries
            .filter(|e| e["grant_type"] == "refresh_token" && e["status"] == 200)
            .count()
    }

    pub(super) fn whose(&self, access_token: &str) -> Value {
        let url = format!("{}/v1/userinfo", self.base);
        self.web.get_with_token(&url, access_token).json()["email"].clone()
    }
}
