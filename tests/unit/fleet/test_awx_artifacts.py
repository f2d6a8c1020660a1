"""A report as an artifact of an AWX job, whose texts a later job parses as YAML."""

from __future__ import annotations

import random
from typing import Any

import pytest
import yaml

from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet import report
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.awx_artifacts import (
    decode,
    encode,
    quoted,
    unquoted,
)
from ansible_collections.cloudimages.azure_gallery.plugins.module_utils._fleet.merge import incomplete

from support import report_samples as samples
from support.unsafe_yaml import UNLIKE_TEXTS, Untrusted

HOSTILE = (
    *UNLIKE_TEXTS,
    *("No", "1.5e+3", "0b1", "-.INF", ".nan", "<<", "!", "&", "*"),
    *("", " ", "-", "1:30", "190:20:30.15", "yes\n", "'", "''", "'0123'", "'x", "2001-12-14t21:59:43.10-05:00"),
)
PLAIN = ("web-1", "1.0.0", "3d", "2024-01", "yes-1", "nullable", "10.0.0.4", "no room: =", "a'", "x=1", "22-04-server")


class _Rereader(yaml.SafeLoader):
    """As ansible-core 2.19 reads them."""

    def unsafe(self, node: yaml.ScalarNode) -> Any:
        tag = self.resolve(yaml.ScalarNode, node.value, (True, False))
        return self.construct_object(yaml.ScalarNode(tag, node.value, node.start_mark), deep=True)


_Rereader.add_constructor("!unsafe", _Rereader.unsafe)


def read_again(given: Any) -> Any:
    return yaml.load(yaml.dump(given, Dumper=Untrusted, default_flow_style=False), Loader=_Rereader)


def of(*names: str, **more: Any) -> dict[str, Any]:
    """The report of images that failed, with these names for all that has one."""
    images = [samples.refused(name, name, definition=name or "d", version=name, group=name or "g") for name in names]
    return report.summary(report.document(images, ["no", "0123 "], **more))


@pytest.mark.parametrize("text", [*HOSTILE, *PLAIN])
def test_a_text_stays_what_it_is(text: str) -> None:
    assert read_again(quoted(text)) == quoted(text)
    assert unquoted(quoted(text)) == text
    assert (quoted(text) == text) is (text in PLAIN)


def test_whatever_is_no_text_for_yaml_is_quoted() -> None:
    """By what PyYAML itself takes a text for."""
    chosen, resolver = random.Random(7), _Rereader("")
    for _time in range(50_000):
        text = "".join(chosen.choices("0127_.:-+eExXbofnayINT~=<'\n ", k=chosen.randint(0, 9)))
        assert resolver.resolve(yaml.ScalarNode, quoted(text), (True, False)) == "tag:yaml.org,2002:str", text
        assert unquoted(quoted(text)) == text


def test_a_report_comes_back() -> None:
    given = of(*HOSTILE)
    again = decode(read_again(encode(given)))
    times = ("started", "ended")
    assert {key: value for key, value in again.items() if key not in times} == {
        key: value for key, value in given.items() if key not in times
    }
    assert encode(of(*PLAIN))["failures"] == of(*PLAIN)["failures"]


def test_none_is_lost_behind_another() -> None:
    names = [name for name in HOSTILE if name.strip()]
    plan, whole = (read_again(encode(of(*names, check_mode=check))) for check in (True, False))
    assert incomplete([decode(plan)], [decode(whole)]) is None
    part = read_again(encode(of(*[name for name in names if name != "1.10"])))
    assert "missing: 1.10. " in str(incomplete([decode(plan)], [decode(part)]))
