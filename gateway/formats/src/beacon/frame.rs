//! Whichever known beacon an advertisement is.
//!
//! Owns the order of looking: manufacturer data first, then Eddystone's service data. Next:
//! `relay-device`, which reports what it sees.

use super::advertisement::Advertisement;
use super::altbeacon::AltBeacon;
use super::eddystone::{EDDYSTONE, Eddystone};
use super::fault::FrameFault;
use super::ibeacon::IBeacon;

/// A beacon's frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// Apple's.
    IBeacon(IBeacon),
    /// Of any maker.
    AltBeacon(AltBeacon),
    /// Google's.
    Eddystone(Eddystone),
}

impl Frame {
    /// Finds the first beacon's frame in an advertisement, or nothing.
    ///
    /// # Errors
    /// [`FrameFault`] when Eddystone's service data is not an Eddystone frame.
    pub fn find(advertisement: &Advertisement) -> Result<Option<Self>, FrameFault> {
        for (company, data) in advertisement.manufacturer_data() {
            if let Some(beacon) = IBeacon::parse(company, data) {
                return Ok(Some(Self::IBeacon(beacon)));
            }
            if let Some(beacon) = AltBeacon::parse(company, data) {
                return Ok(Some(Self::AltBeacon(beacon)));
            }
        }
        let mut services = advertisement.service_data();
        let frame = services.find(|(service, _)| *service == EDDYSTONE);
        frame.map(|(_, data)| Eddystone::parse(data).map(Self::Eddystone)).transpose()
    }

    /// Reads an advertisement and finds the first beacon's frame in it, or nothing.
    ///
    /// # Errors
    /// [`FrameFault`]: what is wrong with the advertisement, or with an Eddystone frame.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, FrameFault> {
        Self::find(&Advertisement::parse(bytes)?)
    }
}
