//! `receipt try`: a trial receipt, so that paper, width and letters are seen before a shopper is.
//!
//! Owns what stands on it. Nothing comes next.

use super::Place;
use baton_relay_device::label::{LabelFault, Lettering};
use baton_relay_device::receipt::{Part, PrinterFault, Receipt, to_bytes};
use baton_relay_device::{Config, ConfigFault};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum ReceiptTask {
    /// Print a trial receipt on the printer of the settings.
    Try(Place),
}

/// Why nothing was printed.
#[derive(Debug, thiserror::Error)]
pub enum TryFault {
    #[error(transparent)]
    Config(#[from] ConfigFault),
    #[error("no printer is set up; write printer.port or printer.network")]
    NoPrinter,
    #[error(transparent)]
    Label(#[from] LabelFault),
    #[error(transparent)]
    Printer(#[from] PrinterFault),
}

/// Prints it.
pub async fn perform(ReceiptTask::Try(place): ReceiptTask) -> Result<(), TryFault> {
    let config = place.settings()?;
    let printer = config.printer.printer()?.ok_or(TryFault::NoPrinter)?;
    let lettering = Lettering::of(&config.label.font)?;
    let bytes = to_bytes(&trial(&config), config.printer.paper_dots, &lettering)?;
    printer.print(&bytes).await?;
    tracing::info!(printer = %printer.place, "a trial receipt was sent");
    Ok(())
}

fn trial(config: &Config) -> Receipt {
    let shop = if config.label.shop.is_empty() { "Baton" } else { &config.label.shop };
    let parts = vec![
        Part::Title(shop.to_owned()),
        Part::Rule,
        Part::Line("This is a trial. Nothing was paid.".to_owned()),
        Part::Pair("left edge".to_owned(), "right edge".to_owned()),
        Part::Rule,
        Part::Code("https://example.com/trial".to_owned()),
    ];
    Receipt { parts }
}
