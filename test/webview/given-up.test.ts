import assert from "node:assert/strict";
import { assertAccessible } from "./axe.js";
import { givenUpFolder } from "./given-up-folder.js";
import { closeBrowser, hasBrowser, openStage, type Stage, type StageOptions } from "./harness.js";

(hasBrowser() ? describe : describe.skip)("pages of a model whose data was given up for ever", function () {
  let world: Awaited<ReturnType<typeof givenUpFolder>>;

  before(async () => {
    world = await givenUpFolder();
  });
  after(closeBrowser);

  async function on(
    subject: StageOptions["subject"],
    work: (stage: Stage) => Promise<void>,
    more: Partial<StageOptions> = {},
  ): Promise<void> {
    const stage = await openStage({ folder: world.folder, subject, reducedMotion: true, ...more });
    try {
      await work(stage);
      assert.deepEqual(stage.faults, []);
    } finally {
      await stage.close();
    }
  }

  it("say so on the version's page, with who did it, when and in which fact, and lead nowhere", async () => {
    await on({ page: "model", model: world.model, version: world.version }, async ({ page }) => {
      const told = new RegExp(
        `^data/train\\.csv v1, which it saw, was given up for ever on .* by Ada Berg, in the fact ${world.fact}\\.`,
      );
      await page.getByText(told).waitFor();
      const lineage = page.getByRole("region", { name: "Lineage" });
      await lineage.getByText("given up for ever").waitFor();
      assert.equal(await lineage.getByRole("button", { name: "data/train.csv v1" }).count(), 0);
      await assertAccessible(page, "the version");
    });
  });

  it("say so in the lineage, where the data cannot be opened", async () => {
    const focus = { kind: "version", version: world.version } as const;
    await on({ page: "lineage", focus }, async ({ page }) => {
      const box = page.locator(".lineage-data .lineage-box");
      await box.getByText("given up for ever").waitFor();
      await page.getByText("1 data version was given up for ever.").waitFor();
      assert.equal(await box.getAttribute("aria-disabled"), "true");
      assert.match(
        (await box.getAttribute("title")) ?? "",
        new RegExp(`by Ada Berg, in the fact ${world.fact}$`),
      );
      await assertAccessible(page, "the lineage");
    });
  });

  it("say so in the audit, in German too", async () => {
    await on(
      { page: "audit", model: world.model },
      async ({ page }) => {
        const sentence = new RegExp(
          `^churn/1 entstand aus data/train\\.csv@1; diese Daten wurden am .* von Ada Berg .* für immer aufgegeben, im Fakt ${world.fact}\\.$`,
        );
        await page.locator("summary").filter({ hasText: "belegen" }).click();
        await page.getByText(sentence).waitFor();
        await page.locator("summary").filter({ hasText: "Version" }).first().click();
        await page.getByRole("gridcell", { name: "für immer aufgegeben" }).waitFor();
      },
      { language: "de" },
    );
  });
});
