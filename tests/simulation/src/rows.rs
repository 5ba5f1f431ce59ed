//! The rows F1 to F39 of the fault table, in our own short words.
//!
//! Owns what each row is called: where it strikes, what breaks, what must come of it. The page is
//! made from it and the dice choose from it. Next: `setup.rs`.

/// One row of the fault table by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row(pub u8);

/// What is said about a row.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// Its number.
    pub row: Row,
    /// Where it strikes.
    pub point: &'static str,
    /// What breaks.
    pub fault: &'static str,
    /// What must come of it.
    pub must: &'static str,
}

const fn row(number: u8, point: &'static str, fault: &'static str, must: &'static str) -> Words {
    Words { row: Row(number), point, fault, must }
}

/// Every row that the relay answers for.
pub const ROWS: [Words; 39] = [
    row(1, "phone", "killed before it sends", "nothing happened"),
    row(
        2,
        "phone to gateway",
        "request lost or cut short",
        "no effect; the same key is sent again",
    ),
    row(3, "phone to gateway", "request twice, at two gateways at once", "one transaction"),
    row(4, "gateway", "killed after the insert, before the answer", "the retry finds it"),
    row(5, "gateway to phone", "answer lost, phone offline", "status by key or transaction"),
    row(6, "phone", "same code under a new key", "refused; one transaction"),
    row(7, "gateway", "killed while the insert is on its way", "all of it stands or none"),
    row(8, "gateway", "killed after the commit, before the send", "the outbox sends it"),
    row(9, "gateway", "two nodes think they own the terminal", "the lower epoch is refused"),
    row(10, "gateway", "database down, disk full, fsync fails", "503 first; nothing taken is lost"),
    row(11, "gateway", "stopped for a minute, then goes on", "stale timers fail harmlessly"),
    row(12, "gateway", "clock steps a day ahead or ten minutes back", "no code ends by our clock"),
    row(13, "bus", "hints lost, doubled, wiped", "nothing is lost; the store is read"),
    row(14, "gateway to device", "command lost", "sent again, or fenced"),
    row(15, "gateway to device", "command comes after its cancel", "the fence refuses it"),
    row(16, "gateway, device", "half-open connection", "heartbeats close it"),
    row(17, "device", "power cut before accepted", "sent again, or fenced"),
    row(18, "device", "power cut between accepted and submitted", "fenced"),
    row(19, "device", "power cut between submitted and answer", "unknown, then inquiry"),
    row(20, "device", "power cut between answer and its record", "unknown, then inquiry"),
    row(21, "device", "dead for ever", "the gateway asks and reverses by itself"),
    row(22, "device", "journal full, damaged or rolled back", "not ready, suspect, or refused"),
    row(23, "device to destination", "request lost", "unknown, not declined"),
    row(24, "device to destination", "request comes after the reversal", "tombstone refuses it"),
    row(25, "destination", "charges, then dies before it answers", "inquiry finds the charge"),
    row(26, "destination to device", "answer lost, cut or garbled", "unknown, then inquiry"),
    row(27, "destination", "answers twice, differently", "the first durable word stays"),
    row(28, "destination", "another amount in the answer", "not approved; inquiry and alarm"),
    row(29, "destination", "5xx, 429, maintenance", "unknown if sent; questions go on"),
    row(30, "destination", "code used, on a repeated request", "unknown, then inquiry"),
    row(
        31,
        "device to gateway",
        "result lost, doubled, late",
        "replayed; late ones change nothing",
    ),
    row(32, "gateway to device", "final word lost", "said again on the next connection"),
    row(33, "gateway to destination", "reversal lost or doubled", "repeated until accepted"),
    row(34, "POS", "focus stolen, another window", "cleared and fenced"),
    row(35, "POS", "crashes after the submit", "unknown, inquiry, never reversed"),
    row(36, "POS", "shows the approval, agent misses it", "inquiry finds the charge"),
    row(37, "scanner", "one barcode read twice", "one transaction"),
    row(38, "phone and till", "no network at both", "nothing is taken"),
    row(39, "executor", "hangs, dies or answers junk", "unknown, then inquiry"),
];

impl Row {
    /// Returns its place in [`ROWS`].
    #[must_use]
    pub const fn place(self) -> usize {
        self.0 as usize - 1
    }
}
