//! The gateway as a process, the shop that uses it, and the smallest HTTP that both need.
//!
//! Owns starting, asking and the end. Next: `main`.
#![expect(clippy::disallowed_methods, reason = "waiting for another process has an end")]

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The longest answer that is waited for.
const ANSWER_PATIENCE: Duration = Duration::from_secs(15);

/// A shop with terminals t-1 and t-2 in a fresh database.
pub struct Shop {
    folder: PathBuf,
    token: String,
}

/// An answer of HTTP.
pub struct Reply {
    pub status: u16,
    pub text: String,
}

impl Reply {
    /// The id of the sale that it tells of.
    pub fn id(&self) -> String {
        let (_, rest) = self.text.split_once("\"sale_id\":\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }
}

/// Runs the program with other words.
pub fn run(shop: &Shop, words: &[&str]) -> Output {
    program(&shop.folder, words).output().unwrap()
}

fn program(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baton-gateway"));
    command.args(words).env("BATON_CONFIG", folder.join("gateway.toml"));
    command
}

impl Shop {
    pub fn make(folder: &Path, database: &str) -> Self {
        let key = folder.join("baton.key");
        let config = format!(
            "[listen]\npublic = \"127.0.0.1:0\"\noperator = \"127.0.0.1:0\"\n\
             [gateway]\nkey_file = {key:?}\n[records]\ndatabase = {database:?}\n"
        );
        std::fs::write(folder.join("gateway.toml"), config).unwrap();
        let mut shop = Self { folder: folder.to_owned(), token: String::new() };
        for words in [
            &["admin", "shop", "add", "s-1", "--name", "Shop"][..],
            &["admin", "terminal", "add", "t-1", "--shop", "s-1"],
            &["admin", "terminal", "add", "t-2", "--shop", "s-1"],
        ] {
            let output = run(&shop, words);
            assert!(output.status.success(), "{output:?}");
        }
        let output = run(&shop, &["admin", "shop", "token", "s-1"]);
        let text = String::from_utf8(output.stdout).unwrap();
        let (_, rest) = text.split_once("(shown once): ").unwrap();
        shop.token = rest.split_whitespace().next().unwrap().to_owned();
        shop
    }
}

/// A running gateway; it is killed when it goes out of sight.
pub struct Gateway {
    child: Child,
    public: SocketAddr,
    token: String,
    errors: PathBuf,
}

impl Gateway {
    pub fn start(shop: &Shop, environment: &[(&str, String)]) -> Self {
        let errors = shop.folder.join("stderr.log");
        let mut command = program(&shop.folder, &["serve"]);
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        command.stdout(Stdio::piped()).stderr(File::create(&errors).unwrap());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once("http://").map(|(_, address)| address);
        let Some(address) = address else {
            panic!("not ready: {line:?}, {}", std::fs::read_to_string(&errors).unwrap());
        };
        Self { child, public: address.parse().unwrap(), token: shop.token.clone(), errors }
    }

    pub fn stderr(&self) -> String {
        std::fs::read_to_string(&self.errors).unwrap()
    }

    /// Waits for the end of the process and returns its code.
    pub fn wait_for_end(&mut self, patience: Duration) -> Option<i32> {
        // A killer watches the clock, so that waiting for the end cannot last for ever.
        let (ended, watch) = mpsc::channel::<()>();
        let pid = self.child.id().to_string();
        let killer = std::thread::spawn(move || {
            if watch.recv_timeout(patience) == Err(mpsc::RecvTimeoutError::Timeout) {
                Command::new("kill").args(["-9", &pid]).status().ok();
            }
        });
        let code = self.child.wait().unwrap().code();
        drop(ended);
        killer.join().unwrap();
        code
    }

    pub fn open_sale(&self, terminal: &str, order: &str) -> Reply {
        self.try_open_sale(terminal, order).unwrap()
    }

    /// Opens a sale of 100 won; nothing when the gateway hangs up.
    pub fn try_open_sale(&self, terminal: &str, order: &str) -> Option<Reply> {
        let body = format!(
            "{{\"terminal_id\":\"{terminal}\",\"amount\":100,\"currency\":\"KRW\",\
             \"order_ref\":\"{order}\"}}"
        );
        self.ask("POST", "/v1/sales", &body)
    }

    /// Asks until the sale is open.
    pub fn open_sale_within(&self, patience: Duration, terminal: &str, order: &str) {
        let begun = Instant::now();
        let mut last = self.open_sale(terminal, order);
        while !(200..=201).contains(&last.status) {
            assert!(begun.elapsed() < patience, "still refused: {}", last.text);
            last = self.open_sale(terminal, order);
        }
    }

    pub fn get_sale(&self, id: &str) -> Reply {
        self.ask("GET", &format!("/v1/sales/{id}"), "").unwrap()
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Option<Reply> {
        let mut socket = TcpStream::connect(self.public).ok()?;
        socket.set_read_timeout(Some(ANSWER_PATIENCE)).unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: baton\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n\
             {body}",
            self.token,
            body.len()
        );
        socket.write_all(request.as_bytes()).ok()?;
        let mut text = String::new();
        socket.read_to_string(&mut text).ok()?;
        let status = text.split_whitespace().nth(1)?.parse().ok()?;
        Some(Reply { status, text })
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
