//! One field between its value and its bytes: length, characters, padding.
//!
//! Owns what each word of [`super::spec`] means. Reads nothing that the table does not allow.
//! Next: [`super::message`], which walks over the fields.

use super::cursor::{Cursor, decimal};
use super::fault::{FormatFault, Path};
use super::spec::{Class, Field, Length, Padding};

impl Field {
    pub(super) fn read(&self, cursor: &mut Cursor<'_>) -> Result<Vec<u8>, FormatFault> {
        let length = self.read_length(cursor)?;
        let value = cursor.take(length).ok_or(FormatFault::Cut { path: self.path() })?;
        self.check(value)?;
        Ok(value.to_vec())
    }

    pub(super) fn write(&self, value: &[u8], out: &mut Vec<u8>) -> Result<(), FormatFault> {
        self.check(value)?;
        match self.length {
            Length::Fixed(length) => self.write_fixed(value, length, out),
            Length::LlVar(max) => self.write_variable(value, 2, max, out),
            Length::LllVar(max) => self.write_variable(value, 3, max, out),
        }
    }

    fn read_length(&self, cursor: &mut Cursor<'_>) -> Result<usize, FormatFault> {
        let (digits, max) = match self.length {
            Length::Fixed(length) => return Ok(length),
            Length::LlVar(max) => (2, max),
            Length::LllVar(max) => (3, max),
        };
        let path = self.path();
        let digits = cursor.take(digits).ok_or(FormatFault::Cut { path })?;
        let length = decimal(digits).ok_or(FormatFault::LengthInvalid { path })?;
        if length > max {
            return Err(FormatFault::TooLong { path });
        }
        Ok(length)
    }

    fn write_fixed(
        &self,
        value: &[u8],
        length: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), FormatFault> {
        let path = self.path();
        let missing = length.checked_sub(value.len()).ok_or(FormatFault::TooLong { path })?;
        match self.padding {
            Padding::ZeroLeft => {
                out.extend(std::iter::repeat_n(b'0', missing));
                out.extend_from_slice(value);
            }
            Padding::BlankRight => {
                out.extend_from_slice(value);
                out.extend(std::iter::repeat_n(b' ', missing));
            }
            Padding::None if missing > 0 => return Err(FormatFault::TooShort { path }),
            Padding::None => out.extend_from_slice(value),
        }
        Ok(())
    }

    fn write_variable(
        &self,
        value: &[u8],
        digits: usize,
        max: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), FormatFault> {
        if value.len() > max {
            return Err(FormatFault::TooLong { path: self.path() });
        }
        out.extend_from_slice(format!("{:0digits$}", value.len()).as_bytes());
        out.extend_from_slice(value);
        Ok(())
    }

    fn check(&self, value: &[u8]) -> Result<(), FormatFault> {
        let allowed = match self.class {
            Class::Numeric => value.iter().all(u8::is_ascii_digit),
            Class::Text => value.iter().all(|byte| (b' '..=b'~').contains(byte)),
            Class::Bytes => true,
        };
        if allowed {
            return Ok(());
        }
        Err(FormatFault::CharacterInvalid { path: self.path() })
    }

    const fn path(&self) -> Path {
        Path::field(self.number)
    }
}
