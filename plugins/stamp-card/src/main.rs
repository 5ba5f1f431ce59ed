//! `stamp-card-server [ADDRESS]`: the stamp server alone, on `127.0.0.1:9105` by default.
//!
//! Owns its start. The member `M-1001` has 1,000 stamps, `M-1002` none; the key is `stamps`. Next:
//! [`stamp_card::server`].

use stamp_card::server::Server;
use stamp_card::server::book::Book;
use std::io::{self, Write};

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9105".to_owned());
    let book = Book::with(&[("M-1001", 1_000), ("M-1002", 0)]);
    let server = Server::start(&address, "stamps", book)?;
    writeln!(io::stdout(), "stamp server at http://{}", server.address)?;
    loop {
        std::thread::park();
    }
}
