//! Whether the gateway answers, and how far its clock is from ours.
//!
//! Owns one plain question over HTTP; its answer's date is all that is read of it. Dates are read
//! by the crate `httpdate`. Next: [`super::parts`].

use super::Finding;
use baton_link::clock::Clock;
use baton_link::enrol::Identity;
use std::time::{Duration, UNIX_EPOCH};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long the gateway may take to answer, in seconds.
const ANSWER_S_MAX: u64 = 5;
/// As much of the answer as is read, in bytes: its head is far shorter.
const HEAD_BYTES_MAX: u64 = 8192;
/// How far two clocks may differ, in seconds: as far as the gateway takes devices' tokens.
const SKEW_S_MAX: u64 = 30;

/// Looks at the gateway and at the clock.
pub async fn look(identity: Option<&Identity>, clock: Clock, findings: &mut Vec<Finding>) {
    let Some(identity) = identity else {
        findings.push(Finding::unseen("gateway", "not known before this terminal is enrolled"));
        findings.push(Finding::unseen("clock", "it is compared with the gateway's"));
        return;
    };
    let asked = timeout(Duration::from_secs(ANSWER_S_MAX), ask(&identity.gateway)).await;
    let answer = match asked {
        Ok(answer) => answer,
        Err(_) => Err(format!("no answer within {ANSWER_S_MAX} s")),
    };
    match answer {
        Ok(head) => {
            let seen = format!("{} answers", identity.gateway);
            findings.push(Finding::well("gateway", seen));
            findings.push(compare(&head, clock.unix_ms() / 1000));
        }
        Err(reason) => {
            let wrong = format!("{}: {reason}", identity.gateway);
            let remedy = "check cable or Wi-Fi, then address and port; is the gateway running?";
            findings.push(Finding::ill("gateway", wrong, remedy));
            findings.push(Finding::unseen("clock", "it is compared with the gateway's"));
        }
    }
}

async fn ask(gateway: &str) -> Result<String, String> {
    let host = gateway.strip_prefix("http://").ok_or("it is not an http:// address")?;
    let host = host.trim_end_matches('/');
    let place = if host.rsplit(']').next().is_some_and(|end| end.contains(':')) {
        host.to_owned()
    } else {
        format!("{host}:80")
    };
    let words = |fault: std::io::Error| fault.to_string();
    let mut stream = TcpStream::connect(&place).await.map_err(words)?;
    let question = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(question.as_bytes()).await.map_err(words)?;
    let mut head = Vec::new();
    stream.take(HEAD_BYTES_MAX).read_to_end(&mut head).await.map_err(words)?;
    let head = String::from_utf8_lossy(&head).into_owned();
    if head.starts_with("HTTP/1.") {
        return Ok(head);
    }
    Err("something answers there that does not speak HTTP".to_owned())
}

fn compare(head: &str, now_s: u64) -> Finding {
    let part = "clock";
    let lines = head.lines().take_while(|line| !line.is_empty());
    let mut pairs = lines.filter_map(|line| line.split_once(':'));
    let date = pairs.find(|(name, _)| name.eq_ignore_ascii_case("date"));
    let theirs = date.and_then(|(_, date)| httpdate::parse_http_date(date.trim()).ok());
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
