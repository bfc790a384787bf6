//! What usually lies behind an error code, for whoever reads the history. What an answer means for
//! an account is decided elsewhere; this only helps a person to guess.

/// In a few words, without a full stop; nothing for codes that speak for themselves.
pub fn causes(code: &str) -> Option<&'static str> {
    Some(match code {
        "invalid_grant" => {
            "access removed in the Google account, a changed password, the seven-day limit of a \
             project in Testing, or half a year without use"
        }
        "invalid_rapt" | "rapt_required" => {
            "the organisation wants a new sign-in every so many hours"
        }
        "invalid_client" => "a client secret that was replaced, or a client ID with a typing error",
        "deleted_client" | "disabled_client" => {
            "somebody deleted or disabled the OAuth client or its project in the Google console"
        }
        "unauthorized_client" => "the sign-in was made with another OAuth client",
        "admin_policy_enforced" | "org_internal" | "access_denied" => {
            "an administrator does not let this app in, or the app is for one organisation only"
        }
        "invalid_scope" => "a permission that was never granted to this sign-in",
        "rate_limit_exceeded" | "throttled" => "too many requests in a short time",
        "backend_error"
        | "internal_failure"
        | "server_error"
        | "server-error"
        | "temporarily_unavailable" => "a disturbance at Google that passes by itself",
        "timeout" | "unreachable" | "dns" => {
            "no network, a firewall or proxy in the way, or a computer that just woke up"
        }
        "tls" => "a company proxy that opens connections, or a clock that is wrong",
        "not-json" | "too-large" => "a network's own sign-in page, or a proxy that answers itself",
        "proxy-auth" => "a proxy that wants a name and a password",
        "api-not-enabled" => "the Gmail API is not switched on in the Google project",
        "no-mailbox" => "a Google account without Gmail",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_codes_are_explained_and_unknown_ones_are_not_made_up() {
        assert!(causes("invalid_grant").is_some_and(|c| c.contains("seven-day")));
        assert_eq!(causes(""), None);
        assert_eq!(causes("something_new"), None);
    }

    #[test]
    fn codes_of_our_own_are_spelt_as_in_the_closed_list() {
        let known = crate::domain::problem::OWN_CODES;
        for code in [
            "server-error",
            "throttled",
            "timeout",
            "unreachable",
            "dns",
            "tls",
        ] {
            assert!(known.contains(&code) && causes(code).is_some(), "{code}");
        }
        for code in [
            "not-json",
            "too-large",
            "proxy-auth",
            "api-not-enabled",
            "no-mailbox",
        ] {
            assert!(known.contains(&code) && causes(code).is_some(), "{code}");
        }
    }
}
