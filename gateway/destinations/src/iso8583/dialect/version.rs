//! What ISO 8583:1993 calls differently: the type's first digit, times, functions, action codes.
//!
//! Owns the translation of Baton's few messages, both ways; field numbers of 1987 stand in
//! `spec1987`. Source: ISO 8583:1993, data elements 12, 24, 28, 39 and 56 and annex A. Next:
//! [`super::super::line`].

use crate::clock;
use crate::day::Day;
use crate::moment::year_digits;
use baton_formats::iso8583::response::{
    APPROVED, DO_NOT_HONOUR, DUPLICATE, EXPIRED, FUNDS, ISSUER_SILENT, NO_ACTION, NOT_FOUND,
    NUMBER_UNKNOWN, REVERSED, SYSTEM_FAULT, TRANSACTION_INVALID,
};
use baton_formats::iso8583::spec1987::{
    LOCAL_DATE, LOCAL_TIME, NETWORK_CODE, NETWORK_CUT_OVER, NETWORK_ECHO, NETWORK_SIGN_OFF,
    NETWORK_SIGN_ON, ORIGINAL_DATA, RESPONSE_CODE, SETTLEMENT_CODE, SETTLEMENT_DATE,
    SETTLEMENT_ERROR, SETTLEMENT_IN_BALANCE, SETTLEMENT_OUT_OF_BALANCE,
};
use baton_formats::iso8583::{Message, Mti};

/// Function code, in 1993.
const FUNCTION_CODE: u8 = 24;
/// The business day with its year, in 1993.
const RECONCILIATION_DATE: u8 = 28;
/// Original data elements, in 1993.
const ORIGINAL_1993: u8 = 56;
/// Original financial request.
const FUNCTION_SALE: &str = "200";
/// Final totals of a day.
const FUNCTION_RECONCILIATION: &str = "500";
/// Full reversal.
const FUNCTION_REVERSAL: &str = "400";
/// The original's type, then trace number, time and institution unknown.
const ORIGINAL_SALE_1993: &str = "120000000000000000000000";
/// Network functions of 1987 and 1993.
const FUNCTIONS: [(&str, &str); 4] = [
    (NETWORK_SIGN_ON, "801"),
    (NETWORK_SIGN_OFF, "802"),
    (NETWORK_CUT_OVER, "821"),
    (NETWORK_ECHO, "831"),
];
/// Action codes with their response code: the first of a code is the one that is written.
const ACTIONS: [(&str, &str); 20] = [
    ("000", APPROVED),
    ("100", DO_NOT_HONOUR),
    ("101", EXPIRED),
    ("109", "03"),
    ("110", "13"),
    ("111", NUMBER_UNKNOWN),
    ("116", FUNDS),
    ("119", "57"),
    ("120", "58"),
    ("121", "61"),
    ("123", "65"),
    ("180", REVERSED),
    ("902", TRANSACTION_INVALID),
    ("907", ISSUER_SILENT),
    ("909", SYSTEM_FAULT),
    ("913", DUPLICATE),
    ("914", NOT_FOUND),
    ("921", NO_ACTION),
    // Accepted reversals, reconciliations and network messages.
    ("400", APPROVED),
    ("800", APPROVED),
];

/// In 1987 the settlement code says what a comparison found, in 1993 the action code does.
const COMPARED: [(&str, &str); 4] = [
    ("500", SETTLEMENT_IN_BALANCE),
    ("501", SETTLEMENT_OUT_OF_BALANCE),
    ("502", SETTLEMENT_ERROR),
    ("503", SETTLEMENT_ERROR),
];

/// Which edition of the standard a destination speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Of1987,
    Of1993,
}

impl Version {
    /// One of Baton's messages as the destination wants it.
    pub(super) fn theirs(self, message: &Message) -> Message {
        match self {
            Self::Of1987 => message.clone(),
            Self::Of1993 => to_1993(message),
        }
    }

    /// A message of the destination in Baton's words.
    pub(super) fn ours(self, message: &Message) -> Message {
        match self {
            Self::Of1987 => message.clone(),
            Self::Of1993 => from_1993(message),
        }
    }
}

fn to_1993(message: &Message) -> Message {
    let mut sent = message.clone();
    sent.mti = message.mti.with_version(b'1');
    if let (Some(date), Some(time)) = (message.text(LOCAL_DATE), message.text(LOCAL_TIME)) {
        sent.set(LOCAL_TIME, format!("{}{date}{time}", year_digits(clock::wall_ms())));
    }
    sent.remove(LOCAL_DATE);
    match message.mti {
        Mti::SALE | Mti::SALE_ANSWER => sent.set(FUNCTION_CODE, FUNCTION_SALE),
        Mti::REVERSAL | Mti::REVERSAL_REPEAT | Mti::REVERSAL_ANSWER => {
            sent.set(FUNCTION_CODE, FUNCTION_REVERSAL);
        }
        mti if is_reconciliation(mti) => sent.set(FUNCTION_CODE, FUNCTION_RECONCILIATION),
        _ => {
            let code = message.text(NETWORK_CODE).unwrap_or_default();
            let function = FUNCTIONS.iter().find(|(known, _)| *known == code);
            sent.remove(NETWORK_CODE);
            sent.set(FUNCTION_CODE, function.map_or("831", |(_, function)| *function));
        }
    }
    if message.value(ORIGINAL_DATA).is_some() {
        sent.remove(ORIGINAL_DATA);
        sent.set(ORIGINAL_1993, ORIGINAL_SALE_1993);
    }
    if let Some(code) = message.text(RESPONSE_CODE) {
        let action = ACTIONS.iter().find(|(_, known)| *known == code);
        sent.set(RESPONSE_CODE, action.map_or("909", |(action, _)| *action));
    }
    compared_to_1993(message, &mut sent);
    sent
}

fn compared_to_1993(message: &Message, sent: &mut Message) {
    let date = message.text(SETTLEMENT_DATE).unwrap_or_default();
    sent.remove(SETTLEMENT_DATE);
    if let Ok(day) = Day::near(date, Day::of(clock::wall_ms())) {
        sent.set(RECONCILIATION_DATE, day.short());
    }
    let Some(settled) = message.text(SETTLEMENT_CODE) else { return };
    sent.remove(SETTLEMENT_CODE);
    if let Some((action, _)) = COMPARED.iter().find(|(_, code)| *code == settled) {
        sent.set(RESPONSE_CODE, action);
    }
}

fn compared_from_1993(message: &Message, ours: &mut Message) {
    let settlement = message.text(RECONCILIATION_DATE).or(message.text(SETTLEMENT_DATE));
    ours.remove(RECONCILIATION_DATE);
    ours.remove(SETTLEMENT_DATE);
    if let Some(date) = settlement.and_then(|date| date.get(2..)) {
        ours.set(SETTLEMENT_DATE, date);
    }
    // There it is another field, of fees.
    ours.remove(SETTLEMENT_CODE);
    let action = message.text(RESPONSE_CODE).unwrap_or_default();
    if let Some((_, code)) = COMPARED.iter().find(|(known, _)| *known == action) {
        ours.set(SETTLEMENT_CODE, code);
        ours.set(RESPONSE_CODE, APPROVED);
    }
}

const fn is_reconciliation(mti: Mti) -> bool {
    matches!(mti.digits(), [_, b'5', _, _])
}

fn from_1993(message: &Message) -> Message {
    let mut ours = message.clone();
    ours.mti = message.mti.with_version(b'0');
    if let Some((_, rest)) = message.text(LOCAL_TIME).and_then(|time| time.split_at_checked(2))
        && let Some((date, time)) = rest.split_at_checked(4)
    {
        ours.set(LOCAL_DATE, date);
        ours.set(LOCAL_TIME, time);
    }
    ours.remove(FUNCTION_CODE);
    if message.value(ORIGINAL_1993).is_some() {
        ours.remove(ORIGINAL_1993);
    }
    let function = message.text(FUNCTION_CODE).unwrap_or_default();
    if let Some((code, _)) = FUNCTIONS.iter().find(|(_, known)| *known == function) {
        ours.set(NETWORK_CODE, code);
    }
    if let Some(action) = message.text(RESPONSE_CODE) {
        let code = ACTIONS.iter().find(|(known, _)| *known == action);
        // An action that is not listed leaves doubt, whatever its digits are.
        ours.set(RESPONSE_CODE, code.map_or(SYSTEM_FAULT, |(_, code)| *code));
    }
    compared_from_1993(message, &mut ours);
    ours
}
