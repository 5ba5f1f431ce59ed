-- What the device that executed a transaction told of its own work, in its stable words: how sure
-- an entry was with what was seen (`typed-exact taken`), and why it did not do it (`modal`).
ALTER TABLE transactions ADD COLUMN told_evidence TEXT;
ALTER TABLE transactions ADD COLUMN told_cause TEXT;
