//! The terminal's tag: the address that opens it on a phone, and how it gets onto NFC tags.
//!
//! | step | file | owns |
//! |---|---|---|
//! | 1 | [`address`] | the address itself, which labels carry too |
//! | 2 | [`fault`] | what can go wrong, and in which state a tag was left |
//! | 3 | [`card`], [`kind`] | a card in the field, and which kind of tag it is |
//! | 4 | [`pages`], [`files`] | Type 2 and Type 4 tags, read and written |
//! | 5 | [`message`] | the address on either, read back |
//! | 6 | [`provision`] | NTAG 424 DNA: keys of its own, one-time addresses |
//! | 7 | [`secret`] | the master key's file, and random bytes |
//! | 8 | `reader` | readers that come and go, through PC/SC (feature `nfc`) |

pub mod address;
pub mod card;
pub mod fault;
pub mod files;
pub mod kind;
pub mod message;
pub mod pages;
pub mod provision;
#[cfg(feature = "nfc")]
pub mod reader;
pub mod secret;

pub use address::{AddressFault, TagAddress};
pub use card::{Card, CardFault};
pub use fault::{Done, Left, TagFailure, TagFault};
pub use kind::TagKind;
pub use message::OnTag;
pub use provision::Provisioned;
