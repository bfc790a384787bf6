//! Small things that any screen may be made of. None of them knows what an account is.

pub mod bidi;
pub mod field;
pub mod frame;
pub mod gauge;
pub mod hints;
pub mod pen;
pub mod qr;
pub mod scroll;
pub mod text;
