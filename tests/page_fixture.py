"""Invented data of a page in the form of `page.data.page_data`, with all kinds
of content and more datasets than the store."""
import base64
import io

import numpy as np
from PIL import Image

MEASURES = [
    dict(id="labels", title="Label accuracy", better=1, baseline="mv",
         than="majority vote", unit="points", help="Accuracy of the "
         "most probable label, compared with majority vote on the same votes.",
         problem=None, train=False),
    dict(id="network", title="Network accuracy", better=1, baseline="mv",
         than="a network trained on majority votes", unit="points",
         help="Test accuracy of the network.", problem=None, train=True),
    dict(id="calibration", title="Calibration error", better=-1,
         baseline="mv", than="a network trained on majority votes",
         unit="points less", help="Gap between the network's confidence and "
         "its accuracy.", problem=None, train=True),
    dict(id="buying", title="Label acquisition", better=1,
         baseline="randomassign", than="random assignment", unit="points",
         help="Label accuracy averaged over the query budget.", problem="buy",
         train=False),
]
# As many as the project has, so that sizes are those of its pages.
SCORES = [
    dict(id="label_recovery", title="Label accuracy", better=1, format=".3f",
         help="Accuracy of the most probable label.", main=True),
    dict(id="label_ece", title="Label calibration", better=-1, format=".3f",
         help="Calibration error of the labels.", main=True),
    *(dict(id=f"score_{i}", title=f"Score {i}", better=1, format=".3f",
           help="One more score.", main=False) for i in range(30))]
KINDS = ["human", "llm", "simulated"]
TOPICS = ["Entailment", "Web search", "Documents", "Dogs", "Weather", "Music",
          "Films", "Entities", "Products", "Tweets", "Faces", "Adult",
          "Facts", "Birds", "Scenes", "Humor", "Stance", "Hate", "Emotion"]


def make_page_data(n_human=13, n_llm=7, n_simulated=6, n_votes_methods=11,
                   n_input_methods=4, seed=0, repository=""):
    """All data of a page. The last method was submitted, the third equals the
    baseline, one recorded dataset has a single run."""
    rng = np.random.default_rng(seed)
    datasets = _datasets(rng, n_human, n_llm, n_simulated)
    methods = _methods(n_votes_methods, n_input_methods)
    skill = {m["id"]: rng.normal(2, 2) for m in methods}
    skill["mv"] = skill["randomassign"] = 0
    cells = [cell for d in datasets for m in methods
             if (cell := _cell(rng, d, m, skill[m["id"]]))]
    papers = {text: f"@misc{{{text[:9].strip('. ')},\n  title = {{{text}}}\n}}"
              for entry in [*methods, *datasets]
              for text, _ in entry["papers"]}
    return dict(
        version=1, repository=repository, bib=papers, commit="0123456789",
        protocol="3",
        date="2026-11-23", seed="0", rows=len(cells) * 3,
        machine=dict(processor=["AMD EPYC"], cores=["2"], threads=["1"],
                     device=["CPU"], system=["Linux"],
                     architecture=["x86_64"]),
        versions=dict(numpy=["2.4.6"], scipy=["1.17.1"], torch=["2.15.0"]),
        resampling=dict(seed=0, n=1999), enough=dict(votes=8, within=1),
        measures=MEASURES, scores=SCORES, panel=dict(
            models=13, tasks=7, draws=50, commit="0123456789", better=["m4"],
            improvement={f"m{i}": [i / 2, i / 2 - 3, i / 2 + 3]
                         for i in range(1, 5)}),
        default=dict(fixed=dict(crowd="human"), buy=dict(crowd="human")),
        release=dict(name="2026.12", working=True, new="More data.",
                     earlier=["2026.11"]),
        sources=[dict(file="published", config=(
            "configs/published/published.yml"), commit="0123456789",
                      date="2026-11-23", rows=len(cells) * 3, protocol="3",
                      seed="0", machine={}, versions={},
                      status="verified here"),
                 dict(file="guest", config="", commit="9876543210",
                      date="2026-11-24", rows=30, protocol="3", seed="0",
                      machine={}, versions={}, status="submitted")],
        methods=methods, datasets=datasets, cells=cells,
        pairs=_pairs(rng, cells),
        curves={d["id"]: {m["id"]: _curve(rng, d, skill[m["id"]])
                          for m in methods if m["setting"] == "active"}
                for d in datasets if d["buy"]},
        reliability={d["id"]: {m["id"]: _reliability(rng) for m in methods
                               if m["trains"] and m["setting"] != "active"}
                     for d in datasets if d["inputs"] != "none"
                     and not d["buy"]},
        label_reliability={
            d["id"]: {m["id"]: _reliability(rng)
                      for m in methods if m["setting"] == "aggregation"}
            for d in datasets if not d["buy"]},
        plots=[_plot(rng, datasets, methods, lines) for lines in (0, 1)],
        subsampled={
            d["id"]: {m["id"]: _subsampled(rng, d, skill[m["id"]])
                      for m in methods if m["setting"] == "aggregation"}
            for d in datasets if d["crowd"] == "human" and not d["buy"]},
        workers={d["id"]: _workers(rng, d) for d in datasets[:3]},
        looks={datasets[0]["id"]: {"mv": _looks(rng, images=True)},
               datasets[1]["id"]: {"m1": _looks(rng, images=False)}})


def _datasets(rng, *numbers):
    datasets = []
    for kind, n in zip(KINDS, numbers):
        for i in range(n):
            topic = TOPICS[(len(datasets)) % len(TOPICS)]
            base = dict(
                id=f"{kind}-{i}", name=f"{topic} {len(datasets)}",
                source_group=f"{kind}-{i}", full=f"Crowd[task={i}]",
                crowd=kind, kind=kind,
                inputs=("images" if i % 3 == 0 else "none"),
                buy=False, summary=f"{topic}: what is shown here?",
                papers=[["A. Author, B. Writer. A dataset of votes. NeurIPS "
                         f"{2001 + i}", "https://example.org/crowd"]],
                code="datasets/bluebirds.py", licence="none stated",
                reps=1 if kind == "human" and i == 1 else 3,
                same=kind != "simulated", tasks=int(rng.integers(100, 2e4)),
                workers=int(rng.integers(3, 800)), votes=5000,
                classes=int(rng.choice([2, 4, 10])),
                vpt=float(rng.choice([2.5, 8, 10, 20])), accuracy=.71,
                spread=[.4, .95], alpha=.41, year=2001 + i,
                source="https://example.org/data", question="Is it so?",
                truth="by experts", contamination=None, truth_share=.9,
                repeated=0)
            datasets.append(base)
            if i % 4 == 0:
                datasets.append({
                    **base, "id": base["id"] + "-buy", "buy": True,
                    "name": base["name"] + ", queried votes"})
    return datasets


def _methods(n_votes, n_inputs):
    def method(id, name, setting, title=""):
        return dict(
            id=id, name=name, key=name, title=title, full=f"{name}[x=1]",
            base=name, setting=setting, needs=dict(
                aggregation=["votes"], inputs=["votes", "inputs"],
                active=["vote queries"])[setting],
            idea=f"What {name} does, in one sentence.",
            papers=[[f"A. Author, C. Coder et al. {name}: a method. ICML "
                     "2020", "https://example.org/paper"]],
            code="solvers/majority_vote.py", trains=setting != "gold",
            variant={}, published=[], chosen="")
    methods = [method("mv", "MV", "aggregation", title="Majority vote")]
    methods += [method(f"m{i}", f"Aggregator {i}", "aggregation")
                for i in range(1, n_votes)]
    methods[1]["published"] = [
        ["human-0", "label_recovery", .9275, .9281, "table 2"]]
    methods[2]["chosen"] = "its members were chosen on the seen datasets"
    methods[1]["variant"] = {"smoothing": "1.0"}
    if n_votes > 3:
        methods[3].update(variant={"smoothing": "2.0"}, base="Aggregator 2")
    methods += [method(f"n{i}", f"Network {i}", "inputs")
                for i in range(n_inputs)]
    methods += [method("randomassign", "RandomAssign", "active")]
    methods += [method(f"b{i}", f"Policy {i}", "active") for i in range(5)]
    return methods


def _cell(rng, d, m, skill):
    if m["setting"] == "inputs" and (d["inputs"] == "none" or d["buy"]) or (
            m["setting"] == "active" and not d["buy"]):
        return None
    base = m["id"] in ("mv", "randomassign")

    def values(level, how):
        if base:
            return [level, 0, 0, 0, how]
        gain = 0. if m["id"] == "m3" else float(rng.normal(skill, 2))
        if d["reps"] == 1 and how == "r":
            return [round(level + gain, 2), round(gain, 2), None, None, "n"]
        return [round(level + gain, 2), round(gain, 2), round(gain - 2, 2),
                round(gain + 2, 2), how]
    how = "t" if d["crowd"] == "human" else "r"
    cell = dict(d=d["id"], m=m["id"], n=d["reps"], labels=values(80, how),
                s=[float(10 ** rng.uniform(-3.5, 0)), None],
                by=int(m["id"] == "m2"))
    if d["inputs"] != "none":
        cell["network"] = values(75, "e")
        cell["calibration"] = values(6, "e")
        if m["setting"] == "aggregation":
            cell["s"][1] = float(rng.uniform(.2, 2))
    if d["buy"]:
        cell["cost"] = d["vpt"] if m["id"] == "mv" else round(
            float(rng.uniform(.5, 1) * d["vpt"]), 3)
        if m["setting"] == "active":
            cell["buying"] = values(70, "r")
            cell["to95"] = [[1.2, 3, 3], [1.5, 2, 3], [None, 0, 3]][
                int(rng.integers(3))]
    cell["all"] = [round(cell["labels"][0] / 100, 4), *(
        None if i % 3 else round(float(rng.uniform()), 4)
        for i in range(len(SCORES) - 1))]
    return cell


def _pairs(rng, cells):
    pairs = {}
    for name in ("labels", "network"):
        on = {}
        for cell in cells:
            if name in cell:
                on.setdefault(cell["d"], []).append(cell["m"])
        for d, ids in on.items():
            n = len(ids) * (len(ids) - 1) // 2
            pairs.setdefault(d, {})[name] = [
                ids, rng.uniform(1, 4, n).round(2).tolist()]
    return pairs


def _curve(rng, d, skill):
    x = np.linspace(0, d["vpt"], 21)
    y = 99 - 60 * np.exp(-x * (1 + max(skill, -.5) / 8))
    return [x.round(3).tolist(), y.round(1).tolist(), [1.] * 21]


def _reliability(rng):
    confidence = np.linspace(.15, .98, 10)
    right = np.clip(confidence - rng.uniform(0, .1, 10), 0, 1)
    return [confidence.round(3).tolist(), right.round(3).tolist(),
            rng.integers(5, 300, 10).tolist()]


def _plot(rng, datasets, methods, lines):
    """A point or a line per method, as a file of plots/ gives them."""
    n = 9 if lines else 1
    return dict(id=f"plot-{lines}", title=f"Plot {lines}", help="One more.",
                x="first", y="second", log=not lines, lines=bool(lines),
                series={d["id"]: {m["id"]: [
                    np.sort(rng.uniform(1, 9, n)).round(3).tolist(),
                    rng.uniform(0, 1, n).round(3).tolist()]
                    for m in methods[:8]} for d in datasets[:4]})


def _subsampled(rng, d, skill):
    votes = [v for v in (1, 2, 3, 5, 10) if v < d["vpt"]] + [d["vpt"]]
    right = [90 + skill / 2 - 25 / v for v in votes]
    return [votes, np.round(right, 2).tolist(), [.8] * len(votes)]


def _workers(rng, d):
    n = min(d["workers"], 60)
    return dict(votes=rng.integers(1, 400, n).tolist(), spammer=None,
                leave_one_out=None, scores={
                    "m1": rng.uniform(.2, 1, n).round(3).tolist()})


def _looks(rng, images):
    tasks = []
    for i in range(6):
        task = dict(task=i, score=.1 * i, votes={"cat": 3, "dog": 2},
                    truth="dog")
        if images:
            file = io.BytesIO()
            Image.fromarray(rng.integers(0, 255, (16, 16, 3)).astype(
                np.uint8)).save(file, "png")
            task["image"] = base64.b64encode(file.getvalue()).decode()
        else:
            task["text"] = f"A sentence, the {i}th, with disagreement."
        tasks.append(task)
    return tasks
