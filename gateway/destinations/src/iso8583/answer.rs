//! What an answer means, after checking that it speaks of the same transaction and amount.
//!
//! Owns the echo checks: an approval must name our transaction (field 48, tag 04), amount and
//! currency; anything else is a mismatch, which is "unknown". Next: `http/mod.rs`.

use super::request::{ACCRUE, BALANCE, INQUIRY, PAYMENT, REDEEM};
use crate::ask::{Authorize, GiveBack, Inquire, Reverse};
use crate::late::LateAnswer;
use baton_formats::iso8583::response::{
    self, APPROVED, Decline, InquiryMeaning, ReversalMeaning, SaleMeaning,
};
use baton_formats::iso8583::spec1987::{
    AMOUNT, APPROVAL_CODE, CURRENCY, PRIVATE_DATA, PROCESSING_CODE, RESPONSE_CODE, RRN,
};
use baton_formats::iso8583::{Message, Mti, PrivateData, Tag};
use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::{
    DeclineReason, InquiryAnswer, MembershipAction, ReversalAnswer, UnknownReason, Verdict, Work,
};

pub(super) fn accepted(message: &Message) -> bool {
    message.text(RESPONSE_CODE) == Some(APPROVED)
}

pub(super) fn verdict(ask: &Authorize, message: &Message) -> Verdict {
    let wants = if is_balance(&ask.work) { Wants::Balance } else { Wants::ApprovalNumber };
    let asked = Asked { transaction: ask.transaction, amount: ask.work.amount(), wants };
    judged(&asked, message)
}

/// A refund is answered as a sale is.
pub(super) fn given_back(ask: &GiveBack, message: &Message) -> Verdict {
    let wants = Wants::ApprovalNumber;
    judged(&Asked { transaction: ask.transaction, amount: ask.amount, wants }, message)
}

/// What an answer must speak of.
struct Asked {
    transaction: TransactionId,
    amount: Money,
    wants: Wants,
}

/// What becomes the reference of an approval.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wants {
    ApprovalNumber,
    Balance,
}

fn judged(ask: &Asked, message: &Message) -> Verdict {
    let Ok(data) = private_data(message) else {
        return Verdict::Unknown { reason: UnknownReason::Garbled };
    };
    let same = same_transaction(&data, ask.transaction);
    match response::sale(message.text(RESPONSE_CODE).unwrap_or_default()) {
        SaleMeaning::Approved if same == Some(true) => approved(ask, message, &data),
        SaleMeaning::Declined(decline) if same != Some(false) => {
            Verdict::Declined { reason: inquired_reason(decline, ask.amount.currency) }
        }
        SaleMeaning::Approved | SaleMeaning::Declined(_) => {
            Verdict::Unknown { reason: UnknownReason::Mismatch }
        }
        SaleMeaning::CodeUsed => Verdict::Unknown { reason: UnknownReason::CodeUsed },
        SaleMeaning::Inconclusive => Verdict::Unknown { reason: UnknownReason::Inconclusive },
    }
}

pub(super) fn inquiry(ask: &Inquire, message: &Message) -> InquiryAnswer {
    let Ok(data) = private_data(message) else { return InquiryAnswer::NoAnswer };
    let own_id = ask.inquiry.to_string();
    let ours = same_transaction(&data, ask.transaction) == Some(true)
        && data.text(Tag::Inquiry) == Some(&own_id);
    if !ours {
        return InquiryAnswer::NoAnswer;
    }
    inquired(message, ask.amount.currency)
}

/// What an answer that nobody waits for any more is worth: only what it names itself counts.
pub(super) fn late(message: &Message) -> LateAnswer {
    let named = private_data(message).ok();
    let Some(data) = named else { return LateAnswer::Unmatched };
    let transaction = data.text(Tag::Transaction).and_then(|text| text.parse().ok());
    let Some(transaction) = transaction else { return LateAnswer::Unmatched };
    let processing = message.text(PROCESSING_CODE).unwrap_or_default();
    match message.mti {
        Mti::REVERSAL_ANSWER => LateAnswer::Reversal { transaction, answer: reversed(message) },
        Mti::SALE_ANSWER if processing == INQUIRY => {
            let inquiry = data.text(Tag::Inquiry).and_then(|text| text.parse().ok());
            inquiry.map_or(LateAnswer::Unmatched, |inquiry| {
                let answer = inquired(message, currency(message));
                LateAnswer::Inquiry { inquiry, transaction, answer }
            })
        }
        Mti::SALE_ANSWER if [PAYMENT, REDEEM, ACCRUE, BALANCE].contains(&processing) => {
            let verdict = late_verdict(message, &data, processing);
            LateAnswer::Authorization { transaction, verdict }
        }
        _ => LateAnswer::Unmatched,
    }
}

fn late_verdict(message: &Message, data: &PrivateData, processing: &str) -> Verdict {
    let garbled = Verdict::Unknown { reason: UnknownReason::Garbled };
    match response::sale(message.text(RESPONSE_CODE).unwrap_or_default()) {
        SaleMeaning::Approved => {
            let balance = data.text(Tag::Points).filter(|_| processing == BALANCE);
            let reference = balance.map(str::to_owned).or_else(|| reference(message));
            match (money(message), reference) {
                (Some(amount), Some(reference)) => Verdict::Approved { amount, reference },
                _ => garbled,
            }
        }
        SaleMeaning::Declined(decline) => {
            Verdict::Declined { reason: inquired_reason(decline, currency(message)) }
        }
        SaleMeaning::CodeUsed => Verdict::Unknown { reason: UnknownReason::CodeUsed },
        SaleMeaning::Inconclusive => Verdict::Unknown { reason: UnknownReason::Inconclusive },
    }
}

fn inquired(message: &Message, currency: Currency) -> InquiryAnswer {
    match response::inquiry(message.text(RESPONSE_CODE).unwrap_or_default()) {
        InquiryMeaning::Approved => match (money(message), reference(message)) {
            (Some(amount), Some(reference)) => InquiryAnswer::Approved { amount, reference },
            _ => InquiryAnswer::NoAnswer,
        },
        InquiryMeaning::Declined(decline) => {
            InquiryAnswer::Declined { reason: inquired_reason(decline, currency) }
        }
        InquiryMeaning::ExpiredUnused => InquiryAnswer::ExpiredUnused,
        InquiryMeaning::NotFound => InquiryAnswer::NotFound,
        InquiryMeaning::Inconclusive => InquiryAnswer::NoAnswer,
    }
}

pub(super) fn reversal(ask: &Reverse, message: &Message) -> ReversalAnswer {
    let Ok(data) = private_data(message) else { return ReversalAnswer::NoAnswer };
    if same_transaction(&data, ask.transaction) != Some(true) {
        return ReversalAnswer::NoAnswer;
    }
    reversed(message)
}

fn reversed(message: &Message) -> ReversalAnswer {
    match response::reversal(message.text(RESPONSE_CODE).unwrap_or_default()) {
        ReversalMeaning::Accepted => ReversalAnswer::Accepted,
        ReversalMeaning::OriginalUnknown => ReversalAnswer::OriginalUnknown,
        ReversalMeaning::Refused => ReversalAnswer::Refused,
        ReversalMeaning::Inconclusive => ReversalAnswer::NoAnswer,
    }
}

fn approved(ask: &Asked, message: &Message, data: &PrivateData) -> Verdict {
    if money(message) != Some(ask.amount) {
        return Verdict::Unknown { reason: UnknownReason::Mismatch };
    }
    let reference = match ask.wants {
        Wants::Balance => data.text(Tag::Points).map(str::to_owned),
        Wants::ApprovalNumber => reference(message),
    };
    match reference {
        Some(reference) => Verdict::Approved { amount: ask.amount, reference },
        None => Verdict::Unknown { reason: UnknownReason::Garbled },
    }
}

fn private_data(message: &Message) -> Result<PrivateData, baton_formats::iso8583::FormatFault> {
    PrivateData::parse(message.value(PRIVATE_DATA).unwrap_or_default())
}

/// Nothing when the answer names no transaction.
fn same_transaction(data: &PrivateData, transaction: TransactionId) -> Option<bool> {
    data.text(Tag::Transaction).map(|text| text.parse() == Ok(transaction))
}

fn money(message: &Message) -> Option<Money> {
    let minor = message.number(AMOUNT)?;
    let number = message.text(CURRENCY)?.parse().ok()?;
    Currency::from_number(number).ok().map(|currency| Money::new(minor, currency))
}

/// Points or money; an answer without a currency is about money.
fn currency(message: &Message) -> Currency {
    let number = message.text(CURRENCY).and_then(|text| text.parse().ok());
    number.and_then(|number| Currency::from_number(number).ok()).unwrap_or(Currency::KRW)
}

/// The approval code, or the retrieval reference number where there is none.
fn reference(message: &Message) -> Option<String> {
    let field = message.text(APPROVAL_CODE).or_else(|| message.text(RRN))?;
    let text = field.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

const fn is_balance(work: &Work) -> bool {
    matches!(work, Work::Membership { action: MembershipAction::Balance, .. })
}

/// "Not enough" and "no such number" mean points and members where points were asked for.
fn inquired_reason(decline: Decline, currency: Currency) -> DeclineReason {
    let points = currency == Currency::POINTS;
    match decline {
        Decline::Funds if points => DeclineReason::Points,
        Decline::Funds => DeclineReason::Funds,
        Decline::NumberUnknown if points => DeclineReason::MemberUnknown,
        Decline::NumberUnknown => DeclineReason::CodeUnknown,
        Decline::Expired => DeclineReason::CodeExpired,
        Decline::Reversed => DeclineReason::Reversed,
        Decline::Refused => DeclineReason::Refused,
    }
}
