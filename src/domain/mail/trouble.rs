//! Why a mail server would not let us in. Gmail explains little: the same challenge comes for an
//! expired token, for another user's and for one without the scope, so its words are read together
//! with what Google says the token is worth.

use super::Protocol;
use crate::domain::account::Email;
use crate::domain::fault::{Diagnosis, Fault};
use crate::domain::scope::{MAIL, Scopes};

/// What a server answered in place of a welcome, made safe for a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// The `status` of the explanation that came before the refusal.
    pub status: Option<String>,
    pub words: String,
}

/// What Google says of the token that was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worth {
    Good {
        email: Option<String>,
        scopes: Scopes,
    },
    /// Google does not know it, or no longer.
    Nothing,
    /// Google could not be asked.
    Unknown,
}

/// For whom the sign-in was, and how a command calls that account.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    pub protocol: Protocol,
    pub email: &'a str,
    pub name: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Kebab-case, for programs.
    pub code: String,
    /// What happened, without a full stop.
    pub message: String,
    /// One sentence that says what helps.
    pub remedy: String,
    pub way_out: WayOut,
}

/// Who can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayOut {
    /// The person, by a new consent.
    SignIn,
    /// A setting: the mailbox's, an administrator's, or ours.
    Settings,
    /// Time, or the network.
    Later,
}

/// What Gmail's words give away by themselves.
enum Told {
    SwitchedOff,
    ByAdmin,
    TooMany,
    InBrowser,
}

/// Gmail's own sentences, in lower case, as far as they do not change.
const TELLING: [(&str, Told); 8] = [
    ("access is disabled for your domain", Told::ByAdmin),
    ("your account is not enabled for imap", Told::SwitchedOff),
    ("your account is not enabled for pop", Told::SwitchedOff),
    ("too many simultaneous connections", Told::TooMany),
    ("too many login attempts", Told::TooMany),
    (
        "account exceeded command or bandwidth limits",
        Told::TooMany,
    ),
    ("try again later", Told::TooMany),
    ("log in via your web browser", Told::InBrowser),
];

impl Asker<'_> {
    /// The cause of a refusal.
    pub fn refused(self, refusal: &Refusal, worth: &Worth) -> Trouble {
        let said = refusal.words.to_lowercase();
        let told = TELLING.iter().find(|(words, _)| said.contains(words));
        let mut trouble = match told {
            Some((_, told)) => self.by_words(told),
            None => self.by_worth(worth),
        };
        if !refusal.words.is_empty() {
            trouble.message = format!("{}: “{}”", trouble.message, refusal.words);
        }
        trouble
    }

    /// What became of the way there, or of the conversation.
    pub fn failed(self, fault: &Fault) -> Trouble {
        let (way_out, remedy) = match fault.diagnosis {
            Diagnosis::Clock => (WayOut::Later, "set this computer's clock right".to_owned()),
            Diagnosis::Portal => (
                WayOut::Later,
                format!(
                    "look at `endpoints.{}` in the configuration, and whether this network wants a login",
                    self.protocol.key()
                ),
            ),
            diagnosis if diagnosis.is_transient() => (
                WayOut::Later,
                "see what is in the way: `gatepost doctor`".into(),
            ),
            _ => (
                WayOut::Settings,
                format!(
                    "look at `endpoints.{}` in the configuration",
                    self.protocol.key()
                ),
            ),
        };
        Trouble {
            code: fault.code.clone(),
            message: fault.words(),
            remedy,
            way_out,
        }
    }

    fn by_words(self, told: &Told) -> Trouble {
        let (title, key) = (self.protocol.title(), self.protocol.key());
        match told {
            Told::SwitchedOff => Trouble {
                code: format!("{key}-disabled"),
                message: format!("{title} is switched off for this mailbox"),
                remedy: format!(
                    "switch it on in Gmail: Settings > Forwarding and POP/IMAP > Enable {title}"
                ),
                way_out: WayOut::Settings,
            },
            Told::ByAdmin => Trouble {
                code: format!("{key}-disabled-by-admin"),
                message: format!("the organisation does not allow {title}"),
                remedy: "ask the administrator: Admin console > Gmail > End User Access".into(),
                way_out: WayOut::Settings,
            },
            Told::TooMany => Trouble {
                code: "mail-throttled".into(),
                message: "Gmail limits connections to this mailbox for now".into(),
                remedy: "close mail programs that hold connections, or wait a few minutes".into(),
                way_out: WayOut::Later,
            },
            Told::InBrowser => Trouble {
                code: "web-login-required".into(),
                message: "Google wants this person to sign in with a browser first".into(),
                remedy: format!(
                    "sign in to Gmail as {} in a browser, then try again",
                    self.email
                ),
                way_out: WayOut::Settings,
            },
        }
    }

    fn by_worth(self, worth: &Worth) -> Trouble {
        let Self { email, name, .. } = self;
        let consent = |code: &str, message: String, remedy: String| Trouble {
            code: code.into(),
            message,
            remedy,
            way_out: WayOut::SignIn,
        };
        match worth {
            Worth::Nothing => consent(
                "token-refused",
                "Google does not accept this access token".into(),
                format!("sign in again: `gatepost reauth {name}`"),
            ),
            Worth::Good {
                email: Some(owner), ..
            } if !is_same(owner, email) => consent(
                "user-mismatch",
                format!("the token belongs to {owner}, not to {email}"),
                format!("sign in again as {email}: `gatepost reauth {name}`"),
            ),
            Worth::Good { scopes, .. } if !scopes.contains(MAIL) => consent(
                "mail-scope-missing",
                format!(
                    "the sign-in does not reach mail: `{MAIL}` was not granted, and no narrower scope will do"
                ),
                format!("sign in again and tick that box: `gatepost reauth {name} --scope {MAIL}`"),
            ),
            Worth::Good { .. } => {
                self.unexplained("although the token is good for this account and for mail")
            }
            Worth::Unknown => self.unexplained("and Google could not be asked why"),
        }
    }

    fn unexplained(self, but: &str) -> Trouble {
        let title = self.protocol.title();
        Trouble {
            code: "mail-refused".into(),
            message: format!("the server refused the sign-in, {but}"),
            remedy: format!(
                "see whether {title} is allowed: Gmail > Settings > Forwarding and POP/IMAP, or ask the administrator"
            ),
            way_out: WayOut::Settings,
        }
    }
}

/// Dots and capitals make no other mailbox at Gmail.
fn is_same(a: &str, b: &str) -> bool {
    match (Email::parse(a), Email::parse(b)) {
        (Ok(a), Ok(b)) => a.same_mailbox(&b),
        _ => a.eq_ignore_ascii_case(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::from_millis;

    const ANA: &str = "ana@gmail.com";
    /// What section 8.1 of the reference has for an expired token, a wrong user and a scope that
    /// lacks alike.
    const INVALID: &str = "[AUTHENTICATIONFAILED] Invalid credentials (Failure)";

    fn asker(protocol: Protocol) -> Asker<'static> {
        Asker {
            protocol,
            email: ANA,
            name: "ana",
        }
    }

    fn refused(protocol: Protocol, words: &str, worth: &Worth) -> (String, WayOut) {
        let refusal = Refusal {
            status: Some("400".into()),
            words: words.into(),
        };
        let trouble = asker(protocol).refused(&refusal, worth);
        assert!(trouble.message.contains(words), "{trouble:?}");
        assert!(!trouble.remedy.is_empty());
        (trouble.code, trouble.way_out)
    }

    fn good(email: &str, scopes: &str) -> Worth {
        Worth::Good {
            email: Some(email.into()),
            scopes: Scopes::parse(scopes),
        }
    }

    #[test]
    fn where_gmail_says_nothing_the_token_does() {
        let mail = "openid https://mail.google.com/";
        let narrow = "openid https://www.googleapis.com/auth/gmail.readonly";
        let table = [
            (Worth::Nothing, "token-refused", WayOut::SignIn),
            (good("ben@gmail.com", mail), "user-mismatch", WayOut::SignIn),
            (good(ANA, narrow), "mail-scope-missing", WayOut::SignIn),
            (good(ANA, mail), "mail-refused", WayOut::Settings),
            (
                good("A.Na@googlemail.com", mail),
                "mail-refused",
                WayOut::Settings,
            ),
            (Worth::Unknown, "mail-refused", WayOut::Settings),
        ];
        for (worth, code, way_out) in table {
            for words in [
                INVALID,
                "Lookup failed",
                "Invalid SASL argument.",
                "SASL authentication failed",
                "5.7.8 Username and Password not accepted. For more information, go to",
                "5.7.8 https://support.google.com/mail/?p=BadCredentials x1 - gsmtp",
            ] {
                let found = refused(Protocol::Imap, words, &worth);
                assert_eq!(found, (code.to_owned(), way_out), "{words}: {worth:?}");
            }
        }
    }

    #[test]
    fn where_gmail_says_why_it_is_believed() {
        let table = [
            (
                Protocol::Imap,
                "[ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)",
                "imap-disabled",
                WayOut::Settings,
            ),
            (
                Protocol::Pop,
                "[SYS/PERM] Your account is not enabled for POP access. Please visit your Gmail settings page and enable your account for POP access.",
                "pop-disabled",
                WayOut::Settings,
            ),
            (
                Protocol::Imap,
                "[ALERT] IMAP access is disabled for your domain. Please contact your domain administrator for questions about this feature. (Failure)",
                "imap-disabled-by-admin",
                WayOut::Settings,
            ),
            (
                Protocol::Pop,
                "[SYS/PERM] POP access is disabled for your domain.",
                "pop-disabled-by-admin",
                WayOut::Settings,
            ),
            (
                Protocol::Imap,
                "[ALERT] Too many simultaneous connections. (Failure)",
                "mail-throttled",
                WayOut::Later,
            ),
            (
                Protocol::Smtp,
                "4.7.0 Too many login attempts, please try again later. x1 - gsmtp",
                "mail-throttled",
                WayOut::Later,
            ),
            (
                Protocol::Imap,
                "[ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)",
                "web-login-required",
                WayOut::Settings,
            ),
        ];
        for (protocol, words, code, way_out) in table {
            // Whatever the token is worth: the same explanation comes before it.
            for worth in [Worth::Nothing, Worth::Unknown] {
                let found = refused(protocol, words, &worth);
                assert_eq!(found, (code.to_owned(), way_out), "{words}");
            }
        }
    }

    #[test]
    fn a_failure_on_the_way_keeps_its_code_and_passes_unless_it_is_ours() {
        let fault = |diagnosis, code: &str| Fault {
            diagnosis,
            code: code.into(),
            message: "localhost: something happened".into(),
            at: from_millis(0),
            retry_after: None,
        };
        for (fault, way_out) in [
            (fault(Diagnosis::Network, "unreachable"), WayOut::Later),
            (fault(Diagnosis::Clock, "tls"), WayOut::Later),
            (fault(Diagnosis::Portal, "not-a-mail-server"), WayOut::Later),
            (fault(Diagnosis::Request, "no-oauth"), WayOut::Settings),
        ] {
            let trouble = asker(Protocol::Smtp).failed(&fault);
            assert_eq!((&trouble.code, trouble.way_out), (&fault.code, way_out));
            assert_eq!(trouble.message, fault.message);
        }
    }
}
