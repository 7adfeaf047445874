"""LaTeX as it stands in bibliographies -> plain text.

Nearly all of it is accents, escaped characters, and braces that keep capitals: those are
decoded here, with a few substitutions. The rest, mathematics above all, is left to pylatexenc,
which knows some hundred macros and takes a hundred times as long.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Any

__all__ = ["latex_to_text"]

LONGEST = 20_000  # characters; pylatexenc takes a second for some ten times as many
_SPECIAL = re.compile(r"[\\{}~$]|--|``")
_ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
}
# \"o  \"{o}  \c c  \v{s}  \'\i  \'{\i}: the last two without their own dot.
_ACCENT = re.compile(
    r"""\\(?:([`'^~=."]) ?|([urHvdckb])(?: |(?=[{\\])))"""
    r"(?:\{ ?(?:\\([ij])|([^\W\d_])) ?\}|\\([ij])(?![A-Za-z]) ?|([^\W\d_]))"
)
_GREEK = (
    "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι "
    "kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi φ varphi φ chi χ "
    "psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ "
    "Omega Ω"
)
_LETTERS = (
    "aa å AA Å ae æ AE Æ oe œ OE Œ o ø O Ø ss ß l ł L Ł i ı j ȷ dh ð DH Ð th þ TH Þ dj đ DJ Đ"
)
_SIGNS = (
    "textendash – textemdash — textquoteright ’ textquoteleft ‘ textquotedblleft “ "
    "textquotedblright ” guillemotleft « guillemotright » textregistered ® copyright © "
    "texttrademark ™ textdegree ° degree ° textunderscore _ textasciitilde ~ textmu µ ldots … "
    "dots … times × cdot · pm ± leq ≤ le ≤ geq ≥ ge ≥ neq ≠ approx ≈ sim ∼ infty ∞ in ∈ subset ⊂ "
    "to → rightarrow → leftarrow ← ell ℓ partial ∂ nabla ∇ sum ∑ prod ∏ int ∫ S § euro € "
    "texteuro € pounds £ ng ŋ NG Ŋ"
)
_STYLES = (
    "textit textbf textsc texttt textrm textsf textup textsl textmd textnormal textsuperscript "
    "textsubscript emph mbox hbox url underline mathrm mathit mathbf mathcal mathbb mathsf text bf "
    "it em sl tt rm sc sf bfseries itshape scshape ttfamily sffamily upshape relax protect noopsort"
)
_WORDS = dict.fromkeys(_STYLES.split(), "")
for _pairs in (_GREEK.split(), _LETTERS.split(), _SIGNS.split()):
    _WORDS |= dict(zip(_pairs[::2], _pairs[1::2], strict=True))
_WORD = re.compile(r"\\([A-Za-z]+)(?:\{\}| )?")
_ESCAPED = re.compile(r"\\([&%#_\-/,;: @()\\])")
_MEANT = {"-": "", "/": "", ",": " ", ";": " ", ":": " ", "\\": " ", "@": "", "(": "", ")": ""}
# \({}^{\mbox{th}}\), DBLP's superscripts
_RAISED = re.compile(r"\{\}[\^_](?=\{)")
_FORMULA = re.compile(r"\$([^$\s](?:[^$]{0,80}[^$\s])?)\$")
_LEFT_OVER = re.compile(r"\\[A-Za-z]+ ?|\\.?|[{}$]", re.S)


def latex_to_text(value: str, undecoded: list[str] | None = None) -> str:
    """The plain text that a LaTeX value prints.

    Parameters
    ----------
    value : str
    undecoded : list of str, optional
        Takes the value where it is too long or too broken to be decoded: its commands are then
        left out.

    Returns
    -------
    str
        In NFC, with white space made single. A text without anything of LaTeX comes back as
        it is.

    Examples
    --------
    >>> latex_to_text(r"Fran{\\c c}ois and J{\\"o}rg S\\o rensen: {CORDIC} {II}")
    'François and Jörg Sørensen: CORDIC II'
    >>> latex_to_text(r"The $\\beta$-decay, pp.~3--7")
    'The β-decay, pp.\\xa03–7'
    """
    if not _SPECIAL.search(value):
        return value
    value = " ".join(value.split())
    text = value
    if "\\" in text:
        text = _ACCENT.sub(_accented, text)
        text = _RAISED.sub("", text)
        text = _WORD.sub(lambda found: _WORDS.get(found[1], found[0]), text)
        text = _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), text)
        if "\\" in text:
            return _decoded_by_library(value, undecoded)
    if "$" in text:
        text = _FORMULA.sub(r"\1", text)
    text = text.replace("{", "").replace("}", "").replace("~", "\u00a0")
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    return unicodedata.normalize("NFC", text)


def _accented(found: re.Match[str]) -> str:
    mark = _ACCENTS[found[1] or found[2]]
    return unicodedata.normalize("NFC", (found[3] or found[4] or found[5] or found[6]) + mark)


def _decoded_by_library(value: str, undecoded: list[str] | None) -> str:
    if len(value) <= LONGEST:
        try:
            return unicodedata.normalize("NFC", str(_library().latex_to_text(value)))
        except Exception:  # It stumbles over broken input in many ways; all mean the same.
            pass
    if undecoded is not None:
        undecoded.append(value)
    return _LEFT_OVER.sub("", value)


@functools.cache
def _library() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text

    # It would open what \input names only if it were told a folder, and so it is told none.
    return LatexNodes2Text(math_mode="text", keep_comments=False)
