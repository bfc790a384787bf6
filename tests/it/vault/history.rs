//! History: in order, and never too much of it.

use gatepost::domain::event::{Event, Result as Ended, What};
use gatepost::vault::HistoryQuery;

use super::*;

#[test]
fn history_is_newest_first_and_bounded() {
    let home = Home::new();
    let mut vault = home.open();
    let id = account(&mut vault, "ana@example.com");
    let event = |minutes: i64, result| {
        Change::Happened(Event {
            at: noon() + Span::minutes(minutes),
            account: Some(id),
            email: None,
            what: What::Refresh,
            result,
            code: minutes.to_string(),
            detail: String::new(),
        })
    };
    let many: Vec<_> = (0..10_100).map(|n| event(n, Ended::Done)).collect();
    vault.commit(&many).unwrap();
    vault.commit(&[event(10_100, Ended::Failed)]).unwrap();
    let all = HistoryQuery {
        limit: usize::MAX,
        ..HistoryQuery::default()
    };
    let found = vault.history(&all).unwrap();
    assert_eq!(found.len(), 10_000);
    assert_eq!(found[0].code, "10100");
    let late = HistoryQuery {
        since: Some(noon() + Span::minutes(10_099)),
        account: Some(id),
        limit: 10,
    };
    assert_eq!(vault.history(&late).unwrap().len(), 2);
    let recent = vault.read_account(id).unwrap().unwrap().recent;
    assert_eq!((recent.len(), recent[23]), (24, Ended::Failed));
    assert_eq!(vault.read().unwrap().accounts[0].recent, recent);

    vault.commit(&[event(60 * 24 * 400, Ended::Done)]).unwrap();
    assert_eq!(vault.history(&all).unwrap().len(), 1, "a year is enough");
}
