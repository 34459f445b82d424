import type { ModelCommand } from "../../src/protocol/pages.js";
import type { VersionPage } from "../../src/protocol/registry.js";
import * as l10n from "../l10n.js";
import { whenText } from "../numbers.js";
import { modelWords } from "./model-words.js";
import { personName } from "./names.js";
import { leadingMetric, outcomeOf } from "./version-answer.js";

const { state: said, actions } = modelWords;

export interface Step {
  readonly label: string;
  readonly icon: string;
  readonly command: ModelCommand;
}

/** How a version stands, in sentences, and what a person can do about it: at most one step is the next. */
export interface Standing {
  readonly sentences: readonly string[];
  readonly next: Step | undefined;
  readonly others: readonly Step[];
}

const ask: Step = { label: actions.ask, icon: "comment-discussion", command: "loam.models.ask" };
const askAgain: Step = { ...ask, label: actions.askAgain };
const approve: Step = { label: actions.approve, icon: "pass", command: "loam.models.approve" };
const reject: Step = { label: actions.reject, icon: "circle-slash", command: "loam.models.reject" };
const champion: Step = { label: actions.champion, icon: "star-full", command: "loam.models.champion" };

/** Of more persons than these the first are named. */
const [mostNamed, firstNamed] = [4, 3];

const inAFew = (names: readonly string[]): string =>
  names.length <= mostNamed
    ? names.join(", ")
    : l10n.listed([...names.slice(0, firstNamed), said.others(names.length - firstNamed)]);

/** What is to be done about a version next, told at a time. */
export function standingOf(shown: VersionPage, now: number): Standing {
  const { version, protectedAliases } = shown;
  if (version.deleted) return { sentences: [], next: undefined, others: [] };
  const isChampion = version.aliases.includes("champion");
  const crown = isChampion ? undefined : champion;
  // What is worse than the champion is not what a person should press next.
  const metric = leadingMetric(shown);
  const isWorse = metric !== undefined && outcomeOf(metric) === "worse";
  const [thread] = version.approvals;
  const isProtected = protectedAliases.includes("champion");
  const guard = !isChampion && isProtected && version.approval !== "approved";
  const guarded = guard ? [said.protected(protectedAliases.join(", "))] : [];
  const crowned = isChampion ? [said.champion] : [];
  switch (version.approval) {
    case "none": {
      const sentences = [...crowned, said.notAsked, ...guarded];
      // Where nobody has to approve, the alias is what counts; where somebody has, asking comes first.
      if (crown && !isProtected)
        return isWorse
          ? { sentences, next: undefined, others: [ask, crown] }
          : { sentences, next: crown, others: [ask] };
      return { sentences, next: isChampion ? undefined : ask, others: isChampion ? [ask] : [] };
    }
    case "asked": {
      if (!thread) return { sentences: guarded, next: ask, others: [] };
      const given = thread.verdicts.filter(({ verdict, counts }) => verdict === "approved" && counts).length;
      const sentences = [
        ...crowned,
        said.asked(personName(thread.author), whenText(thread.at, now)),
        ...(thread.policy.approvers > 1 ? [said.given(given, thread.policy.approvers)] : []),
        ...(shown.mayApprove ? [] : [shown.identity === "" ? said.noIdentity : said.notYou]),
      ];
      return shown.mayApprove
        ? { sentences, next: approve, others: [reject] }
        : { sentences, next: undefined, others: shown.identity === "" ? [] : [reject] };
    }
    case "approved": {
      const by = thread?.verdicts.filter(({ verdict, counts }) => verdict === "approved" && counts) ?? [];
      const last = by.reduce((latest, { at }) => Math.max(latest, at), thread?.at ?? 0);
      const names = inAFew([...new Set(by.map(({ author }) => personName(author)))]);
      return {
        sentences: [...crowned, said.approved(names, whenText(last, now))],
        next: isWorse ? undefined : crown,
        others: isWorse && crown ? [crown] : [],
      };
    }
    case "rejected": {
      const by = thread?.verdicts.find(({ verdict }) => verdict === "rejected");
      return {
        sentences: [
          ...crowned,
          ...(by ? [said.rejected(personName(by.author), whenText(by.at, now))] : []),
          ...guarded,
        ],
        next: isChampion ? undefined : askAgain,
        others: isChampion ? [askAgain] : [],
      };
    }
  }
}
