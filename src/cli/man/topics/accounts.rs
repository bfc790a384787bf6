//! Clients and accounts: made, looked at, ended.

use super::{Topic, consent, online, topic};

pub(super) const TOPICS: &[Topic] = &[
    topic(
        "client",
        &[(
            "Which clients are there, and who uses them:",
            "gatepost client list",
        )],
        &[
            "gatepost-client-add",
            "gatepost-client-set",
            "gatepost-client-list",
            "gatepost-client-remove",
        ],
    ),
    topic(
        "client add",
        &[
            (
                "The first client:",
                "gatepost client add ~/Downloads/client_secret.json",
            ),
            (
                "A second one, whose project is published:",
                "gatepost client add work.json --name work --status production",
            ),
        ],
        &["gatepost-client-set", "gatepost-add"],
    ),
    topic(
        "client set",
        &[(
            "The project was published; sign-ins last now:",
            "gatepost client set default --status production",
        )],
        &["gatepost-client-add", "gatepost-client-list"],
    ),
    topic(
        "client list",
        &[("For a script:", "gatepost client list --json")],
        &["gatepost-client-add"],
    ),
    topic(
        "client remove",
        &[
            ("One that nobody uses:", "gatepost client remove work"),
            (
                "A service account's key, which goes on at Google:",
                "gatepost client remove robot@my-project.iam.gserviceaccount.com",
            ),
        ],
        &["gatepost-client-list", "gatepost-remove"],
    ),
    consent(
        "add",
        &[
            ("In the browser:", "gatepost add ana@gmail.com --label home"),
            (
                "On a machine without one: open the link elsewhere and paste the address that it ends at.",
                "gatepost add ana@gmail.com --no-browser",
            ),
        ],
        &["gatepost-client-add", "gatepost-reauth", "gatepost-import"],
    ),
    consent(
        "reauth",
        &[
            ("Sign in again:", "gatepost reauth ana@gmail.com"),
            (
                "With another client:",
                "gatepost reauth ana@gmail.com --client work",
            ),
        ],
        &["gatepost-add", "gatepost-status"],
    ),
    topic(
        "list",
        &[
            (
                "Addresses that a person must look after, with jq(1):",
                "gatepost list --json | jq -r '.[] | select(.state == \"revoked\").email'",
            ),
            ("Keep it on a screen:", "gatepost list --watch"),
        ],
        &["gatepost-status"],
    ),
    topic(
        "status",
        &[
            (
                "What is wrong with one, and what helps:",
                "gatepost status ana@gmail.com",
            ),
            (
                "For a status bar:",
                "gatepost status --format 'mail {needing}/{accounts}'",
            ),
        ],
        &["gatepost-list", "gatepost-doctor"],
    ),
    topic(
        "label",
        &[
            ("A short name:", "gatepost label ana@gmail.com home"),
            ("Take it away:", "gatepost label home ''"),
        ],
        &["gatepost-list"],
    ),
    topic(
        "pause",
        &[("For the holidays:", "gatepost pause work")],
        &["gatepost-resume", "gatepost-refresh"],
    ),
    topic(
        "resume",
        &[("And afterwards:", "gatepost resume work")],
        &["gatepost-pause", "gatepost-refresh"],
    ),
    online(
        "revoke",
        &[("End it everywhere:", "gatepost revoke ana@gmail.com")],
        &["gatepost-remove", "gatepost-pause"],
    ),
    topic(
        "remove",
        &[(
            "Forget it on this machine only:",
            "gatepost remove ana@gmail.com",
        )],
        &["gatepost-revoke"],
    ),
    topic(
        "log",
        &[("Since yesterday:", "gatepost log ana@gmail.com --since 24h")],
        &["gatepost-status"],
    ),
];
