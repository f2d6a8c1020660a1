"""Values that some layer takes for something else, by kind; each was a real mistake."""

from __future__ import annotations

import typing as t

HUGE = "x" * 1_000_000
DIGITS = "9" * 5000  # more than Python reads as a number
MANY_REGIONS = [f"region{number}" for number in range(10_000)]


def _lines(text: str) -> list[str]:
    return text.strip("\n").split("\n")


# Text that YAML, Jinja, a shell, a URL or a number parser would interpret.
_PLAIN = _lines(r"""
{{ 7 * 7 }}
{% raw %}
{{ lookup('pipe', 'id') }}
{#
${HOME}
$(id)
`id`
'; --
"
\
<b>&amp;
..
.
../..
a/../b
%2e%2e
a%2fb
a?b=c
a#b
a b
a/b
/
//
https://[
https://a:b
1.10
1.1
1.10.0
01.2.3
1e3
0123
0x1F
1_000
12:30:45
2019
-1
+1
0
1.0
yes
no
on
off
true
False
y
N
null
~
Null
nan
.nan
inf
-.inf
NaN
2030-01-01
2030-1-1
2030-02-30
2001-12-14t21:59:43.10-05:00
=
<<
&a
*a
@a
%a
|
>
- a
a: b
a:
{a: b}
{a: b
[a]
[a
{}
[]
{"a": NaN}
!!int x
!!set {a}
!!timestamp x
!!bool x
!!binary x
!!python/name:os.system
? a
&a [*a]
{null: a}
{[a]: b}
²
٣
１.２.３
İ
ß
ﬁ
é
日本
🙂
""")
_UNPRINTABLE = ("", " ", "\t\n", "\x00", "a\x00b", "\x1b[31mred\x1b[0m", "a\nb", "a\r\nb", "--- a\n--- b", "e\u0301")
_UNICODE = ("\u202edlrow", "\u2028", "\ufeffx", "\ud800", "\u212a", "\u200b")
_LONG = ("x" * 81, "x" * 300, DIGITS, HUGE, "[" * 3000, "{a: " * 1000, "~" + "(" * 3000)
TEXTS: tuple[str, ...] = (*_PLAIN, *_UNPRINTABLE, *_UNICODE, *_LONG)

NUMBERS: tuple[t.Any, ...] = (0, 1, -1, 2**31, 10**400, 0.0, 1.1, 1e300, float("nan"), float("inf"), float("-inf"))

VERSIONS: tuple[t.Any, ...] = (
    *_lines("""
1
1.0
1.10
1.0.0.0
01.0.0
1.00.0
1.0.2147483648
99999999999.0.0
-1.0.0
 1.0.0
v1.0.0
1,0,0
1.0.x
1..0
.1.0
1.0.
latest
next
Next_Patch
１.０.０
٣.٣.٣
1.0.0-rc1
1e3.0.0
0x1.0.0
1_0.0.0
"""),
    *("1.0.0\n", f"{DIGITS}.0.0", 1, 1.1, 2019),
)

REGIONS: tuple[t.Any, ...] = (
    *_lines("""
east-us
2eastus
eastus=
=1
eastus=1=2=3
eastus==1
../x
eastus;
Ostusien Ü
{{ region }}
eastus=zrs
eastus=-1
eastus=0
eastus=1.5
eastus=²
eastus=standard_zrs=1
"""),
    *("", " ", "east\x00us", HUGE, f"eastus={DIGITS}", None, True, 7, 1.5, ["eastus"], {}),
    *({"name": None}, {"name": ["eastus"]}, {"name": True}, {"nmae": "eastus"}, {"name": "eastus", "encryption": 1}),
)
# Values of a region's other keys.
REGION_COUNTS: tuple[t.Any, ...] = (0, -1, True, "x", "²", "1.5", 1.5, DIGITS, 10**400, [], {}, float("nan"))
STORAGE_TYPES: tuple[t.Any, ...] = ("zrs", "x y", 1, True, ["Standard_LRS"], {"a": 1}, HUGE, "\ud800")
ENCRYPTIONS: tuple[t.Any, ...] = (
    *("x", 1, True, ["x"], {"disk": {}}, {"os_disk": "x"}, {"os_disk": {"id": 1}}),
    *({"data_disks": 1}, {"data_disks": True}, {"data_disks": "ab"}, {"data_disks": [1]}, {"data_disks": [{}]}),
    *({"data_disks": [{"lun": lun, "disk_encryption_set_id": "x"}]} for lun in ("²", "-1", 1.5, DIGITS, None, True)),
    *({"os_disk": {"disk_encryption_set_id": given}} for given in ({"a": 1}, ["x"], 1, True)),
    {"data_disks": [{"lun": 1, "disk_encryption_set_id": "x"}, {"lun": "1", "disk_encryption_set_id": "y"}]},
)

_GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"
_COMPUTE = f"{_GROUP}/providers/Microsoft.Compute"
IDS: tuple[str, ...] = (
    *("/", "x", "/subscriptions/x", "resourceGroups/rg", f"https://management.azure.com{_COMPUTE}/images/web"),
    *(f"{_COMPUTE}/{rest}" for rest in ("virtualMachines/vm", "images", "images//", "images/a/b", "image/a")),
    *(f"{_COMPUTE}/images/{name}" for name in ("..", ".", "a?b=c", "a#b", "%2e%2e", "a b", "a\x00", "\ud800", "a\nb")),
    *(f"{_COMPUTE}/images/{name}" for name in ("x" * 300, HUGE, "{{ x }}", "é")),
    *(f"{_COMPUTE}/galleries/pics/images/web/versions/{name}" for name in ("..", "1.0.0?x", "1.0.0/..", "latest")),
    *(_COMPUTE.replace("rg", group) + "/images/web" for group in ("..", "a?b", "rg.", " ")),
    *(_COMPUTE.replace("0000-0000", other) + "/images/web" for other in ("..", "zzzz-zzzz", "?")),
)

DATES: tuple[t.Any, ...] = (
    *_lines("""
soon
2030
2030-1-1
2030-13-01
2030-02-30
20300101
2030-W01-1
01/02/2030
2030-01-01T
2030-01-01T25:00:00Z
2030-01-01T00:00:60Z
2030-01-01T00:00:00+99:00
2030-01-01T00:00:00.1234567890123Z
0000-01-01
0001-01-01T00:00:00+14:00
9999-12-31T23:59:59-14:00
２０３０-01-01
"""),
    *("2030-01-01\n\n2", 20300101, 1893456000, 2030.5, True, {"year": 2030}),
)

TAGS: tuple[t.Any, ...] = (
    *({"a": None}, {"A": "1", "a": "2"}, {"a": {}}, {"a": ["b"]}, {"": "x"}, {"k" * 513: "x"}, {"k": "v" * 257}),
    *("a", "a=b c", ["a"], 1, True, {"a": {"b": None}}, {"İ": "1", "i̇": "2"}, {"k": HUGE}, {"\ud800": "x"}),
    {f"k{number}": "" for number in range(51)},
)
FEATURES: tuple[t.Any, ...] = (
    *({"a": None}, {"a": []}, {"a": ["b"]}, {"a": {"value": {}}}, {"a": {"vlaue": "x"}}, {"A": "1", "a": "2"}),
    *({"": "x"}, {"a": {"value": "x", "starts_at_version": 1.1}}, {"a": float("nan")}, "x", [1], 1),
)
SECONDS: tuple[t.Any, ...] = (
    -1,
    -0.5,
    10**400,
    1e300,
    float("nan"),
    float("inf"),
    "x",
    "nan",
    "1e400",
    DIGITS,
    True,
    [],
    {},
)
# All beneath the working folder.
FOLDERS: tuple[t.Any, ...] = (
    "",
    " ",
    "a/b",
    "a\x00b",
    "\ud800",
    "x" * 300,
    "x/" * 3000,
    "{{ x }}",
    "日本",
    7,
    True,
    [],
    ["a", "b"],
    {},
)
