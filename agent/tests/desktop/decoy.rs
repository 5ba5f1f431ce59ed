//! A witness and a villain: a plain X11 window that tells every key it gets, and can steal the
//! focus, stand over another window, grab the keyboard or type as a person would.
//!
//! Owns a process of its own, so that what it saw does not come from the agent. Commands come on
//! its standard input, one a line; each is answered with `done`; keys are told as `key CODE`.

use std::io::{BufRead, Write};
use std::sync::mpsc;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::*;
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{COPY_DEPTH_FROM_PARENT, CURRENT_TIME};

/// The key code of CapsLock, and of the letter a person types. Source: the evdev key codes of XKB.
const CAPS_LOCK: u8 = 66;
const LETTER_X: u8 = 53;
/// The name of the agent's notice.
const NOTICE: &str = "Baton notice";

pub fn run() -> anyhow::Result<()> {
    let (connection, screen) = x11rb::connect(None)?;
    let root = connection.setup().roots[screen].root;
    let window = make(&connection, root, "Decoy")?;
    let dialog = make(&connection, root, "Low paper")?;
    let (told, commands) = mpsc::channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            if told.send(line).is_err() {
                break;
            }
        }
    });
    let decoy = Decoy { connection, root, window, dialog };
    loop {
        match commands.recv_timeout(std::time::Duration::from_millis(2)) {
            Ok(line) => decoy.obey(&line)?,
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(()),
        }
        decoy.tell()?;
    }
}

struct Decoy {
    connection: RustConnection,
    root: Window,
    window: Window,
    dialog: Window,
}

impl Decoy {
    fn obey(&self, line: &str) -> anyhow::Result<()> {
        let connection = &self.connection;
        match line.split_once(' ').unwrap_or((line, "")) {
            ("front", _) => self.front()?,
            ("hide", _) => {
                connection.ungrab_keyboard(CURRENT_TIME)?;
                connection.unmap_window(self.window)?;
                connection.unmap_window(self.dialog)?;
            }
            ("grab", _) => {
                self.front()?;
                let mode = GrabMode::ASYNC;
                let asked =
                    connection.grab_keyboard(true, self.window, CURRENT_TIME, mode, mode)?;
                anyhow::ensure!(asked.reply()?.status == GrabStatus::SUCCESS, "no grab");
            }
            ("over", id) => {
                let over: u32 = id.parse()?;
                let (dialog, kind) = (self.dialog, AtomEnum::WINDOW);
                let property = AtomEnum::WM_TRANSIENT_FOR;
                connection.change_property32(PropMode::REPLACE, dialog, property, kind, &[over])?;
                connection.map_window(dialog)?;
            }
            ("caps", _) => self.key(CAPS_LOCK)?,
            ("type", _) => self.key(LETTER_X)?,
            ("cancel", _) => self.cancel()?,
            (other, _) => anyhow::bail!("no command {other}"),
        }
        connection.sync()?;
        self.tell()?;
        say("done")
    }

    /// As rude as can be: maps itself and takes the focus without asking the window manager.
    fn front(&self) -> anyhow::Result<()> {
        let connection = &self.connection;
        connection.map_window(self.window)?;
        let above = ConfigureWindowAux::new().stack_mode(StackMode::ABOVE);
        connection.configure_window(self.window, &above)?;
        loop {
            let attributes = connection.get_window_attributes(self.window)?.reply()?;
            if attributes.map_state == MapState::VIEWABLE {
                break;
            }
        }
        let active = connection.intern_atom(false, b"_NET_ACTIVE_WINDOW")?.reply()?.atom;
        let message = ClientMessageEvent::new(32, self.window, active, [2, 0, 0, 0, 0]);
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        connection.send_event(false, self.root, mask, message)?;
        connection.set_input_focus(InputFocus::PARENT, self.window, CURRENT_TIME)?;
        Ok(())
    }

    /// Clicks on the button of the agent's notice, where there is one.
    fn cancel(&self) -> anyhow::Result<()> {
        let connection = &self.connection;
        for window in connection.query_tree(self.root)?.reply()?.children {
            let (name, kind) = (AtomEnum::WM_NAME, AtomEnum::STRING);
            let asked = connection.get_property(false, window, name, kind, 0, 64)?;
            let named = asked.reply().is_ok_and(|reply| reply.value == NOTICE.as_bytes());
            let shown = || connection.get_window_attributes(window)?.reply();
            if !named || shown()?.map_state != MapState::VIEWABLE {
                continue;
            }
            let at = connection.get_geometry(window)?.reply()?;
            let (x, y) = (at.x + i16::try_from(at.width)? - 60, at.y + 30);
            connection.xtest_fake_input(MOTION_NOTIFY_EVENT, 0, 0, self.root, x, y, 0)?;
            for kind in [BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT] {
                connection.xtest_fake_input(kind, 1, 0, self.root, 0, 0, 0)?;
            }
        }
        Ok(())
    }

    fn key(&self, code: u8) -> anyhow::Result<()> {
        for kind in [KEY_PRESS_EVENT, KEY_RELEASE_EVENT] {
            self.connection.xtest_fake_input(kind, code, 0, self.root, 0, 0, 0)?;
        }
        Ok(())
    }

    fn tell(&self) -> anyhow::Result<()> {
        while let Some(event) = self.connection.poll_for_event()? {
            if let Event::KeyPress(press) = event
                && press.detail != CAPS_LOCK
            {
                say(&format!("key {}", press.detail))?;
            }
        }
        Ok(())
    }
}

fn make(connection: &RustConnection, root: Window, title: &str) -> anyhow::Result<Window> {
    let window = connection.generate_id()?;
    let events = CreateWindowAux::new().event_mask(EventMask::KEY_PRESS);
    let class = WindowClass::INPUT_OUTPUT;
    connection.create_window(
        COPY_DEPTH_FROM_PARENT,
        window,
        root,
        40,
        40,
        300,
        120,
        0,
        class,
        0,
        &events,
    )?;
    let (property, kind) = (AtomEnum::WM_NAME, AtomEnum::STRING);
    connection.change_property8(PropMode::REPLACE, window, property, kind, title.as_bytes())?;
    Ok(window)
}

fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
