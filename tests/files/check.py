#!/usr/bin/env python3
"""The golden files of a release as other programs see them: Frictionless, CSV on the Web,
Python's CSV reader, LibreOffice with German settings, OpenSSL. Each check also sees a
spoilt copy, so that a checker that finds nothing at all is noticed.

    check.py TOOLS    TOOLS: bin folder with frictionless and csvwvalidate

The last line is "N passed, N failed".
"""

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
import xml.etree.ElementTree as xml
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[2] / "fixtures/exports/veroeffentlichung"
STEM = "kora-quartal-2026-Q3-v2"
TOOLS = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("/usr/bin")
# Separator 59 (;), quotes 34, UTF-8 76, from line 1, no column formats, German (1031),
# quoted fields not as text, detect special numbers: what the import dialogue offers.
GERMAN_CSV = "Text - txt - csv (StarCalc):59,34,76,1,,1031,false,true"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def run(*command, cwd=None):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)


def copy(folder, spoil=None):
    """The package in a folder of its own; spoil = (file, from, to)."""
    target = Path(folder) / "paket"
    shutil.copytree(GOLDEN / "paket", target)
    if spoil:
        name, before, after = spoil
        text = (target / name).read_bytes()
        assert before in text, f"{name} has no {before!r}"
        (target / name).write_bytes(text.replace(before, after, 1))
    return target


def records(path, delimiter, encoding):
    with open(path, newline="", encoding=encoding) as file:
        return list(csv.reader(file, delimiter=delimiter, strict=True))


def german(text):
    """A figure of the CSV for people as a number, or None for a sign."""
    return None if text in (".", "-") else float(text.replace(",", "."))


# --- Frictionless --------------------------------------------------------------------


def frictionless(folder):
    result = run(str(TOOLS / "frictionless"), "validate", "datapackage.json", "--json", cwd=folder)
    report = json.loads(result.stdout)
    return report["valid"], [e["type"] for t in report["tasks"] for e in t["errors"]], report


def test_frictionless_finds_the_package_valid():
    with tempfile.TemporaryDirectory() as scratch:
        valid, errors, report = frictionless(copy(scratch))
        assert valid and not errors, errors
        assert len(report["tasks"]) == 6, "every CSV file is a resource"


def test_frictionless_finds_what_is_spoilt():
    # The size stays the same, so that content errors are not hidden behind it.
    cases = [
        ((b"daten.csv", b",38,e", b",3x,e"), "type-error"),
        ((b"daten.csv", b"personen_begonnen,akt_gruppe,gesamt", b"personen_begonnen,akt_grupqe,gesamt"), "foreign-key"),
        ((b"daten.csv", b",akt_gruppe,gesamt", b",akt_einzel,gesamt"), "primary-key"),
        ((b"daten.csv", b",38,e", b",39,e"), "hash-count"),
    ]
    for (name, before, after), expected in cases:
        with tempfile.TemporaryDirectory() as scratch:
            valid, errors, _ = frictionless(copy(scratch, (name.decode(), before, after)))
            assert not valid and expected in errors, (expected, errors)


# --- CSV on the Web ------------------------------------------------------------------


def csvw(folder):
    return run(str(TOOLS / "csvwvalidate"), "-v", "csv-metadata.json", cwd=folder)


def test_csvw_finds_the_package_valid():
    with tempfile.TemporaryDirectory() as scratch:
        result = csvw(copy(scratch))
        assert result.returncode == 0 and "OK" in result.stdout, result.stdout + result.stderr


def test_csvw_finds_what_is_spoilt():
    cases = [
        ("daten.csv", b",38,e", b",3x,e"),
        ("daten.csv", b"personen_begonnen,akt_gruppe", b"personen_begonnen,akt_gibts_nicht"),
        ("codelisten/massnahme.csv", b"2024-07-01", b"1.7.2024"),
    ]
    for case in cases:
        with tempfile.TemporaryDirectory() as scratch:
            result = csvw(copy(scratch, case))
            assert result.returncode != 0, case


# --- RFC 4180 ------------------------------------------------------------------------


def test_every_csv_file_is_rfc_4180_without_formulas():
    files = [(GOLDEN / f"{STEM}-lesbar.csv", ";", "utf-8-sig")]
    files += [(path, ",", "utf-8") for path in sorted((GOLDEN / "paket").rglob("*.csv"))]
    assert len(files) == 7, files
    for path, delimiter, encoding in files:
        raw = path.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf") == (delimiter == ";"), path
        assert raw.endswith(b"\r\n") and raw.count(b"\n") == raw.count(b"\r\n"), path
        lines = records(path, delimiter, encoding)
        assert len(lines) > 1 and {len(line) for line in lines} == {len(lines[0])}, path
        for field in (field for line in lines for field in line):
            assert field == "-" or not field.startswith(("=", "+", "-", "@", "\t", "\r", "'")), field


def test_both_csv_files_tell_the_same_figures():
    readable = records(GOLDEN / f"{STEM}-lesbar.csv", ";", "utf-8-sig")
    machine = records(GOLDEN / "paket/daten.csv", ",", "utf-8")
    value, table = readable[0].index("Wert"), readable[0].index("Tabelle_Code")
    people = [(line[table], line[value].replace(",", ".")) for line in readable[1:]]
    assert people == [(line[0], line[-2]) for line in machine[1:]]


def test_every_line_of_the_readable_csv_explains_itself():
    readable = records(GOLDEN / f"{STEM}-lesbar.csv", ";", "utf-8-sig")
    for name in ("Definition", "Geheimhaltung", "Grund_der_Korrektur", "Hinweise"):
        place = readable[0].index(name)
        assert all(line[place].strip() for line in readable[1:]), name


# --- LibreOffice ---------------------------------------------------------------------


def sheets(path, *options):
    """Sheets of a file as LibreOffice reads it: name -> rows of (type, text, formula)."""
    with tempfile.TemporaryDirectory() as scratch:
        # A profile of its own: no settings of the person who runs this, no second instance.
        result = run(
            "soffice", f"-env:UserInstallation=file://{scratch}/profile", "--headless", *options,
            "--convert-to", "fods", "--outdir", scratch, str(path),
        )
        target = Path(scratch) / (Path(path).stem + ".fods")
        assert target.exists(), result.stdout + result.stderr
        tree = xml.parse(target)
    found = {}
    for sheet in tree.iter(f"{TABLE}table"):
        rows = []
        for row in sheet.iter(f"{TABLE}table-row"):
            cells = []
            for cell in row.findall(f"{TABLE}table-cell"):
                kind = cell.get(f"{OFFICE}value-type", "")
                value = cell.get(f"{OFFICE}value") or cell.get(f"{OFFICE}date-value")
                text = "\n".join("".join(p.itertext()) for p in cell.findall(f"{TEXT}p"))
                entry = (kind, value or text, cell.get(f"{TABLE}formula"))
                repeated = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
                cells += [entry] * (repeated if kind else min(repeated, 50))
            rows.append(cells)
        found[sheet.get(f"{TABLE}name")] = rows
    return found


def formulas(rows):
    return [cell for row in rows for cell in row if cell[2]]


def test_libreoffice_opens_the_csv_with_german_settings():
    path = GOLDEN / f"{STEM}-lesbar.csv"
    (rows,) = sheets(path, f"--infilter={GERMAN_CSV}").values()
    assert not formulas(rows)
    expected = records(path, ";", "utf-8-sig")
    head = expected[0]
    numbers = signs = 0
    for row, line in zip(rows, expected):
        for place, (cell, field) in enumerate(zip(row, line)):
            kind, value, _ = cell
            name = head[place]
            if line is head or field == "":
                continue
            if name == "Wert" and german(field) is not None:
                assert kind == "float" and float(value) == german(field), (cell, field)
                numbers += 1
            elif name == "Version":
                assert kind == "float", cell
            elif name == "Stand":
                assert (kind, value) == ("date", field), cell
            else:
                # Code words, names and signs stay what they are.
                assert (kind, value) == ("string", field), (cell, field)
                signs += name == "Wert"
    assert numbers >= 10 and signs >= 4, (numbers, signs)


def test_libreoffice_would_have_shown_a_formula():
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "boese.csv"
        path.write_bytes("\ufeffName;Wert\r\n=1+1;007\r\n".encode())
        (rows,) = sheets(path, f"--infilter={GERMAN_CSV}").values()
        assert formulas(rows) and rows[1][1][1] == "7", rows


def test_libreoffice_opens_the_workbook():
    found = sheets(GOLDEN / f"{STEM}.xlsx")
    names = list(found)
    assert names[0] == "Überblick" and names[-2:] == ["Werte", "Codelisten"], names
    assert not [cell for rows in found.values() for cell in formulas(rows)]
    head = [cell[1] for cell in found["Werte"][0]]
    value, day = head.index("Wert"), head.index("Stand")
    expected = records(GOLDEN / f"{STEM}-lesbar.csv", ";", "utf-8-sig")[1:]
    rows = found["Werte"][1 : len(expected) + 1]
    assert len(rows) == len(expected)
    for row, line in zip(rows, expected):
        number = german(line[head.index("Wert")])
        if number is None:
            assert row[value][:2] == ("string", line[head.index("Wert")]), row
        else:
            assert row[value][0] == "float" and float(row[value][1]) == number, row
        assert row[day][0] == "date" and row[day][1].startswith("2026-10-15"), row[day]


# --- What LIESMICH.txt tells people to do ------------------------------------------------


def openssl(folder):
    return run(
        "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "schluessel.pem", "-rawin",
        "-in", "manifest.json", "-sigfile", "manifest.json.sig", cwd=folder,
    ).returncode == 0


def test_openssl_verifies_the_signature():
    with tempfile.TemporaryDirectory() as scratch:
        assert openssl(copy(scratch))
    with tempfile.TemporaryDirectory() as scratch:
        assert not openssl(copy(scratch, ("manifest.json", b'"version": 2', b'"version": 3')))


def test_the_manifest_knows_every_file():
    manifest = json.loads((GOLDEN / "paket/manifest.json").read_text("utf-8"))
    known = {}
    for entry in manifest["dateien"]:
        known[GOLDEN / "paket" / entry["name"]] = entry
    for entry in manifest["begleitdateien"]:
        known[GOLDEN / entry["name"]] = entry
    for path, entry in known.items():
        content = path.read_bytes()
        assert len(content) == entry["bytes"], path
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], path
    present = {path for path in GOLDEN.rglob("*") if path.is_file()}
    signed = {GOLDEN / "paket/manifest.json", GOLDEN / "paket/manifest.json.sig"}
    assert present - set(known) - signed == {GOLDEN / f"{STEM}-maschinenlesbar.zip"}


def main():
    tests = {name: test for name, test in globals().items() if name.startswith("test_")}
    failed = 0
    for name, test in tests.items():
        try:
            test()
            print(f"ok   {name[5:]}", flush=True)
        except Exception:
            failed += 1
            print(f"FAIL {name[5:]}\n{traceback.format_exc()}", flush=True)
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    sys.exit(main())
