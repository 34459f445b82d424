import type { TrustReport } from "./view.js";

export type Danger = TrustReport["findings"][number]["danger"];

/** Modules that can run programs, reach the network, the disk or the interpreter: nothing that a model is made of. */
const dangerousModules = new Set(
  (
    "os posix nt posixpath ntpath subprocess _posixsubprocess pty sys shutil socket _socket ssl select selectors " +
    "socketserver http urllib urllib2 urllib3 httplib requests httpx aiohttp ftplib smtplib poplib imaplib telnetlib " +
    "xmlrpc webbrowser ctypes _ctypes cffi importlib imp runpy pkgutil zipimport code codeop commands popen2 platform " +
    "pdb bdb timeit cProfile profile trace doctest pydoc unittest test asyncio multiprocessing concurrent threading " +
    "_thread thread signal pickle _pickle cPickle dill marshal shelve dbm tempfile fileinput io _io glob pip " +
    "setuptools distutils ensurepip venv idlelib lib2to3 inspect gc sqlite3 _sqlite3 winreg _winreg msvcrt mmap " +
    "types linecache tokenize ast symtable dis site sitecustomize atexit nturl2path readline rlcompleter cmd " +
    "curses tkinter turtle paramiko fabric invoke sh plumbum pexpect docker boto3 botocore torch.hub torch.package " +
    "torch.jit torch.serialization torch.distributed torch.utils.cpp_extension torch.utils.bottleneck " +
    "torch.utils.collect_env numpy.f2py numpy.distutils numpy.testing numpy.lib.npyio numpy.ctypeslib " +
    "scipy.weave joblib.memory joblib.parallel joblib.externals.loky sklearn.datasets pandas.io " +
    "pandas.core.computation keras.utils keras.models tensorflow.io mlflow.projects mlflow.tracking"
  ).split(" "),
);

/** Names that run what they are given, wherever they come from. */
const dangerousNames = new Set(
  (
    "system popen exec eval execfile compile __import__ import_module open file input getattr setattr delattr " +
    "globals locals vars breakpoint apply map filter reduce attrgetter methodcaller loads load read_pickle " +
    "run_module run_path runstring call check_call check_output Popen spawn fork execv execve memmap fromfile tofile"
  ).split(" "),
);

/** What values are made of that a model holds. */
const usualOfPython: Readonly<Record<string, readonly string[]>> = {
  builtins: (
    "object list dict set frozenset tuple bytes bytearray str int float complex bool slice range type " +
    "NotImplemented Ellipsis long unicode xrange"
  ).split(" "),
  copyreg: ["_reconstructor", "__newobj__", "__newobj_ex__"],
  collections: ["OrderedDict", "defaultdict", "Counter", "deque", "ChainMap"],
  _codecs: ["encode"],
  datetime: ["datetime", "date", "time", "timedelta", "timezone"],
  decimal: ["Decimal"],
  fractions: ["Fraction"],
  uuid: ["UUID"],
  array: ["array", "_array_reconstructor"],
  pathlib: ["PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath", "Path"],
  zoneinfo: ["ZoneInfo", "ZoneInfo._unpickle"],
  random: ["Random"],
};
/** What holds on to functions without calling them, and what `cloudpickle` makes functions of. */
const holding: Readonly<Record<string, RegExp>> = {
  functools: /^partial$/,
  operator: /^itemgetter$/,
  types: /^(SimpleNamespace|MappingProxyType)$/,
  cloudpickle: /^/,
};
/** Names of Python 2. */
const oldModules: Readonly<Record<string, string>> = { __builtin__: "builtins", copy_reg: "copyreg" };

/** Libraries whose classes and arrays models are made of. */
const usualLibraries = new Set(
  (
    "sklearn numpy scipy pandas xgboost lightgbm catboost torch torchvision joblib statsmodels imblearn keras " +
    "tensorflow transformers tokenizers safetensors pyarrow polars skops category_encoders optuna hdbscan umap " +
    "sentence_transformers onnx mlflow"
  ).split(" "),
);

/** Functions of these libraries that put their objects together again. */
const rebuilding = new RegExp(
  [
    "^_?_?(rebuild|reconstruct|unpickle|new|pyx_unpickle|ufunc|frombuffer|unserialize)",
    "^(scalar|ndarray|dtype|matrix|recarray|newObj|bool_?|u?int(8|16|32|64|c|p)?|float(16|32|64|128)?|longdouble)$",
    "^(complex(64|128)?|str_|bytes_|object_|datetime64|timedelta64|void|generic|finfo|device|Size)$",
    "^(cs[rc]|coo|bsr|dia|dok|lil)_(matrix|array)$",
    "^(rv_frozen|rv_continuous_frozen|rv_discrete_frozen)$",
    "^__?(randomstate|bit_generator|generator)_ctor$",
    "_ctor$",
  ].join("|"),
);
const looksLikeClass = /^_*[A-Z]\w*$/;

const within = (module: string, known: ReadonlySet<string>): boolean => {
  for (let name = module; name !== ""; name = name.slice(0, Math.max(0, name.lastIndexOf("."))))
    if (known.has(name)) return true;
  return false;
};

/** How a name stands that a pickle imports: `called` where it is also called on loading. */
export function dangerOf(module: string, name: string, called: boolean): Danger {
  const place = oldModules[module] ?? module;
  if (usualOfPython[place]?.includes(name) === true) return "usual";
  const last = name.slice(name.lastIndexOf(".") + 1);
  const library = place.split(".", 1)[0] ?? "";
  if (holding[library]?.test(name) === true) return "unusual";
  if (within(place, dangerousModules)) return "dangerous";
  if (dangerousNames.has(last) || place === "builtins" || place === "operator") return "dangerous";
  const isClass = name.split(".").every((part) => looksLikeClass.test(part));
  if (!usualLibraries.has(library)) return isClass || !called ? "unusual" : "dangerous";
  // a dotted name reaches through modules that the library itself imports
  if (name.includes(".") && !isClass)
    return within(`${place}.${name}`, dangerousModules) ? "dangerous" : reachOf(name);
  return isClass || rebuilding.test(name) ? "usual" : "unusual";
}

/** `serialization.os.system`: through a library to what it imports. */
function reachOf(name: string): Danger {
  const parts = name.split(".");
  return parts.some((part) => dangerousModules.has(part) || dangerousNames.has(part))
    ? "dangerous"
    : "unusual";
}
