//! What lies on the virtual reader: it speaks vpcd's protocol, a length and then bytes.
//!
//! Owns the wire and the slot. An empty slot answers a question for the greeting with nothing,
//! which the reader takes for "no card". Next: `pages.rs`.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

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

type Slot = Arc<Mutex<Option<Arc<Mutex<dyn Tag>>>>>;

/// The field of one reader.
pub struct Field {
    pub port: u16,
    slot: Slot,
}

impl Field {
    pub fn open() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let slot: Slot = Arc::default();
        let shared = Arc::clone(&slot);
        // It ends with the test's process; the service comes and goes meanwhile.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), &shared).unwrap_or_default();
            }
        });
        Self { port, slot }
    }

    pub fn lay(&self, tag: &Arc<Mutex<impl Tag + 'static>>) {
        let tag: Arc<Mutex<dyn Tag>> = Arc::clone(tag) as _;
        *self.slot.lock().unwrap() = Some(tag);
    }

    pub fn clear(&self) {
        *self.slot.lock().unwrap() = None;
    }
}

fn serve(mut stream: TcpStream, slot: &Slot) -> std::io::Result<()> {
    loop {
        let mut length = [0; 2];
        stream.read_exact(&mut length)?;
        let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut message)?;
        let tag = slot.lock().unwrap().clone();
        let answer = match (message.as_slice(), &tag) {
            ([POWER_OFF], _) => continue,
            ([POWER_ON | RESET], Some(tag)) => {
                tag.lock().unwrap().reset();
                continue;
            }
            ([POWER_ON | RESET], None) => continue,
            ([GREETING], Some(tag)) => tag.lock().unwrap().greeting(),
            (command, Some(tag)) => tag.lock().unwrap().answer(command).unwrap_or_else(|| {
                *slot.lock().unwrap() = None;
                Vec::new()
            }),
            (_, None) => Vec::new(),
        };
        stream.write_all(&u16::try_from(answer.len()).unwrap().to_be_bytes())?;
        stream.write_all(&answer)?;
    }
}
