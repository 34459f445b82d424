import "../theme.css";
import "../compare.css";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { connectPage, type Page } from "../bridge.js";
import { CompareView } from "./compare-view.js";

// The page that compares runs.

interface Props {
  readonly page: Page;
  readonly first: readonly string[];
}

function ComparePage({ page, first }: Props) {
  const [runs, setRuns] = useState(first);
  useEffect(
    () =>
      page.on("subject/changed", (subject) => {
        if (subject.page === "compare") setRuns(subject.runs);
      }),
    [page],
  );
  return (
    <CompareView
      page={page}
      runs={runs}
      onRuns={(next) => {
        page.save({ runs: next });
        setRuns(next);
      }}
    />
  );
}

/** The order in which a person put the runs, where it is of the same runs. */
function savedOrder(saved: unknown, runs: readonly string[]): readonly string[] {
  const kept = (saved as { readonly runs?: unknown } | undefined)?.runs;
  if (!Array.isArray(kept) || kept.length !== runs.length) return runs;
  const order = kept.filter((run): run is string => typeof run === "string" && runs.includes(run));
  return order.length === runs.length ? order : runs;
}

async function begin(): Promise<void> {
  const page = connectPage();
  const { subject } = await page.ready();
  const runs = subject.page === "compare" ? subject.runs : [];
  const root = document.getElementById("page");
  if (root) render(<ComparePage page={page} first={savedOrder(page.saved, runs)} />, root);
}

void begin();
