//! Several lines to one destination.

use super::peer::{Heard, Peer};
use super::stage::{payment, transaction};
use crate::{Client, LateAnswer};
use baton_protocol::ids::TransactionId;
use baton_protocol::work::{UnknownReason, Verdict};
use std::collections::BTreeMap;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Sales after which every line must have been used, and then some.
const SALES_MAX: u128 = 200;

/// Sales that were asked and not answered, by the line on which they came.
#[derive(Default)]
struct Open {
    by_line: BTreeMap<usize, Vec<(Heard, JoinHandle<Verdict>)>>,
    asked: u128,
}

impl Open {
    /// Asks one more, and returns the line that it took.
    async fn ask(&mut self, client: &Client, peer: &mut Peer) -> usize {
        self.asked += 1;
        let mut sale = payment();
        sale.transaction = TransactionId::new(Uuid::from_u128(self.asked));
        let client = client.clone();
        let asking = tokio::spawn(async move { client.authorize(&sale).await });
        let heard = peer.hear().await;
        let line = heard.line;
        self.by_line.entry(line).or_default().push((heard, asking));
        line
    }

    fn fewest(&self) -> usize {
        self.by_line.values().map(Vec::len).min().unwrap()
    }

    /// Asks until so many lines carry questions.
    async fn until_lines(&mut self, count: usize, client: &Client, peer: &mut Peer) {
        while self.by_line.len() < count {
            assert!(self.asked < SALES_MAX, "{} lines carry questions", self.by_line.len());
            self.ask(client, peer).await;
        }
    }
}

#[tokio::test]
async fn sales_go_to_the_line_with_the_fewest_questions() {
    let mut peer = Peer::new().await;
    let client = peer.client("connections = 4");
    let mut open = Open::default();
    open.until_lines(4, &client, &mut peer).await;

    for _ in 0..40 {
        let fewest = open.fewest();
        let line = open.ask(&client, &mut peer).await;

        assert_eq!(open.by_line[&line].len(), fewest + 1, "line {line} was not the idlest");
    }
    assert_eq!((peer.lines_opened(), peer.sign_ons()), (4, 4));
}

#[tokio::test]
async fn a_line_that_is_cut_loses_its_own_questions_and_no_others() {
    let mut peer = Peer::new().await;
    let client = peer.client("connections = 4");
    let mut open = Open::default();
    open.until_lines(4, &client, &mut peer).await;

    let lost = open.by_line.remove(&2).unwrap();
    peer.cut(2);
    for (_, asking) in lost {
        let verdict = asking.await.unwrap();
        assert_eq!(verdict, Verdict::Unknown { reason: UnknownReason::Cut });
    }
    for (heard, asking) in open.by_line.into_values().flatten() {
        peer.accept(&heard);
        assert!(matches!(asking.await.unwrap(), Verdict::Approved { .. }));
    }

    // What is missing is opened again.
    let mut open = Open { asked: 1_000, ..Open::default() };
    while !open.by_line.contains_key(&4) {
        assert!(open.asked < 1_000 + SALES_MAX, "no further line was opened");
        open.ask(&client, &mut peer).await;
    }
}

#[tokio::test]
async fn a_line_that_cannot_be_opened_stops_no_other() {
    let mut peer = Peer::new().await;
    let client = peer.client("connections = 3");
    client.prepare().await.unwrap();
    peer.refuse_sign_ons(true);

    let mut open = Open::default();
    for _ in 0..20 {
        open.ask(&client, &mut peer).await;
    }
    let prepared = client.prepare().await;

    assert_eq!(prepared, Ok(()));
    // Whether the second line came before the refusal or not, nobody was kept waiting, and the
    // destination was not asked for another line with every sale.
    assert!(peer.lines_opened() <= 3, "{} attempts", peer.lines_opened());
}

#[tokio::test]
async fn a_signed_off_line_is_passed_over_while_another_takes_sales() {
    let mut peer = Peer::new().await;
    let client = peer.client("connections = 2");
    let mut open = Open::default();
    open.until_lines(2, &client, &mut peer).await;

    peer.notify(0, "002", &[]).await;
    for _ in 0..10 {
        assert_eq!(open.ask(&client, &mut peer).await, 1);
    }
    assert_eq!(peer.sign_ons(), 2);
}

#[tokio::test]
async fn a_line_that_answers_no_echo_is_given_up_for_the_others_and_still_heard() {
    let mut peer = Peer::new().await;
    let client = peer.watchful_client("connections = 2");
    let mut open = Open::default();
    open.until_lines(2, &client, &mut peer).await;
    // Of lines with as many questions the first one is greeted.
    while open.by_line[&0].len() != open.by_line[&1].len() {
        open.ask(&client, &mut peer).await;
    }

    peer.be_deaf_on(0);
    let echoed = client.echo().await;
    let next = open.ask(&client, &mut peer).await;
    let (heard, asking) = open.by_line.remove(&0).unwrap().remove(0);
    peer.accept(&heard);

    assert_eq!(echoed, Ok(()));
    assert_ne!(next, 0, "a line that is mute was asked");
    assert!(matches!(asking.await.unwrap(), Verdict::Approved { .. }));
}

#[tokio::test]
async fn a_late_answer_counts_from_a_line_that_was_given_up() {
    let mut peer = Peer::new().await;
    let client = peer.watchful_client("");
    let mut late = client.late().unwrap();
    let sale = peer.hear_given_up_sale(&client).await;

    peer.be_deaf_on(0);
    let echoed = client.echo().await;
    peer.accept(&sale);
    let told = late.next().await.unwrap();

    assert_eq!((echoed, peer.lines_opened()), (Ok(()), 2));
    let LateAnswer::Authorization { transaction: id, .. } = told else { panic!("{told:?}") };
    assert_eq!(id, transaction());
}

#[tokio::test]
async fn a_late_answer_counts_from_whichever_line_it_comes() {
    let mut peer = Peer::new().await;
    let client = peer.client("connections = 2");
    let mut late = client.late().unwrap();
    let mut open = Open::default();
    open.until_lines(2, &client, &mut peer).await;
    let mut lines = BTreeMap::new();
    while lines.len() < 2 {
        let heard = peer.hear_given_up_sale(&client).await;
        open.ask(&client, &mut peer).await;
        lines.insert(heard.line, heard);
    }

    for heard in lines.values() {
        peer.accept(heard);
        let told = late.next().await.unwrap();

        let LateAnswer::Authorization { transaction: id, .. } = told else { panic!("{told:?}") };
        assert_eq!(id, transaction());
    }
}

#[tokio::test]
async fn every_line_is_signed_off_when_the_client_is_closed() {
    let mut peer = Peer::new().await;
    let client = peer.client("connections = 3");
    let mut open = Open::default();
    open.until_lines(3, &client, &mut peer).await;

    let closing = tokio::spawn(async move { client.close().await });
    let mut signed_off = Vec::new();
    for _ in 0..3 {
        let heard = peer.hear().await;
        assert_eq!(heard.text(70), "002");
        peer.accept(&heard);
        signed_off.push(heard.line);
    }
    closing.await.unwrap();

    signed_off.sort_unstable();
    assert_eq!(signed_off, [0, 1, 2]);
}
