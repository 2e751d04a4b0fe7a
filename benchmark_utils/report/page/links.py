"""Addresses of the repository's files and commits."""
import os
import re
import subprocess
import tomllib

from benchmark_utils.catalogue import ROOT

# git@host:owner/name.git, ssh://git@host/owner/name, https://host/owner/name
ORIGIN = re.compile(
    r"(?:https?://(?:[^@/]+@)?|ssh://git@|git@)"
    r"([\w.-]+(?::\d+)?)[/:]([\w./~-]+?)(?:\.git)?/?")


def repository():
    """Address of the repository on the web, without a slash at its end;
    empty if it has none: ``CROWD_REPOSITORY``, else pyproject.toml, else the
    origin of this checkout."""
    said = os.environ.get("CROWD_REPOSITORY")
    if said is None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())
        said = project.get("tool", {}).get("leaderboard", {}).get(
            "repository", "") or _origin()
    return web_address(said)


def web_address(said):
    """The address on the web of what git calls a remote; empty for folders
    and all that is not http, https or git@ (no ``javascript:``)."""
    match = ORIGIN.fullmatch(said.strip())
    return f"https://{match[1]}/{match[2]}" if match else ""


def _origin():
    if not (ROOT / ".git").exists():
        return ""  # git would look in the folders above
    try:
        return subprocess.run(
            ["git", "remote", "get-url", "origin"], cwd=ROOT, check=True,
            capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""
