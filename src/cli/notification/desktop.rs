//! The desktop that shows a notification: whoever owns `org.freedesktop.Notifications` on the
//! session's bus. It knows the calls, not why they are made.

#[cfg(all(feature = "desktop-notifications", target_os = "linux"))]
pub(super) use self::bus::{server, show};
#[cfg(not(all(feature = "desktop-notifications", target_os = "linux")))]
pub(super) use self::none::{server, show};

#[cfg(all(feature = "desktop-notifications", target_os = "linux"))]
mod bus {
    use std::collections::HashMap;

    use zbus::zvariant::{DynamicType, Value};
    use zbus::{Connection, Message};

    use crate::domain::notice::Notice;

    const NAME: &str = "org.freedesktop.Notifications";
    const PATH: &str = "/org/freedesktop/Notifications";
    /// Also the name of the icon and of the desktop entry in `assets`.
    const OURS: &str = "gatepost";
    const REPLACES_NONE: u32 = 0;
    const NO_ACTIONS: [&str; 0] = [];
    /// As long as the desktop shows one of this urgency.
    const USUAL_TIME: i32 = -1;

    pub(in super::super) async fn show(notice: &Notice) -> Result<(), String> {
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
        call("Notify", &words).await.map(drop)
    }

    /// Who would show it.
    pub(in super::super) async fn server() -> Result<String, String> {
        let answer = call("GetServerInformation", &()).await?;
        let told: Result<(String, String, String, String), _> = answer.body().deserialize();
        told.map(|(name, ..)| name)
            .map_err(|error| error.to_string())
    }

    async fn call<B>(method: &str, words: &B) -> Result<Message, String>
    where
        B: serde::Serialize + DynamicType,
    {
        let bus = Connection::session()
            .await
            .map_err(|error| format!("the session's D-Bus cannot be reached: {error}"))?;
        let answer = bus.call_method(Some(NAME), PATH, Some(NAME), method, words);
        answer.await.map_err(|error| error.to_string())
    }
}

/// The configuration refuses what would lead here.
#[cfg(not(all(feature = "desktop-notifications", target_os = "linux")))]
mod none {
    use std::future::{Ready, ready};

    use crate::domain::notice::Notice;

    const WHY: &str = "this gatepost was built without desktop notifications";

    pub(in super::super) fn show(_: &Notice) -> Ready<Result<(), String>> {
        ready(Err(WHY.into()))
    }

    pub(in super::super) fn server() -> Ready<Result<String, String>> {
        ready(Err(WHY.into()))
    }
}
