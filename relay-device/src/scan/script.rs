//! Scripts that ask a card or phone for a member's id: which application, which commands, where in
//! the answer.
//!
//! Owns reading them from settings and running them. Applications of payment cards are refused
//! before any card is asked, so that no card number comes in this way. Next: `contactless.rs`,
//! which has the reader.

use super::kind::Refusal;
use crate::tag::{Card, CardFault};
use baton_formats::nfc::type4::{Command, Response, Status};
use baton_formats::tlv::{Form, Tag, walk};
use zeroize::Zeroizing;

/// Commands of a script: selecting, a challenge or two, and a few records.
pub const COMMANDS_MAX: usize = 16;
/// The longest id, in bytes: member ids are far shorter.
const ID_BYTES_MAX: usize = 64;
/// SELECT by name (ISO/IEC 7816-4).
const SELECT_NAME: [u8; 3] = [0x00, 0xA4, 0x04];
/// GET RESPONSE, with which a card's longer answer is fetched.
const GET_RESPONSE: [u8; 4] = [0x00, 0xC0, 0x00, 0x00];
/// The status that says how many more bytes there are.
const MORE: u8 = 0x61;
/// Parts of one answer: 16 of 256 bytes.
const PARTS_MAX: usize = 16;
/// Providers whose applications are payment cards (ISO/IEC 7816-5 registrations of the schemes):
/// Visa, Mastercard, Cartes Bancaires, American Express, JCB, Discover twice, Interac, UnionPay,
/// RuPay, mada, Troy, GIRO-based domestic cards of Korea.
const CARD_SCHEMES: &[[u8; 5]] = &[
    [0xA0, 0x00, 0x00, 0x00, 0x03],
    [0xA0, 0x00, 0x00, 0x00, 0x04],
    [0xA0, 0x00, 0x00, 0x00, 0x05],
    [0xA0, 0x00, 0x00, 0x00, 0x10],
    [0xA0, 0x00, 0x00, 0x00, 0x25],
    [0xA0, 0x00, 0x00, 0x00, 0x42],
    [0xA0, 0x00, 0x00, 0x00, 0x65],
    [0xA0, 0x00, 0x00, 0x01, 0x52],
    [0xA0, 0x00, 0x00, 0x02, 0x28],
    [0xA0, 0x00, 0x00, 0x02, 0x77],
    [0xA0, 0x00, 0x00, 0x03, 0x24],
    [0xA0, 0x00, 0x00, 0x03, 0x33],
    [0xA0, 0x00, 0x00, 0x05, 0x24],
    [0xA0, 0x00, 0x00, 0x06, 0x72],
    [0xD4, 0x10, 0x00, 0x00, 0x03],
];
/// The end of the directories of payment cards: `1PAY.SYS.DDF01` and `2PAY.SYS.DDF01`.
const CARD_DIRECTORY: &[u8] = b"PAY.SYS.DDF01";

/// Where the id is in the last answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// All of it.
    Whole,
    /// These bytes.
    Bytes {
        /// From here, beginning with 0.
        from: usize,
        /// So many.
        count: usize,
    },
    /// The value of this object, wherever it is in the answer.
    Object(Tag),
}

/// How the id is written there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// As letters; blanks and zeros around them do not count.
    Text,
    /// As bytes: each is two hexadecimal digits of the id.
    Hex,
    /// As two decimal digits a byte, filled up with F.
    Digits,
}

/// One script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its name in logs.
    pub name: String,
    /// The first one selects its application.
    pub commands: Vec<Vec<u8>>,
    /// Where the id is.
    pub place: Place,
    /// How it is written.
    pub writing: Writing,
}

/// Why a script is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptInvalid {
    /// Nothing to send, or too much.
    #[error("write 1 to {COMMANDS_MAX} commands")]
    Count,
    /// Not hexadecimal digits of a command.
    #[error("command {number} is no APDU in hexadecimal digits, as \"00B0000010\"")]
    Command {
        /// Which one, from 1.
        number: usize,
    },
    /// It does not begin with an application.
    #[error("the first command selects an application by its id, as \"00A4040007F0010203040506\"")]
    NoSelect,
    /// It would read a payment card.
    #[error("this application is a payment card's, and card numbers are never taken")]
    PaymentCard,
    /// The place of the id.
    #[error("write find = \"whole\", \"bytes 0 8\" or \"tlv 5F20\"")]
    Place,
}

/// What became of a card.
#[derive(Debug)]
pub enum Asked {
    /// Its id.
    Id(Zeroizing<Vec<u8>>),
    /// It has none of the applications.
    Unknown,
    /// It has the application, and its answer has no id where it should be.
    Broken,
}

impl Script {
    /// Reads a script from its settings.
    ///
    /// # Errors
    /// [`ScriptInvalid`], each as it says.
    pub fn parse(
        name: &str,
        commands: &[String],
        find: &str,
        writing: Writing,
    ) -> Result<Self, ScriptInvalid> {
        if !(1..=COMMANDS_MAX).contains(&commands.len()) {
            return Err(ScriptInvalid::Count);
        }
        let numbered = (1..).zip(commands);
        let commands: Vec<Vec<u8>> = numbered
            .map(|(number, text)| command(text).ok_or(ScriptInvalid::Command { number }))
            .collect::<Result<_, _>>()?;
        for (place, command) in commands.iter().enumerate() {
            match application(command) {
                None if place == 0 => return Err(ScriptInvalid::NoSelect),
                Some(name) if is_payment_card(name) => return Err(ScriptInvalid::PaymentCard),
                None | Some(_) => {}
            }
        }
        let place = place_of(find).ok_or(ScriptInvalid::Place)?;
        Ok(Self { name: name.to_owned(), commands, place, writing })
    }

    /// Runs it; nothing when the card does not have its application.
    ///
    /// # Errors
    /// [`CardFault`], each as it says.
    fn run(&self, card: &mut dyn Card) -> Result<Option<Asked>, CardFault> {
        let mut last = Zeroizing::new(Vec::new());
        for (place, command) in self.commands.iter().enumerate() {
            let (status, data) = exchange(card, command)?;
            if status != Status::SUCCESS {
                tracing::debug!(script = %self.name, place, %status, "the card answered");
                return Ok((place > 0).then_some(Asked::Broken));
            }
            last = data;
        }
        let id = self.place.take(&last).and_then(|bytes| self.writing.read(bytes));
        Ok(Some(id.map_or(Asked::Broken, Asked::Id)))
    }
}

/// Asks a card with each script in turn, until one knows it.
///
/// # Errors
/// [`CardFault`], each as it says.
pub fn ask(scripts: &[Script], card: &mut dyn Card) -> Result<Asked, CardFault> {
    for script in scripts {
        if let Some(asked) = script.run(card)? {
            return Ok(asked);
        }
    }
    Ok(Asked::Unknown)
}

impl Asked {
    /// Returns the reading, or why there is none.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn frame(self) -> super::Frame {
        match self {
            Self::Id(id) => Ok(id),
            Self::Unknown => Err(Refusal::CardUnknown),
            Self::Broken => Err(Refusal::Malformed { format: "a card of ours" }),
        }
    }
}

impl Place {
    fn take<'a>(&self, answer: &'a [u8]) -> Option<&'a [u8]> {
        match self {
            Self::Whole => Some(answer),
            Self::Bytes { from, count } => answer.get(*from..from.checked_add(*count)?),
            Self::Object(tag) => {
                let mut objects = walk(answer, Form::EMV).map_while(Result::ok);
                objects.find(|object| object.tag == *tag).map(|object| object.value)
            }
        }
    }
}

impl Writing {
    fn read(self, bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        if bytes.len() > ID_BYTES_MAX {
            return None;
        }
        let hex = |bytes: &[u8]| {
            let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]);
            digits
                .map(|digit| *b"0123456789ABCDEF".get(usize::from(digit)).unwrap_or(&b'0'))
                .collect::<Vec<u8>>()
        };
        let id = match self {
            Self::Text => {
                let filled = |byte: &u8| matches!(byte, 0 | b' ' | 0xFF);
                let from = bytes.iter().position(|byte| !filled(byte))?;
                let to = bytes.iter().rposition(|byte| !filled(byte))?;
                bytes.get(from..=to)?.to_vec()
            }
            Self::Hex => hex(bytes),
            Self::Digits => {
                let mut digits = hex(bytes);
                let end = digits.iter().position(|digit| *digit == b'F').unwrap_or(digits.len());
                let filling = digits.split_off(end);
                let right = digits.iter().all(u8::is_ascii_digit)
                    && filling.iter().all(|digit| *digit == b'F');
                if !right {
                    return None;
                }
                digits
            }
        };
        Some(Zeroizing::new(id)).filter(|id| !id.is_empty())
    }
}

/// Sends a command and fetches the rest of its answer.
fn exchange(
    card: &mut dyn Card,
    command: &[u8],
) -> Result<(Status, Zeroizing<Vec<u8>>), CardFault> {
    let mut whole = Zeroizing::new(Vec::new());
    let mut next = command.to_vec();
    for _ in 0..PARTS_MAX {
        let response = Response::parse(&card.exchange(&next)?)?;
        whole.extend_from_slice(&response.data);
        let [kind, count] = response.status.0.to_be_bytes();
        if kind != MORE {
            return Ok((response.status, whole));
        }
        next = [&GET_RESPONSE[..], &[count]].concat();
    }
    Ok((Status(0), whole))
}

fn command(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.chars().filter(|letter| *letter != ' ').collect();
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok());
    let bytes: Option<Vec<u8>> =
        pairs.iter().map(|[high, low]| Some((nibble(*high)? << 4) | nibble(*low)?)).collect();
    bytes.filter(|bytes| Command::parse(bytes).is_ok())
}

/// The application that a command selects.
fn application(command: &[u8]) -> Option<&[u8]> {
    let (count, rest) = command.strip_prefix(&SELECT_NAME)?.get(1..)?.split_first()?;
    rest.get(..usize::from(*count)).filter(|name| !name.is_empty())
}

/// A shorter name selects what begins with it, so that it counts as well.
fn is_payment_card(name: &[u8]) -> bool {
    let scheme = |scheme: &[u8; 5]| name.starts_with(scheme) || scheme.starts_with(name);
    name.ends_with(CARD_DIRECTORY) || CARD_SCHEMES.iter().any(scheme)
}

fn place_of(find: &str) -> Option<Place> {
    let words: Vec<&str> = find.split_whitespace().collect();
    match words.as_slice() {
        ["whole"] => Some(Place::Whole),
        ["bytes", from, count] => {
            let (from, count) = (from.parse().ok()?, count.parse().ok()?);
            (1..=ID_BYTES_MAX).contains(&count).then_some(Place::Bytes { from, count })
        }
        ["tlv", tag] => {
            let (pairs, []) = tag.as_bytes().as_chunks::<2>() else { return None };
            let bytes = pairs
                .iter()
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
            Tag::parse(&bytes.collect::<Option<Vec<u8>>>()?).map(Place::Object)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
