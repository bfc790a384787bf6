//! A small Google inside the binary: an HTTP server on the loopback with Google's own paths, for
//! trying and testing everything offline. It is the *other* party: it knows `domain` and `clock`,
//! never the client, the vault or the service, and it has a reading of the protocol of its own.
//!
//! `world` decides, `consent` shows pages, `faults` spoils answers, `server` has the sockets, and
//! `control` is the hand behind the scenes.

mod consent;
mod control;
mod credentials;
mod faults;
mod home;
mod html;
mod id_token;
mod issued;
mod log;
mod message;
mod order;
mod origin;
mod payload;
mod remote;
mod rng;
mod scenario;
mod server;
mod world;

use std::io;

use tokio::task::JoinHandle;

use crate::clock::Clock;

pub use consent::{AllowScopes, ConsentChoice};
pub use control::{Control, Unknown};
pub use credentials::ClientCard;
pub use faults::{Fault, FaultKind};
pub use issued::{IssueSpec, Issued};
pub use log::LogEntry;
pub use scenario::{AccountSpec, GrantSpec, PastSpec, Sample, Scenario, TroubleSpec};
pub use world::{Endpoint, ErrorPage, Habits, Standing};

#[derive(Debug)]
pub struct Options {
    /// 0 for any free one.
    pub port: u16,
    /// Makes a run repeatable to the letter.
    pub seed: Option<u64>,
    pub scenario: Scenario,
    pub clock: Clock,
}

/// A running sandbox. Dropping it ends it, with every connection.
#[derive(Debug)]
pub struct Sandbox {
    base_url: String,
    control: Control,
    samples: Vec<Sample>,
    server: JoinHandle<()>,
}

/// Builds the world and opens its door; it answers from the moment this returns.
pub async fn start(options: Options) -> io::Result<Sandbox> {
    let listener = server::bind(options.port).await?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let now = options.clock.now();
    let (world, samples) = options.scenario.build(base_url.clone(), options.seed, now);
    let control = Control::new(world, options.clock);
    let server = tokio::spawn(server::serve(listener, control.clone()));
    Ok(Sandbox {
        base_url,
        control,
        samples,
        server,
    })
}

impl Sandbox {
    /// `http://127.0.0.1:PORT`, without a slash at its end.
    pub fn base_url(&self) -> String {
        self.base_url.clone()
    }

    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// The accounts that gatepost should already know, with their tokens.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// Every client with its secret.
    pub fn clients(&self) -> Vec<ClientCard> {
        self.control.with(|world, _| credentials::cards(world))
    }

    /// The client's `credentials.json`, pointing here.
    pub fn credentials_json(&self, client: &str) -> Result<String, Unknown> {
        self.control
            .with(|world, _| credentials::file(world, client))
            .ok_or_else(|| Unknown(client.to_owned()))
    }

    /// Ends it, and returns when the port is free.
    pub async fn stop(mut self) {
        self.server.abort();
        let _ = (&mut self.server).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}
