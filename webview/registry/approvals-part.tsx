import type { VNode } from "preact";
import type { ApprovalThread, AuditEntry } from "../../src/protocol/registry.js";
import type { Page } from "../bridge.js";
import { useNow } from "../clock.js";
import { Icon } from "../controls.js";
import { LongText, useFew } from "../few.js";
import { useLongAnswer } from "../long-answer.js";
import { dateText, whenText } from "../numbers.js";
import { Part } from "../parts.js";
import { modelWords } from "./model-words.js";
import { personName } from "./names.js";
import { ProofMark, Warning } from "./state-mark.js";
import { GateList } from "./version-gates.js";

const said = modelWords.approvals;

interface ApprovalsProps {
  readonly page: Page;
  readonly model: string;
  readonly threads: readonly ApprovalThread[];
  readonly version: number;
}

/** What was asked and said about a version, by whom, and what proves it: the newest request decides. */
export function ApprovalsPart({ page, model, threads, version }: ApprovalsProps): VNode {
  const [newest, ...earlier] = threads;
  // who signed what takes git's word: it comes when it comes
  const facts = threads.flatMap(({ id, verdicts }) => [id, ...verdicts.map((one) => one.id)]);
  const asked = useLongAnswer(page, "models/proofs", newest ? { model, facts } : undefined, version);
  const proofs = asked.result ?? {};
  return (
    <Part title={said.title} count={threads.length}>
      {newest ? <Thread thread={newest} proofs={proofs} /> : <p class="muted">{said.none}</p>}
      {earlier.length > 0 && (
        <details class="part">
          <summary>{said.earlier(earlier.length)}</summary>
          {earlier.map((thread) => (
            <Thread key={thread.id} thread={thread} proofs={proofs} />
          ))}
        </details>
      )}
      {asked.failure !== undefined && (
        <p class="muted">
          {said.proofFailed} {asked.failure}
        </p>
      )}
    </Part>
  );
}

/** So many of those who decided are shown at first: the last of them. */
const fewVerdicts = 12;

const newestFirst = (verdicts: ApprovalThread["verdicts"]): ApprovalThread["verdicts"] =>
  [...verdicts].sort((a, b) => b.at - a.at);

type Proofs = Readonly<Record<string, AuditEntry["proof"]>>;

function Thread({ thread, proofs }: { readonly thread: ApprovalThread; readonly proofs: Proofs }): VNode {
  const passed = thread.gates.filter(({ outcome }) => outcome === "passed").length;
  const { shown, more } = useFew(newestFirst(thread.verdicts), fewVerdicts);
  const latest = [...shown].reverse();
  return (
    <ol class="thread">
      <Said
        icon="comment-discussion"
        what={said.asked}
        author={thread.author}
        at={thread.at}
        comment={thread.comment}
        proof={proofs[thread.id]}
      >
        <span class="muted">{said.policy(thread.policy.approvers, thread.policy.requesterCounts)}</span>
        {thread.gates.length > 0 && (
          <details>
            <summary class="muted">{said.checks(passed, thread.gates.length)}</summary>
            <GateList gates={thread.gates} />
          </details>
        )}
      </Said>
      {more && <li class="said-more">{more}</li>}
      {latest.map((one) => (
        <Said
          key={one.id}
          icon={one.verdict === "approved" ? "pass" : "circle-slash"}
          what={said[one.verdict]}
          tone={one.verdict}
          author={one.author}
          at={one.at}
          comment={one.comment}
          proof={proofs[one.id]}
        >
          {!one.counts && <Warning text={said.notCounted} />}
        </Said>
      ))}
    </ol>
  );
}

interface SaidProps {
  readonly icon: string;
  readonly what: string;
  readonly tone?: "approved" | "rejected";
  readonly author: string;
  readonly at: number;
  readonly comment: string;
  /** undefined until it is known. */
  readonly proof: AuditEntry["proof"] | undefined;
  readonly children?: VNode | false | readonly (VNode | false)[];
}

/** One contribution to a thread. */
function Said({ icon, what, tone, author, at, comment, proof, children }: SaidProps): VNode {
  const now = useNow(false);
  return (
    <li class={tone === undefined ? "said" : `said approval-${tone}`}>
      <Icon name={icon} />
      <div class="said-body">
        <p class="said-line">
          <strong title={author}>{personName(author)}</strong> <span>{what}</span>{" "}
          <span class="muted" title={dateText(at)}>
            {whenText(at, now)}
          </span>{" "}
          {proof && <ProofMark proof={proof} />}
        </p>
        {comment !== "" && (
          <p class="said-comment">
            <LongText text={comment} />
          </p>
        )}
        {children}
      </div>
    </li>
  );
}
