"""Reads a data set with pandas, polars and DuckDB, and sees that all three find the same.

    pip install pandas pyarrow polars duckdb
    python docs/python/read.py data
"""

import hashlib
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl


def digest(columns):
    """Of each column, one after the other, as text that all three write alike."""
    sha = hashlib.sha256()
    for name, values in columns:
        sha.update(name.encode())
        for value in values:
            missing = value is None or value is pd.NA or value != value
            text = repr(float(value)) if is_number(value) else str(value)
            sha.update(f"{'' if missing else text}\n".encode())
    return sha.hexdigest()[:16]


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


KINDS = {"bool": "truth", "time": "instant", "int": "count", "float": "number", "double": "number"}


def kind_of(name):
    """One word for what each reader calls otherwise."""
    return next((kind for part, kind in KINDS.items() if part in name.lower()), "text")


def by_pandas(files):
    # What may be missing keeps its type.
    frame = pd.concat([pd.read_parquet(file, dtype_backend="numpy_nullable") for file in files])
    kinds = [kind_of(str(kind)) for kind in frame.dtypes]
    return len(frame), kinds, digest((name, plain(frame[name])) for name in frame.columns)


def by_polars(files):
    frame = pl.concat([pl.read_parquet(file) for file in files])
    return frame.height, [kind_of(str(kind)) for kind in frame.dtypes], digest(
        (name, epochs(frame[name]).to_list()) for name in frame.columns
    )


def by_duckdb(files):
    rows = duckdb.sql(f"SELECT * FROM read_parquet({[str(file) for file in files]})")
    kinds = [kind_of(str(kind)) for kind in rows.types]
    frame = rows.fetchall()
    columns = zip(rows.columns, zip(*frame) if frame else [[] for _ in rows.columns])
    instants = ((name, [instant(value) for value in values]) for name, values in columns)
    return len(frame), kinds, digest(instants)


def plain(column):
    """Instants as microseconds, all else as Python has it."""
    if str(column.dtype).startswith("datetime"):
        return [None if value is pd.NaT else value.value // 1000 for value in column]
    return [None if pd.isna(value) else value for value in column.tolist()]


def epochs(column):
    return column.dt.epoch("us") if isinstance(column.dtype, pl.Datetime) else column


def instant(value):
    """Microseconds since 1970, without the rounding of a double."""
    if not hasattr(value, "timestamp"):
        return value
    epoch = pd.Timestamp(0, tz="UTC").to_pydatetime()
    since = (value if value.tzinfo else value.replace(tzinfo=epoch.tzinfo)) - epoch
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def main(folder):
    entries = sorted(path for path in (Path(folder) / "data").iterdir() if path.is_dir())
    tables = [(entry.name, sorted(entry.glob("*.parquet"))) for entry in entries]
    tables += [(name, [Path(folder) / f"{name}.parquet"]) for name in ("events", "units")]
    unlike = 0
    for name, files in tables:
        found = {reader.__name__[3:]: reader(files) for reader in (by_pandas, by_polars, by_duckdb)}
        rows, kinds, sha = found["pandas"]
        same = all(one == found["pandas"] for one in found.values())
        unlike += not same
        print(f"{'same  ' if same else 'UNLIKE'} {name}: {rows} rows, {len(kinds)} columns, {sha}")
        for reader, one in [] if same else found.items():
            print(f"       {reader}: {one}")
    return 1 if unlike else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
