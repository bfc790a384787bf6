pub mod clock;
pub mod domain;
pub mod config;
pub mod formats;
pub mod google;
pub mod loopback;
pub mod sandbox;
pub mod vault;
