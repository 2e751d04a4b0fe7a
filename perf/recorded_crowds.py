"""The recorded datasets whose files are present, for the other scripts."""
from common import classes, data_of  # sets the path: first

from benchmark_utils.catalogue import dataset_facts


def misleading_panels():
    """(name, votes, truth (n_tasks,)) of the subsets of LLMBar whose tasks
    were written to mislead models, 12 votes per task."""
    for subset in ("neighbor", "gptout", "manual", "gptinst"):
        data = data_of("LLMBar", subset=subset, prompts="Vanilla")
        if data is not None:
            yield f"llmbar-{subset}", data["votes"], data["ground_truth"]


def recorded_crowds():
    """(name, kind, votes, truth (n_tasks,), -1 = unknown, seen) of each; kind
    is ``human`` or ``llm``, seen False if the dataset was not at hand when
    defaults were chosen. Votes that two datasets share occur once. A true
    class without any vote counts as unknown."""
    datasets = classes("datasets")
    choices = [("TruthInference", "crowd"), ("LLMAnnotators", "task"),
               ("Bluebirds", None), ("LabelMe", None), ("ReaLRaters", None)]
    settings = [(name, {key: value} if key else {})
                for name, key in choices
                for value in (datasets[name].accepts[key].keywords["choices"]
                              if key else [None])]
    settings.append(("CIFAR-10H", dict(workers="recorded500",
                                       classifier="none")))
    for name, parameters in settings:
        data = data_of(name, **parameters)
        if data is None or not (data["ground_truth"] >= 0).any():
            continue
        kind = "llm" if name == "LLMAnnotators" else "human"
        short = next(iter(parameters.values()), name)
        if name == "CIFAR-10H":
            short = "CIFAR-10H, last 500"
        yield (f"{'LLM ' * (kind == 'llm')}{short}", kind, data["votes"],
               data["ground_truth"].clip(min=-1),
               dataset_facts(name, parameters)["seen"])
