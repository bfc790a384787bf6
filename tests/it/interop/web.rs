//! A browser of the plainest kind: it keeps cookies, and follows links only when told to.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{RequestBuilder, Url};
use serde_json::Value;
use tokio::runtime::Runtime;

const LIMIT: Duration = Duration::from_secs(60);

pub(super) struct Web {
    runtime: Runtime,
    http: reqwest::Client,
    cookies: RefCell<BTreeMap<String, String>>,
}

#[derive(Debug)]
pub(super) struct Page {
    pub(super) url: Url,
    pub(super) status: u16,
    pub(super) text: String,
    headers: HeaderMap,
}

impl Web {
    pub(super) fn new() -> Self {
        // Plain HTTP, but reqwest wants to know where TLS would come from.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(LIMIT)
            .build()
            .unwrap();
        Self {
            runtime,
            http,
            cookies: RefCell::default(),
        }
    }

    pub(super) fn get(&self, url: &str) -> Page {
        self.send(self.http.get(url))
    }

    pub(super) fn get_with_token(&self, url: &str, token: &str) -> Page {
        self.send(self.http.get(url).bearer_auth(token))
    }

    pub(super) fn post(&self, url: &str, form: &[(&str, &str)]) -> Page {
        self.send(self.http.post(url).form(form))
    }

    pub(super) fn post_json(&self, url: &str, body: &Value) -> Page {
        self.send(self.http.post(url).body(body.to_string()))
    }

    /// Takes leave: nobody listens to the answer, and there may be none.
    pub(super) fn delete(&self, url: &str) {
        let _ = self
            .runtime
            .block_on(async { self.http.delete(url).send().await });
    }

    /// Follows redirects, wherever they lead, to the page where they end.
    pub(super) fn follow(&self, mut page: Page) -> Page {
        for _ in 0..20 {
            let Some(next) = page.headers.get(LOCATION) else {
                return page;
            };
            let next = page.url.join(next.to_str().unwrap()).unwrap();
            page = self.get(next.as_str());
        }
        panic!("redirected in circles at {}", page.url);
    }

    /// Fills in the one form of this page.
    pub(super) fn submit(&self, page: &Page, form: &[(&str, &str)]) -> Page {
        let action = page.text.split("action=\"").nth(1);
        let action = action.unwrap_or_else(|| panic!("no form on {}", page.text));
        let (action, _) = action.split_once('"').unwrap();
        let url = page.url.join(action).unwrap();
        self.follow(self.post(url.as_str(), form))
    }

    fn send(&self, mut request: RequestBuilder) -> Page {
        let cookies = self.cookies.borrow();
        let pairs: Vec<_> = cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        if !pairs.is_empty() {
            request = request.header(COOKIE, pairs.join("; "));
        }
        drop(cookies);
        let page = self.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            Page {
                url: answer.url().clone(),
                status: answer.status().as_u16(),
                headers: answer.headers().clone(),
                text: answer.text().await.unwrap(),
            }
        });
        self.keep(&page.headers);
        page
    }

    /// One jar without paths: all that is visited is one site and a listener.
    fn keep(&self, headers: &HeaderMap) {
        let mut jar = self.cookies.borrow_mut();
        for cookie in headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Page {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }
}
