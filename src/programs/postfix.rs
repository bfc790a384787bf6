//! Postfix with sasl-xoauth2: a daemon without a person, so the plugin refreshes by itself from a
//! file of its own.

use super::quoting::{shell_line, without};
use super::{Check, Facts, Needs, Program, Refusal, Snippet, System};

pub(super) const POSTFIX: Program = Program {
    name: "postfix",
    also: &["sasl-xoauth2"],
    does: "send a machine's mail, with the plugin sasl-xoauth2",
    ask_version: &["postconf", "-d", "mail_version"],
    comment: "#",
    needs: Needs::Mail,
    write,
    check: Check::Cannot(
        "it signs in only to send; `sasl-xoauth2-tool test-token-refresh FILE` tries the file",
    ),
};

const PLUGIN: &[(System, &str)] = &[
    (System::Debian, "sasl-xoauth2"),
    (System::Fedora, "sasl-xoauth2"),
    (System::Arch, "sasl-xoauth2 (from the AUR)"),
];

/// Where Postfix's own user finds it.
const FOLDER: &str = "/etc/postfix/gatepost";

/// Without one the plugin offers no mechanism at all.
const CONFIGURATION: &str = "/etc/sasl-xoauth2.conf";
const NO_CLIENT: &str = r#"{"client_id": "", "client_secret": ""}"#;

fn write(facts: &Facts) -> Result<Snippet, Refusal> {
    let odd = ["{", "}", ":", "$", "\\", "\"", "#", "=", ","];
    without("postfix", &facts.account, &odd, "these signs in a table")?;
    let file = format!("{FOLDER}/{}.json", facts.name());
    let server = format!("[{}]:{}", facts.smtp.bare_host(), facts.smtp.port);
    let trust = facts.ca_file.as_ref();
    let trust = trust.map(|file| format!("smtp_tls_CAfile = {}\n", file.replace('$', "$$")));
    let text = format!(
        "relayhost = {server}\n\
         smtp_sasl_auth_enable = yes\n\
         smtp_sasl_password_maps = inline:{{ {{ {server} = {}:{file} }} }}\n\
         smtp_sasl_security_options =\n\
         smtp_sasl_mechanism_filter = xoauth2\n\
         smtp_tls_security_level = encrypt\n\
         smtp_tls_wrappermode = yes\n{}",
        facts.account,
        trust.unwrap_or_default(),
    );
    let mut export = facts.gatepost.clone();
    export.extend(super::words(&["export", "--format", "sasl-xoauth2"]));
    export.push(facts.account.clone());
    let install = [
        "sudo",
        "install",
        "-o",
        "postfix",
        "-m",
        "600",
        "/dev/stdin",
        &file,
    ];
    let install = install.map(str::to_owned);
    let missing = (!facts.machine.has_sasl_xoauth2).then(|| {
        let how = facts.machine.system.install(PLUGIN);
        let how = how.unwrap_or_else(|| "see https://github.com/tarickb/sasl-xoauth2".into());
        format!("the SASL plugin is not here: {how}")
    });
    Ok(
        Snippet::new("/etc/postfix/main.cf, Postfix 3.0 or newer", text)
            .note(format!(
                "make its folder, in which Postfix writes: sudo install -d -o postfix -m 700 {FOLDER}"
            ))
            .note(format!(
                "and its token file: {} | {}",
                shell_line(&export),
                shell_line(&install)
            ))
            .note(format!(
                "the plugin wants a client there too, and believes the token file: [ -e {CONFIGURATION} ] || echo '{NO_CLIENT}' | sudo tee {CONFIGURATION}"
            ))
            .note("the token file holds a copy of the refresh token: keep it as you would a password")
            .note("smtp must see it: the service needs chroot `n` in master.cf")
            .lacks(missing),
    )
}
