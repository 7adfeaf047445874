"""Bring the editor that `graphkit serve` shows up to a release of yasgui.

    python tools/bundle_editor.py [VERSION]

`npm` fetches the package by name; its two files are kept as they are, beside a note of where they
come from. The page works offline, so they are part of the wheel.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE, VERSION = "@zazuko/yasgui", "4.6.2"
EDITOR = Path(__file__).parents[1] / "graphkit" / "web" / "editor"
KEPT = ("yasgui.min.js", "yasgui.min.css")
NOTE = """{package} {version}, {licence} licence, {homepage}
Integrity of the package: {integrity}

{licence_text}"""
# The package names its licence and its authors, but does not carry the text.
LICENCE_TEXT = """\
Copyright (c) {authors}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


def bundle(version: str) -> None:
    """Fetch a release and put its files in their place.

    Parameters
    ----------
    version : str
    """
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", f"{PACKAGE}@{version}", "--json"]
        done = subprocess.run(command, cwd=folder, check=True, capture_output=True)
        packed = json.loads(done.stdout)
        with tarfile.open(Path(folder, packed[0]["filename"])) as archive:
            archive.extractall(folder, filter="data")
        package = json.loads(Path(folder, "package", "package.json").read_text("utf-8"))
        for name in KEPT:
            shutil.copyfile(Path(folder, "package", "build", name), EDITOR / name)
    authors = [package["author"], *(each["name"] for each in package["contributors"])]
    note = NOTE.format(
        package=PACKAGE,
        version=version,
        licence=package["license"],
        homepage=package["homepage"],
        integrity=packed[0]["integrity"],
        licence_text=LICENCE_TEXT.format(authors=", ".join(authors)),
    )
    (EDITOR / "yasgui.txt").write_text(note, "utf-8")


if __name__ == "__main__":
    bundle(sys.argv[1] if len(sys.argv) > 1 else VERSION)
