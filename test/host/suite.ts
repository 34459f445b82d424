// What the editor calls: mocha over the suites that were bundled beside this file.
import fs from "node:fs";
import path from "node:path";
import util from "node:util";
import Mocha from "mocha";

/** Marks the lines of the suites among all that an editor writes to its console. */
const mark = "│ ";

/** Runs every suite. Fails when a test did, or when there was none. */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const mocha = new Mocha({
    timeout: 120_000,
    reporter: process.env["LOAM_REPORTER"] ?? "spec",
    color: false,
  });
  Mocha.reporters.Base.consoleLog = (...words: unknown[]) => {
    for (const line of util.format(...words).split("\n")) console.log(mark + line);
  };
  for (const file of fs.readdirSync(__dirname).sort())
    if (file.endsWith(".host.cjs")) mocha.addFile(path.join(__dirname, file));
  const failed = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    if (runner.total === 0) throw new Error("There is no test.");
  });
  if (failed > 0) throw new Error(`${failed} tests failed`);
}
