"""Whether what a network shows is more than chance would: a null model, and the bootstrap.

The null model is the configuration model of who wrote what: all networks in which each author
wrote as many papers, and each paper has as many authors, as is known; nobody stands on a paper
twice, and each such network is as likely as any other.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from graphkit import registry
from graphkit.analysis.null_model import ROUNDS, check, null_network, null_networks, of_papers
from graphkit.measures import summary
from graphkit.network import Network
from graphkit.progress import chunks

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

__all__ = ["bootstrap", "figures", "measures", "null_networks", "ties"]


def measures(
    network: Network, *names: str, samples: int = 100, seed: int = 0, rounds: int = ROUNDS
) -> pd.DataFrame:
    """Measures of each author beside what chance gives them.

    Parameters
    ----------
    network : Network
        Of authors, without normalisation and without a minimum of shared papers.
    *names : str
        Registered measures.
    samples : int, default 100
        Networks drawn from the null model.
    seed : int, default 0
    rounds : int, default 32
        See `null_networks`.

    Returns
    -------
    pandas.DataFrame
        For each author and each column of a measure: ``author``, ``name``, ``measure``,
        ``observed``, ``expected`` (mean of the samples), ``sd`` (their standard deviation), ``z``
        (missing where chance leaves no choice) and ``p``, two-sided, with the observed network
        counted as one sample [1]_: never below 2 / (samples + 1), and of many authors some
        are below any p by chance.

    Raises
    ------
    UnknownNameError
        A measure that is not registered.
    ValueError
        A network whose ties do not follow from its papers alone, or fewer than two samples.

    Notes
    -----
    What was drawn is kept with the network: a run that is interrupted goes on where it stopped.
    Numbers of groups say nothing here, only which authors share one. First and last authorships
    are those of the tables, in the samples too.

    References
    ----------
    .. [1] B. Phipson, G. K. Smyth (2010). Permutation p-values should never be zero. Statistical
       Applications in Genetics and Molecular Biology 9, 39.

    Examples
    --------
    >>> import graphkit as gk
    >>> net = gk.example().resolve().coauthors()
    >>> measures(net, "degree", samples=20).columns.tolist()
    ['author', 'name', 'measure', 'observed', 'expected', 'sd', 'z', 'p']
    """
    import pandas as pd

    def measured(one: Network) -> Values:
        return _values(one, names)

    observed = network.measure(*names)
    compared = _compared(network, ("measures", *names), measured, samples, seed, rounds)
    columns = observed.columns[2:].tolist()
    people = observed.loc[:, ["author", "name"]]
    parts = [
        people.assign(measure=column, **{key: value[:, at] for key, value in compared.items()})
        for at, column in enumerate(columns)
    ]
    return pd.concat(parts, ignore_index=True) if parts else people


def figures(
    network: Network, *, samples: int = 100, seed: int = 0, rounds: int = ROUNDS
) -> pd.DataFrame:
    """The figures of a whole network beside what chance gives.

    Parameters
    ----------
    network : Network
    samples, seed, rounds
        As for `measures`.

    Returns
    -------
    pandas.DataFrame
        A row for each figure of `graphkit.measures.summary`: ``figure``, ``observed``,
        ``expected``, ``sd``, ``z`` and ``p`` as for `measures`.

    Raises
    ------
    ValueError
        As for `measures`.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = figures(gk.example().resolve().coauthors(), samples=20).set_index("figure")
    >>> bool(found.observed["components"] > found.expected["components"])
    True
    """
    import pandas as pd

    names = summary(network).index.tolist()

    def measured(one: Network) -> Values:
        return summary(one).to_numpy()

    compared = _compared(network, ("figures",), measured, samples, seed, rounds)
    return pd.DataFrame({"figure": names, **compared})


def ties(
    network: Network, *, samples: int = 100, seed: int = 0, rounds: int = ROUNDS
) -> pd.DataFrame:
    """The shared papers of each tie beside what chance gives.

    Parameters
    ----------
    network : Network
    samples, seed, rounds
        As for `measures`.

    Returns
    -------
    pandas.DataFrame
        For each tie, the most surprising first: ``a``, ``b`` (ids), ``a_name``, ``b_name``,
        ``observed`` (shared papers), ``expected``, ``sd``, ``z`` and ``p`` as for `measures`, and
        ``formula``: what is to be expected if each place on a paper were drawn on its own [1]_,
        d_a d_b Σ k(k-1) / (E(E-1)), with d the papers of an author, k the authors of a
        paper and E the sum of either.

    Raises
    ------
    ValueError
        As for `measures`.

    References
    ----------
    .. [1] M. E. J. Newman, S. H. Strogatz, D. J. Watts (2001). Random graphs with arbitrary
       degree distributions and their applications. Physical Review E 64, 026118.

    Examples
    --------
    >>> import graphkit as gk
    >>> found = ties(gk.example().resolve().coauthors(), samples=20)
    >>> int(found.observed.max())
    3
    """
    import numpy as np
    import pandas as pd
    from scipy import sparse

    first, second, _ = network.upper

    def measured(one: Network) -> Values:
        if not len(first):
            return np.empty(0)
        shared = sparse.csr_array(one.incidence @ one.incidence.T)
        return np.asarray(shared[first, second], dtype=np.float64).ravel()

    compared = _compared(network, ("ties",), measured, samples, seed, rounds)
    papers = np.diff(network.incidence.indptr).astype(np.float64)
    teams = np.bincount(network.incidence.indices, minlength=1).astype(np.float64)
    total = max(papers.sum(), 2)
    formula = papers[first] * papers[second] * (teams * (teams - 1)).sum() / (total * (total - 1))
    frame = pd.DataFrame(
        {
            "a": network.nodes[first],
            "b": network.nodes[second],
            "a_name": network.names[first],
            "b_name": network.names[second],
            **compared,
            "formula": formula,
        }
    )
    order = ["p", "z", "a_name", "b_name"]
    return frame.sort_values(order, ascending=[True, False, True, True], ignore_index=True)


def bootstrap(
    network: Network,
    *names: str,
    samples: int = 100,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """How far a measure depends on which papers happen to be there.

    As many papers as there are are drawn from them with replacement, and the network made of
    these is measured; the interval holds the middle of the samples [1]_.

    Parameters
    ----------
    network : Network
        As for `measures`.
    *names : str
        Registered measures.
    samples : int, default 100
    confidence : float, default 0.95
        Share of the samples that lie in the interval.
    seed : int, default 0

    Returns
    -------
    pandas.DataFrame
        For each author and each column of a measure: ``author``, ``name``, ``measure``,
        ``observed``, ``low`` and ``high``. An author of whom no paper was drawn stays in the
        network, without ties. Samples have fewer different papers than the network: where a
        measure grows with these, the observed value lies high in its interval, or above.

    Raises
    ------
    UnknownNameError
        A measure that is not registered.
    ValueError
        As for `measures`, or a confidence that is none.

    References
    ----------
    .. [1] B. Efron, R. J. Tibshirani (1993). An Introduction to the Bootstrap, chapter 13.

    Examples
    --------
    >>> import graphkit as gk
    >>> net = gk.example().resolve().coauthors()
    >>> found = bootstrap(net, "papers", samples=20)
    >>> bool((found.low <= found.high).all())
    True
    """
    if not 0 < confidence < 1:
        raise ValueError(f"the confidence is {confidence}; it must be between 0 and 1")
    check(network, samples)
    import numpy as np
    import pandas as pd

    observed = network.measure(*names)
    columns = observed.columns[2:].tolist()
    count = len(network.paper_ids)
    drawn: list[Values] = []
    for at in (one for some in chunks("bootstrap", samples, 1) for one in some):
        chosen = np.sort(np.random.default_rng([seed, at]).integers(max(count, 1), size=count))
        one = of_papers(network, network.incidence[:, chosen], chosen, network.ends)
        drawn.append(_values(one, names))
    ends = [(1 - confidence) / 2, (1 + confidence) / 2]
    with warnings.catch_warnings():
        # Of who has no value in any sample there is no interval.
        warnings.filterwarnings("ignore", "All-NaN", RuntimeWarning)
        low, high = (
            np.nanquantile(np.stack(drawn), ends, axis=0) if len(network) else (drawn[0],) * 2
        )
    people = observed.loc[:, ["author", "name"]]
    parts = [
        people.assign(
            measure=column,
            observed=observed[column].to_numpy(dtype=np.float64),
            low=low[:, at],
            high=high[:, at],
        )
        for at, column in enumerate(columns)
    ]
    return pd.concat(parts, ignore_index=True) if parts else people


def _values(network: Network, names: tuple[str, ...]) -> Values:
    """Measures of a network, a column for each figure that they have."""
    import numpy as np

    found = [registry.load("measure", name)(network) for name in names]
    # A Series is one column, a frame several.
    columns = [one.to_numpy(dtype=np.float64) for one in found]
    columns = [one[:, None] if one.ndim == 1 else one for one in columns]
    return np.concatenate(columns, axis=1) if columns else np.empty((len(network), 0))


def _compared(
    network: Network,
    key: tuple[str, ...],
    measured: Callable[[Network], Values],
    samples: int,
    seed: int,
    rounds: int,
) -> dict[str, Values]:
    """What is observed beside what samples give: their mean, deviation, z and p."""
    import numpy as np

    check(network, samples)
    observed = measured(network)
    # Each sample depends on the seed and its number alone, so that any number of them is a
    # beginning of more; the sums are kept.
    kept: dict[Any, Any] = vars(network).setdefault("_chance", {})
    name = (*key, seed, rounds)
    begun, sums = kept.get(name, (0, np.zeros((5, *observed.shape))))
    if begun > samples:
        begun, sums = 0, np.zeros((5, *observed.shape))
    for at in (one for some in chunks("null model", samples - begun, 1) for one in some):
        off = measured(null_network(network, seed, begun + at, rounds)) - observed
        known = ~np.isnan(off)
        off = np.where(known, off, 0)
        # Rounded, since sums that are equal on paper differ in their last bits.
        near = np.round(off, 9)
        sums = sums + np.stack([known, off, off * off, known & (near >= 0), known & (near <= 0)])
        kept[name] = (begun + at + 1, sums)
    count, total, squares, above, below = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / count
        deviation = np.sqrt(np.maximum(squares / count - mean**2, 0) * count / (count - 1))
        deviation[deviation < 1e-9] = 0
        z = np.where(deviation > 0, -mean / deviation, np.nan)
    p = np.minimum(2 * (np.minimum(above, below) + 1) / (count + 1), 1)
    return {
        "observed": observed,
        "expected": observed + mean,
        "sd": deviation,
        "z": z,
        "p": np.where(count > 1, p, np.nan),
    }
