"""With whom to work next, and why: rankings of people, with reasons that can be checked."""

from graphkit.recommend.collaborators import collaborators
from graphkit.recommend.evaluation import evaluate, weights
from graphkit.recommend.everybody import collaborators_of_all
from graphkit.recommend.reasons import Reason

__all__ = ["Reason", "collaborators", "collaborators_of_all", "evaluate", "weights"]
