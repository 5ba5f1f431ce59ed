//! EMVCo QR codes of both kinds, and the number codes that wallets show instead.
//!
//! **Merchant-presented** codes stand on a counter or a terminal: a text of objects with two digits
//! of id and two of length, closed by a checksum (EMVCo MPM 1.1). [`Payload`] is such a text, taken
//! apart and put together again exactly; real codes often lack what EMVCo demands, so
//! [`Payload::parse`] asks only for the form and [`Payload::check`] for the rules. [`Merchant`] is
//! what a code that keeps them says.
//!
//! **Consumer-presented** codes stand on a phone: base64 of BER-TLV (EMVCo CPM 1.1).
//! [`ConsumerCode`] refuses those that carry a card number or track.
//!
//! **Payment codes** are mostly plain digits; [`CodeRules`] tells whose they are, by rules that are
//! no official registry and so can be given by configuration.
//!
//! Reading order: [`id`], [`object`], [`checksum`], [`payload`], [`amount`], [`rules`],
//! [`merchant`], [`consumer`], [`codes`], then [`fault`].

pub mod amount;
pub mod checksum;
pub mod codes;
pub mod consumer;
pub mod fault;
pub mod id;
pub mod merchant;
pub mod object;
pub mod payload;
pub mod rules;

#[cfg(test)]
mod tests;

pub use amount::Amount;
pub use codes::{CodeRules, Rule};
pub use consumer::{Application, ConsumerCode, ConsumerFault};
pub use fault::{Place, QrFault};
pub use id::Id;
pub use merchant::{Account, Detail, Language, Merchant};
pub use object::{Object, Template};
pub use payload::{Initiation, Payload, QR_CHARACTERS_MAX, Tip};
