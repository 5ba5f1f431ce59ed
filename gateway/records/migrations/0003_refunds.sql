-- Refunds and voids, and touches with two halves.

-- What a refund or void gives back, and what that was for.
ALTER TABLE transactions ADD COLUMN original TEXT;
ALTER TABLE transactions ADD COLUMN original_purpose TEXT;
-- The half of the touch that must be approved first, and the one that waits for this.
ALTER TABLE transactions ADD COLUMN after_half TEXT;
ALTER TABLE transactions ADD COLUMN then_half TEXT;
-- What was given back, or is being given back, of an approved transaction: never more than it.
ALTER TABLE transactions ADD COLUMN refunded_minor BIGINT NOT NULL DEFAULT 0
    CHECK (refunded_minor >= 0);

CREATE INDEX transactions_original ON transactions (original) WHERE original IS NOT NULL;

-- One row a request of a merchant: its key is spent here.
CREATE TABLE refund_requests (
    shop TEXT NOT NULL,
    request_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    transaction_id TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (shop, request_key)
);
CREATE INDEX refund_requests_transaction ON refund_requests (transaction_id);
