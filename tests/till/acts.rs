//! Two acts on one sale: the shopper's member number, then the payment.
//!
//! Owns what each must bring, by the word of three who do not know one another: Tryton's database,
//! the gateway, the destination's ledger. Next: [`crate::stage`], then [`crate::line`].

use crate::clock::until;
use crate::line::hand_over;
use crate::shopper::Shopper;
use crate::stage::Counter;
use crate::story::Story;
use anyhow::{Context, ensure};
use baton_gateway::demo::apps::{AppSigner, DEMO_MEMBER};
use baton_protocol::code::{MemberId, PaymentCode};
use baton_protocol::ids::TouchId;
use baton_protocol::money::{Currency, Money};
use baton_protocol::work::{MembershipAction, State, Work};
use baton_tests::world::servers::Server;
use serde_json::json;

/// How long an entry may take to be in Tryton's database, in seconds: seen are 1 to 3.
const WRITTEN_S: u64 = 30;
/// What a member gets, in hundredths of the amount.
const POINTS_HUNDREDTHS: i64 = 1;

/// Plays everything; true when nothing is missing.
pub fn play(story: &Story) -> bool {
    let mut missing = Vec::new();
    match Counter::set_up(story) {
        Ok(mut counter) => {
            let mut act = |name: &str, played: anyhow::Result<()>| {
                if let Err(fault) = played {
                    missing.push(format!("{name}: {fault:#}"));
                }
            };
            match counter.welcome(story) {
                Ok((mut shopper, amount)) => {
                    act("membership", counter.membership(&mut shopper, amount, story));
                    act("payment", counter.payment(&mut shopper, amount, story));
                }
                Err(fault) => act("phone page", Err(fault)),
            }
            counter.clear();
        }
        Err(fault) => missing.push(format!("counter: {fault:#}")),
    }
    story.end(&missing)
}

impl Counter {
    /// Opens the phone page, and reads from Tryton what the sale costs.
    fn welcome(&self, story: &Story) -> anyhow::Result<(Shopper, i64)> {
        let address = format!("{}/t/{}", self.world.public()?, self.world.cast.till);
        let mut shopper = Shopper::open(&address)?;
        let shop = shopper
            .seen("shop", "document.querySelector('#choose:not([hidden]) #shop')?.textContent")?;
        story.say("phone", &format!("the page {address} is open: {shop}"));
        let total = self.row(
            "SELECT sum(quantity * unit_gross_price)::int FROM sale_point_sale_line WHERE sale = ",
        )?;
        let amount = total.parse().context("the sale has no total")?;
        story.say("till", &format!("sale {} costs {amount} won", self.sale));
        Ok((shopper, amount))
    }

    /// The page has no button for points, so its own functions are called in it.
    fn membership(&self, shopper: &mut Shopper, amount: i64, story: &Story) -> anyhow::Result<()> {
        let Self { world, .. } = self;
        let (app, points) = (&world.apps.membership, amount * POINTS_HUNDREDTHS / 100);
        let touch =
            shopper.seen("touch of the membership", &in_page(&world.cast.till, app, points))?;
        let touch = touch.as_str().and_then(|id| id.parse().ok());
        let touch: TouchId = touch.context("the page sent no membership")?;
        let what = "sent a membership by the page's own functions (it has no button for one)";
        story.say("phone", &format!("{what}: {points} points"));
        let member = self.written("SELECT baton_member FROM sale_point_sale WHERE id = ")?;
        story.say("till", &format!("Tryton's database: sale {} has member {member}", self.sale));
        ensure!(member == DEMO_MEMBER, "the till has member {member} instead of {DEMO_MEMBER}");
        let member_id = MemberId::try_from(member)?;
        let work = Work::Membership { member_id, action: MembershipAction::Accrue, points };
        self.settle((&world.servers.points, app), touch, work, story)?;
        self.show(
            "SELECT 'sale ' || id || ', ' || state || ', member ' || baton_member \
                   FROM sale_point_sale WHERE id = ",
            story,
        )
    }

    fn payment(&self, shopper: &mut Shopper, amount: i64, story: &Story) -> anyhow::Result<()> {
        let app = &self.world.apps.wallet;
        shopper.tap(&format!("label.option:has(input[value=\"{}\"])", app.app()))?;
        shopper.tap("#amount")?;
        shopper.write(&amount.to_string())?;
        shopper.tap("#pay")?;
        let asked = shopper.seen(
            "question",
            "document.querySelector('#confirm[open] #confirm-amount')?.textContent",
        )?;
        story.say("phone", &format!("chose {}, typed {amount}, is asked for {asked}", app.app()));
        shopper.tap("#confirm-yes")?;
        story.say("phone", "confirmed");
        let code = self.paid()?;
        let last =
            |code: &str| code.get(code.len().saturating_sub(4)..).unwrap_or_default().to_owned();
        let at = format!("Tryton's database: sale {} is paid", self.sale);
        story.say("till", &format!("{at} with the code that ends with {}", last(&code)));
        let paid = self.row("SELECT amount::int FROM sale_point_payment WHERE sale = ")?.parse()?;
        ensure!(paid == amount, "the till has {paid} instead of {amount}");
        let touch = shopper
            .seen("touch", "JSON.parse(sessionStorage.getItem('baton-touch') ?? '{}').touchId")?;
        let touch = touch.as_str().and_then(|id| id.parse().ok());
        let word = shopper.seen("word", "document.querySelector('#word').textContent")?;
        story.say("phone", &format!("shows {word}"));
        let amount = Money::new(paid, Currency::from_letters("KRW")?);
        let work = Work::Payment { code: PaymentCode::try_from(code)?, amount };
        self.settle((&self.world.servers.wallet, app), touch.context("no touch")?, work, story)?;
        let word = shopper.seen(
            "approval",
            "document.querySelector('#outcome[data-state=approved] #word')?.textContent",
        )?;
        story.say("phone", &format!("shows {word}"));
        self.show(
            "SELECT 'sale ' || s.id || ', ' || s.state || ', payment ' || p.id || ': ' || \
                   p.amount || ' by ' || m.name || ', code …' || right(p.baton_code, 4) || ', ' || \
                   'member ' || coalesce(s.baton_member, 'none') \
                   FROM sale_point_sale s JOIN sale_point_payment p ON p.sale = s.id \
                   JOIN sale_point_payment_method m ON m.id = p.method WHERE s.id = ",
            story,
        )
    }

    /// The till's line hands over what is in its database, and the gateway finds out by inquiry.
    fn settle(
        &self,
        (server, app): (&Server, &AppSigner),
        touch: TouchId,
        work: Work,
        story: &Story,
    ) -> anyhow::Result<()> {
        let Self { world, runtime, .. } = self;
        let phone = world.phone(app);
        let transaction = runtime.block_on(phone.look(touch))?.transaction()?;
        let handed = hand_over(world, (server, app.app()), transaction, work);
        let reference = runtime.block_on(handed)?;
        let said = format!("took it from the till's line, which is played here, as {reference}");
        story.say(server.id.as_str(), &said);
        runtime.block_on(phone.until_state(touch, State::Approved))?;
        let events = runtime.block_on(phone.events(touch, None))?;
        let first = events.first().map_or(0, |(_, event)| event.at_ms);
        let word = |(_, event): &(i64, baton_protocol::phone::TouchEvent)| {
            let why = event.reason.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
            format!("{}{why} at {} ms", event.state.word(), event.at_ms - first)
        };
        let words: Vec<String> = events.iter().map(word).collect();
        story.say("gateway", &words.join(", "));
        let unknown = events.iter().any(|(_, event)| event.state == State::Unknown);
        ensure!(unknown, "the gateway was told more than \"taken\"");
        let net = runtime.block_on(server.net(transaction))?;
        ensure!(net == 1, "{} charged {net} times", server.id);
        story.say(server.id.as_str(), "has it in its ledger once");
        Ok(())
    }

    /// Waits until the sale is paid, and returns the code.
    fn paid(&self) -> anyhow::Result<String> {
        let codes = until(WRITTEN_S, || {
            let codes = self.shop.codes(self.sale).ok()?;
            (!codes.is_empty()).then_some(codes)
        });
        let codes = codes.context("no payment came to Tryton's database")?;
        let [code] = codes.as_slice() else {
            anyhow::bail!("Tryton's database has {} payments instead of one", codes.len());
        };
        Ok(code.clone())
    }

    /// Waits until a question to Tryton's database about this sale has an answer.
    fn written(&self, question: &str) -> anyhow::Result<String> {
        let mut last = Ok(String::new());
        let found = until(WRITTEN_S, || {
            last = self.row(question);
            last.as_ref().ok().filter(|row| !row.is_empty()).cloned()
        });
        last?;
        found.context("nothing came to Tryton's database")
    }

    /// Asks Tryton's database about this sale; more than one row is one too many.
    fn row(&self, question: &str) -> anyhow::Result<String> {
        let rows = self.shop.ask(&format!("{question}{}", self.sale))?;
        let rows: Vec<&str> = rows.lines().collect();
        ensure!(rows.len() < 2, "Tryton's database has {} rows instead of one", rows.len());
        Ok(rows.first().copied().unwrap_or_default().to_owned())
    }

    fn show(&self, question: &str, story: &Story) -> anyhow::Result<()> {
        let row = self.row(question)?;
        ensure!(!row.is_empty(), "Tryton's database has no such sale any more");
        story.say("till", &format!("Tryton's database: {row}"));
        Ok(())
    }
}

/// A membership sent by the functions that the page itself uses, once however often this is asked;
/// says the touch.
fn in_page(terminal: &impl std::fmt::Display, app: &AppSigner, points: i64) -> String {
    let (terminal, app) = (json!(terminal.to_string()), json!(app.app()));
    format!(
        "(() => {{ window.tillTouch ??= {{ id: '' }}; \
         window.tillSent ??= (async () => {{ \
         const {{ openSession, send }} = await import('/web/phone/gateway.js'); \
         const session = await openSession({terminal}, {app}); \
         const membership = {{ app_id: {app}, member_id: session.member_id, \
         action: 'accrue', points: {points} }}; \
         const body = {{ terminal_id: {terminal}, membership }}; \
         const key = crypto.randomUUID(); \
         const answer = await send(key, body, session.token, () => {{}}); \
         window.tillTouch.id = answer.touch_id; \
         }})().catch((fault) => {{ window.tillTouch.id = 'refused: ' + fault.message; }}); \
         return window.tillTouch.id; }})()"
    )
}
