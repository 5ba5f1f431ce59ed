-- Whose a scanned code is: rules in the order in which they are tried; the first that fits wins.
CREATE TABLE code_rules (
    place BIGINT PRIMARY KEY,
    app TEXT NOT NULL REFERENCES apps (id),
    rule TEXT NOT NULL
);
