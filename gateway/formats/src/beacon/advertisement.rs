//! The structures of an advertisement: a length, a type, data, one after the other.
//!
//! Owns their chain and the few types that beacons use (Core Specification Supplement, part A). May
//! not look into a beacon's frame: [`super::ibeacon`] is next.

use super::fault::AdvertisementFault;

/// The largest advertisement in bytes: extended advertising joins fragments up to this.
pub const ADVERTISEMENT_BYTES_MAX: usize = 1650;
/// Bytes of a legacy advertisement; scanners that pad it put the scan response behind it.
const LEGACY_BYTES: usize = 31;

/// Flags.
const FLAGS: u8 = 0x01;
/// Some of the 16-bit services.
const SERVICES_SOME: u8 = 0x02;
/// All of the 16-bit services.
const SERVICES_ALL: u8 = 0x03;
/// The beginning of the name.
const NAME_SHORT: u8 = 0x08;
/// The name.
const NAME: u8 = 0x09;
/// Data of a 16-bit service.
const SERVICE_DATA: u8 = 0x16;
/// Data of a maker.
const MANUFACTURER_DATA: u8 = 0xFF;

/// One structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    /// Its type.
    pub kind: u8,
    /// Its data; at most 254 bytes.
    pub data: Vec<u8>,
}

/// An advertisement; a scan response may follow in the same bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Advertisement {
    /// The structures in their order.
    pub structures: Vec<Structure>,
}

impl Advertisement {
    /// Reads the structures; zeros at the end are padding, and zeros up to byte 31 when a scan
    /// response follows there.
    ///
    /// # Errors
    /// `TooLarge`, `Cut` and `PaddingInvalid` of [`AdvertisementFault`].
    pub fn parse(bytes: &[u8]) -> Result<Self, AdvertisementFault> {
        if bytes.len() > ADVERTISEMENT_BYTES_MAX {
            return Err(AdvertisementFault::TooLarge { bytes: bytes.len() });
        }
        let (mut rest, mut structures) = (bytes, Vec::new());
        while let Some((length, after)) = rest.split_first() {
            let at = bytes.len().saturating_sub(rest.len());
            if *length == 0 {
                rest = after_padding(rest, at)?;
                continue;
            }
            let cut = AdvertisementFault::Cut { at, bytes: *length };
            let (body, after) = after.split_at_checked(usize::from(*length)).ok_or(cut)?;
            let (kind, data) = body.split_first().ok_or(cut)?;
            structures.push(Structure { kind: *kind, data: data.to_vec() });
            rest = after;
        }
        Ok(Self { structures })
    }

    /// Writes the structures, without padding.
    ///
    /// # Errors
    /// `StructureTooLong` and `TooLarge` of [`AdvertisementFault`].
    pub fn build(&self) -> Result<Vec<u8>, AdvertisementFault> {
        let mut bytes = Vec::new();
        for structure in &self.structures {
            let too_long = AdvertisementFault::StructureTooLong { bytes: structure.data.len() };
            let length = u8::try_from(structure.data.len()).ok().and_then(|n| n.checked_add(1));
            bytes.extend([length.ok_or(too_long)?, structure.kind]);
            bytes.extend_from_slice(&structure.data);
        }
        if bytes.len() > ADVERTISEMENT_BYTES_MAX {
            return Err(AdvertisementFault::TooLarge { bytes: bytes.len() });
        }
        Ok(bytes)
    }

    /// Returns the flags, if it has any.
    ///
    /// # Errors
    /// `Twice`, and `StructureInvalid` when they have no byte.
    pub fn flags(&self) -> Result<Option<u8>, AdvertisementFault> {
        let mut found = self.of(FLAGS);
        let Some(data) = found.next() else { return Ok(None) };
        if found.next().is_some() {
            return Err(AdvertisementFault::Twice { kind: FLAGS });
        }
        let first = data.first().copied();
        first.map(Some).ok_or(AdvertisementFault::StructureInvalid { kind: FLAGS })
    }

    /// Returns the 16-bit services that it lists.
    ///
    /// # Errors
    /// `StructureInvalid` when a list is not whole.
    pub fn services(&self) -> Result<Vec<u16>, AdvertisementFault> {
        let mut services = Vec::new();
        for kind in [SERVICES_SOME, SERVICES_ALL] {
            for data in self.of(kind) {
                let (pairs, left) = data.as_chunks::<2>();
                if !left.is_empty() {
                    return Err(AdvertisementFault::StructureInvalid { kind });
                }
                services.extend(pairs.iter().copied().map(u16::from_le_bytes));
            }
        }
        Ok(services)
    }

    /// Returns the name, the whole one before a short one.
    ///
    /// # Errors
    /// `StructureInvalid` when it is not UTF-8.
    pub fn name(&self) -> Result<Option<&str>, AdvertisementFault> {
        for kind in [NAME, NAME_SHORT] {
            if let Some(data) = self.of(kind).next() {
                let name = str::from_utf8(data);
                let invalid = AdvertisementFault::StructureInvalid { kind };
                return name.map(Some).map_err(|_| invalid);
            }
        }
        Ok(None)
    }

    /// Returns the data of each maker that stands in it, with the maker's number.
    pub fn manufacturer_data(&self) -> impl Iterator<Item = (u16, &[u8])> {
        self.of(MANUFACTURER_DATA).filter_map(numbered)
    }

    /// Returns the data of each 16-bit service that stands in it, with the service's number.
    pub fn service_data(&self) -> impl Iterator<Item = (u16, &[u8])> {
        self.of(SERVICE_DATA).filter_map(numbered)
    }

    fn of(&self, kind: u8) -> impl Iterator<Item = &[u8]> {
        let found = self.structures.iter().filter(move |structure| structure.kind == kind);
        found.map(|structure| structure.data.as_slice())
    }
}

impl Structure {
    /// Makes the flags.
    #[must_use]
    pub fn flags(flags: u8) -> Self {
        Self { kind: FLAGS, data: vec![flags] }
    }

    /// Makes the whole list of 16-bit services.
    #[must_use]
    pub fn services(services: &[u16]) -> Self {
        let data = services.iter().flat_map(|service| service.to_le_bytes()).collect();
        Self { kind: SERVICES_ALL, data }
    }

    /// Makes the data of a maker.
    #[must_use]
    pub fn manufacturer_data(company: u16, data: &[u8]) -> Self {
        Self { kind: MANUFACTURER_DATA, data: [&company.to_le_bytes(), data].concat() }
    }

    /// Makes the data of a 16-bit service.
    #[must_use]
    pub fn service_data(service: u16, data: &[u8]) -> Self {
        Self { kind: SERVICE_DATA, data: [&service.to_le_bytes(), data].concat() }
    }
}

/// What follows the padding: nothing, or a scan response in its place.
fn after_padding(rest: &[u8], at: usize) -> Result<&[u8], AdvertisementFault> {
    let zeros = rest.iter().take_while(|byte| **byte == 0).count();
    match rest.split_at_checked(zeros) {
        None | Some((_, [])) => Ok(&[]),
        Some((_, response)) if at.saturating_add(zeros) == LEGACY_BYTES => Ok(response),
        Some(_) => Err(AdvertisementFault::PaddingInvalid { at }),
    }
}

fn numbered(data: &[u8]) -> Option<(u16, &[u8])> {
    let (number, rest) = data.split_first_chunk()?;
    Some((u16::from_le_bytes(*number), rest))
}
