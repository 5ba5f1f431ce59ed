//! The virtual printer: reads ESC/POS as the command reference has it and draws on a strip.

use embedded_graphics::Drawable;
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::iso_8859_1::FONT_10X20;
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::{DrawTarget, OriginDimensions, Pixel, Point, Size};
use embedded_graphics::text::{Baseline, Text};

/// What came out of the printer.
pub struct Strip {
    pub text: Vec<String>,
    pub drawings: usize,
    pub cuts: usize,
    width: usize,
    rows: Vec<Vec<bool>>,
    scale: usize,
    middle: bool,
    code: Vec<u8>,
    module: usize,
}

struct Cell {
    dots: Vec<bool>,
    width: usize,
}

impl OriginDimensions for Cell {
    fn size(&self) -> Size {
        Size::new(u32::try_from(self.width).unwrap(), 20)
    }
}

impl DrawTarget for Cell {
    type Color = BinaryColor;
    type Error = std::convert::Infallible;

    fn draw_iter<I>(&mut self, pixels: I) -> Result<(), Self::Error>
    where
        I: IntoIterator<Item = Pixel<BinaryColor>>,
    {
        for Pixel(at, color) in pixels {
            let (x, y) = (usize::try_from(at.x).unwrap(), usize::try_from(at.y).unwrap());
            self.dots[y * self.width + x] = color.is_on();
        }
        Ok(())
    }
}

impl Strip {
    pub fn print(mut bytes: &[u8], width: usize) -> Self {
        let mut strip = Self {
            text: Vec::new(),
            drawings: 0,
            cuts: 0,
            width,
            rows: Vec::new(),
            scale: 1,
            middle: false,
            code: Vec::new(),
            module: 3,
        };
        while !bytes.is_empty() {
            bytes = strip.command(bytes);
        }
        strip
    }

    fn command<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        match bytes {
            [0x1b, b'@', rest @ ..] => {
                (self.scale, self.middle) = (1, false);
                rest
            }
            [0x1b, b'a', place, rest @ ..] => {
                self.middle = *place == 1;
                rest
            }
            [0x1d, b'!', size, rest @ ..] => {
                self.scale = usize::from(size & 0x0f) + 1;
                rest
            }
            [0x1b, b'd', lines, rest @ ..] => {
                self.feed(usize::from(*lines) * 24);
                rest
            }
            [0x1d, b'V', 1, rest @ ..] => {
                self.cuts += 1;
                rest
            }
            [0x1d, b'v', b'0', 0, x, xh, y, yh, rest @ ..] => {
                let across = usize::from(u16::from_le_bytes([*x, *xh]));
                let down = usize::from(u16::from_le_bytes([*y, *yh]));
                let (picture, rest) = rest.split_at(across * down);
                self.drawings += 1;
                for row in picture.chunks(across) {
                    let bit = |byte: &u8| (0..8).rev().map(|bit| byte >> bit & 1 == 1).collect();
                    self.put(row.iter().flat_map(|byte| -> Vec<bool> { bit(byte) }).collect());
                }
                rest
            }
            [0x1d, b'(', b'k', low, high, rest @ ..] => {
                let count = usize::from(u16::from_le_bytes([*low, *high]));
                let (body, rest) = rest.split_at(count);
                self.symbol(body);
                rest
            }
            _ => {
                let end = bytes.iter().position(|byte| *byte == b'\n').expect("an end of line");
                let line = str::from_utf8(&bytes[..end]).unwrap();
                assert!(!line.chars().any(char::is_control), "{line:?} reached the printer");
                self.write(line);
                &bytes[end + 1..]
            }
        }
    }

    fn symbol(&mut self, body: &[u8]) {
        match body {
            [b'1', b'C', size] => self.module = usize::from(*size),
            [b'1', b'P', b'0', content @ ..] => self.code = content.to_vec(),
            [b'1', b'Q', b'0'] => {
                let code = qrcode::QrCode::new(&self.code).unwrap();
                self.feed(24);
                for row in code.to_colors().chunks(code.width()) {
                    let dark = row.iter().map(|color| *color == qrcode::Color::Dark);
                    let row: Vec<bool> =
                        dark.flat_map(|dark| std::iter::repeat_n(dark, self.module)).collect();
                    (0..self.module).for_each(|_| self.put(row.clone()));
                }
                self.feed(24);
            }
            [b'1', b'A' | b'E', ..] => {}
            other => panic!("{other:?} is no part of a code"),
        }
    }

    /// Letters of 12 by 24 dots, from a font of 10 by 20.
    fn write(&mut self, line: &str) {
        self.text.push(line.to_owned());
        let width = line.chars().count() * 12;
        let mut cell = Cell { dots: vec![false; width.max(1) * 24], width: width.max(1) };
        let style = MonoTextStyle::new(&FONT_10X20, BinaryColor::On);
        for (place, letter) in line.chars().enumerate() {
            let at = Point::new(i32::try_from(place * 12 + 1).unwrap(), 2);
            let mut text = [0; 4];
            let text = Text::with_baseline(letter.encode_utf8(&mut text), at, style, Baseline::Top);
            text.draw(&mut cell).unwrap();
        }
        for row in cell.dots.chunks(cell.width) {
            let wide: Vec<bool> =
                row.iter().flat_map(|dot| std::iter::repeat_n(*dot, self.scale)).collect();
            (0..self.scale).for_each(|_| self.put(wide.clone()));
        }
    }

    fn feed(&mut self, dots: usize) {
        (0..dots).for_each(|_| self.put(Vec::new()));
    }

    fn put(&mut self, row: Vec<bool>) {
        assert!(row.len() <= self.width, "a row of {} dots runs off the paper", row.len());
        let left = if self.middle { (self.width - row.len()) / 2 } else { 0 };
        let mut whole = vec![false; left];
        whole.extend(row);
        whole.resize(self.width, false);
        self.rows.push(whole);
    }

    pub fn to_png(&self) -> Vec<u8> {
        let (width, height) = (self.width, self.rows.len());
        let mut bytes = Vec::new();
        let size = |length| u32::try_from(length).unwrap();
        let mut encoder = ::png::Encoder::new(&mut bytes, size(width), size(height));
        encoder.set_color(::png::ColorType::Grayscale);
        let dots = self.rows.iter().flatten();
        let grey: Vec<u8> = dots.map(|dark| if *dark { 0 } else { 255 }).collect();
        encoder.write_header().unwrap().write_image_data(&grey).unwrap();
        bytes
    }
}
