import { measureModel } from "../run/models/measure-model.js";
import { inference } from "../workers/inference-client.js";
import { readWords, type Verb } from "./command.js";
import { findModelVersion, oneVersion } from "./find-model.js";
import { numberText } from "./numbers.js";
import { inFolder } from "./open-folder.js";

const usage = "models measure NAME/N|NAME@ALIAS [--json]";

export const verb: Verb = {
  summary: "load a version on this machine, and say how long it takes",
  usage,
  run: async (words, base) => {
    const { positionals, context } = readWords(words, base, {});
    const word = oneVersion(positionals, usage);
    return inFolder(context, async (bench) => {
      const version = findModelVersion(bench, word);
      const measured = await measureModel(bench, version, inference, context.signal);
      const { name, number, onnx } = version;
      if (context.json) context.out(JSON.stringify({ name, number, onnx, ...measured }));
      else {
        const ms = (value: number): string => `${numberText(value)} ms`;
        const { load, median, slowest, runs, runtime } = measured;
        const file = onnx === "converted" ? ", the ONNX file made of it" : "";
        context.out(`${name}/${number}${file}: loads in ${ms(load)}.`);
        context.out(`One row takes ${ms(median)}, at most ${ms(slowest)} (${runs} runs, ${runtime}).`);
      }
      return 0;
    });
  },
};
