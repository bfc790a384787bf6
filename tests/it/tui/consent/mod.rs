//! The consent dialog without a terminal: what keys and news do to it, and how each page looks.

mod links;
mod looks;
mod updates;

use gatepost::domain::account::AccountId;
use gatepost::domain::scope::Scopes;
use gatepost::domain::time::Span;
use gatepost::service::ask::Consented;
use gatepost::service::consent::{Opened, Stage};
use gatepost::tui::app::App;
use gatepost::tui::message::{ConsentEnd, Effect, Msg};

use super::sample::{app, now, press};

/// As long as Google's own: what a link of a desktop client comes to.
const URL: &str = "https://accounts.google.com/o/oauth2/v2/auth?response_type=code&client_id=849301275512-8d1kq0v7jc3t2p9s4n6m5b1x.apps.googleusercontent.com&redirect_uri=http%3A%2F%2F127.0.0.1%3A43117%2F&scope=https%3A%2F%2Fmail.google.com%2F+openid+https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fuserinfo.email&state=Q4bYqN0c5h1mR7tXwK2vZg&code_challenge=K3xw9s0dQ2pVfLr8mYb1nHc7tGz4eJ6uA5oIiXqRjWk&code_challenge_method=S256&access_type=offline&prompt=select_account+consent&login_hint=lab.testing%40gmail.com";

fn update(app: &mut App, msg: Msg) -> Vec<Effect> {
    app.update(msg, now())
}

fn serial(app: &mut App) -> u64 {
    app.consent().unwrap().serial
}

/// The link is there, and the browser has been dealt with.
fn opened(app: &mut App, browser: Opened) {
    let serial = serial(app);
    let open = Msg::ConsentOpen {
        serial,
        url: URL.into(),
        port: 43_117,
        deadline: now() + Span::seconds(271),
    };
    app.update(open, now() - Span::milliseconds(9_300));
    let stage = Stage::Waiting { browser };
    app.update(
        Msg::ConsentStage { serial, stage },
        now() - Span::milliseconds(9_000),
    );
    app.toasts.clear();
}

fn stage(app: &mut App, stage: Stage) {
    let serial = serial(app);
    update(app, Msg::ConsentStage { serial, stage });
}

fn end(app: &mut App, end: ConsentEnd) -> Vec<Effect> {
    let serial = serial(app);
    update(app, Msg::ConsentEnded { serial, end })
}

fn by(program: &str) -> Opened {
    Opened::By(program.into())
}

/// A sign-in for `lab.testing@gmail.com`, waiting for its browser.
fn waiting() -> App {
    let mut app = app();
    press(&mut app, "jc");
    opened(&mut app, by("xdg-open"));
    app
}

/// The same in a shell on another machine.
fn remote() -> App {
    let mut app = app();
    app.place.remote = true;
    press(&mut app, "jc");
    opened(&mut app, Opened::Not("this is an SSH session".into()));
    app
}

fn done(id: i64, missing: &str, without_refresh_token: bool) -> ConsentEnd {
    ConsentEnd::Done(Box::new(Consented {
        account: AccountId(id),
        email: "lab.testing@gmail.com".into(),
        renewed: true,
        missing: Scopes::parse(missing),
        without_refresh_token,
        grant_expires_at: Some(now() + Span::days(7)),
    }))
}
