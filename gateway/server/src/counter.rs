//! What a terminal asks for by itself: pay with a code that its scanner read, open a sale.
//!
//! Owns whose a scanned code is and who asks in its name. A scan goes the way of a touch from then
//! on ([`crate::touch`]): to the destination from a standalone terminal, to the POS from a paired
//! one. An agent asks for nothing. Next: [`crate::sockets`], which carries the answers.

use crate::actors::keeper::Keeper;
use crate::identity::token::Caller;
use crate::sales;
use crate::tables::Snapshot;
use crate::touch::{self, Asker, Refused};
use crate::world::World;
use baton_core::relay::plan::Executor;
use baton_core::relay::request;
use baton_protocol::code::PaymentCode;
use baton_protocol::ids::{AppId, AskId, RequestKey, TerminalId, TouchId};
use baton_protocol::link::{Downward, Upward};
use baton_protocol::money::Money;
use baton_protocol::phone::DestinationKind;
use baton_protocol::refusal::RefusalCode;

/// What stands as the order number of a sale whose amount was typed at the terminal.
const ORDER_REF_TYPED: &str = "typed at the terminal";

/// A question of a terminal.
#[derive(Debug)]
pub struct Question {
    /// Carried back by the answer.
    pub ask: AskId,
    /// What it asks for.
    pub wish: Wish,
}

/// What a terminal may ask for.
#[derive(Debug)]
pub enum Wish {
    /// Pay what is open with this code.
    Pay(PaymentCode),
    /// Open a sale of this amount; without one, close the open one.
    Sale(Option<Money>),
}

impl Question {
    /// Takes a message that asks for something, or gives it back.
    ///
    /// # Errors
    /// The message, when it is any other.
    pub fn of(said: Upward) -> Result<Self, Upward> {
        match said {
            Upward::Scanned { ask, code } => Ok(Self { ask, wish: Wish::Pay(code) }),
            Upward::Typed { ask, amount } => Ok(Self { ask, wish: Wish::Sale(amount) }),
            other @ (Upward::Hello { .. }
            | Upward::Accepted { .. }
            | Upward::Result { .. }
            | Upward::Fenced { .. }
            | Upward::NotReady { .. }
            | Upward::Shown { .. }
            | Upward::Ask { .. }
            | Upward::Ack
            | Upward::Journal { .. }
            | Upward::Contradicted { .. }
            | Upward::Sightings(_)
            | Upward::Later) => Err(other),
        }
    }

    /// Makes the answer that says no.
    #[must_use]
    pub const fn refused(&self, code: RefusalCode) -> Downward {
        Downward::Refused { ask: self.ask, code, first: None }
    }
}

/// Does what a terminal asks for and words the answer. It never fails: a refusal is an answer.
pub async fn answer(
    world: &World,
    keeper: &Keeper,
    from: &Executor,
    question: Question,
    touch: TouchId,
) -> Downward {
    let ask = question.ask;
    let Executor::Terminal(terminal) = from else {
        return question.refused(RefusalCode::Forbidden);
    };
    let done = match question.wish {
        Wish::Pay(code) => pay(world, keeper, terminal, ask, code, touch).await.map(Some),
        Wish::Sale(amount) => sale(world, keeper, terminal, amount).await.map(|()| None),
    };
    match done {
        Ok(touch) => Downward::Taken { ask, touch },
        Err(Refused { code, first }) => Downward::Refused { ask, code, first },
    }
}

async fn pay(
    world: &World,
    keeper: &Keeper,
    terminal: &TerminalId,
    ask: AskId,
    code: PaymentCode,
    touch: TouchId,
) -> Result<TouchId, Refused> {
    let _place = world.edges.admit_touch(world.records.writer.waiting())?;
    let (app, kind) = owner(&world.tables.snapshot(), &code)?;
    let body = request::scanned(terminal.clone(), app.clone(), kind, code)?;
    let key = RequestKey::new(ask.uuid());
    // A terminal has no token of the app; its question stands for one and is spent like one.
    let asker = Asker { caller: Caller { app, token_id: format!("scan.{ask}") }, key };
    touch::take(world, keeper, &asker, body, touch).await
}

/// The app whose code this is, by the first rule that it keeps, and what its destination does.
fn owner(snapshot: &Snapshot, code: &PaymentCode) -> Result<(AppId, DestinationKind), RefusalCode> {
    let rule = snapshot.code_rules.classify(code.reveal()).ok_or(RefusalCode::AppUnknown)?;
    let app: AppId = rule.scheme().parse().map_err(|_| RefusalCode::AppUnknown)?;
    let (app, destination) = snapshot.tables.lookup_app(&app).ok_or(RefusalCode::AppUnknown)?;
    Ok((app.id.clone(), destination.kind))
}

async fn sale(
    world: &World,
    keeper: &Keeper,
    terminal: &TerminalId,
    amount: Option<Money>,
) -> Result<(), Refused> {
    let known = world.tables.snapshot().tables.lookup_terminal(terminal).is_some();
    if !known {
        return Err(RefusalCode::TerminalUnknown.into());
    }
    let open = world.sales.lookup_open(terminal, world.clock.now());
    match (amount, open) {
        (None, None) => Ok(()),
        (None, Some(open)) => {
            sales::close(world, keeper, terminal, open.id).await?;
            Ok(())
        }
        (Some(amount), _) => {
            let order_ref = ORDER_REF_TYPED.to_owned();
            sales::open(world, keeper, terminal, amount, order_ref).await?;
            Ok(())
        }
    }
}
