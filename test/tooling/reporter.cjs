// Mocha's own listing; besides, the counts go as JSON to the file named by LOAM_COUNTS.
const fs = require("node:fs");
const Mocha = require("mocha");

module.exports = class Counting extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const file = process.env["LOAM_COUNTS"];
      if (file === undefined) return;
      const failed = this.failures.map((test) => test.fullTitle());
      fs.writeFileSync(
        file,
        JSON.stringify({ passed: this.stats.passes, failed, skipped: this.stats.pending }),
      );
    });
  }
};
