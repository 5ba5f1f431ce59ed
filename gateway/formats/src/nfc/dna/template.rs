//! The message that a tag completes at each read, and where it fills in what.
//!
//! Owns the names of the two parameters, which are those that [`SunLayout::encrypted`] reads.
//! Places are counted from the beginning of the file, its two length bytes included, as the chip
//! counts them. Next: [`super::settings`].

use super::fault::DnaFault;
use super::settings::Mirroring;
use crate::nfc::ndef::{Content, Message, Record, Uri};
use crate::nfc::sun::{SunCipher, SunLayout};

/// What is replaced: 16 bytes as digits.
const SEALED: &str = "00000000000000000000000000000000";
/// What is replaced: 8 bytes as digits.
const MAC: &str = "0000000000000000";
/// Before each.
const PARAMETERS: [&str; 2] = ["?picc_data=", "&cmac="];
/// Bytes of the message file of a new tag.
const FILE_BYTES: usize = 256;
/// Bytes in front of the message in its file.
const LENGTH_BYTES: usize = 2;
/// Bytes of the head of a record: flags, two lengths, the type `U`.
const RECORD_HEAD_BYTES: usize = 4;

/// A message with room for the one-time part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SunTemplate {
    /// The NDEF message, without its length.
    pub message: Vec<u8>,
    /// Where the chip fills in what.
    pub mirroring: Mirroring,
}

impl SunTemplate {
    /// Returns the layout that reads what a tag makes of a template.
    #[must_use]
    pub fn layout() -> SunLayout {
        SunLayout::encrypted(SunCipher::Aes)
    }

    /// Makes the template of an address without parameters.
    ///
    /// # Errors
    /// `AddressInvalid` and `AddressTooLong` of [`DnaFault`].
    pub fn new(address: &str) -> Result<Self, DnaFault> {
        let [before_sealed, before_mac] = PARAMETERS;
        if address.contains(['?', '#', '&']) {
            return Err(DnaFault::AddressInvalid);
        }
        let whole = format!("{address}{before_sealed}{SEALED}{before_mac}{MAC}");
        let uri = Uri::new(&whole).map_err(|_| DnaFault::AddressInvalid)?;
        // What the URI record takes when its length has one byte, as in all that fit.
        let taken = uri.build().len().saturating_add(LENGTH_BYTES + RECORD_HEAD_BYTES);
        let room = FILE_BYTES.saturating_add(address.len()).saturating_sub(taken);
        let record = Record::of(&Content::Uri(uri)).map_err(|_| DnaFault::AddressInvalid)?;
        let message = Message { records: vec![record] }.build();
        let message = message.map_err(|_| DnaFault::AddressInvalid)?;
        let bytes = message.len().saturating_add(LENGTH_BYTES);
        let too_long = DnaFault::AddressTooLong { bytes: address.len(), room };
        // The message ends with the MAC, which ends with the URI.
        let mac = bytes.saturating_sub(MAC.len());
        let picc = mac.saturating_sub(before_mac.len()).saturating_sub(SEALED.len());
        match (u8::try_from(picc), u8::try_from(mac), bytes <= FILE_BYTES) {
            (Ok(picc), Ok(mac), true) => Ok(Self { message, mirroring: Mirroring { picc, mac } }),
            (_, _, _) => Err(too_long),
        }
    }
}
