"""Made-up files in the layouts of the sources of `crowds.conversions`, with
their peculiarities, and with personal details that must not be kept."""
import io
import json
import zipfile
from xml.sax.saxutils import escape

import numpy as np

SECRETS = ("WORKER-7c1f", "WORKER-88aa", "PERSON-anna", "61 years",
           "conservative-view", "reddit-id-t3", "reviewer-handle")
BABE = ("Media-Bias-Group/Neural-Media-Bias-Detection-Using-Distant-"
        "Supervision-With-BABE")
RUNS = ("zero-shot", "zero-shot-system_prompt", "zero-shot-cot", "2-shot",
        "4-shot", "8-shot", "2-shot-CoT", "4-shot-CoT", "8-shot-CoT")
ALTTEST = ("10k_prompts", "cebab_aspects", "cebab_stars", "framing", "lesion",
           "lgbteen", "mtbench", "summeval", "wax")


def made_up():
    """{repository: {path: bytes}}"""
    repositories = {}
    for part in (_babe(), _brainbench(), _llmbar(), _alttest(), _misinfo()):
        for repository, path, content in part:
            repositories.setdefault(repository, {})[path] = content
    return repositories


def files_of(crowd):
    """{repository: {path: bytes}} of one crowd."""
    def belongs(path):
        source, _, name = crowd.partition("-")
        if source == "llmbar":
            return f"/{name}/evaluators/" in path.lower()
        if source == "alttest":
            return path.startswith(f"data/{name.replace('-', '_')}/")
        if source == "misinfo":
            return ("PAUC2021" in path if name == "covid"
                    else path.endswith(f"/{name.upper()}.csv"))
        return True

    home = {"babe": "Media-Bias-Group", "brainbench": "braingpt-lovelab",
            "llmbar": "princeton-nlp", "alttest": "nitaytech",
            "misinfo": "KevinRoitero"}[crowd.partition("-")[0]]
    return {repository: found for repository, files in made_up().items()
            if repository.startswith(home) and (found := {
                path: content for path, content in files.items()
                if belongs(path)})}


def sheet(rows, inline=False):
    """A workbook: text as shared strings in two parts, or as inline strings;
    numbers; None = an empty cell."""
    shared, body = [], []
    for i, row in enumerate(rows, start=1):
        cells = []
        for j, value in enumerate(row):
            at = f'r="{chr(65 + j)}{i}"'
            if isinstance(value, (int, float)):
                cells.append(f"<c {at}><v>{value}</v></c>")
            elif value is not None and inline:
                cells.append(f'<c {at} t="inlineStr"><is><t>{escape(value)}'
                             "</t></is></c>")
            elif value is not None:
                cells.append(f'<c {at} t="s"><v>{len(shared)}</v></c>')
                half = len(value) // 2
                shared.append(f"<si><r><t>{escape(value[:half])}</t></r><r>"
                              f"<t>{escape(value[half:])}</t></r></si>")
            else:
                cells.append(f"<c {at}/>")
        body.append(f'<row r="{i}">{"".join(cells)}</row>')
    name = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
        if not inline:
            book.writestr("xl/sharedStrings.xml",
                          f"<sst {name}>{''.join(shared)}</sst>")
        book.writestr(
            "xl/worksheets/sheet1.xml",
            f"<worksheet {name}><sheetData>{''.join(body)}</sheetData>"
            "</worksheet>")
        book.writestr("xl/worksheets/sheet2.xml", "<not read/>")
    return stream.getvalue()


def _babe():
    """Sentences are joined by their letters; refusals and unknown answers
    are dropped; the first of repeated answers counts."""
    said = ["The “mob” stormed on!", "A calm report.", "They lied; we saw.",
            "Taxes rose by 2%.", "Nobody knows."]
    people = [["text", "label_bias", "age", "mturk_id",
               "political_ideology"]]
    for i, worker in enumerate(["WORKER-7c1f", "WORKER-88aa", "w3", "w4"]):
        for j, text in enumerate(said):
            people.append([text, ["Biased", "Non-biased"][(i + j) % 2],
                           "61 years", worker, "conservative-view"])
    people += [[said[0], "Non-biased", 61, "w3", None],
               [said[1], "No agreement", 61, "w3", None],
               [said[2], "Biased", 61, None, "conservative-view"]]
    experts = [["text", "annotator_id", "label_bias", "Label_bias_0-1"]]
    for i in range(5):
        experts += [[said[0], f"e{i}", "Biased", 1], [said[1].upper(), f"e{i}",
                    None, 0], [said[2], f"e{i}", "Biased", None],
                    ["Not a task", f"e{i}", "Biased", 1]]
    experts += [[said[3], "e0", "Non-biased", "0.0"], [said[3], "e1", None, 1],
                [said[3], "e2", "Non-biased", None], [said[3], "e3", None, 1],
                [said[3], "e3", None, 0]]
    second = [["text", "label_bias", "annotator_id", "gender"],
              *([said[k], ["Biased", "Non-biased", None][(k + i) % 3],
                 f"f{i}", "WORKER-88aa"] for k in range(5) for i in range(4))]
    for name, rows, inline in (("MBIC", people, False), ("SG1", experts, True),
                               ("SG2", second, False)):
        yield BABE, f"data/raw_labels_{name}.xlsx", sheet(rows, inline)
    for r, run in enumerate(RUNS):
        answers = [["BIASED", " not biased "], ["1.0", "0"],
                   ["I cannot say", "Non-Biased"], ["", "UNBIASED"]]
        rows = ["text,label,gpt_4_label,Mistral-7B_label,never_label,comment"]
        for j, text in enumerate([*said[:4], "Of no person", said[0]]):
            one, two = answers[(r + j) % 4]
            rows.append(f'"{text.upper()}",1,{one},{two},refused,'
                        '"two\nlines, 61 years"')
        yield ("Media-Bias-Group/llm-annotations-annomatic",
               f"benchmark/{run}/all_runs_with_errors.csv",
               ("\ufeff" * (r == 0) + "\n".join(rows)).encode())


def _brainbench():
    """The table of abstracts is broken over lines; one model has its labels
    in another order and is left out; case i is row i of the arrays."""
    home = "braingpt-lovelab/brainbench_"
    doi = [f"https://doi.org/10.1523/J.{i}" for i in range(6)]
    yield (home + "participant_data", "abstract_id_doi.csv", "\n".join([
        "doi;abstract_id;abstract", f"{doi[0]};11;An abstract; of",
        "several lines", f'"{doi[1]};12.0;More"', f"{doi[3]};14;x",
        f"{doi[4]};15;y", f"{doi[5]};16;z"]).encode())
    rows = ["pid,age,country,sex,journal_section,abstract_id,correct"]
    for pid in ("PERSON-anna", "p2", "p3"):
        rows += [f"{pid},61 years,XX,f,human_neuro,{k},{(k + len(pid)) % 2}"
                 for k in (11, 12)]
        rows += [f"{pid},61 years,XX,f,machine_neuro,{k}.0,{k % 2}"
                 for k in (14, 15, 16)]
    rows += ["p4,61 years,XX,f,human_neuro,99,1", "p5,,,,human_neuro,,1",
             ",,,,human_neuro,11,1", "p2,,,,human_neuro,11,0",
             "p6,,,,human_neuro,11,skipped", "p7,,,,practice,11,1"]
    yield (home + "participant_data", "data/participant_data.csv",
           "\n".join(rows).encode())
    for name, cases in (("Human", doi[:3]), ("GPT-4", doi[3:])):
        yield (home + "testcases", f"BrainBench_{name}_v0.1.csv", "\n".join([
            "doi,combined_abstract",
            *(f'{case},"[[a,b]]\nsecond line"' for case in cases)]).encode())
    rng = np.random.default_rng(0)
    for model in ("TinyLlama--TinyLlama-1.1B", "gpt2_scratch_neuro",
                  "meta-llama--Llama-2-7b", "zz_other_order"):
        for kind, right in (("human", [0, 1, 1]), ("llm", [1, 0, 1])):
            folder = f"model_results/{model}/{kind}_abstracts/"
            labels = np.array(right if "other" not in model else right[::-1])
            if "other" in model:
                labels = 1 - labels
            for name, array in (("PPL_A_and_B", rng.random((3, 2))),
                                ("labels", labels)):
                stream = io.BytesIO()
                np.save(stream, array)
                yield (home + "results", f"{folder}{name}.npy",
                       stream.getvalue())


def _llmbar():
    """Winners of two orders or of one; the last of several results counts;
    what is not 1 or 2 is not a vote; a judge without votes is not a voter."""
    def swapped(first, second):
        return {"swap = False": {"winner": first, "text": "conservative-view"},
                "swap = True": {"winner": second}}

    results = [swapped("1", "2"), [{"winner": "2"}, swapped(2, "none")],
               {"winner": "1"}, "failed"]
    for subset in ("Natural", "Adversarial/Neighbor", "Adversarial/GPTInst"):
        for model in ("ChatGPT-0301", "GPT-4", "falcon-180b"):
            for prompt in ("CoT", "Vanilla"):
                mute = model == "falcon-180b" and prompt == "CoT"
                yield ("princeton-nlp/LLMBar",
                       f"Dataset/LLMBar/{subset}/evaluators/{model}/{prompt}/"
                       "result.json", json.dumps([
                           {"input": "61 years", "label": 1 + i % 2,
                            "results": {"winner": "tie"} if mute
                            else results[(i + len(model)) % 4]}
                           for i in range(6)]).encode())
    yield ("princeton-nlp/LLMBar", "Dataset/LLMBar/README.md", b"no result")


def _alttest():
    """A label of models alone is not a class; classes are sorted as numbers
    where they are numbers; null and 'n/a' are not votes."""
    for k, name in enumerate(ALTTEST):
        labels = [["1", "2", "10"], ["no", "yes", "None-of-the-above"],
                  [1, 2.5, 3]][k % 3]
        human = {f"reviewer-handle-{j}": {
            f"reddit-id-t3-{i}": labels[(i * j + k) % 3]
            for i in range(j, 5 + j)} for j in range(3)}
        human["reviewer-handle-0"]["reddit-id-t3-0"] = None
        human["reviewer-handle-1"]["reddit-id-t3-2"] = (
            "n/a: problem is resolved")
        models = {model: {f"reddit-id-t3-{i}": labels[(i + j) % 3]
                          for i in range(7)}
                  for j, model in enumerate(["gpt-4o", "gemini-15", "other"])}
        models["other"]["reddit-id-t3-1"] = "Ignore"
        for source, content in (("human", human), ("llm", models)):
            yield ("nitaytech/AltTest", f"data/{name}/{source}_annotations."
                   "json", json.dumps(content).encode())


def _misinfo():
    """Rows without a truth are dropped; levels start anywhere; the last
    version of an answer to a document counts; tests of attention do not."""
    home = "KevinRoitero/crowdsourcingTruthfulness"
    levels = {"S3": ("abc_label", ["Negative", "In_Between", "Positive"], -1),
              "S6": ("politifact_label",
                     ["Pants-Fire", "False", "barely-true", "half-true",
                      "mostly-true", "TRUE"], 0)}
    for scale, (column, names, low) in levels.items():
        rows = [f"unit_id,age,money,{column},statement_id,{scale}_truth_level,"
                "politics"]
        for j, worker in enumerate(["WORKER-7c1f", "u2", "u3"]):
            for i, name in enumerate(names):
                level = low + (i + j) % len(names)
                rows.append(f"{worker},61 years,9,{name},st{i},"
                            f"{level}{'.0' * (j % 2)},conservative-view")
            rows.append(f"{worker},61 years,9,,gold,1,conservative-view")
        rows.append(rows[1])
        yield (home, f"SIGIR2020/crowdsourced-data/{scale}.csv",
               "\n".join(rows).encode())
    for batch in (1, 2, 3, 4):
        rows = ["unit_id,doc_name,doc_truthfulness_value,"
                "doc_ground_truth_value,age,justification"]
        for worker in ("WORKER-88aa", "u2"):
            rows += [f"{worker},{truth}_doc{batch},{(batch + k) % 6 + 1}.0,"
                     f'{k + 1},61 years,"one\n""two"""'
                     for k, truth in enumerate(["false", "true", "half"])]
            rows += [f"{worker},GOLD_doc,1,1,,", f"{worker},doc_high,1,1,,",
                     f"{worker},empty,,3,,",
                     f"{worker},false_doc{batch},6,1,,"]
        yield (home, f"PAUC2021/batch-{batch}.csv", "\n".join(rows).encode())
