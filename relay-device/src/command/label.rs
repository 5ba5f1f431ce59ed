//! `label print`: the terminal's label as a picture, a document, or on the screen.
//!
//! Owns the task's arguments; the label is drawn by the library's `label`. Nothing comes next.

use super::Place;
use baton_link::enrol::{IDENTITY_FILE, Identity, IdentityFault};
use baton_relay_device::ConfigFault;
use baton_relay_device::label::text::Surface;
use baton_relay_device::label::{Carrier, Label, LabelFault, Lettering, Page, Size};
use baton_relay_device::tag::address::Cover;
use baton_relay_device::tag::{AddressFault, TagAddress};
use clap::{Subcommand, ValueEnum};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub enum LabelTask {
    /// Print labels with the terminal's address: to a .png or .pdf file, or to this screen.
    Print(Print),
}

#[derive(Debug, clap::Args)]
pub struct Print {
    #[command(flatten)]
    place: Place,
    /// QR code with the address, for phones; bar code with the terminal's id, for scanners.
    #[arg(long, value_enum, default_value = "qr")]
    symbol: SymbolName,
    /// A sheet of A4 with 24 labels of 70 mm by 37 mm, instead of one label.
    #[arg(long, conflicts_with = "size")]
    sheet: bool,
    /// The size of a single label in millimetres, as WIDTHxHEIGHT.
    #[arg(long, default_value = "70x37", value_parser = size)]
    size: Size,
    /// The shop's name on the label, instead of `label.shop`.
    #[arg(long)]
    shop: Option<String>,
    /// Where the label goes: a file that ends in .png or .pdf; without it, to this screen.
    #[arg(long)]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SymbolName {
    Qr,
    Barcode,
}

/// Why nothing was printed.
#[derive(Debug, thiserror::Error)]
pub enum PrintFault {
    #[error(transparent)]
    Config(#[from] ConfigFault),
    #[error(transparent)]
    Identity(#[from] IdentityFault),
    #[error(transparent)]
    Address(#[from] AddressFault),
    #[error(transparent)]
    Label(#[from] LabelFault),
    #[error("{0}: name a file that ends in .png or .pdf")]
    KindUnknown(PathBuf),
    #[error("--sheet needs --out FILE.png or --out FILE.pdf")]
    SheetOnScreen,
    #[error("{path}: {source}")]
    Write { path: PathBuf, source: std::io::Error },
}

/// Carries the task out.
pub fn perform(LabelTask::Print(print): LabelTask) -> Result<(), PrintFault> {
    let Print { place, symbol, sheet, size, shop, out } = print;
    let config = place.settings()?;
    let identity = Identity::load(&config.state.join(IDENTITY_FILE))?;
    let address = TagAddress::of(&identity, &config.tag.address)?;
    if address.cover() == Cover::Open {
        tracing::warn!(%address, "phones will come without TLS; set tag.address to https");
    }
    let carrier = match symbol {
        SymbolName::Qr => Carrier::Qr,
        SymbolName::Barcode => Carrier::Bars,
    };
    let label = Label { address, shop: shop.unwrap_or(config.label.shop), carrier };
    let Some(out) = out else { return to_screen(&label, sheet) };
    let lettering = Lettering::of(&config.label.font)?;
    let page = match sheet {
        true => Page::sheet(label.draw(Size::SHEET_LABEL, &lettering)?),
        false => Page::single(label.draw(size, &lettering)?),
    };
    to_file(&page, &label, &out)
}

fn to_screen(label: &Label, sheet: bool) -> Result<(), PrintFault> {
    if sheet {
        return Err(PrintFault::SheetOnScreen);
    }
    let mut out = std::io::stdout().lock();
    let surface = if out.is_terminal() { Surface::Screen } else { Surface::Paper };
    let text = label.to_text(surface)?;
    out.write_all(text.as_bytes())
        .map_err(|source| PrintFault::Write { path: "standard output".into(), source })
}

fn to_file(page: &Page, label: &Label, out: &Path) -> Result<(), PrintFault> {
    let bytes = match out.extension().and_then(|kind| kind.to_str()) {
        Some("png") => page.to_png()?,
        Some("pdf") => page.to_pdf(label.address.as_str()),
        _ => return Err(PrintFault::KindUnknown(out.to_owned())),
    };
    std::fs::write(out, bytes)
        .map_err(|source| PrintFault::Write { path: out.to_owned(), source })?;
    let count = page.places.len();
    tracing::info!(out = %out.display(), labels = count, address = %label.address, "printed");
    Ok(())
}

fn size(text: &str) -> Result<Size, String> {
    let parts = text.split_once('x').and_then(|(width, height)| {
        Some((width.parse::<u16>().ok()?, height.parse::<u16>().ok()?))
    });
    match parts {
        Some((width @ 10..=1000, height @ 10..=1000)) => Ok(Size::millimetres(width, height)),
        _ => Err("write it as 70x37: from 10 to 1000 millimetres each".to_owned()),
    }
}
