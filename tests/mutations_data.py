"""Wrong edits of what downloads, converts and hands out recorded votes."""
from mutations import Mutation

CROWDS = "benchmark_utils/crowds/"
MUTATIONS = [
    Mutation(
        "the sum of a conversion is not checked", CROWDS + "converted.py",
        "sum_of(part / name) != file.sha256", "sum_of(part / name) is None",
        "test_conversions.py::test_a_conversion_with_another_sum_is_refused"),
    Mutation(
        "an error quotes the downloaded file", CROWDS + "converted.py",
        "({type(error).__name__})\") from None", "({error})\") from error",
        "test_conversions.py::test_a_failed_download_leaves_nothing"),
    Mutation(
        "raw files stay", CROWDS + "converted.py",
        "paths = {name: Path(scratch) / name for name in raw}",
        "paths = {name: Path(tempfile.mkdtemp()) / name for name in raw}",
        "test_conversions.py::test_only_votes_reach_the_data_folder "
        "test_conversions.py::test_one_file_of_many_is_missing"),
    Mutation(
        "raw files in the data folder", CROWDS + "converted.py",
        "paths = {name: Path(scratch) / name for name in raw}",
        "paths = {name: files[\"votes.csv\"].locate().parents[1] / name "
        "for name in raw}",
        "test_conversions.py::test_only_votes_reach_the_data_folder "
        "test_conversions.py::test_one_file_of_many_is_missing"),
    Mutation(
        "tasks in the authors' order", CROWDS + "converted.py",
        "f\"{crowd}/{task}\".encode()).hexdigest()",
        "b\"\").hexdigest() + str(task)",
        "test_conversions.py::test_tasks_are_numbered_by_a_hash "
        "test_conversions.py::test_the_sums_of_the_reference"),
    Mutation(
        "scored where one kind voted", CROWDS + "converted.py",
        "np.minimum(*voted) == 0", "np.maximum(*voted) == 0",
        "test_mixed_votes.py::test_one_voter_per_model "
        "test_mixed_votes.py::test_the_same_tasks_are_scored_whoever_votes"),
    Mutation(
        "the last of repeated votes counts", CROWDS + "conversions.py",
        "found.setdefault((task, voter), label)",
        "found[task, voter] = label",
        "test_conversions.py::test_the_first_of_repeated_votes_counts "
        "test_conversions.py::test_the_sums_of_the_reference"),
    Mutation(
        "models that were given other cases", CROWDS + "conversions.py",
        "(labels != right).any()", "(labels != labels).any()",
        "test_conversions.py::test_the_sums_of_the_reference"),
    Mutation(
        "a label of models alone is a class", CROWDS + "conversions.py",
        "if kind == \"person\"}", "if kind}",
        "test_conversions.py::test_the_sums_of_the_reference"),
    Mutation(
        "the size of a download is not checked", CROWDS + "downloads.py",
        "os.path.getsize(got) != size", "os.path.getsize(got) < 0",
        "test_conversions.py::test_a_failed_download_leaves_nothing"),
    Mutation(
        "all prompts are voters", "datasets/mixed_votes.py",
        "self.prompts == \"all\" or", "self.prompts or",
        "test_mixed_votes.py::test_one_voter_per_model"),
    Mutation(
        "kinds in the order of the dataset",
        "benchmark_utils/contract/problem.py",
        "worker_kind: np.ndarray = data(public=True, rows=\"worker\")",
        "worker_kind: np.ndarray = data(public=True)",
        "test_problem.py::test_kinds_of_workers_are_public_and_change_the_data"
        ),
]
