//! A destination that the test plays itself: it hears each message with its line, and says when and
//! on which line what is said.

use super::stage::{LIMITS, framed, listen, payment};
use crate::{Client, Limits};
use baton_formats::iso8583::{Frames, Message, Mti, SPEC_1987};
use baton_protocol::target::{Profile, Target, Way};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

/// Longer than any honest step of a test takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// One message, and the number of the line on which it came.
pub(super) struct Heard {
    pub(super) line: usize,
    pub(super) message: Message,
}

impl Heard {
    pub(super) fn text(&self, field: u8) -> &str {
        self.message.text(field).unwrap_or_default()
    }
}

pub(super) struct Peer {
    address: SocketAddr,
    heard: mpsc::UnboundedReceiver<Heard>,
    desk: Arc<Desk>,
}

/// What the lines share.
#[derive(Default)]
struct Desk {
    lines: Mutex<BTreeMap<usize, mpsc::UnboundedSender<Vec<u8>>>>,
    opened: AtomicUsize,
    sign_ons: AtomicUsize,
    refuses_sign_ons: AtomicBool,
    /// Lines on which echoes are not answered.
    deaf: Mutex<Vec<usize>>,
}

impl Peer {
    /// Sign-ons and echoes are answered at once and told to nobody; everything else is told.
    pub(super) async fn new() -> Self {
        let (teller, heard) = mpsc::unbounded_channel();
        let desk = Arc::new(Desk::default());
        let shared = Arc::clone(&desk);
        let serve = move |stream| Arc::clone(&shared).serve(stream, teller.clone());
        Self { address: listen(serve).await, heard, desk }
    }

    /// One that waits long for sales and not for echoes.
    pub(super) fn watchful_client(&self, profile: &str) -> Client {
        self.client_with(profile, Limits { connect_ms: 100, ..LIMITS })
    }

    pub(super) fn client(&self, profile: &str) -> Client {
        self.client_with(profile, LIMITS)
    }

    /// One that waits for no answer for long.
    pub(super) fn hasty_client(&self, profile: &str) -> Client {
        self.client_with(profile, Limits { answer_ms: 100, ..LIMITS })
    }

    fn client_with(&self, profile: &str, limits: Limits) -> Client {
        let way = Way::Iso8583 { address: self.address.to_string() };
        let profile = Profile::new(format!("base = \"baton\"\n{profile}")).unwrap();
        let target = Target::new("d".parse().unwrap(), way).with_profile(Some(profile));
        Client::new(&target, None, limits).unwrap()
    }

    pub(super) async fn hear(&mut self) -> Heard {
        tokio::time::timeout(PATIENCE, self.heard.recv()).await.unwrap().unwrap()
    }

    /// A sale that nobody waits for any more.
    pub(super) async fn hear_given_up_sale(&mut self, client: &Client) -> Heard {
        let client = client.clone();
        let asking = tokio::spawn(async move { client.authorize(&payment()).await });
        let heard = self.hear().await;
        asking.abort();
        assert!(asking.await.unwrap_err().is_cancelled());
        heard
    }

    /// Whether anything was heard that nobody asked about yet.
    pub(super) fn heard_more(&mut self) -> bool {
        self.heard.try_recv().is_ok()
    }

    pub(super) fn say(&self, line: usize, message: &Message) {
        let lines = self.desk.lines.lock().unwrap();
        lines[&line].send(framed(message)).unwrap();
    }

    /// Says yes to what was heard.
    pub(super) fn accept(&self, heard: &Heard) {
        let mut answer = heard.message.clone().with(39, "00");
        answer.mti = answer.mti.answer();
        if answer.mti == Mti::SALE_ANSWER {
            answer.set(38, "A1");
        }
        self.say(heard.line, &answer);
    }

    /// Says something by itself, and waits until it is agreed to.
    pub(super) async fn notify(&mut self, line: usize, code: &str, more: &[(u8, &str)]) {
        let notice = Message::new(Mti::NETWORK).with(11, "000777").with(70, code);
        let said = more.iter().fold(notice, |notice, (field, value)| notice.with(*field, value));
        self.say(line, &said);
        let answer = self.hear().await;
        assert_eq!(answer.message.mti, Mti::NETWORK_ANSWER);
        assert_eq!((answer.line, answer.text(39), answer.text(70)), (line, "00", code));
    }

    pub(super) fn cut(&self, line: usize) {
        self.desk.lines.lock().unwrap().remove(&line);
    }

    /// Answers no echo on this line any more.
    pub(super) fn be_deaf_on(&self, line: usize) {
        self.desk.deaf.lock().unwrap().push(line);
    }

    pub(super) fn refuse_sign_ons(&self, refuses: bool) {
        self.desk.refuses_sign_ons.store(refuses, Ordering::SeqCst);
    }

    pub(super) fn sign_ons(&self) -> usize {
        self.desk.sign_ons.load(Ordering::SeqCst)
    }

    pub(super) fn lines_opened(&self) -> usize {
        self.desk.opened.load(Ordering::SeqCst)
    }
}

impl Desk {
    async fn serve(self: Arc<Self>, mut stream: TcpStream, teller: mpsc::UnboundedSender<Heard>) {
        let line = self.opened.fetch_add(1, Ordering::SeqCst);
        let (sender, mut said) = mpsc::unbounded_channel::<Vec<u8>>();
        self.lines.lock().unwrap().insert(line, sender);
        let (mut frames, mut chunk) = (Frames::default(), vec![0; 4_096]);
        loop {
            tokio::select! {
                bytes = said.recv() => {
                    let Some(bytes) = bytes else { return };
                    if stream.write_all(&bytes).await.is_err() { return }
                }
                read = stream.read(&mut chunk) => {
                    let read = read.unwrap_or(0);
                    if read == 0 { return }
                    frames.push(&chunk[..read]);
                }
            }
            while let Ok(Some(bytes)) = frames.next_frame() {
                let message = Message::parse(&SPEC_1987, bytes).unwrap();
                match self.greeting(line, &message) {
                    Some(answer) if stream.write_all(&answer).await.is_err() => return,
                    Some(_) => {}
                    None => teller.send(Heard { line, message }).unwrap_or_default(),
                }
            }
        }
    }

    /// The answer to a greeting: no bytes for a deaf ear, and none at all for anything else.
    fn greeting(&self, line: usize, message: &Message) -> Option<Vec<u8>> {
        let code = message.text(70).filter(|_| message.mti == Mti::NETWORK)?;
        let refuses = self.refuses_sign_ons.load(Ordering::SeqCst);
        let said = match code {
            "001" => {
                self.sign_ons.fetch_add(1, Ordering::SeqCst);
                if refuses { "05" } else { "00" }
            }
            "301" if self.deaf.lock().unwrap().contains(&line) => return Some(Vec::new()),
            "301" => "00",
            _ => return None,
        };
        let mut answer = message.clone().with(39, said);
        answer.mti = Mti::NETWORK_ANSWER;
        Some(framed(&answer))
    }
}
