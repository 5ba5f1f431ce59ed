//! The controls of a Linux desktop's programs, over AT-SPI.
//!
//! Owns finding, reading, setting and pressing through the accessibility interface, which ignores
//! focus, input method and CapsLock. May not send keys. Next: [`bus`], [`snapshot`],
//! [`tree`], [`value`].

pub mod bus;
mod snapshot;
pub mod tree;
pub mod value;

pub use tree::Tree;
pub use value::SetValue;
