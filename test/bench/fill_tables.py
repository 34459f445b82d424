"""Fills tables of an SQLite file with the rows of documents, of which a file has one a line."""

import json
import sqlite3


def fill_tables(database, documents, rows_of):
    """`rows_of` gives of a document pairs of a table's name and a row, as a dictionary by column."""
    connection = sqlite3.connect(database, timeout=60)
    tables = {}
    with open(documents, encoding="utf-8") as lines:
        for line in lines:
            for table, row in rows_of(json.loads(line)):
                tables.setdefault((table, tuple(row)), []).append(tuple(row.values()))
    with connection:
        for (table, columns), rows in tables.items():
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            connection.executemany(f"insert into {table} ({names}) values ({marks})", rows)
    connection.close()
