-- What calls for people: cases, the evidence for them, who proposed what, and who may decide.

-- A removed operator keeps the name, without a token: names stand in the audit for ever.
CREATE TABLE operators (
    name TEXT PRIMARY KEY,
    token_digest TEXT UNIQUE,
    added_ms BIGINT NOT NULL,
    removed_ms BIGINT
);

-- One case a subject and kind. A subject is a transaction's id, or `terminal:ID`, `agent:ID`.
CREATE TABLE exceptions (
    id TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    shop TEXT NOT NULL,
    destination TEXT,
    opened_ms BIGINT NOT NULL,
    closed_ms BIGINT,
    PRIMARY KEY (subject, kind)
);

-- What was said and done about a subject. Append-only; the same again is counted.
CREATE TABLE exception_evidence (
    subject TEXT NOT NULL,
    digest TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    operator TEXT NOT NULL,
    body TEXT NOT NULL,
    first_ms BIGINT NOT NULL,
    last_ms BIGINT NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (subject, digest)
);

CREATE TABLE exception_proposals (
    subject TEXT PRIMARY KEY,
    decision TEXT NOT NULL,
    operator TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_ms BIGINT NOT NULL
);

-- Where each device's journal ended when it was last heard of, and what is wrong with it.
CREATE TABLE device_journals (
    role TEXT NOT NULL,
    device TEXT NOT NULL,
    seq BIGINT,
    hash TEXT,
    trusted_from_ms BIGINT NOT NULL,
    suspicion TEXT,
    said_seq BIGINT,
    said_hash TEXT,
    suspected_ms BIGINT,
    PRIMARY KEY (role, device)
);
