"""Whether the code of before works on today's tables is read from the migrations."""

import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

from clinic_site.operations.upgrading import older_code
from tests.site.operations.upgrading.server import ROOT

LAST = ("referrals", "0099_sample")


@pytest.fixture
def loader():
    return MigrationLoader(None, ignore_no_migrations=True)


def found(loader, *operations, said=False):
    """What is found of a migration that comes after today's."""
    leaf = loader.graph.leaf_nodes("referrals")[0]
    kind = type("Migration", (migrations.Migration,), {"older_code_fits": said})
    kind.dependencies, kind.operations = [leaf], list(operations)
    loader.disk_migrations[LAST] = migration = kind(LAST[1], LAST[0])
    loader.graph.add_node(LAST, migration)
    loader.graph.add_dependency(migration, LAST, leaf)
    return list(older_code.misfits_of(loader, LAST, set()))


def added(field):
    return migrations.AddField("enquiry", "sample", field)


@pytest.mark.parametrize(
    "operation",
    [
        added(models.TextField(null=True)),
        added(models.BooleanField(db_default=False, default=False)),
        migrations.AddIndex("enquiry", models.Index(fields=["status"], name="sample")),
        migrations.AlterModelOptions("enquiry", {"ordering": ["status"]}),
        migrations.AlterField("enquiry", "reference", models.CharField(max_length=5)),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_only_adds_fits(loader, operation):
    if isinstance(operation, migrations.AlterField):  # its words alone
        state = loader.project_state()
        field = state.models["referrals", "enquiry"].fields["reference"].clone()
        field.help_text = "In other words"
        operation.field = field
    assert found(loader, operation) == []


@pytest.mark.parametrize(
    "operation",
    [
        added(
            models.BooleanField(default=False)
        ),  # Django takes the default out of the table again
        migrations.RemoveField("enquiry", "reference"),
        migrations.RenameField("enquiry", "reference", "number"),
        migrations.DeleteModel("tombstone"),
        migrations.AlterField("enquiry", "reference", models.CharField(max_length=5)),
        migrations.AddConstraint(
            "enquiry", models.CheckConstraint(condition=~models.Q(status=""), name="sample")
        ),
        migrations.RunSQL("SELECT 1", "SELECT 1"),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_the_older_code_may_miss_does_not(loader, operation):
    [line] = found(loader, operation)
    assert line.startswith("referrals 0099_sample: ")


def test_an_author_who_has_shown_that_it_fits_may_say_so(loader):
    assert found(loader, migrations.RunSQL("SELECT 1", "SELECT 1"), said=True) == []


def test_what_happens_to_a_table_that_is_new_itself_fits(loader):
    table = migrations.CreateModel("Sample", [("id", models.BigAutoField(primary_key=True))])
    field = migrations.AddField("sample", "words", models.TextField(default=""))
    assert found(loader, table, field) == []


@pytest.mark.django_db
def test_this_release_fits_its_own_tables():
    call_command("older_code_fits", str(ROOT), stdout=(out := StringIO()))
    assert "works on these tables" in out.getvalue()


@pytest.mark.django_db
def test_an_earlier_release_is_told_by_the_migrations_it_has(tmp_path):
    names = [path.relative_to(ROOT) for path in ROOT.glob("*/migrations/0001_*.py")]
    for name in [*names, "manage.py"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    with pytest.raises(SystemExit, match="1"):
        call_command("older_code_fits", str(tmp_path), stdout=(out := StringIO()))
    assert "Remove field held_briefly from attachment" in out.getvalue()


@pytest.mark.django_db
def test_a_folder_without_a_release_is_refused(tmp_path):
    with pytest.raises(CommandError, match="holds no release"):
        call_command("older_code_fits", str(tmp_path))
