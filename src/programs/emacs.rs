//! Emacs: auth-source asks gatepost whenever Gnus, mu4e (through smtpmail) or anything else wants
//! the password of one of the two servers.

use super::quoting::string;
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
    let command = facts.call(&["token"]);
    let command: Vec<_> = command.iter().map(|word| string(word)).collect();
    let command = command.join(" ");
    let trust = facts.ca_file.as_ref();
    let trust = trust.map(|file| {
        let file = string(file);
        format!("(require 'gnutls)\n(add-to-list 'gnutls-trustfiles {file})\n")
    });
    let text = format!(
        r#"(require 'cl-lib)
(require 'auth-source)
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

;; Gnus breaks long tokens into lines, which no server understands.
(advice-add 'nnimap-login :around
            (lambda (login &rest arguments)
              (cl-letf* ((encode (symbol-function 'base64-encode-string))
                         ((symbol-function 'base64-encode-string)
                          (lambda (text &rest _) (funcall encode text t))))
                (apply login arguments))))

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
{trust}"#,
        trust = trust.unwrap_or_default(),
        smtp_port = facts.smtp.port,
        imap_port = facts.imap.port,
    );
    Ok(Snippet::new("~/.emacs.d/init.el", text)
        .note("mu4e reads what mbsync or offlineimap fetched: set one of those up as well"))
}
