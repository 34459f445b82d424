// `npm start`: from a fresh clone to a tracked run of the example, with the commands to try next.
import fs from "node:fs";
import path from "node:path";
import {
  build,
  installPackages,
  loam,
  Missing,
  node,
  requireGit,
  root,
  run,
  virtualEnvironment,
} from "./prepare.mjs";

const example = path.join(root, "examples", "breast-cancer");

async function start() {
  requireGit();
  await installPackages();
  await build();
  const python = await virtualEnvironment(
    path.join(example, ".venv"),
    path.join(example, "requirements.txt"),
  );
  const script = path.relative(root, path.join(example, "train.py"));
  console.log(`\nRunning ${script} below \`loam run\`. The script knows nothing of Loam.\n`);
  const code = await loamIn(["run", "--", python, "train.py", "--n-estimators", "50"]);
  if (code !== 0) throw new Error(`The run ended with exit code ${code}.`);
  console.log("\nWhat the folder now has:\n");
  await loamIn(["runs", "list"]);
  console.log(`\nNext, for example:\n\n${next(python).join("\n")}\n`);
}

function loamIn(args) {
  return run(node, [loam, ...args], { cwd: example });
}

function quoted(word) {
  return /[^\w./\\:-]/.test(word) ? `"${word}"` : word;
}

function next(python) {
  const here = (file) => quoted(path.relative(example, file));
  const program = `${here(node)} ${here(loam)}`;
  const interpreter = here(python);
  return [
    `  cd ${quoted(path.relative(process.cwd(), example) || ".")}`,
    `  ${program} run -- ${interpreter} train.py --model logreg --lr 0.01`,
    `  ${program} run -- ${interpreter} train.py --config params.yaml`,
    `  ${program} run -- ${interpreter} train_plain.py`,
    `  ${program} runs list`,
    `  ${program} runs search --filter "metrics.accuracy > 0.9 order by metrics.accuracy desc"`,
    `  ${program} verify`,
  ];
}

try {
  if (!fs.existsSync(path.join(root, "package-lock.json"))) throw new Error("package-lock.json is missing.");
  await start();
} catch (error) {
  console.error(error instanceof Missing ? `\n${error.message}` : `\n${error.message ?? error}`);
  process.exitCode = 1;
}
