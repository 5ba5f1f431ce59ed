//! The printer: reached on a serial port or on the network, asked whether it has paper.
//!
//! Owns the connection of one receipt and the printer's own answer (DLE EOT 4). A receipt is sent
//! once; a printer that fell silent halfway is said to have, never sent the same again by itself.
//! Nothing comes next.

use crate::scan::PortName;
use std::fmt;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_serial::SerialPortBuilderExt;

/// Asks about the paper.
const ASK_PAPER: &[u8] = b"\x10\x04\x04";
/// Bits of the answer that say that there is none.
const PAPER_OUT: u8 = 0x60;
/// Bits that every such answer has set, and one that it never has.
const ANSWER_MARK: (u8, u8) = (0x93, 0x12);
/// How long a printer may take to be reached, in seconds.
const REACH_S_MAX: u64 = 3;
/// How long it may take to answer, in milliseconds; some never do.
const ANSWER_MS_MAX: u64 = 700;
/// How long a receipt may take, in seconds: at 9,600 bit/s the longest takes four.
const PRINT_S_MAX: u64 = 15;

/// Where a printer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// On a serial port of this speed.
    Serial(PortName, u32),
    /// At `host:port`; printers listen at 9100.
    Network(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serial(port, _) => port.fmt(f),
            Self::Network(address) => f.write_str(address),
        }
    }
}

/// What the printer says of its paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// There is some.
    Present,
    /// It answers no questions.
    Unsaid,
}

/// Why nothing, or not everything, was printed.
#[derive(Debug, thiserror::Error)]
pub enum PrinterFault {
    /// It cannot be reached.
    #[error("printer {place}: {reason}; nothing was printed: check cable, power and address")]
    Away {
        /// Where it should be.
        place: String,
        /// What was said.
        reason: String,
    },
    /// It has no paper.
    #[error("printer {place} has no paper; nothing was printed")]
    PaperOut {
        /// Where it is.
        place: String,
    },
    /// It fell silent in the middle.
    #[error("printer {place} took only a part of the receipt: {reason}; look at the paper")]
    Halfway {
        /// Where it is.
        place: String,
        /// What was said.
        reason: String,
    },
}

/// A receipt printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printer {
    /// Where it is.
    pub place: Place,
}

trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

impl Printer {
    /// Prints the bytes of one receipt.
    ///
    /// # Errors
    /// [`PrinterFault`], each as it says.
    /// **Repeat** prints a second one.
    pub async fn print(&self, receipt: &[u8]) -> Result<(), PrinterFault> {
        let mut line = self.reach().await?;
        self.ask(line.as_mut()).await?;
        let place = self.place.to_string();
        let sending = async {
            line.write_all(receipt).await?;
            line.flush().await?;
            line.shutdown().await
        };
        let sent = timeout(Duration::from_secs(PRINT_S_MAX), sending).await;
        let reason = match sent {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(fault)) => fault.to_string(),
            Err(_) => format!("it took more than {PRINT_S_MAX} s"),
        };
        Err(PrinterFault::Halfway { place, reason })
    }

    /// Reaches the printer and asks about its paper, without printing.
    ///
    /// # Errors
    /// `Away` and `PaperOut` of [`PrinterFault`].
    pub async fn look(&self) -> Result<Paper, PrinterFault> {
        let mut line = self.reach().await?;
        self.ask(line.as_mut()).await
    }

    async fn reach(&self) -> Result<Box<dyn Line>, PrinterFault> {
        let opening = async {
            Ok::<Box<dyn Line>, io::Error>(match &self.place {
                Place::Network(address) => Box::new(TcpStream::connect(address).await?),
                Place::Serial(port, baud) => {
                    let path = port.find().map_err(io::Error::other)?;
                    Box::new(tokio_serial::new(path, *baud).open_native_async()?)
                }
            })
        };
        let reason = match timeout(Duration::from_secs(REACH_S_MAX), opening).await {
            Ok(Ok(line)) => return Ok(line),
            Ok(Err(fault)) => fault.to_string(),
            Err(_) => format!("not reached within {REACH_S_MAX} s"),
        };
        Err(PrinterFault::Away { place: self.place.to_string(), reason })
    }

    async fn ask(&self, line: &mut dyn Line) -> Result<Paper, PrinterFault> {
        let place = self.place.to_string();
        let away = |fault: io::Error| PrinterFault::Away {
            place: self.place.to_string(),
            reason: fault.to_string(),
        };
        line.write_all(ASK_PAPER).await.map_err(away)?;
        line.flush().await.map_err(away)?;
        let answer = timeout(Duration::from_millis(ANSWER_MS_MAX), line.read_u8()).await;
        let (mask, mark) = ANSWER_MARK;
        match answer {
            Ok(Ok(byte)) if byte & mask == mark && byte & PAPER_OUT != 0 => {
                Err(PrinterFault::PaperOut { place })
            }
            Ok(Ok(byte)) if byte & mask == mark => Ok(Paper::Present),
            Ok(Ok(_)) | Err(_) => Ok(Paper::Unsaid),
            Ok(Err(fault)) => Err(away(fault)),
        }
    }
}
