//! iBeacon: a UUID and two numbers in Apple's manufacturer data.
//!
//! Owns its 23 bytes (Apple, Proximity Beacon Specification). Next: [`super::altbeacon`].

use super::advertisement::Structure;
use std::fmt;

/// Apple's number as a maker.
pub const APPLE: u16 = 0x004C;
/// In front of the frame: its type, and the bytes that follow.
const FRONT: [u8; 2] = [0x02, 0x15];

/// A UUID as beacons use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uuid(pub [u8; 16]);

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            let hyphen = if matches!(place, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(f, "{hyphen}{byte:02x}")?;
        }
        Ok(())
    }
}

/// An iBeacon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IBeacon {
    /// Whose beacons they are.
    pub uuid: Uuid,
    /// A group of them.
    pub major: u16,
    /// One of the group.
    pub minor: u16,
    /// Signal at one metre. **Units** dBm.
    pub power_1m_dbm: i8,
}

impl IBeacon {
    /// Reads the data of a maker; anything else than an iBeacon of its exact length is nothing.
    #[must_use]
    pub fn parse(company: u16, data: &[u8]) -> Option<Self> {
        let (front, rest) = data.split_first_chunk()?;
        let (uuid, rest) = rest.split_first_chunk()?;
        let [a, b, c, d, power] = *<&[u8; 5]>::try_from(rest).ok()?;
        let (major, minor) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        let found = company == APPLE && *front == FRONT;
        let power_1m_dbm = power.cast_signed();
        found.then_some(Self { uuid: Uuid(*uuid), major, minor, power_1m_dbm })
    }

    /// Writes the structure.
    #[must_use]
    pub fn build(&self) -> Structure {
        let (major, minor) = (self.major.to_be_bytes(), self.minor.to_be_bytes());
        let power = [self.power_1m_dbm.cast_unsigned()];
        let data = [&FRONT, &self.uuid.0[..], &major, &minor, &power].concat();
        Structure::manufacturer_data(APPLE, &data)
    }
}
