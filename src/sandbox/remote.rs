//! The hand behind the scenes over HTTP, for tests in other languages, and the few pages that are
//! the sandbox's own: `POST /sandbox/ACTION` with JSON, `GET /sandbox/requests`,
//! `GET /credentials.json`, `GET /`.

use http::Method;
use serde_json::{Value, json};

use super::control::{Control, Unknown};
use super::message::{Params, Reply, Request};
use super::order::{Order, Refused};
use super::{credentials, home};

/// `None` for everything that is Google's.
pub(super) fn answer(control: &Control, request: &Request) -> Option<Reply> {
    let action = request.path.strip_prefix("/sandbox/");
    match (&request.method, action) {
        (&Method::GET, Some("requests")) => Some(requests(control)),
        (&Method::POST, Some(action)) => Some(carry_out(control, action, &request.body)),
        (_, Some(_)) => Some(problem(
            405,
            "POST /sandbox/ACTION, or GET /sandbox/requests",
        )),
        (&Method::GET, None) if request.path == "/" => {
            Some(control.with(|world, _| home::page(world)))
        }
        (&Method::GET, None) if request.path == "/credentials.json" => {
            Some(client_file(control, &request.query))
        }
        _ => None,
    }
}

fn requests(control: &Control) -> Reply {
    match serde_json::to_value(control.requests()) {
        Ok(entries) => Reply::json(200, &entries),
        Err(error) => problem(500, &error.to_string()),
    }
}

/// `?client=NAME`; the first client by default.
fn client_file(control: &Control, query: &str) -> Reply {
    let params = Params::parse(query.as_bytes());
    let file = control.with(|world, _| match params.get("client") {
        Some(name) => credentials::file(world, name),
        None => credentials::first(world).and_then(|id| credentials::file(world, &id)),
    });
    match file {
        Some(file) => Reply::new(200, super::message::JSON, file),
        None => problem(404, "no such client"),
    }
}

/// The action is the path's last part, everything else the body's.
fn carry_out(control: &Control, action: &str, body: &[u8]) -> Reply {
    let members = match body {
        [] => Ok(json!({})),
        body => serde_json::from_slice(body),
    };
    let order = members.and_then(|members| {
        let tagged = if members.as_object().is_some_and(serde_json::Map::is_empty) {
            Value::from(action)
        } else {
            json!({ action: members })
        };
        serde_json::from_value::<Order>(tagged)
    });
    match order {
        Ok(order) => match order.carry_out(control) {
            Ok(result) => Reply::json(200, &result),
            Err(Refused::Unknown(Unknown(name))) => {
                problem(404, &format!("the sandbox knows no `{name}`"))
            }
            Err(Refused::Page(page)) => problem(409, &page.to_string()),
        },
        Err(error) => problem(400, &error.to_string()),
    }
}

fn problem(status: u16, words: &str) -> Reply {
    Reply::json(status, &json!({ "error": words }))
}
