//! NFC: what a tag says, where it keeps it, and how it proves that it is the tag.
//!
//! | folder | owns |
//! |---|---|
//! | [`ndef`] | messages and records: URIs, texts, smart posters |
//! | [`type2`] | the memory of Type 2 tags |
//! | [`type4`] | the commands and files of Type 4 tags, as machines without IO |
//! | [`sun`] | NTAG 424 DNA: one-time URIs and their proof |
//! | [`dna`] | NTAG 424 DNA: the session in which such a tag gets its keys and its URI |
//!
//! May not speak to a reader: bytes come in and go out. Next: `relay-device`, which holds readers,
//! and the gateway, which checks the proofs.

pub mod dna;
pub mod ndef;
pub mod sun;
pub mod type2;
pub mod type4;

#[cfg(test)]
mod tests;
