//! What the ways to the servers showed: each server by itself, the proxy they share, and the
//! clock, which is read off their answers.

use super::{LIMIT, Patient};
use crate::domain::checkup::{Blame, Check, Mark, Stage, Topic};
use crate::domain::client::Client;
use crate::domain::fault::Diagnosis;
use crate::domain::time::{Span, rough};
use crate::domain::wording::{count, date};
use crate::google::{Break, Google, Journey, Papers, Speaks, Target, Voucher};

/// A clock that is off by more tells wrong countdowns.
const CLOCK_IS_FINE: Span = Span::seconds(60);

/// A certificate with less than this left will be somebody's trouble soon.
const ENDS_SOON: Span = Span::days(3);

pub(super) struct Found {
    target: Target,
    journey: Journey,
}

pub(super) fn targets(patient: &Patient, clients: &[Client]) -> Vec<Target> {
    let endpoints = patient.google.endpoints();
    let mut targets = endpoints.web_targets(clients);
    if patient.has_mail {
        targets.extend(endpoints.mail_targets());
    }
    targets
}

pub(super) async fn reach(google: &Google, target: Target) -> Found {
    let journey = google.probe(&target, LIMIT).await;
    Found { target, journey }
}

pub(super) async fn checks(patient: &Patient, found: Vec<Found>) -> Vec<Check> {
    let mut checks = vec![proxy(&found), clock(patient, &found).await];
    checks.extend(found.iter().map(|one| server(one, patient)));
    checks
}

fn proxy(found: &[Found]) -> Check {
    let check = |words: String| Check::new(Topic::Proxy, Mark::Ok, words);
    let behind = || found.iter().filter_map(|one| one.journey.proxy.as_ref());
    let Some(proxy) = behind().next() else {
        return check("none is used".into());
    };
    let from = match proxy.variable {
        Some(variable) => format!(", from {variable}"),
        None => ", from the system's settings".into(),
    };
    let login = if proxy.has_login {
        ", with a login"
    } else {
        ""
    };
    let through = count(behind().count(), "server");
    check(format!(
        "{}{from}{login}; {through} behind it",
        proxy.address
    ))
}

/// Off the answers that came; where dates broke TLS, off one in the clear.
async fn clock(patient: &Patient, found: &[Found]) -> Check {
    let mut skew = found.iter().find_map(|one| one.journey.skew);
    if skew.is_none()
        && let Some(one) = found.iter().find(|one| blames_the_clock(&one.journey))
    {
        let target = Target::clock_of(&one.target.host);
        skew = patient.google.probe(&target, LIMIT).await.skew;
    }
    let check = |mark, words: String| Check::new(Topic::Clock, mark, words);
    match skew {
        None => check(Mark::Warn, "no server told the time".into())
            .with_remedy("compare it with another one; see `network` below"),
        Some(skew) if skew.abs() <= CLOCK_IS_FINE => {
            check(Mark::Ok, "agrees with the servers'".into())
        }
        Some(skew) => {
            let behind = if skew > Span::zero() {
                "behind"
            } else {
                "ahead of"
            };
            let words = format!("this computer's is {} {behind} the servers'", rough(skew));
            check(Mark::Warn, words)
                .with_remedy("let the network set it: `timedatectl set-ntp true`")
        }
    }
}

fn blames_the_clock(journey: &Journey) -> bool {
    let broke = journey.broke.as_ref();
    broke.is_some_and(|broke| broke.diagnosis == Diagnosis::Clock)
}

fn server(found: &Found, patient: &Patient) -> Check {
    let Found { target, journey } = found;
    let for_mail = target.speaks == Speaks::Tls;
    let check = |mark, words: String| Check::new(Topic::Network, mark, words).about(target.name());
    let Some(broke) = &journey.broke else {
        let words = reached(journey);
        return match concern(journey, patient) {
            Some((worry, remedy)) => {
                check(Mark::Warn, format!("{words}; {worry}")).with_remedy(remedy)
            }
            None => check(Mark::Ok, words),
        };
    };
    let mark = match broke.diagnosis {
        // Only `verify` and its like sign in there; tokens come without them, and a server's trouble passes.
        _ if for_mail => Mark::Warn,
        Diagnosis::Upstream => Mark::Warn,
        _ => Mark::Fail(Blame::Network),
    };
    let dates = journey
        .papers
        .as_ref()
        .filter(|_| broke.stage == Stage::Tls);
    let dates = dates.map(|papers| format!(" ({})", validity(papers)));
    let words = format!(
        "broke at {}: {}{}",
        broke.stage.as_str(),
        broke.words,
        dates.unwrap_or_default()
    );
    Check {
        stage: Some(broke.stage),
        ..check(mark, words).with_remedy(remedy(broke, journey))
    }
}

/// ``answers (HTTP 400) in 84 ms over IPv4, certificate by `WR2`, …``
fn reached(journey: &Journey) -> String {
    let answer = match journey.status {
        Some(status) => format!("answers (HTTP {status})"),
        None => "takes calls".into(),
    };
    let took = journey.took.as_millis();
    let abroad = journey.address.filter(|a| !a.ip().is_loopback());
    let family = match abroad {
        Some(address) if journey.proxy.is_none() && address.is_ipv4() => " over IPv4",
        Some(_) if journey.proxy.is_none() => " over IPv6",
        _ => "",
    };
    let papers = journey.papers.as_ref();
    let papers = papers.map(|papers| format!(", certificate {}", validity(papers)));
    let by_file = journey.voucher == Some(Voucher::CaFile);
    let root = by_file.then(|| format!(", root `{}` of your CA file", root(journey)));
    format!(
        "{answer} in {took} ms{family}{}{}",
        papers.unwrap_or_default(),
        root.unwrap_or_default()
    )
}

fn root(journey: &Journey) -> &str {
    journey.root.as_deref().unwrap_or("without a name")
}

fn validity(papers: &Papers) -> String {
    let issuer = papers.issuer.as_deref().unwrap_or("nobody");
    format!(
        "by `{issuer}`, {} to {}",
        papers.from.format("%Y-%m-%d"),
        papers.until.format("%Y-%m-%d")
    )
}

/// What is odd about a way that leads there.
fn concern(journey: &Journey, patient: &Patient) -> Option<(String, String)> {
    if journey.voucher == Some(Voucher::Machine) {
        let words = format!(
            "only this machine's store vouches for its root `{}`: whoever runs it can read along",
            root(journey)
        );
        let remedy = "if that is your company's inspection, it works; if you know of none, ask who \
                      installed that root";
        return Some((words, remedy.into()));
    }
    if let Some(papers) = &journey.papers
        && papers.until - patient.clock.now() < ENDS_SOON
    {
        let words = format!("its certificate ends {}", date(papers.until));
        return Some((words, "tell those who run it, or look at your clock".into()));
    }
    journey.v6_is_broken.then(|| {
        let words = "IPv6 leads nowhere from here and costs time".to_owned();
        (words, "mend or switch off this machine's IPv6".into())
    })
}

fn remedy(broke: &Break, journey: &Journey) -> String {
    let through_proxy = journey.proxy.is_some();
    let text = match (broke.stage, broke.diagnosis) {
        (Stage::Proxy, _) => "correct the proxy variable, or exempt the host with NO_PROXY",
        (_, Diagnosis::Portal) => "open any page in a browser and log in to this network",
        (_, Diagnosis::Clock) => "set this computer's clock",
        (_, Diagnosis::Upstream) => "wait; the server has a trouble of its own",
        (Stage::Dns, _) => {
            "see whether other names can be looked up; a filter or a VPN may block this one"
        }
        (Stage::Tcp, _) if !through_proxy => {
            "see whether a firewall blocks it; if browsers get there by a proxy, set HTTPS_PROXY to it"
        }
        // One that showed no certificate did not fail for want of trust.
        (Stage::Tls, _) if journey.papers.is_some() => {
            "name the root of your company's proxy as `endpoints.ca_file`; if you have none, distrust this network"
        }
        _ => "try another network",
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_certificate_that_was_shown_is_a_matter_of_trust() {
        let broke = Break {
            stage: Stage::Tls,
            diagnosis: Diagnosis::Network,
            words: "no answer within 5s".into(),
        };
        assert_eq!(remedy(&broke, &Journey::default()), "try another network");
        let shown = Journey {
            papers: Some(Papers {
                issuer: None,
                from: crate::domain::time::from_millis(0),
                until: crate::domain::time::from_millis(1),
            }),
            ..Journey::default()
        };
        assert!(remedy(&broke, &shown).contains("endpoints.ca_file"));
    }
}
