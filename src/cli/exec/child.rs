//! The child: started with our own stdin, stdout and stderr, waited for, told what we are told. It
//! stays in our process group, so that the terminal talks to both: ^C, ^Z and a new size reach it
//! without us, and a shell stops and continues the two as one job.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::pin::pin;
use std::process::ExitStatus;

use futures_util::future::{Either, select};
use rustix::process::{Pid, kill_process};
use tokio::process::{Child, Command};

use super::super::Outcome;
use super::super::exit::Exit;
use super::super::report::Failure;
use super::relay::Relay;
use crate::domain::wording::why;

/// Runs it to its end, which is then ours.
pub(super) async fn run(command: &mut Command, relay: &mut Relay) -> Outcome {
    let mut child = command.spawn().map_err(|source| Failure::CannotRun {
        program: command.as_std().get_program().to_os_string(),
        source,
    })?;
    let status = accompany(&mut child, relay)
        .await
        .map_err(|error| Failure::Unexpected(format!("the program was lost: {}", why(&error))))?;
    Ok(Exit::Program(code(status)))
}

async fn accompany(child: &mut Child, relay: &mut Relay) -> io::Result<ExitStatus> {
    loop {
        let told = match select(pin!(child.wait()), pin!(relay.next())).await {
            Either::Left((status, _)) => return status,
            Either::Right((told, _)) => told,
        };
        // Until it was waited for, its number is nobody else's.
        let own = child
            .id()
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(own) = own.filter(|own| told.concerns(*own)) {
            // It may have ended by itself just now.
            let _ = kill_process(own, told.signal);
        }
    }
}

fn code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok())
        .unwrap_or(u8::MAX)
}
