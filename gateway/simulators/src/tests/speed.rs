use super::stage::{Kind, LIMITS, Stage, authorize, payment};
use baton_protocol::work::Verdict;

/// Not a measurement (debug build, shared machine), but a proof that thousands of open questions
/// on one line neither block nor mix.
#[tokio::test]
async fn thousands_of_payments_share_one_line() {
    let stage = Stage::new(Kind::Acquirer).await;
    let client = stage.client(LIMITS);
    client.prepare().await.unwrap();

    let workers = (0..500_u128).map(|worker| {
        let client = client.clone();
        tokio::spawn(async move {
            let mut approved = 0_u32;
            for number in 0..6_u128 {
                let number = worker * 100 + number;
                let verdict = authorize(&client, number, &payment(&format!("C{number:08}"))).await;
                approved += u32::from(matches!(verdict, Verdict::Approved { .. }));
            }
            approved
        })
    });
    let mut approved = 0;
    for worker in workers.collect::<Vec<_>>() {
        approved += worker.await.unwrap();
    }

    assert_eq!(approved, 3_000);
    assert_eq!(stage.ledger().await.len(), 3_000);
}
