//! What a hook finds in its environment, and what others see of the process that runs it, even where
//! whoever started us has a token in a variable.

use std::time::{Duration, Instant};

use super::{Stdout, Watched};

#[test]
fn no_hook_is_handed_a_secret() {
    let mut home = Watched::new();
    let ana = "ana@gmail.com";
    let seen = home.sealed.path("seen");
    let config = format!(
        "[hooks]\non_refreshed = ['/bin/sh', '-c', 'cat /proc/$$/environ /proc/$PPID/environ \
         /proc/$PPID/cmdline > {0}.part; mv {0}.part {0}']\n",
        seen.display()
    );
    home.sealed.write(".config/gatepost/config.toml", &config);
    let token = home.run_with(&["token", ana], Stdout::ItsOwn, 0).stdout;
    let mut command = home.sealed.command(&["refresh", ana]);
    command
        .env("GATEPOST_ACCESS_TOKEN", token.trim())
        .env("MINE", format!("Bearer {}", token.trim()))
        .env("OTHER", "stays");
    assert!(command.status().unwrap().success());
    let begun = Instant::now();
    while !seen.exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "no hook ran");
        std::thread::sleep(Duration::from_millis(10));
    }
    let seen = std::fs::read(&seen).unwrap();
    home.learn_tokens(", refreshed");
    home.marks
        .assert_none_in("the environment of a hook", &seen);
    let text = String::from_utf8_lossy(&seen);
    assert!(text.contains("GATEPOST_ACCOUNT=ana@gmail.com") && text.contains("OTHER=stays"));
    assert!(!text.contains("GATEPOST_ACCESS_TOKEN") && !text.contains("MINE="));
}
