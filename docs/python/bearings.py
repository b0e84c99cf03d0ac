"""Which ring is it? A first model of bearing flaws, split by device and, to compare, at random.

    pip install pandas pyarrow scikit-learn
    twinstorm generate docs/python/bearings.yaml --out bearings
    python docs/python/bearings.py bearings

Envelopes at the rates of rings and balls say which part is flawed, on bearings nobody has seen.
Energies of bands know each bearing by its own sound, and nothing of its flaw: a random split of
rows hides that, a split by device shows it.
"""

import sys
from pathlib import Path

import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, KFold

ENVELOPES = ["outer", "inner", "ball", "cage"]
BANDS = ["low", "middle", "high"]


def rows_of(folder):
    """Rows with a flaw, each with the class that its entry is called after."""
    tables = []
    for entry in sorted((Path(folder) / "data").iterdir()):
        table = pd.concat(pd.read_parquet(file) for file in sorted(entry.glob("*.parquet")))
        tables.append(table.assign(flaw=entry.name))
    rows = pd.concat(tables)
    return rows[rows["severity"] > 0].reset_index(drop=True)


def features(rows, names):
    """Envelopes against each other: how loud all of it is says how bad, and not where."""
    chosen = rows[names]
    return chosen.div(chosen.sum(axis=1), axis=0) if names == ENVELOPES else chosen


def score(rows, names, split):
    """Macro-F1 over five parts, each judged by what was learned of the other four."""
    given, wanted = features(rows, names), rows["flaw"]
    said = pd.Series(index=rows.index, dtype=object)
    groups = rows["device"] if isinstance(split, GroupKFold) else None
    for known, unknown in split.split(given, wanted, groups):
        model = RandomForestClassifier(n_estimators=200, random_state=1)
        model.fit(given.iloc[known], wanted.iloc[known])
        said.iloc[unknown] = model.predict(given.iloc[unknown])
    return f1_score(wanted, said, average="macro")


def main(folder):
    rows = rows_of(folder)
    print(f"{len(rows)} rows of {rows['device'].nunique()} bearings")
    print(f"{'features':<12}{'by device':>12}{'at random':>12}{'gap':>8}")
    found = {}
    for title, names in (("envelopes", ENVELOPES), ("bands", BANDS)):
        device = score(rows, names, GroupKFold(5))
        random = score(rows, names, KFold(5, shuffle=True, random_state=1))
        found[title] = device
        print(f"{title:<12}{device:>12.3f}{random:>12.3f}{random - device:>8.3f}")
    return 0 if found["envelopes"] >= 0.85 and found["bands"] <= 0.5 else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
