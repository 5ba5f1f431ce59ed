//! Type 2 tags through a reader: pages are read and written with the reader's own commands.
//!
//! Owns the two commands of PC/SC part 3 (3.2.2.1.8 and 3.2.2.1.9). What stands where in the pages
//! is `baton-formats`'s. Next: [`super::files`].

use super::card::{Card, send};
use super::fault::{Left, TagFailure, TagFault};
use baton_formats::nfc::type2::{
    CapabilityContainer, DATA_START, MEMORY_BYTES_MAX, PAGE_BYTES, PageWrite, Type2Memory,
};
use baton_formats::nfc::type4::{Command, Status};

/// Class of commands to the reader itself.
const READER: u8 = 0xFF;
const READ_PAGES: u8 = 0xB0;
const WRITE_PAGE: u8 = 0xD6;
/// What one read brings: four pages, as the tag itself answers.
const READ_BYTES: u16 = 16;

/// Reads the message of the tag; of no bytes when it is empty or has none.
///
/// # Errors
/// `Card`, `Page` and `Type2` of [`TagFault`].
pub fn read(card: &mut dyn Card) -> Result<Vec<u8>, TagFault> {
    let memory = Type2Memory::parse(&dump(card)?)?;
    Ok(memory.message().unwrap_or_default().to_vec())
}

/// Writes a message, in an order that never leaves a wrong one.
///
/// # Errors
/// [`TagFailure`] with the state of the tag.
pub fn write(card: &mut dyn Card, message: &[u8]) -> Result<(), TagFailure> {
    let untouched = |fault: TagFault| fault.leaving(Left::AsItWas);
    let memory = dump(card).map_err(untouched)?;
    let memory = Type2Memory::parse(&memory).map_err(|fault| untouched(fault.into()))?;
    let plan = memory.plan(message).map_err(|fault| untouched(fault.into()))?;
    for (place, page) in plan.iter().enumerate() {
        write_page(card, page).map_err(|fault| match (place, &fault) {
            // A refusal of the first page wrote nothing; a lost answer may have.
            (0, TagFault::Page { .. }) => untouched(fault),
            _ => fault.leaving(Left::PerhapsEmpty),
        })?;
    }
    Ok(())
}

/// Pages from 0 to the end of the data area.
fn dump(card: &mut dyn Card) -> Result<Vec<u8>, TagFault> {
    let mut dump = read_pages(card, 0)?;
    let page3 = dump.get(12..DATA_START).and_then(|page| page.first_chunk());
    let container = CapabilityContainer::parse(*page3.ok_or(TagFault::ReadBack)?)?;
    let end = DATA_START.saturating_add(container.area_bytes).min(MEMORY_BYTES_MAX);
    while dump.len() < end {
        let page = dump.len() / PAGE_BYTES;
        let part = read_pages(card, u16::try_from(page).unwrap_or(u16::MAX))?;
        dump.extend_from_slice(&part);
    }
    // The last four pages may reach over the end, where lock bytes and settings are.
    dump.truncate(end);
    Ok(dump)
}

fn read_pages(card: &mut dyn Card, page: u16) -> Result<Vec<u8>, TagFault> {
    let command = Command {
        class: READER,
        instruction: READ_PAGES,
        parameters: page.to_be_bytes(),
        data: Vec::new(),
        answer_bytes: Some(READ_BYTES),
    };
    let response = send(card, &command)?;
    if response.status != Status::SUCCESS || response.data.len() != usize::from(READ_BYTES) {
        return Err(TagFault::Page { status: response.status });
    }
    Ok(response.data)
}

fn write_page(card: &mut dyn Card, write: &PageWrite) -> Result<(), TagFault> {
    let command = Command {
        class: READER,
        instruction: WRITE_PAGE,
        parameters: write.page.to_be_bytes(),
        data: write.bytes.to_vec(),
        answer_bytes: None,
    };
    let response = send(card, &command)?;
    if response.status == Status::SUCCESS {
        return Ok(());
    }
    Err(TagFault::Page { status: response.status })
}
