//! What one request knows, and how each placeholder prints it.
//!
//! Owns the spelling of values. May not read templates. Next: [`super::request`].

use super::amount::decimal;
use super::nonce;
use super::template::Piece;
use super::word::Word;
use crate::ask::{Authorize, GiveBack, Inquire, Reverse};
use crate::moment;
use baton_protocol::ids::{AppId, InquiryId, TerminalId, TransactionId};
use baton_protocol::money::Money;
use baton_protocol::work::Work;

/// Everything that a request can say.
#[derive(Default)]
pub(super) struct Facts<'a> {
    transaction: Option<TransactionId>,
    place: Option<(&'a TerminalId, &'a AppId)>,
    code: Option<&'a str>,
    member: Option<&'a str>,
    action: Option<&'a str>,
    amount: Option<Money>,
    original: Option<TransactionId>,
    inquiry: Option<InquiryId>,
    reference: Option<String>,
    nonce: Option<String>,
    at_ms: i64,
}

impl<'a> Facts<'a> {
    pub(super) fn of_nothing(at_ms: i64) -> Self {
        Self { nonce: nonce::fresh(), at_ms, ..Self::default() }
    }

    pub(super) fn of_authorize(ask: &'a Authorize, action: Option<&'a str>) -> Self {
        let (code, member) = match &ask.work {
            Work::Payment { code, .. } => (Some(code.reveal()), None),
            Work::Membership { member_id, .. } => (None, Some(member_id.reveal())),
        };
        Self {
            transaction: Some(ask.transaction),
            place: Some((&ask.terminal, &ask.app)),
            amount: Some(ask.work.amount()),
            code,
            member,
            action,
            ..Self::of_nothing(ask.at_ms)
        }
    }

    pub(super) fn of_inquire(ask: &'a Inquire) -> Self {
        Self {
            transaction: Some(ask.transaction),
            place: Some((&ask.terminal, &ask.app)),
            amount: Some(ask.amount),
            inquiry: Some(ask.inquiry),
            ..Self::of_nothing(ask.at_ms)
        }
    }

    pub(super) fn of_reverse(ask: &'a Reverse, reference: Option<String>) -> Self {
        Self {
            transaction: Some(ask.transaction),
            place: Some((&ask.terminal, &ask.app)),
            amount: Some(ask.amount),
            reference,
            ..Self::of_nothing(ask.at_ms)
        }
    }

    pub(super) fn of_give_back(ask: &'a GiveBack, reference: Option<String>) -> Self {
        Self {
            transaction: Some(ask.transaction),
            original: Some(ask.original),
            place: Some((&ask.terminal, &ask.app)),
            amount: Some(ask.amount),
            reference,
            ..Self::of_nothing(ask.at_ms)
        }
    }

    pub(super) const fn inquiry(&self) -> Option<InquiryId> {
        self.inquiry
    }

    pub(super) fn say_piece(&self, piece: &Piece) -> Option<String> {
        match piece {
            Piece::Text(text) => Some(text.clone()),
            Piece::Word(word) => self.say(*word),
            Piece::Header(_) => None,
        }
    }

    /// Prints a value; nothing if this request does not know it.
    pub(super) fn say(&self, word: Word) -> Option<String> {
        let hex = |id: TransactionId| hex::encode(id.uuid().as_bytes());
        let money = self.amount;
        match word {
            Word::TransactionId => self.transaction.map(|id| id.to_string()),
            Word::TransactionHex => self.transaction.map(hex),
            Word::TerminalId => self.place.map(|(terminal, _)| terminal.to_string()),
            Word::AppId => self.place.map(|(_, app)| app.to_string()),
            Word::Code => self.code.map(str::to_owned),
            Word::MemberId => self.member.map(str::to_owned),
            Word::Action => self.action.map(str::to_owned),
            Word::Points | Word::Amount => money.map(|money| money.minor.to_string()),
            Word::AmountDecimal => money.map(decimal),
            Word::Currency => money.map(|money| money.currency.to_string()),
            Word::CurrencyLower => money.map(|money| money.currency.letters().to_lowercase()),
            Word::CurrencyNumber => money.map(|money| format!("{:03}", money.currency.number())),
            Word::Original => self.original.map(|id| id.to_string()),
            Word::OriginalHex => self.original.map(hex),
            Word::InquiryId => self.inquiry.map(|id| id.to_string()),
            Word::Reference => self.reference.clone(),
            Word::TimestampMs => Some(self.at_ms.to_string()),
            Word::TimestampS => Some(self.at_ms.div_euclid(1_000).to_string()),
            Word::TimestampRfc3339 => Some(moment::rfc3339(self.at_ms)),
            Word::Nonce => self.nonce.clone(),
            Word::Secret
            | Word::SecretBase64
            | Word::Method
            | Word::Path
            | Word::Query
            | Word::Body
            | Word::BodySha256Hex
            | Word::BodySha256Base64
            | Word::Status
            | Word::Timestamp
            | Word::Signature => None,
        }
    }
}
