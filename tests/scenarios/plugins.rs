//! Providers' plugins on the way of a payment: what goes well, what misbehaves, what comes and
//! goes while Baton runs.
//!
//! Owns the ends of transactions whose destination is a plugin. The terminal runs the plugin for
//! the charge, the gateway runs its own for inquiries and reversals. How a host survives a plugin
//! is told by the host's own tests.

use baton_core::relay::capability::Capabilities;
use baton_core::relay::lookup::{Destination, ExecuteAt, Standing};
use baton_destinations::{Stock, StockFault};
use baton_gateway::demo::apps::AppSigner;
use baton_plugin_host::Refusal;
use baton_plugin_host::manifest::Permissions;
use baton_protocol::phone::DestinationKind;
use baton_protocol::target::{Target, Way};
use baton_protocol::work::State;
use baton_records::admin::Change;
use baton_tests::world::plugins::Given;
use baton_tests::world::tables::AUDIENCE;
use baton_tests::{Phone, Reply, Wishes, Workshop, World, accrue, pay, until};
use serde_json::Value;
use stamp_card::card::SECRET;
use stamp_card::server::Server;
use stamp_card::server::book::Book;
use tokio::net::TcpListener;

/// Started as the plugins' processes.
const PROGRAM: &str = env!("CARGO_BIN_EXE_plugin-process");
/// A member of the stamp server.
const MEMBER: &str = "M-1001";
/// The key of the stamp server.
const KEY: &str = "stamps";

#[tokio::test]
async fn a_plugin_moves_points_at_the_terminal_that_was_touched() -> anyhow::Result<()> {
    let stamps = stamp_server()?;
    let origin = format!("http://{}", stamps.address);
    let shop = Shop::of_stamps(&origin, &origin).await?;

    let collected = shop.collect(45).await?;

    let id = collected.transaction()?;
    assert_eq!(collected.state(), "approved", "{collected:?}");
    assert_eq!(stamps.moves_of(&id.to_string()), 1);
    let accounts = shop.world.books.lines(id).await?.into_iter().map(|(account, ..)| account);
    assert_eq!(accounts.collect::<Vec<_>>(), ["points_issued:guest", "points_held:guest"]);
    Ok(())
}

#[tokio::test]
async fn a_charge_that_the_terminals_plugin_leaves_open_is_settled_by_the_gateways()
-> anyhow::Result<()> {
    let stamps = stamp_server()?;
    let silent = TcpListener::bind("127.0.0.1:0").await?;
    let at_the_counter = format!("http://{}", silent.local_addr()?);
    let shop = Shop::of_stamps(&at_the_counter, &format!("http://{}", stamps.address)).await?;

    let sent = shop.phone().touch(&shop.collecting(45)).send().await?;
    let end = shop.until_over(&sent).await?;

    // The server never heard of it, so it is told to refuse it should it still come.
    assert_eq!(end.state(), "reversed", "{end:?}");
    assert_eq!(stamps.moves_of(&end.transaction()?.to_string()), 0);
    assert_eq!(shop.world.books.lines(end.transaction()?).await?, []);
    Ok(())
}

#[tokio::test]
async fn a_plugin_that_dies_leaves_its_own_payment_in_doubt_and_no_other() -> anyhow::Result<()> {
    let shop = Shop::of_mischief().await?;

    shop.in_doubt(&["X-ABORT", "X-OVERFLOW", "X-ALLOCATE", "X-WILD", "X-FLOOD"]).await
}

#[tokio::test]
async fn a_plugin_that_never_ends_leaves_its_own_payment_in_doubt_and_no_other()
-> anyhow::Result<()> {
    let shop = Shop::of_mischief().await?;

    shop.in_doubt(&["X-HANG", "X-SPIN", "X-SILENT"]).await
}

#[tokio::test]
async fn a_plugin_that_lies_leaves_its_own_payment_in_doubt_and_no_other() -> anyhow::Result<()> {
    let shop = Shop::of_mischief().await?;
    let contract = ["X-PANIC", "X-STATUS", "X-TWICE", "X-LONGER"];
    let answers = ["X-JUNK", "X-WORD", "X-HUGE", "X-WRONGAMOUNT", "X-WRONGID"];

    shop.in_doubt(&contract).await?;
    shop.in_doubt(&answers).await
}

#[tokio::test]
async fn a_plugin_that_looks_for_a_way_out_finds_none() -> anyhow::Result<()> {
    let shop = Shop::of_mischief().await?;

    for code in ["X-FILES", "X-SOCKETS", "X-ENVIRONMENT", "X-SECRETS", "X-STRANGER"] {
        // It declines when it found its walls whole, and would approve what it could escape.
        let paid = shop.pay(code).await?;
        assert_eq!(paid.state(), "declined", "{code}: {paid:?}");
    }

    shop.goes_on("SEARCH").await
}

#[tokio::test]
async fn a_plugin_comes_and_goes_while_gateway_and_terminal_run() -> anyhow::Result<()> {
    let workshop = Workshop::open(PROGRAM)?;
    let shop = Shop::open(workshop, "misbehaving", DestinationKind::Wallet, "C2,C3").await?;

    let before = shop.pay("FINE-BEFORE").await?;
    shop.workshop.ship("misbehaving", Permissions::default()).await?;
    let mut codes = (1..).map(|number| format!("FINE-{number}-LIVE"));
    let mut next = || codes.next().unwrap_or_default();
    let with = until("payments are approved", async || {
        let paid = shop.pay(&next()).await?;
        Ok((paid.state() == "approved").then_some(paid))
    })
    .await?;
    shop.workshop.take_away("misbehaving")?;
    let after = until("payments are refused", async || {
        let paid = shop.pay(&next()).await?;
        Ok((paid.state() != "approved").then_some(paid))
    })
    .await?;

    // Without a plugin nothing is sent, so it is certain that nothing was charged.
    assert_eq!((before.state(), after.state()), ("cancelled", "cancelled"));
    assert_eq!(shop.world.books.lines(before.transaction()?).await?, []);
    assert_eq!(shop.world.books.lines(with.transaction()?).await?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn an_operator_puts_a_plugin_in_as_a_whole_or_not_at_all() -> anyhow::Result<()> {
    let workshop = Workshop::open(PROGRAM)?;
    let settings = workshop.settings("operator", &[])?;
    let good = workshop.signed("misbehaving", Permissions::default(), None).await?;
    let newer = workshop.signed("misbehaving", Permissions::default(), Some("9.0.0")).await?;
    let stock = Stock::open(&settings)?;

    let put = stock.put(&good).await?;
    let again = stock.put(&good).await?;
    // It says that it is of another version than its library, which shows when it is started.
    let lied = stock.put(&newer).await;
    let taken: Vec<_> = stock.list().into_iter().map(|one| one.found).collect();
    let others: Vec<_> = std::fs::read_dir(&settings.folder)?.collect();
    // Dropped in by hand it is the higher one as far as anybody can see.
    let by_hand = settings.folder.join("by-hand");
    std::fs::rename(newer, &by_hand)?;
    let older = stock.put(&good).await;
    // While that one cannot be judged, nothing takes its place.
    let library = by_hand.join("libmisbehaving.so");
    std::fs::rename(&library, by_hand.join("away"))?;
    let unjudged = stock.put(&good).await;

    assert_eq!(again, put);
    assert!(matches!(lied, Err(StockFault::Refused(Refusal::Unstartable { .. }))), "{lied:?}");
    assert_eq!(taken, [Ok(put)]);
    assert_eq!(others.len(), 1, "{others:?}");
    assert!(matches!(older, Err(StockFault::Older { .. })), "{older:?}");
    let Err(StockFault::Refused(Refusal::Unreadable { path, .. })) = unjudged else {
        panic!("it took the place of one that nobody could judge: {unjudged:?}");
    };
    assert_eq!(path, library);
    assert_eq!(stock.take_out("misbehaving")?.len(), 2);
    assert!(stock.list().is_empty());
    assert!(matches!(stock.take_out("misbehaving"), Err(StockFault::Unknown { .. })));
    Ok(())
}

/// A shop at whose counter one more app pays, through a plugin.
struct Shop {
    world: World,
    guest: AppSigner,
    workshop: Workshop,
}

impl Shop {
    /// With the stamp card, whose server the terminal and the gateway reach at these origins.
    async fn of_stamps(at_the_counter: &str, at_the_gateway: &str) -> anyhow::Result<Self> {
        let workshop = Workshop::open(PROGRAM)?;
        let hosts = [at_the_counter, at_the_gateway].map(str::to_owned).to_vec();
        let secrets = vec![SECRET.to_owned()];
        workshop.ship("stamp_card", Permissions { hosts, secrets }).await?;
        let given = |origin: &str| [Given::new("stamp-card", SECRET, &format!("{origin} {KEY}"))];
        let wishes = Wishes {
            counter_plugins: workshop.settings("counter", &given(at_the_counter))?,
            gateway_plugins: workshop.settings("gateway", &given(at_the_gateway))?,
            ..Wishes::hurried()
        };
        let kind = DestinationKind::Membership;
        Self::begin(workshop, wishes, "stamp-card", kind, "C2,C3,C4,C5").await
    }

    /// With the plugin that misbehaves as the code says.
    async fn of_mischief() -> anyhow::Result<Self> {
        let workshop = Workshop::open(PROGRAM)?;
        workshop.ship("misbehaving", Permissions::default()).await?;
        Self::open(workshop, "misbehaving", DestinationKind::Wallet, "C2,C3").await
    }

    async fn open(
        workshop: Workshop,
        plugin: &str,
        kind: DestinationKind,
        capabilities: &str,
    ) -> anyhow::Result<Self> {
        let wishes = Wishes {
            counter_plugins: workshop.settings("counter", &[])?,
            gateway_plugins: workshop.settings("gateway", &[])?,
            ..Wishes::hurried()
        };
        Self::begin(workshop, wishes, plugin, kind, capabilities).await
    }

    async fn begin(
        workshop: Workshop,
        wishes: Wishes,
        plugin: &str,
        kind: DestinationKind,
        capabilities: &str,
    ) -> anyhow::Result<Self> {
        let mut world = World::start(wishes).await?;
        let guest = AppSigner::generate("guest-app".parse()?, AUDIENCE)?;
        let target = Target::new("guest".parse()?, Way::Plugin { name: plugin.to_owned() });
        let destination = Destination {
            id: target.destination.clone(),
            kind,
            target,
            capabilities: Capabilities::parse(capabilities)?,
            execute_at: ExecuteAt::Terminal,
            standing: Standing::Active,
        };
        world.change(&Change::DestinationAdd(Box::new(destination))).await?;
        let (id, key) = (guest.app().clone(), guest.public());
        world.change(&Change::AppAdd { id, destination: "guest".parse()?, key }).await?;
        world.start_counter().await?;
        Ok(Self { world, guest, workshop })
    }

    fn phone(&self) -> Phone<'_> {
        self.world.phone(&self.guest)
    }

    fn collecting(&self, points: i64) -> Value {
        accrue(&self.world.cast.counter, &self.phone(), MEMBER, points)
    }

    async fn collect(&self, points: i64) -> anyhow::Result<Reply> {
        self.phone().finish(&self.collecting(points)).await
    }

    /// Pays at the counter, and waits for the end.
    async fn pay(&self, code: &str) -> anyhow::Result<Reply> {
        let body = pay(&self.world.cast.counter, &self.phone(), code, 4_500);
        let sent = self.phone().touch(&body).send().await?;
        self.until_over(&sent).await
    }

    async fn until_over(&self, sent: &Reply) -> anyhow::Result<Reply> {
        let touch = sent.touch()?;
        until("the transaction is over, or for people to end", async || {
            let seen = self.phone().look(touch).await?;
            let state = seen.first()?.state;
            Ok((state.is_final() || state == State::Suspense).then_some(seen))
        })
        .await
    }

    /// Each of these codes ends with people, who alone can find out; the next payment is approved.
    async fn in_doubt(&self, codes: &[&str]) -> anyhow::Result<()> {
        for code in codes {
            let doubtful = self.pay(code).await?;
            assert_eq!(doubtful.state(), "suspense", "{code}: {doubtful:?}");
            let lines = self.world.books.lines(doubtful.transaction()?).await?;
            assert_eq!(lines, [], "{code} is in the ledger");
            self.goes_on(code).await?;
        }
        Ok(())
    }

    async fn goes_on(&self, after: &str) -> anyhow::Result<()> {
        let paid = self.pay(&format!("FINE-{after}")).await?;
        assert_eq!(paid.state(), "approved", "after {after}: {paid:?}");
        Ok(())
    }
}

fn stamp_server() -> anyhow::Result<Server> {
    Ok(Server::start("127.0.0.1:0", KEY, Book::with(&[(MEMBER, 1_000)]))?)
}
