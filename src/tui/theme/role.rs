//! What a thing on the screen is. A theme file says how each of these looks, under the names given
//! here; a view asks for one and never for a colour.

use crate::domain::health::State;

/// Declares the roles together with the names they have in a theme file.
macro_rules! roles {
    ($($role:ident = $name:literal),+ $(,)?) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role { $($role),+ }

        impl Role {
            pub const ALL: &'static [Self] = &[$(Self::$role),+];

            pub fn name(self) -> &'static str {
                match self { $(Self::$role => $name),+ }
            }
        }
    };
}

roles! {
    Text = "text", Dim = "text-dim", Strong = "text-strong",
    Border = "border", Focus = "border-focus", Title = "title",
    Cursor = "cursor", Mark = "mark", Match = "match", Key = "key", Link = "link",
    Ok = "state-ok", Due = "state-due", Busy = "state-busy",
    Warn = "state-warn", Bad = "state-bad", Off = "state-off",
    WarnWord = "state-warn-word", BadWord = "state-bad-word",
    GaugeFull = "gauge-full", GaugeLow = "gauge-low", GaugeEmpty = "gauge-empty",
    ToastInfo = "toast-info", ToastWarn = "toast-warn", ToastBad = "toast-bad",
    Input = "input", InputError = "input-error", Danger = "danger", Masked = "masked", Qr = "qr",
}

impl Role {
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }

    /// The mark in front of a state's word.
    pub fn of(state: State) -> Self {
        match state {
            State::Revoked | State::Reauth | State::Blocked => Self::Bad,
            State::Limited | State::Ending | State::Retrying => Self::Warn,
            State::SignedOut | State::Paused => Self::Off,
            State::Expired | State::Due => Self::Due,
            State::Ready => Self::Ok,
        }
    }

    /// The word itself: weight only, so that a bad palette cannot hide it.
    pub fn of_word(state: State) -> Self {
        match Self::of(state) {
            Self::Bad => Self::BadWord,
            Self::Warn => Self::WarnWord,
            _ => Self::Text,
        }
    }
}
