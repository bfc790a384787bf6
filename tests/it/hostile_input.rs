//! Every input that the fuzzers keep, and every one that ever broke something, once more by the
//! same checks: what was found once does not come back. `tests/fuzz/run` looks for new ones.

#[expect(
    unreachable_pub,
    reason = "the fuzzers' package, which is its own, calls it from outside"
)]
#[path = "../fuzz/src/lib.rs"]
mod fuzz;

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

fn files(folder: &str, target: &str) -> Vec<PathBuf> {
    let folder = Path::new("tests/fuzz").join(folder).join(target);
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn every_kept_input_is_withstood() {
    let mut broken = Vec::new();
    for (target, _) in fuzz::TARGETS {
        let corpus = files("corpus", target);
        assert!(!corpus.is_empty(), "{target} has no corpus");
        for path in corpus.into_iter().chain(files("regressions", target)) {
            let bytes = fs::read(&path).unwrap();
            if catch_unwind(|| fuzz::run(target, &bytes)).is_err() {
                broken.push(path);
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_fuzzer_has_its_check_and_every_folder_its_fuzzer() {
    let known = fuzz::TARGETS.map(|(target, _)| target);
    for target in known {
        let main = fs::read_to_string(format!("tests/fuzz/targets/{target}.rs")).unwrap();
        assert!(main.contains(&format!("\"{target}\"")), "{target}: {main}");
    }
    for folder in ["targets", "corpus", "regressions"] {
        for entry in fs::read_dir(Path::new("tests/fuzz").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            assert!(known.contains(&name), "{} is nobody's", path.display());
        }
    }
}
