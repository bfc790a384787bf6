pub mod clock;
pub mod domain;
pub mod formats;
pub mod google;
pub mod loopback;
