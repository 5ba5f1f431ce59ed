//! What an ISO 8583 destination really speaks, found out with one harmless sign-on after another.
//!
//! Owns the order of the questions and the findings in words; sends nothing that could move money.
//! What is tried when the profile does not fit is in [`guess`]. Used by the gateway's `admin`.

mod guess;

use crate::ask::Limits;
use crate::clock;
use crate::iso8583::dialect::Dialect;
use crate::iso8583::request;
use baton_formats::iso8583::Message;
use baton_formats::iso8583::response::APPROVED;
use baton_formats::iso8583::spec1987::{
    NETWORK_CODE, RESPONSE_CODE, STAN, TERMINAL_ID, TRANSMISSION_TIME,
};
use std::fmt;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The trace number of all probes.
const TRACE: &str = "900001";
/// The terminal that a probe names.
const TERMINAL: &str = "PROBE001";
/// Fields that an answer must repeat, and what becomes of payments if it does not.
const REPEATED: [(u8, &str); 4] = [
    (STAN, "answers cannot be matched by it; name 37 under [match] if that one is repeated"),
    (TERMINAL_ID, "answers cannot be matched by it; write usual = [11] under [match]"),
    (TRANSMISSION_TIME, "no harm: Baton does not match by it"),
    (NETWORK_CODE, "no harm: Baton does not match by it"),
];
/// Bytes of an answer that are read at most.
const ANSWER_BYTES_MAX: usize = 8_192;

/// One thing that was found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is as it should be.
    pub judgement: Judgement,
    /// What was found, and what to do.
    pub text: String,
}

/// Whether something is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// It is.
    Fine,
    /// Payments work, and somebody should know it.
    Note,
    /// Payments would fail.
    Wrong,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.judgement {
            Judgement::Fine => "ok   ",
            Judgement::Note => "note ",
            Judgement::Wrong => "WRONG",
        };
        write!(f, "{word}  {}", self.text)
    }
}

/// What came back on a connection of its own.
enum Heard {
    Answer(Message),
    Unreadable(Vec<u8>),
    Closed,
    Silent,
    Refused,
}

/// Asks a destination in its dialect and says what fits, what does not, and what would.
///
/// `tell` hears each finding as it is made: with a destination that stays silent this takes some
/// tens of seconds.
pub async fn probe(
    address: &str,
    dialect: &Dialect,
    limits: Limits,
    mut tell: impl FnMut(&Finding),
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |judgement, text: String| {
        let finding = Finding { judgement, text };
        tell(&finding);
        findings.push(finding);
    };
    let first = attempt(address, dialect, limits.connect_ms).await;
    match first {
        Heard::Refused => {
            note(Judgement::Wrong, format!("nothing takes connections at {address}"));
        }
        Heard::Answer(answer) => {
            note(Judgement::Fine, "the sign-on is answered as the profile says".to_owned());
            check(&answer, &mut note);
        }
        Heard::Unreadable(bytes) => {
            note(Judgement::Wrong, "the answer cannot be read as the profile says".to_owned());
            match guess::read(dialect, &bytes) {
                Some((words, answer)) => {
                    note(Judgement::Wrong, format!("it could be read with {words}"));
                    check(&answer, &mut note);
                }
                None => note(Judgement::Wrong, format!("it begins with {}", begin(&bytes))),
            }
        }
        Heard::Closed | Heard::Silent => {
            let how = if matches!(first, Heard::Closed) { "is closed" } else { "stays silent" };
            note(Judgement::Wrong, format!("the connection {how} after the sign-on"));
            search(address, dialect, limits, &mut note).await;
        }
    }
    findings
}

/// Tries other ways until one is answered.
async fn search(
    address: &str,
    dialect: &Dialect,
    limits: Limits,
    note: &mut impl FnMut(Judgement, String),
) {
    for (words, other) in guess::variants(dialect) {
        match attempt(address, &other, limits.connect_ms).await {
            Heard::Answer(answer) => {
                note(Judgement::Wrong, format!("it answers with {words}"));
                return check(&answer, note);
            }
            Heard::Unreadable(bytes) => {
                let begins = begin(&bytes);
                let text = format!("with {words} it answers something unreadable: {begins}");
                return note(Judgement::Wrong, text);
            }
            Heard::Refused => {
                let text = "it takes no further connections; wait and probe again";
                return note(Judgement::Wrong, text.to_owned());
            }
            Heard::Closed | Heard::Silent => {}
        }
    }
    note(Judgement::Wrong, "no framing, bitmap or type that Baton knows is answered".to_owned());
}

fn check(answer: &Message, note: &mut impl FnMut(Judgement, String)) {
    match answer.text(RESPONSE_CODE) {
        Some(APPROVED) => note(Judgement::Fine, "field 39 accepts the sign-on".to_owned()),
        Some(code) => note(Judgement::Wrong, format!("field 39 refuses the sign-on with {code}")),
        None => note(Judgement::Wrong, "field 39 is missing from the answer".to_owned()),
    }
    let sent = question();
    for (field, harm) in REPEATED {
        let judgement =
            if harm.starts_with("no harm") { Judgement::Note } else { Judgement::Wrong };
        let value = |message: &Message| message.value(field).map(|v| v.trim_ascii_end().to_vec());
        match value(answer) {
            Some(value_back) if Some(&value_back) == value(&sent).as_ref() => {
                note(Judgement::Fine, format!("field {field} is repeated"));
            }
            Some(_) => note(judgement, format!("field {field} comes back changed: {harm}")),
            None => note(judgement, format!("field {field} is missing from the answer: {harm}")),
        }
    }
}

fn question() -> Message {
    request::sign_on(clock::wall_ms()).with(STAN, TRACE).with(TERMINAL_ID, TERMINAL)
}

/// Sends one sign-on on a connection of its own.
async fn attempt(address: &str, dialect: &Dialect, wait_ms: u64) -> Heard {
    let wait = Duration::from_millis(wait_ms);
    let Ok(Ok(mut stream)) = timeout(wait, TcpStream::connect(address)).await else {
        return Heard::Refused;
    };
    let Ok(bytes) = dialect.seal(&question()) else { return Heard::Silent };
    if stream.write_all(&bytes).await.is_err() {
        return Heard::Closed;
    }
    let mut heard = Vec::new();
    let listened = timeout(wait, listen(&mut stream, dialect, &mut heard)).await;
    match listened {
        Ok(Some(message)) => Heard::Answer(message),
        Ok(None) if heard.is_empty() => Heard::Closed,
        Err(_) if heard.is_empty() => Heard::Silent,
        Ok(None) | Err(_) => Heard::Unreadable(heard),
    }
}

/// Reads until there is a message, or nothing more comes.
async fn listen(stream: &mut TcpStream, dialect: &Dialect, heard: &mut Vec<u8>) -> Option<Message> {
    let (mut frames, mut chunk) = (dialect.frames(), [0; 1_024]);
    while heard.len() < ANSWER_BYTES_MAX {
        let read = stream.read(&mut chunk).await.unwrap_or(0);
        let came = chunk.get(..read).filter(|came| !came.is_empty())?;
        heard.extend_from_slice(came);
        frames.push(came);
        if let Some(bytes) = frames.next_frame().ok()? {
            return dialect.open(bytes).ok();
        }
    }
    None
}

/// The first bytes of an answer to a sign-on, which holds no secret.
fn begin(bytes: &[u8]) -> String {
    hex::encode(bytes.get(..bytes.len().min(24)).unwrap_or_default())
}
