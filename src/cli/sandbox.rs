//! `gatepost sandbox`: the stand-in for Google as a server of its own, for other programs' tests.

use serde::Serialize;

use super::exit::Exit;
use super::output::Output;
use super::report::Failure;
use super::signals::interrupted;
use super::{Json, Outcome};
use crate::clock::Clock;
use crate::domain::wording::why;
use crate::sandbox::{self, Options, Sandbox, Scenario};

/// Serve the stand-in for Google on 127.0.0.1, for other programs' tests
///
/// Prints its address, a client ID and its secret, and serves until ^C. `/credentials.json` has
/// the same client as a file. To use it, set
/// `GATEPOST_ENDPOINTS` to the address.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The port [default: any free one]
    #[arg(long, default_value_t, hide_default_value = true)]
    port: u16,
    /// Make the tokens and everything else that is random repeatable
    #[arg(long)]
    seed: Option<u64>,
    #[command(flatten)]
    json: Json,
}

#[derive(Debug, Serialize)]
struct Address<'a> {
    base_url: &'a str,
    client_id: &'a str,
    client_secret: &'a str,
    credentials: String,
}

pub(super) fn run(args: &Args, out: &Output) -> Outcome {
    let unexpected =
        |error: std::io::Error| Failure::Unexpected(format!("cannot serve: {}", why(&error)));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(unexpected)?;
    runtime.block_on(async {
        let interrupted = interrupted()?;
        let options = Options {
            port: args.port,
            seed: args.seed,
            scenario: Scenario::minimal(),
            clock: Clock::system(),
        };
        let sandbox = sandbox::start(options).await.map_err(unexpected)?;
        announce(&sandbox, args.json, out)?;
        interrupted.await;
        sandbox.stop().await;
        // Being told to end is how this command ends.
        Ok(Exit::Done)
    })
}

fn announce(sandbox: &Sandbox, json: Json, out: &Output) -> Result<(), Failure> {
    let base_url = sandbox.base_url();
    let clients = sandbox.clients();
    let client = clients
        .first()
        .ok_or_else(|| Failure::Unexpected("the sandbox has no client".into()))?;
    let address = Address {
        base_url: &base_url,
        client_id: &client.client_id,
        client_secret: client.secret.expose(),
        credentials: format!("{base_url}/credentials.json"),
    };
    if json.json {
        return out.json(&address);
    }
    out.data(&format!(
        "base URL       {}\nclient ID      {}\nclient secret  {}\ncredentials    {}\n",
        address.base_url, address.client_id, address.client_secret, address.credentials
    ))?;
    out.note(&format!("export GATEPOST_ENDPOINTS={base_url}"));
    out.note("serving until ^C");
    Ok(())
}
