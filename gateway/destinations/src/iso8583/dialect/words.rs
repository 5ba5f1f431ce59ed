//! The words that may stand in a dialect's file, and what each is in the codec.
//!
//! Owns the spelling. Next: [`super::version`].

use crate::reconcile::Reconciles;
use baton_formats::iso8583::framing::LengthForm;
use baton_formats::iso8583::notation::{BCD, BCD_RIGHT};
use baton_formats::iso8583::response;
use baton_formats::iso8583::spec::{BitmapForm, Bitmaps, Encoding, MtiForm, PrefixForm};
use serde::Deserialize;

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum MtiWord {
    Ascii,
    Ebcdic,
    Bcd,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum BitmapWord {
    Binary,
    Hex,
    HexEbcdic,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum BitmapsWord {
    OneOrTwo,
    UpToThree,
    ThirdAsField,
    AlwaysOne,
    AlwaysTwo,
    AlwaysThree,
}

#[derive(Deserialize, Clone, Copy)]
pub(super) enum LengthWord {
    #[serde(rename = "binary-2")]
    Binary2,
    #[serde(rename = "binary-4")]
    Binary4,
    #[serde(rename = "ascii-4")]
    Ascii4,
    #[serde(rename = "bcd-2")]
    Bcd2,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum CountsWord {
    Rest,
    Whole,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum DigitsWord {
    Ascii,
    Ebcdic,
    Bcd,
    BcdRight,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum TextWord {
    Ascii,
    Ebcdic,
    Utf8,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum BytesWord {
    Raw,
    Hex,
    HexEbcdic,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum PrefixWord {
    Ascii,
    Ebcdic,
    Bcd,
    Binary,
}

#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SessionWord {
    #[default]
    SignOn,
    Bare,
}

#[derive(Deserialize, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum MacWord {
    #[default]
    None,
    AesCmac,
    RetailMac,
    /// Its left half.
    #[serde(rename = "retail-mac-4")]
    RetailMac4,
}

#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ReconcileWord {
    Request,
    Advice,
    #[default]
    None,
}

/// What a response code of the destination's contract means.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Meaning {
    Approved,
    Refused,
    Funds,
    Expired,
    NumberUnknown,
    Reversed,
    CodeUsed,
    NotFound,
    NotReversed,
    Unknown,
}

impl Meaning {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Approved => response::APPROVED,
            Self::Refused => response::DO_NOT_HONOUR,
            Self::Funds => response::FUNDS,
            Self::Expired => response::EXPIRED,
            Self::NumberUnknown => response::NUMBER_UNKNOWN,
            Self::Reversed => response::REVERSED,
            Self::CodeUsed => response::DUPLICATE,
            Self::NotFound => response::NOT_FOUND,
            Self::NotReversed => response::NO_ACTION,
            Self::Unknown => response::SYSTEM_FAULT,
        }
    }
}

impl ReconcileWord {
    pub(super) const fn reconciles(self) -> Reconciles {
        match self {
            Self::Request => Reconciles::ByRequest,
            Self::Advice => Reconciles::ByAdvice,
            Self::None => Reconciles::Never,
        }
    }
}

impl MtiWord {
    pub(super) const fn form(self) -> MtiForm {
        match self {
            Self::Ascii => MtiForm::Ascii,
            Self::Ebcdic => MtiForm::Ebcdic,
            Self::Bcd => MtiForm::Bcd,
        }
    }
}

impl BitmapWord {
    pub(super) const fn form(self) -> BitmapForm {
        match self {
            Self::Binary => BitmapForm::Binary,
            Self::Hex => BitmapForm::HexAscii,
            Self::HexEbcdic => BitmapForm::HexEbcdic,
        }
    }
}

impl BitmapsWord {
    pub(super) const fn bitmaps(self) -> Bitmaps {
        match self {
            Self::OneOrTwo => Bitmaps::OneOrTwo,
            Self::UpToThree => Bitmaps::UpToThree,
            Self::ThirdAsField => Bitmaps::ThirdAsField,
            Self::AlwaysOne => Bitmaps::Always(1),
            Self::AlwaysTwo => Bitmaps::Always(2),
            Self::AlwaysThree => Bitmaps::Always(3),
        }
    }
}

impl LengthWord {
    pub(super) const fn form(self) -> LengthForm {
        match self {
            Self::Binary2 => LengthForm::Binary2,
            Self::Binary4 => LengthForm::Binary4,
            Self::Ascii4 => LengthForm::Ascii4,
            Self::Bcd2 => LengthForm::Bcd2,
        }
    }
}

impl DigitsWord {
    pub(super) const fn encoding(self) -> Encoding {
        match self {
            Self::Ascii => Encoding::Ascii,
            Self::Ebcdic => Encoding::Ebcdic,
            Self::Bcd => BCD,
            Self::BcdRight => BCD_RIGHT,
        }
    }
}

impl TextWord {
    pub(super) const fn encoding(self) -> Encoding {
        match self {
            Self::Ascii => Encoding::Ascii,
            Self::Ebcdic => Encoding::Ebcdic,
            Self::Utf8 => Encoding::Utf8,
        }
    }
}

impl BytesWord {
    pub(super) const fn encoding(self) -> Encoding {
        match self {
            Self::Raw => Encoding::Raw,
            Self::Hex => Encoding::HexAscii,
            Self::HexEbcdic => Encoding::HexEbcdic,
        }
    }
}

impl PrefixWord {
    pub(super) const fn form(self) -> PrefixForm {
        match self {
            Self::Ascii => PrefixForm::Ascii,
            Self::Ebcdic => PrefixForm::Ebcdic,
            Self::Bcd => PrefixForm::Bcd,
            Self::Binary => PrefixForm::Binary,
        }
    }
}
