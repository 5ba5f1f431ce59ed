//! Two acts on one sale: the shopper's member number, then the payment.
//!
//! Owns what each must bring, by the word of three who do not know one another: Tryton's database,
//! the gateway, the destination's ledger. Next: [`crate::stage`], which is set up first, then
//! [`crate::line`].

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
use serde_json::{Value, json};

/// One point for so many won.
const WON_A_POINT: i64 = 100;

/// Plays everything; true when nothing is missing.
pub fn play(typed: Option<i64>, story: &Story) -> bool {
    let mut missing = Vec::new();
    let mut act = |name: &str, played: anyhow::Result<()>| {
        if let Err(fault) = played {
            missing.push(format!("{name}: {fault:#}"));
        }
    };
    match Counter::set_up(story) {
        Ok(mut counter) => {
            match counter.welcome(story) {
                Ok((mut shopper, costs)) => {
                    act("membership", counter.membership(&mut shopper, costs, story));
                    let amount = typed.unwrap_or(costs);
                    act("payment", counter.payment(&mut shopper, amount, story));
                }
                Err(fault) => act("phone page", Err(fault)),
            }
            counter.clear();
        }
        Err(fault) => act("counter", Err(fault)),
    }
    story.end(&missing)
}

impl Counter {
    /// Opens the phone page, and reads from Tryton what the sale costs.
    fn welcome(&self, story: &Story) -> anyhow::Result<(Shopper, i64)> {
        let costs = self.witness.costs()?;
        story.say("till", &format!("sale {} costs {costs} won", self.witness.sale));
        let address = format!("{}/t/{}", self.world.public()?, self.world.cast.till);
        let mut shopper = Shopper::open(&address)?;
        let shop = "document.querySelector('#choose:not([hidden]) #shop')?.textContent";
        let shop = shopper.reads("shop", shop)?;
        story.say("phone", &format!("opens {address}: {shop}"));
        Ok((shopper, costs))
    }

    /// The page has no button for points, so its own functions are called in it.
    fn membership(&self, shopper: &mut Shopper, costs: i64, story: &Story) -> anyhow::Result<()> {
        let (app, points) = (&self.world.apps.membership, costs / WON_A_POINT);
        let sent = in_page(&json!(self.world.cast.till), &json!(app.app()), points);
        let touch = touch(&shopper.reads("touch of the membership", &sent)?)?;
        let how = "by the page's own functions, for it has no button for this";
        story.say("phone", &format!("sent a membership of {points} points {how}"));
        let member = self.witness.member()?;
        let at = format!("Tryton's database: sale {}", self.witness.sale);
        story.say("till", &format!("{at} has member {member}"));
        ensure!(member == DEMO_MEMBER, "the till has member {member} instead of {DEMO_MEMBER}");
        let member_id = MemberId::try_from(member)?;
        let work = Work::Membership { member_id, action: MembershipAction::Accrue, points };
        self.settle((&self.world.servers.points, app), touch, work, story)?;
        story.say("till", &format!("Tryton's database: {}", self.witness.all()?));
        Ok(())
    }

    fn payment(&self, shopper: &mut Shopper, amount: i64, story: &Story) -> anyhow::Result<()> {
        let app = &self.world.apps.wallet;
        shopper.tap(&format!("label.option:has(input[value=\"{}\"])", app.app()))?;
        shopper.tap("#amount")?;
        shopper.write(&amount.to_string())?;
        shopper.tap("#pay")?;
        let asked = "document.querySelector('#confirm[open] #confirm-amount')?.textContent";
        let asked = shopper.reads("question", asked)?;
        story.say("phone", &format!("chose {}, typed {amount}, is asked for {asked}", app.app()));
        shopper.tap("#confirm-yes")?;
        story.say("phone", "confirmed");
        let (code, paid) = self.witness.paid()?;
        let last4 = code.get(code.len().saturating_sub(4)..).unwrap_or_default();
        let at = format!("Tryton's database: sale {}", self.witness.sale);
        story.say("till", &format!("{at} is paid, {paid} won, code …{last4}"));
        ensure!(paid == amount, "the till has {paid} won instead of {amount}");
        let kept = "JSON.parse(sessionStorage.getItem('baton-touch') ?? '{}').touchId";
        let touch = touch(&shopper.reads("touch", kept)?)?;
        let amount = Money::new(paid, Currency::from_letters("KRW")?);
        let work = Work::Payment { code: PaymentCode::try_from(code)?, amount };
        self.settle((&self.world.servers.wallet, app), touch, work, story)?;
        let steps = "document.querySelector('#outcome[data-state=approved]') && \
                     Array.from(document.querySelectorAll('#steps li'), \
                     (step) => Array.from(step.children, (part) => part.textContent).join(' ')) \
                     .join(', ')";
        story.say("phone", &format!("shows {}", shopper.reads("approval", steps)?));
        story.say("till", &format!("Tryton's database: {}", self.witness.all()?));
        Ok(())
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
        let began_ms = events.first().map_or(0, |(_, event)| event.at_ms);
        let mut words = Vec::new();
        for (_, event) in &events {
            let why = event.reason.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
            words.push(format!("{}{why} at {} ms", event.state.word(), event.at_ms - began_ms));
        }
        story.say("gateway", &words.join(", "));
        let doubted = events.iter().any(|(_, event)| event.state == State::Unknown);
        ensure!(doubted, "the agent said more than \"taken\", which is all that Tryton shows");
        let times = runtime.block_on(server.net(transaction))?;
        ensure!(times == 1, "{} has it {times} times", server.id);
        story.say(server.id.as_str(), "has it in its ledger once");
        Ok(())
    }
}

fn touch(text: &str) -> anyhow::Result<TouchId> {
    text.parse().ok().with_context(|| format!("the page has no touch but {text}"))
}

/// A membership sent by the functions that the page itself uses, once however often this is asked;
/// says the touch.
fn in_page(terminal: &Value, app: &Value, points: i64) -> String {
    format!(
        "(() => {{ window.till ??= {{ touch: '' }}; \
         window.till.sent ??= (async () => {{ \
         const {{ openSession, send }} = await import('/web/phone/gateway.js'); \
         const session = await openSession({terminal}, {app}); \
         const membership = {{ app_id: {app}, member_id: session.member_id, \
         action: 'accrue', points: {points} }}; \
         const body = {{ terminal_id: {terminal}, membership }}; \
         const answer = await send(crypto.randomUUID(), body, session.token, () => {{}}); \
         window.till.touch = answer.touch_id; \
         }})().catch((fault) => {{ window.till.touch = fault.message; }}); \
         return window.till.touch; }})()"
    )
}
