import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}
interface InPage {
  readonly axe?: { run(): Promise<{ readonly violations: readonly Finding[] }> };
}

/** Throws with all that axe finds wrong on a page. */
export async function assertAccessible(page: Page, where: string): Promise<void> {
  await page.evaluate(`globalThis.axe ? null : (() => { ${source} })()`);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as InPage;
    return (await axe?.run())?.violations ?? [];
  });
  const told = found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ""}`).join("\n  ")}`,
  );
  assert.deepEqual(told, [], where);
}
