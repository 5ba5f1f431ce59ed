//! The main job, F1 to F4, F7, F8 and F10: a touch arrives where the money is, and everybody's
//! books agree.
//!
//! Owns the checks of a payment that went well: destination, ledger, audit chain, POS, phone. What
//! else can happen is in [`super::outcomes`].

use baton_core::relay::plan::Executor;
use baton_gateway::demo::apps::{card_code, wallet_code};
use baton_protocol::ids::AgentId;
use baton_protocol::target::Way;
use baton_protocol::work::State;
use baton_records::admin::Change;
use baton_records::audit::ChainCheck;
use baton_simulators::EntryState;
use baton_simulators::pos::entry::{SaleResult, Source};
use baton_tests::world::servers::Server;
use baton_tests::world::tables::MEMBER;
use baton_tests::{Reply, Store, Wishes, World, accrue, pay, until};
use std::sync::{Arc, Mutex};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

#[tokio::test]
async fn f1_a_standalone_terminal_sends_the_code_to_the_card_host() -> anyhow::Result<()> {
    let world = World::with_counter().await?;

    payment_at_the_counter(&world).await
}

#[tokio::test]
async fn f1_on_postgres_is_the_same() -> anyhow::Result<()> {
    let Some(store) = Store::postgres() else { return Ok(()) };
    let mut world = World::start(Wishes { store, ..Wishes::default() }).await?;
    world.start_counter().await?;

    payment_at_the_counter(&world).await
}

#[tokio::test]
async fn f2_the_agent_enters_the_code_into_the_pos_which_pays() -> anyhow::Result<()> {
    let world = World::with_till().await?;
    let code = wallet_code(&world.apps.wallet_url).await?;

    let paid = world.wallet().finish(&pay(&world.cast.till, &world.wallet(), &code, 5_000)).await?;

    assert_booked(&world, &paid, &world.servers.wallet, 5_000).await?;
    assert_ledger(&world, &paid, ["clearing:wallet", "merchant:corner-cafe"], 5_000, "KRW").await?;
    assert_pos_sold(&world, &paid, Source::Window).await
}

#[tokio::test]
async fn f3_a_standalone_terminal_collects_points() -> anyhow::Result<()> {
    let world = World::with_counter().await?;

    let body = accrue(&world.cast.counter, &world.points(), MEMBER, 45);
    let collected = world.points().finish(&body).await?;

    assert_booked(&world, &collected, &world.servers.points, 45).await?;
    assert_ledger(&world, &collected, ["points_issued:points", "points_held:points"], 45, "PTS")
        .await
}

#[tokio::test]
async fn f4_a_scanner_line_collects_points_at_the_pos() -> anyhow::Result<()> {
    let world = World::with_till().await?;

    let body = accrue(&world.cast.till, &world.points(), MEMBER, 45);
    let collected = world.points().finish(&body).await?;

    assert_booked(&world, &collected, &world.servers.points, 45).await?;
    assert_ledger(&world, &collected, ["points_issued:points", "points_held:points"], 45, "PTS")
        .await?;
    assert_pos_sold(&world, &collected, Source::Scanner).await
}

#[tokio::test]
async fn f7_the_next_touch_pays_the_sale_that_the_merchant_opened() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let sale = world.merchant().sale(&world.cast.counter, 12_000).await?;
    let seen = world.wallet().resolve(&world.cast.counter).await?;
    let code = wallet_code(&world.apps.wallet_url).await?;

    let body = serde_json::json!({
        "terminal_id": world.cast.counter,
        "payment": {"app_id": world.wallet().app(), "code": code},
        "sale_id": seen.body["sale"]["sale_id"],
    });
    let paid = world.wallet().finish(&body).await?;

    assert_eq!(seen.body["sale"]["amount"], 12_000);
    assert_booked(&world, &paid, &world.servers.wallet, 12_000).await?;
    let sold = world.merchant().look(&sale).await?;
    assert_eq!(sold.state(), "paid");
    assert_eq!(sold.body["touch_id"], paid.body["touch_id"]);
    Ok(())
}

#[tokio::test]
async fn f8_a_payment_cancelled_before_the_submit_never_reaches_the_destination()
-> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let mute = Mute::listen().await?;
    let address = mute.address.clone();
    world.change(&Change::DestinationMove { id: world.servers.card.id.clone(), address }).await?;
    let code = card_code()?;
    let body = pay(&world.cast.counter, &world.card(), &code, 4_500);
    let touch = world.card().touch(&body).send().await?;
    until("the terminal signs on", async || Ok((!mute.heard().is_empty()).then_some(()))).await?;

    let asked = world.card().cancel(touch.transaction()?).await?;
    let events = world.card().events(touch.touch()?, None).await?;

    assert_eq!(asked.status, 200);
    let last = events.last().map(|(_, event)| (event.state, event.reason.as_deref()));
    assert_eq!(last, Some((State::Cancelled, Some("cancelled"))));
    assert!(!contains(&mute.heard(), code.as_bytes()), "the code reached the destination");
    assert_eq!(world.books.lines(touch.transaction()?).await?, []);
    let again = world.card().cancel(touch.transaction()?).await?;
    assert_eq!(again.refusal(), (409, "state_wrong"));
    Ok(())
}

#[tokio::test]
async fn f10_a_terminal_is_paired_and_parted_while_it_runs() -> anyhow::Result<()> {
    let mut world = World::with_counter().await?;
    world.start_till().await?;
    let pair =
        |agent: Option<AgentId>| Change::Pair { terminal: world.cast.counter.clone(), agent };
    let mut sold = Vec::new();

    for agent in [None, Some(world.cast.agent.clone()), None] {
        world.change(&pair(agent)).await?;
        let code = wallet_code(&world.apps.wallet_url).await?;
        let body = pay(&world.cast.counter, &world.wallet(), &code, 3_000);
        let paid = world.wallet().finish(&body).await?;
        assert_booked(&world, &paid, &world.servers.wallet, 3_000).await?;
        sold.push(world.pos_sales().await?.len());
    }

    assert_eq!(sold, [0, 1, 1], "only the touch while paired went through the POS");
    Ok(())
}

#[tokio::test]
async fn f10_what_is_under_way_keeps_its_way_while_the_pairing_changes() -> anyhow::Result<()> {
    let world = World::start(Wishes::default()).await?;
    let mut counter = world.hand_at_the_counter().await?;
    let agent = world.badge(&Executor::Agent(world.cast.agent.clone())).await?;
    let mut agent = world.take_place(&agent).await?;
    let pair =
        |agent: Option<AgentId>| Change::Pair { terminal: world.cast.counter.clone(), agent };
    let card = world.card();
    let body = |code: &str| pay(&world.cast.counter, &card, code, 4_500);

    world.change(&pair(None)).await?;
    let standalone = card.touch(&body("C-STANDALONE")).send().await?;
    let at_counter = counter.command().await?;
    world.change(&pair(Some(world.cast.agent.clone()))).await?;
    let paired = card.touch(&body("C-PAIRED")).send().await?;
    let at_agent = agent.command().await?;
    world.change(&pair(None)).await?;
    let busy = card.touch(&body("C-NEXT")).send().await?;
    agent.approve(&at_agent).await?;
    counter.approve(&at_counter).await?;
    let ends = [
        card.until_state(paired.touch()?, State::Approved).await?,
        card.until_state(standalone.touch()?, State::Approved).await?,
    ];
    let next = card.touch(&body("C-AFTER")).send().await?;
    let after = counter.command().await?;
    counter.approve(&after).await?;
    card.until_state(next.touch()?, State::Approved).await?;

    assert_eq!(at_counter.transaction, standalone.transaction()?);
    assert_eq!(at_agent.transaction, paired.transaction()?);
    assert_eq!(busy.refusal(), (409, "busy"), "the first command is still at the counter");
    assert_eq!(after.transaction, next.transaction()?);
    for end in ends {
        assert_eq!(world.books.lines(end.transaction()?).await?.len(), 2);
    }
    Ok(())
}

#[tokio::test]
async fn a_destination_that_moved_is_found_by_the_next_touch() -> anyhow::Result<()> {
    let world = World::with_counter().await?;
    let Way::Iso8583 { address } = world.servers.card.way.clone() else {
        anyhow::bail!("the card host speaks ISO 8583")
    };
    let id = world.servers.card.id.clone();
    let body = |code: &str| pay(&world.cast.counter, &world.card(), code, 4_500);
    let nowhere = nobody_listens().await?;
    world.change(&Change::DestinationMove { id: id.clone(), address: nowhere }).await?;
    let refused = world.card().finish(&body(&card_code()?)).await?;

    world.change(&Change::DestinationMove { id, address }).await?;
    let paid = world.card().finish(&body(&card_code()?)).await?;

    assert_eq!(refused.state(), "cancelled");
    assert_eq!(refused.first()?.reason.as_deref(), Some("unreachable"));
    assert_eq!(world.servers.card.net(refused.transaction()?).await?, 0);
    assert_booked(&world, &paid, &world.servers.card, 4_500).await
}

async fn payment_at_the_counter(world: &World) -> anyhow::Result<()> {
    let body = pay(&world.cast.counter, &world.card(), &card_code()?, 4_500);

    let paid = world.card().finish(&body).await?;

    assert_booked(world, &paid, &world.servers.card, 4_500).await?;
    assert_ledger(world, &paid, ["clearing:card-host", "merchant:corner-cafe"], 4_500, "KRW").await
}

/// Phone, destination and audit chain say the same.
pub async fn assert_booked(
    world: &World,
    reply: &Reply,
    server: &Server,
    amount: i64,
) -> anyhow::Result<()> {
    assert_eq!((reply.status, reply.state()), (200, "approved"), "{reply:?}");
    assert_eq!(reply.first()?.amount, amount);
    let entry = server.entry(reply.transaction()?).await?;
    let booked = entry.map(|entry| (entry.state, entry.amount, entry.charges, entry.reversed));
    assert_eq!(booked, Some((EntryState::Approved, amount, 1, 0)));
    assert!(matches!(world.audit().await?, ChainCheck::Whole { records } if records >= 3));
    Ok(())
}

/// The two lines of a transaction that moved something.
async fn assert_ledger(
    world: &World,
    reply: &Reply,
    [debit, credit]: [&str; 2],
    amount: i64,
    currency: &str,
) -> anyhow::Result<()> {
    let lines = world.books.lines(reply.transaction()?).await?;
    let currency = || currency.to_owned();
    let expected =
        [(debit.to_owned(), amount, 0, currency()), (credit.to_owned(), 0, amount, currency())];
    assert_eq!(lines, expected);
    Ok(())
}

pub async fn assert_pos_sold(world: &World, reply: &Reply, source: Source) -> anyhow::Result<()> {
    let sales = world.pos_sales().await?;
    let [sale] = sales.as_slice() else { anyhow::bail!("not one sale: {sales:?}") };
    assert_eq!((sale.transaction_id, sale.source), (reply.transaction()?, source));
    assert!(matches!(sale.result, SaleResult::Approved { .. }), "{sale:?}");
    Ok(())
}

/// A destination that takes connections and bytes, and never says a word.
struct Mute {
    address: String,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Mute {
    async fn listen() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let heard = Arc::<Mutex<Vec<u8>>>::default();
        let ear = heard.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let ear = ear.clone();
                tokio::spawn(async move {
                    let mut chunk = [0; 1024];
                    while let Ok(read @ 1..) = stream.read(&mut chunk).await {
                        let mut heard = ear.lock().unwrap();
                        heard.extend_from_slice(&chunk[..read]);
                    }
                });
            }
        });
        Ok(Self { address, heard })
    }

    fn heard(&self) -> Vec<u8> {
        self.heard.lock().unwrap().clone()
    }
}

/// An address at which a connection is refused.
async fn nobody_listens() -> anyhow::Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0").await?.local_addr()?.to_string())
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
