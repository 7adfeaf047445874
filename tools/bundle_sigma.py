"""Bundle sigma.js and graphology, which draw the page of many people, into one script.

    python tools/bundle_sigma.py

`npm` fetches the packages by name and version, `esbuild` joins them. The script is part of the
wheel, since the page works offline; beside it stands where it comes from and under which licences.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

BUNDLED = {"sigma": "3.0.3", "graphology": "0.26.0"}
TOOLS = {"esbuild": "0.28.2"}
TARGET = Path(__file__).parents[1] / "graphkit" / "render" / "sigma"
ENTRY = """\
import Graph from "graphology";
import Sigma from "sigma";
window.sigmaLibrary = { Graph, Sigma };
"""


def bundle() -> None:
    """Fetch the packages and write script and note."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "package.json").write_text(
            json.dumps({"private": True, "dependencies": BUNDLED | TOOLS}), "utf-8"
        )
        (folder / "entry.js").write_text(ENTRY, "utf-8")
        subprocess.run(["npm", "install", "--silent", "--ignore-scripts"], cwd=folder, check=True)
        options = [
            "--bundle",
            "--minify",
            "--format=iife",
            "--target=es2022",
            "--metafile=meta.json",
        ]
        subprocess.run(
            ["node_modules/.bin/esbuild", "entry.js", *options, "--outfile=out.js"],
            cwd=folder,
            check=True,
        )
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
        inside = sorted({each.split("/")[1] for each in meta["inputs"] if "node_modules" in each})
        TARGET.mkdir(exist_ok=True)
        script = (folder / "out.js").read_text("utf-8")
        (TARGET / "sigma.min.js").write_text(script, "utf-8")
        (TARGET / "sigma.txt").write_text(
            "\n".join(_note(folder, each) for each in inside), "utf-8"
        )
    print(f"wrote {len(script):,} characters: {', '.join(inside)}")


def _note(folder: Path, name: str) -> str:
    """Where a package comes from, and its licence in full."""
    lock = json.loads((folder / "package-lock.json").read_text("utf-8"))
    at = folder / "node_modules" / name
    package = json.loads((at / "package.json").read_text("utf-8"))
    licence = next(each for each in sorted(at.iterdir()) if each.name.upper().startswith("LICENSE"))
    integrity = lock["packages"][f"node_modules/{name}"]["integrity"]
    home = package.get("homepage", package["repository"]["url"])
    return (
        f"{name} {package['version']}, {package['license']} licence, {home}\n"
        f"Integrity of the package: {integrity}\n\n{licence.read_text('utf-8').strip()}\n"
    )


if __name__ == "__main__":
    bundle()
