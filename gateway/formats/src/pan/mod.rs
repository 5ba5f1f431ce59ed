//! Card numbers: how one is known, how it prints, and where it hides.
//!
//! Baton takes no card numbers. This module exists to refuse them where somebody sends one all the
//! same, and to cross out those that stand in a text. [`Pan`] is the only place that holds one; it
//! prints masked and is wiped when dropped.
//!
//! Domestic ranges that no public list keeps (Korean numbers beginning with 9) are not known here:
//! what must refuse them too asks [`luhn::holds`] without a brand.
//!
//! Reading order: [`luhn`], [`brand`], [`number`], then [`mod@find`].

pub mod brand;
pub mod find;
pub mod luhn;
pub mod number;
mod ranges;

#[cfg(test)]
mod tests;

pub use brand::Brand;
pub use find::{find, looks_like_card_number};
pub use number::{Pan, PanInvalid};
