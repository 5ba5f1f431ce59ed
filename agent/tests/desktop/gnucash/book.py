# Makes a small GnuCash book of one till, as an SQLite file: book.py FILE
#
# GnuCash's own library makes the tables; the till and its currency are put in afterwards.
import sqlite3
import sys

from gnucash import GnuCashBackendException, Session, SessionOpenMode

file = sys.argv[1]
try:
    Session(f'sqlite3://{file}', SessionOpenMode.SESSION_NEW_STORE).end()
except GnuCashBackendException as fault:
    # It reports a missing helper for online quotes, after the tables are there.
    print(fault, file=sys.stderr)

won, till = '1'.zfill(32), '2'.zfill(32)
with sqlite3.connect(file) as book:
    book.execute('DELETE FROM gnclock')
    book.execute(
        "INSERT INTO commodities (guid, namespace, mnemonic, fullname, fraction, quote_flag)"
        " VALUES (?, 'CURRENCY', 'KRW', 'Won', 1, 0)", (won,))
    book.execute(
        "INSERT INTO accounts (guid, name, account_type, commodity_guid, commodity_scu,"
        " non_std_scu, parent_guid) SELECT ?, 'Till', 'CASH', ?, 1, 0, root_account_guid"
        " FROM books", (till, won))
