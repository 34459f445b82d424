// Read before the command line: kills the process at the write that LOAM_KILL_AT counts to, before it, behind it or in the
// middle, and leaves in LOAM_KILL_COUNT how many there were. A thread counts for itself.
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const { isMainThread } = require("node:worker_threads");

const at = Number(process.env["LOAM_KILL_AT"] ?? 0);
const when = process.env["LOAM_KILL_WHEN"] ?? "before";
const countFile = process.env["LOAM_KILL_COUNT"];
const writeFile = fs.writeFileSync;
let points = 0;

const die = () => process.kill(process.pid, "SIGKILL");

/** @param {string} name @param {(args: any[]) => boolean} writes */
function watch(name, writes = () => true) {
  const plain = fs[name];
  fs[name] = (...args) => {
    const isHit = writes(args) && ++points === at;
    if (isHit && when === "torn" && name === "writeSync" && args[1]?.byteLength > 1) {
      plain(args[0], args[1].subarray(0, args[1].byteLength >> 1));
      die();
    }
    if (isHit && when !== "after") die();
    const done = plain(...args);
    if (isHit) die();
    return done;
  };
}

for (const name of [
  "fsyncSync",
  "fdatasyncSync",
  "renameSync",
  "linkSync",
  "unlinkSync",
  "mkdirSync",
  "rmdirSync",
])
  watch(name);
watch("writeSync", ([fd]) => fd > 2);
watch("openSync", ([, flags]) => flags === "wx" || flags === "a");
syncBuiltinESMExports();

if (isMainThread && countFile !== undefined)
  process.on("exit", () => {
    writeFile(countFile, String(points));
  });
