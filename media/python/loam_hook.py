"""Tells a run which files this process opens: a JSON line each, appended to the file that LOAM_HOOK_FILE names.

Standard library only, nothing imported that Python has not loaded by itself, silent, and never in the way. Children
by fork go on with what they inherit; those that start anew find the hook on their PYTHONPATH.
"""

import os
import sys

MOST_LINES = 10000

# Data that is read file by file, and data of which a training reads thousands: these are told by their folder.
TABLES = frozenset(
    "csv tsv psv txt dat data parquet pq orc avro json jsonl ndjson arrow feather ipc npy npz pkl pickle joblib h5 hdf5 "
    "hdf nc mat rds sas7bdat dta sav xls xlsx xlsm ods sqlite sqlite3 db duckdb pt pth ckpt safetensors onnx pb tflite "
    "keras gguf bin zip tar gz tgz bz2 xz zst lz4 7z libsvm svm arff tfrecord tfrecords lmdb fasta fastq vcf bam xml".split()
)
PICTURES = frozenset("png jpg jpeg bmp gif tif tiff webp ppm dcm wav mp3 flac ogg m4a mp4 avi mkv mov".split())
SOURCES = frozenset("py pyc pyi pyx pyd so dll dylib ipynb lock pid".split())
SETTINGS = frozenset(
    "package.json package-lock.json tsconfig.json settings.json launch.json requirements.txt constraints.txt "
    "license.txt licence.txt readme.txt cmakelists.txt entry_points.txt top_level.txt direct_url.json".split()
)
HIDDEN = frozenset(
    "site-packages dist-packages __pycache__ .git .hg .svn .loam .venv node_modules .ipynb_checkpoints .vscode .idea "
    ".mypy_cache .pytest_cache .ruff_cache .tox .nox".split()
)
# Under a home, hidden folders hold settings, but these hold data sets and weights.
KEPT_CACHES = ("/.keras/", "/.cache/huggingface/", "/.cache/torch/", "/.cache/kagglehub/", "/.cache/whisper/")
SYSTEM = (
    "/proc /sys /dev /run /etc /bin /sbin /lib /lib64 /usr /boot /tmp /private/tmp /private/var/folders /var/tmp "
    "/var/folders /var/cache /var/lib /var/run /Library /System /Applications"
).split()


def quoted(text):
    """A text as JSON, in ASCII; a byte that is no text stays a lone surrogate."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return '"' + text + '"'
    out = []
    for letter in text:
        code = ord(letter)
        if letter in '"\\':
            out.append("\\" + letter)
        elif 0x20 <= code < 0x7F:
            out.append(letter)
        elif code < 0x10000:
            out.append("\\u%04x" % code)
        else:
            code -= 0x10000
            out.append("\\u%04x\\u%04x" % (0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF)))
    return '"' + "".join(out) + '"'


# Modules that read files without Python's knowing, and beside this file what is done to them.
READERS = frozenset(
    "pyarrow pyarrow.csv pyarrow.json pyarrow.orc pyarrow.feather pyarrow.ipc pyarrow.dataset pyarrow.parquet "
    "pyarrow.parquet.core polars duckdb h5py._hl.files".split()
)


def database(name):
    """The file that a name of SQLite stands for, which may be a URI, and whether it is opened for reading alone."""
    if not name.startswith("file:"):
        return name, False
    path, _, options = name[5:].partition("#")[0].partition("?")
    if path.startswith("//"):
        path = path[path.find("/", 2) :]
    first, *rest = os.fsencode(path).split(b"%")
    path = os.fsdecode(first + b"".join([bytes([int(part[:2], 16)]) + part[2:] for part in rest]))
    return path, not {"mode=ro", "immutable=1"}.isdisjoint(options.split("&"))


class Watcher:
    """Stands before the finders of modules and finds none, but has those that read files told of."""

    def __init__(self, here, look_at_source, look):
        self.here = here
        self.looks = (look_at_source, look)
        self.readers = None

    def find_spec(self, name, path=None, target=None):
        if name not in READERS:
            return None
        for finder in list(sys.meta_path):
            if finder is self:
                continue
            find = getattr(finder, "find_spec", None)
            if find is None:
                return None
            spec = find(name, path, target)
            if spec is not None:
                try:
                    self.follow(name, spec.loader)
                except Exception:
                    pass
                return spec
        return None

    def follow(self, name, loader):
        """Has the module that `loader` is about to fill wrapped as soon as it is."""
        if getattr(loader, "name", None) != name:
            return  # one for many modules: not to be touched
        fill = loader.exec_module

        def exec_module(module):
            try:
                del loader.exec_module
                fill(module)
            except BaseException as error:
                if error.__traceback__ is not None:
                    error.__traceback__ = error.__traceback__.tb_next
                raise
            try:
                self.wrap(name, module)
            except Exception:
                pass

        loader.exec_module = exec_module

    def wrap(self, name, module):
        if self.readers is None:
            place = os.path.join(self.here, "loam_readers.py")
            loader = sys.modules["_frozen_importlib_external"].SourceFileLoader("loam_readers", place)
            readers = {"__name__": "loam_readers", "__file__": place}
            exec(loader.get_code("loam_readers"), readers)
            self.readers = readers
        self.readers["wrap_readers"](name, module, *self.looks)


def watch():
    """Tells of this interpreter, and from now on of what it opens."""
    # Kept as locals: at the interpreter's end the names of modules may be gone while files are still closed.
    fspath, fsdecode, getcwd, getpid = os.fspath, os.fsdecode, os.getcwd, os.getpid
    normpath, normcase, isabs, join = os.path.normpath, os.path.normcase, os.path.isabs, os.path.join
    exists, is_folder, status = os.path.exists, os.path.isdir, os.stat
    open_file, write_file, close_file = os.open, os.write, os.close
    separator = os.sep
    quote = quoted

    target = os.environ["LOAM_HOOK_FILE"]
    append = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    for name in ("O_CLOEXEC", "O_BINARY", "O_NOINHERIT"):
        append |= getattr(os, name, 0)
    anew = os.O_CREAT | os.O_TRUNC
    folder_flag = getattr(os, "O_DIRECTORY", 0)

    def ended(place):
        return normcase(normpath(place)).rstrip(separator) + separator

    folder = os.environ.get("LOAM_HOOK_FOLDER") or getcwd()
    inside = tuple({ended(folder), ended(os.path.realpath(folder))})
    prefixes = {ended(place) for place in (sys.prefix, sys.base_prefix, sys.exec_prefix) if place}
    temporary = [os.environ[name] for name in ("TMPDIR", "TEMP", "TMP", "SystemRoot", "ProgramFiles") if os.environ.get(name)]
    # a prefix such as /usr may have the run's folder in it, so these count only for what is outside of that
    away = tuple(prefixes | {ended(place) for place in SYSTEM + temporary})
    within = tuple(place for place in prefixes if place.startswith(inside))

    seen = set()
    written = set()
    pictures = {}
    told = [0]

    def tell(line):
        if told[0] >= MOST_LINES:
            return
        told[0] += 1
        # opened for each line: a handle that is kept could be closed, and its number given to a file of the program
        handle = open_file(target, append, 0o600)
        try:
            write_file(handle, line.encode("ascii") + b"\n")
        finally:
            close_file(handle)

    def is_hidden(path, mine):
        if mine:
            if within and path.startswith(within):
                return True
            path = path[max([len(place) for place in inside if path.startswith(place)]) :]
        elif path.startswith(away):
            return True
        else:
            plain = path.replace("\\", "/")
            if "/." in plain and not any(cache in plain for cache in KEPT_CACHES):
                return True
        return not HIDDEN.isdisjoint(path.split(separator))

    def look(path, reads, writes, certain=False):
        """Tells of a file that is opened; `certain`: it is data, whatever its name."""
        if isinstance(path, int):
            return
        name = fsdecode(fspath(path))
        if name == target:
            return
        base = name[name.rfind(separator) + 1 :].lower()
        dot = base.rfind(".")
        ending = base[dot + 1 :] if dot >= 0 else ""
        if ending in SOURCES:
            return
        if reads and not certain and ending not in TABLES and ending not in PICTURES:
            reads = False
        if not (reads or writes):
            return
        whole = normpath(name if isabs(name) else join(getcwd(), name))
        key = (whole, reads, writes)
        if key in seen:
            return
        if len(seen) < MOST_LINES:
            seen.add(key)
        cased = normcase(whole)
        mine = cased.startswith(inside)
        if is_hidden(cased, mine):
            return
        # what the program wrote itself is no data that it was given; what it may change is read first
        was_written = whole in written
        if reads and base not in SETTINGS and not was_written:
            if ending in PICTURES:
                count_picture(whole)
            else:
                tell('{"k":"read","pid":%d,"path":%s%s}' % (getpid(), quote(whole), state_of(whole)))
        if writes and mine and not was_written:
            written.add(whole)
            tell('{"k":"write","pid":%d,"path":%s}' % (getpid(), quote(whole)))

    def state_of(whole):
        try:
            now = status(whole)
            return ',"size":%d,"mtime":%d' % (now.st_size, now.st_mtime_ns // 1000)
        except OSError:
            return ""

    def look_at_source(source):
        """Tells of what a reader that is not Python's own is given: a file, a folder, a pattern, or several of these."""
        if isinstance(source, (list, tuple, set, frozenset)):
            for one in source:
                look_at_source(one)
            return
        if not (isinstance(source, str) or hasattr(source, "__fspath__")):
            return
        name = fsdecode(fspath(source))
        if name.startswith("file://"):
            name = name[7:]
        if name == "" or "://" in name or "\n" in name or "\0" in name:
            return
        whole = normpath(name if isabs(name) else join(getcwd(), name))
        if is_folder(whole):
            look_at_tree(whole)
        elif exists(whole):
            look(whole, True, False, True)
        elif not {"*", "?", "["}.isdisjoint(name):
            look_at_tree(whole)

    def look_at_tree(whole):
        key = (whole, True, False)
        if key in seen:
            return
        if len(seen) < MOST_LINES:
            seen.add(key)
        cased = normcase(whole)
        if not is_hidden(cased, cased.startswith(inside)):
            tell('{"k":"tree","pid":%d,"path":%s}' % (getpid(), quote(whole)))

    def count_picture(whole):
        place = whole[: whole.rfind(separator)]
        count = pictures.get(place, 0) + 1
        if len(pictures) < MOST_LINES:
            pictures[place] = count
        if count in (1, 10, 100, 1000, 10000, 100000):
            tell('{"k":"folder","pid":%d,"path":%s,"files":%d}' % (getpid(), quote(place), count))

    def hook(event, arguments):
        if event == "open":
            try:
                path, _, flags = arguments
                kind = flags & 3
                if kind == 0:
                    if not flags & folder_flag:
                        look(path, True, False)
                else:
                    look(path, kind == 2 and not flags & anew, True)
            except Exception:
                pass
        elif event == "os.rename":
            try:
                look(arguments[1], False, True)  # how careful programs write: elsewhere first, then into place
            except Exception:
                pass
        elif event == "sqlite3.connect":
            try:
                path, only_reads = database(fsdecode(fspath(arguments[0])))
                if path != "" and not path.startswith(":"):
                    look(path, exists(path), not only_reads)
            except Exception:
                pass

    # not the arguments: they may hold secrets
    tell(
        '{"k":"python","pid":%d,"executable":%s,"version":%s,"implementation":%s,"prefix":%s,"path":[%s]}'
        % (
            getpid(),
            quote(sys.executable or ""),
            quote(".".join([str(part) for part in sys.version_info[:3]])),
            quote(sys.implementation.name),
            quote(sys.prefix),
            ",".join([quote(str(place)) for place in sys.path]),
        )
    )
    sys.addaudithook(hook)
    sys.meta_path.insert(0, Watcher(os.path.dirname(os.path.abspath(__file__)), look_at_source, look))
