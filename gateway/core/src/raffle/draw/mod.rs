//! The draw: anybody can do it again and must come to the same order.
//!
//! | step | what happens | file |
//! |---|---|---|
//! | 1 | before opening, round and commitment are fixed | [`beacon`], [`seed`] |
//! | 2 | at close every ticket becomes a leaf; a root for all, a proof for each | [`tree`] |
//! | 3 | the round comes, its number and the root make a seed | [`seed`] |
//! | 4 | the seed makes the order of all tickets: first choice and every redraw | [`order`] |
//! | 5 | all of it together is public, and is checked | [`bundle`], [`finding`] |
//!
//! SHA-256 comes from the crate `sha2`. May not know money or states.

pub mod beacon;
pub mod bundle;
pub mod digest;
pub mod finding;
pub mod order;
pub mod seed;
pub mod tree;

pub use beacon::Chain;
pub use bundle::{Bundle, BundleInvalid};
pub use digest::Digest;
pub use finding::Finding;
pub use order::Order;
pub use tree::{Proof, Ticket, Tree};

#[cfg(test)]
mod tests;
