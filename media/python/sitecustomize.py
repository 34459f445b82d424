"""Tells a Loam run which files this Python opens. Standard library only, silent, and never in the way.

Python imports it at its start because the run puts this folder first on PYTHONPATH. It takes the folder off sys.path
again and hands over to the user's own sitecustomize, so that nothing of theirs is hidden.
"""


def _watch(target):
    import os
    import sys

    readable = frozenset(
        "csv tsv psv txt dat parquet pq orc avro json jsonl ndjson arrow feather ipc npy npz pkl pickle joblib h5 hdf5 hdf "
        "nc zarr mat rds sas7bdat dta sav xls xlsx xlsm ods sqlite sqlite3 db duckdb pt pth ckpt safetensors onnx pb tflite "
        "keras gguf bin zip tar gz tgz bz2 xz zst lz4 7z png jpg jpeg bmp gif tif tiff webp wav mp3 flac ogg mp4 avi mkv "
        "libsvm svm arff tfrecord lmdb fasta fastq vcf bam xml yaml yml".split()
    )
    sources = ("py", "pyc", "pyi", "pyx", "so", "pyd", "dll", "ipynb")
    hidden = ("site-packages", "dist-packages", "__pycache__", ".git", ".loam", "node_modules", ".venv", ".ipynb_checkpoints")
    separator = os.sep
    folder = os.environ.get("LOAM_HOOK_FOLDER", "")
    inside = folder.rstrip(separator) + separator if folder else ""
    away = tuple(
        place.rstrip(separator) + separator
        for place in {
            sys.prefix,
            sys.base_prefix,
            sys.exec_prefix,
            os.environ.get("TMPDIR", ""),
            "/tmp",
            "/proc",
            "/sys",
            "/dev",
            "/etc",
            "/usr",
            "/lib",
            "/var",
        }
        if place
    )
    seen = set()
    most = 10000
    # taken now: at the interpreter's end module globals may be gone
    fspath, fsdecode, abspath = os.fspath, os.fsdecode, os.path.abspath
    os_open, os_write, os_close, getpid = os.open, os.write, os.close, os.getpid
    append = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
    writing = os.O_WRONLY | os.O_RDWR

    def quoted(text):
        out = []
        for character in text:
            if character in '"\\':
                out.append("\\" + character)
            elif character < " ":
                out.append("\\u%04x" % ord(character))
            else:
                out.append(character)
        return '"' + "".join(out) + '"'

    def tell(line):
        # opened for each line: a handle that is kept could be closed and its number given to a file of the program
        handle = os_open(target, append, 0o600)
        try:
            os_write(handle, (line + "\n").encode("utf-8", "surrogateescape"))
        finally:
            os_close(handle)

    def look(path, mode, flags):
        if isinstance(path, int):
            return
        name = fsdecode(fspath(path))
        if name == target:
            return
        if isinstance(mode, str):
            writes = "w" in mode or "a" in mode or "x" in mode or "+" in mode
        else:
            writes = isinstance(flags, int) and bool(flags & writing)
        key = (name, writes)
        if key in seen or len(seen) >= most:
            return
        dot = name.rfind(".")
        ending = name[dot + 1 :].lower() if dot >= 0 else ""
        if ending in sources or (not writes and ending not in readable):
            return
        seen.add(key)
        whole = abspath(name)
        mine = inside != "" and whole.startswith(inside)
        # outside the run's folder: neither what programs keep for themselves nor what the system has
        if not mine and (writes or whole.startswith(away) or separator + "." in whole):
            return
        if any(part in hidden for part in (whole[len(inside) :] if mine else whole).split(separator)):
            return
        tell('{"k":"%s","pid":%d,"path":%s}' % ("write" if writes else "read", getpid(), quoted(whole)))

    def hook(event, arguments):
        if event == "open":
            try:
                look(*arguments)
            except Exception:
                pass

    words = getattr(sys, "orig_argv", None) or getattr(sys, "argv", None) or []
    tell(
        '{"k":"python","pid":%d,"executable":%s,"version":%s,"prefix":%s,"path":[%s],"argv":[%s]}'
        % (
            getpid(),
            quoted(sys.executable or ""),
            quoted(".".join(str(part) for part in sys.version_info[:3])),
            quoted(sys.prefix),
            ",".join(quoted(str(place)) for place in sys.path),
            ",".join(quoted(str(word)) for word in words),
        )
    )
    sys.addaudithook(hook)


def _begin():
    import os
    import sys

    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [place for place in sys.path if os.path.abspath(place or ".") != here]
    target = os.environ.get("LOAM_HOOK_FILE")
    if target:
        try:
            _watch(target)
        except Exception:
            pass  # a run is never disturbed by its recording
    from _frozen_importlib import module_from_spec
    from _frozen_importlib_external import PathFinder

    spec = PathFinder.find_spec("sitecustomize", sys.path)
    if spec is not None and spec.loader is not None:
        module = module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


_begin()
