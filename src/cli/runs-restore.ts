import type { Verb } from "./command.js";
import { setStage } from "./set-stage.js";

export const verb: Verb = {
  summary: "bring runs back from the trash",
  usage: "runs restore RUN … [--json]",
  run: (words, base) => setStage(words, base, "active"),
};
