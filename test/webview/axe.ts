import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import type { Stage } from "./harness.js";
import { themes } from "./themes.js";

const source = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}
interface InPage {
  readonly axe?: {
    run(options: {
      readonly runOnly?: readonly string[];
      readonly resultTypes: readonly string[];
      /** Whether the selector of each finding is looked for: that takes as long as many a rule. */
      readonly selectors: boolean;
    }): Promise<{ readonly violations: readonly Finding[] }>;
  };
}

/** Throws with all that axe finds wrong on a page; `rules` names those that are asked, where not all are. */
export async function assertAccessible(page: Page, where: string, rules?: readonly string[]): Promise<void> {
  await page.evaluate(`globalThis.axe ? null : (() => { ${source} })()`);
  const found = await page.evaluate(
    async (options) => {
      const { axe } = globalThis as InPage;
      return (await axe?.run(options))?.violations ?? [];
    },
    { ...(rules ? { runOnly: rules } : {}), resultTypes: ["violations"], selectors: false },
  );
  const told = found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ""}`).join("\n  ")}`,
  );
  assert.deepEqual(told, [], where);
}

/** What the colours of a theme decide. */
export const ofColors = ["color-contrast", "link-in-text-block"];

/** Asks axe everything in the first theme and, in the others, what colours decide: the page is the same in all. */
export async function assertAccessibleInThemes(stage: Stage, where: string): Promise<void> {
  for (const [at, theme] of themes.entries()) {
    await stage.setTheme(theme);
    await assertAccessible(stage.page, `${where} in ${theme}`, at === 0 ? undefined : ofColors);
  }
}
