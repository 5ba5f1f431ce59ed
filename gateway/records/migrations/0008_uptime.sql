-- When a transaction came, by a clock that no restart of a program and no step of the wall moves:
-- which start of the machine it was, and how long after it, in milliseconds. NULL: nobody knows.
ALTER TABLE transactions ADD COLUMN boot TEXT;
ALTER TABLE transactions ADD COLUMN boot_ms BIGINT;
