//! A small web POS: serves one page, records what is submitted, and starts a browser on it.
//!
//! Owns a process of its own, so that its record does not come from the agent. Next: `apps`, which
//! starts it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};

/// What a browser needs so that it neither asks nor phones anybody.
const QUIET: &[&str] = &[
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

/// Serves until it is ended: RECORD PROMPT LATE_MS MODAL DEBUGGING_PORT FOLDER.
pub fn run(words: &[String]) -> anyhow::Result<()> {
    let [record, prompt, late_ms, modal, port, folder] = words else { anyhow::bail!("6 words") };
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}/", listener.local_addr()?);
    let page = include_str!("web_pos/index.html").replace("PROMPT", prompt);
    let page = page.replace("MODAL", modal);
    let late_ms = late_ms.parse()?;
    let mut browser = Command::new("chromium");
    browser.args(QUIET).arg(format!("--remote-debugging-port={port}"));
    browser.arg(format!("--user-data-dir={folder}")).arg(&address);
    browser.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    for stream in listener.incoming() {
        let (record, page) = (record.clone(), page.clone());
        let stream = stream?;
        std::thread::spawn(move || serve(stream, Path::new(&record), &page, late_ms));
    }
    Ok(())
}

fn serve(mut stream: TcpStream, record: &Path, page: &str, late_ms: u64) -> anyhow::Result<()> {
    let mut request = String::new();
    let mut part = [0; 4_096];
    loop {
        let read = stream.read(&mut part)?;
        request.push_str(std::str::from_utf8(&part[..read])?);
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse().ok())?
        });
        if read == 0 || body.len() >= length.unwrap_or(0_usize) {
            break;
        }
    }
    let (_, body) = request.split_once("\r\n\r\n").unwrap_or_default();
    if request.starts_with("POST /entries") {
        let mut file = std::fs::OpenOptions::new().append(true).open(record)?;
        writeln!(file, "{body}")?;
        crate::clock::pause(late_ms);
        let last4 = body.get(body.len().saturating_sub(4)..).unwrap_or_default();
        return answer(&mut stream, "text/plain", &format!("Approved A17 for 4500 ending {last4}"));
    }
    answer(&mut stream, "text/html", if request.starts_with("GET / ") { page } else { "" })
}

fn answer(stream: &mut TcpStream, kind: &str, body: &str) -> anyhow::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}; charset=utf-8\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    )?;
    Ok(stream.flush()?)
}
