"""A course's folder as a zip.  Whatever the zip is, little memory and little time is spent on it."""

import stat
import struct
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from content.course_file import NAME
from content.exchange.folder import TABLE, Folder, load_folder
from content.exchange.report import Imported, ImportReport
from content.lines import LARGEST_FILE
from content.loader import MOST_FILES
from content.problems import CourseInvalid, Problem

LARGEST_FOLDER = 256 * 1024
"""Four times the shipped course.  Its formulas and emphasis are rendered while somebody waits."""
LARGEST_ZIP = 1024 * 1024
"""In bytes, as it is sent."""
_LONGEST_NAME = 200
_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_METHODS = (ZIP_STORED, ZIP_DEFLATED)
"""The others cannot be unpacked a little at a time."""
_FAILURES = (
    BadZipFile, LargeZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, OverflowError,
    RuntimeError, ValueError,
)  # fmt: skip
"""What a damaged zip makes of `zipfile`."""
_UNSEEN = {"__MACOSX", "Thumbs.db", "desktop.ini"}
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(slots=True)
class _Unpacking:
    files: Folder = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Problem] = field(default_factory=list)
    total: int = 0

    def refuse(self, path: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(_shown(path), 1, message, hint))


def read_zip(data: bytes, name: str = "the zip") -> Imported:
    """The course folder in this zip, or `CourseInvalid` with every problem.

    A single folder around everything is taken off.  Hidden files and what is no Markdown do not count; paths that lead
    out, links and encrypted entries are never unpacked.
    """
    unpacking = _Unpacking()
    if len(data) > LARGEST_ZIP:
        unpacking.refuse(name, f"the zip is larger than {LARGEST_ZIP // 1024} kB", "a course has text only")
    elif data.count(_ENTRY) > MOST_FILES:
        unpacking.refuse(name, f"the zip has more than {MOST_FILES} files", "put one course into it, and nothing else")
    else:
        _unpack(data, name, unpacking)
    if unpacking.problems:
        raise CourseInvalid(unpacking.problems)
    try:
        course = load_folder(unpacking.files)
    except CourseInvalid as error:
        raise CourseInvalid([*error.problems, *unpacking.skipped]) from None
    return Imported(unpacking.files, course, ImportReport(len(course.items()), skipped=tuple(unpacking.skipped)))


def _unpack(data: bytes, name: str, unpacking: _Unpacking) -> None:
    try:
        with ZipFile(BytesIO(data)) as archive:
            paths = [(_parts(info), info) for info in archive.infolist() if not (_is_folder(info) or _is_unseen(info))]
            depth = int(len({parts[0] for parts, _ in paths}) == 1 and all(len(parts) > 1 for parts, _ in paths))
            for parts, info in paths:
                _take(archive, info, parts[depth:], unpacking)
    except _FAILURES:
        unpacking.refuse(name, "this is no zip, or it is damaged", "pack the course's folder again")


def _parts(info: ZipInfo) -> list[str]:
    return info.orig_filename.replace("\\", "/").split("/")


def _is_folder(info: ZipInfo) -> bool:
    return info.orig_filename.endswith(("/", "\\"))


def _is_unseen(info: ZipInfo) -> bool:
    parts = _parts(info)
    return any(part in _UNSEEN or (part.startswith(".") and part.strip(".")) for part in parts)


def _take(archive: ZipFile, info: ZipInfo, parts: list[str], unpacking: _Unpacking) -> None:
    if unpacking.total > LARGEST_FOLDER:
        return
    path, problem = info.orig_filename, _danger(info)
    if problem is not None:
        unpacking.refuse(path, *problem)
    elif parts == [TABLE]:
        return
    elif not parts[-1].casefold().endswith(".md"):
        unpacking.skipped.append(Problem(_shown(path), 1, "only Markdown files are taken", "name lessons `….md`"))
    elif len(parts) > 1:
        unpacking.refuse(path, "this lesson lies in a folder of its own", f"put all lessons beside `{NAME}`")
    elif not parts[0].endswith(".md"):
        unpacking.refuse(path, "the name ends with capital letters", "name it `….md`")
    elif parts[0].casefold() in {one.casefold() for one in unpacking.files}:
        unpacking.refuse(path, "a file of this name is there twice")
    else:
        _read(archive, info, parts[0], unpacking)


def _danger(info: ZipInfo) -> tuple[str, str] | None:
    """Why this entry must not be touched."""
    path, parts = info.orig_filename, _parts(info)
    mode = info.external_attr >> 16
    if not path.isprintable() or len(path) > _LONGEST_NAME:
        return "the file's name is too long, or holds signs that cannot be shown", "give it a plain name"
    if "" in parts or ".." in parts or "." in parts or ":" in path:
        return "the path leads out of the folder", "pack the course's folder itself"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "this is no ordinary file", "put the file itself here, not a link to it"
    if info.flag_bits & _ENCRYPTED:
        return "the file is encrypted", "pack it without a password"
    if info.compress_type not in _METHODS:
        return "the file is packed in an unusual way", "pack it as an ordinary zip (deflate)"
    return None


def _read(archive: ZipFile, info: ZipInfo, name: str, unpacking: _Unpacking) -> None:
    """The file is unpacked, up to the limits; what the zip says of its size is not believed."""
    with archive.open(info) as packed:
        data = packed.read(LARGEST_FILE + 1)
    unpacking.total += len(data)
    if len(data) > LARGEST_FILE:
        unpacking.refuse(name, f"the file is larger than {LARGEST_FILE // 1024} kB", "split it into lessons")
    elif unpacking.total > LARGEST_FOLDER:
        unpacking.refuse(name, f"the files are larger than {LARGEST_FOLDER // 1024} kB together")
    else:
        unpacking.files[name] = data


def _shown(path: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in path[:_LONGEST_NAME])


def write_zip(files: Folder, top: str) -> bytes:
    """These files in a folder of this name; the same files give the same bytes."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = ZipInfo(f"{top}/{name}", _LONG_AGO)
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, files[name])
    return packed.getvalue()


def table_in(data: bytes) -> bytes | None:
    """The table beside the lessons in a zip that `write_zip` made; none if the course came from no table."""
    with ZipFile(BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.endswith(f"/{TABLE}")]
        return archive.read(names[0]) if names else None
