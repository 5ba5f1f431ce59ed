//! A display at the other end of a real port: it obeys Epson's commands and is looked at.

use super::*;
use crate::clock::clock;
use crate::scan::cable::Cable;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::State;
use std::path::Path;
use uuid::Uuid;

/// Two lines of twenty letters.
struct Glass {
    port: tokio::fs::File,
    held: Vec<u8>,
    lines: [String; 2],
}

impl Glass {
    async fn at(path: &Path) -> Self {
        let port = tokio::fs::OpenOptions::new().read(true).open(path).await.unwrap();
        Self { port, held: Vec::new(), lines: [String::new(), String::new()] }
    }

    /// Reads until the glass shows this.
    async fn until(&mut self, above: &str, below: &str) {
        while [self.lines[0].trim(), self.lines[1].trim()] != [above, below] {
            let mut bytes = [0; 256];
            let read = self.port.read(&mut bytes).await.unwrap();
            self.held.extend_from_slice(&bytes[..read]);
            self.obey();
        }
    }

    fn obey(&mut self) {
        loop {
            match self.held.as_slice() {
                [0x1b, b'@', 0x0c, ..] => {
                    self.lines = [String::new(), String::new()];
                    self.held.drain(..3);
                }
                [0x1f, b'$', 1, line @ (1 | 2), text @ ..] if text.len() >= 20 => {
                    let line = usize::from(*line - 1);
                    self.lines[line] = String::from_utf8(text[..20].to_vec()).unwrap();
                    self.held.drain(..24);
                }
                _ => return,
            }
        }
    }
}

#[tokio::test]
async fn a_display_shows_the_counter_and_again_after_it_was_unplugged() {
    let mut cable = Cable::new();
    cable.plug();
    let (counter, port) = (Counter::new(clock()), cable.end("terminal"));
    let settings = CustomerSettings {
        port: PortName::Path(port.to_str().unwrap().to_owned()),
        baud: 9600,
        columns: 20,
        speech: Speech::Epson,
    };
    let mut view = counter.watch();
    let showing = tokio::spawn(run(settings, counter.clone()));
    cable.wait();
    let mut glass = Glass::at(&cable.end("device")).await;
    glass.until("OFFLINE", "NO PAYMENTS NOW").await;

    let transaction = TransactionId::new(Uuid::from_u128(1));
    let amount = Some(Money::new(4_500, Currency::KRW));
    counter.tell(Input::Online);
    counter.tell(Input::Began { transaction, amount });
    glass.until("IN PROGRESS", "4,500 KRW").await;
    drop(glass);
    cable.unplug();
    view.wait_for(|view| view.troubles == ["display"]).await.unwrap();
    counter.word(transaction, State::Approved);
    cable.plug();
    cable.wait();

    let mut glass = Glass::at(&cable.end("device")).await;
    glass.until("APPROVED", "4,500 KRW").await;
    assert!(view.borrow_and_update().troubles.is_empty());
    showing.abort();
}
