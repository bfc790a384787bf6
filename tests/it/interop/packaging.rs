//! What a package carries, judged by the programs that will read it.

use std::path::Path;
use std::process::Command;

use super::process::{Home, Process};

fn asset(name: &str) -> String {
    format!("{}/assets/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// What a program complains of.
#[track_caller]
fn complaints(program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(arguments).env("LC_ALL", "C.UTF-8");
    // Where there is no session, systemd still wants a place for one.
    let runtime = tempfile::tempdir().unwrap();
    command.env("XDG_RUNTIME_DIR", runtime.path());
    let ran = Process::start(&mut command).finish();
    let said = format!("{}{}", ran.out, ran.err);
    assert!(
        ran.code == Some(0) || !said.trim().is_empty(),
        "`{program}` failed without a word"
    );
    said
}

#[test]
#[ignore = "needs mandoc and groff; .ci/run installs them"]
fn manual_pages_are_well_formed() {
    let home = Home::new(&[]);
    home.run(&["man", "--dir", "pages"]).good();
    let mut count = 0;
    for entry in std::fs::read_dir(home.path("pages")).unwrap() {
        let path = entry.unwrap().path();
        let page = path.to_str().unwrap();
        let lint = complaints("mandoc", &["-Tlint", "-Wwarning", page]);
        // A date would make the pages of two builds differ.
        let mut lint = lint.lines().filter(|line| !line.contains("missing date"));
        assert_eq!(lint.next(), None);
        let mut groff = Command::new("groff");
        groff.args(["-man", "-ww", "-Tutf8", page]);
        assert_eq!(Process::start(&mut groff).finish().err, "", "{page}");
        count += 1;
    }
    assert!(count > 30, "{count} pages");
}

#[test]
#[ignore = "needs systemd-analyze; .ci/run installs it"]
fn systemd_takes_the_units() {
    // The program is looked for where packages put it.
    let folder = tempfile::tempdir().unwrap();
    for name in ["gatepost-refresh.service", "gatepost-refresh.timer"] {
        let text = std::fs::read_to_string(asset(&format!("systemd/{name}"))).unwrap();
        let ours = env!("CARGO_BIN_EXE_gatepost");
        let text = text.replace("ExecStart=gatepost ", &format!("ExecStart={ours} "));
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let timer = folder.path().join("gatepost-refresh.timer");
    let timer = timer.to_str().unwrap();
    let said = complaints("systemd-analyze", &["verify", "--user", "--man=no", timer]);
    assert_eq!(said, "");
    let when = complaints("systemd-analyze", &["calendar", "*-*-* 00/6:00:00"]);
    assert!(when.contains("Normalized form"), "{when}");
}

/// What the unit runs, run by hand, ends as the unit expects.
#[test]
fn the_unit_s_command_is_one_of_ours() {
    let unit = std::fs::read_to_string(asset("systemd/gatepost-refresh.service")).unwrap();
    let command = unit
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart="));
    let words: Vec<_> = command.unwrap().split(' ').collect();
    assert_eq!(words[0], "gatepost");
    let ran = Home::new(&[("GATEPOST_VAULT_KEY", "file")]).run(&words[1..]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
}

#[test]
#[ignore = "needs desktop-file-validate; .ci/run installs it"]
fn desktops_take_the_entry() {
    let entry = asset("gatepost.desktop");
    assert_eq!(complaints("desktop-file-validate", &[&entry]), "");
}

#[test]
#[ignore = "needs rsvg-convert; .ci/run installs it"]
fn the_icon_can_be_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("icon.png");
    let (icon, out) = (asset("gatepost.svg"), picture.to_str().unwrap());
    let said = complaints("rsvg-convert", &["-w", "16", "-h", "16", &icon, "-o", out]);
    assert_eq!(said, "");
    assert!(Path::new(out).metadata().unwrap().len() > 100);
}

/// What `Cargo.toml` takes into a Debian package is what `generate` writes, or what is here.
#[test]
#[ignore = "needs gzip; .ci/run runs it"]
fn every_file_of_the_package_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let share = folder.path().join("share");
    let said = complaints(
        &asset("package/generate"),
        &[env!("CARGO_BIN_EXE_gatepost"), share.to_str().unwrap()],
    );
    assert_eq!(said, "");
    let manifest = std::fs::read_to_string(format!("{}/Cargo.toml", env!("CARGO_MANIFEST_DIR")));
    let manifest: toml::Table = manifest.unwrap().parse().unwrap();
    let assets = manifest["package"]["metadata"]["deb"]["assets"].clone();
    for asset in assets.as_array().unwrap() {
        let source = asset[0].as_str().unwrap();
        let found = match source.strip_prefix("target/share/") {
            Some("man/man1/*.1.gz") => share.join("man/man1/gatepost-client-add.1.gz"),
            Some(generated) => share.join(generated),
            None if source == "target/release/gatepost" => continue,
            None => Path::new(env!("CARGO_MANIFEST_DIR")).join(source),
        };
        assert!(found.exists(), "{} is not there", found.display());
    }
}
