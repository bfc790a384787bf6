//! Emacs: auth-source asks gatepost whenever Gnus, mu4e (through smtpmail) or anything else wants
//! the password of one of the two servers.

use super::quoting::{string, strings};
use super::{Check, Facts, Needs, Program, Refusal, Snippet};

pub(super) const EMACS: Program = Program {
    name: "emacs",
    also: &["auth-source", "gnus", "mu4e", "smtpmail"],
    does: "read mail in Gnus, send it from Gnus and mu4e",
    ask_version: &["emacs", "--version"],
    comment: ";;",
    needs: Needs::Mail,
    write,
    check: Check::Cannot(
        "it signs in only to read or send; `M-x smtpmail-send-queued-mail` or `M-x gnus` tries it",
    ),
};

fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    if let Some(found) = facts.version.as_ref().filter(|v| v.is_before(&[27])) {
        return Err(Refusal::TooOld {
            program: "Emacs",
            found: found.clone(),
            needed: "27",
        });
    }
    let account = string(&facts.account);
    let (imap, smtp) = (
        string(facts.imap.bare_host()),
        string(facts.smtp.bare_host()),
    );
    let command = strings(&facts.call(&["token"])).replace(", ", " ");
    let text = format!(
        r#"(require 'auth-source)
(require 'smtpmail)

(cl-defun gatepost-search (&rest spec &key host user &allow-other-keys)
  (let ((wanted (if (listp host) host (list host))))
    (when (and (seq-intersection wanted '({imap} {smtp}))
               (or (memq user '(nil t)) (member {account} (if (listp user) user (list user)))))
      (list (list :host (car wanted) :user {account}
                  :secret (lambda () (car (process-lines {command}))))))))

(defvar gatepost-backend
  (auth-source-backend :source "gatepost" :type 'gatepost :search-function #'gatepost-search))
(add-hook 'auth-source-backend-parser-functions
          (lambda (entry) (when (eq entry 'gatepost) gatepost-backend)))
(add-to-list 'auth-sources 'gatepost)

(add-to-list 'smtpmail-auth-supported 'xoauth2)
(setq smtpmail-smtp-server {smtp}
      smtpmail-smtp-service {smtp_port}
      smtpmail-stream-type 'ssl
      smtpmail-smtp-user {account}
      send-mail-function #'smtpmail-send-it
      message-send-mail-function #'smtpmail-send-it
      gnus-select-method
      '(nnimap {account}
               (nnimap-address {imap})
               (nnimap-server-port {imap_port})
               (nnimap-stream ssl)
               (nnimap-user {account})
               (nnimap-authenticator xoauth2)))
"#,
        smtp_port = facts.smtp.port,
        imap_port = facts.imap.port,
    );
    Ok(Snippet::new("~/.emacs.d/init.el", text)
        .note("mu4e reads what mbsync or offlineimap fetched: set one of those up as well"))
}
