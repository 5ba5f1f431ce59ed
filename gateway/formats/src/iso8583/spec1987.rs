//! The fields of ISO 8583:1987 that Baton speaks, in ASCII with binary bitmaps.
//!
//! Owns one table. Card data (2, 35, 52, 55) is not in it on purpose: a message that carries a card
//! number is refused as a whole. Next: [`super::message`].

use super::spec::{BitmapForm, Field, Length, Spec};

/// The dialect of Baton's own acquirer interface.
pub const SPEC_1987: Spec = Spec { bitmap: BitmapForm::Binary, fields: FIELDS };

/// Processing code: what kind of work.
pub const PROCESSING_CODE: u8 = 3;
/// Amount in minor units.
pub const AMOUNT: u8 = 4;
/// Transmission date and time, UTC, `MMDDhhmmss`.
pub const TRANSMISSION_TIME: u8 = 7;
/// Systems trace audit number (STAN).
pub const STAN: u8 = 11;
/// Local time, `hhmmss`; Baton sends UTC.
pub const LOCAL_TIME: u8 = 12;
/// Local date, `MMDD`; Baton sends UTC.
pub const LOCAL_DATE: u8 = 13;
/// Retrieval reference number (RRN).
pub const RRN: u8 = 37;
/// Approval code.
pub const APPROVAL_CODE: u8 = 38;
/// Response code.
pub const RESPONSE_CODE: u8 = 39;
/// Terminal id.
pub const TERMINAL_ID: u8 = 41;
/// Merchant id.
pub const MERCHANT_ID: u8 = 42;
/// Private data: see [`super::private`].
pub const PRIVATE_DATA: u8 = 48;
/// ISO 4217 number of the currency.
pub const CURRENCY: u8 = 49;
/// Network management code.
pub const NETWORK_CODE: u8 = 70;
/// The original's type, STAN, time and institutions, in a reversal.
pub const ORIGINAL_DATA: u8 = 90;

/// Network management: sign on.
pub const NETWORK_SIGN_ON: &str = "001";
/// Network management: echo.
pub const NETWORK_ECHO: &str = "301";

const FIELDS: &[Field] = &[
    Field::numeric(PROCESSING_CODE, "processing code", 6),
    Field::numeric(AMOUNT, "amount", 12),
    Field::numeric(TRANSMISSION_TIME, "transmission date and time", 10),
    Field::numeric(STAN, "systems trace audit number", 6),
    Field::numeric(LOCAL_TIME, "local time", 6),
    Field::numeric(LOCAL_DATE, "local date", 4),
    Field::text(RRN, "retrieval reference number", 12),
    Field::text(APPROVAL_CODE, "approval code", 6),
    Field::text(RESPONSE_CODE, "response code", 2),
    Field::text(TERMINAL_ID, "terminal id", 8),
    Field::text(MERCHANT_ID, "merchant id", 15),
    Field::variable(PRIVATE_DATA, "private data", Length::LllVar(999)),
    Field::numeric(CURRENCY, "currency", 3),
    Field::numeric(NETWORK_CODE, "network management code", 3),
    Field::numeric(ORIGINAL_DATA, "original data", 42),
];
