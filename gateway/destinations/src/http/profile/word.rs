//! The placeholders of templates, and which of them an operation knows.
//!
//! Owns names and sets. What a placeholder stands for in one request is [`super::facts`]'s matter.
//! Next: [`super::template`].

/// A placeholder, written `{name}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    TransactionId,
    TransactionHex,
    TerminalId,
    AppId,
    Code,
    MemberId,
    Action,
    Points,
    Amount,
    AmountDecimal,
    Currency,
    CurrencyLower,
    CurrencyNumber,
    Original,
    OriginalHex,
    InquiryId,
    Reference,
    TimestampMs,
    TimestampS,
    TimestampRfc3339,
    Nonce,
    Secret,
    SecretBase64,
    Method,
    Path,
    Query,
    Body,
    BodySha256Hex,
    BodySha256Base64,
    Status,
    Timestamp,
    Signature,
}

const NAMES: &[(Word, &str)] = &[
    (Word::TransactionId, "transaction_id"),
    (Word::TransactionHex, "transaction_hex"),
    (Word::TerminalId, "terminal_id"),
    (Word::AppId, "app_id"),
    (Word::Code, "code"),
    (Word::MemberId, "member_id"),
    (Word::Action, "action"),
    (Word::Points, "points"),
    (Word::Amount, "amount"),
    (Word::AmountDecimal, "amount_decimal"),
    (Word::Currency, "currency"),
    (Word::CurrencyLower, "currency_lower"),
    (Word::CurrencyNumber, "currency_number"),
    (Word::Original, "original"),
    (Word::OriginalHex, "original_hex"),
    (Word::InquiryId, "inquiry_id"),
    (Word::Reference, "reference"),
    (Word::TimestampMs, "timestamp_ms"),
    (Word::TimestampS, "timestamp_s"),
    (Word::TimestampRfc3339, "timestamp_rfc3339"),
    (Word::Nonce, "nonce"),
    (Word::Secret, "secret"),
    (Word::SecretBase64, "secret_base64"),
    (Word::Method, "method"),
    (Word::Path, "path"),
    (Word::Query, "query"),
    (Word::Body, "body"),
    (Word::BodySha256Hex, "body_sha256_hex"),
    (Word::BodySha256Base64, "body_sha256_base64"),
    (Word::Status, "status"),
    (Word::Timestamp, "timestamp"),
    (Word::Signature, "signature"),
];

/// What every request knows.
pub(super) const TIME: &[Word] =
    &[Word::TimestampMs, Word::TimestampS, Word::TimestampRfc3339, Word::Nonce];
/// What only headers may carry.
pub(super) const SECRETS: &[Word] = &[Word::Secret, Word::SecretBase64];
/// The two spellings of our transaction id.
pub(super) const TRANSACTION: &[Word] = &[Word::TransactionId, Word::TransactionHex];
/// The two spellings of an amount.
pub(super) const AMOUNTS: &[Word] = &[Word::Amount, Word::AmountDecimal];
/// The three spellings of a currency.
pub(super) const CURRENCIES: &[Word] = &[Word::Currency, Word::CurrencyLower, Word::CurrencyNumber];
/// What is given back.
pub(super) const ORIGINALS: &[Word] = &[Word::Original, Word::OriginalHex];
/// What can stand as a JSON number.
const NUMBERS: &[Word] = &[
    Word::Points,
    Word::Amount,
    Word::AmountDecimal,
    Word::CurrencyNumber,
    Word::TimestampMs,
    Word::TimestampS,
];
/// What a signature may cover, beside [`TIME`] and headers.
pub(super) const MESSAGE: &[Word] = &[
    Word::Method,
    Word::Path,
    Word::Query,
    Word::Body,
    Word::BodySha256Hex,
    Word::BodySha256Base64,
];
/// What the signature of an answer may cover, beside headers.
pub(super) const ANSWER: &[Word] = &[
    Word::Status,
    Word::Timestamp,
    Word::Body,
    Word::BodySha256Hex,
    Word::BodySha256Base64,
    Word::TransactionId,
    Word::TransactionHex,
];

/// What can be asked of a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Authorize,
    Membership,
    Balance,
    Inquire,
    Reverse,
    Refund,
    Void,
    Echo,
}

impl Word {
    pub(super) fn lookup(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(word, _)| *word)
    }

    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(known, _)| *known == self).map_or("", |(_, name)| name)
    }

    pub(super) fn is_number(self) -> bool {
        NUMBERS.contains(&self)
    }
}

impl Kind {
    /// The table of a profile that describes it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Membership => "membership",
            Self::Balance => "balance",
            Self::Inquire => "inquire",
            Self::Reverse => "reverse",
            Self::Refund => "refund",
            Self::Void => "void",
            Self::Echo => "echo",
        }
    }

    /// Every placeholder that its path, headers and body may name.
    pub(super) fn words(self) -> Vec<Word> {
        let place = [Word::TerminalId, Word::AppId];
        let own: &[Word] = match self {
            Self::Authorize => &[Word::Code],
            Self::Membership => &[Word::MemberId, Word::Action, Word::Points],
            Self::Balance => &[Word::MemberId],
            Self::Inquire => &[Word::InquiryId],
            Self::Reverse => &[Word::Reference],
            Self::Refund | Self::Void => &[Word::Original, Word::OriginalHex, Word::Reference],
            Self::Echo => return TIME.to_vec(),
        };
        let money = if self == Self::Balance { &[] } else { AMOUNTS };
        let currency = if self == Self::Balance { &[] } else { CURRENCIES };
        [own, TRANSACTION, &place, money, currency, TIME].concat()
    }
}
