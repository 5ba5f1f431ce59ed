//! Between codes and the keys of [`crate::gs1`].
//!
//! Owns where the indicator or extension digit stands and what the check digit is. A key does not
//! show how long its company prefix is, so the caller says it. Source: EPC Tag Data Standard,
//! correspondence between EPCs and GS1 keys. Nothing comes after this.

use super::fault::EpcFault;
use super::identity::{Identity, Kind};
use super::serial::Serial;
use crate::gs1::{Ai, Element, Elements, Gln, Gtin, Sscc};

/// The extension that says that a location has none.
const NO_EXTENSION: &str = "0";

impl Identity {
    /// Makes the identity of a trade item from its number and serial.
    ///
    /// # Errors
    /// [`EpcFault::CompanyInvalid`] when the company prefix cannot have this many digits.
    pub fn from_gtin(gtin: Gtin, company_digits: usize, serial: Serial) -> Result<Self, EpcFault> {
        let (company, reference) = divided_after_first(gtin.as_str(), company_digits)?;
        Self::sgtin(&company, &reference, serial)
    }

    /// Makes the identity of a location without extension.
    ///
    /// # Errors
    /// [`EpcFault::CompanyInvalid`] when the company prefix cannot have this many digits.
    pub fn from_gln(gln: Gln, company_digits: usize) -> Result<Self, EpcFault> {
        Self::from_gln_extended(gln, company_digits, Serial::new(NO_EXTENSION)?)
    }

    /// Makes the identity of a location with its extension.
    ///
    /// # Errors
    /// [`EpcFault::CompanyInvalid`] when the company prefix cannot have this many digits.
    pub fn from_gln_extended(
        gln: Gln,
        company_digits: usize,
        extension: Serial,
    ) -> Result<Self, EpcFault> {
        let payload = without_check_digit(gln.as_str());
        let divided = payload.split_at_checked(company_digits);
        let (company, reference) = divided.ok_or(EpcFault::CompanyInvalid)?;
        Self::sgln(company, reference, extension)
    }

    /// Makes the identity of a logistic unit.
    ///
    /// # Errors
    /// [`EpcFault::CompanyInvalid`] when the company prefix cannot have this many digits.
    pub fn from_sscc(sscc: Sscc, company_digits: usize) -> Result<Self, EpcFault> {
        let (company, reference) = divided_after_first(sscc.as_str(), company_digits)?;
        Self::sscc(&company, &reference)
    }

    /// Makes the identity that elements name: a logistic unit, a trade item with serial, or a
    /// location, in this order.
    ///
    /// # Errors
    /// [`EpcFault::KeyMissing`] when they name none of these, and [`EpcFault::CompanyInvalid`].
    pub fn from_elements(elements: &Elements, company_digits: usize) -> Result<Self, EpcFault> {
        if let Some(sscc) = elements.sscc() {
            return Self::from_sscc(sscc, company_digits);
        }
        if let (Some(gtin), Some(serial)) = (elements.gtin(), elements.serial()) {
            return Self::from_gtin(gtin, company_digits, Serial::new(serial)?);
        }
        match (elements.gln(), elements.gln_extension()) {
            (Some(gln), Some(extension)) => {
                Self::from_gln_extended(gln, company_digits, Serial::new(extension)?)
            }
            (Some(gln), None) => Self::from_gln(gln, company_digits),
            (None, _) => Err(EpcFault::KeyMissing),
        }
    }

    /// Returns the number of the trade item, when it is one.
    #[must_use]
    pub fn gtin(&self) -> Option<Gtin> {
        let payload = self.first_moved_before(Kind::Sgtin)?;
        Gtin::from_payload(&payload).ok()
    }

    /// Returns the number of the location, when it is one.
    #[must_use]
    pub fn gln(&self) -> Option<Gln> {
        if self.kind() != Kind::Sgln {
            return None;
        }
        Gln::from_payload(&format!("{}{}", self.company(), self.reference())).ok()
    }

    /// Returns the extension of the location, when it is one that has one.
    #[must_use]
    pub fn gln_extension(&self) -> Option<&Serial> {
        let location = self.kind() == Kind::Sgln;
        self.serial().filter(|serial| location && serial.as_str() != NO_EXTENSION)
    }

    /// Returns the number of the logistic unit, when it is one.
    #[must_use]
    pub fn sscc_key(&self) -> Option<Sscc> {
        let payload = self.first_moved_before(Kind::Sscc)?;
        Sscc::from_payload(&payload).ok()
    }

    /// Writes the identity as elements.
    ///
    /// # Errors
    /// None for an identity that was made by this type; the checks of elements are made again.
    pub fn to_elements(&self) -> Result<Elements, EpcFault> {
        let mut elements = Elements::default();
        let keys = [
            (Ai::SSCC, self.sscc_key().map(|key| key.to_string())),
            (Ai::GTIN, self.gtin().map(|key| key.to_string())),
            (Ai::GLN, self.gln().map(|key| key.to_string())),
            (Ai::GLN_EXTENSION, self.gln_extension().map(|serial| serial.as_str().to_owned())),
            (Ai::SERIAL, self.item_serial().map(|serial| serial.as_str().to_owned())),
        ];
        for (ai, value) in keys {
            if let Some(value) = value {
                elements.add(Element::new(ai, &value)?)?;
            }
        }
        Ok(elements)
    }

    fn item_serial(&self) -> Option<&Serial> {
        self.serial().filter(|_| self.kind() == Kind::Sgtin)
    }

    /// Puts the first digit of the reference before the company prefix, where keys have it.
    fn first_moved_before(&self, kind: Kind) -> Option<String> {
        let (first, rest) = self.reference().split_at_checked(1)?;
        (self.kind() == kind).then(|| format!("{first}{}{rest}", self.company()))
    }
}

fn without_check_digit(key: &str) -> &str {
    key.get(..key.len().saturating_sub(1)).unwrap_or_default()
}

/// Divides a key whose first digit stands before the company prefix.
fn divided_after_first(key: &str, company_digits: usize) -> Result<(String, String), EpcFault> {
    let payload = without_check_digit(key);
    let (first, rest) = payload.split_at_checked(1).ok_or(EpcFault::CompanyInvalid)?;
    let divided = rest.split_at_checked(company_digits).ok_or(EpcFault::CompanyInvalid)?;
    Ok((divided.0.to_owned(), format!("{first}{}", divided.1)))
}
