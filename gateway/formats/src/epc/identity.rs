//! What a code names, apart from any tag.
//!
//! Owns the identity: kind, company prefix, reference and serial, right by construction. The
//! company prefix keeps its length, which no key by itself shows. Next: `uri.rs`.

use super::fault::EpcFault;
use super::partition::{self, COMPANY_DIGITS_MAX, COMPANY_DIGITS_MIN, Division};
use super::serial::Serial;

/// The kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Trade item with its serial.
    Sgtin,
    /// Location with its extension; extension `0` says that there is none.
    Sgln,
    /// Logistic unit.
    Sscc,
}

impl Kind {
    /// Returns the name in a pure identity URI.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sgtin => "sgtin",
            Self::Sgln => "sgln",
            Self::Sscc => "sscc",
        }
    }
}

/// The identity of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    kind: Kind,
    company: String,
    reference: String,
    serial: Option<Serial>,
}

impl Identity {
    /// Makes the identity of a trade item: the reference is the indicator and the item reference.
    ///
    /// # Errors
    /// [`EpcFault::CompanyInvalid`] and [`EpcFault::ReferenceInvalid`]; together they have 13
    /// digits.
    pub fn sgtin(company: &str, reference: &str, serial: Serial) -> Result<Self, EpcFault> {
        Self::new(Kind::Sgtin, company, reference, Some(serial))
    }

    /// Makes the identity of a location: company and location reference have 12 digits.
    ///
    /// # Errors
    /// [`EpcFault::CompanyInvalid`] and [`EpcFault::ReferenceInvalid`].
    pub fn sgln(company: &str, reference: &str, extension: Serial) -> Result<Self, EpcFault> {
        Self::new(Kind::Sgln, company, reference, Some(extension))
    }

    /// Makes the identity of a logistic unit: the reference is the extension digit and the serial
    /// reference; with the company they have 17 digits.
    ///
    /// # Errors
    /// [`EpcFault::CompanyInvalid`] and [`EpcFault::ReferenceInvalid`].
    pub fn sscc(company: &str, reference: &str) -> Result<Self, EpcFault> {
        Self::new(Kind::Sscc, company, reference, None)
    }

    pub(super) fn new(
        kind: Kind,
        company: &str,
        reference: &str,
        serial: Option<Serial>,
    ) -> Result<Self, EpcFault> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let lengths = COMPANY_DIGITS_MIN..=COMPANY_DIGITS_MAX;
        if !lengths.contains(&company.len()) || !digits(company) {
            return Err(EpcFault::CompanyInvalid);
        }
        let whole = company.len().saturating_add(reference.len());
        if whole != partition::shared_digits(kind) || !digits(reference) {
            return Err(EpcFault::ReferenceInvalid);
        }
        let serial = match (kind, serial) {
            (Kind::Sgtin | Kind::Sgln, Some(serial)) => Some(serial),
            (Kind::Sscc, None) => None,
            (Kind::Sgtin | Kind::Sgln, None) | (Kind::Sscc, Some(_)) => {
                return Err(EpcFault::SerialInvalid);
            }
        };
        Ok(Self { kind, company: company.to_owned(), reference: reference.to_owned(), serial })
    }

    /// Returns the kind of key.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the digits of the company prefix.
    #[must_use]
    pub fn company(&self) -> &str {
        &self.company
    }

    /// Returns the digits of the reference.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// Returns the serial or extension; a logistic unit has none.
    #[must_use]
    pub const fn serial(&self) -> Option<&Serial> {
        self.serial.as_ref()
    }

    /// Returns how the bits of company and reference are divided.
    pub(super) fn division(&self) -> Result<Division, EpcFault> {
        partition::by_company(self.kind, self.company.len()).ok_or(EpcFault::CompanyInvalid)
    }
}
