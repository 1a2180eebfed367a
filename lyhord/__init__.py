"""lyhord: customer service in social media."""

import sys

import pysqlite3
import pysqlite3.dbapi2

# Python 3.11 on Debian finds an SQLite with the WAL-reset fault (fixed in 3.51.3); pysqlite3 brings a sound one.
# Whoever imports lyhord, in whatever process, opens databases with it alone.
sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
