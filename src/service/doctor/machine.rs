//! What a sign-in needs of this machine: a browser that can be opened, and a port on which it can
//! come back.

use super::Patient;
use crate::config::ConsentConfig;
use crate::domain::checkup::{Blame, Check, Mark, Topic};
use crate::domain::client::{Client, ClientKind};
use crate::loopback::{Listener, Registered};
use crate::service::consent::{Opened, browser};

pub(super) fn browser(patient: &Patient) -> Check {
    let command = patient.consent.browser.as_deref();
    let check = |mark, words: String| Check::new(Topic::Browser, mark, words);
    match browser::plan(command, patient.no_browser.as_deref()) {
        Opened::By(program) => check(Mark::Ok, format!("links are opened with `{program}`")),
        Opened::Not(why) => {
            check(Mark::Warn, format!("none will be opened: {why}")).with_remedy(match command {
                Some(_) => {
                    "set `consent.browser` or $BROWSER to a program with a window; a sign-in \
                            shows its link to copy all the same"
                }
                None => {
                    "a sign-in shows its link: open it in any browser, also on another machine, \
                         and paste the address it ends on"
                }
            })
        }
    }
}

/// Where a browser has to find us.
pub(super) enum Port {
    Own(u16),
    /// A `web` client's: the client's name, and the address it registered.
    Registered(String, String),
}

pub(super) fn ports(consent: &ConsentConfig, clients: &[Client]) -> Vec<Port> {
    let web = clients.iter().filter(|c| c.kind == ClientKind::Web);
    let registered = web.filter_map(|client| {
        let place = Registered::from(&client.redirect_uris).ok()?;
        Some(Port::Registered(
            client.name.clone(),
            place.uri().to_owned(),
        ))
    });
    std::iter::once(Port::Own(consent.port))
        .chain(registered)
        .collect()
}

pub(super) fn listener(port: &Port) -> Check {
    let (bound, place) = match port {
        Port::Own(0) => (Listener::bind(0), "127.0.0.1, any free port".into()),
        Port::Own(port) => (Listener::bind(*port), format!("127.0.0.1:{port}")),
        Port::Registered(client, uri) => (
            Listener::bind_registered(uri),
            format!("{uri} (client `{client}`)"),
        ),
    };
    match bound {
        Ok(_) => Check::new(
            Topic::Listener,
            Mark::Ok,
            format!("a browser can come back to {place}"),
        ),
        Err(error) => {
            let blame = Mark::Fail(Blame::Configuration);
            let check = Check::new(Topic::Listener, blame, error.to_string());
            check.with_remedy(match port {
                Port::Own(_) => "set `consent.port = 0` for any free port",
                Port::Registered(..) => "end the program that has it, or use a Desktop client",
            })
        }
    }
}
