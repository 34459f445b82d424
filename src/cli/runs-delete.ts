import type { Verb } from "./command.js";
import { setStage } from "./set-stage.js";

export const verb: Verb = {
  summary: "put runs into the trash; loam runs restore brings them back",
  usage: "runs delete RUN … [--json]",
  run: (words, base) => setStage(words, base, "deleted"),
};
