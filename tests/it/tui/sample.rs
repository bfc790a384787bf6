//! A small world, made by hand: one account in every state, at a fixed moment.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use gatepost::domain::account::{AccountId, ClientId, GrantId};
use gatepost::domain::cause::{Cause, CauseKind};
use gatepost::domain::client::{Client, ClientKind, Publishing};
use gatepost::domain::event::{Event, Result, What};
use gatepost::domain::fault::{Diagnosis, Fault};
use gatepost::domain::grant::{Access, Backoff, Facts, Grant};
use gatepost::domain::scope::{MAIL, Scopes};
use gatepost::domain::snapshot::{AccountView, Busy, Checked, Handout, Snapshot, VaultView};
use gatepost::domain::time::{Span, Timestamp, from_millis};
use gatepost::tui::app::{App, Look, Place};
use gatepost::tui::glyphs;
use gatepost::tui::message::{Effect, Msg};
use gatepost::tui::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

/// Mon 23 Nov 2026, 14:02:11 UTC.
pub(crate) fn now() -> Timestamp {
    from_millis(1_795_442_531_000)
}

pub(crate) fn account(id: i64, email: &str, left_seconds: i64) -> AccountView {
    let now = now();
    let obtained_at = now - Span::seconds(3_600 - left_seconds);
    AccountView {
        id: AccountId(id),
        email: email.into(),
        sub: format!("1{id:020}"),
        label: None,
        client: Some("default".into()),
        facts: Facts {
            grant: Some(Grant {
                id: GrantId(id),
                client: ClientId(1),
                requested: Scopes::parse(MAIL).with_identity(),
                granted: Scopes::parse(MAIL).with_identity(),
                token_endpoint: "https://oauth2.googleapis.com/token".into(),
                granted_at: Some(now - Span::days(20)),
                expires_at: None,
                has_refresh_token: true,
                verified: true,
            }),
            access: Some(Access {
                obtained_at,
                expires_at: obtained_at + Span::hours(1),
            }),
            last_refresh_at: Some(obtained_at),
            last_used_at: Some(obtained_at),
            ..Facts::default()
        },
        cause: None,
        busy: None,
        next_refresh_at: Some(obtained_at + Span::minutes(55)),
        recent: vec![Result::Done; 9],
        handed_out: Vec::new(),
        checked: None,
        dies_with: Vec::new(),
    }
}

fn fault(diagnosis: Diagnosis, code: &str, message: &str, ago: Span) -> Fault {
    Fault {
        diagnosis,
        code: code.into(),
        message: message.into(),
        at: now() - ago,
        retry_after: None,
    }
}

fn revoked() -> AccountView {
    let mut archive = account(1, "old.archive@gmail.com", -500);
    archive.facts.access = None;
    archive.facts.fault = Some(fault(
        Diagnosis::Reauth,
        "invalid_grant",
        "Token has been expired or revoked.",
        Span::minutes(4),
    ));
    archive.cause = Some(Cause {
        kind: CauseKind::Withdrawn,
        text: "likely withdrawn in the Google account".into(),
        facts: vec!["it worked 58m before".into()],
    });
    archive.next_refresh_at = None;
    archive
}

fn ending() -> AccountView {
    let mut lab = account(2, "lab.testing@gmail.com", 47 * 60 + 12);
    let grant = lab.facts.grant.as_mut().unwrap();
    grant.expires_at = Some(now() + Span::hours(28) + Span::minutes(18));
    grant.granted_at = grant.expires_at.map(|end| end - Span::days(7));
    lab.label = Some("lab".into());
    lab.checked = Some(Checked {
        at: now() - Span::minutes(3),
        ok: true,
        line: "tokeninfo, userinfo and Gmail agree".into(),
    });
    lab
}

fn retrying() -> AccountView {
    let mut shop = account(3, "shop@example.com", -130);
    shop.facts.fault = Some(fault(
        Diagnosis::Upstream,
        "backend_error",
        "503 from the token endpoint",
        Span::seconds(40),
    ));
    shop.facts.backoff = Some(Backoff {
        failures: 3,
        next_try_at: now() + Span::seconds(24),
    });
    shop.next_refresh_at = Some(now() + Span::seconds(24));
    shop.recent = vec![Result::Done, Result::Done, Result::Failed];
    shop
}

/// Seven accounts, as in the drawing.
pub(crate) fn snapshot() -> Snapshot {
    let mut work = account(5, "ana.work@example.com", 58 * 60 + 7);
    work.label = Some("work".into());
    work.handed_out = vec![
        Handout {
            program: "mbsync".into(),
            at: now() - Span::minutes(4),
        },
        Handout {
            program: "msmtp".into(),
            at: now() - Span::hours(1),
        },
    ];
    work.dies_with = vec!["ana@gmail.com".into()];
    let mut paused = account(7, "newsletter@gmail.com", -9 * 86_400);
    paused.facts.paused = true;
    paused.facts.last_refresh_at = Some(now() - Span::days(41));
    paused.facts.last_used_at = Some(now() - Span::days(41));
    paused.facts.grant.as_mut().unwrap().granted_at = Some(now() - Span::days(100));
    paused.next_refresh_at = None;
    let mut billing = account(4, "billing@example.com", 3 * 60 + 51);
    billing.busy = Some(Busy::Refreshing);
    let accounts = vec![
        revoked(),
        ending(),
        retrying(),
        billing,
        work,
        account(6, "ana@gmail.com", 31 * 60 + 40),
        paused,
    ];
    Snapshot {
        accounts: accounts.into_iter().map(Arc::new).collect(),
        clients: vec![client()],
        vault: VaultView {
            path: "/home/ana/.local/share/gatepost/vault.db".into(),
            key: "key file",
            key_file: Some("/home/ana/.config/gatepost/vault.key".into()),
            passed_over: None,
        },
        events: events(),
        ..Snapshot::default()
    }
}

pub(crate) fn client() -> Client {
    Client {
        id: ClientId(1),
        name: "default".into(),
        client_id: "849301-8d1k.apps.googleusercontent.com".into(),
        kind: ClientKind::Installed,
        project: Some("mail-tools".into()),
        publishing: Publishing::Production,
        auth_uri: None,
        token_uri: None,
        redirect_uris: vec!["http://localhost".into()],
        fault: None,
        added_at: now() - Span::days(200),
    }
}

fn events() -> Vec<Arc<Event>> {
    let event = |ago: i64, id: i64, email: &str, what, result, code: &str, detail: &str| {
        Arc::new(Event {
            at: now() - Span::seconds(ago),
            account: Some(AccountId(id)),
            email: Some(email.into()),
            what,
            result,
            code: code.into(),
            detail: detail.into(),
        })
    };
    vec![
        event(
            13,
            3,
            "shop@example.com",
            What::Refresh,
            Result::Failed,
            "backend_error",
            "503 from the token endpoint, next try in 24s",
        ),
        event(
            59,
            5,
            "ana.work@example.com",
            What::Refresh,
            Result::Done,
            "",
            "in 181 ms, good for 59:59",
        ),
        event(
            151,
            2,
            "lab.testing@gmail.com",
            What::Verify,
            Result::Done,
            "",
            "tokeninfo, userinfo and Gmail agree",
        ),
        event(
            248,
            1,
            "old.archive@gmail.com",
            What::Refresh,
            Result::Refused,
            "invalid_grant",
            "Token has been expired or revoked.",
        ),
        event(
            1_721,
            6,
            "ana@gmail.com",
            What::Refresh,
            Result::Done,
            "",
            "in 204 ms, good for 59:59",
        ),
        event(
            2_000,
            7,
            "newsletter@gmail.com",
            What::Pause,
            Result::Done,
            "",
            "by you",
        ),
    ]
}

pub(crate) fn place() -> Place {
    Place {
        offset: chrono::FixedOffset::east_opt(0).unwrap(),
        remote: false,
        login: Some("ana@box".into()),
    }
}

pub(crate) fn look() -> Look {
    Look {
        theme: Theme::ansi(),
        glyphs: &glyphs::UNICODE,
        motion: true,
    }
}

pub(crate) fn app_of(snapshot: Snapshot) -> App {
    App::new(Arc::new(snapshot), look(), place(), now())
}

pub(crate) fn app() -> App {
    app_of(snapshot())
}

pub(crate) fn key(code: KeyCode) -> Msg {
    Msg::Key(KeyEvent::new(code, KeyModifiers::NONE))
}

pub(crate) fn ctrl(letter: char) -> Msg {
    Msg::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL))
}

/// Types `keys` one after another, `Esc`, `Enter` and `Tab` by their names in angle brackets.
pub(crate) fn press(app: &mut App, keys: &str) -> Vec<Effect> {
    press_at(app, keys, now())
}

pub(crate) fn press_at(app: &mut App, keys: &str, at: Timestamp) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut rest = keys;
    while !rest.is_empty() {
        let named = [
            ("<Esc>", KeyCode::Esc),
            ("<Enter>", KeyCode::Enter),
            ("<Tab>", KeyCode::Tab),
            ("<Down>", KeyCode::Down),
        ];
        let found = named.iter().find(|(name, _)| rest.starts_with(name));
        let letter = rest.chars().next().unwrap_or_default();
        let plain = (KeyCode::Char(letter), letter.len_utf8());
        let (code, len) = found.map_or(plain, |(name, code)| (*code, name.len()));
        rest = &rest[len..];
        effects.extend(app.update(key(code), at));
    }
    effects
}

pub(crate) fn drawn_at(app: &mut App, width: u16, height: u16, at: Timestamp) -> Buffer {
    app.update(Msg::Resize(width, height), at);
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal
        .draw(|frame| gatepost::tui::view::view(app, at, frame))
        .unwrap();
    terminal.backend().buffer().clone()
}

pub(crate) fn drawn(app: &mut App, width: u16, height: u16) -> Buffer {
    drawn_at(app, width, height, now())
}

/// The screen as text, one line per row, without trailing spaces.
pub(crate) fn text(buffer: &Buffer) -> String {
    let mut lines = Vec::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
                skip = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
            } else {
                skip -= 1;
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

pub(crate) fn picture(app: &mut App, width: u16, height: u16) -> String {
    text(&drawn(app, width, height))
}
