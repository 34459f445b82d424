import { nodePorts } from "../../../src/core/base/ports.js";
import { Claims, isClaim, type Claim } from "../../../src/core/store/claims.js";
import { newWriterId } from "../../../src/core/store/ids.js";
import { Layout } from "../../../src/core/store/layout.js";
import { identifySelf } from "../../../src/core/store/machine.js";

/** A process that wants the claim when it is told to, and says whether it has it. */
const layout = new Layout(process.argv[2] ?? "");
const claims = new Claims(nodePorts, layout, {
  ...identifySelf(nodePorts, layout),
  writer: newWriterId(nodePorts),
});
let held: Claim | undefined;

process.on("message", (word: string) => {
  if (word === "release") {
    held?.release();
    held = undefined;
    process.send?.("released");
    return;
  }
  const taken = claims.take("run", "contested");
  if (isClaim(taken)) held = taken;
  process.send?.(isClaim(taken) ? "have it" : `pid ${taken.pid}`);
});
process.on("disconnect", () => {
  process.exit();
});
process.send?.("ready");
