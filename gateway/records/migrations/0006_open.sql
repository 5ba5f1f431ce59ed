-- What a start reads: open transactions and sales in order, without a walk through everything that
-- ever was. Without these the order alone chose the primary key, and a million rows were read.

CREATE INDEX transactions_open_in_order ON transactions (id) WHERE final_ms IS NULL;
CREATE INDEX sales_open_in_order ON sales (id) WHERE state IN ('open', 'taken');
