//! Questions with known ids, and destinations that misbehave byte by byte.

use crate::ask::{GiveBack, Way as WayBack};
use crate::{Authorize, Client, ClientInvalid, Inquire, Limits, Reverse, Secret};
use baton_protocol::code::{MemberId, PaymentCode};
use baton_protocol::ids::{InquiryId, TransactionId};
use baton_protocol::money::{Currency, Money};
use baton_protocol::target::{Profile, Target, Way};
use baton_protocol::work::{MembershipAction, Work};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use uuid::Uuid;

pub(super) const AMOUNT: Money = Money::new(4_500, Currency::KRW);
pub(super) const LIMITS: Limits =
    Limits { connect_ms: 5_000, answer_ms: 5_000, answer_bytes_max: 1_024, echo_idle_ms: 60_000 };
/// A line that is greeted soon, and misses soon.
const WATCHFUL: Limits = Limits { connect_ms: 50, echo_idle_ms: 50, ..LIMITS };
/// For answers that never come.
const QUICK: Limits = Limits { answer_ms: 300, ..LIMITS };

pub(super) fn transaction() -> TransactionId {
    TransactionId::new(Uuid::from_u128(7))
}

pub(super) fn payment() -> Authorize {
    let code = PaymentCode::parse("A1B2C3D4".to_owned()).unwrap();
    ask(Work::Payment { code, amount: AMOUNT })
}

pub(super) fn balance() -> Authorize {
    let member_id = MemberId::parse("M-1001".to_owned()).unwrap();
    ask(Work::Membership { member_id, action: MembershipAction::Balance, points: 0 })
}

pub(super) fn ask(work: Work) -> Authorize {
    Authorize {
        transaction: transaction(),
        terminal: "TERMINAL-100".parse().unwrap(),
        app: "pay".parse().unwrap(),
        work,
        at_ms: 1_700_000_000_123,
    }
}

pub(super) fn inquiry() -> Inquire {
    Inquire {
        inquiry: InquiryId::new(Uuid::from_u128(9)),
        transaction: transaction(),
        terminal: "T-100".parse().unwrap(),
        app: "pay".parse().unwrap(),
        amount: AMOUNT,
        at_ms: 0,
    }
}

pub(super) fn reversal() -> Reverse {
    let Inquire { transaction, terminal, app, amount, at_ms, .. } = inquiry();
    Reverse { transaction, terminal, app, amount, at_ms }
}

pub(super) fn refund(how: WayBack) -> GiveBack {
    let Inquire { transaction: original, terminal, app, amount, at_ms, .. } = inquiry();
    let transaction = TransactionId::new(Uuid::from_u128(8));
    GiveBack { transaction, original, how, terminal, app, amount, at_ms }
}

pub(super) fn redeem(points: i64) -> Authorize {
    let member_id = MemberId::parse("M/10 01".replace(' ', "?")).unwrap();
    ask(Work::Membership { member_id, action: MembershipAction::Redeem, points })
}

pub(super) fn iso_client(address: SocketAddr) -> Client {
    client(Way::Iso8583 { address: address.to_string() }, LIMITS)
}

pub(super) fn quick_iso_client(address: SocketAddr) -> Client {
    client(Way::Iso8583 { address: address.to_string() }, QUICK)
}

pub(super) fn watchful_iso_client(address: SocketAddr) -> Client {
    client(Way::Iso8583 { address: address.to_string() }, WATCHFUL)
}

pub(super) fn profiled_iso_client(address: SocketAddr, profile: &str) -> Client {
    let profile = Profile::new(format!("base = \"baton\"\n{profile}")).unwrap();
    let way = Way::Iso8583 { address: address.to_string() };
    let target = Target::new("d".parse().unwrap(), way).with_profile(Some(profile));
    Client::new(&target, None, LIMITS).unwrap()
}

pub(super) fn http_client(address: SocketAddr) -> Client {
    client(Way::Http { base_url: format!("http://{address}") }, LIMITS)
}

pub(super) fn quick_http_client(address: SocketAddr) -> Client {
    client(Way::Http { base_url: format!("http://{address}") }, QUICK)
}

pub(super) fn profiled_client(
    address: SocketAddr,
    profile: &str,
    secret: Option<&str>,
) -> Result<Client, ClientInvalid> {
    let way = Way::Http { base_url: format!("http://{address}/base") };
    let profile = Profile::new(profile).unwrap();
    let target = Target::new("d".parse().unwrap(), way).with_profile(Some(profile));
    let limits = Limits { answer_ms: 2_000, ..LIMITS };
    Client::new(&target, secret.map(|key| Secret::new(key.to_owned())), limits)
}

fn client(way: Way, limits: Limits) -> Client {
    let target = Target::new("d".parse().unwrap(), way);
    Client::new(&target, None, limits).unwrap()
}

/// Listens, and gives every connection to the script.
pub(super) async fn listen<S, F>(script: S) -> SocketAddr
where
    S: Fn(TcpStream) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(script(stream));
        }
    });
    address
}

/// An HTTP server that takes one whole request a connection and answers with these bytes.
pub(super) async fn http_answering(bytes: String) -> SocketAddr {
    listen(move |mut stream| {
        let bytes = bytes.clone();
        async move {
            let mut request = vec![0; 4_096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(bytes.as_bytes()).await;
        }
    })
    .await
}

/// An HTTP server that keeps connections open, tells each whole request, and answers them in turn.
pub(super) async fn http_telling(
    answers: impl Fn(&str) -> String + Clone + Send + Sync + 'static,
) -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let (teller, told) = mpsc::unbounded_channel();
    let address = listen(move |mut stream| {
        let (answers, teller) = (answers.clone(), teller.clone());
        async move {
            while let Some(request) = whole_request(&mut stream).await {
                let answer = answers(&request);
                let _ = teller.send(request);
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        }
    })
    .await;
    (address, told)
}

async fn whole_request(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    let mut byte = [0; 1];
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).await.ok()?;
        request.push(byte[0]);
    }
    let head = String::from_utf8(request).ok()?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await.ok()?;
    Some(head + std::str::from_utf8(&body).ok()?)
}

pub(super) fn http_response(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

/// An ISO 8583 server; `script` turns each request into the bytes that are sent back.
pub(super) async fn iso_answering(
    script: impl Fn(baton_formats::iso8583::Message) -> Vec<u8> + Clone + Send + Sync + 'static,
) -> SocketAddr {
    use baton_formats::iso8583::{Frames, Message, SPEC_1987};
    listen(move |mut stream| {
        let script = script.clone();
        async move {
            let (mut frames, mut chunk) = (Frames::default(), vec![0; 4_096]);
            loop {
                let read = stream.read(&mut chunk).await.unwrap_or(0);
                if read == 0 {
                    return;
                }
                frames.push(&chunk[..read]);
                while let Ok(Some(bytes)) = frames.next_frame() {
                    let answer = script(Message::parse(&SPEC_1987, bytes).unwrap());
                    if answer == HANG_UP || stream.write_all(&answer).await.is_err() {
                        return;
                    }
                }
            }
        }
    })
    .await
}

/// An "answer" that closes the connection instead.
pub(super) const HANG_UP: &[u8] = b"hang up";

pub(super) fn framed(message: &baton_formats::iso8583::Message) -> Vec<u8> {
    use baton_formats::iso8583::{SPEC_1987, frame_into};
    let mut out = Vec::new();
    frame_into(&mut out, &message.build(&SPEC_1987).unwrap()).unwrap();
    out
}
