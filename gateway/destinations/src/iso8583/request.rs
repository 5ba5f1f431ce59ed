//! The messages that Baton sends: 0200 sale, refund and inquiry, 0420 and 0421 reversal, 0800.
//!
//! Owns the layout. Processing codes: 000000 payment, 020000 void, 220000 refund (both name their
//! original in tag 08 of field 48), 200000 redeem, 210000 accrue, 310000 balance, 380000 inquiry
//! (its field 48 names the transaction in tag 04 and itself in tag 07). Field 90 of a reversal
//! names only the original's type, so tag 04 is its key. Next: [`super::answer`].

use crate::ask::{Authorize, GiveBack, Inquire, Reverse, Way};
use crate::day::Day;
use crate::moment::Moment;
use baton_formats::iso8583::spec1987::{
    AMOUNT, CURRENCY, LOCAL_DATE, LOCAL_TIME, NETWORK_CODE, NETWORK_CUT_OVER, NETWORK_ECHO,
    NETWORK_SIGN_OFF, NETWORK_SIGN_ON, ORIGINAL_DATA, PRIVATE_DATA, PROCESSING_CODE,
    SETTLEMENT_DATE, TERMINAL_ID, TRANSMISSION_TIME,
};
use baton_formats::iso8583::{FormatFault, Message, Mti, PrivateData, Tag};
use baton_protocol::ids::TerminalId;
use baton_protocol::money::Money;
use baton_protocol::work::{MembershipAction, Work};

/// Characters of field 41.
const TERMINAL_CHARACTERS: usize = 8;
pub(super) const PAYMENT: &str = "000000";
pub(super) const REDEEM: &str = "200000";
pub(super) const ACCRUE: &str = "210000";
pub(super) const BALANCE: &str = "310000";
const VOID: &str = "020000";
const REFUND: &str = "220000";
pub(super) const INQUIRY: &str = "380000";
/// Field 90: type 0200, then STAN, time and both institutions unknown.
const ORIGINAL_SALE: &str = "020000000000000000000000000000000000000000";

pub(super) fn sale(ask: &Authorize) -> Result<Message, FormatFault> {
    let mut data = PrivateData::new()
        .with(Tag::App, ask.app.as_str())
        .with(Tag::Transaction, ask.transaction.to_string());
    let processing = match &ask.work {
        Work::Payment { code, .. } => {
            data = data.with(Tag::Code, code.reveal());
            PAYMENT
        }
        Work::Membership { member_id, action, points } => {
            data = data
                .with(Tag::Member, member_id.reveal())
                .with(Tag::Action, action_word(*action))
                .with(Tag::Points, points.to_string());
            action_code(*action)
        }
    };
    let message = base(Mti::SALE, &ask.terminal, ask.work.amount(), ask.at_ms);
    Ok(message.with(PROCESSING_CODE, processing).with(PRIVATE_DATA, data.build()?))
}

pub(super) fn give_back(ask: &GiveBack) -> Result<Message, FormatFault> {
    let data = PrivateData::new()
        .with(Tag::App, ask.app.as_str())
        .with(Tag::Transaction, ask.transaction.to_string())
        .with(Tag::Original, ask.original.to_string());
    let processing = match ask.how {
        Way::Void => VOID,
        Way::Refund => REFUND,
    };
    let message = base(Mti::SALE, &ask.terminal, ask.amount, ask.at_ms);
    Ok(message.with(PROCESSING_CODE, processing).with(PRIVATE_DATA, data.build()?))
}

pub(super) fn inquiry(ask: &Inquire) -> Result<Message, FormatFault> {
    let data = PrivateData::new()
        .with(Tag::App, ask.app.as_str())
        .with(Tag::Transaction, ask.transaction.to_string())
        .with(Tag::Inquiry, ask.inquiry.to_string());
    let message = base(Mti::SALE, &ask.terminal, ask.amount, ask.at_ms);
    Ok(message.with(PROCESSING_CODE, INQUIRY).with(PRIVATE_DATA, data.build()?))
}

pub(super) fn reversal(ask: &Reverse, mti: Mti) -> Result<Message, FormatFault> {
    let data = PrivateData::new()
        .with(Tag::App, ask.app.as_str())
        .with(Tag::Transaction, ask.transaction.to_string());
    let message = base(mti, &ask.terminal, ask.amount, ask.at_ms)
        .with(PROCESSING_CODE, PAYMENT)
        .with(ORIGINAL_DATA, ORIGINAL_SALE);
    Ok(message.with(PRIVATE_DATA, data.build()?))
}

pub(crate) fn sign_on(at_ms: i64) -> Message {
    network(NETWORK_SIGN_ON, at_ms)
}

pub(super) fn sign_off(at_ms: i64) -> Message {
    network(NETWORK_SIGN_OFF, at_ms)
}

pub(super) fn cut_over(day: Day, at_ms: i64) -> Message {
    network(NETWORK_CUT_OVER, at_ms).with(SETTLEMENT_DATE, day.month_day())
}

pub(super) fn echo(at_ms: i64) -> Message {
    network(NETWORK_ECHO, at_ms)
}

/// Returns field 41: a terminal id of up to eight characters, or the last eight of a longer one.
pub(super) fn terminal_field(terminal: &TerminalId) -> &str {
    let text = terminal.as_str();
    let start = text.len().saturating_sub(TERMINAL_CHARACTERS);
    text.get(start..).unwrap_or(text)
}

fn base(mti: Mti, terminal: &TerminalId, amount: Money, at_ms: i64) -> Message {
    let moment = Moment::of(at_ms);
    Message::new(mti)
        .with(AMOUNT, amount.minor.to_string())
        .with(TRANSMISSION_TIME, moment.transmission())
        .with(LOCAL_TIME, moment.time)
        .with(LOCAL_DATE, moment.date)
        .with(TERMINAL_ID, terminal_field(terminal))
        .with(CURRENCY, format!("{:03}", amount.currency.number()))
}

fn network(code: &str, at_ms: i64) -> Message {
    Message::new(Mti::NETWORK)
        .with(TRANSMISSION_TIME, Moment::of(at_ms).transmission())
        .with(NETWORK_CODE, code)
}

const fn action_code(action: MembershipAction) -> &'static str {
    match action {
        MembershipAction::Accrue => ACCRUE,
        MembershipAction::Redeem => REDEEM,
        MembershipAction::Balance => BALANCE,
    }
}

const fn action_word(action: MembershipAction) -> &'static str {
    match action {
        MembershipAction::Accrue => "accrue",
        MembershipAction::Redeem => "redeem",
        MembershipAction::Balance => "balance",
    }
}
