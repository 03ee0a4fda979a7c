"""The house inspects itself: sizes, names, catalogues, tables, what the README promises."""

import base64
import hashlib
import re
import subprocess
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engage import messages
from engage.app import create_app
from engage.db import Base
from engage.render import STATIC
from engage.settings import Settings
from engage.sqlite import make_engine

HERE = Path(__file__).parent.parent
PACKAGES = ("engage", "meetings", "comments", "transcripts")
CODE = sorted(
    path for name in PACKAGES for path in (HERE / name).rglob("*.py") if "versions" not in path.parts
)
FORBIDDEN = {"utils", "helpers", "common", "core", "base", "misc", "manager", "service", "services"}
JINJA = re.compile(r"{[%#{].*?[%#}]}", re.DOTALL)
LONGEST = 250
"""Lines of a module; house style aims at 40 to 120."""


def test_no_module_has_a_second_noun_hiding_in_it() -> None:
    long = {
        str(path.relative_to(HERE)): n for path in CODE if (n := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    assert [path for path in CODE if not path.read_text().lstrip().startswith('"""')] == []


def test_no_room_has_a_name_that_says_nothing() -> None:
    assert [path for path in CODE if path.stem in FORBIDDEN] == []


def test_every_setting_is_in_the_readme() -> None:
    readme = (HERE / "README.md").read_text()
    assert [name for name in Settings.model_fields if f"ENGAGE_{name.upper()}" not in readme] == []


def test_the_migrations_make_the_tables_of_the_models(empty_store: Path) -> None:
    create_app(Settings())  # knows every table
    with make_engine(empty_store, write=True).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        connection.engine.dispose()


def test_vendored_files_are_those_of_the_manifest() -> None:
    vendor = STATIC / "vendor"
    promised = dict(re.findall(r"\| (\S+\.js) \|.*`(\S+)` \|", (vendor / "MANIFEST.md").read_text()))
    found = {
        path.name: base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
        for path in vendor.glob("*.js")
    }
    assert found == promised


@pytest.mark.parametrize("lang", ["es"])
def test_the_catalogue_has_every_sentence(lang: str) -> None:
    catalogue = messages.catalogue(lang)
    assert [each for each in messages.wanted() if not messages.is_translated(catalogue, each)] == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


@pytest.mark.parametrize("lang", ["es"])
def test_a_translation_fills_the_same_blanks(lang: str) -> None:
    wrong = {}
    for message in messages.catalogue(lang):
        if message.id and (complaints := messages.complaints(message)):
            wrong[str(message.id)] = complaints
    assert wrong == {}


def test_the_compiled_catalogues_are_those_of_the_sources() -> None:
    assert [lang for lang in ("es",) if not messages.is_compiled(lang)] == []


def test_no_page_carries_a_style_or_a_script_of_its_own() -> None:
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)")
    pages = {path: JINJA.sub("", path.read_text()) for path in (HERE / "templates").rglob("*.html")}
    assert [path for path, html in pages.items() if inline.search(html)] == []


def test_nothing_names_a_package_registry_or_a_path_of_one_machine() -> None:
    files = subprocess.run(
        ["git", "ls-files"], cwd=HERE, capture_output=True, text=True, check=False
    ).stdout.split()
    bad = re.compile(r"pypi\.org|pythonhosted|registry\.npmjs|/root/|/home/\w")
    texts = {
        name: (HERE / name).read_bytes().decode(errors="ignore") for name in files if (HERE / name).is_file()
    }
    found = [name for name, text in texts.items() if bad.search(text) and name != "tests/test_house.py"]
    assert found == []
