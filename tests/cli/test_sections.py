import click
from click.testing import CliRunner

from trialist.cli.sections import SectionedCommand


def help_of(sections):
    @click.command("x", cls=SectionedCommand, sections=sections)
    @click.argument("file")
    @click.option("--b", help="Second.")
    @click.option("--a", help="First.")
    @click.option("--hid", hidden=True)
    def command(**options):
        del options

    return CliRunner().invoke(command, ["--help"]).output


def test_options_stand_under_their_titles_in_the_order_given():
    text = help_of({"One": ("a",), "None of it": ("zzz",), "Two": ("b",)})
    assert text.index("One:") < text.index("--a") < text.index("Two:") < text.index("--b")
    assert "None of it" not in text
    assert "hid" not in text


def test_what_stands_under_no_title_comes_last():
    text = help_of({"One": ("a",)})
    assert text.index("--a") < text.index("Options:") < text.index("--b") < text.index("--help")
    assert "FILE\n" not in text.partition("One:")[2]
