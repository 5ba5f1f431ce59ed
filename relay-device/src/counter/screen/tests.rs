//! The page over a real socket, asked as a browser does and as somebody else's page would.

use super::*;
use crate::clock::clock;
use crate::counter::Reason;
use crate::counter::display::Input;
use baton_protocol::ids::TransactionId;
use baton_protocol::money::Currency;
use baton_protocol::work::State;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use uuid::Uuid;

async fn screen() -> (SocketAddr, Counter) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, counter) = (listener.local_addr().unwrap(), Counter::new(clock()));
    tokio::spawn(serve(listener, counter.clone()));
    (address, counter)
}

async fn ask(address: SocketAddr, line: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let question = format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(question.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn the_page_loads_nothing_from_elsewhere_and_its_parts_are_here() {
    let (address, _counter) = screen().await;

    for (path, kind) in [("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "javascript")]
    {
        let answer = ask(address, &format!("GET {path}"), &address.to_string()).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        assert!(answer.contains(kind) && answer.contains("default-src 'none'"), "{path}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        for loose in ["http://", "https://", "innerHTML", " style=", "<style", "<script>"] {
            assert!(!body.contains(loose), "{path} has {loose}");
        }
    }
}

#[tokio::test]
async fn a_name_of_somebody_else_s_and_another_method_are_refused() {
    let (address, _counter) = screen().await;

    for host in ["evil.example", "127.0.0.1.evil.example", "10.0.0.7:7300", "localhost.evil"] {
        let answer = ask(address, "GET /now", host).await;
        assert!(answer.starts_with("HTTP/1.1 421"), "{host}: {answer}");
    }
    for host in ["localhost", "LOCALHOST:7300", "127.0.0.1", "[::1]:7300", "[::1]"] {
        let answer = ask(address, "GET /now", host).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{host}: {answer}");
    }
    assert!(ask(address, "POST /now", "localhost").await.starts_with("HTTP/1.1 405"));
    assert!(ask(address, "GET /etc/passwd", "localhost").await.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn each_change_arrives_as_it_happens() {
    let (address, counter) = screen().await;
    let transaction = TransactionId::new(Uuid::from_u128(1));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut lines = BufReader::new(stream).lines();
    let mut next = async || loop {
        let line = lines.next_line().await.unwrap().unwrap();
        if let Some(data) = line.strip_prefix("data: ") {
            return serde_json::from_str::<Value>(data).unwrap();
        }
    };

    assert_eq!(next().await["headline"], "offline");
    counter.tell(Input::Online);
    assert_eq!(next().await["headline"], "ready");
    let amount = Some(Money::new(1_234_550, Currency::from_letters("USD").unwrap()));
    counter.tell(Input::Began { transaction, amount });
    let busy = next().await;
    assert_eq!((&busy["headline"], &busy["online"]), (&json!("busy"), &json!(true)));
    assert_eq!(busy["amount"], json!({"number": "12,345.50", "currency": "USD"}));
    counter.word(transaction, State::Approved);
    assert_eq!(next().await["headline"], "approved");
}

#[tokio::test]
async fn a_browser_too_many_waits_and_the_others_are_served() {
    let (address, _counter) = screen().await;
    let mut held = Vec::new();
    for _ in 0..CONNECTIONS_MAX - 1 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        held.push(stream);
    }

    let answer = ask(address, "GET /now", "localhost").await;

    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn the_page_has_words_in_both_languages_for_every_reason() {
    for reason in Reason::ALL {
        let word = reason.word();
        let [bare, quoted] = [format!(" {word}: \""), format!("\"{word}\": \"")];

        let words = SCRIPT.matches(&bare).count() + SCRIPT.matches(&quoted).count();

        assert!(words >= 2, "{word}: {words}");
    }
}
