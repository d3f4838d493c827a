"""Hostile and broken files for imports. Each contains the word CANARY, which no report may quote."""

from collections.abc import Callable

CANARY = "Canari-Zébulon"
HEAD = "cle;nom;prenom;telephone;courriel"
GOOD = "T1;Dupont;Anne;;"


def _text(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(lines).encode(encoding)


# Case name -> (content of locataires.csv, expected error code, number of the invalid line or 0 for the whole file).
CORPUS: dict[str, tuple[Callable[[], bytes], str, int]] = {
    "empty": (lambda: b"", "empty_file", 0),
    "only a mark": (lambda: b"\xef\xbb\xbf", "empty_file", 0),
    "no header": (lambda: _text(f"T1;{CANARY};Anne;;", GOOD), "no_header", 1),
    "header of another file": (lambda: _text(f"cle;{CANARY};nom", "T1;x;y"), "unknown_column", 1),
    "column twice": (lambda: _text("cle;nom;nom", f"T1;{CANARY};x"), "column_twice", 1),
    "column missing": (lambda: _text("cle;prenom", f"T1;{CANARY}"), "missing_column", 1),
    "header again": (lambda: _text(HEAD, GOOD, HEAD, f"T2;{CANARY};;;"), "header_again", 3),
    "nul": (lambda: _text(HEAD, f"T1;{CANARY}\0;;;"), "nul", 2),
    "utf-16": (lambda: _text(HEAD, f"T1;{CANARY};;;", encoding="utf-16"), "utf16", 0),
    "spreadsheet": (lambda: b"PK\x03\x04" + CANARY.encode(), "not_csv", 0),
    "two encodings": (lambda: _text(HEAD, f"T1;{CANARY};;;") + b"\r\nT2;Zo\xeb;;;", "mixed_encoding", 3),
    "no encoding": (lambda: _text(HEAD, GOOD) + b"\r\nT2;\x81\x8d" + CANARY.encode("cp1252"), "encoding", 3),
    "open quote": (lambda: _text(HEAD, f'T1;"{CANARY};;;', GOOD.replace("T1", "T2")), "quote", 2),
    "quote in the middle": (lambda: _text(HEAD, f'T1;"{CANARY}"x;;;'), "quote", 2),
    "quoted line break": (lambda: b'cle;nom\r\nT1;"' + CANARY.encode() + b'\r\nsuite"\r\n', "quote", 2),
    "huge cell": (lambda: _text(HEAD, f"T1;{CANARY * 5_000};;;", GOOD.replace("T1", "T2")), "long_line", 2),
    "long cell": (lambda: _text(HEAD, f"T1;{CANARY * 20};;;"), "long", 2),
    "a million columns": (lambda: _text(HEAD, CANARY + ";" * 1_000_000), "long_line", 2),
    "a million columns in the header": (lambda: (CANARY + ";" * 1_000_000).encode(), "long_line", 1),
    "mixed separators": (lambda: _text(HEAD, f"T1,{CANARY},Anne,,"), "cells", 2),
    "too many cells": (lambda: _text(HEAD, f"T1;{CANARY};;;;;x"), "cells", 2),
    "too few cells": (lambda: _text(HEAD, f"T1;{CANARY};;", GOOD.replace("T1", "T2")), "cells", 2),
    "cut off": (lambda: _text(HEAD, *[f"T{i};Dupont;Anne;;" for i in range(15)], f"T99;{CANARY}"), "cells", 17),
    "one of sixteen is short": (
        lambda: _text(HEAD, *[f"T{i};x;y;;" for i in range(15)], f"T98;{CANARY}", "T99;x;y;;", ""),
        "cells",
        17,
    ),
    "formula": (lambda: _text(HEAD, f"T1;=HYPERLINK({CANARY});;;"), "formula", 2),
    "formula behind a space": (lambda: _text(HEAD, f"T1;\u00a0@SUM({CANARY});;;"), "formula", 2),
    "formula of full width": (lambda: _text(HEAD, f"T1;＝{CANARY};;;"), "formula", 2),
    "invisible sign": (lambda: _text(HEAD, f"T1;{CANARY}\u202e;;;"), "control", 2),
    "bell": (lambda: _text(HEAD, f"T1;{CANARY}\x07;;;"), "control", 2),
    "key with a space": (lambda: _text(HEAD, f"T 1 {CANARY};x;;;"), "key", 2),
    "same key twice": (lambda: _text(HEAD, f"T1;{CANARY};;;", "T1;Autre;;;"), "twice", 2),
    "telephone": (lambda: _text(HEAD, f"T1;x;;06 {CANARY};"), "phone", 2),
    "address": (lambda: _text(HEAD, f"T1;x;;;{CANARY}@@x"), "email", 2),
    "no name": (lambda: _text(HEAD, f"T1;;{CANARY};;"), "required", 2),
    "folded too long": (lambda: _text(HEAD, f"T1;{'ß' * 80};{CANARY}{'ß' * 60};;"), "long", 2),
}
