//! Google's own error pages: they are shown in the browser and never come back here, so nobody but
//! the person knows of them. Quotes what stands on them; decides nothing by it.

/// What stands on the page, and what to do about it.
pub(super) const PAGES: [(&str, &str); 11] = [
    (
        "invalid_client",
        "The client ID is wrong or its client was deleted: add its JSON again.",
    ),
    (
        "deleted_client, disabled_client",
        "See Google Auth Platform > Clients; a deleted one can be restored for 30 days.",
    ),
    (
        "redirect_uri_mismatch",
        "A web client, or an address that is not registered: make a Desktop client.",
    ),
    (
        "invalid_request, Missing required parameter",
        "The link was cut or broken on its way: copy it whole.",
    ),
    (
        "invalid_request, Access blocked",
        "This kind of client may not sign in this way: make a Desktop client.",
    ),
    (
        "invalid_scope",
        "A permission is misspelt: see consent.scopes in the configuration.",
    ),
    (
        "access_denied, has not completed verification",
        "The app is in Testing: add the address under Audience > Test users.",
    ),
    (
        "org_internal",
        "The app is for its own organisation only: External audience, or another account.",
    ),
    (
        "admin_policy_enforced, access_not_configured",
        "The organisation's administrator has to trust the client ID.",
    ),
    (
        "rate_limit_exceeded",
        "Too many new sign-ins for this project: wait.",
    ),
    (
        "restricted_client",
        "The project may not ask for these permissions: ask its owner.",
    ),
];

/// What to do about an error that came back after all, if it is one of these.
pub(super) fn remedy(error: &str) -> Option<&'static str> {
    let code = error.split(',').next_back()?.trim();
    // A person's own no is called `access_denied` too, and has nothing to do with the page.
    let (_, means) = PAGES
        .iter()
        .find(|(page, _)| page.split(", ").any(|name| name == code) && code != DENIED)?;
    Some(means)
}

/// Google's word for a person who pressed Cancel.
const DENIED: &str = "access_denied";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_that_came_back_finds_its_page_and_a_no_does_not() {
        assert!(remedy("access_denied").is_none());
        assert!(remedy("access_denied, access_denied_user").is_none());
        assert!(remedy("org_internal").is_some_and(|r| r.contains("organisation")));
        assert!(remedy("access_denied, access_not_configured").is_some());
    }
}
