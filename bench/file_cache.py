"""The peer's cache in files: cachelib's where it is installed, else one that does less, in the peer's favour."""

import hashlib
import pickle
import tempfile
import time
from pathlib import Path
from typing import Any

NEVER_PRUNED = 1_000_000


class FileCache:
    """Values in files, replaced whole; nothing is counted or pruned, which cachelib does at each write."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def _path(self, key: str) -> Path:
        return self._folder / hashlib.sha256(key.encode()).hexdigest()

    def get(self, key: str) -> Any:
        """The value; None if it is not there, or no longer."""
        try:
            ends, value = pickle.loads(self._path(key).read_bytes())
        except FileNotFoundError:
            return None
        return value if ends >= time.time() else None

    def set(self, key: str, value: Any, seconds: int | None = None) -> None:
        """The value is there for so long."""
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
            file.write(pickle.dumps((time.time() + (seconds or 600), value)))
        Path(file.name).replace(self._path(key))


def cache_in(folder: Path) -> Any:
    """The cache of the processes that share this folder."""
    try:
        from cachelib import FileSystemCache
    except ImportError:
        return FileCache(folder)
    # As it comes it prunes from 500 files on, by reading them all at each write: we spare it that.
    return FileSystemCache(str(folder), threshold=NEVER_PRUNED, default_timeout=600)


def kind() -> str:
    """Which of the two it is."""
    try:
        import cachelib
    except ImportError:
        return "own file cache"
    return f"cachelib {cachelib.__version__}" if hasattr(cachelib, "__version__") else "cachelib's FileSystemCache"
