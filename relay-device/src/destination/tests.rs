use super::*;
use baton_protocol::code::PaymentCode;
use baton_protocol::money::{Currency, Money};
use baton_protocol::target::Way;
use baton_protocol::work::Work;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use uuid::Uuid;

fn target(base_url: String) -> Target {
    Target::new("wallet".parse().unwrap(), Way::Http { base_url })
}

fn command(target: Option<Target>) -> Command {
    let code = PaymentCode::parse("CODE-1234".to_owned()).unwrap();
    Command {
        transaction: TransactionId::new(Uuid::from_u128(7)),
        epoch: 1,
        ttl_ms: 10_000,
        app: "wallet-app".parse().unwrap(),
        code_digest: "digest".to_owned(),
        work: Work::Payment { code, amount: Money::new(4_500, Currency::KRW) },
        target,
    }
}

fn standalone() -> Standalone {
    let secret = Secret::new("shared".to_owned());
    let secrets = BTreeMap::from([("wallet".parse().unwrap(), secret)]);
    let destinations = Arc::new(Destinations::new(Limits::default(), secrets));
    let owned = (destinations, Ownership::Own);
    Standalone::new("T-1".parse().unwrap(), owned, crate::clock::clock())
}

/// Answers every request on every connection with one HTTP body.
async fn destination(body: String) -> Target {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            tokio::spawn(async move {
                let mut request = [0; 8_192];
                while stream.read(&mut request).await.is_ok_and(|read| read > 0) {
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            });
        }
    });
    target(base_url)
}

#[tokio::test]
async fn an_approval_of_the_destination_is_the_verdict() {
    let transaction_id = Uuid::from_u128(7);
    let body = serde_json::json!({
        "status": "approved", "transaction_id": transaction_id, "amount": 4_500,
        "currency": "KRW", "reference": "A1",
    });
    let command = command(Some(destination(body.to_string()).await));
    let executor = standalone();

    assert_eq!(executor.prepare(&command).await, Ok(()));
    let verdict = executor.execute(&command).await;

    let amount = Money::new(4_500, Currency::KRW);
    assert_eq!(verdict.verdict, Verdict::Approved { amount, reference: "A1".to_owned() });
}

#[tokio::test]
async fn a_destination_that_refuses_the_connection_fences() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gone = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);

    let prepared = standalone().prepare(&command(Some(target(gone)))).await;

    assert_eq!(prepared, Err(FenceReason::Unreachable.into()));
}

#[tokio::test]
async fn a_command_without_destination_fences() {
    let not_set_up = Fence::because(FenceReason::Unreachable, Cause::NotSetUp);
    assert_eq!(standalone().prepare(&command(None)).await, Err(not_set_up));
}

#[tokio::test]
async fn a_changed_address_gets_a_new_client_and_the_table_stays_bounded() {
    let destinations = Destinations::new(Limits::default(), BTreeMap::new());
    for port in 1..=200 {
        let name = format!("wallet-{}", port % 100);
        let way = Way::Iso8583 { address: format!("127.0.0.1:{port}") };
        destinations.client(&Target::new(name.parse().unwrap(), way)).unwrap();
    }

    assert!(destinations.clients.lock().unwrap().len() <= CLIENTS_MAX);
    assert!(destinations.client(&target("nonsense".to_owned())).is_err());
}
