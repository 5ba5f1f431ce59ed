//! A card or tag in a reader's field, and what can go wrong between it and us.
//!
//! Owns the seam: the reader of `reader.rs` on one side, anything that answers commands on the
//! other. May not know what a command means. Next: [`super::kind`].

use baton_formats::nfc::type4::{ApduFault, Command, Response};

/// Something that answers commands.
pub trait Card {
    /// Carries a command to the card and its response back.
    ///
    /// # Errors
    /// [`CardFault::Removed`] and [`CardFault::Reader`]: the card may have carried it out or not.
    fn exchange(&mut self, command: &[u8]) -> Result<Vec<u8>, CardFault>;

    /// Returns the bytes with which the card said what it is (ATR).
    fn greeting(&self) -> &[u8];
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CardFault {
    /// It was taken away.
    #[error("the card was taken away or does not answer")]
    Removed,
    /// The reader or its service failed.
    #[error("the reader failed: {reason}")]
    Reader {
        /// What it said.
        reason: String,
    },
    /// A command or a response that is none.
    #[error(transparent)]
    Apdu(#[from] ApduFault),
}

/// Carries one command to a card.
///
/// # Errors
/// [`CardFault`], each as it says.
pub fn send(card: &mut dyn Card, command: &Command) -> Result<Response, CardFault> {
    let answer = card.exchange(&command.build()?)?;
    Ok(Response::parse(&answer)?)
}
