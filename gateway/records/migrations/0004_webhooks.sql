-- Events by tenant, and webhooks: who is told of them, and how far each receiver has come.

-- Whose a step is, beside it: one tenant's events are picked out while the chain is read in its
-- order. There is no index by tenant: it would dirty a page for nearly every step.
ALTER TABLE audit ADD COLUMN app TEXT;
ALTER TABLE audit ADD COLUMN shop TEXT;
UPDATE audit SET
    app = (SELECT app FROM transactions WHERE transactions.id = audit.transaction_id),
    shop = (SELECT shop FROM transactions WHERE transactions.id = audit.transaction_id);

-- Every event up to `read_up_to` is over or has its row in webhook_events. Secrets are sealed.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    app TEXT REFERENCES apps (id),
    shop TEXT REFERENCES shops (id),
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    former_secret TEXT,
    former_until_ms BIGINT NOT NULL,
    standing TEXT NOT NULL,
    read_up_to BIGINT NOT NULL
);

-- Events that the cursor has passed and the receiver has not taken: waiting, or given up (parked).
CREATE TABLE webhook_events (
    webhook TEXT NOT NULL REFERENCES webhooks (id),
    seq BIGINT NOT NULL,
    transaction_id TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    since_ms BIGINT NOT NULL,
    again_ms BIGINT NOT NULL,
    parked_ms BIGINT,
    PRIMARY KEY (webhook, seq)
);

-- Which gateway delivers; the others look on.
CREATE TABLE webhook_lease (
    id BIGINT PRIMARY KEY,
    holder TEXT NOT NULL,
    until_ms BIGINT NOT NULL
);
INSERT INTO webhook_lease (id, holder, until_ms) VALUES (1, '', 0);
