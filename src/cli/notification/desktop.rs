//! The desktop that shows a notification: whoever owns `org.freedesktop.Notifications` on the
//! session's bus. It knows the call, not why it is made.

use crate::domain::notice::Notice;

#[cfg(all(feature = "desktop-notifications", target_os = "linux"))]
pub(super) async fn show(notice: &Notice) -> Result<(), String> {
    use std::collections::HashMap;

    use zbus::Connection;
    use zbus::zvariant::Value;

    const NAME: &str = "org.freedesktop.Notifications";
    const PATH: &str = "/org/freedesktop/Notifications";
    /// Also the name of the icon and of the desktop entry in `assets`.
    const OURS: &str = "gatepost";
    const REPLACES_NONE: u32 = 0;
    const NO_ACTIONS: [&str; 0] = [];
    /// As long as the desktop shows one of this urgency.
    const USUAL_TIME: i32 = -1;

    let bus = Connection::session()
        .await
        .map_err(|error| format!("the session's D-Bus cannot be reached: {error}"))?;
    let hints = HashMap::from([
        ("urgency", Value::U8(notice.urgency as u8)),
        ("category", Value::from("network.error")),
        ("desktop-entry", Value::from(OURS)),
    ]);
    let words = (
        OURS,
        REPLACES_NONE,
        OURS,
        notice.summary.as_str(),
        notice.body.as_str(),
        NO_ACTIONS.as_slice(),
        hints,
        USUAL_TIME,
    );
    let shown = bus.call_method(Some(NAME), PATH, Some(NAME), "Notify", &words);
    shown.await.map_err(|error| error.to_string())?;
    Ok(())
}

/// The configuration refuses what would lead here.
#[cfg(not(all(feature = "desktop-notifications", target_os = "linux")))]
pub(super) async fn show(_: &Notice) -> Result<(), String> {
    Err("this gatepost was built without desktop notifications".into())
}
