"""With whom to work next, and why: rankings of people, with reasons that can be checked."""

from graphkit.recommend.collaborators import (
    Reason,
    adamic_adar,
    collaborators,
    common_coauthors,
    resource_allocation,
)

__all__ = ["Reason", "adamic_adar", "collaborators", "common_coauthors", "resource_allocation"]
