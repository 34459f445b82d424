import type { RegistryFact } from "./model.js";
import type { ApprovalState, ApprovalThread, Verdict } from "./view.js";

type Asked = Extract<RegistryFact, { kind: "approval.asked" }>;
type Given = Extract<RegistryFact, { kind: "approval.given" }>;

/** The requests of one version, newest first, each with what was said to it. `given`: by the request's id. */
export function approvalThreads(
  asked: readonly Asked[],
  given: ReadonlyMap<string, readonly Given[]>,
): readonly ApprovalThread[] {
  return asked.map((request) => threadOf(request, given.get(request.id) ?? [])).reverse();
}

function threadOf(request: Asked, given: readonly Given[]): ApprovalThread {
  const { policy } = request;
  const verdicts = given.map((fact): Verdict => {
    const author = fact.author ?? "";
    return {
      id: fact.id,
      author,
      at: fact.at,
      verdict: fact.verdict,
      comment: fact.comment,
      gates: fact.gates,
      counts: mayDecide({ policy, author: request.author ?? "" }, author, fact.verdict),
    };
  });
  const counted = verdicts.filter(({ counts }) => counts);
  const rejected = counted.some(({ verdict }) => verdict === "rejected");
  const approvers = new Set(
    counted.filter(({ verdict }) => verdict === "approved").map(({ author }) => personOf(author)),
  );
  return {
    id: request.id,
    author: request.author ?? "",
    at: request.at,
    comment: request.comment,
    policy,
    gates: request.gates,
    verdicts,
    state: rejected ? "rejected" : approvers.size >= Math.max(1, policy.approvers) ? "approved" : "asked",
  };
}

/** Whether what somebody says to a request counts: nobody's does not; who asked may take the request back. */
export const mayDecide = (
  request: Pick<ApprovalThread, "author" | "policy">,
  author: string,
  verdict: Verdict["verdict"],
): boolean =>
  author !== "" &&
  (verdict === "rejected" || request.policy.requesterCounts || personOf(author) !== personOf(request.author));

/** Who an author is, however the name is written: the address, where there is one. */
export const personOf = (author: string): string => /<([^<>]+)>$/.exec(author)?.[1]?.toLowerCase() ?? author;

/** How many approvals a request still lacks. */
export function missingApprovals({ verdicts, policy }: ApprovalThread): number {
  const approved = verdicts.filter(({ counts, verdict }) => counts && verdict === "approved");
  return Math.max(1, policy.approvers) - new Set(approved.map(({ author }) => personOf(author))).size;
}

/** How a version stands: as its newest request does. */
export const approvalState = (threads: readonly ApprovalThread[]): ApprovalState =>
  threads[0]?.state ?? "none";
