//! SUN, the one-time URI of NTAG 424 DNA: who the tag is, how often it was read, and the proof.
//!
//! | step | file | gives |
//! |---|---|---|
//! | 1 | [`address`] | the parameters of a URI, by the layout that was written into the tag |
//! | 2 | [`picc`] | serial number and read counter, in the clear or opened with the meta key |
//! | 3 | [`diversify`] | this tag's own file key, from a master key (AN10922) |
//! | 4 | [`session`] | the keys of this one read, its MAC, and the file data |
//! | 5 | `lrp` | the same in LRP mode (AN12304) |
//!
//! Owns the datasheet NT4H2421Gx, section 9.3, and AN12196. A proof says that the tag made the URI;
//! that its counter grew since the last one is for the gateway to check.

pub mod address;
pub mod diversify;
pub mod fault;
mod lrp;
pub mod picc;
pub mod session;

#[cfg(test)]
mod tests;

pub use crate::aes128::AesKey;
pub use address::{MacInput, Mirror, Mirrored, SunAddress, SunLayout, SunProof};
pub use diversify::diversify_key;
pub use fault::{Parameter, SunFault};
pub use picc::{PiccData, ReadCounter, TagUid};
pub use session::{SunCipher, SunMac, SunSession};
