"""Rankings of collaborators beside each other: who met whom, as the corpus' own past foretells.

Run ``python bench/collaborators.py FILE [2020 2018] [--most 3000]`` on a file that `graphkit.read`
takes. Authors are told apart by their printed names, without case, accents and punctuation.
"""

from __future__ import annotations

import argparse
import re
import unicodedata


def normalised(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return "author:" + ("_".join(re.findall(r"\w+", kept)) or "unknown")


def main() -> None:
    import pyarrow as pa

    import graphkit as gk
    from graphkit.recommend import evaluate

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("years", nargs="*", type=int, default=[2020, 2018])
    parser.add_argument("--most", type=int, default=3000)
    parser.add_argument("--by", choices=["career", "distance"])
    given = parser.parse_args()
    read = gk.read(given.file)
    rows = read.table("authorships", as_read=True)
    names = rows["printed_name"].combine_chunks().dictionary_encode()
    ids = pa.array([normalised(name) for name in names.dictionary.to_pylist()]).take(names.indices)
    by_name = rows.set_column(rows.schema.get_field_index("author"), "author", ids)
    tables = {name: read.table(name, as_read=True) for name in ("papers", "venues", "sources")}
    kg = gk.KnowledgeGraph({**tables, "authorships": by_name})
    for year in given.years:
        found = evaluate(kg, year, most=given.most, by=given.by).round(4)
        print(f"{year}\n{found.to_string(index=False)}", flush=True)


if __name__ == "__main__":
    main()
