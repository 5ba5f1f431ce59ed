//! Settings of the receipt printer.
//!
//! Owns their names, and what is said when one of them cannot be used. Next: [`crate::receipt`].

use super::ConfigFault;
use crate::receipt::slips::OFFSET_MINUTES;
use crate::receipt::{Place, Printer};
use crate::scan::PortName;
use serde::Deserialize;

/// The narrowest and the widest paper in dots: 58 mm less its edges, and 112 mm.
const PAPER_DOTS: std::ops::RangeInclusive<u16> = 240..=832;

/// The receipt printer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrinterSettings {
    /// The path of its serial port; empty, it has none.
    pub port: String,
    /// Speed of the serial port, in bits a second.
    pub baud: u32,
    /// Its address on the network as `host:port`; empty, it has none.
    pub network: String,
    /// Dots across its paper: 384 on 58 mm, 576 on 80 mm.
    pub paper_dots: u16,
    /// How far the time on receipts is from UTC, as `+09:00`.
    pub utc_offset: String,
}

impl Default for PrinterSettings {
    fn default() -> Self {
        let (port, network, utc_offset) = (String::new(), String::new(), "+00:00".to_owned());
        Self { port, baud: 9600, network, paper_dots: 384, utc_offset }
    }
}

impl PrinterSettings {
    /// Returns the printer, or nothing when none is set up.
    ///
    /// # Errors
    /// [`ConfigFault::Value`].
    pub fn printer(&self) -> Result<Option<Printer>, ConfigFault> {
        let wrong = |key: &str, advice: &str| ConfigFault::Value {
            key: format!("printer.{key}"),
            advice: advice.to_owned(),
        };
        if !PAPER_DOTS.contains(&self.paper_dots) {
            let advice = "write 384 for paper of 58 mm, 576 for 80 mm (from 240 to 832)";
            return Err(wrong("paper_dots", advice));
        }
        let place = match (self.port.as_str(), self.network.as_str()) {
            ("", "") => return Ok(None),
            (port, "") => Place::Serial(PortName::Path(port.to_owned()), self.baud),
            ("", address) if address.contains(':') => Place::Network(address.to_owned()),
            ("", _) => return Err(wrong("network", "write host and port, as \"10.0.0.7:9100\"")),
            (_, _) => return Err(wrong("port", "write either port or network, not both")),
        };
        Ok(Some(Printer { place }))
    }

    /// Returns the local time's distance from UTC, in minutes.
    ///
    /// # Errors
    /// [`ConfigFault::Value`].
    pub fn offset_minutes(&self) -> Result<i32, ConfigFault> {
        let advice = "write the local time's distance from UTC, as \"+09:00\"";
        offset(&self.utc_offset).ok_or_else(|| ConfigFault::Value {
            key: "printer.utc_offset".to_owned(),
            advice: advice.to_owned(),
        })
    }
}

fn offset(text: &str) -> Option<i32> {
    let (hours, minutes) = text.split_once(':')?;
    let sign = if hours.starts_with('-') { -1 } else { 1 };
    let hours = hours.strip_prefix(['+', '-'])?;
    let number = |digits: &str| -> Option<i32> {
        let two = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_digit());
        if two { digits.parse().ok() } else { None }
    };
    let minutes = number(minutes).filter(|minutes| *minutes < 60)?;
    let offset = number(hours)?.checked_mul(60)?.checked_add(minutes)?.checked_mul(sign)?;
    Some(offset).filter(|offset| OFFSET_MINUTES.contains(offset))
}
