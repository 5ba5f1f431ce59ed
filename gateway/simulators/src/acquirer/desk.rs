//! One message in, one reply out: what an acquirer makes of 0200, 0420, 0421, 0500, 0520 and 0800.
//!
//! Owns the reading of fields, apart from the client's code on purpose: two readers of one
//! interface find each other's mistakes. A message that it cannot read ends the connection; one
//! that it can read but not do is answered with 12. Next: [`super::settle`], then [`crate::book`],
//! which decides.

use super::Speech;
use super::session::Session;
use super::settle;
use crate::book::{Book, Origin};
use crate::outcome::{Answer, Delivery, Known, Reversal};
use baton_destinations::ask::Way;
use baton_destinations::{Day, SealFault};
use baton_formats::iso8583::response::{
    APPROVED, DUPLICATE, Decline, ISSUER_SILENT, NO_ACTION, NOT_FOUND, TRANSACTION_INVALID,
};
use baton_formats::iso8583::spec1987::{
    AMOUNT, APPROVAL_CODE, CURRENCY, LOCAL_DATE, PRIVATE_DATA, PROCESSING_CODE, RESPONSE_CODE, RRN,
    STAN, TERMINAL_ID,
};
use baton_formats::iso8583::{FormatFault, Message, Mti, PrivateData, Tag};
use baton_protocol::code::{MemberId, PaymentCode};
use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::{DeclineReason, MembershipAction, Work};

/// A framed reply and how it travels.
pub(super) struct Reply {
    pub(super) frame: Vec<u8>,
    pub(super) delivery: Delivery,
}

/// Why a message cannot be answered.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unanswerable {
    #[error(transparent)]
    Format(#[from] FormatFault),
    #[error(transparent)]
    Seal(#[from] SealFault),
}

/// Nothing goes back to an answer.
pub(super) fn answer(
    speech: &Speech,
    session: &Session,
    book: &mut Book,
    bytes: &[u8],
    now_ms: i64,
) -> Result<Option<Reply>, Unanswerable> {
    let mut message = speech.dialect.open(bytes)?;
    let private = message.value(PRIVATE_DATA).unwrap_or_default();
    let mut data = PrivateData::parse(private)?;
    book.hear_from(origin(book, &message, now_ms));
    let delivery = match message.mti {
        Mti::NETWORK => {
            session.greet(book, &mut message, now_ms);
            Delivery::Now
        }
        Mti::NETWORK_ANSWER => return Ok(None),
        Mti::REVERSAL | Mti::REVERSAL_REPEAT => reverse(book, &mut message, &data),
        Mti::RECONCILIATION
        | Mti::RECONCILIATION_REPEAT
        | Mti::RECONCILIATION_ADVICE
        | Mti::RECONCILIATION_ADVICE_REPEAT => {
            settle::compare(book.entries(), &mut message, now_ms);
            Delivery::Now
        }
        Mti::SALE if message.text(PROCESSING_CODE) == Some("380000") => {
            inquire(book, &mut message, &data)
        }
        Mti::SALE if !session.takes_sales() => invalid(&mut message),
        Mti::SALE if way(&message).is_some() => give_back(book, &mut message, &mut data),
        Mti::SALE => authorize(book, &mut message, &mut data, now_ms),
        _ => invalid(&mut message),
    };
    message.mti = message.mti.answer();
    if message.value(PRIVATE_DATA).is_some() {
        message.set(PRIVATE_DATA, echoed(&data).build()?);
    }
    speech.omits.iter().for_each(|field| message.remove(*field));
    Ok(Some(Reply { frame: speech.dialect.seal(&message)?, delivery }))
}

/// The terminal that a message names, and the business day: the book's own since its last cut-over,
/// before that the day that the message names.
fn origin(book: &Book, message: &Message, now_ms: i64) -> Origin {
    let terminal = message.text(TERMINAL_ID).map(|text| text.trim_end().to_owned());
    let named = || Day::near(message.text(LOCAL_DATE)?, Day::of(now_ms)).ok();
    let day = book.business_day().or_else(named).unwrap_or_else(|| Day::of(now_ms));
    Origin { terminal, day: Some(day) }
}

fn authorize(
    book: &mut Book,
    message: &mut Message,
    data: &mut PrivateData,
    now_ms: i64,
) -> Delivery {
    let (Some(transaction), Some(work)) = (transaction(data), work(message, data)) else {
        return invalid(message);
    };
    let (answer, delivery) = book.authorize(transaction, &work, now_ms);
    say(message, data, answer);
    delivery
}

fn give_back(book: &mut Book, message: &mut Message, data: &mut PrivateData) -> Delivery {
    let original = data.text(Tag::Original).and_then(|text| text.parse().ok());
    let (Some(transaction), Some(original), Some(amount), Some(how)) =
        (transaction(data), original, money(message), way(message))
    else {
        return invalid(message);
    };
    let (answer, delivery) = book.give_back(transaction, original, amount, how);
    say(message, data, answer);
    delivery
}

fn way(message: &Message) -> Option<Way> {
    match message.text(PROCESSING_CODE)? {
        "020000" => Some(Way::Void),
        "220000" => Some(Way::Refund),
        _ => None,
    }
}

fn say(message: &mut Message, data: &mut PrivateData, answer: Answer) {
    match answer {
        Answer::Approved { amount, reference, balance } => {
            if let Some(points) = balance {
                *data = std::mem::take(data).with(Tag::Points, points.to_string());
            }
            approve(message, amount, reference);
        }
        Answer::Declined(reason) => message.set(RESPONSE_CODE, decline(reason).code()),
        Answer::CodeUsed => message.set(RESPONSE_CODE, DUPLICATE),
        Answer::Inconclusive => message.set(RESPONSE_CODE, ISSUER_SILENT),
    }
}

fn inquire(book: &Book, message: &mut Message, data: &PrivateData) -> Delivery {
    let Some(transaction) = transaction(data) else { return invalid(message) };
    match book.inquire(transaction) {
        Known::Approved { amount, reference } => approve(message, amount, reference),
        Known::Declined(reason) => message.set(RESPONSE_CODE, decline(reason).code()),
        Known::Reversed => message.set(RESPONSE_CODE, Decline::Reversed.code()),
        Known::NotFound => message.set(RESPONSE_CODE, NOT_FOUND),
    }
    Delivery::Now
}

fn reverse(book: &mut Book, message: &mut Message, data: &PrivateData) -> Delivery {
    let (Some(transaction), Some(amount)) = (transaction(data), money(message)) else {
        return invalid(message);
    };
    let code = match book.reverse(transaction, amount) {
        Reversal::Accepted => APPROVED,
        Reversal::OriginalUnknown => NOT_FOUND,
        Reversal::Refused => NO_ACTION,
    };
    message.set(RESPONSE_CODE, code);
    Delivery::Now
}

fn invalid(message: &mut Message) -> Delivery {
    message.set(RESPONSE_CODE, TRANSACTION_INVALID);
    Delivery::Now
}

fn approve(message: &mut Message, amount: Money, reference: String) {
    let trace = message.text(STAN).unwrap_or_default().to_owned();
    message.set(AMOUNT, amount.minor.to_string());
    message.set(CURRENCY, format!("{:03}", amount.currency.number()));
    // One that the client gave is repeated: it may match by it.
    if message.value(RRN).is_none() {
        message.set(RRN, format!("{reference:0>6}{trace:0>6}"));
    }
    message.set(APPROVAL_CODE, reference);
    message.set(RESPONSE_CODE, APPROVED);
}

/// The parts that go back: never the code or the member.
fn echoed(data: &PrivateData) -> PrivateData {
    [Tag::App, Tag::Transaction, Tag::Points, Tag::Inquiry].into_iter().fold(
        PrivateData::new(),
        |echo, tag| match data.text(tag) {
            Some(text) => echo.with(tag, text),
            None => echo,
        },
    )
}

fn transaction(data: &PrivateData) -> Option<TransactionId> {
    data.text(Tag::Transaction)?.parse().ok()
}

fn money(message: &Message) -> Option<Money> {
    let number = message.text(CURRENCY)?.parse().ok()?;
    let currency = Currency::from_number(number).ok()?;
    Some(Money::new(message.number(AMOUNT)?, currency))
}

fn work(message: &Message, data: &PrivateData) -> Option<Work> {
    let action = match message.text(PROCESSING_CODE)? {
        "000000" => {
            let code = PaymentCode::parse(data.text(Tag::Code)?.to_owned()).ok()?;
            return Some(Work::Payment { code, amount: money(message)? });
        }
        "200000" => MembershipAction::Redeem,
        "210000" => MembershipAction::Accrue,
        "310000" => MembershipAction::Balance,
        _ => return None,
    };
    let member_id = MemberId::parse(data.text(Tag::Member)?.to_owned()).ok()?;
    let points = data.text(Tag::Points)?.parse().ok()?;
    Some(Work::Membership { member_id, action, points })
}

const fn decline(reason: DeclineReason) -> Decline {
    match reason {
        DeclineReason::Funds | DeclineReason::Points => Decline::Funds,
        DeclineReason::CodeExpired => Decline::Expired,
        DeclineReason::CodeUnknown | DeclineReason::MemberUnknown => Decline::NumberUnknown,
        DeclineReason::Refused => Decline::Refused,
        DeclineReason::Reversed => Decline::Reversed,
    }
}
