//! POST /device/code: a refusal, always. Gmail's scopes are not allowed there, and no client of
//! this world is of the type that might ask for others.

use super::super::message::{Params, Reply};
use super::World;
use super::refusal::Refusal;
use super::scopes::Scopes;

impl World {
    pub(crate) fn device_code(&self, params: &Params) -> Reply {
        let refusal = match (params.get("client_id"), params.get("scope")) {
            (None, _) => Refusal::Missing("client_id"),
            (_, None) => Refusal::Missing("scope"),
            (Some(id), _) if self.directory.client(id).is_none() => Refusal::ClientUnknown,
            (_, Some(scope)) => Scopes::parse(scope)
                .iter()
                .find(|scope| !allowed(scope))
                .map_or(Refusal::DeviceClient, |scope| {
                    Refusal::DeviceScope(scope.to_owned())
                }),
        };
        refusal.reply()
    }
}

fn allowed(scope: &str) -> bool {
    let tail = scope
        .strip_prefix("https://www.googleapis.com/auth/")
        .unwrap_or(scope);
    matches!(
        tail,
        "openid"
            | "userinfo.email"
            | "userinfo.profile"
            | "drive.appdata"
            | "drive.file"
            | "youtube"
            | "youtube.readonly"
    )
}
