//! A message onto a tag, as pages in an order that survives a tag that is pulled away.
//!
//! Owns the order: first the message is declared empty, then its bytes are written, last its
//! length. A tag left halfway is an empty one, never a wrong one. Next: the caller's page commands.

use super::block::{Block, TERMINATOR};
use super::capability::{Access, CapabilityContainer};
use super::fault::Type2Fault;
use super::memory::Type2Memory;
use super::{DATA_START, PAGE_BYTES};

/// One write command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageWrite {
    /// Which page, from 0.
    pub page: u16,
    /// What it holds afterwards.
    pub bytes: [u8; PAGE_BYTES],
}

impl Type2Memory {
    /// Returns the bytes of the longest message that fits.
    #[must_use]
    pub fn room(&self) -> usize {
        let free = self.free().count();
        let short = free.saturating_sub(2).min(super::block::SHORT_VALUE_BYTES_MAX);
        short.max(free.saturating_sub(4))
    }

    /// Plans the page writes that put a message on this tag; only pages that change are written.
    ///
    /// # Errors
    /// `WriteProtected`, `MessageTooLarge`, and `MemoryCut` when the dump ends before a page that
    /// must be written.
    /// **Order** the writes are carried out as they stand in the list.
    pub fn plan(&self, message: &[u8]) -> Result<Vec<PageWrite>, Type2Fault> {
        if self.container.write != Access::Free {
            return Err(Type2Fault::WriteProtected);
        }
        if message.len() > self.room() {
            return Err(Type2Fault::MessageTooLarge { bytes: message.len(), room: self.room() });
        }
        let mut block = Block::Ndef(message.to_vec()).build()?;
        block.push(TERMINATOR);
        let places: Vec<(usize, u8)> = self.free().zip(block).collect();
        let after = overlaid(&self.bytes, &places)?;
        let [(tag_at, tag), (length_at, _), ..] = places.as_slice() else {
            return Err(Type2Fault::MessageTooLarge { bytes: message.len(), room: 0 });
        };
        let emptied = overlaid(&self.bytes, &[(*tag_at, *tag), (*length_at, 0)])?;
        let head = tag_at / PAGE_BYTES..(length_at / PAGE_BYTES).saturating_add(1);
        let body = 0..after.len().div_ceil(PAGE_BYTES);
        // The length before the tag: a new tag byte must never meet an old length.
        let mut writes = changed(&self.bytes, &emptied, head.clone().rev())?;
        writes.extend(changed(&emptied, &after, body.filter(|page| !head.contains(page)))?);
        writes.extend(changed(&emptied, &after, head)?);
        Ok(writes)
    }
}

/// Lays out the data area of a new tag: page 3 is `container`, then these blocks in their order.
///
/// # Errors
/// `AreaInvalid`, `RangeInvalid`, `MessageTooLarge`, and `BlockCut` when the blocks do not fit.
pub fn lay_out(container: &CapabilityContainer, blocks: &[Block]) -> Result<Vec<u8>, Type2Fault> {
    let end = DATA_START.saturating_add(container.area_bytes);
    let mut memory = vec![0; end];
    let page = container.build()?;
    memory.splice(12..DATA_START, page);
    let mut apart = vec![false; end];
    let mut next = DATA_START;
    for block in blocks {
        for byte in block.build()? {
            let free = apart.iter().skip(next).position(|apart| !apart);
            let address = next.saturating_add(free.unwrap_or(end));
            let place = memory.get_mut(address);
            *place.ok_or(Type2Fault::BlockCut { address: next })? = byte;
            next = address.saturating_add(1);
        }
        let range = block.sets_apart();
        apart.iter_mut().skip(range.start).take(range.len()).for_each(|apart| *apart = true);
    }
    Ok(memory)
}

fn overlaid(bytes: &[u8], places: &[(usize, u8)]) -> Result<Vec<u8>, Type2Fault> {
    let mut after = bytes.to_vec();
    for (address, byte) in places {
        let place = after.get_mut(*address);
        *place.ok_or(Type2Fault::MemoryCut { bytes: bytes.len() })? = *byte;
    }
    Ok(after)
}

/// Those of the pages whose bytes differ.
fn changed(
    before: &[u8],
    after: &[u8],
    pages: impl Iterator<Item = usize>,
) -> Result<Vec<PageWrite>, Type2Fault> {
    let cut = Type2Fault::MemoryCut { bytes: after.len() };
    let mut writes = Vec::new();
    for number in pages {
        let start = number.saturating_mul(PAGE_BYTES);
        let end = start.saturating_add(PAGE_BYTES).min(after.len());
        let page = after.get(start..end).unwrap_or_default();
        if before.get(start..end) == Some(page) {
            continue;
        }
        // A dump may end inside a page, which then cannot be written whole.
        let bytes = page.try_into().map_err(|_| cut)?;
        writes.push(PageWrite { page: u16::try_from(number).map_err(|_| cut)?, bytes });
    }
    Ok(writes)
}
