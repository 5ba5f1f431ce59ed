//! What ISO 8583:1993 and :2003 call differently: the type's first digit, times, functions, action
//! codes, and in 2003 amounts, which carry their currency.
//!
//! Owns the translation of Baton's few messages, both ways; field numbers of 1987 stand in
//! `spec1987`. Source: ISO 8583:1993, data elements 12, 24, 28, 39 and 56 and annex A; ISO
//! 8583:2003, data elements 4, 11, 12, 28, 39, 41 and 56. Next: [`super::super::line`].

use crate::clock;
use crate::day::Day;
use crate::moment::{whole_year, year_digits};
use baton_formats::iso8583::response::{
    APPROVED, DO_NOT_HONOUR, DUPLICATE, EXPIRED, FUNDS, ISSUER_SILENT, NO_ACTION, NOT_FOUND,
    NUMBER_UNKNOWN, REVERSED, SYSTEM_FAULT, TRANSACTION_INVALID,
};
use baton_formats::iso8583::spec1987::{
    AMOUNT, CURRENCY, LOCAL_DATE, LOCAL_TIME, NETWORK_CODE, NETWORK_CUT_OVER, NETWORK_ECHO,
    NETWORK_SIGN_OFF, NETWORK_SIGN_ON, ORIGINAL_DATA, RESPONSE_CODE, SETTLEMENT_CODE,
    SETTLEMENT_DATE, SETTLEMENT_ERROR, SETTLEMENT_IN_BALANCE, SETTLEMENT_OUT_OF_BALANCE, STAN,
    TERMINAL_ID,
};
use baton_formats::iso8583::{Message, Mti};
use baton_protocol::money::Currency;

/// Function code, since 1993.
const FUNCTION_CODE: u8 = 24;
/// The business day with its year, since 1993.
const RECONCILIATION_DATE: u8 = 28;
/// Original data elements, since 1993.
const ORIGINAL: u8 = 56;
/// Original financial request.
const FUNCTION_SALE: &str = "200";
/// Final totals of a day.
const FUNCTION_RECONCILIATION: &str = "500";
/// Full reversal.
const FUNCTION_REVERSAL: &str = "400";
/// The original's type, then trace number, time and institution unknown.
const ORIGINAL_SALE_1993: &str = "120000000000000000000000";
/// The same with twelve digits of trace number and fourteen of time; the institution is left out.
const ORIGINAL_SALE_2003: &str = "220000000000000000000000000000";
/// Network functions of 1987 and since 1993.
const FUNCTIONS: [(&str, &str); 4] = [
    (NETWORK_SIGN_ON, "801"),
    (NETWORK_SIGN_OFF, "802"),
    (NETWORK_CUT_OVER, "821"),
    (NETWORK_ECHO, "831"),
];
/// Action codes of 1993 and 2003 with their response code: the first of a code is the one that is
/// written. The reversed original is Baton's own choice among the codes for private use.
const ACTIONS: [(&str, &str, &str); 20] = [
    ("000", "0000", APPROVED),
    ("100", "1000", DO_NOT_HONOUR),
    ("101", "1001", EXPIRED),
    ("109", "1009", "03"),
    ("110", "1010", "13"),
    ("111", "1011", NUMBER_UNKNOWN),
    ("116", "1016", FUNDS),
    ("119", "1019", "57"),
    ("120", "1020", "58"),
    ("121", "1021", "61"),
    ("123", "1023", "65"),
    ("180", "1824", REVERSED),
    ("902", "9102", TRANSACTION_INVALID),
    ("907", "9107", ISSUER_SILENT),
    ("909", "9109", SYSTEM_FAULT),
    ("913", "9113", DUPLICATE),
    ("914", "9114", NOT_FOUND),
    ("921", "9121", NO_ACTION),
    // Accepted reversals, reconciliations and network messages.
    ("400", "4000", APPROVED),
    ("800", "8000", APPROVED),
];

/// In 1987 the settlement code says what a comparison found, later the action code does.
const COMPARED: [(&str, &str, &str); 4] = [
    ("500", "5000", SETTLEMENT_IN_BALANCE),
    ("501", "5001", SETTLEMENT_OUT_OF_BALANCE),
    ("502", "5002", SETTLEMENT_ERROR),
    ("503", "5003", SETTLEMENT_ERROR),
];

/// Which edition of the standard a destination speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Of1987,
    Of1993,
    Of2003,
}

/// An edition that calls things differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Later {
    Of1993,
    Of2003,
}

impl Version {
    /// The edition of a ready dialect, which its name begins with.
    pub(super) fn of(base: &str) -> Self {
        match base.split('-').next() {
            Some("1993") => Self::Of1993,
            Some("2003") => Self::Of2003,
            _ => Self::Of1987,
        }
    }

    /// One of Baton's messages as the destination wants it.
    pub(super) fn theirs(self, message: &Message) -> Message {
        match self.later() {
            Some(later) => later.theirs(message),
            None => message.clone(),
        }
    }

    /// A message of the destination in Baton's words.
    pub(super) fn ours(self, message: &Message) -> Message {
        match self.later() {
            Some(later) => later.ours(message),
            None => message.clone(),
        }
    }

    const fn later(self) -> Option<Later> {
        match self {
            Self::Of1987 => None,
            Self::Of1993 => Some(Later::Of1993),
            Self::Of2003 => Some(Later::Of2003),
        }
    }
}

impl Later {
    fn theirs(self, message: &Message) -> Message {
        let mut sent = message.clone();
        sent.mti = message.mti.with_version(self.digit());
        if let (Some(date), Some(time)) = (message.text(LOCAL_DATE), message.text(LOCAL_TIME)) {
            sent.set(LOCAL_TIME, format!("{}{date}{time}", self.year()));
        }
        sent.remove(LOCAL_DATE);
        set_function(message, &mut sent);
        if message.value(ORIGINAL_DATA).is_some() {
            sent.remove(ORIGINAL_DATA);
            sent.set(ORIGINAL, self.original());
        }
        if let Some(code) = message.text(RESPONSE_CODE) {
            sent.set(RESPONSE_CODE, self.action(code));
        }
        self.compare_theirs(message, &mut sent);
        if self == Self::Of2003 {
            join_amount(message, &mut sent);
        }
        sent
    }

    fn ours(self, message: &Message) -> Message {
        let mut ours = message.clone();
        ours.mti = message.mti.with_version(b'0');
        let time = message.text(LOCAL_TIME);
        if let Some((_, rest)) = time.and_then(|time| time.split_at_checked(self.year_digits()))
            && let Some((date, time)) = rest.split_at_checked(4)
        {
            ours.set(LOCAL_DATE, date);
            ours.set(LOCAL_TIME, time);
        }
        ours.remove(FUNCTION_CODE);
        ours.remove(ORIGINAL);
        let function = message.text(FUNCTION_CODE).unwrap_or_default();
        if let Some((code, _)) = FUNCTIONS.iter().find(|(_, known)| *known == function) {
            ours.set(NETWORK_CODE, code);
        }
        if let Some(action) = message.text(RESPONSE_CODE) {
            ours.set(RESPONSE_CODE, self.response(action));
        }
        self.compare_ours(message, &mut ours);
        if self == Self::Of2003 {
            split_amount(message, &mut ours);
            shorten(message, &mut ours);
        }
        ours
    }

    /// The business day has its year, and what a comparison found is an action.
    fn compare_theirs(self, message: &Message, sent: &mut Message) {
        let date = message.text(SETTLEMENT_DATE).unwrap_or_default();
        sent.remove(SETTLEMENT_DATE);
        if let Ok(day) = Day::near(date, Day::of(clock::wall_ms())) {
            let date = match self {
                Self::Of1993 => day.short(),
                Self::Of2003 => day.to_string().replace('-', ""),
            };
            sent.set(RECONCILIATION_DATE, date);
        }
        let Some(settled) = message.text(SETTLEMENT_CODE) else { return };
        sent.remove(SETTLEMENT_CODE);
        if let Some(row) = COMPARED.iter().find(|(.., code)| *code == settled) {
            sent.set(RESPONSE_CODE, self.compared(row));
        }
    }

    fn compare_ours(self, message: &Message, ours: &mut Message) {
        let settlement = message.text(RECONCILIATION_DATE).or(message.text(SETTLEMENT_DATE));
        ours.remove(RECONCILIATION_DATE);
        ours.remove(SETTLEMENT_DATE);
        if let Some(date) = settlement.and_then(|date| date.get(self.year_digits()..)) {
            ours.set(SETTLEMENT_DATE, date);
        }
        // There it is another field, of fees.
        ours.remove(SETTLEMENT_CODE);
        let action = message.text(RESPONSE_CODE).unwrap_or_default();
        if let Some((.., code)) = COMPARED.iter().find(|row| self.compared(row) == action) {
            ours.set(SETTLEMENT_CODE, code);
            ours.set(RESPONSE_CODE, APPROVED);
        }
    }

    const fn compared(self, row: &(&'static str, &'static str, &'static str)) -> &'static str {
        match self {
            Self::Of1993 => row.0,
            Self::Of2003 => row.1,
        }
    }

    const fn digit(self) -> u8 {
        match self {
            Self::Of1993 => b'1',
            Self::Of2003 => b'2',
        }
    }

    /// Digits of a year.
    const fn year_digits(self) -> usize {
        match self {
            Self::Of1993 => 2,
            Self::Of2003 => 4,
        }
    }

    fn year(self) -> String {
        match self {
            Self::Of1993 => year_digits(clock::wall_ms()),
            Self::Of2003 => whole_year(clock::wall_ms()),
        }
    }

    const fn original(self) -> &'static str {
        match self {
            Self::Of1993 => ORIGINAL_SALE_1993,
            Self::Of2003 => ORIGINAL_SALE_2003,
        }
    }

    fn action(self, code: &str) -> &'static str {
        let known = ACTIONS.iter().find(|(_, _, known)| *known == code);
        match (self, known) {
            (Self::Of1993, known) => known.map_or("909", |(action, _, _)| *action),
            (Self::Of2003, known) => known.map_or("9109", |(_, action, _)| *action),
        }
    }

    /// An action that is not listed leaves doubt, whatever its digits are.
    fn response(self, action: &str) -> &'static str {
        let found = ACTIONS.iter().find(|(of_1993, of_2003, _)| match self {
            Self::Of1993 => *of_1993 == action,
            Self::Of2003 => *of_2003 == action,
        });
        found.map_or(SYSTEM_FAULT, |(_, _, code)| *code)
    }
}

fn set_function(message: &Message, sent: &mut Message) {
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
}

const fn is_reconciliation(mti: Mti) -> bool {
    matches!(mti.digits(), [_, b'5', _, _])
}

/// Currency, decimals and twelve digits of value are one element.
fn join_amount(message: &Message, sent: &mut Message) {
    let currency = message.text(CURRENCY).and_then(currency_of);
    if let (Some(amount), Some(currency)) = (message.text(AMOUNT), currency) {
        let (number, decimals) = (currency.number(), currency.digits());
        sent.set(AMOUNT, format!("{number:03}{decimals}{amount:0>12}"));
        sent.remove(CURRENCY);
    }
}

/// An amount in other decimals than ours is left out: the answer then speaks of no amount.
fn split_amount(message: &Message, ours: &mut Message) {
    let Some(joined) = message.text(AMOUNT) else { return };
    ours.remove(AMOUNT);
    let Some((number, rest)) = joined.split_at_checked(3) else { return };
    let Some((decimals, value)) = rest.split_at_checked(1) else { return };
    let currency = currency_of(number);
    if currency.is_some_and(|currency| currency.digits().to_string() == decimals) {
        ours.set(AMOUNT, value);
        ours.set(CURRENCY, number);
    }
}

/// Trace numbers and terminals have the room of 1987 again, where the rest only fills.
fn shorten(message: &Message, ours: &mut Message) {
    if let Some(rest) = message.text(STAN).and_then(|stan| stan.strip_prefix("000000")) {
        ours.set(STAN, rest);
    }
    if let Some(rest) = message.text(TERMINAL_ID).and_then(|id| id.strip_suffix("        ")) {
        ours.set(TERMINAL_ID, rest);
    }
}

fn currency_of(number: &str) -> Option<Currency> {
    Currency::from_number(number.parse().ok()?).ok()
}
