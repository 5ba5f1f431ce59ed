//! A symbol as lines of a terminal, to be scanned from the screen.
//!
//! Owns the characters: two rows of a QR code or two modules of a bar code in each. On a screen the
//! colours are set, because a dark background would turn the code into its negative. Nothing comes
//! after this.

use super::LabelFault;
use super::drawing::Label;
use super::symbol::{Carrier, Symbol};

/// Black on bright white.
const PAPER: &str = "\u{1b}[30;107m";
/// The screen's own colours again.
const PLAIN: &str = "\u{1b}[0m";
/// Lines of a bar code: enough for a scanner to cross it.
const BAR_LINES: usize = 8;

/// Where the lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// A screen that understands colours.
    Screen,
    /// Paper, or anything that shows dark characters on a light ground.
    Paper,
}

impl Label {
    /// Writes the label as lines of a terminal: the symbol, then the words.
    ///
    /// # Errors
    /// [`LabelFault::Symbol`].
    pub fn to_text(&self, surface: Surface) -> Result<String, LabelFault> {
        let (before, after) = match surface {
            Surface::Screen => (PAPER, PLAIN),
            Surface::Paper => ("", ""),
        };
        let lines = lines(&self.symbol()?).into_iter();
        let mut text: String = lines.map(|line| format!("{before}{line}{after}\n")).collect();
        for words in [self.shop.as_str(), self.address.terminal().as_str(), self.address.as_str()] {
            if !words.is_empty() {
                text.push_str(words);
                text.push('\n');
            }
        }
        Ok(text)
    }
}

fn lines(symbol: &Symbol) -> Vec<String> {
    match symbol.carrier {
        Carrier::Qr => symbol.rows.chunks(2).map(two_rows).collect(),
        Carrier::Bars => {
            let row = symbol.rows.first().map(|row| two_columns(row)).unwrap_or_default();
            vec![row; BAR_LINES]
        }
    }
}

fn two_rows(rows: &[Vec<bool>]) -> String {
    let [upper, lower] = [rows.first(), rows.get(1)].map(|row| row.cloned().unwrap_or_default());
    let lower = lower.into_iter().chain(std::iter::repeat(false));
    let pairs = upper.into_iter().zip(lower);
    let character = |pair| match pair {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    };
    pairs.map(character).collect()
}

fn two_columns(row: &[bool]) -> String {
    let character = |pair: &[bool]| match pair {
        [true, true] => '█',
        [true] | [true, _] => '▌',
        [_, true] => '▐',
        _ => ' ',
    };
    row.chunks(2).map(character).collect()
}
