//! A dump of a tag from page 0: its blocks up to the message, and the message.
//!
//! Owns the walk over the data area, which passes over what control blocks set apart. A dump may be
//! shorter than the tag: only what the walk needs must be there. Next: [`super::plan`].

use super::block::{Block, LENGTH_MARK, SHORT_VALUE_BYTES_MAX};
use super::capability::CapabilityContainer;
use super::fault::Type2Fault;
use super::{DATA_START, MEMORY_BYTES_MAX};

/// The length in three bytes that the standard keeps for later.
const LENGTH_RESERVED: u16 = 0xFFFF;

/// What a dump holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type2Memory {
    /// What page 3 says.
    pub container: CapabilityContainer,
    /// Each block and the address at which it begins, up to the first message or the terminator.
    pub blocks: Vec<(usize, Block)>,
    pub(super) bytes: Vec<u8>,
    pub(super) apart: Vec<bool>,
    message_at: usize,
}

impl Type2Memory {
    /// Reads a dump; bytes behind the data area are not looked at.
    ///
    /// # Errors
    /// `MemoryCut`, `ContainerMissing`, `VersionUnknown`, `BlockCut`, `LengthInvalid` of
    /// [`Type2Fault`].
    pub fn parse(dump: &[u8]) -> Result<Self, Type2Fault> {
        let cut = Type2Fault::MemoryCut { bytes: dump.len() };
        let page = dump.get(12..DATA_START).and_then(|page| page.first_chunk());
        let container = CapabilityContainer::parse(*page.ok_or(cut)?)?;
        let end = DATA_START.saturating_add(container.area_bytes);
        let mut walk = Walk {
            bytes: dump.get(..end).unwrap_or(dump),
            apart: vec![false; end.min(MEMORY_BYTES_MAX)],
            next: DATA_START,
        };
        let (mut blocks, mut message_at) = (Vec::new(), DATA_START);
        while let Some((address, block)) = walk.block()? {
            walk.set_apart(&block);
            let last = matches!(block, Block::Ndef(_) | Block::Terminator);
            if block != Block::Null {
                message_at = if last { address } else { walk.next };
            }
            blocks.push((address, block));
            if last {
                break;
            }
        }
        let (bytes, apart) = (walk.bytes.to_vec(), walk.apart);
        Ok(Self { container, blocks, bytes, apart, message_at })
    }

    /// Returns the message, which has no bytes on an empty tag; nothing when there is no block.
    #[must_use]
    pub fn message(&self) -> Option<&[u8]> {
        match self.blocks.last() {
            Some((_, Block::Ndef(message))) => Some(message),
            Some(_) | None => None,
        }
    }

    /// Addresses that a message may take: not set apart, from its present place on.
    pub(super) fn free(&self) -> impl Iterator<Item = usize> {
        let places = self.apart.iter().enumerate().skip(self.message_at);
        places.filter(|(_, apart)| !**apart).map(|(address, _)| address)
    }
}

/// The walk over the data area.
struct Walk<'m> {
    bytes: &'m [u8],
    apart: Vec<bool>,
    next: usize,
}

impl Walk<'_> {
    /// The next block, or nothing at the end.
    fn block(&mut self) -> Result<Option<(usize, Block)>, Type2Fault> {
        let Some((address, tag)) = self.byte() else { return Ok(None) };
        if Block::stands_alone(tag) {
            return Ok(Some((address, Block::of(tag, Vec::new()))));
        }
        let length = self.length(address)?;
        if length > self.apart.len() {
            return Err(Type2Fault::BlockCut { address });
        }
        let value: Vec<u8> =
            std::iter::from_fn(|| self.byte()).take(length).map(|(_, byte)| byte).collect();
        if value.len() < length {
            return Err(Type2Fault::BlockCut { address });
        }
        Ok(Some((address, Block::of(tag, value))))
    }

    fn length(&mut self, address: usize) -> Result<usize, Type2Fault> {
        let cut = Type2Fault::BlockCut { address };
        let (_, first) = self.byte().ok_or(cut)?;
        if first != LENGTH_MARK {
            return Ok(usize::from(first));
        }
        let ((_, high), (_, low)) = self.byte().zip(self.byte()).ok_or(cut)?;
        let length = u16::from_be_bytes([high, low]);
        if length == LENGTH_RESERVED || usize::from(length) <= SHORT_VALUE_BYTES_MAX {
            return Err(Type2Fault::LengthInvalid { address });
        }
        Ok(usize::from(length))
    }

    /// The next byte that is not set apart, and its address.
    fn byte(&mut self) -> Option<(usize, u8)> {
        while self.apart.get(self.next).copied()? {
            self.next = self.next.saturating_add(1);
        }
        let (address, byte) = (self.next, *self.bytes.get(self.next)?);
        self.next = self.next.saturating_add(1);
        Some((address, byte))
    }

    fn set_apart(&mut self, block: &Block) {
        let range = block.sets_apart();
        let places = self.apart.iter_mut().skip(range.start).take(range.len());
        places.for_each(|apart| *apart = true);
    }
}
