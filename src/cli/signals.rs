//! ^C, and being told to end, as a future that a command is raced against.

use super::report::Failure;
use crate::domain::wording::why;

/// Ends at ^C, or when the program is told to end. From the call on, neither kills it.
pub(super) fn interrupted() -> Result<impl Future<Output = ()>, Failure> {
    #[cfg(unix)]
    let mut told = {
        use tokio::signal::unix::{SignalKind, signal};
        let deaf =
            |error| Failure::Unexpected(format!("cannot listen for signals: {}", why(&error)));
        [
            signal(SignalKind::interrupt()).map_err(deaf)?,
            signal(SignalKind::terminate()).map_err(deaf)?,
            signal(SignalKind::hangup()).map_err(deaf)?,
        ]
    };
    Ok(async move {
        #[cfg(unix)]
        futures_util::future::select_all(told.iter_mut().map(|one| Box::pin(one.recv()))).await;
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
