//! Everything that ends a sign-in, and what it leaves alone.

use super::{Stage, said};
use crate::domain::client::Publishing;
use crate::domain::time::Span;

#[test]
fn revoking_takes_every_client_of_the_project_and_no_other() {
    let mut stage = Stage::new();
    let desk = stage.sign_in("desk");
    let phone = stage.token("phone");
    let lab = stage.token("lab");
    let access = desk["access_token"].as_str().unwrap();
    assert_eq!(said(&stage.post("/revoke", &[("token", access)])), "200");
    assert!(!stage.lives("desk", desk["refresh_token"].as_str().unwrap()));
    assert!(!stage.lives("phone", &phone));
    assert!(stage.lives("lab", &lab));
    let again = stage.post("/revoke", &[("token", &phone)]);
    assert_eq!(said(&again), "400 invalid_token: Token expired or revoked");
    let nothing = stage.post("/revoke", &[]);
    assert_eq!(
        said(&nothing),
        "400 invalid_request: Missing required parameter: token"
    );
}

#[test]
fn access_tokens_outlive_a_revoke_for_as_long_as_it_takes_to_spread() {
    let mut stage = Stage::new();
    stage.world.habits.revoke_delay = Span::seconds(30);
    let tokens = stage.sign_in("desk");
    let access = tokens["access_token"].as_str().unwrap();
    stage.post("/revoke", &[("token", access)]);
    assert_eq!(
        said(&stage.post("/tokeninfo", &[("access_token", access)])),
        "200"
    );
    stage.later(Span::seconds(30));
    let info = stage.post("/tokeninfo", &[("access_token", access)]);
    assert_eq!(said(&info), "400 invalid_token: Invalid Value");
}

#[test]
fn a_new_password_ends_mail_and_nothing_else() {
    let mut stage = Stage::new();
    let mail = stage.token("desk");
    let code = stage.code("lab", &[("scope", "openid email")]);
    let (_, tokens) = stage.exchange("lab", &code);
    let identity = tokens["refresh_token"].as_str().unwrap().to_owned();
    let account = stage.world.directory.account("ana@gmail.com").unwrap();
    stage.world.directory[account].password_epoch += 1;
    assert!(!stage.lives("desk", &mail));
    assert!(stage.lives("lab", &identity));
}

#[test]
fn six_idle_months_end_a_sign_in_and_use_extends_it() {
    let mut stage = Stage::new();
    let used = stage.token("desk");
    let idle = stage.token("desk");
    stage.later(Span::days(100));
    assert!(stage.lives("desk", &used));
    stage.later(Span::days(81));
    assert!(stage.lives("desk", &used));
    assert!(!stage.lives("desk", &idle));
}

#[test]
fn testing_gives_seven_days_whatever_happens_later() {
    let mut stage = Stage::new();
    let tokens = stage.sign_in("lab");
    assert_eq!(tokens["refresh_token_expires_in"], 604_799);
    let token = tokens["refresh_token"].as_str().unwrap();
    let client = stage.world.directory.client_called("lab").unwrap();
    let project = stage.world.directory[client].project;
    stage.world.directory[project].publishing = Publishing::Production;
    stage.later(Span::days(6));
    let (_, renewed) = stage.refresh("lab", token, &[]);
    assert_eq!(renewed.get("refresh_token_expires_in"), None);
    stage.later(Span::days(1));
    assert!(
        !stage.lives("lab", token),
        "use and publishing change nothing"
    );
    let fresh = stage.sign_in("lab");
    assert_eq!(fresh.get("refresh_token_expires_in"), None);
}

#[test]
fn identity_alone_is_exempt_from_the_seven_days_and_time_limits_hold_for_all() {
    let mut stage = Stage::new();
    let code = stage.code("lab", &[("scope", "openid email")]);
    let (_, tokens) = stage.exchange("lab", &code);
    assert_eq!(tokens.get("refresh_token_expires_in"), None);
    stage.world.habits.sign_in_life = Some(Span::days(30));
    let tokens = stage.sign_in("desk");
    assert_eq!(tokens["refresh_token_expires_in"], 30 * 86_400);
}

#[test]
fn beyond_the_limit_the_oldest_token_dies_without_a_word() {
    let mut stage = Stage::new();
    stage.world.habits.token_limit = 3;
    let tokens: Vec<String> = (0..4).map(|_| stage.token("desk")).collect();
    let other = stage.token("phone");
    assert!(!stage.lives("desk", &tokens[0]));
    assert!(tokens[1..].iter().all(|token| stage.lives("desk", token)));
    assert!(stage.lives("phone", &other), "the limit counts per client");
}

#[test]
fn a_rotated_token_ends_its_predecessor() {
    let mut stage = Stage::new();
    stage.world.habits.rotates = true;
    let first = stage.token("desk");
    let (_, answer) = stage.refresh("desk", &first, &[]);
    let second = answer["refresh_token"].as_str().unwrap().to_owned();
    assert!(!stage.lives("desk", &first));
    assert!(stage.lives("desk", &second));
}
