//! Page 3: the mark, the version, the size of the data area and who may read and write.
//!
//! Owns its four bytes (Type 2 Tag 1.0, section 4.6). Next: [`super::block`].

use super::fault::Type2Fault;

/// The mark of a tag made for NDEF.
const MARK: u8 = 0xE1;
/// The major version that this code knows.
const MAJOR: u8 = 1;
/// The data area is counted in steps of so many bytes.
const AREA_STEP: usize = 8;

/// Who may read or write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Free,
    /// Nobody.
    Never,
    /// A rule of the maker; its number, 1 to 14.
    Special(u8),
}

impl Access {
    const fn of(nibble: u8) -> Self {
        match nibble {
            0x0 => Self::Free,
            0xF => Self::Never,
            rule => Self::Special(rule),
        }
    }

    const fn nibble(self) -> u8 {
        match self {
            Self::Free => 0x0,
            Self::Never => 0xF,
            Self::Special(rule) => rule & 0x0F,
        }
    }
}

/// What page 3 says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapabilityContainer {
    /// The minor version; the major one is 1.
    pub minor: u8,
    /// Bytes of the data area.
    pub area_bytes: usize,
    /// Who may read.
    pub read: Access,
    /// Who may write.
    pub write: Access,
}

impl CapabilityContainer {
    /// Makes the container of a tag that everybody may read and write.
    ///
    /// # Errors
    /// [`Type2Fault::AreaInvalid`].
    pub fn open(area_bytes: usize) -> Result<Self, Type2Fault> {
        let container = Self { minor: 0, area_bytes, read: Access::Free, write: Access::Free };
        container.build().map(|_| container)
    }

    /// Reads page 3.
    ///
    /// # Errors
    /// `ContainerMissing` and `VersionUnknown` of [`Type2Fault`].
    pub fn parse(page: [u8; 4]) -> Result<Self, Type2Fault> {
        let [mark, version, size, access] = page;
        if mark != MARK {
            return Err(Type2Fault::ContainerMissing);
        }
        let major = version >> 4;
        if major != MAJOR {
            return Err(Type2Fault::VersionUnknown { major });
        }
        Ok(Self {
            minor: version & 0x0F,
            area_bytes: usize::from(size).saturating_mul(AREA_STEP),
            read: Access::of(access >> 4),
            write: Access::of(access & 0x0F),
        })
    }

    /// Writes page 3.
    ///
    /// # Errors
    /// [`Type2Fault::AreaInvalid`].
    pub fn build(&self) -> Result<[u8; 4], Type2Fault> {
        let invalid = Type2Fault::AreaInvalid { bytes: self.area_bytes };
        let steps = u8::try_from(self.area_bytes / AREA_STEP).map_err(|_| invalid)?;
        if !self.area_bytes.is_multiple_of(AREA_STEP) {
            return Err(invalid);
        }
        let access = (self.read.nibble() << 4) | self.write.nibble();
        Ok([MARK, (MAJOR << 4) | (self.minor & 0x0F), steps, access])
    }
}
