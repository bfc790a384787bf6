//! Clients and labels: what must be unique, and what may go when.

use gatepost::domain::client::Publishing;
use gatepost::vault::{PutClient, VaultErrorKind};

use super::*;

#[test]
fn clients_are_updated_by_their_id_and_removed_only_when_free() {
    let home = Home::new();
    let mut vault = home.open();
    let ana = account(&mut vault, "ana@example.com");
    let id = client(&mut vault);
    let fault = Some(fault(Diagnosis::ClientBad, noon()));
    vault
        .commit(&[Change::ClientFault {
            id,
            fault: fault.clone(),
        }])
        .unwrap();
    assert_eq!(facts(&vault, ana).client.fault, fault);

    let newer = NewClient {
        name: "ignored".into(),
        secret: Some(Secret::new("replaced")),
        publishing: Some(Publishing::Testing),
        ..new_client("default")
    };
    let later = noon() + Span::hours(1);
    assert_eq!(
        vault.put_client(&newer, later).unwrap(),
        PutClient::Updated(id)
    );
    assert_eq!(
        vault.client_secret(id).unwrap().unwrap().expose(),
        "replaced"
    );
    assert_eq!(facts(&vault, ana).client.fault, None);
    assert_eq!(facts(&vault, ana).client.publishing, Publishing::Testing);
    vault.commit(&[Change::ClientFault { id, fault }]).unwrap();
    assert_eq!(
        facts(&vault, ana).client.fault,
        None,
        "a refusal of the old secret"
    );

    let namesake = NewClient {
        client_id: "other".into(),
        ..new_client("default")
    };
    let error = vault.put_client(&namesake, noon()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is already a client called `default`"
    );
    let error = vault.remove_client(id).unwrap_err();
    assert_eq!(
        error.to_string(),
        "client `default` is in use by ana@example.com"
    );
    vault
        .commit(&[Change::SignedOut {
            id: ana,
            at: noon(),
        }])
        .unwrap();
    vault.remove_client(id).unwrap();
    assert!(vault.read().unwrap().clients.is_empty());
    assert_eq!(
        vault.remove_client(id).unwrap_err().kind(),
        VaultErrorKind::Missing
    );
}

#[test]
fn labels_are_unique() {
    let home = Home::new();
    let mut vault = home.open();
    let ana = account(&mut vault, "ana@example.com");
    let bob = account(&mut vault, "bob@example.com");
    let label = |id| Change::Label {
        id,
        label: Some("work".into()),
    };
    vault.commit(&[label(ana)]).unwrap();
    vault.commit(&[label(ana)]).unwrap();
    let error = vault.commit(&[label(bob)]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is already an account labelled `work`"
    );
    assert_eq!(error.kind(), VaultErrorKind::Conflict);
}
