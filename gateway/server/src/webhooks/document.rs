//! The words of an event, the same by cursor and by webhook.
//!
//! Owns the translation of a stored step into the document of the protocol.

use baton_protocol::event::Event;
use baton_records::events::EventRow;

/// Words an event.
#[must_use]
pub fn event(row: EventRow) -> Event {
    Event {
        id: row.seq,
        kind: Event::kind_of(row.state),
        transaction_id: row.transaction,
        touch_id: row.touch,
        terminal_id: row.terminal,
        shop_id: row.shop,
        app_id: row.app,
        purpose: row.purpose,
        state: row.state,
        amount: row.amount.minor,
        currency: row.amount.currency,
        reason: row.reason,
        at_ms: row.at.ms(),
    }
}
