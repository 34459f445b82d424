"""What one writes with pandas: `tables.py diff A B KEY` and `tables.py profile A`."""
import sys

import pandas as pd


def diff(before: str, after: str, key: str) -> None:
    a, b = pd.read_csv(before), pd.read_csv(after)
    both = a.merge(b, on=key, how="outer", suffixes=("_a", "_b"), indicator=True)
    matched = both[both["_merge"] == "both"]
    changed = pd.Series(False, index=matched.index)
    for column in a.columns.drop(key):
        x, y = matched[column + "_a"], matched[column + "_b"]
        differ = (x != y) & ~(x.isna() & y.isna())
        print(column, int(differ.sum()))
        changed |= differ
    print(both["_merge"].value_counts(), int(changed.sum()))
    print(both[both["_merge"] != "both"].head(20), matched[changed].head(20))


def profile(file: str) -> None:
    table = pd.read_csv(file)
    print(table.describe(include="all", percentiles=[0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]))
    print(table.isna().sum(), table.nunique(), int(table.duplicated().sum()))
    for column in table.columns:
        print(table[column].value_counts().head(10))


{"diff": diff, "profile": profile}[sys.argv[1]](*sys.argv[2:])
