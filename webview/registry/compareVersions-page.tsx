import "../theme.css";
import "../parts.css";
import "../compare.css";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { connectPage, type Page } from "../bridge.js";
import type { VersionRef } from "./calls.js";
import { VersionsView } from "./versions-view.js";

// The page that compares versions of models.

interface Props {
  readonly page: Page;
  readonly first: readonly VersionRef[];
}

function VersionsPage({ page, first }: Props) {
  const [versions, setVersions] = useState(first);
  useEffect(
    () =>
      page.on("subject/changed", (subject) => {
        if (subject.page === "compareVersions") setVersions(subject.versions);
      }),
    [page],
  );
  return (
    <VersionsView
      page={page}
      versions={versions}
      onVersions={(next) => {
        page.save({ versions: next.map(({ version }) => version) });
        setVersions(next);
      }}
    />
  );
}

/** The order in which a person put the versions, where it is of the same versions. */
function savedOrder(saved: unknown, versions: readonly VersionRef[]): readonly VersionRef[] {
  const kept = (saved as { readonly versions?: unknown } | undefined)?.versions;
  if (!Array.isArray(kept) || kept.length !== versions.length) return versions;
  const order = kept.flatMap((id) => versions.find(({ version }) => version === id) ?? []);
  return order.length === versions.length ? order : versions;
}

async function begin(): Promise<void> {
  const page = connectPage();
  const { subject } = await page.ready();
  const versions = subject.page === "compareVersions" ? subject.versions : [];
  const root = document.getElementById("page");
  if (root) render(<VersionsPage page={page} first={savedOrder(page.saved, versions)} />, root);
}

void begin();
