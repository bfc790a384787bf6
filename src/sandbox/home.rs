//! `GET /`: what is here, for a person who typed the address into a browser.

use super::credentials;
use super::html::Part::{Markup, Text};
use super::html::{fill, page as framed};
use super::message::Reply;
use super::world::World;

const HOME: &str = include_str!("../../assets/sandbox/home.html");
const CLIENT: &str = include_str!("../../assets/sandbox/client.html");

pub(super) fn page(world: &World) -> Reply {
    let mut clients = String::new();
    for card in credentials::cards(world) {
        clients += &fill(
            CLIENT,
            &[
                ("name", Text(&card.name)),
                ("client_id", Text(&card.client_id)),
                ("secret", Text(card.secret.expose())),
                ("kind", Text(card.kind.as_str())),
                ("publishing", Text(card.publishing.as_str())),
            ],
        );
    }
    let body = fill(
        HOME,
        &[
            ("base_url", Text(&world.base_url)),
            ("clients", Markup(&clients)),
        ],
    );
    framed(200, "Home", &body)
}
