//! Type 4 tags (NTAG 424 DNA, phones, cards): files behind commands of ISO/IEC 7816-4.
//!
//! | step | file | gives |
//! |---|---|---|
//! | 1 | [`apdu`] | commands and responses |
//! | 2 | [`capability`] | the capability file: which file holds the message, how much at once |
//! | 3 | `discovery` | select the application, read the capability file, select the message file |
//! | 4 | [`reader`] | the machine that reads a message |
//! | 5 | [`writer`] | the machine that writes one |
//!
//! Owns the NFC Forum's Type 4 Tag, mapping versions 1 to 3, files of up to 32 KiB. The machines do
//! no IO: the caller carries a command to the tag and brings the response back.

pub mod apdu;
pub mod capability;
mod discovery;
pub mod fault;
pub mod reader;
pub mod writer;

pub use apdu::{Command, Response, Status};
pub use capability::{CapabilityFile, FileAccess};
pub use fault::{ApduFault, Stage, Type4Fault};
pub use reader::{ReadStep, Type4Reader};
pub use writer::{Type4Writer, WriteStep};
