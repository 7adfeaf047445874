"""Ctrl-C in a terminal: what takes long shows how far it is, stops, and loses nothing."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from graphkit.graph import KnowledgeGraph
from graphkit.network import Network
from graphkit.progress import listening

PATIENCE = 120.0


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand papers, so that all shortest paths take more than a minute."""
    rng = np.random.default_rng(0)
    people = [f"author:{number}" for number in range(15_000)]
    teams = [rng.choice(15_000, 4, replace=False) for _ in range(10_000)]
    rows = {
        "papers": [{"id": f"paper:{at}"} for at in range(len(teams))],
        "authors": [{"id": one, "name": one} for one in people],
        "authorships": [
            {"paper": f"paper:{at}", "author": people[row], "position": position}
            for at, team in enumerate(teams)
            for position, row in enumerate(team, 1)
        ],
    }
    path = tmp_path_factory.mktemp("large") / "x.kg"
    KnowledgeGraph(
        {name: [{**row, "source": "source:s"} for row in each] for name, each in rows.items()}
    ).save(path)
    return path


def interrupted(words: list[str], seen: str) -> tuple[int, str]:
    """Run graphkit in a terminal, and press Ctrl-C when it shows something."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ |= {"COLUMNS": "100", "TERM": "xterm"}
        # A shell that runs the tests in the background has Ctrl-C ignored by all that they start.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execv(sys.executable, [sys.executable, "-m", "graphkit.cli", *words])
    out = b""
    pressed = False
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                out += os.read(terminal, 65536)
            except OSError:  # the other end is closed
                break
        if not pressed and seen.encode() in out:
            os.write(terminal, b"\x03")
            pressed = True
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    assert pressed, out.decode(errors="replace")
    return os.waitstatus_to_exitcode(status), out.decode(errors="replace")


def test_what_was_measured_before_is_printed(large: Path) -> None:
    words = ["measure", str(large), "degree", "weighted-betweenness", "papers", "--top", "3"]
    code, out = interrupted(words, "weighted-betweenness")
    assert code == 130
    # The bar said how far it was; then come the finished column and what is missing.
    assert "━" in out
    table = out[out.rindex("━") :]
    assert "degree" in table
    assert "author:" in table
    assert "graphkit: interrupted: not measured: weighted-betweenness, papers" in table
    assert "Traceback" not in out


def test_nothing_to_print_is_no_table(large: Path) -> None:
    code, out = interrupted(["measure", str(large), "weighted-closeness"], "weighted-closeness")
    assert code == 130
    assert "author:" not in out
    assert "Traceback" not in out


def test_a_network_keeps_what_it_measured() -> None:
    rows = [{"id": f"author:{at}", "name": str(at)} for at in range(50)]
    links = [
        {"paper": f"paper:{at}", "author": f"author:{at + s}"} for at in range(49) for s in (0, 1)
    ]
    papers = [{"id": f"paper:{at}"} for at in range(49)]
    network: Network = KnowledgeGraph(
        {"authors": rows, "papers": papers, "authorships": links}
    ).coauthors()

    def stop(what: str, done: int, total: int) -> None:
        if what == "harmonic":
            raise KeyboardInterrupt

    with listening(stop), pytest.raises(KeyboardInterrupt):
        network.measure("closeness", "harmonic")
    heard: list[str] = []
    with listening(lambda what, done, total: heard.append(what)):
        found = network.measure("closeness", "harmonic")
    assert set(heard) == {"harmonic"}
    assert found["closeness"].notna().all()


@pytest.mark.skipif(os.name == "nt", reason="there are no groups of processes there")
@pytest.mark.parametrize("in_memory", [False, True])
def test_a_query_ends_with_whoever_asked_it(large: Path, in_memory: bool) -> None:
    session = f"""if True:
        import graphkit as gk
        kg = gk.open({str(large)!r}, in_memory={in_memory})
        print(kg.query("ASK {{}}"), flush=True)
        kg.query("SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c > ?f) }}")"""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", session],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        time.sleep(1)
        process.kill()
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    pytest.fail("a process went on evaluating")
