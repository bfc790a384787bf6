//! The passphrase at a real terminal: asked for before anything else is shown, never echoed, and
//! the terminal is as it was afterwards, even when the person gives up.

use rustix::process::{Pid, Signal, kill_process};

use crate::support::pty::Terminal;

const WORD: &str = "correct horse";

/// A shell in a terminal, so that several programs run in one home and its echo can be looked at.
fn shell() -> Terminal {
    let mut terminal = Terminal::program(
        "sh",
        100,
        30,
        &[],
        &[("GATEPOST_VAULT_KEY", "passphrase"), ("PS1", "% ")],
    );
    terminal.wait_for("%");
    terminal.press(concat!(
        "alias g=",
        env!("CARGO_BIN_EXE_gatepost"),
        "; printf '%s' '{\"installed\":{\"client_id\":\"12-ab.apps.googleusercontent.com\",",
        "\"client_secret\":\"x\",\"redirect_uris\":[\"http://localhost\"],",
        "\"auth_uri\":\"https://accounts.google.com/o/oauth2/auth\",",
        "\"token_uri\":\"https://oauth2.googleapis.com/token\"}}' > c.json; clear; echo re''ady\r"
    ));
    terminal.wait_for("ready");
    terminal
}

fn typed(terminal: &mut Terminal, question: &str, answer: &str) {
    terminal.wait_until(question, |screen| {
        screen.trim_end().ends_with(question.trim_end())
    });
    terminal.press(answer);
}

fn with_vault() -> Terminal {
    let mut terminal = shell();
    terminal.press("g client add c.json\r");
    typed(
        &mut terminal,
        "New passphrase for the vault: ",
        "correct horse\r",
    );
    typed(&mut terminal, "Once more: ", "correct horse\r");
    terminal.wait_for("added client");
    terminal
}

#[test]
fn it_is_asked_for_in_silence_and_may_be_mistyped() {
    let mut terminal = shell();
    terminal.press("g client add c.json\r");
    typed(
        &mut terminal,
        "New passphrase for the vault: ",
        "correct horse\r",
    );
    typed(&mut terminal, "Once more: ", "correct house\r");
    typed(
        &mut terminal,
        "These were not the same. New passphrase for the vault: ",
        "correct horse\r",
    );
    typed(&mut terminal, "Once more: ", "correct horse\r");
    terminal.wait_for("added client");
    terminal.press("clear; g client list\r");
    typed(&mut terminal, "Passphrase of the vault: ", "wrong\r");
    typed(
        &mut terminal,
        "That is not it. Passphrase: ",
        "correct hx\u{7f}orse\r",
    );
    terminal.wait_for("12-ab");
    terminal.press("clear; echo it echo''es\r");
    terminal.wait_for("it echoes");
    let written = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    assert!(
        !written.contains(WORD) && !written.contains("hors"),
        "{written}"
    );
}

#[test]
fn giving_up_leaves_the_terminal_as_it_was() {
    let mut terminal = with_vault();
    for key in ["\u{3}", "\u{4}"] {
        terminal.press("clear; g client list; echo code=$?\r");
        typed(&mut terminal, "Passphrase of the vault: ", "half");
        terminal.press(key);
        terminal.wait_for("code=130");
        is_as_it_was(&mut terminal);
    }
}

#[track_caller]
fn is_as_it_was(terminal: &mut Terminal) {
    terminal.press("clear; stty -a | tr ' ' '\\n' | grep -cE '^(echo|icanon|isig);?$'\r");
    terminal.wait_until("three modes", |screen| {
        screen.lines().any(|line| line.trim() == "3")
    });
}

/// Starts it under a number that can be told to end.
fn asked(terminal: &mut Terminal, arguments: &str) -> Pid {
    let program = env!("CARGO_BIN_EXE_gatepost");
    let start = format!("clear; sh -c 'echo $$ > pid; exec {program} {arguments}'\r");
    terminal.press(&start);
    typed(terminal, "Passphrase of the vault: ", "");
    let number = std::fs::read_to_string(terminal.home().join("pid")).unwrap();
    Pid::from_raw(number.trim().parse().unwrap()).unwrap()
}

#[test]
fn being_told_to_end_leaves_the_terminal_as_it_was() {
    let mut terminal = with_vault();
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let process = asked(&mut terminal, "client list");
        terminal.press("half");
        kill_process(process, signal).unwrap();
        terminal.wait_until("the shell", |screen| screen.trim_end().ends_with('%'));
        terminal.press("echo code=$?\r");
        // As any program that a signal has ended.
        terminal.wait_for(&format!("code={}", 128 + signal.as_raw()));
        is_as_it_was(&mut terminal);
    }
}

#[test]
fn whoever_listens_after_it_is_not_ended_in_disorder() {
    let mut terminal = with_vault();
    let process = asked(&mut terminal, "");
    terminal.press("correct horse\r");
    terminal.wait_for("help");
    kill_process(process, Signal::TERM).unwrap();
    terminal.wait_until("the shell", |screen| screen.trim_end().ends_with('%'));
    terminal.press("echo code=$?\r");
    terminal.wait_for("code=130");
    is_as_it_was(&mut terminal);
}

#[test]
fn it_may_be_set_aside_and_taken_up_again() {
    let mut terminal = with_vault();
    terminal.press("clear; g client list\r");
    typed(&mut terminal, "Passphrase of the vault: ", "correct \u{1a}");
    terminal.wait_for("Stopped");
    is_as_it_was(&mut terminal);
    terminal.press("clear; fg\r");
    typed(&mut terminal, "Passphrase of the vault: ", "horse\r");
    terminal.wait_for("12-ab");
}

#[test]
fn pipes_are_not_in_the_way_and_the_screen_comes_after() {
    let mut terminal = with_vault();
    terminal
        .press("clear; g client list 2>/dev/null </dev/null | cat > out; wc -c < out; cat out\r");
    typed(
        &mut terminal,
        "Passphrase of the vault: ",
        "correct horse\r",
    );
    terminal.wait_for("12-ab");
    terminal.press("clear; g\r");
    typed(
        &mut terminal,
        "Passphrase of the vault: ",
        "correct horse\r",
    );
    terminal.wait_until("the screen", |screen| {
        screen.contains("gatepost") && screen.contains("help")
    });
    terminal.press("q");
    terminal.wait_until("the shell", |screen| screen.trim_end().ends_with('%'));
    terminal.press("echo ba''ck\r");
    terminal.wait_for("back");
}
