//! A SUN URI: its parameters by the layout that was written into the tag, and the check.
//!
//! Owns finding the parameters and the MAC's input, byte for byte as the tag mirrored it. May not
//! look up keys: the caller finds them by the serial number. Next: [`super::picc`].

use super::fault::{Parameter, SunFault};
use super::picc::{PiccData, ReadCounter, TagUid};
use super::session::{SunCipher, SunMac, SunSession};
use crate::aes128::AesKey;

/// The longest URI in bytes: the tag's file has 256, a written-out beginning adds at most 26.
pub const URI_BYTES_MAX: usize = 282;

/// How a tag mirrors who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mirror {
    /// Encrypted, in one parameter.
    Encrypted {
        /// The parameter's name.
        picc_data: String,
    },
    /// In the clear, in two parameters.
    Plain {
        /// The name of the serial number's parameter.
        uid: String,
        /// The name of the read counter's parameter.
        counter: String,
    },
}

/// Where the MAC's input begins; it ends where the MAC begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MacInput {
    /// At the MAC itself: the input is empty.
    Empty,
    /// At the value of the parameter of this name.
    From(String),
    /// At this byte of the URI, counted from 0.
    FromByte(usize),
}

/// What was written into a tag: which parameters its URI has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SunLayout {
    /// The tag's mode.
    pub cipher: SunCipher,
    /// How it mirrors who it is.
    pub mirror: Mirror,
    /// The name of the encrypted file data's parameter, when the tag has one.
    pub file_data: Option<String>,
    /// The name of the MAC's parameter.
    pub mac: String,
    /// Where the MAC's input begins.
    pub mac_input: MacInput,
}

impl SunLayout {
    /// Returns the layout of AN12196 with encrypted PICC data: `picc_data` and `cmac`.
    #[must_use]
    pub fn encrypted(cipher: SunCipher) -> Self {
        let mirror = Mirror::Encrypted { picc_data: "picc_data".to_owned() };
        let (file_data, mac) = (None, "cmac".to_owned());
        Self { cipher, mirror, file_data, mac, mac_input: MacInput::Empty }
    }

    /// Returns the layout of AN12196 in the clear: `uid`, `ctr` and `cmac`.
    #[must_use]
    pub fn plain(cipher: SunCipher) -> Self {
        let mirror = Mirror::Plain { uid: "uid".to_owned(), counter: "ctr".to_owned() };
        Self { mirror, ..Self::encrypted(cipher) }
    }

    /// Adds the encrypted file data of AN12196: `enc`, where the MAC's input begins.
    #[must_use]
    pub fn with_file_data(self) -> Self {
        let mac_input = MacInput::From("enc".to_owned());
        Self { file_data: Some("enc".to_owned()), mac_input, ..self }
    }
}

/// Who the URI says that the tag is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mirrored {
    /// Encrypted: the meta key opens it.
    Sealed(Vec<u8>),
    /// In the clear; nothing is proved yet.
    Clear(PiccData),
}

/// A URI taken apart; nothing is proved yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SunAddress {
    /// Who the tag is.
    pub mirrored: Mirrored,
    cipher: SunCipher,
    file_data: Option<Vec<u8>>,
    mac: SunMac,
    mac_input: Vec<u8>,
}

/// What a URI proves.
#[derive(Clone, PartialEq, Eq)]
pub struct SunProof {
    /// Which tag made it, and at which read.
    pub picc: PiccData,
    /// The file data in the clear, when the tag has some.
    pub file_data: Option<Vec<u8>>,
}

impl SunAddress {
    /// Takes a URI apart.
    ///
    /// # Errors
    /// `TooLong`, `Missing`, `Twice`, `Invalid` and `MacInputInvalid` of [`SunFault`].
    pub fn parse(uri: &str, layout: &SunLayout) -> Result<Self, SunFault> {
        if uri.len() > URI_BYTES_MAX {
            return Err(SunFault::TooLong { bytes: uri.len() });
        }
        let query = Query::of(uri);
        let mirrored = match &layout.mirror {
            Mirror::Encrypted { picc_data } => {
                let (_, value) = query.find(picc_data, Parameter::PiccData)?;
                Mirrored::Sealed(hexadecimal(value, Parameter::PiccData)?)
            }
            Mirror::Plain { uid, counter } => {
                let uid = exactly(query.find(uid, Parameter::Uid)?.1, Parameter::Uid)?;
                let counter = query.find(counter, Parameter::Counter)?.1;
                let counter = ReadCounter::from_mirror(exactly(counter, Parameter::Counter)?);
                Mirrored::Clear(PiccData { uid: Some(TagUid(uid)), counter: Some(counter) })
            }
        };
        let (mut file_data, mut proved_from) = (None, URI_BYTES_MAX);
        if let Some(name) = &layout.file_data {
            let (at, value) = query.find(name, Parameter::FileData)?;
            file_data = Some(hexadecimal(value, Parameter::FileData)?);
            proved_from = at;
        }
        let (mac_at, mac) = query.find(&layout.mac, Parameter::Mac)?;
        let start = match &layout.mac_input {
            MacInput::Empty => mac_at,
            MacInput::From(name) => query.find(name, Parameter::MacInput)?.0,
            MacInput::FromByte(byte) => *byte,
        };
        // File data before the input would be believed without proof; no tag can be set up so.
        let input = uri.as_bytes().get(start..mac_at).filter(|_| start <= proved_from);
        let input = input.ok_or(SunFault::MacInputInvalid)?;
        let mac = SunMac(exactly(mac, Parameter::Mac)?);
        Ok(Self { mirrored, cipher: layout.cipher, file_data, mac, mac_input: input.to_vec() })
    }

    /// Returns who the tag is; the meta key is not needed when that is in the clear.
    ///
    /// # Errors
    /// [`SunFault`], as in [`PiccData::open`].
    pub fn picc_data(&self, meta_key: &AesKey) -> Result<PiccData, SunFault> {
        match &self.mirrored {
            Mirrored::Sealed(sealed) => PiccData::open(self.cipher, meta_key, sealed),
            Mirrored::Clear(picc) => Ok(*picc),
        }
    }

    /// Checks the MAC with the tag's file key, and opens the file data if it is right.
    ///
    /// # Errors
    /// `MacWrong`; `Invalid` and `Missing` when the file data cannot be opened.
    /// **Order** the key was found by what [`SunAddress::picc_data`] returned.
    pub fn verify(&self, picc: &PiccData, file_key: &AesKey) -> Result<SunProof, SunFault> {
        let session = SunSession::derive(self.cipher, file_key, picc);
        if session.mac(&self.mac_input) != self.mac {
            return Err(SunFault::MacWrong);
        }
        let sealed = self.file_data.as_ref();
        let file_data = sealed.map(|sealed| session.open_file_data(sealed)).transpose()?;
        Ok(SunProof { picc: *picc, file_data })
    }
}

impl SunProof {
    /// Returns the counter, if it is above that of the tag's last proof.
    ///
    /// # Errors
    /// `Replayed`; `Missing` when the tag mirrors no counter, so that nothing tells copies.
    /// **Order** the caller stores what is returned before it acts on the proof, in one step with
    /// the comparison, or two copies at once both pass.
    pub fn newer_than(&self, last: Option<ReadCounter>) -> Result<ReadCounter, SunFault> {
        let missing = SunFault::Missing { parameter: Parameter::Counter };
        let counter = self.picc.counter.ok_or(missing)?;
        if last.is_some_and(|last| counter <= last) {
            return Err(SunFault::Replayed);
        }
        Ok(counter)
    }
}

impl std::fmt::Debug for SunProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes = self.file_data.as_ref().map(Vec::len);
        f.debug_struct("SunProof")
            .field("picc", &self.picc)
            .field("file_data_bytes", &bytes)
            .finish()
    }
}

/// The parameters of a URI: name, value, and where the value begins.
struct Query<'u>(Vec<(&'u str, &'u str, usize)>);

impl<'u> Query<'u> {
    fn of(uri: &'u str) -> Self {
        let whole = uri.split_once('#').map_or(uri, |(whole, _)| whole);
        let Some((before, query)) = whole.split_once('?') else { return Self(Vec::new()) };
        let mut at = before.len().saturating_add(1);
        let mut parameters = Vec::new();
        for part in query.split('&') {
            if let Some((name, value)) = part.split_once('=') {
                let value_at = at.saturating_add(name.len()).saturating_add(1);
                parameters.push((name, value, value_at));
            }
            at = at.saturating_add(part.len()).saturating_add(1);
        }
        Self(parameters)
    }

    fn find(&self, name: &str, parameter: Parameter) -> Result<(usize, &'u str), SunFault> {
        let mut found = self.0.iter().filter(|(found, ..)| *found == name);
        let (_, value, at) = found.next().ok_or(SunFault::Missing { parameter })?;
        if found.next().is_some() {
            return Err(SunFault::Twice { parameter });
        }
        Ok((*at, value))
    }
}

fn hexadecimal(digits: &str, parameter: Parameter) -> Result<Vec<u8>, SunFault> {
    let invalid = SunFault::Invalid { parameter };
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return Err(invalid) };
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok());
    let byte = |[high, low]: &[u8; 2]| Some((nibble(*high)? << 4) | nibble(*low)?);
    pairs.iter().map(byte).collect::<Option<_>>().ok_or(invalid)
}

fn exactly<const N: usize>(digits: &str, parameter: Parameter) -> Result<[u8; N], SunFault> {
    hexadecimal(digits, parameter)?.try_into().map_err(|_| SunFault::Invalid { parameter })
}
