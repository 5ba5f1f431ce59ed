//! What lies on the virtual reader: it speaks vpcd's protocol, a length and then bytes.
//!
//! Owns the wire and the slot. A tag that lies there is a connection to the reader; without one the
//! reader says "no card". Next: `pages.rs`.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Pause between tries to reach a service that is not there.
const LOOK: Duration = Duration::from_millis(20);

const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const GREETING: u8 = 4;

/// A tag that answers commands.
pub trait Tag: Send {
    fn greeting(&self) -> Vec<u8>;
    /// The field went away and came back.
    fn reset(&mut self) {}
    /// Nothing when the tag was torn away at this command.
    fn answer(&mut self, command: &[u8]) -> Option<Vec<u8>>;
}

/// The field of one reader.
#[derive(Clone)]
pub struct Field(Arc<Mutex<Slot>>);

#[derive(Default)]
struct Slot {
    tag: Option<Arc<Mutex<dyn Tag>>>,
    line: Option<UnixStream>,
}

impl Field {
    /// A field whose tags reach the reader through this socket, whenever somebody listens there.
    pub fn open(reader: PathBuf) -> Self {
        let field = Self(Arc::default());
        let shared = field.clone();
        // It ends with the test's process; the service comes and goes meanwhile.
        std::thread::spawn(move || {
            loop {
                let tag = shared.0.lock().unwrap().tag.clone();
                if let Some(tag) = tag
                    && let Ok(line) = UnixStream::connect(&reader)
                {
                    shared.attend(&tag, line);
                }
                std::thread::park_timeout(LOOK);
            }
        });
        field
    }

    /// Lays a tag down, in the place of the one that lies there.
    pub fn lay(&self, tag: &Arc<Mutex<impl Tag + 'static>>) {
        self.replace(Some(Arc::clone(tag) as _));
    }

    /// Takes the tag away.
    pub fn clear(&self) {
        self.replace(None);
    }

    fn replace(&self, tag: Option<Arc<Mutex<dyn Tag>>>) {
        let mut slot = self.0.lock().unwrap();
        slot.tag = tag;
        if let Some(line) = slot.line.take() {
            line.shutdown(Shutdown::Both).unwrap_or_default();
        }
    }

    /// Answers for a tag until it or the service is gone.
    fn attend(&self, tag: &Arc<Mutex<dyn Tag>>, line: UnixStream) {
        {
            let mut slot = self.0.lock().unwrap();
            if !slot.tag.as_ref().is_some_and(|there| Arc::ptr_eq(there, tag)) {
                return;
            }
            slot.line = Some(line.try_clone().unwrap());
        }
        if let Ok(Torn) = serve(line, tag) {
            self.clear();
        }
        self.0.lock().unwrap().line = None;
    }
}

/// The tag was torn away at a command.
struct Torn;

fn serve(mut line: UnixStream, tag: &Mutex<dyn Tag>) -> std::io::Result<Torn> {
    loop {
        let mut length = [0; 2];
        line.read_exact(&mut length)?;
        let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
        line.read_exact(&mut message)?;
        let answer = match message.as_slice() {
            [POWER_OFF] => continue,
            [POWER_ON | RESET] => {
                tag.lock().unwrap().reset();
                continue;
            }
            [GREETING] => Some(tag.lock().unwrap().greeting()),
            command => tag.lock().unwrap().answer(command),
        };
        let Some(answer) = answer else { return Ok(Torn) };
        line.write_all(&u16::try_from(answer.len()).unwrap().to_be_bytes())?;
        line.write_all(&answer)?;
    }
}
