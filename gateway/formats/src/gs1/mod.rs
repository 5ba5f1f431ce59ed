//! GS1 data: what a label, a symbol or a web address says of a thing, in one list of elements.
//!
//! Owns reading and writing of element strings, bracketed elements, links and scans, with one table
//! of identifiers behind them all. May not know what a shop does with a thing. Reading order:
//! [`ai`], [`shape`], [`check`], [`rule`], [`elements`], [`keys`], [`link`], then [`scan`].

pub mod ai;
mod bracketed;
pub mod check;
mod dictionary;
pub mod elements;
pub mod fault;
pub mod keys;
pub mod link;
mod pairs;
mod parts;
pub mod rule;
pub mod scan;
pub mod shape;

#[cfg(test)]
mod tests;

pub use ai::Ai;
pub use elements::{Element, Elements, Separator, UnknownAis};
pub use fault::Gs1Fault;
pub use keys::{Gln, Gtin, Sscc};
pub use link::{CANONICAL_STEM, DigitalLink, LinkFault};
pub use scan::{Content, Scan, ScanFault, Symbology};
