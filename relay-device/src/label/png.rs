//! A page as a picture: one bit a dot, with its fineness, so that it prints in its size.
//!
//! Owns the picture; the format is written by the crate `png`. Next: [`super::pdf`].

use super::LabelFault;
use super::sheet::Page;
use png::{BitDepth, ColorType, Encoder, PixelDimensions, Unit};

/// Dots of a metre at 300 dots of an inch, which has 25.4 mm.
const DOTS_PER_METRE: u32 = 11_811;

impl Page {
    /// Writes the page as PNG.
    ///
    /// # Errors
    /// [`LabelFault::Picture`].
    pub fn to_png(&self) -> Result<Vec<u8>, LabelFault> {
        let mut bytes = Vec::new();
        let (width, height) = (self.size.width.into(), self.size.height.into());
        let mut encoder = Encoder::new(&mut bytes, width, height);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::One);
        let fineness = (DOTS_PER_METRE, DOTS_PER_METRE);
        let (xppu, yppu) = fineness;
        encoder.set_pixel_dims(Some(PixelDimensions { xppu, yppu, unit: Unit::Meter }));
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.bits())?;
        writer.finish()?;
        Ok(bytes)
    }

    /// Eight dots a byte, light dots set; each row begins with a new byte.
    fn bits(&self) -> Vec<u8> {
        let stride = usize::from(self.size.width).div_ceil(8);
        let mut bits = vec![u8::MAX; stride.saturating_mul(usize::from(self.size.height))];
        let placed = self.places.iter().flat_map(|(x, y)| {
            self.label.dark.iter().map(move |dark| (dark, x.saturating_add(dark.x), y, dark.y))
        });
        for (dark, left, y, below) in placed {
            let top = y.saturating_add(below);
            for row in top..top.saturating_add(dark.height) {
                for x in left..left.saturating_add(dark.width).min(self.size.width) {
                    let at =
                        usize::from(row).saturating_mul(stride).saturating_add(usize::from(x / 8));
                    if let Some(byte) = bits.get_mut(at) {
                        *byte &= !(0x80 >> (x % 8));
                    }
                }
            }
        }
        bits
    }
}
