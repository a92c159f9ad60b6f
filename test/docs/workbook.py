"""Writes an XLSX workbook with one sheet. Arguments: its path, then a row each, as JSON."""

import json
import sys
import zipfile

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def cell(place, value):
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def row(number, values):
    cells = (cell(f"{chr(ord('A') + n)}{number}", value) for n, value in enumerate(values))
    return f'<row r="{number}">{"".join(cells)}</row>'


def relationships(kind, target):
    link = f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"/>'
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{link}</Relationships>'


rows = "".join(row(n, json.loads(text)) for n, text in enumerate(sys.argv[2:], 1))
with zipfile.ZipFile(sys.argv[1], "w") as book:
    book.writestr(
        "[Content_Types].xml",
        f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{MIME}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{MIME}.worksheet+xml"/></Types>',
    )
    book.writestr("_rels/.rels", relationships("officeDocument", "xl/workbook.xml"))
    book.writestr(
        "xl/workbook.xml",
        f'{XML}<workbook xmlns="{SHEETS}" xmlns:r="{OFFICE}">'
        '<sheets><sheet name="Users" sheetId="1" r:id="r1"/></sheets></workbook>',
    )
    book.writestr("xl/_rels/workbook.xml.rels", relationships("worksheet", "worksheets/sheet1.xml"))
    book.writestr(
        "xl/worksheets/sheet1.xml",
        f'{XML}<worksheet xmlns="{SHEETS}"><sheetData>{rows}</sheetData></worksheet>',
    )
