import { Failure } from "../base/failure.js";
import { inRow, said, type Piece } from "../base/said.js";
import { mayDecide, missingApprovals } from "./approvals.js";
import { gatesOf, type RegistryGround } from "./gates.js";
import { checkText } from "./names.js";
import { policyOf } from "./policy.js";
import type { Registry } from "./registry.js";
import type {
  ApprovalThread,
  GateFinding,
  GateResult,
  ModelVersionDetail,
  ModelVersionSummary,
  Verdict,
} from "./view.js";

/** Asks for approval of a version. Throws `state.wrong` where it is asked for already, `value.missing` for nobody. */
export function askApproval(ground: RegistryGround, of: ModelVersionSummary, comment: string): void {
  const { registry } = ground;
  needIdentity(registry);
  checkText(comment, "comment");
  const version = registry.existingVersion(of.model, of.id);
  if (version.approval === "asked")
    throw new Failure("state.wrong", said`Approval of ${nameOf(version)} is asked for already.`, {
      next: waitingFor(version),
    });
  const policy = policyOf(registry, version.name);
  registry.write({
    kind: "approval.asked",
    model: version.model,
    version: version.id,
    comment,
    policy: { approvers: policy.approvers, requesterCounts: policy.requesterCounts },
    gates: gatesOf(ground, version, policy).map(kept),
  });
}

/**
 * Approves or rejects the newest request of a version. Throws `state.wrong` where none waits, `approval.missing` where a
 * check does not pass or one's own approval does not count, `value.missing` for nobody.
 */
export function decideApproval(
  ground: RegistryGround,
  of: ModelVersionSummary,
  verdict: Verdict["verdict"],
  comment: string,
): void {
  const { registry } = ground;
  const author = needIdentity(registry);
  checkText(comment, "comment");
  const version = registry.existingVersion(of.model, of.id);
  const request = version.approvals[0];
  if (!request)
    throw new Failure("state.wrong", said`Nobody asked for approval of ${nameOf(version)}.`, {
      next: askFirst(version),
    });
  if (request.state === "rejected")
    throw new Failure("state.wrong", said`${nameOf(version)} was rejected.`, {
      next: askFirst(version),
    });
  if (!mayDecide(request, author, verdict))
    throw new Failure(
      "approval.missing",
      said`${author} asked for this approval: somebody else has to give it.`,
      {
        next: said`Approve it as another person; requester_counts in loam.yaml would let the one who asks count.`,
      },
    );
  const policy = policyOf(registry, version.name);
  const gates = gatesOf(ground, version, policy);
  const open = gates.filter(({ outcome }) => outcome !== "passed");
  if (verdict === "approved" && open.length > 0 && !policy.approveFailing)
    throw new Failure(
      "approval.missing",
      said`${nameOf(version)} does not pass: ${inRow(open.map(failing), "; ")}`,
      { next: said`Mend what it names, or change the checks of the model in loam.yaml.` },
    );
  registry.write({
    kind: "approval.given",
    model: version.model,
    version: version.id,
    asked: request.id,
    verdict,
    comment,
    gates: gates.map(kept),
  });
}

/** A fact keeps what was found as it was said then. */
const kept = ({ name, outcome, found }: GateFinding): GateResult => ({ name, outcome, found });

const failing = ({ name, found, said: words }: GateFinding): Piece =>
  found === "" ? name : said`${name} (${words})`;

function needIdentity(registry: Registry): string {
  const { identity } = registry;
  if (identity !== "") return identity;
  throw new Failure("value.missing", said`git does not know who you are, so nobody would have decided.`, {
    next: said`Tell it: git config user.name "Your Name" and git config user.email you@example.org`,
  });
}

const nameOf = ({ name, number }: ModelVersionSummary): string => `${name}/${number}`;

const askFirst = (version: ModelVersionDetail) =>
  said`Ask for approval on its page or by: loam models ask ${nameOf(version)}`;

const waitingFor = (version: ModelVersionDetail) => {
  const request: ApprovalThread | undefined = version.approvals[0];
  const left = request ? missingApprovals(request) : 1;
  return left === 1
    ? said`It needs one more approval, on its page or by: loam models approve ${nameOf(version)}`
    : said`It needs ${left} more approvals, on its page or by: loam models approve ${nameOf(version)}`;
};

/** Throws `approval.missing` where the alias is protected and the version is not approved. */
export function checkProtected(registry: Registry, version: ModelVersionDetail, alias: string): void {
  if (version.approval === "approved" || !policyOf(registry, version.name).protected.includes(alias)) return;
  const why =
    version.approval === "rejected"
      ? said`${nameOf(version)} was rejected, and only an approved version takes the alias '${alias}'.`
      : said`${nameOf(version)} is not approved, and only an approved version takes the alias '${alias}'.`;
  const next = version.approval === "asked" ? waitingFor(version) : askFirst(version);
  throw new Failure("approval.missing", why, { next });
}
