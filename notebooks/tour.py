# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # From a page of papers to a drawing
#
# A company lists its 44 papers at Interspeech 2022 by topic. We read the page, ask who wrote
# what with whom, and draw it.

# %%
from importlib.resources import files

import graphkit as gk

page = files("graphkit") / "data" / "interspeech-2022.txt"
kg = gk.read(page)
kg

# %% [markdown]
# ## Tables
#
# Every row knows its source and its place in it.

# %%
kg.papers[["title", "year", "place"]].head()

# %%
kg.authorships[["printed_name", "position", "place"]].head()

# %% [markdown]
# ## Who is who
#
# One person is printed in two ways. A resolution counts both as one and says why; nothing that
# was read is changed.

# %%
kg = kg.resolve()
kg.matches[["a", "b", "score", "evidence"]]

# %%
kg.authorships["printed_name"].nunique(), len(kg.authors)

# %% [markdown]
# ## SPARQL
#
# The prefixes are known. `GRAPH` tells which source said it.

# %%
kg.query("""
SELECT ?topic (COUNT(?paper) AS ?papers)
WHERE { ?paper dcterms:subject/skos:prefLabel ?topic }
GROUP BY ?topic ORDER BY DESC(?papers) ?topic LIMIT 5
""")

# %% [markdown]
# ## The coauthor network
#
# By Newman's counting each paper gives each of its authors ties of weight 1 in all.

# %%
net = kg.coauthors(counting="newman")
net

# %%
net.measure("pagerank", "betweenness", "degree", "community").nlargest(5, "pagerank")

# %% [markdown]
# Every tie can name its papers.

# %%
net.tie("Andreas Stolcke", "Jasha Droppo")

# %% [markdown]
# ## Collaborators
#
# People with whom somebody has not written yet, with reasons that can be checked.

# %%
for row in kg.collaborators("Andreas Stolcke", k=2).itertuples():
    print(f"{row.name}  {row.score:.3f}")
    for reason in row.reasons:
        print("  ", reason)

# %% [markdown]
# ## The drawing
#
# One file that opens in any browser, without a connection. In a notebook, `net.draw()` alone
# shows it in place.

# %%
net.draw(title="Coauthors at Interspeech 2022").save("coauthors.html")
