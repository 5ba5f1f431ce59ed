//! Whether the gateway answers and takes this terminal, and how far its clock is from ours.
//!
//! Owns what is said of the answer; the question is `baton-link`'s `checkup`. Dates are read by the
//! crate `httpdate`. Next: [`super::parts`].

use super::Finding;
use baton_link::checkup::{Answer, Standing, ask};
use baton_link::clock::Clock;
use baton_link::enrol::Identity;
use baton_link::keys::DeviceKey;
use std::time::UNIX_EPOCH;

/// How far two clocks may differ, in seconds: as far as the gateway takes devices' tokens.
const SKEW_S_MAX: u64 = 30;

/// Looks at the gateway, at this terminal's standing there, and at the clock.
pub async fn look(
    terminal: Option<(&Identity, &DeviceKey)>,
    clock: Clock,
    findings: &mut Vec<Finding>,
) {
    let Some((identity, key)) = terminal else {
        findings.push(Finding::unseen("gateway", "asked with this terminal's identity and key"));
        findings.push(Finding::unseen("clock", "it is compared with the gateway's"));
        return;
    };
    let now_s = clock.unix_ms() / 1000;
    match ask(identity, key, now_s).await {
        Ok(answer) => {
            findings.push(stands(identity, &answer));
            findings.push(compare(answer.date.as_deref(), now_s));
        }
        Err(fault) => {
            let wrong = format!("{}: {fault}", identity.gateway);
            let remedy = "check cable or Wi-Fi, then address and port; is the gateway running?";
            findings.push(Finding::ill("gateway", wrong, remedy));
            findings.push(Finding::unseen("clock", "it is compared with the gateway's"));
        }
    }
}

fn stands(identity: &Identity, answer: &Answer) -> Finding {
    let (part, place, id) = ("gateway", &identity.gateway, &identity.id);
    match answer.standing {
        Standing::Taken => Finding::well(part, format!("{place} answers and takes {id}")),
        Standing::Busy => Finding::well(part, format!("{place} answers, and is busy now")),
        Standing::NotTaken => {
            let wrong = format!("{place} answers and does not take {id}");
            let remedy = "is the clock below right? is the terminal suspended, or enrolled \
                          elsewhere? `baton-gateway admin terminal list` tells";
            Finding::ill(part, wrong, remedy)
        }
        Standing::Strange { status } => {
            let wrong = format!("{place} answers with status {status}, as no gateway does");
            Finding::ill(part, wrong, "check address and port: the one that phones and devices use")
        }
    }
}

fn compare(date: Option<&str>, now_s: u64) -> Finding {
    let part = "clock";
    let theirs = date.and_then(|date| httpdate::parse_http_date(date.trim()).ok());
    let theirs = theirs.and_then(|date| date.duration_since(UNIX_EPOCH).ok());
    let Some(theirs_s) = theirs.map(|since| since.as_secs()) else {
        return Finding::unseen(part, "the gateway's answer has no date to compare with");
    };
    let apart_s = now_s.abs_diff(theirs_s);
    if apart_s > SKEW_S_MAX {
        let side = if now_s > theirs_s { "ahead of" } else { "behind" };
        let wrong = format!("this clock is {apart_s} s {side} the gateway's");
        return Finding::ill(part, wrong, "run a time service: timedatectl set-ntp true");
    }
    Finding::well(part, format!("within {SKEW_S_MAX} s of the gateway's"))
}
