//! Chromium, moved through its driver in plain `WebDriver`: JSON over HTTP, no more of it than a
//! person needs to read a page and click.

use std::path::Path;
use std::process::Command;

use base64::Engine;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::process::{Process, wait_for};
use super::web::Web;

/// What `WebDriver` calls a reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The pages are on this machine; whatever else it would fetch is not to be had in a test.
const ARGUMENTS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1000,800",
];

pub(super) struct Browser {
    /// Where this session is to be asked.
    session: String,
    web: Web,
    _driver: Process,
    _profile: TempDir,
}

impl Browser {
    pub(super) fn open() -> Self {
        let profile = TempDir::new().unwrap();
        let mut command = Command::new("chromedriver");
        command
            .arg("--port=0")
            .env("HOME", profile.path())
            .env("TMPDIR", profile.path());
        let mut driver = Process::start(&mut command);
        let line = driver.line("ChromeDriver was started successfully on port");
        let port = line.trim_end_matches('.').rsplit(' ').next().unwrap();
        let data = format!("--user-data-dir={}", profile.path().join("data").display());
        let arguments: Vec<&str> = ARGUMENTS.into_iter().chain([data.as_str()]).collect();
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments },
        }}});
        let web = Web::new();
        let driver_url = format!("http://127.0.0.1:{port}/session");
        let answer = web.post_json(&driver_url, &wanted).json();
        let id = answer["value"]["sessionId"].as_str();
        let id = id.unwrap_or_else(|| panic!("Chromium does not start: {answer}"));
        Self {
            session: format!("{driver_url}/{id}"),
            web,
            _driver: driver,
            _profile: profile,
        }
    }

    pub(super) fn go(&self, url: &str) {
        self.tell("url", &json!({ "url": url }));
    }

    pub(super) fn url(&self) -> String {
        self.ask("url").as_str().unwrap().to_owned()
    }

    /// Clicks the one element that this selector means, once it is there.
    #[track_caller]
    pub(super) fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.tell(&format!("element/{element}/click"), &json!({}));
    }

    /// Waits until this element is there and says this. Looked at in one step: between two, the
    /// page may have given way to the next.
    #[track_caller]
    pub(super) fn shows(&self, selector: &str, text: &str) {
        const LOOK: &str = "return document.querySelector(arguments[0])?.innerText ?? ''";
        let look = json!({ "script": LOOK, "args": [selector] });
        let url = format!("{}/execute/sync", self.session);
        wait_for(text, || {
            let seen = self.web.post_json(&url, &look).json();
            let seen = seen["value"].as_str()?;
            seen.contains(text).then_some(())
        });
    }

    /// Whether a box is ticked.
    #[track_caller]
    pub(super) fn is_ticked(&self, selector: &str) -> bool {
        let element = self.element(selector);
        self.ask(&format!("element/{element}/selected")) == true
    }

    pub(super) fn screenshot(&self, file: &Path) {
        let picture = self.ask("screenshot");
        let picture = base64::engine::general_purpose::STANDARD
            .decode(picture.as_str().unwrap())
            .unwrap();
        std::fs::write(file, picture).unwrap();
    }

    #[track_caller]
    fn element(&self, selector: &str) -> String {
        let by = json!({ "using": "css selector", "value": selector });
        let url = format!("{}/element", self.session);
        wait_for(selector, || {
            let found = self.web.post_json(&url, &by).json();
            found["value"][ELEMENT].as_str().map(str::to_owned)
        })
    }

    fn ask(&self, what: &str) -> Value {
        let answer = self.web.get(&format!("{}/{what}", self.session)).json();
        assert!(answer["value"]["error"].is_null(), "{what}: {answer}");
        answer["value"].clone()
    }

    fn tell(&self, what: &str, order: &Value) {
        let url = format!("{}/{what}", self.session);
        let answer = self.web.post_json(&url, order).json();
        assert!(answer["value"].is_null(), "{what}: {answer}");
    }
}

impl Drop for Browser {
    /// The driver ends its Chromium; the driver itself ends with its process.
    fn drop(&mut self) {
        self.web.delete(&self.session);
    }
}
