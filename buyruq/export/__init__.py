"""A knowledge base in the formats of others: Akoma Ntoso, JSON-LD, Parquet, CSV, XLSX, SQLite."""

from buyruq.export.akn import clauses_of, write_akn
from buyruq.export.jsonld import write_jsonld
from buyruq.export.tables import VIEWS, write_csv, write_parquet, write_sqlite, write_xlsx

WRITERS = {
    "akn": write_akn,
    "jsonld": write_jsonld,
    "parquet": write_parquet,
    "csv": write_csv,
    "xlsx": write_xlsx,
    "sqlite": write_sqlite,
}

__all__ = [
    "VIEWS",
    "WRITERS",
    "clauses_of",
    "write_akn",
    "write_csv",
    "write_jsonld",
    "write_parquet",
    "write_sqlite",
    "write_xlsx",
]
