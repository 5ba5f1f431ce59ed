//! How one ISO 8583 destination speaks: framing, table, version, matching keys, codes, MAC.
//!
//! Owns turning Baton's own messages into the destination's bytes and back; everything else in this
//! crate knows only Baton's words. Reading order: [`file`], what an operator writes, [`version`],
//! what 1993 calls differently. Next: [`super::line`], which sends the bytes.

mod file;
mod version;
mod words;

use crate::reconcile::Settlement;
use crate::secret::Secret;
use baton_formats::iso8583::framing::Framing;
use baton_formats::iso8583::mac::MacKey;
use baton_formats::iso8583::spec::Head;
use baton_formats::iso8583::spec1987::{RESPONSE_CODE, STAN, TERMINAL_ID};
use baton_formats::iso8583::{FormatFault, FrameFault, Frames, Message, Mti, SPEC_1987, Spec};
use std::collections::BTreeMap;
use version::Version;

pub use file::DialectFault;

/// Lines to one destination from one program. Each carries 4,096 questions at a time, so more than
/// eight is never about speed; acquirers that ask for several ask for two to four.
pub const CONNECTIONS_MAX: u8 = 8;

/// How a destination speaks.
#[derive(Debug, Clone)]
pub struct Dialect {
    spec: Spec,
    framing: Framing,
    header: Vec<u8>,
    version: Version,
    session: Session,
    matching: Matching,
    codes: BTreeMap<String, &'static str>,
    mac: Option<MacKey>,
    connections: u8,
    settlement: Settlement,
}

/// How a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Session {
    /// With a sign-on, which must be accepted.
    SignOn,
    /// At once.
    Bare,
}

/// Whether answers are matched by a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MatchesBy {
    It,
    Others,
}

/// Which fields an answer must repeat to belong to a question.
#[derive(Debug, Clone)]
struct Matching {
    usual: Vec<u8>,
    by_type: BTreeMap<Mti, Vec<u8>>,
}

/// Why a message cannot be framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealFault {
    /// It does not fit the table.
    #[error(transparent)]
    Format(#[from] FormatFault),
    /// It does not fit a frame.
    #[error(transparent)]
    Frame(#[from] FrameFault),
}

impl Dialect {
    /// Baton's own acquirer interface.
    #[must_use]
    pub fn baton() -> Self {
        Self {
            spec: SPEC_1987.clone(),
            framing: Framing::PLAIN,
            header: Vec::new(),
            version: Version::Of1987,
            session: Session::SignOn,
            matching: Matching { usual: vec![TERMINAL_ID, STAN], by_type: BTreeMap::new() },
            codes: BTreeMap::new(),
            mac: None,
            connections: 1,
            settlement: Settlement::default(),
        }
    }

    /// Reads the text of a profile; without one it is [`Dialect::baton`].
    ///
    /// # Errors
    /// [`DialectFault`] names the key and what could stand there. A key for MACs must be given
    /// where the profile wants one: 32 hexadecimal digits.
    pub fn of(profile: Option<&str>, key: Option<&Secret>) -> Result<Self, DialectFault> {
        match profile {
            Some(text) => file::read(text, key.map(Secret::reveal)),
            None => Ok(Self::baton()),
        }
    }

    /// Cuts what arrives into this dialect's frames.
    #[must_use]
    pub const fn frames(&self) -> Frames {
        Frames::new(self.framing)
    }

    /// Returns the framed bytes of one of Baton's messages.
    ///
    /// # Errors
    /// [`SealFault`] when the dialect has no room for what the message says.
    pub fn seal(&self, message: &Message) -> Result<Vec<u8>, SealFault> {
        let mut sent = self.version.theirs(message);
        sent.set_header(self.header.clone());
        let bytes = match &self.mac {
            Some(key) => key.seal(&self.spec, &mut sent)?,
            None => sent.build(&self.spec)?,
        };
        let mut out = Vec::with_capacity(bytes.len().saturating_add(16));
        self.framing.frame_into(&mut out, &bytes)?;
        Ok(out)
    }

    /// Reads the message of one frame, in Baton's words.
    ///
    /// # Errors
    /// [`FormatFault`] names the field; a wrong MAC is one.
    pub fn open(&self, bytes: &[u8]) -> Result<Message, FormatFault> {
        let came = Message::parse(&self.spec, bytes)?;
        if let Some(key) = &self.mac {
            key.check(&self.spec, &came)?;
        }
        let mut message = self.version.ours(&came);
        let code = message.text(RESPONSE_CODE).and_then(|code| self.codes.get(code));
        if let Some(meaning) = code.copied() {
            message.set(RESPONSE_CODE, meaning);
        }
        Ok(message)
    }

    /// Returns whether and how the destination compares days.
    #[must_use]
    pub const fn settlement(&self) -> Settlement {
        self.settlement
    }

    /// Returns over how many lines it is asked, from 1 to [`CONNECTIONS_MAX`].
    #[must_use]
    pub const fn connections(&self) -> u8 {
        self.connections
    }

    /// Whether its table has a row for a field.
    pub(crate) fn has(&self, field: u8) -> bool {
        self.spec.lookup(field).is_some()
    }

    pub(crate) const fn framing(&self) -> Framing {
        self.framing
    }

    pub(crate) const fn head(&self) -> Head {
        self.spec.head
    }

    pub(crate) fn with_framing(&self, framing: Framing) -> Self {
        Self { framing, ..self.clone() }
    }

    pub(crate) fn with_head(&self, head: Head) -> Self {
        let mut other = self.clone();
        other.spec.head = head;
        other
    }

    pub(crate) const fn session(&self) -> Session {
        self.session
    }

    /// Whether any answer is matched by this field.
    pub(crate) fn matches_by(&self, field: u8) -> MatchesBy {
        let Matching { usual, by_type } = &self.matching;
        let named = usual.contains(&field) || by_type.values().any(|all| all.contains(&field));
        if named { MatchesBy::It } else { MatchesBy::Others }
    }

    /// What an answer of this type has in common with its question: the values, without the zeros
    /// and blanks that fill them only when they are sent.
    pub(crate) fn key(&self, answer: Mti, message: &Message) -> Vec<u8> {
        let fields = self.matching.by_type.get(&answer).unwrap_or(&self.matching.usual);
        let mut key = answer.digits().to_vec();
        for field in fields {
            key.push(*field);
            let value = message.value(*field).unwrap_or_default().trim_ascii_end();
            let zeros = value.iter().take_while(|digit| **digit == b'0').count();
            let digits = value.iter().all(u8::is_ascii_digit);
            let filled = if digits { zeros } else { 0 };
            key.extend_from_slice(value.get(filled..).unwrap_or_default());
        }
        key
    }
}
