"""Which share of the time methods and datasets took, as a command."""
from benchmark_utils.report.cli import main


def test_shares_of_methods_and_datasets(capsys, tmp_path):
    import pandas as pd
    rows = pd.DataFrame({
        "dataset_name": ["A", "A", "B"], "solver_name": ["MV", "DS", "DS"],
        "objective_name": "o", "idx_rep": 0, "stop_val": 1,
        "time": [1.0, 2.0, 1.0], "objective_label_recovery": .5,
        "objective_train_seconds": [4.0, 0.0, 0.0]})
    rows.to_parquet(tmp_path / "r.parquet")
    main(["timing", str(tmp_path / "r.parquet")])
    said = capsys.readouterr().out
    assert "8 s: networks trained on labels 50%" in said
    assert "38%" in said and "12%" in said
