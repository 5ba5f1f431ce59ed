//! A small notice on top of everything: the agent waits for whoever uses the POS, who may cancel.
//!
//! Owns that window. It never takes the focus and no window manager knows it. Its letters are the
//! X server's own, twice as large, for a touch screen. Next: [`super::guard`], which shows it.

use super::{Display, Fault, broken};
use std::rc::Rc;
use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeGCAux, ConfigureWindowAux, ConnectionExt as _, CreateGCAux, CreateWindowAux,
    EventMask, Font, Gcontext, ImageFormat, ImageOrder, PropMode, Rectangle, StackMode,
    Window as Id, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

/// What is written, and on the button.
const WORDS: &str = "Baton waits for you";
/// See [`WORDS`].
const CANCEL: &str = "Cancel";
/// The window's name, for whoever looks for it.
const NAME: &str = "Baton notice";
/// Its size in pixels: a finger's width high, and off the middle, where people work.
const SIZE: (u16, u16) = (420, 64);
/// The button in it: left, top, width, height.
const BUTTON: (i16, i16, u16, u16) = (292, 10, 118, 44);
/// A letter of the font "fixed", which every X server has. Source: its metrics, 6 by 13.
const LETTER: (u16, u16) = (6, 13);
/// How far a letter's foot is below its top.
const ASCENT: i16 = 11;
/// Colours: dark, light, and the button's red.
const DARK: u32 = 0x1b_26_31;
/// See [`DARK`].
const LIGHT: u32 = 0xff_ff_ff;
/// See [`DARK`].
const RED: u32 = 0xb7_1c_1c;

/// The notice, made when it is first shown.
#[derive(Debug)]
pub struct Popup {
    display: Rc<Display>,
    window: Option<Drawn>,
    shown: bool,
    cancelled: bool,
}

#[derive(Debug)]
struct Drawn {
    id: Id,
    paint: Gcontext,
    font: Font,
}

impl Popup {
    /// Makes one that is not shown.
    #[must_use]
    pub const fn new(display: Rc<Display>) -> Self {
        Self { display, window: None, shown: false, cancelled: false }
    }

    /// Shows it.
    ///
    /// # Errors
    /// [`Fault`] where the X server fails.
    ///
    /// **Repeat**: draws it anew where something covered it.
    pub fn show(&mut self) -> Result<(), Fault> {
        let drawn = match self.window.take() {
            Some(drawn) => drawn,
            None => self.make()?,
        };
        let id = drawn.id;
        self.display.hear()?;
        let bare = std::mem::take(&mut self.display.heard.borrow_mut().bare);
        if !self.shown {
            self.cancelled = false;
            self.display.heard.borrow_mut().clicks.clear();
            let above = ConfigureWindowAux::new().stack_mode(StackMode::ABOVE);
            self.display.connection.configure_window(id, &above)?;
            self.display.connection.map_window(id)?;
        }
        if !self.shown || bare.contains(&id) {
            self.draw(&drawn)?;
        }
        self.display.connection.flush()?;
        self.shown = true;
        self.window = Some(drawn);
        Ok(())
    }

    /// Takes it away.
    ///
    /// # Errors
    /// [`Fault`] where the X server fails.
    pub fn hide(&mut self) -> Result<(), Fault> {
        if let (Some(drawn), true) = (&self.window, self.shown) {
            self.display.connection.unmap_window(drawn.id)?;
            self.display.connection.flush()?;
        }
        (self.shown, self.cancelled) = (false, false);
        Ok(())
    }

    /// Tells whether its button was pressed since it was shown.
    ///
    /// # Errors
    /// [`Fault`] where the X server fails.
    pub fn is_cancelled(&mut self) -> Result<bool, Fault> {
        let (Some(drawn), true) = (&self.window, self.shown) else { return Ok(false) };
        self.display.hear()?;
        let clicks = std::mem::take(&mut self.display.heard.borrow_mut().clicks);
        let (left, top, wide, high) = BUTTON;
        let within = |at: i16, from: i16, length: u16| {
            u16::try_from(at.saturating_sub(from)).is_ok_and(|at| at < length)
        };
        self.cancelled |= clicks.into_iter().any(|(window, x, y)| {
            window == drawn.id && within(x, left, wide) && within(y, top, high)
        });
        Ok(self.cancelled)
    }

    fn make(&self) -> Result<Drawn, Fault> {
        let Display { connection, root, .. } = &*self.display;
        let screen = connection.get_geometry(*root)?.reply()?;
        let id = connection.generate_id().map_err(|fault| broken(&fault))?;
        let (wide, high) = SIZE;
        // At the top on the right: amounts and buttons of a POS are below.
        let left = i16::try_from(screen.width.saturating_sub(wide)).unwrap_or_default();
        let looks = CreateWindowAux::new()
            .override_redirect(1)
            .background_pixel(DARK)
            .event_mask(EventMask::EXPOSURE | EventMask::BUTTON_PRESS);
        let class = WindowClass::INPUT_OUTPUT;
        let depth = COPY_DEPTH_FROM_PARENT;
        connection.create_window(depth, id, *root, left, 0, wide, high, 0, class, 0, &looks)?;
        let (name, kind) = (AtomEnum::WM_NAME, AtomEnum::STRING);
        connection.change_property8(PropMode::REPLACE, id, name, kind, NAME.as_bytes())?;
        let paint = connection.generate_id().map_err(|fault| broken(&fault))?;
        connection.create_gc(paint, id, &CreateGCAux::new())?;
        let font = connection.generate_id().map_err(|fault| broken(&fault))?;
        connection.open_font(font, b"fixed")?;
        Ok(Drawn { id, paint, font })
    }

    fn draw(&self, drawn: &Drawn) -> Result<(), Fault> {
        let connection = &self.display.connection;
        let (x, y, width, height) = BUTTON;
        let colour = |colour| ChangeGCAux::new().foreground(colour);
        connection.change_gc(drawn.paint, &colour(RED))?;
        let button = Rectangle { x, y, width, height };
        connection.poly_fill_rectangle(drawn.id, drawn.paint, &[button])?;
        connection.change_gc(drawn.paint, &colour(LIGHT))?;
        self.write(drawn, WORDS, (20, 19))?;
        self.write(drawn, CANCEL, (x.saturating_add(23), y.saturating_add(9)))
    }

    /// Writes twice as large as the font is: the letters are made in memory and drawn as squares.
    fn write(&self, drawn: &Drawn, text: &str, at: (i16, i16)) -> Result<(), Fault> {
        let connection = &self.display.connection;
        let letters = u16::try_from(text.len()).unwrap_or_default();
        let (wide, high) = (LETTER.0.saturating_mul(letters), LETTER.1);
        let page = connection.generate_id().map_err(|fault| broken(&fault))?;
        connection.create_pixmap(1, page, drawn.id, wide, high)?;
        let pen = connection.generate_id().map_err(|fault| broken(&fault))?;
        let ink = CreateGCAux::new().foreground(1).background(0).font(drawn.font);
        connection.create_gc(pen, page, &ink)?;
        connection.image_text8(page, pen, 0, ASCENT, text.as_bytes())?;
        let image = connection.get_image(ImageFormat::XY_PIXMAP, page, 0, 0, wide, high, 1)?;
        let image = image.reply()?;
        connection.free_gc(pen)?;
        connection.free_pixmap(page)?;
        let squares = self.squares(&image.data, (wide, high), at);
        connection.poly_fill_rectangle(drawn.id, drawn.paint, &squares)?;
        Ok(())
    }

    /// Turns a picture of bits into squares of two by two.
    fn squares(&self, bits: &[u8], (wide, high): (u16, u16), at: (i16, i16)) -> Vec<Rectangle> {
        let setup = self.display.connection.setup();
        let pad = usize::from(setup.bitmap_format_scanline_pad).max(8);
        let row_bytes = usize::from(wide).div_ceil(pad).saturating_mul(pad / 8).max(1);
        let last_first = setup.bitmap_format_bit_order == ImageOrder::MSB_FIRST;
        let mut squares = Vec::new();
        for (row, y) in bits.chunks(row_bytes).zip(0..high) {
            for x in 0..wide {
                let byte = row.get(usize::from(x / 8)).copied().unwrap_or_default();
                let bit = if last_first { byte << (x % 8) >> 7 } else { byte >> (x % 8) };
                if bit & 1 == 1 {
                    let place = |at: i16, steps: u16| {
                        at.saturating_add(
                            i16::try_from(steps.saturating_mul(2)).unwrap_or_default(),
                        )
                    };
                    let (x, y) = (place(at.0, x), place(at.1, y));
                    squares.push(Rectangle { x, y, width: 2, height: 2 });
                }
            }
        }
        squares
    }
}
