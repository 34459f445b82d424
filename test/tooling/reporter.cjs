// Mocha's own listing; besides, the counts go as JSON to the file named by LOAM_COUNTS.
const fs = require("node:fs");
const Mocha = require("mocha");

/** The beginning of an error, short enough for a list of failures. */
function whyOf(error) {
  const lines = String(error?.stack ?? error?.message ?? error).split("\n");
  return lines
    .slice(0, 24)
    .map((line) => `    ${line.slice(0, 300)}`)
    .join("\n");
}

module.exports = class Counting extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const file = process.env["LOAM_COUNTS"];
      if (file === undefined) return;
      const failed = this.failures.map((test) => `${test.fullTitle()}\n${whyOf(test.err)}`);
      fs.writeFileSync(
        file,
        JSON.stringify({ passed: this.stats.passes, failed, skipped: this.stats.pending }),
      );
    });
  }
};
