/** What stands behind a launcher's own options: a whole command, or a script (or `-m module`) for Python. */
export interface Launcher {
  readonly then: "command" | "script";
  /** Whether an option that no list names takes the next word: the rule of most of this launcher's options. */
  readonly unlisted: "flag" | "valued";
  /** The exceptions to `unlisted`. */
  readonly except: ReadonlySet<string>;
  /** Words between the options and what is launched: the duration of `timeout`. */
  readonly skip: number;
}

const launcher = (
  then: Launcher["then"],
  unlisted: Launcher["unlisted"],
  except: string = "",
  skip = 0,
): Launcher => ({ then, unlisted, except: new Set(except.split(" ").filter(Boolean)), skip });

const distributed = launcher(
  "script",
  "valued",
  "--standalone --no-python --no_python --run-path --run_path --use-env --use_env",
);
const accelerate = launcher(
  "script",
  "valued",
  "-q --quiet --multi_gpu --multi-gpu --cpu --mps --tpu --use_deepspeed --use_fsdp --use_megatron_lm --use_xpu " +
    "--debug --same_network --no_python --dynamo_use_dynamic --dynamo_use_fullgraph --tpu_cluster --no_tpu_cluster",
);
const coverage = launcher(
  "script",
  "flag",
  "--source --omit --include --rcfile --context --concurrency --data-file",
);
const uv = launcher(
  "command",
  "flag",
  "--with --with-editable --with-requirements --extra --group --only-group --no-group --env-file --python -p " +
    "--package --directory --project --index --default-index --index-url --extra-index-url --find-links --refresh-package",
);
const slurm = launcher(
  "command",
  "valued",
  "--exclusive --pty --unbuffered -u --label -l --overlap --verbose -v --quiet -Q --overcommit -O --no-kill -k --wait-all-nodes",
);
const mpi = launcher(
  "command",
  "valued",
  "--allow-run-as-root --oversubscribe --use-hwthread-cpus --report-bindings -v --verbose --tag-output -l",
);
const profiler = launcher("script", "flag", "-o --outfile -s --sort --output -p --profile-interval");

/** By the name of the program, with its verb where it has some; the key of a Python module starts with `-m `. */
export const launchers: Readonly<Record<string, Launcher>> = {
  "uv run": uv,
  "poetry run": launcher("command", "flag", "-C --directory -P --project"),
  "pipenv run": launcher("command", "flag"),
  "pdm run": launcher("command", "flag", "-p --project -s --site-packages"),
  "hatch run": launcher("command", "flag"),
  "rye run": launcher("command", "flag"),
  "pixi run": launcher("command", "flag", "-e --environment --manifest-path"),
  "conda run": launcher("command", "flag", "-n --name -p --prefix --cwd"),
  "mamba run": launcher("command", "flag", "-n --name -p --prefix --cwd"),
  "micromamba run": launcher("command", "flag", "-n --name -p --prefix --cwd -a --attach"),
  "dotenv run": launcher("command", "flag", "-f --file"),
  "doppler run": launcher("command", "flag", "-p --project -c --config"),
  "nsys profile": launcher("command", "flag", "-o --output -t --trace -s --sample -d --duration -y --delay"),
  "py-spy record": launcher("command", "flag", "-o --output -f --format -d --duration -r --rate"),
  env: launcher("command", "flag", "-u --unset -C --chdir"),
  nice: launcher("command", "flag", "-n --adjustment"),
  ionice: launcher("command", "flag", "-c --class -n --classdata"),
  nohup: launcher("command", "flag"),
  setsid: launcher("command", "flag"),
  caffeinate: launcher("command", "flag", "-t -w"),
  stdbuf: launcher("command", "flag", "-i -o -e"),
  time: launcher("command", "flag", "-f --format -o --output"),
  timeout: launcher("command", "flag", "-k --kill-after -s --signal", 1),
  taskset: launcher("command", "flag", "", 1),
  numactl: launcher("command", "flag", "-N -m -C -p -i"),
  "xvfb-run": launcher("command", "flag", "-e -f -n -p -s --server-num --server-args"),
  sudo: launcher("command", "flag", "-u --user -g --group"),
  srun: slurm,
  mpirun: mpi,
  mpiexec: mpi,
  horovodrun: launcher("command", "valued", "--verbose --gloo --mpi --check-build"),
  torchrun: distributed,
  "torch.distributed.run": distributed,
  "-m torch.distributed.run": distributed,
  "-m torch.distributed.launch": distributed,
  "accelerate launch": accelerate,
  "-m accelerate.commands.launch": accelerate,
  deepspeed: launcher(
    "script",
    "valued",
    "--no_local_rank --no_python --no_ssh --force_multi --enable_each_rank_log",
  ),
  "coverage run": coverage,
  "-m coverage run": coverage,
  "streamlit run": launcher("script", "valued"),
  "memray run": launcher("script", "flag", "-o --output -p --live-port"),
  "mprof run": launcher("script", "flag", "-T --interval -o --output"),
  "jupyter nbconvert": launcher(
    "script",
    "valued",
    "--execute --inplace --debug --allow-errors --stdout --stdin --no-input --no-prompt --clear-output -y",
  ),
  "jupyter execute": launcher("script", "flag", "--kernel_name --output --timeout"),
  ipython: launcher("script", "flag", "--profile --matplotlib --pylab --gui"),
  kernprof: profiler,
  viztracer: profiler,
  scalene: launcher("script", "flag", "--outfile --profile-interval --cpu-percent-threshold"),
  "-m cProfile": profiler,
  "-m profile": profiler,
  "-m kernprof": profiler,
  "-m scalene": launcher("script", "flag", "--outfile --profile-interval"),
  "-m memory_profiler": launcher("script", "flag", "-o --pdb-mmem"),
  "-m pdb": launcher("script", "flag", "-c --command"),
  "-m trace": launcher("script", "flag", "-f --file -C --coverdir"),
  "-m debugpy": launcher("script", "flag", "--listen --connect --log-to --pid"),
};

const programsOfCommands =
  /^(python|pypy|py|Rscript|julia|node|bash|sh|zsh|torchrun|accelerate|deepspeed)[\d.]*(\.exe)?$/i;
const scriptFile = /\.(pyw?|pyz|ipynb|sh|bash|zsh|r|jl|js|mjs|ts|rb|pl|ps1)$/i;

/** Whether a word names a file that some interpreter runs. */
export const isScriptFile = (word: string): boolean => scriptFile.test(word);

/** `/usr/bin/python3.11` → `python3.11`, `C:\Py\Python.EXE` → `python`. */
export function programName(word: string): string {
  const base = word.slice(Math.max(word.lastIndexOf("/"), word.lastIndexOf("\\")) + 1);
  return /\.(exe|cmd|bat)$/i.test(base) ? base.slice(0, -4).toLowerCase() : base;
}

/** The index after `argv[at…]`'s options of `kind`, where what it launches begins. */
export function afterOptions(argv: readonly string[], at: number, kind: Launcher): number {
  let next = at;
  for (let word = argv[next]; word !== undefined; word = argv[next]) {
    if (word === "--") return next + 1;
    if (!word.startsWith("-") || word === "-") break;
    const startsModule = (word === "-m" || word === "--module") && !kind.except.has(word);
    if (startsModule && (kind.then === "script" || kind.unlisted === "flag")) break;
    if (word === "-mca" || word === "--mca") {
      next += 3;
      continue;
    }
    const valued = (kind.unlisted === "valued") !== kind.except.has(word);
    const following = argv[next + 1];
    const takesNext =
      valued &&
      !word.includes("=") &&
      following !== undefined &&
      !/^-[^\d]/.test(following) &&
      (kind.except.has(word) || !startsLaunched(following));
    next += takesNext ? 2 : 1;
  }
  return next + kind.skip;
}

const startsLaunched = (word: string): boolean =>
  isScriptFile(word) || programsOfCommands.test(programName(word));
