//! Consumer-presented codes: base64 of BER-TLV, one application or more that can pay.
//!
//! Owns the outermost level and the refusal of card data: a code that carries a card number or a
//! track is never held, and no value prints. Base64 is read by the `base64` crate, strictly. What a
//! cryptogram says is the destination's. Next: [`super::codes`], which tells codes apart.

use super::payload::QR_CHARACTERS_MAX;
use crate::tlv::{
    Form, Lengths, Object, Objects, Padding, Path, Tag, TlvFault, Writer, read, walk,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use zeroize::Zeroizing;

/// 85: payload format indicator, always first.
pub const FORMAT: Tag = Tag::one(0x85);
/// 61: application template; the first is the one that the consumer prefers.
pub const APPLICATION: Tag = Tag::one(0x61);
/// 62: data that all applications share.
pub const SHARED: Tag = Tag::one(0x62);
/// 63: inside an application, data that the destination alone understands.
pub const APPLICATION_TRANSPARENT: Tag = Tag::one(0x63);
/// 64: inside the shared data, data that the destination alone understands.
pub const SHARED_TRANSPARENT: Tag = Tag::one(0x64);
/// 4F: the application's identifier.
pub const APPLICATION_ID: Tag = Tag::one(0x4F);
/// 50: the application's name.
pub const APPLICATION_LABEL: Tag = Tag::one(0x50);

/// The only version of the format so far (EMVCo CPM 1.1, 5.1.1.1).
const VERSION: &[u8] = b"CPV01";
/// Track 1, track 2 equivalent, card number (EMV Book 3, annex A) and track 2 of kernel 2.
const CARD_DATA: [Tag; 4] = [Tag::one(0x56), Tag::one(0x57), Tag::one(0x5A), Tag::two(0x9F, 0x6B)];
/// The fewest bytes of an application's identifier (ISO/IEC 7816-4, 8.2.1.2).
const APPLICATION_ID_BYTES_MIN: usize = 5;
/// The most bytes of an application's identifier, by the same clause.
const APPLICATION_ID_BYTES_MAX: usize = 16;
/// No padding; lengths as BER permits.
const FORM: Form = Form { padding: Padding::Refused, lengths: Lengths::Any };

/// Why a text is not taken as a consumer-presented code. No value is ever part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConsumerFault {
    /// Longer than any QR code holds.
    #[error("code is over {limit} characters")]
    TooLarge {
        /// How many there may be.
        limit: usize,
    },
    /// Not base64 with its padding.
    #[error("code is not base64")]
    Base64,
    /// The bytes are not objects.
    #[error("code is not TLV: {0}")]
    Tlv(#[from] TlvFault),
    /// The first object is not the version CPV01, or it comes again.
    #[error("object 85 is not the first, not the only one or of an unknown version")]
    FormatInvalid,
    /// No application.
    #[error("object 61 is missing")]
    ApplicationMissing,
    /// An application whose identifier is missing or has not 5 to 16 bytes.
    #[error("application {number} has no valid identifier")]
    ApplicationIdInvalid {
        /// Which one, from 1.
        number: usize,
    },
    /// A card number or track.
    #[error("object {path} is card data, which is never accepted here")]
    CardData {
        /// Where.
        path: Path,
    },
}

/// A code without card data. Prints as a mask, is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct ConsumerCode {
    bytes: Zeroizing<Vec<u8>>,
}

/// One application of a code. Prints without values.
#[derive(Clone, Copy)]
pub struct Application<'a> {
    template: Object<'a>,
}

/// Reads the bytes of a code and looks for nothing but their form; card data may be among them, so
/// the caller may not keep them.
///
/// # Errors
/// [`ConsumerFault::TooLarge`], [`ConsumerFault::Base64`], [`ConsumerFault::Tlv`],
/// [`ConsumerFault::FormatInvalid`], [`ConsumerFault::ApplicationMissing`] and
/// [`ConsumerFault::ApplicationIdInvalid`].
pub fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, ConsumerFault> {
    if text.len() > QR_CHARACTERS_MAX {
        return Err(ConsumerFault::TooLarge { limit: QR_CHARACTERS_MAX });
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    STANDARD.decode_vec(text, &mut bytes).map_err(|_| ConsumerFault::Base64)?;
    check(&bytes)?;
    Ok(bytes)
}

impl ConsumerCode {
    /// Reads the text of a code.
    ///
    /// # Errors
    /// As [`decode`]; then [`ConsumerFault::CardData`].
    pub fn parse(text: &str) -> Result<Self, ConsumerFault> {
        let bytes = decode(text)?;
        for object in walk(&bytes, FORM) {
            let object = object?;
            if CARD_DATA.contains(&object.tag) {
                return Err(ConsumerFault::CardData { path: object.path() });
            }
        }
        Ok(Self { bytes })
    }

    /// Makes a code of the contents of its applications and of the data that they share.
    ///
    /// # Errors
    /// As [`ConsumerCode::parse`]: nothing is made that it would not read.
    pub fn build(applications: &[Writer], shared: Option<&Writer>) -> Result<Self, ConsumerFault> {
        let mut run = Writer::new().primitive(FORMAT, VERSION)?;
        for application in applications {
            run = run.constructed(APPLICATION, application)?;
        }
        if let Some(shared) = shared {
            run = run.constructed(SHARED, shared)?;
        }
        let code = Self { bytes: Zeroizing::new(run.into_bytes()) };
        Self::parse(&code.to_text())
    }

    /// Writes the text of the code, for the one place that sends it on.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(&*self.bytes))
    }

    /// Returns the objects of the outermost level.
    #[must_use]
    pub fn objects(&self) -> Objects<'_> {
        read(&self.bytes, FORM)
    }

    /// Returns the applications, the preferred one first.
    pub fn applications(&self) -> impl Iterator<Item = Application<'_>> {
        let templates = self.objects().flatten().filter(|object| object.tag == APPLICATION);
        templates.map(|template| Application { template })
    }

    /// Looks up the data that the applications share.
    #[must_use]
    pub fn shared(&self) -> Option<Object<'_>> {
        self.objects().lookup(SHARED).ok().flatten()
    }
}

impl fmt::Debug for ConsumerCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConsumerCode(***)")
    }
}

impl<'a> Application<'a> {
    /// Returns the application's identifier.
    #[must_use]
    pub fn id(&self) -> &'a [u8] {
        self.value(APPLICATION_ID).unwrap_or_default()
    }

    /// Looks up the application's name.
    #[must_use]
    pub fn label(&self) -> Option<&'a str> {
        self.value(APPLICATION_LABEL).and_then(|label| std::str::from_utf8(label).ok())
    }

    /// Looks up a value of the application, or one of its transparent data.
    #[must_use]
    pub fn value(&self, tag: Tag) -> Option<&'a [u8]> {
        let parts = self.template.objects().ok()?;
        let own = parts.lookup(tag).ok().flatten();
        let transparent = || {
            let template = parts.lookup(APPLICATION_TRANSPARENT).ok().flatten()?;
            template.objects().ok()?.lookup(tag).ok().flatten()
        };
        own.or_else(transparent).map(|object| object.value)
    }
}

impl fmt::Debug for Application<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.template.fmt(f)
    }
}

fn check(bytes: &[u8]) -> Result<(), ConsumerFault> {
    crate::tlv::check(bytes, FORM)?;
    let mut objects = read(bytes, FORM).flatten();
    let first = objects.next().filter(|first| first.tag == FORMAT && first.value == VERSION);
    first.ok_or(ConsumerFault::FormatInvalid)?;
    if objects.clone().any(|object| object.tag == FORMAT) {
        return Err(ConsumerFault::FormatInvalid);
    }
    let mut number = 0_usize;
    for template in objects.filter(|object| object.tag == APPLICATION) {
        number = number.saturating_add(1);
        let id = Application { template }.id();
        if !(APPLICATION_ID_BYTES_MIN..=APPLICATION_ID_BYTES_MAX).contains(&id.len()) {
            return Err(ConsumerFault::ApplicationIdInvalid { number });
        }
    }
    if number == 0 { Err(ConsumerFault::ApplicationMissing) } else { Ok(()) }
}
