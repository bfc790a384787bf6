//! What Google shows in the browser when it will not go on. The waiting program is never told.

/// An error that ends in the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorPage {
    pub status: u16,
    pub error: &'static str,
    pub words: String,
}

impl ErrorPage {
    pub(crate) fn new(status: u16, error: &'static str, words: impl Into<String>) -> Self {
        Self {
            status,
            error,
            words: words.into(),
        }
    }

    /// 400 `invalid_request`, the error of every malformed address.
    pub(crate) fn invalid(words: impl Into<String>) -> Self {
        Self::new(400, "invalid_request", words)
    }

    pub(crate) fn missing(name: &str) -> Self {
        Self::invalid(format!("Missing required parameter: {name}"))
    }
}

impl std::fmt::Display for ErrorPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Error {}: {}: {}", self.status, self.error, self.words)
    }
}

impl std::error::Error for ErrorPage {}
