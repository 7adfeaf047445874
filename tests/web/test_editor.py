"""The editor page in a real browser: it answers, asks nobody else, and runs nothing from data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from graphkit.graph import KnowledgeGraph
from graphkit.sparql import named
from tests.web.conftest import Served

EVIL = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>"
WATCH = """
window.__violations = [];
addEventListener("securitypolicyviolation", (e) => window.__violations.push(e.violatedDirective));
"""


@dataclass
class Editor:
    """The page, and what it asked for and complained about."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, text: str) -> str:
        """Type a query, press the button, and read what is shown."""
        self.page.evaluate("void editor.getTab().setQuery('')")
        self.page.click(".CodeMirror")
        self.page.keyboard.insert_text(text)
        with self.page.expect_response(lambda response: "/sparql" in response.url):
            self.page.click(".yasqe_queryButton")
        self.page.wait_for_selector(".yasr_results *:visible")
        return str(self.page.inner_text(".yasr"))

    def check(self, address: str) -> None:
        assert self.page.evaluate("window.__violations") == []
        assert self.complaints == []
        self.check_requests(address)

    def check_requests(self, address: str) -> None:
        assert [url for url in self.requests if not url.startswith((address, "data:"))] == []


@pytest.fixture
def edit(browser: Any) -> Iterator[Callable[[Served], Editor]]:
    contexts = []

    def opened(server: Served) -> Editor:
        context = browser.new_context()
        contexts.append(context)
        context.add_init_script(WATCH)
        editor = Editor(context.new_page())
        editor.page.on("request", lambda request: editor.requests.append(request.url))
        editor.page.on("console", lambda said: editor.complaints.append(said.text))
        editor.page.on("pageerror", lambda error: editor.complaints.append(str(error)))
        editor.page.goto(server.address)
        editor.page.wait_for_selector(".yasqe_queryButton")
        return editor

    yield opened
    for context in contexts:
        context.close()


def test_a_query_is_typed_and_answered(served: Served, edit: Callable[[Served], Editor]) -> None:
    editor = edit(served)
    shown = editor.ask("SELECT (COUNT(*) AS ?papers) { ?paper a fabio:ResearchPaper }")
    assert "papers" in shown
    assert "44" in shown
    editor.check(served.address)


def test_a_class_is_offered_and_asked_for(served: Served, edit: Callable[[Served], Editor]) -> None:
    editor = edit(served)
    classes = editor.page.locator("#classes option").all_inner_texts()
    assert "foaf:Person (173)" in classes
    editor.page.select_option("#classes", label="foaf:Person (173)")
    assert "?it a foaf:Person" in editor.page.evaluate("editor.getTab().getQuery()")
    editor.check(served.address)


def test_a_named_query_takes_names(served: Served, edit: Callable[[Served], Editor]) -> None:
    editor = edit(served)
    query = named.queries()["coauthors-of"]
    editor.page.select_option("#queries", label=query.description)
    assert editor.page.inner_text("#question") == query.description
    # Nothing runs before it is known of whom.
    assert "/sparql?" not in "".join(editor.requests)
    editor.page.fill("#parameters input", "stol")
    option = "#parameters datalist option"
    editor.page.wait_for_selector(option, state="attached")
    assert editor.page.locator(option).all_inner_texts() == ["Andreas Stolcke"]
    editor.page.fill("#parameters input", "stolcke, andreas")
    editor.page.keyboard.press("Enter")
    editor.page.wait_for_selector(".yasr_results table tbody tr")
    assert "Brian King" in editor.page.inner_text(".yasr_results table tbody tr")
    # What stands in the editor now can be asked anywhere.
    text = editor.page.evaluate("editor.getTab().getQuery()")
    assert "PREFIX foaf: <http://xmlns.com/foaf/0.1/>" in text
    assert "author/Andreas_Stolcke>" in text
    assert editor.page.query_selector_all(".parseErrorIcon") == []
    editor.page.fill("#parameters input", "an")
    editor.page.click("#asked button")
    editor.page.wait_for_selector("#trouble:has-text('Which author?')")
    editor.page.fill("#parameters input", "nobody's name")
    editor.page.click("#asked button")
    editor.page.wait_for_selector("#trouble:has-text('No author is called')")
    editor.check(served.address)


def test_a_query_without_parameters_is_asked(
    served: Served, edit: Callable[[Served], Editor]
) -> None:
    editor = edit(served)
    editor.page.select_option("#queries", value="papers-by-year")
    editor.page.wait_for_selector(".yasr_results table tbody tr")
    assert "44" in editor.page.inner_text(".yasr_results table")
    editor.check(served.address)


def test_what_is_wrong_is_shown(served: Served, edit: Callable[[Served], Editor]) -> None:
    editor = edit(served)
    assert "unknown prefix foafx" in editor.ask("SELECT * { ?s a foafx:Person }")


def test_data_is_text(serve: Callable[..., Served], edit: Callable[[Served], Editor]) -> None:
    kg = KnowledgeGraph(
        {
            "papers": [{"id": "paper:evil", "title": EVIL}],
            "statements": [
                {"s": "paper:evil", "p": "rdfs:seeAlso", "o": "javascript:document.title='broken'"},
            ],
        }
    )
    server = serve(kg)
    editor = edit(server)
    title = editor.page.title()
    shown = editor.ask("SELECT * { ?s ?p ?o }")
    assert "onerror" in shown
    for link in editor.page.query_selector_all(".yasr a[href^='javascript']"):
        link.click()
    editor.page.hover(".yasr table")
    assert editor.page.title() == title
    # The tables of yasgui parse what they show to measure it; the policy is what stops that.
    assert set(editor.page.evaluate("window.__violations")) <= {
        "script-src-attr",
        "script-src-elem",
    }
    editor.check_requests(server.address)
