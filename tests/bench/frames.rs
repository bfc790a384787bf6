//! What one frame and one snapshot cost, with a dozen accounts and with ten thousand.
//! Aims: a frame at 120x32 within 0.35 ms whatever the number, a snapshot of 10,000 within 5 ms.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use gatepost::domain::account::{AccountId, ClientId, GrantId};
use gatepost::domain::grant::{Access, Facts, Grant};
use gatepost::domain::scope::{MAIL, Scopes};
use gatepost::domain::secret::Secret;
use gatepost::domain::snapshot::{AccountView, Snapshot};
use gatepost::domain::time::{Span, Timestamp, from_millis};
use gatepost::tui::app::{App, Look, Place};
use gatepost::tui::glyphs;
use gatepost::tui::message::Msg;
use gatepost::tui::theme::Theme;
use gatepost::tui::view::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn now() -> Timestamp {
    from_millis(1_795_442_531_000)
}

fn account(id: i64) -> AccountView {
    let scopes = Scopes::parse(MAIL).with_identity();
    let obtained_at = now() - Span::seconds(id * 37 % 3_000);
    AccountView {
        id: AccountId(id),
        email: format!("user{id}@example.com"),
        sub: id.to_string(),
        label: (id % 4 == 0).then(|| format!("label {id}")),
        client: Some("default".into()),
        facts: Facts {
            grant: Some(Grant {
                id: GrantId(id),
                client: ClientId(1),
                requested: scopes.clone(),
                granted: scopes,
                token_endpoint: "https://oauth2.googleapis.com/token".into(),
                granted_at: Some(obtained_at),
                expires_at: (id % 50 == 0).then(|| now() + Span::hours(id % 90)),
                has_refresh_token: id % 200 != 0,
                verified: true,
            }),
            access: Some(Access {
                obtained_at,
                expires_at: obtained_at + Span::hours(1),
            }),
            last_refresh_at: Some(obtained_at),
            ..Facts::default()
        },
        cause: None,
        busy: None,
        next_refresh_at: Some(obtained_at + Span::minutes(55)),
        recent: Vec::new(),
        handed_out: Vec::new(),
        checked: None,
        dies_with: Vec::new(),
    }
}

fn snapshot(accounts: i64) -> Arc<Snapshot> {
    Arc::new(Snapshot {
        accounts: (1..=accounts).map(|id| Arc::new(account(id))).collect(),
        ..Snapshot::default()
    })
}

fn app(snapshot: Arc<Snapshot>) -> App {
    let look = Look {
        theme: Theme::ansi(),
        glyphs: &glyphs::UNICODE,
        motion: true,
    };
    let place = Place {
        offset: chrono::FixedOffset::east_opt(0).unwrap(),
        remote: false,
        login: None,
    };
    let mut app = App::new(snapshot, look, place, now());
    app.update(Msg::Resize(120, 32), now());
    app
}

fn frames(criterion: &mut Criterion) {
    for accounts in [12, 10_000] {
        let snapshot = snapshot(accounts);
        let mut app = app(snapshot.clone());
        let mut terminal = Terminal::new(TestBackend::new(120, 32)).unwrap();
        criterion.bench_function(&format!("frame 120x32, {accounts} accounts"), |bench| {
            bench.iter(|| {
                terminal
                    .draw(|frame| view(black_box(&app), now(), frame))
                    .map(|_| ())
            });
        });
        criterion.bench_function(&format!("tick, {accounts} accounts"), |bench| {
            bench.iter(|| app.update(Msg::Tick, black_box(now())));
        });
        criterion.bench_function(&format!("snapshot, {accounts} accounts"), |bench| {
            bench.iter(|| app.update(Msg::Snapshot(snapshot.clone()), black_box(now())));
        });
    }
}

/// Two keystrokes in the filter and a frame: everyone is looked at anew after each. Aim: with ten
/// thousand accounts well within the 16 ms that a person does not notice.
fn filters(criterion: &mut Criterion) {
    let mut app = app(snapshot(10_000));
    let mut terminal = Terminal::new(TestBackend::new(120, 32)).unwrap();
    let key = |code| Msg::Key(KeyEvent::new(code, KeyModifiers::NONE));
    for filter in ["usr77", "!state:ready access<30m", "label:9 ending<3d user"] {
        app.update(key(KeyCode::Char('/')), now());
        app.update(Msg::Paste(Secret::new(filter.to_owned())), now());
        criterion.bench_function(&format!("two keystrokes in `{filter}`"), |bench| {
            bench.iter(|| {
                app.update(key(KeyCode::Backspace), black_box(now()));
                app.update(key(KeyCode::Char('1')), black_box(now()));
                terminal.draw(|frame| view(&app, now(), frame)).map(|_| ())
            });
        });
        app.update(key(KeyCode::Esc), now());
    }
}

criterion_group!(benches, frames, filters);
criterion_main!(benches);
