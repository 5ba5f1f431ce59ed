//! Bytes that the outside world defined, read strictly into plain values and written back.
//!
//! Owns foreign formats as tables. May not touch sockets, clocks or Baton's own wire types: this
//! crate is fuzzed alone. Next on the way of a payment: `destinations`, which speaks these bytes.
#![deny(missing_docs)]

mod aes128;
pub mod beacon;
pub mod emv;
pub mod epc;
pub mod gs1;
pub mod iso8583;
pub mod nfc;
pub mod pan;
pub mod tlv;
