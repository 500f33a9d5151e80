"""Strict YAML as staff write it: text stays text, every mistake has a place and a remedy.

`read_yaml` gives a `Document` of nodes that know where they stand; `walk` checks a mapping against
a `Table` of fields and gives a `Record`; `json_schema` makes the same table known to editors.

    reporter = Reporter(document.file)
    reporter.extend(document.problems)
    record = walk(document.root, TABLE, reporter)
"""

from concierge.staff_yaml.compose import parse_yaml, read_yaml
from concierge.staff_yaml.dates import read_day
from concierge.staff_yaml.decode import decode, read_text
from concierge.staff_yaml.fields import Field, Kind, Record, Table, key_form
from concierge.staff_yaml.nodes import Document, Mapping_, Node, Reporter, Sequence_, Text
from concierge.staff_yaml.records import each_record, yaml_files
from concierge.staff_yaml.schema import json_schema, record_schema
from concierge.staff_yaml.values import read_phone, read_url
from concierge.staff_yaml.walk import walk

__all__ = [
    "Document",
    "Field",
    "Kind",
    "Mapping_",
    "Node",
    "Record",
    "Reporter",
    "Sequence_",
    "Table",
    "Text",
    "decode",
    "each_record",
    "json_schema",
    "key_form",
    "parse_yaml",
    "read_day",
    "read_phone",
    "read_text",
    "read_url",
    "read_yaml",
    "record_schema",
    "walk",
    "yaml_files",
]
