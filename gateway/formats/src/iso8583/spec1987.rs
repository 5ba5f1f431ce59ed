//! The fields of ISO 8583:1987 that Baton speaks, in ASCII with binary bitmaps.
//!
//! Owns one table. Card data (2, 35, 52, 55) is not in it on purpose: a message that carries a card
//! number is refused as a whole. Next: [`super::message`].

use super::notation::Style;
use super::ready::Table;
use super::spec::{BitmapForm, Bitmaps, Head, MtiForm, Spec};
use std::sync::LazyLock;

/// The dialect of Baton's own acquirer interface.
pub static SPEC_1987: LazyLock<Spec> = LazyLock::new(|| OWN.spec());

/// The same as data.
pub(super) const OWN: Table =
    Table { name: "baton", head: HEAD, style: Style::ASCII, rows: FIELDS };

const HEAD: Head = Head {
    header_bytes: 0,
    mti: MtiForm::Ascii,
    bitmap: BitmapForm::Binary,
    bitmaps: Bitmaps::OneOrTwo,
};

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
/// Settlement date, `MMDD`: the business day.
pub const SETTLEMENT_DATE: u8 = 15;
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
/// ISO 4217 number of the currency in which is settled.
pub const SETTLEMENT_CURRENCY: u8 = 50;
/// Settlement code: what a comparison of totals found.
pub const SETTLEMENT_CODE: u8 = 66;
/// Network management code.
pub const NETWORK_CODE: u8 = 70;
/// How many credits, which are refunds.
pub const CREDITS: u8 = 74;
/// How many reversals of credits.
pub const CREDITS_REVERSED: u8 = 75;
/// How many debits, which are payments.
pub const DEBITS: u8 = 76;
/// How many reversals of debits.
pub const DEBITS_REVERSED: u8 = 77;
/// How many transfers.
pub const TRANSFERS: u8 = 78;
/// How many reversals of transfers.
pub const TRANSFERS_REVERSED: u8 = 79;
/// How many inquiries.
pub const INQUIRIES: u8 = 80;
/// How many authorizations.
pub const AUTHORIZATIONS: u8 = 81;
/// Sum of the credits in minor units.
pub const CREDITS_AMOUNT: u8 = 86;
/// Sum of the reversals of credits.
pub const CREDITS_REVERSED_AMOUNT: u8 = 87;
/// Sum of the debits.
pub const DEBITS_AMOUNT: u8 = 88;
/// Sum of the reversals of debits.
pub const DEBITS_REVERSED_AMOUNT: u8 = 89;
/// The original's type, STAN, time and institutions, in a reversal.
pub const ORIGINAL_DATA: u8 = 90;
/// Net amount: `C` or `D`, then sixteen digits.
pub const NET_AMOUNT: u8 = 97;

/// Network management: sign on.
pub const NETWORK_SIGN_ON: &str = "001";
/// Network management: sign off.
pub const NETWORK_SIGN_OFF: &str = "002";
/// Network management: cut-over, the end of a settlement day.
pub const NETWORK_CUT_OVER: &str = "201";
/// Network management: echo.
pub const NETWORK_ECHO: &str = "301";

/// Settlement code: both counted the same.
pub const SETTLEMENT_IN_BALANCE: &str = "1";
/// Settlement code: the totals differ.
pub const SETTLEMENT_OUT_OF_BALANCE: &str = "2";
/// Settlement code: the totals could not be compared.
pub const SETTLEMENT_ERROR: &str = "3";

const FIELDS: &[(u8, &str)] = &[
    (PROCESSING_CODE, "n6, processing code"),
    (AMOUNT, "n12, amount"),
    (TRANSMISSION_TIME, "n10, transmission date and time"),
    (STAN, "n6, systems trace audit number"),
    (LOCAL_TIME, "n6, local time"),
    (LOCAL_DATE, "n4, local date"),
    (SETTLEMENT_DATE, "n4, settlement date"),
    (RRN, "ans12, retrieval reference number"),
    (APPROVAL_CODE, "ans6, approval code"),
    (RESPONSE_CODE, "ans2, response code"),
    (TERMINAL_ID, "ans8, terminal id"),
    (MERCHANT_ID, "ans15, merchant id"),
    (PRIVATE_DATA, "ans..999 lll tags-2-3, private data"),
    (CURRENCY, "n3, currency"),
    (SETTLEMENT_CURRENCY, "n3, settlement currency"),
    (SETTLEMENT_CODE, "n1, settlement code"),
    (NETWORK_CODE, "n3, network management code"),
    (CREDITS, "n10, credits, number"),
    (CREDITS_REVERSED, "n10, credits, reversal number"),
    (DEBITS, "n10, debits, number"),
    (DEBITS_REVERSED, "n10, debits, reversal number"),
    (TRANSFERS, "n10, transfers, number"),
    (TRANSFERS_REVERSED, "n10, transfers, reversal number"),
    (INQUIRIES, "n10, inquiries, number"),
    (AUTHORIZATIONS, "n10, authorizations, number"),
    (CREDITS_AMOUNT, "n16, credits, amount"),
    (CREDITS_REVERSED_AMOUNT, "n16, credits, reversal amount"),
    (DEBITS_AMOUNT, "n16, debits, amount"),
    (DEBITS_REVERSED_AMOUNT, "n16, debits, reversal amount"),
    (ORIGINAL_DATA, "n42, original data"),
    (NET_AMOUNT, "x+n17, net amount"),
];
