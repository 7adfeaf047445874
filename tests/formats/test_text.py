"""Text as sources print it -> plain text."""

from __future__ import annotations

import pytest

from graphkit.formats.text import plain


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Soft\u00adly \u200bhidden\ufeff \u202emarks\u202c", "Softly hidden marks"),
        ("Stro\u0308m", "Ström"),
        # A joiner parts the word from its ending in Persian; it is no decoration.
        ("می\u200cشود", "می\u200cشود"),
        ("Half \ud800 a pair", "Half ? a pair"),
        ("&lt;i&gt;Bats&lt;/i&gt; &amp;amp; owls", "Bats & owls"),
        ("the <C,A>, T framework", "the <C,A>, T framework"),
        ("if a <b and c> d", "if a <b and c> d"),
        ('<p class="x">One</p><p>Two</p>', "One Two"),
        ("the n<scp>ASA</scp>s", "the n ASA s"),
        ("<mml:mi mathvariant='normal'>x</mml:mi>", "x"),
        ("<i></i>", None),
    ],
)
def test_plain(printed: str, expected: str | None) -> None:
    assert plain(printed) == expected
