//! What an answer means for what was asked, after checking what it repeats.
//!
//! Owns the last word of this folder: no rule, no repeated transaction, another amount, no number
//! of the provider, all that is doubt. May not send anything. Next: the gateway, which decides what
//! to do about doubt.

use super::amount::minor;
use super::check::{AmountPlace, Operation};
use super::facts::Facts;
use super::json::{Json, Pointer};
use super::rules::{ChargeMeans, InquiryMeans, Repeating, ReversalMeans, Rule};
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::{InquiryAnswer, ReversalAnswer, UnknownReason, Verdict};

/// The longest number that a provider gives an approval, in bytes: several times what is usual,
/// and still fit for a receipt.
const REFERENCE_BYTES_MAX: usize = 128;

/// An answer whose signature, if there must be one, holds.
pub(super) struct Read {
    status: u16,
    /// Nothing if it is not one JSON document.
    body: Option<Json>,
}

/// How far an answer agrees with its question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Agreement {
    Same,
    Other,
    Unsaid,
}

impl Read {
    pub(super) fn new(status: u16, body: &[u8]) -> Self {
        Self { status, body: Json::read(body) }
    }

    fn rule<'o, M>(&self, operation: &'o Operation<M>) -> Option<&'o Rule<M>> {
        let body = self.body.as_ref();
        let rule = operation.rules.iter().find(|rule| rule.fits(self.status, body));
        if rule.is_none() {
            let (operation, status, json) = (operation.kind.name(), self.status, body.is_some());
            tracing::warn!(operation, status, json, "no rule of the profile fits this answer");
        }
        rule
    }

    fn find(&self, pointer: &Pointer) -> Option<&Json> {
        // A null says nothing.
        let found = self.body.as_ref().and_then(|body| pointer.lookup(body));
        found.filter(|found| **found != Json::Null)
    }

    /// Whether it names our transaction, and our inquiry where it names inquiries.
    fn names<M>(&self, operation: &Operation<M>, rule: &Rule<M>, facts: &Facts<'_>) -> Agreement {
        let transaction = operation.repeats.transaction.as_ref().map(|(pointer, template)| {
            let ours = template.fill(|piece| facts.say_piece(piece));
            self.repeats(pointer, ours.as_deref())
        });
        let inquiry = operation.repeats.inquiry.as_ref().map(|pointer| {
            let ours = facts.inquiry().map(|inquiry| inquiry.to_string());
            self.repeats(pointer, ours.as_deref())
        });
        let found = [transaction, inquiry].into_iter().flatten();
        let tolerant = rule.repeating == Repeating::May;
        found.fold(Agreement::Same, |all, one| match (all, one) {
            (Agreement::Other, _) | (_, Agreement::Other) => Agreement::Other,
            (_, Agreement::Unsaid) if tolerant => all,
            (Agreement::Unsaid, _) | (_, Agreement::Unsaid) => Agreement::Unsaid,
            (Agreement::Same, Agreement::Same) => Agreement::Same,
        })
    }

    fn repeats(&self, pointer: &Pointer, ours: Option<&str>) -> Agreement {
        match self.find(pointer) {
            Some(found) if found.text().is_some() && found.text() == ours => Agreement::Same,
            Some(_) => Agreement::Other,
            None => Agreement::Unsaid,
        }
    }

    fn amount(&self, place: &AmountPlace, asked: Currency) -> Option<Money> {
        let currency = match &place.currency {
            Some(pointer) => currency(self.find(pointer)?.text()?)?,
            None => asked,
        };
        let text = self.find(&place.pointer)?.text()?;
        let minor = minor(text, place.form, currency.digits())?;
        Some(Money::new(minor, currency))
    }

    fn reference(&self, pointer: Option<&Pointer>) -> Option<String> {
        let text = self.find(pointer?)?.text()?;
        let fits = text.len() <= REFERENCE_BYTES_MAX && !text.chars().any(char::is_control);
        (fits && !text.trim().is_empty()).then(|| text.to_owned())
    }
}

/// What an answer to a charge, a refund or a void means.
pub(super) fn verdict(
    operation: &Operation<ChargeMeans>,
    facts: &Facts<'_>,
    asked: Money,
    read: &Read,
) -> Verdict {
    let unknown = |reason| Verdict::Unknown { reason };
    let Some(rule) = read.rule(operation) else {
        let garbled = read.body.is_none() && (200..300).contains(&read.status);
        let inconclusive = UnknownReason::Inconclusive;
        return unknown(if garbled { UnknownReason::Garbled } else { inconclusive });
    };
    match rule.means {
        ChargeMeans::Inconclusive => return unknown(UnknownReason::Inconclusive),
        ChargeMeans::CodeUsed => return unknown(UnknownReason::CodeUsed),
        ChargeMeans::Approved | ChargeMeans::Declined(_) => {}
    }
    match (read.names(operation, rule, facts), rule.means) {
        (Agreement::Other, _) => unknown(UnknownReason::Mismatch),
        (Agreement::Same, ChargeMeans::Declined(reason)) => Verdict::Declined { reason },
        (Agreement::Same, ChargeMeans::Approved) => approved(operation, asked, read),
        (Agreement::Unsaid, _) | (_, ChargeMeans::CodeUsed | ChargeMeans::Inconclusive) => {
            unknown(UnknownReason::Garbled)
        }
    }
}

fn approved(operation: &Operation<ChargeMeans>, asked: Money, read: &Read) -> Verdict {
    let garbled = Verdict::Unknown { reason: UnknownReason::Garbled };
    if let Some(balance) = &operation.balance {
        // A balance moves nothing: the amount is the asked one, and the points are the reference.
        let points = read.find(balance).and_then(Json::text);
        let points =
            points.filter(|text| minor(text, super::amount::AmountForm::Minor, 0).is_some());
        return points.map_or(garbled, |points| Verdict::Approved {
            amount: asked,
            reference: points.to_owned(),
        });
    }
    let amount = operation.repeats.amount.as_ref();
    let amount = amount.and_then(|place| read.amount(place, asked.currency));
    match (amount, read.reference(operation.reference.as_ref())) {
        (Some(amount), _) if amount != asked => {
            Verdict::Unknown { reason: UnknownReason::Mismatch }
        }
        (Some(amount), Some(reference)) => Verdict::Approved { amount, reference },
        (None, _) | (_, None) => garbled,
    }
}

/// What an answer to an inquiry means; an amount is handed on as it was said.
pub(super) fn inquiry(
    operation: &Operation<InquiryMeans>,
    facts: &Facts<'_>,
    asked: Currency,
    read: &Read,
) -> InquiryAnswer {
    let Some(rule) = read.rule(operation) else { return InquiryAnswer::NoAnswer };
    if read.names(operation, rule, facts) != Agreement::Same {
        return InquiryAnswer::NoAnswer;
    }
    match rule.means {
        InquiryMeans::Approved => {
            let amount = operation.repeats.amount.as_ref();
            let amount = amount.and_then(|place| read.amount(place, asked));
            match (amount, read.reference(operation.reference.as_ref())) {
                (Some(amount), Some(reference)) => InquiryAnswer::Approved { amount, reference },
                (None, _) | (_, None) => InquiryAnswer::NoAnswer,
            }
        }
        InquiryMeans::Declined(reason) => InquiryAnswer::Declined { reason },
        InquiryMeans::ExpiredUnused => InquiryAnswer::ExpiredUnused,
        InquiryMeans::NotFound => InquiryAnswer::NotFound,
        InquiryMeans::Inconclusive => InquiryAnswer::NoAnswer,
    }
}

/// What an answer to a reversal means.
pub(super) fn reversal(
    operation: &Operation<ReversalMeans>,
    facts: &Facts<'_>,
    asked: Money,
    read: &Read,
) -> ReversalAnswer {
    let Some(rule) = read.rule(operation) else { return ReversalAnswer::NoAnswer };
    if read.names(operation, rule, facts) != Agreement::Same {
        return ReversalAnswer::NoAnswer;
    }
    match rule.means {
        ReversalMeans::Accepted => {
            // Where it says how much was taken back, it must be all of it.
            let place = operation.repeats.amount.as_ref();
            let amount = place.map(|place| read.amount(place, asked.currency));
            let whole = amount.is_none_or(|amount| amount == Some(asked));
            if whole { ReversalAnswer::Accepted } else { ReversalAnswer::NoAnswer }
        }
        ReversalMeans::OriginalUnknown => ReversalAnswer::OriginalUnknown,
        ReversalMeans::Refused => ReversalAnswer::Refused,
        ReversalMeans::Inconclusive => ReversalAnswer::NoAnswer,
    }
}

/// A currency by its letters in either case, or by its number.
fn currency(text: &str) -> Option<Currency> {
    match text.parse() {
        Ok(number) => Currency::from_number(number).ok(),
        Err(_) => Currency::from_letters(&text.to_ascii_uppercase()).ok(),
    }
}
