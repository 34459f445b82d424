import { convertedWords, convertModel, usualTolerance } from "../run/models/convert-model.js";
import { inference } from "../workers/inference-client.js";
import { readWords, wrongUsage, type Verb } from "./command.js";
import { findModelVersion, oneVersion } from "./find-model.js";
import { inFolder } from "./open-folder.js";

const usage = "models convert NAME/N|NAME@ALIAS [--python PYTHON] [--tolerance T] [--trust] [--json]";

export const verb: Verb = {
  summary: "make ONNX of a version with your Python, compare what both answer, and attach it",
  usage,
  run: async (words, base) => {
    const { values, positionals, context } = readWords(words, base, {
      python: { type: "string" },
      tolerance: { type: "string" },
      trust: { type: "boolean" },
    });
    const word = oneVersion(positionals, usage);
    const tolerance = values.tolerance === undefined ? usualTolerance : Number(values.tolerance);
    if (!(tolerance >= 0 && tolerance < 1))
      throw wrongUsage(
        `The tolerance is a number from 0 to 1, such as 1e-5, not '${values.tolerance ?? ""}'.`,
        usage,
      );
    return inFolder(context, async (bench) => {
      const version = findModelVersion(bench, word);
      const trusted = values.trust === true;
      const how = { python: values.python ?? usualPython(), tolerance, trusted };
      const converted = await convertModel(bench, version, how, inference, context.signal, ({ text }) => {
        context.say(`${text} …`);
      });
      const { name, number } = version;
      const { compared, converter, origin, content } = converted;
      if (context.json)
        context.out(JSON.stringify({ name, number, converter, origin, ...compared, size: content.size }));
      else context.out(`${name}/${number}: ${convertedWords(converted).text}`);
      return compared.equal ? 0 : 1;
    });
  },
};

const usualPython = (): string => (process.platform === "win32" ? "python" : "python3");
