"""Addresses of the repository, and versions of the published results."""
import json
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
    """Web address of the repository, without a final slash. It comes from
    ``CROWD_REPOSITORY``, pyproject.toml or the origin of this checkout, in
    this order; empty if none of them has one."""
    said = os.environ.get("CROWD_REPOSITORY")
    if said is None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())
        said = project.get("tool", {}).get("leaderboard", {}).get(
            "repository", "") or _origin()
    return web_address(said)


def web_address(said):
    """Web address of a git remote. Empty for folders and for other schemes
    than http, https, ssh and git@, such as ``javascript:``."""
    match = ORIGIN.fullmatch(said.strip())
    return f"https://{match[1]}/{match[2]}" if match else ""


def release(folder):
    """What version.json beside the published results says, and the folders of
    earlier versions, newest first: {name, working, new, earlier [name]}."""
    said = folder / "version.json"
    known = json.loads(said.read_text("utf-8")) if said.is_file() else {}
    return dict(
        name=known.get("name", ""), working=bool(known.get("working")),
        new=known.get("new", ""), earlier=sorted(
            (page.parent.name for page in folder.glob("[0-9]*/index.html")),
            key=lambda name: [*map(int, re.findall(r"\d+", name))],
            reverse=True))


def _origin():
    if not (ROOT / ".git").exists():
        return ""  # git would search the parent folders
    try:
        return subprocess.run(
            ["git", "remote", "get-url", "origin"], cwd=ROOT, check=True,
            capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""
