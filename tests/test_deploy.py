"""The files of deploy/: their syntax, and that the commands that they call exist with those options."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import click
import pytest
import yaml

from buyruq.cli import main
from ingest.sources import load_sources

DEPLOY = Path(__file__).parents[1] / "deploy"
CALL = re.compile(r"(?:^|[\s=/])buyruq (sync|status|ingest|rollback|quarantine)\b([^\n>|`\"]*)")


def calls(text: str) -> list[str]:
    """Return the calls of buyruq in a text, wrapped lines joined."""
    return [f"{name}{rest}" for name, rest in CALL.findall(text.replace("\\\n", " "))]


def check(call: str) -> None:
    """Refuse a call whose command or options do not exist."""
    words = [word for word in shlex.split(call.replace("…", "x").split(";")[0]) if word not in ("||", "&&")]
    command: click.Command = main
    while words and isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found, call
        command = found
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word.split("=")[0] for word in words if word.startswith("--")} <= known, call


@pytest.mark.parametrize("name", sorted(path.name for path in DEPLOY.iterdir() if path.is_file()))
def test_every_call_exists(name: str) -> None:
    text = (DEPLOY / name).read_text("utf-8")
    for call in calls(text):
        check(call)


def test_every_schedule_calls_sync() -> None:
    for name in ("buyruq-sync.service", "crontab", "github-actions.yml"):
        assert any(call.startswith("sync ") for call in calls((DEPLOY / name).read_text("utf-8"))), name
    assert '"sync", "--sources"' in (DEPLOY / "Containerfile").read_text("utf-8")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_knows_every_word_of_the_units(tmp_path: Path) -> None:
    unit = (DEPLOY / "buyruq-sync.service").read_text("utf-8")
    (tmp_path / "buyruq-sync.service").write_text(re.sub(r"/opt/buyruq/\S+", "/bin/true", unit), "utf-8")
    shutil.copy(DEPLOY / "buyruq-sync.timer", tmp_path)
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "buyruq-sync.timer")]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    ours = [line for line in told.stderr.splitlines() if "buyruq-sync" in line]
    assert ours == []
    calendar = re.search(r"OnCalendar=(.+)", (DEPLOY / "buyruq-sync.timer").read_text("utf-8"))
    assert calendar
    subprocess.run(["systemd-analyze", "calendar", calendar[1]], check=True, capture_output=True)


def test_crontab_has_five_fields_and_a_command() -> None:
    lines = [line for line in (DEPLOY / "crontab").read_text("utf-8").splitlines() if not line.startswith("#")]
    for line in lines:
        fields = line.split(None, 5)
        assert len(fields) == 6, line
        assert all(re.fullmatch(r"[\d*/,-]+", field) for field in fields[:5]), line
        assert fields[5].startswith("/"), line


def test_the_workflow_is_one() -> None:
    workflow = yaml.safe_load((DEPLOY / "github-actions.yml").read_text("utf-8"))
    assert workflow[True]["schedule"]  # YAML 1.1 reads the key `on` as true
    for job in workflow["jobs"].values():
        assert job["runs-on"]
        assert all(("run" in step) ^ ("uses" in step) for step in job["steps"])


def test_the_example_of_sources_is_read() -> None:
    tomllib.loads((DEPLOY / "sources.example.toml").read_text("utf-8"))
    _, sources = load_sources(DEPLOY / "sources.example.toml")
    assert {source.kind for source in sources} == {"folder", "adilet", "zan", "lex"}


def test_the_container_file_calls_what_is_there() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    instructions = {line.split()[0] for line in text.splitlines() if line and line[0].isupper()}
    assert instructions <= {"FROM", "RUN", "WORKDIR", "COPY", "USER", "VOLUME", "ENTRYPOINT", "CMD"}
    for name in re.findall(r"-r (\S+)", text):
        assert (DEPLOY.parent / name).exists(), name
