//! Eddystone: five kinds of frames in the data of service FEAA.
//!
//! | file | owns |
//! |---|---|
//! | here | the frames UID, URL, TLM (in the clear and encrypted) and EID |
//! | [`url`] | the URL's scheme and abbreviations |
//! | [`eid`] | how an identifier that changes is made and recognised |
//!
//! Source: Google's Eddystone specification, 2018. Next: [`super::frame`].

pub mod eid;
pub mod url;

pub use eid::{EphemeralId, IdentityKey, RotationExponent};

use super::advertisement::Structure;
use super::fault::FrameFault;

/// Eddystone's number as a service.
pub const EDDYSTONE: u16 = 0xFEAA;
/// What a signal loses over the first metre, which iBeacon states and Eddystone does not, in dB.
const LOSS_1M_DB: i8 = 41;

const UID: u8 = 0x00;
const URL: u8 = 0x10;
const TELEMETRY: u8 = 0x20;
const EPHEMERAL: u8 = 0x30;
const TELEMETRY_PLAIN: u8 = 0x00;
const TELEMETRY_ENCRYPTED: u8 = 0x01;
/// What a beacon without a thermometer states, in 1/256 °C.
const TEMPERATURE_NONE: i16 = i16::MIN;

/// A frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Eddystone {
    /// A lasting identifier.
    Uid {
        /// Signal at no distance. **Units** dBm.
        power_0m_dbm: i8,
        /// Whose beacons they are.
        namespace: [u8; 10],
        /// One of them.
        instance: [u8; 6],
        /// Two bytes for later, which older beacons leave out; zero today.
        reserved: Option<[u8; 2]>,
    },
    /// A URL.
    Url {
        /// Signal at no distance. **Units** dBm.
        power_0m_dbm: i8,
        /// The URL, written out.
        url: String,
    },
    /// How the beacon is.
    Telemetry(Telemetry),
    /// The same, encrypted with the identity key (AES-EAX).
    EncryptedTelemetry {
        /// The encrypted telemetry.
        sealed: [u8; 12],
        /// What makes each encryption differ.
        salt: [u8; 2],
        /// What proves it.
        proof: [u8; 2],
    },
    /// An identifier that changes.
    Ephemeral {
        /// Signal at no distance. **Units** dBm.
        power_0m_dbm: i8,
        /// The identifier of this while.
        id: EphemeralId,
    },
}

/// How a beacon is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Telemetry {
    /// Battery, 0 when it has none. **Units** millivolt.
    pub battery_mv: u16,
    /// Temperature as sent; −128 °C when it has no thermometer. **Units** 1/256 °C.
    pub temperature_256th_c: i16,
    /// Advertisements since it was switched on.
    pub advertisements: u32,
    /// Time since it was switched on. **Units** tenths of a second.
    pub uptime_tenths_s: u32,
}

impl Telemetry {
    /// Returns the temperature, if the beacon has a thermometer. **Units** thousandths of a °C.
    #[must_use]
    pub fn temperature_milli_c(&self) -> Option<i32> {
        let known = self.temperature_256th_c != TEMPERATURE_NONE;
        known.then(|| i32::from(self.temperature_256th_c).saturating_mul(1000) / 256)
    }
}

impl Eddystone {
    /// Reads the data of service FEAA.
    ///
    /// # Errors
    /// [`FrameFault`], all but those of the advertisement.
    pub fn parse(data: &[u8]) -> Result<Self, FrameFault> {
        match data {
            [UID, power, rest @ ..] => uid(*power, rest),
            [URL, power, rest @ ..] => {
                Ok(Self::Url { power_0m_dbm: power.cast_signed(), url: url::read(rest)? })
            }
            [TELEMETRY, TELEMETRY_PLAIN, rest @ ..] => telemetry(rest),
            [TELEMETRY, TELEMETRY_ENCRYPTED, rest @ ..] => encrypted_telemetry(rest),
            [TELEMETRY, version, ..] => Err(FrameFault::VersionUnknown { version: *version }),
            [EPHEMERAL, power, rest @ ..] => {
                let id = exactly("eid", rest)?;
                Ok(Self::Ephemeral { power_0m_dbm: power.cast_signed(), id: EphemeralId(id) })
            }
            [UID | URL | TELEMETRY | EPHEMERAL] | [] => {
                Err(FrameFault::LengthInvalid { frame: "eddystone", bytes: data.len() })
            }
            [kind, ..] => Err(FrameFault::TypeUnknown { kind: *kind }),
        }
    }

    /// Writes the structure of service data.
    ///
    /// # Errors
    /// `UrlInvalid` and `UrlTooLong` of [`FrameFault`].
    pub fn build(&self) -> Result<Structure, FrameFault> {
        let power = |dbm: &i8| dbm.cast_unsigned();
        let data = match self {
            Self::Uid { power_0m_dbm, namespace, instance, reserved } => {
                let front = [UID, power(power_0m_dbm)];
                let reserved = reserved.as_ref().map_or(&[][..], |bytes| bytes);
                [&front, &namespace[..], instance, reserved].concat()
            }
            Self::Url { power_0m_dbm, url } => {
                [&[URL, power(power_0m_dbm)], url::write(url)?.as_slice()].concat()
            }
            Self::Telemetry(telemetry) => [
                &[TELEMETRY, TELEMETRY_PLAIN],
                &telemetry.battery_mv.to_be_bytes()[..],
                &telemetry.temperature_256th_c.to_be_bytes(),
                &telemetry.advertisements.to_be_bytes(),
                &telemetry.uptime_tenths_s.to_be_bytes(),
            ]
            .concat(),
            Self::EncryptedTelemetry { sealed, salt, proof } => {
                [&[TELEMETRY, TELEMETRY_ENCRYPTED], &sealed[..], salt, proof].concat()
            }
            Self::Ephemeral { power_0m_dbm, id } => {
                [&[EPHEMERAL, power(power_0m_dbm)], &id.0[..]].concat()
            }
        };
        Ok(Structure::service_data(EDDYSTONE, &data))
    }

    /// Returns the signal at one metre, as the other beacons state it; telemetry states none.
    /// **Units** dBm.
    #[must_use]
    pub const fn power_1m_dbm(&self) -> Option<i8> {
        match self {
            Self::Uid { power_0m_dbm, .. }
            | Self::Url { power_0m_dbm, .. }
            | Self::Ephemeral { power_0m_dbm, .. } => Some(power_0m_dbm.saturating_sub(LOSS_1M_DB)),
            Self::Telemetry(_) | Self::EncryptedTelemetry { .. } => None,
        }
    }
}

fn uid(power: u8, rest: &[u8]) -> Result<Eddystone, FrameFault> {
    let invalid = FrameFault::LengthInvalid { frame: "uid", bytes: rest.len() };
    let (namespace, rest) = rest.split_first_chunk().ok_or(invalid)?;
    let (instance, rest) = rest.split_first_chunk().ok_or(invalid)?;
    let reserved = match rest {
        [] => None,
        [first, second] => Some([*first, *second]),
        _ => return Err(invalid),
    };
    let power_0m_dbm = power.cast_signed();
    Ok(Eddystone::Uid { power_0m_dbm, namespace: *namespace, instance: *instance, reserved })
}

fn telemetry(rest: &[u8]) -> Result<Eddystone, FrameFault> {
    let [b1, b2, t1, t2, a1, a2, a3, a4, u1, u2, u3, u4] = exactly("tlm", rest)?;
    Ok(Eddystone::Telemetry(Telemetry {
        battery_mv: u16::from_be_bytes([b1, b2]),
        temperature_256th_c: i16::from_be_bytes([t1, t2]),
        advertisements: u32::from_be_bytes([a1, a2, a3, a4]),
        uptime_tenths_s: u32::from_be_bytes([u1, u2, u3, u4]),
    }))
}

fn encrypted_telemetry(rest: &[u8]) -> Result<Eddystone, FrameFault> {
    let invalid = FrameFault::LengthInvalid { frame: "etlm", bytes: rest.len() };
    let (sealed, rest) = rest.split_first_chunk().ok_or(invalid)?;
    let [s1, s2, p1, p2] = exactly("etlm", rest)?;
    Ok(Eddystone::EncryptedTelemetry { sealed: *sealed, salt: [s1, s2], proof: [p1, p2] })
}

fn exactly<const N: usize>(frame: &'static str, bytes: &[u8]) -> Result<[u8; N], FrameFault> {
    let invalid = FrameFault::LengthInvalid { frame, bytes: bytes.len() };
    bytes.try_into().map_err(|_| invalid)
}
