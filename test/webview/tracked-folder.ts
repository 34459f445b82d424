import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { loam, LoamProcess, newFolder, runsIn, write } from "../run/loam.js";

const client = fs.readFileSync(path.join(import.meta.dirname, "..", "run", "rest.py"), "utf8");

/** Logs all that a run can have, with nothing but Python's own library. */
const train = `import base64, json, math, sys, time
import rest
from rest import call, create_run, finish, log_metric, send

steps = int(sys.argv[sys.argv.index("--steps") + 1])
rows = open("data/rows.csv").read().splitlines()
print("\\x1b[1mTraining\\x1b[0m on %d rows" % len(rows))
run = create_run(run_name="wide-forest")

def log(**fields):
    call("POST", "runs/log-batch", run_id=run, **fields)

log(params=[dict(key=k, value=v) for k, v in [("model", "forest"), ("lr", "0.0005"), ("depth", "12"), ("trees", "400"), ("path_of_the_configuration", "configs/experiments/2026/november/wide-forest-with-a-long-name.yaml")]],
    tags=[dict(key="team", value="risk"), dict(key="mlflow.source.name", value="train.py"), dict(key="mlflow.note.content", value="# Wider trees\\n\\nTries **deeper** trees than \`baseline\`:\\n\\n- depth 12\\n- 400 trees\\n\\nSee [the plan](https://example.org/plan).")])
now = int(time.time() * 1000)
points = []
for step in range(steps):
    loss = 1.2 * math.exp(-step / 60) + 0.05 * math.sin(step * 1.7) * math.exp(-step / 90) + 0.08
    f1 = 0.97 - 0.4 * math.exp(-step / 40) + 0.01 * math.sin(step)
    values = {"train/loss": loss, "val/loss": loss * 1.1 + 0.02, "f1": f1, "accuracy": f1 - 0.01, "lr": 0.0005 * 0.99 ** step}
    if step == 25:
        values["val/loss"] = "NaN"
    if 100 <= step < 130:
        del values["accuracy"]
    points += [dict(key=k, value=v, step=step, timestamp=now + step * 1000) for k, v in values.items()]
    if step % 10 == 0:
        print("\\x1b[32mstep %d\\x1b[0m: loss %.4f, \\x1b[1;36mf1 %.4f\\x1b[0m" % (step, loss, f1), flush=True)
for at in range(0, len(points), 900):
    log(metrics=points[at:at + 900])
log(metrics=[dict(key=k, value=v, step=0, timestamp=now) for k, v in [("test/f1", 0.9543), ("test/auc", 0.98712), ("parameters", 1204833)]])

uri = call("GET", "runs/get", run_id=run)["run"]["info"]["artifact_uri"]
base = "/api/2.0/mlflow-artifacts/artifacts/" + uri.split(":/", 1)[1]
bars = "".join('<rect x="%d" y="%d" width="24" height="%d" fill="#0072b2"/>' % (20 + n * 30, 180 - h, h) for n, h in enumerate([160, 120, 90, 60, 30, 12]))
files = {
    "plots/importance.svg": ('<svg xmlns="http://www.w3.org/2000/svg" width="220" height="200">%s</svg>' % bars).encode(),
    "plots/dot.png": base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC"),
    "predictions.csv": ("row,name,probability\\n" + "".join('%d,"case, %d",%.7f\\n' % (n, n, 1 / (n + 1)) for n in range(400))).encode(),
    "report.json": json.dumps({"f1": 0.9543, "confusion": [[50, 3], [2, 88]]}).encode(),
    "model/MLmodel": b"flavors:\\n  python_function: {}\\n",
    "model/weights.bin": bytes(range(256)) * 40,
}
for name, content in files.items():
    status, _ = send("PUT", base + "/" + name, content)
    assert status == 200, name
finish(run)
print("Done", flush=True)
`;

const broken = `import sys

def load(path):
    with open(path) as file:
        return [float(cell) for cell in file.read().split()]

def main():
    print("Reading the data", flush=True)
    load("data/words.txt")

main()
`;

const slow = `import math, time
from rest import create_run, finish, log_metric

run = create_run(run_name="long-training")
for step in range(600):
    log_metric(run, "loss", 1 / (1 + step), step)
    log_metric(run, "accuracy", 1 - 0.5 * math.exp(-step / 20), step)
    print("step %d" % step, flush=True)
    time.sleep(0.1)
finish(run)
`;

/** A folder as a person has it: a git repository with uncommitted changes, scripts and data, and no store yet. */
export function projectFolder(): string {
  const folder = newFolder("loam-page-");
  const git = (...words: readonly string[]): void => {
    execFileSync("git", ["-c", "user.name=Anna", "-c", "user.email=anna@example.org", ...words], {
      cwd: folder,
      stdio: "pipe",
    });
  };
  write(folder, {
    "rest.py": client,
    "train.py": train.replace("0.0005", "0.001"),
    "broken.py": broken,
    "slow.py": slow,
    "old.py": "print('old')\n",
    "data/rows.csv": Array.from({ length: 200 }, (_, row) => `${row},${row * row}`).join("\n"),
    "data/words.txt": "1.0 2.5 many 4\n",
  });
  git("init", "-q", "-b", "main");
  git("add", ".");
  git("commit", "-q", "-m", "First");
  write(folder, { "train.py": train, "notes.md": "To try: deeper trees\n" });
  fs.rmSync(path.join(folder, "old.py"));
  return folder;
}

/** Tracks a command to its end. Returns the id of the newest run. */
export async function track(folder: string, ...command: readonly string[]): Promise<string> {
  await loam(folder, ["run", "--", ...command]);
  return newest(folder);
}

export const newest = (folder: string): string => {
  const run = runsIn(folder).at(-1);
  if (!run) throw new Error("There is no run.");
  return run.id;
};

/** A run that logs ten times a second for a minute. */
export const startSlow = (folder: string): LoamProcess =>
  new LoamProcess(folder, ["run", "--", "python3", "slow.py"]);
