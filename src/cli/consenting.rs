//! A browser consent as a terminal sees it: the link on stderr, each step as it comes, and lines
//! typed or pasted, which race the listener.

use std::io::{BufRead, Read};
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use super::context::Context;
use super::exit::Exit;
use super::remove::CONNECTIONS;
use super::report::Failure;
use super::signals::interrupted;
use super::{Outcome, json};
use crate::domain::account::AccountId;
use crate::domain::scope::{Scopes, short};
use crate::domain::secret::Secret;
use crate::domain::wording::{count, date};
use crate::service::Gate;
use crate::service::ask::{Browser, ConsentAsk, Consented};
use crate::service::consent::{Consent, Opened, Stage};
use crate::service::error::GateError;

/// How long an interrupted sign-in may go on to take itself back.
const TAKING_BACK: Duration = Duration::from_secs(3);

/// Google's own has some hundreds of characters.
const LONGEST_PASTE: usize = 64 * 1024;

#[derive(Debug, clap::Args)]
pub(super) struct Consenting {
    /// The OAuth client to sign in with [default: the account's own, or the first one added]
    #[arg(long, value_name = "NAME")]
    pub(super) client: Option<String>,
    /// Ask for this scope in place of the configured ones; may be repeated
    #[arg(long = "scope", value_name = "S")]
    scopes: Vec<String>,
    /// Only print the link; the address that the browser ends on may be pasted
    #[arg(long)]
    no_browser: bool,
    /// Print the account as `list --json` does
    #[arg(long)]
    json: bool,
}

impl Consenting {
    pub(super) fn scopes(&self) -> Option<Scopes> {
        (!self.scopes.is_empty()).then(|| {
            let words = self.scopes.iter().flat_map(|s| s.split_whitespace());
            words.collect::<Scopes>().with_identity()
        })
    }

    pub(super) fn browser(&self) -> Browser {
        if self.no_browser {
            Browser::Leave
        } else {
            Browser::Open
        }
    }
}

/// Runs the consent to its end and reports it.
pub(super) fn run(args: &Consenting, ask: ConsentAsk, context: &Context) -> Outcome {
    // Without a client there is nothing to make a vault for.
    if context.look()?.clients.is_empty() {
        return Err(GateError::NoClientYet.into());
    }
    let (consented, account) = context.with_gate_to_the_end(async |gate| {
        let interrupted = interrupted()?;
        let consent = gate.consent(ask).await?;
        let consented = unless_interrupted(interrupted, args, consent, context).await?;
        let account = account(&gate, consented.account, context);
        Ok((consented, account))
    })?;
    report(&consented, context);
    let Some((account, exit)) = account else {
        return Ok(Exit::Done);
    };
    if args.json {
        context.out.json(&account)?;
    }
    Ok(exit)
}

/// Goes on to the end, or until a signal calls it off. What Google has made by then, or is about
/// to make, is taken back first: nobody is there to do it later.
async fn unless_interrupted(
    interrupted: impl Future<Output = ()>,
    args: &Consenting,
    consent: Consent,
    context: &Context,
) -> Result<Consented, Failure> {
    let (cancel, stages) = (consent.cancel.clone(), consent.stages.clone());
    let mut walk = pin!(watched(args, consent, context));
    if let Either::Right((ended, _)) = select(pin!(interrupted), &mut walk).await {
        return ended;
    }
    let again = self::interrupted()?;
    cancel.cancel();
    if matches!(*stages.borrow(), Stage::Exchanging | Stage::Verifying) {
        let out = &context.out;
        out.note("taking the sign-in back; interrupt once more to end at once");
    }
    let impatient = pin!(tokio::time::timeout(TAKING_BACK, again));
    match select(impatient, walk).await {
        // It was too late: the account has its new sign-in, and that is what is said.
        Either::Right((Ok(consented), _)) => Ok(consented),
        Either::Right((Err(_), _)) => Err(Failure::Interrupted),
        Either::Left(_) => {
            context.out.warn(&format!(
                "nothing of it is kept here, but it may live on at Google; {CONNECTIONS} shows it"
            ));
            Err(Failure::Interrupted)
        }
    }
}

async fn watched(
    args: &Consenting,
    consent: Consent,
    context: &Context,
) -> Result<Consented, Failure> {
    invite(args, &consent, context);
    if args.no_browser || context.out.can_read() {
        read_pasted(consent.pasted.clone());
    }
    let stages = consent.stages.clone();
    let show = async {
        let mut stages = stages;
        while stages.changed().await.is_ok() {
            let stage = stages.borrow_and_update().clone();
            tell(&stage, context);
        }
    };
    match select(pin!(consent.finish()), pin!(show)).await {
        Either::Left((ended, _)) => Ok(ended?),
        Either::Right(((), ending)) => Ok(ending.await?),
    }
}

fn invite(args: &Consenting, consent: &Consent, context: &Context) {
    let out = &context.out;
    out.raw(&format!(
        "open this address in a browser:\n\n{}\n\n",
        consent.url
    ));
    if args.no_browser {
        let port = consent.port;
        out.note("then paste the address that the browser ends on, and press Enter");
        out.note(&format!(
            "or let the browser reach this machine: ssh -L {port}:127.0.0.1:{port} THIS-HOST"
        ));
    }
}

fn tell(stage: &Stage, context: &Context) {
    let out = &context.out;
    match stage {
        Stage::Opening => {}
        Stage::Waiting {
            browser: Opened::By(program),
        } => out.note(&format!("opened with {program}; waiting for the sign-in")),
        Stage::Waiting {
            browser: Opened::Not(why),
        } => out.note(&format!(
            "no browser was opened ({why}); waiting for the sign-in"
        )),
        Stage::Exchanging => out.note("signed in; trading the code for tokens"),
        Stage::Verifying => out.note("asking Google whose account it is"),
        Stage::BadPaste { why, .. } => out.warn(why),
    }
}

/// Lines from standard input, until its end. A thread of its own, for a read cannot be given up:
/// it dies with the process, and the listener goes on waiting without it.
fn read_pasted(pasted: mpsc::Sender<Secret>) {
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        while let Some(line) = line(&mut input) {
            if !line.expose().trim().is_empty() && pasted.blocking_send(line).is_err() {
                break;
            }
        }
    });
}

/// The next line, whatever is in it; of one that is too long for any address only so much that it
/// is seen to be none.
fn line(input: &mut impl BufRead) -> Option<Secret> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST_PASTE));
    let most = LONGEST_PASTE as u64;
    input
        .by_ref()
        .take(most)
        .read_until(b'\n', &mut bytes)
        .ok()?;
    if bytes.is_empty() {
        return None;
    }
    if bytes.len() == LONGEST_PASTE && bytes.last() != Some(&b'\n') {
        input.skip_until(b'\n').ok()?;
        return Some(Secret::new("(a line that is too long)"));
    }
    Some(Secret::new(String::from_utf8_lossy(&bytes)))
}

fn report(consented: &Consented, context: &Context) {
    let out = &context.out;
    let what = if consented.renewed {
        "renewed"
    } else {
        "added"
    };
    out.note(&format!("{what} {}", consented.email));
    if !consented.missing.is_empty() {
        let missing: Vec<_> = consented.missing.iter().map(short).collect();
        out.warn(&format!(
            "{} left unticked: {}; `gatepost reauth {}` asks again",
            count(missing.len(), "permission"),
            missing.join(", "),
            consented.email
        ));
    }
    if consented.without_refresh_token {
        out.warn("Google sent no refresh token, so this sign-in cannot be renewed without you");
    }
    if let Some(end) = consented.grant_expires_at {
        out.note(&format!("Google ends this sign-in {}", date(end)));
    }
}

/// The account afterwards, and the code that its state means.
fn account(gate: &Gate, id: AccountId, context: &Context) -> Option<(json::Account, Exit)> {
    let (snapshot, now) = (gate.snapshot(), context.now());
    let view = snapshot.account(id)?;
    let exit = Exit::from(view.state(&snapshot.policy, now));
    Some((json::Account::of(view, &snapshot.policy, now), exit))
}
