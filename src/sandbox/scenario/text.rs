//! How a scenario's words become values.

use serde::de::{Deserialize, Deserializer, Error};

use crate::domain::client::{ClientKind, Publishing};
use crate::domain::event::{Result as Ending, What};
use crate::domain::fault::Diagnosis;
use crate::domain::health::State;
use crate::domain::time::{Span, parse_span};

fn word<'de, T, D: Deserializer<'de>>(
    source: D,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, D::Error> {
    let text = String::deserialize(source)?;
    parse(&text).ok_or_else(|| D::Error::custom(format!("unknown word `{text}`")))
}

pub(crate) fn publishing<'de, D: Deserializer<'de>>(source: D) -> Result<Publishing, D::Error> {
    word(source, Publishing::parse)
}

pub(crate) fn kind<'de, D: Deserializer<'de>>(source: D) -> Result<ClientKind, D::Error> {
    word(source, ClientKind::parse)
}

pub(crate) fn diagnosis<'de, D: Deserializer<'de>>(source: D) -> Result<Diagnosis, D::Error> {
    word(source, Diagnosis::parse)
}

pub(crate) fn what<'de, D: Deserializer<'de>>(source: D) -> Result<What, D::Error> {
    word(source, What::parse)
}

pub(crate) fn ending<'de, D: Deserializer<'de>>(source: D) -> Result<Ending, D::Error> {
    word(source, Ending::parse)
}

pub(crate) fn state<'de, D: Deserializer<'de>>(source: D) -> Result<State, D::Error> {
    word(source, |text| {
        State::ALL.into_iter().find(|state| state.as_str() == text)
    })
}

/// `41d`, or `-2h` for what is past.
pub(crate) fn span<'de, D: Deserializer<'de>>(source: D) -> Result<Span, D::Error> {
    word(source, |text| match text.strip_prefix('-') {
        Some(text) => parse_span(text).ok().map(|span| -span),
        None => parse_span(text).ok(),
    })
}

pub(crate) fn some_span<'de, D: Deserializer<'de>>(source: D) -> Result<Option<Span>, D::Error> {
    span(source).map(Some)
}

pub(crate) fn yes() -> bool {
    true
}

pub(crate) fn done() -> Ending {
    Ending::Done
}
