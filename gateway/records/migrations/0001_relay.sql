-- The relay's tables, in the SQL that SQLite and PostgreSQL both read.
-- Ids and digests are TEXT, times are milliseconds since 1970, amounts are minor units.

CREATE TABLE tables_revision (
    id BIGINT PRIMARY KEY,
    revision BIGINT NOT NULL
);
INSERT INTO tables_revision (id, revision) VALUES (1, 1);

-- Every change of the tables below: who, when, what. Append-only.
CREATE TABLE table_history (
    revision BIGINT PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    who TEXT NOT NULL,
    change TEXT NOT NULL
);

CREATE TABLE shops (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL
);

-- What a merchant's order system shows to open sales; only the digest is kept.
CREATE TABLE shop_tokens (
    token_digest TEXT PRIMARY KEY,
    shop TEXT NOT NULL REFERENCES shops (id)
);

CREATE TABLE agents (
    id TEXT PRIMARY KEY,
    shop TEXT NOT NULL REFERENCES shops (id),
    standing TEXT NOT NULL,
    public_key TEXT,
    epoch BIGINT NOT NULL
);

-- Table 1: terminal -> paired agent or none.
CREATE TABLE terminals (
    id TEXT PRIMARY KEY,
    shop TEXT NOT NULL REFERENCES shops (id),
    agent TEXT REFERENCES agents (id),
    amount_from TEXT NOT NULL,
    standing TEXT NOT NULL,
    public_key TEXT,
    epoch BIGINT NOT NULL
);

CREATE TABLE destinations (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    way TEXT NOT NULL,
    address TEXT NOT NULL,
    capabilities TEXT NOT NULL,
    standing TEXT NOT NULL
);

-- Table 2: app -> destination, with the key that signs the app's tokens.
CREATE TABLE apps (
    id TEXT PRIMARY KEY,
    destination TEXT NOT NULL REFERENCES destinations (id),
    standing TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    key_id TEXT NOT NULL,
    public_key_pem TEXT NOT NULL
);

CREATE TABLE enrolments (
    code_digest TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    device TEXT NOT NULL,
    expires_ms BIGINT NOT NULL,
    used_ms BIGINT
);

-- One row a request of a phone: its key and its token are spent here.
CREATE TABLE touches (
    id TEXT PRIMARY KEY,
    app TEXT NOT NULL,
    request_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    token_id TEXT NOT NULL,
    terminal TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    UNIQUE (app, request_key),
    UNIQUE (app, token_id)
);

CREATE TABLE transactions (
    id TEXT PRIMARY KEY,
    touch TEXT NOT NULL,
    terminal TEXT NOT NULL,
    executor_role TEXT NOT NULL,
    executor TEXT NOT NULL,
    app TEXT NOT NULL,
    shop TEXT NOT NULL,
    destination TEXT NOT NULL,
    capabilities TEXT NOT NULL,
    route TEXT NOT NULL,
    purpose TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    code_digest TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    prior BIGINT NOT NULL,
    since_ms BIGINT NOT NULL,
    doubt_since_ms BIGINT,
    reversal_decided BIGINT NOT NULL,
    accepted_ms BIGINT NOT NULL,
    final_ms BIGINT,
    reason TEXT
);
CREATE INDEX transactions_touch ON transactions (touch);
CREATE INDEX transactions_open ON transactions (executor) WHERE final_ms IS NULL;
CREATE UNIQUE INDEX transactions_code ON transactions (app, code_digest) WHERE state <> 'rejected';

-- What executors must still be told; the sealed code is erased when its transaction is final.
CREATE TABLE outbox (
    transaction_id TEXT PRIMARY KEY,
    executor_role TEXT NOT NULL,
    executor TEXT NOT NULL,
    message TEXT NOT NULL,
    sealed TEXT
);
CREATE INDEX outbox_executor ON outbox (executor);

CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (id, seq, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- Every step of every transaction, hash-chained. Append-only; also the event log.
CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    transaction_id TEXT NOT NULL,
    touch TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX audit_touch ON audit (touch, seq);

CREATE TABLE ledger (
    transaction_id TEXT NOT NULL,
    line BIGINT NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    debit BIGINT NOT NULL,
    credit BIGINT NOT NULL,
    PRIMARY KEY (transaction_id, line)
);

CREATE TABLE sales (
    id TEXT PRIMARY KEY,
    terminal TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    order_ref TEXT NOT NULL,
    state TEXT NOT NULL,
    touch TEXT,
    expires_ms BIGINT NOT NULL
);
CREATE INDEX sales_open ON sales (terminal) WHERE state IN ('open', 'taken');
