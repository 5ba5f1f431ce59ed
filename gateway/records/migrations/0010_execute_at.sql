-- Who sends the work of terminals without a POS to a destination: the terminal or the gateway.
ALTER TABLE destinations ADD COLUMN execute_at TEXT NOT NULL DEFAULT 'terminal';
