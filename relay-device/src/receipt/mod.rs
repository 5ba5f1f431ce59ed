//! Receipts on paper: what stands on one, how a printer is told, and how it is reached.
//!
//! | step | file | gives |
//! |---|---|---|
//! | 1 | [`escpos`] | the bytes that ESC/POS printers understand |
//! | 2 | [`printer`] | the printer on a serial port or on the network |
//! | 3 | [`book`], [`shelf`] | which payments are owed a word or due on paper, also on disk |
//! | 4 | [`slips`] | the receipts that print themselves |
//!
//! Owns the receipt itself. May not decide that one is printed: "approved" stands on paper only
//! when the gateway has said so, and who hears that calls this.

pub mod book;
pub mod escpos;
pub mod printer;
pub mod shelf;
pub mod slips;

#[cfg(test)]
mod tests;

pub use escpos::to_bytes;
pub use printer::{Place, Printer, PrinterFault};
pub use slips::{Desk, Paper as SlipPaper, Slips};

/// What stands on a receipt, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receipt {
    /// The parts in their order.
    pub parts: Vec<Part>,
}

/// A part of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The shop's name or the result, large and in the middle.
    Title(String),
    /// A line of text.
    Line(String),
    /// Two words at both edges, as a name and an amount.
    Pair(String, String),
    /// A QR code, in the middle.
    Code(String),
    /// A line across.
    Rule,
}
