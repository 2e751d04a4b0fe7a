"""Sentences on what limits the results; one rule for page and terminal."""
from benchmark_utils.own_votes.share_right import (
    ENOUGH_GOLD,
    ENOUGH_SHARED,
    UNKNOWN_RANGE,
)
from benchmark_utils.reading.columns import count


def notes(crowd, labels, evidence):
    """What limits the results, a list of sentences."""
    found, votes = [], crowd.votes
    n, n_tasks = evidence.n_shared, int((votes.per_task > 0).sum())
    if not n:
        low, high = UNKNOWN_RANGE
        found.append(
            "No task has two voters, so the votes say nothing about how "
            "reliable the workers are. On recorded datasets with one vote per "
            f"task, {low:.0%} to {high:.0%} of the labels were right. Collect "
            f"a second vote for at least {ENOUGH_SHARED} tasks before you "
            "accept a label.")
    elif n < ENOUGH_SHARED:
        of_all = f" of {n_tasks:,}" if n < n_tasks else ""
        found.append(
            f"Only {n:,}{of_all} task{'s' if of_all or n > 1 else ''} "
            f"{'has' if n == 1 else 'have'} two voters or a known truth, so "
            "the data say little about how reliable the workers are, and the "
            "share of right labels is a range." + (
                f" Collect a second vote for at least {ENOUGH_SHARED} tasks."
                if of_all else ""))
    if labels.guard == "few shared" and n:
        found.append("Most workers share few tasks with others, so the "
                     "majority decides, and the Committee breaks its ties.")
    if labels.guard == "rare class":
        found.append(
            "One class has most of the labels. To protect the rare classes, "
            "the majority decides; the Committee would change "
            f"{count(labels.n_changed, 'label')}.")
    if evidence.needs_gold and n:
        found.append(
            "No label of language models is accepted without at least "
            f"{ENOUGH_GOLD} gold tasks, because the models share errors; how "
            "many, the votes cannot show. Probabilities, ranks and verdicts "
            "presume that most models are right more often than wrong."
            if evidence.declared else
            "A few voters voted on most tasks, like a panel of language models"
            " or a small team. The range allows for both, and no label is "
            "accepted. Pass --voters people or --voters models.")
    return found
