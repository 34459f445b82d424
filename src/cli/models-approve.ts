import { missingApprovals } from "../core/registry/approvals.js";
import { askApproval, decideApproval } from "../core/registry/decisions.js";
import type { ModelVersionDetail } from "../core/registry/view.js";
import type { Workbench } from "../core/workbench.js";
import { readWords, type Verb } from "./command.js";
import { findModelVersion, oneVersion } from "./find-model.js";
import { inRegistry } from "./open-folder.js";

function verbOf(
  name: string,
  summary: string,
  work: (bench: Workbench, version: ModelVersionDetail, comment: string) => void,
): Verb {
  const usage = `models ${name} NAME/N [-m COMMENT] [--json]`;
  return {
    summary,
    usage,
    run: async (words, base) => {
      const { values, positionals, context } = readWords(words, base, {
        comment: { type: "string", short: "m" },
      });
      const word = oneVersion(positionals, usage);
      return inRegistry(context, (bench) => {
        const version = findModelVersion(bench, word);
        work(bench, version, values.comment ?? "");
        const now = bench.registry.existingVersion(version.model, version.id);
        const [request] = now.approvals;
        if (context.json) {
          const { number, approval } = now;
          context.out(
            JSON.stringify({ name: now.name, version: number, approval, request: request ?? null }),
          );
        } else context.say(`${now.name}/${now.number}: ${stateText(now)}.`);
        const [alias] = now.aliases;
        if (now.approval === "rejected" && alias !== undefined)
          context.say(
            `It is ${now.aliases.map((one) => `${now.name}@${one}`).join(", ")} still. To change that: loam models alias ${now.name} ${alias} --remove`,
          );
        return Promise.resolve(0);
      });
    },
  };
}

function stateText({ approval, approvals: [request] }: ModelVersionDetail): string {
  if (approval !== "asked" || !request) return approval;
  const left = missingApprovals(request);
  return left === 1 ? "one approval is missing" : `${left} approvals are missing`;
}

export const askVerb = verbOf("ask", "ask for approval of a version", askApproval);

export const approveVerb = verbOf("approve", "approve a version", (bench, version, comment) => {
  decideApproval(bench, version, "approved", comment);
});

export const rejectVerb = verbOf(
  "reject",
  "reject a version, or take back one's own request",
  (bench, version, comment) => {
    decideApproval(bench, version, "rejected", comment);
  },
);
