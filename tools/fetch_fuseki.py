"""Fetch the server of Apache Jena Fuseki, which tests talk to, into the user's cache.

    python tools/fetch_fuseki.py

It comes with Maven (`mvn`) and runs on Java 17. Prints where the jar is.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

__all__ = ["JAR", "fetch"]

ARTIFACT, VERSION = "jena-fuseki-server", "5.3.0"
JAR = Path.home() / ".cache" / "graphkit" / f"{ARTIFACT}-{VERSION}.jar"


def fetch() -> Path:
    """Where the jar is, fetched if it is not there.

    Returns
    -------
    pathlib.Path
    """
    if not JAR.exists():
        JAR.parent.mkdir(parents=True, exist_ok=True)
        coordinates = f"-Dartifact=org.apache.jena:{ARTIFACT}:{VERSION}"
        command = ["mvn", "-q", "-B", "dependency:copy", coordinates]
        subprocess.run([*command, f"-DoutputDirectory={JAR.parent}"], check=True)
    return JAR


if __name__ == "__main__":
    print(fetch())
