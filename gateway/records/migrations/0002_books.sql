-- The ledger in two phases. An entry is 'posted' at once, or 'pending' and later 'posted' or
-- 'voided'. Rows are never changed or deleted: a resolution repeats the reserved lines, and the
-- key lets a transaction have one reservation and one end.
ALTER TABLE ledger RENAME TO ledger_before;
CREATE TABLE ledger (
    transaction_id TEXT NOT NULL,
    stage BIGINT NOT NULL,
    line BIGINT NOT NULL,
    phase TEXT NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    debit BIGINT NOT NULL,
    credit BIGINT NOT NULL,
    CONSTRAINT ledger_once PRIMARY KEY (transaction_id, stage, line),
    CONSTRAINT ledger_phase CHECK (
        (stage = 0 AND phase = 'pending') OR (stage = 1 AND phase IN ('posted', 'voided'))
    ),
    CONSTRAINT ledger_sides CHECK (
        debit >= 0 AND credit >= 0 AND (debit = 0 OR credit = 0)
    )
);
INSERT INTO ledger (transaction_id, stage, line, phase, account, currency, debit, credit)
SELECT transaction_id, 1, line, 'posted', account, currency, debit, credit FROM ledger_before;
DROP TABLE ledger_before;

-- `audit verify` walks everything of a range of touches.
CREATE INDEX sales_touch ON sales (touch) WHERE touch IS NOT NULL;
