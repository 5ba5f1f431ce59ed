//! The two digits that name an object, and those that EMVCo gives a meaning.
//!
//! Owns the names of the outermost level; the parts of templates are named where they are read.
//! Next: [`super::object`].

use std::fmt;

/// The highest id that two digits can say.
const ID_MAX: u8 = 99;

/// The name of an object: 00 to 99.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id(u8);

impl Id {
    /// Payload format indicator, always first.
    pub const FORMAT: Self = Self(0);
    /// Point of initiation method.
    pub const INITIATION: Self = Self(1);
    /// First of the accounts that card networks hold, without parts.
    pub const NETWORK_FIRST: Self = Self(2);
    /// First of the accounts with parts.
    pub const ACCOUNT_FIRST: Self = Self(26);
    /// Last of the accounts.
    pub const ACCOUNT_LAST: Self = Self(51);
    /// Merchant category code.
    pub const CATEGORY: Self = Self(52);
    /// Transaction currency.
    pub const CURRENCY: Self = Self(53);
    /// Transaction amount.
    pub const AMOUNT: Self = Self(54);
    /// Tip or convenience indicator.
    pub const TIP: Self = Self(55);
    /// Value of a fixed convenience fee.
    pub const FEE_FIXED: Self = Self(56);
    /// Value of a convenience fee in per cent.
    pub const FEE_PERCENT: Self = Self(57);
    /// Country code.
    pub const COUNTRY: Self = Self(58);
    /// Merchant name.
    pub const NAME: Self = Self(59);
    /// Merchant city.
    pub const CITY: Self = Self(60);
    /// Postal code.
    pub const POSTAL: Self = Self(61);
    /// Additional data template.
    pub const ADDITIONAL: Self = Self(62);
    /// Checksum, always last.
    pub const CHECKSUM: Self = Self(63);
    /// Merchant information in another language.
    pub const LANGUAGE: Self = Self(64);
    /// First of the templates that anybody may use.
    pub const UNRESERVED_FIRST: Self = Self(80);
    /// In accounts and unreserved templates: whose it is.
    pub const OWNER: Self = Self(0);

    /// Names an object.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        if number > ID_MAX { None } else { Some(Self(number)) }
    }

    /// Returns the number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Returns whether the value at the outermost level has parts (EMVCo MPM 1.1, table 3.1).
    #[must_use]
    pub const fn is_template(self) -> bool {
        matches!(self.0, 26..=51 | 62 | 64 | 80..=99)
    }

    /// Names an object in a table of constants.
    pub(super) const fn at(number: u8) -> Self {
        Self(if number > ID_MAX { ID_MAX } else { number })
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}
