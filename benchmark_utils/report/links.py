"""Addresses of the repository's files and commits."""
import os
import tomllib
from pathlib import Path

from benchmark_utils.catalogue import ROOT


def repository():
    """Address of the repository on the web, without a slash at its end;
    empty if it has none: ``CROWD_REPOSITORY``, else pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return os.environ.get("CROWD_REPOSITORY", project.get("tool", {}).get(
        "leaderboard", {}).get("repository", "")).rstrip("/")


def source_link(file, page):
    """Address of a file of the repository: on the web, or relative to the
    page, which then works in a checkout."""
    if repository():
        return f"{repository()}/blob/main/{file}"
    return Path(os.path.relpath(ROOT / file, Path(page).resolve().parent)
                ).as_posix()


def commit_link(commit):
    """Address of a commit, None where there is none."""
    clean = commit.rstrip("+")
    return f"{repository()}/commit/{clean}" if repository() and clean else None
