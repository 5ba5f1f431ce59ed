-- The state from which a transaction stepped: a row moves only from the version and the state at
-- which it was read. Two writers may count to the same version on different ways.
ALTER TABLE transactions ADD COLUMN prior_state TEXT NOT NULL DEFAULT '';
