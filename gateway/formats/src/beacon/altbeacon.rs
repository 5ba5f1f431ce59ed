//! AltBeacon: twenty bytes of identity in any maker's data.
//!
//! Owns its 24 bytes behind the maker's number (AltBeacon 1.0). Next: [`super::eddystone`].

use super::advertisement::Structure;

/// In front of the frame.
const CODE: [u8; 2] = [0xBE, 0xAC];

/// An AltBeacon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AltBeacon {
    /// The maker.
    pub company: u16,
    /// Which beacon: by habit a UUID and two numbers of two bytes.
    pub id: [u8; 20],
    /// Signal at one metre. **Units** dBm.
    pub power_1m_dbm: i8,
    /// A byte of the maker.
    pub reserved: u8,
}

impl AltBeacon {
    /// Reads the data of a maker; anything else than an AltBeacon of its exact length is nothing.
    #[must_use]
    pub fn parse(company: u16, data: &[u8]) -> Option<Self> {
        let (code, rest) = data.split_first_chunk()?;
        let (id, rest) = rest.split_first_chunk()?;
        let [power, reserved] = *<&[u8; 2]>::try_from(rest).ok()?;
        let power_1m_dbm = power.cast_signed();
        (*code == CODE).then_some(Self { company, id: *id, power_1m_dbm, reserved })
    }

    /// Writes the structure.
    #[must_use]
    pub fn build(&self) -> Structure {
        let tail = [self.power_1m_dbm.cast_unsigned(), self.reserved];
        Structure::manufacturer_data(self.company, &[&CODE, &self.id[..], &tail].concat())
    }
}
