// Launches a command as this process sits: seated.ts CONSOLE RESULT COMMAND …
import * as fs from "node:fs";
import { withoutEditor } from "../../src/run/child-environment.js";
import { launch } from "../../src/run/spawn.js";
import { relaySignals } from "../../src/run/signals.js";
import { ownSeat } from "../../src/run/terminal.js";

const [log = "", result = "", ...command] = process.argv.slice(2);
const seat = ownSeat(process.platform);
const launched = await launch({
  command,
  folder: process.cwd(),
  consoleFd: fs.openSync(log, "a"),
  environment: withoutEditor(process.env),
  platform: process.platform,
  seat,
});
const signals = relaySignals(launched, () => {
  process.kill(launched.pid, "SIGTERM");
});
const ending = await launched.ended;
signals.dispose();
const how = ending.kind === "exited" ? ending.code : ending.signal;
fs.writeFileSync(result, `${seat.kind} ${launched.bond} ${ending.kind} ${how}`);
