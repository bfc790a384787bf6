//! A power cut after any change to the disk. One run of each operation is recorded with its data;
//! for every moment of it disks are made up that the machine may find when it comes up again, and
//! the vault is opened on each. What was told to anybody by then must be there.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::disk::{self, Disk, Image};
use super::home::{ANA, Holdings, Home, Stage};
use super::operations::{OPERATIONS, Operation};
use super::steps;
use super::trace::{self, Call};

/// Disks for each moment, beside the one without all that is uncertain and the one with it;
/// `GATEPOST_CRASH_SAMPLES` asks for another number.
const SAMPLES: u64 = 40;

/// Uses the access token at once that came with a new refresh token.
static VERIFY: Operation = Operation {
    name: "verify, token rotates",
    arguments: &["verify", ANA],
    starts_empty: false,
    with_consent: None,
    holds: |_, _, _| Ok(false),
};

#[test]
#[ignore = "thousands of disks; .ci/run runs it"]
fn no_power_cut_loses_what_was_confirmed() {
    if !steps::can_trace() {
        return;
    }
    let stage = Stage::new();
    let (mut disks, mut losses) = (0, Vec::new());
    let alone = OPERATIONS.iter().chain([&VERIFY]).map(|o| (o, false));
    let beside = OPERATIONS.iter().chain([&VERIFY]).map(|o| (o, true));
    // Under another's eyes a vault is not restored, and none is made.
    let beside = beside.filter(|(o, _)| !o.starts_empty && o.name != "vault restore");
    for (operation, is_open) in alone.chain(beside) {
        let (moments, found, lost) = cut_everywhere(&stage, operation, is_open);
        println!(
            "power cut: {:<26} {moments:>5} moments, {found:>5} disks, {} losses{}",
            operation.name,
            lost.len(),
            if is_open { ", beside another" } else { "" }
        );
        disks += found;
        losses.extend(lost);
    }
    println!("power cut: {disks} disks, {} losses", losses.len());
    losses.truncate(20);
    assert!(losses.is_empty(), "{}", losses.join("\n"));
}

/// While another program has the vault open nobody moves the log into the file on leaving.
fn cut_everywhere(
    stage: &Stage,
    operation: &Operation,
    is_open: bool,
) -> (usize, usize, Vec<String>) {
    let home = stage.home(operation);
    let mut disk = Disk::of(home.root.path());
    let before = home.holdings(stage).unwrap();
    let other = is_open.then(|| home.open(stage).unwrap());
    let (ended, traced) = steps::traced(stage, &home, operation, &trace::OPTIONS);
    assert_eq!(ended.code, Some(0), "{}: {}", operation.name, ended.stderr);
    let truth = disk::picture(home.root.path());
    drop(other);
    let mut images = Vec::new();
    let (mut moments, mut told, mut seen) = (0, false, HashSet::new());
    for call in trace::read(&traced) {
        let tells = tells(&call, operation);
        told |= tells;
        if disk.apply(&call) || tells {
            moments += 1;
            for image in may_be_found(&disk, moments) {
                if seen.insert(hash(&image, told)) {
                    images.push((image, told, moments));
                }
            }
        }
    }
    assert!(told, "{}: nobody was told anything", operation.name);
    let whole = disk.image(&mut || true);
    let strayed: Vec<_> = truth
        .iter()
        .filter(|(k, v)| whole.get(*k) != Some(v))
        .collect();
    let names: Vec<_> = strayed.iter().map(|(name, _)| name).collect();
    assert!(
        names.is_empty(),
        "{}: not as recorded: {names:?}",
        operation.name
    );

    let copy = truth.get(std::path::Path::new("copy"));
    let expected = Expected {
        before,
        after: home.holdings(stage).unwrap(),
        copy: copy.cloned().flatten(),
    };
    let losses = images.iter().filter_map(|(image, told, moment)| {
        let why = expected.judge(stage, &home, image, *told).err()?;
        Some(format!("{}, moment {moment}: {why}", operation.name))
    });
    let losses = losses.collect();
    (moments, images.len(), losses)
}

/// The end that says "done", a token printed, or a token used.
fn tells(call: &Call, operation: &Operation) -> bool {
    match call.name.as_str() {
        "exit_group" => call.number(0) == 0,
        "write" => call.number(0) == 1,
        "sendto" | "writev" => {
            let request = &call.arguments[1];
            let is_request = request.starts_with(b"POST /") || request.starts_with(b"GET /");
            operation.name == VERIFY.name && is_request && !request.starts_with(b"POST /token ")
        }
        _ => false,
    }
}

fn may_be_found(disk: &Disk, moment: usize) -> Vec<Image> {
    let asked = std::env::var("GATEPOST_CRASH_SAMPLES");
    let samples = asked.map_or(SAMPLES, |text| text.parse().unwrap());
    let mut images = vec![disk.image(&mut || false), disk.image(&mut || true)];
    for sample in 0..samples {
        let mut state = ((moment as u64) << 32) | sample;
        images.push(disk.image(&mut || next(&mut state) & 1 == 1));
    }
    images
}

/// `SplitMix64`: the same disks each time.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn hash(image: &Image, told: bool) -> u64 {
    let mut hasher = DefaultHasher::new();
    (image, told).hash(&mut hasher);
    hasher.finish()
}

struct Expected {
    before: Holdings,
    after: Holdings,
    /// The backup that was written, if that is what it was about.
    copy: Option<Vec<u8>>,
}

impl Expected {
    fn judge(&self, stage: &Stage, home: &Home, image: &Image, told: bool) -> Result<(), String> {
        let found = home.elsewhere();
        disk::lay_out(image, found.root.path());
        let held = found.holdings(stage)?;
        let is_after = same(&held, &self.after);
        if told && !is_after {
            return Err("confirmed, and lost".into());
        }
        if !is_after && !same(&held, &self.before) {
            return Err("neither the old state nor the new one".into());
        }
        match (image.get(std::path::Path::new("copy")), &self.copy) {
            (None, Some(_)) if told => return Err("the backup is not there".into()),
            (Some(copy), Some(_)) if *copy != self.copy => return Err("half a backup".into()),
            _ => {}
        }
        found.is_sound(stage)
    }
}

fn same(left: &Holdings, right: &Holdings) -> bool {
    let tokens = |held: &Holdings| -> Vec<_> {
        let exposed = |token: &gatepost::domain::secret::Secret| token.expose().to_owned();
        let held = held.1.iter();
        held.map(|(email, token)| (email.clone(), token.as_ref().map(exposed)))
            .collect()
    };
    left.0 == right.0 && tokens(left) == tokens(right)
}
